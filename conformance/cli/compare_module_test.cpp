// SPDX-License-Identifier: MIT
// Kernel modules of this machine in a comparison. None is loaded: stand-ins for insmod and rmmod
// come first in PATH, and a file system of the test's own covers /sys.
#include <signal.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/cli/compare_fixture.h"

namespace aoe::conformance {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

class ModuleLive : public CompareLive {
protected:
    void SetUp() override {
        CompareLive::SetUp();
        if (IsSkipped() || HasFatalFailure()) return;
        if (::geteuid() != 0 || ::access("/dev/loop-control", W_OK) != 0) {
            GTEST_SKIP() << "no right to load modules, or to loop devices, here";
        }
        write("vb.ko", "");
        write("kvblade.ko", "");
    }
    // What the words run in: a network and a /sys of their own, with these stand-ins.
    Words with_module(const std::string& name) const {
        const std::string stand_in =
            AOE_SOURCE_DIR "/conformance/compare/checks/stand_in_module.sh";
        const std::string here = folder().string();
        write("insmod", "#!/bin/sh\n[ \"$*\" = '" + here + '/' + name +
                            ".ko' ] || exit 9\nexec sh " + stand_in + " load " + name + ' ' + here +
                            " " AOE_BINARY_DIR "/bin/aoe-target\n");
        write("rmmod", "#!/bin/sh\n[ \"$*\" = " + name + " ] || exit 9\nexec sh " + stand_in +
                           " unload " + name + ' ' + here + '\n');
        const std::string script =
            write("with.sh",
                  "mount -t tmpfs none /sys || exit 99\nPATH=" + here + ":$PATH\nexec \"$@\"\n");
        return {"unshare", "--net", "--mount", "sh", script};
    }
    std::string plan(const std::string& profile, const std::string& module,
                     const std::string& more = {}) const {
        return write("module.toml", "[[target]]\nkind = 'module'\nprofile = '" + profile +
                                        "'\nbin = '" + module + "'\n" + more);
    }
    std::string log() const { return text_of(folder() / "log"); }
    std::size_t logged(const std::string& word) const {
        std::size_t found = 0;
        const std::string text = '\n' + log();
        for (auto at = text.find('\n' + word + ' '); at != std::string::npos;
             at = text.find('\n' + word + ' ', at + 1)) {
            ++found;
        }
        return found;
    }
};

class ModuleProfile : public ModuleLive,
                      public testing::WithParamInterface<std::pair<const char*, const char*>> {};

TEST_P(ModuleProfile, IsLoadedToldAndUnloaded) {
    const auto [profile, module] = GetParam();
    ASSERT_EQ(run({plan(profile, module + std::string(".ko")), "--tests",
                   "cfg.read.*,cfg.restart.*,hdr.version.*,ata.read.*"},
                  with_module(module)),
              0)
        << out() << err() << log();
    const Column judged = column(matrix(), profile);
    EXPECT_EQ(judged.state, State::judged) << judged.note;
    EXPECT_EQ(judged.kind, "module");
    EXPECT_GT(count(judged, Verdict::pass), 10U) << log();
    EXPECT_EQ(count(judged, Verdict::fail), 0U);
    EXPECT_GT(logged("loaded"), 1U) << "a restart is one of the module";
    EXPECT_EQ(logged("loaded"), logged("unloaded"));
    EXPECT_EQ(logged("refused:"), 0U) << log();
    expect_nothing_left();
}

INSTANTIATE_TEST_SUITE_P(, ModuleProfile,
                         testing::Values(std::pair("kvblade", "kvblade"),
                                         std::pair("vblade-kernel", "vb")),
                         [](const auto& each) { return std::string(each.param.second); });

TEST_F(ModuleLive, IsUnloadedAfterCtrlC) {
    // Nothing is told to serve, and so it does not answer.
    const pid_t run = begin({plan("kvblade", "kvblade.ko", "command = 'sleep 1000'\nstop = ':'\n")},
                            with_module("kvblade"));
    for (int i = 0; i < 2000 && logged("loaded") == 0; ++i) ::usleep(10000);
    ASSERT_EQ(logged("loaded"), 1U) << err();
    ::kill(run, SIGINT);
    EXPECT_EQ(end(run), 130);
    EXPECT_EQ(logged("unloaded"), 1U) << log();
    expect_nothing_left();
}

TEST_F(ModuleLive, ThatCannotBeLoadedIsAColumnThatSaysSo) {
    EXPECT_EQ(run({plan("kvblade", "kvblade.ko",
                        "load = 'echo Invalid module format; exit 1'\nunload = 'echo no >>" +
                            (folder() / "log").string() + "'\n")},
                  with_module("kvblade")),
              3);
    EXPECT_THAT(column(matrix(), "kvblade").note,
                AllOf(HasSubstr("its module could not be loaded"),
                      HasSubstr("exited with status 1"), HasSubstr("Invalid module format")));
    EXPECT_THAT(log(), IsEmpty()) << "what is loaded already is somebody else's";
    expect_nothing_left();
}

TEST_F(ModuleLive, ThatCannotBeUnloadedIsTold) {
    EXPECT_EQ(
        run({plan("kvblade", "kvblade.ko", "unload = 'echo Module kvblade is in use; exit 1'\n"),
             "--tests", "cfg.read.answered"},
            with_module("kvblade")),
        3);
    EXPECT_THAT(column(matrix(), "kvblade").note,
                AllOf(HasSubstr("its module could not be unloaded"), HasSubstr("is in use")));
}

TEST_F(ModuleLive, NeedsRoot) {
    const std::string file = plan("kvblade", "kvblade.ko");
    std::filesystem::permissions(folder(), std::filesystem::perms(0755));
    std::filesystem::permissions(file, std::filesystem::perms(0644));
    std::filesystem::permissions(folder() / "kvblade.ko", std::filesystem::perms(0644));
    const std::string command = "setpriv --reuid=65534 --regid=65534 --clear-groups " AOE_BINARY_DIR
                                "/bin/aoe-conform compare " +
                                file + " >" + (folder() / "out").string() + " 2>&1";
    EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), 3) << out();
    EXPECT_THAT(out(), HasSubstr("needs root"));
}

}  // namespace
}  // namespace aoe::conformance
