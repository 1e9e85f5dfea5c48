// SPDX-License-Identifier: MIT
// What aoe-target says before it serves anything.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "target/program_test.h"

namespace aoe::target {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

/// Expects the status and, on standard error, one line that holds `sentence`.
void expect_refusal(const std::vector<std::string>& arguments, int status,
                    const std::string& sentence) {
    Program program(arguments);
    EXPECT_EQ(program.exit_status(), status) << testing::PrintToString(arguments);
    EXPECT_THAT(program.error_line(), AllOf(StartsWith("aoe-target: "), HasSubstr(sentence)));
    EXPECT_EQ(program.error_line(), "") << "more than one line";
    EXPECT_EQ(program.line(), "");
}

TEST(CommandLineTest, HelpAndVersion) {
    Program help({"--help"});
    EXPECT_EQ(help.exit_status(), 0);
    std::string text;
    for (std::string line = help.line(); text.size() < 5000; line = help.line()) {
        text += line + "\n";
    }
    for (const char* part :
         {"SHELF SLOT IFACE FILE", "-b,--buffer-count", "-d,--direct", "-s,--sync",
          "-r,--read-only", "-m,--mask", "-o,--offset", "-l,--length", "--serial", "--model",
          "--link packet|xdp", "Examples:", "Exit status:", "setcap"}) {
        EXPECT_THAT(text, HasSubstr(part));
    }
    Program version({"--version"});
    EXPECT_EQ(version.exit_status(), 0);
    EXPECT_THAT(version.line(), testing::MatchesRegex("aoe-target [0-9.]+"));
}

TEST(CommandLineTest, WrongUsageIsExplained) {
    expect_refusal({}, 2, "expected SHELF SLOT IFACE FILE");
    expect_refusal({"7", "3", "eth0"}, 2, "expected SHELF SLOT IFACE FILE");
    expect_refusal({"7", "3", "eth0", "file", "more"}, 2, "expected SHELF SLOT IFACE FILE");
    expect_refusal({"65535", "3", "eth0", "file"}, 2, "from 0 to 65534");
    expect_refusal({"7", "255", "eth0", "file"}, 2, "from 0 to 254");
    expect_refusal({"-3", "3", "eth0", "file"}, 2, "-3");
    expect_refusal({"e7.3", "file"}, 2, "lacks the interface");
    expect_refusal({"-x", "7", "3", "eth0", "file"}, 2, "-x");
    expect_refusal({"-b", "0", "7", "3", "eth0", "file"}, 2, "-b 0: expected a number from 1");
    expect_refusal({"-b", "65536", "7", "3", "eth0", "file"}, 2, "to 65535");
    expect_refusal({"-b", "4x", "7", "3", "eth0", "file"}, 2, "-b 4x");
    expect_refusal({"-o", "-1", "7", "3", "eth0", "file"}, 2, "-o -1");
    expect_refusal({"-l", "0", "7", "3", "eth0", "file"}, 2, "-l 0");
    expect_refusal({"-m", "02:00", "7", "3", "eth0", "file"}, 2, "-m 02:00: expected an address");
    expect_refusal({"--serial", std::string(21, 'x'), "7", "3", "eth0", "file"}, 2, "--serial");
    expect_refusal({"--config", "/etc/aoe.toml", "-r"}, 2, "--config takes no other options");
    expect_refusal({"--config", "/etc/aoe.toml", "7", "3", "eth0", "file"}, 2, "no other options");
    expect_refusal({"--config", "/nowhere.toml"}, 2, "/nowhere.toml: cannot be read");
    expect_refusal({"--link", "tap", "7", "3", "eth0", "file"}, 2,
                   "--link: 'tap' is none of: packet");
    expect_refusal({"--model", "caf\xc3\xa9", "7", "3", "eth0", "file"}, 2, "--model");
}

TEST(CommandLineTest, WhatCannotBeServedIsNamed) {
    const ScratchFile file(100);
    expect_refusal({"7", "3", "eth0", "/nowhere/disk.img"}, 1,
                   "/nowhere/disk.img: No such file or directory");
    expect_refusal({"7", "3", "eth0", "/dev/null"}, 1, "neither a regular file nor a block device");
    expect_refusal({"7", "3", "eth0", file.path()}, 1, "cannot export any sectors");
    const ScratchFile disk(5000);
    expect_refusal({"7", "3", "no-such-port", disk.path()}, 1, "no-such-port");
    expect_refusal({"e7.3@lo", disk.path()}, 1, "lo");
}

}  // namespace
}  // namespace aoe::target
