// SPDX-License-Identifier: MIT
// Targets in a guest with Debian's kernel. The module that is brought in and loaded is one that
// Debian ships; what the target's own would do then is done by a stand-in that checks what it is
// told.
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/cli/compare_fixture.h"

namespace aoe::conformance {
namespace {

constexpr const char* kernel = AOE_SOURCE_DIR "/build/guest";

class GuestLive : public CompareLive {
protected:
    void SetUp() override {
        CompareLive::SetUp();
        if (IsSkipped() || HasFatalFailure()) return;
        std::error_code none;
        const bool here = std::filesystem::exists(std::string(kernel) + "/boot", none) &&
                          ::geteuid() == 0 && ::access("/dev/net/tun", W_OK) == 0;
        if (here) return;
        if (is_required("vm")) FAIL() << "no kernel for guests in " << kernel << ", or no root";
        GTEST_SKIP() << "no kernel for guests in " << kernel << ", or no root";
    }
    static std::string debians_module(const std::string& name) {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(kernel)) {
            if (entry.path().filename() == name + ".ko") return entry.path();
        }
        return "no " + name + ".ko";
    }
};

std::string target(const std::string& profile, const std::string& module) {
    return "[[target]]\nprofile = '" + profile +
           "'\nload = '''insmod {bin} && grep -q \"^dummy \" /proc/modules && mount -t tmpfs none "
           "/sys && mount -t tmpfs none /proc && "
           "grep -qx \"258 eth0 /dev/vda\" {run}/told && sh /stand-in load " +
           module + " /run /aoe-target'''\nvalues = {kernel = '" + kernel +
           "', bring = '" AOE_SOURCE_DIR
           "/conformance/compare/checks/stand_in_module.sh=/stand-in " AOE_BINARY_DIR
           "/bin/aoe-target=/aoe-target'}\nfiles = {told = '{shelf} {iface} {loop}'}\n";
}

TEST_F(GuestLive, EachModuleIsLoadedAndToldWhatItWants) {
    const std::string plan =
        write("vm.toml", target("kvblade", "kvblade") + target("aoeserver", "aoeserver") +
                             target("vblade-kernel", "vb"));
    const std::string module = debians_module("dummy");
    ASSERT_EQ(
        run({plan, "-j", "3", "--bin", "kvblade=" + module, "--bin", "aoeserver=" + module, "--bin",
             "vblade-kernel=" + module, "--tests", "cfg.read.*,hdr.version.*,ata.read.*"}),
        0)
        << out() << err();
    for (const char* name : {"kvblade", "aoeserver", "vblade-kernel"}) {
        const Column judged = column(matrix(), name);
        EXPECT_EQ(judged.state, State::judged) << judged.note;
        EXPECT_EQ(judged.kind, "vm");
        EXPECT_GT(count(judged, Verdict::pass), 5U);
        EXPECT_EQ(count(judged, Verdict::fail), 0U);
    }
    expect_nothing_left();
}

TEST_F(GuestLive, WhatCannotBeLoadedIsAColumnThatSaysSo) {
    const std::string plan = write(
        "vm.toml", "[[target]]\nprofile = 'kvblade'\nvalues = {kernel = '" + std::string(kernel) +
                       "'}\nbin = '" + write("none.ko", "no module").string() + "'\n");
    EXPECT_EQ(run({plan}), 3);
    EXPECT_THAT(column(matrix(), "kvblade").note,
                testing::AllOf(testing::HasSubstr("insmod"), testing::HasSubstr("none.ko")));
    expect_nothing_left();
}

}  // namespace
}  // namespace aoe::conformance
