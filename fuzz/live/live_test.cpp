// SPDX-License-Identifier: MIT
// The program as its users run it: it finds the mistake of a target that it starts, and nothing in
// the bundled one.
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/shell_test.h"
#include "wire/net_test.h"

namespace aoe::fuzz {
namespace {

using testing::HasSubstr;
using testing_cli::Ended;
using testing_cli::shell;
using testing_link::is_required;

const std::string bin = AOE_BINARY_DIR "/bin/";

/// Without the line breaks that stand wherever a report's column ends.
std::string unwrapped(const std::string& text) {
    std::string words;
    for (const char c : text) {
        const char next = c == '\n' ? ' ' : c;
        if (next != ' ' || !words.ends_with(' ')) words += next;
    }
    return words;
}

class LiveFuzz : public testing_link::NetTest {
protected:
    Ended fuzz(const std::string& target, const std::string& options) const {
        return shell(bin + "aoe-fuzz --start '" + target + "' --findings " +
                     (folder_ / "findings").string() + " -o json=" + json_file() + " " + options);
    }
    Ended replay(const std::filesystem::path& file, const std::string& target) const {
        return shell(bin + "aoe-conform replay " + file.string() +
                     " --as-fast-as-possible --start '" + target + "'");
    }
    std::string json_file() const { return folder_ / "all.json"; }
    nlohmann::json json() const { return nlohmann::json::parse(std::ifstream(json_file())); }
    std::vector<std::filesystem::path> files() const {
        std::vector<std::filesystem::path> found;
        std::error_code none;
        for (const auto& entry : std::filesystem::directory_iterator(folder_ / "findings", none)) {
            found.push_back(entry.path());
        }
        return found;
    }

    testing_cli::Folder folder_;
};

TEST_F(LiveFuzz, FindsAPlantedMistakeAndWritesIt) {
    const Ended ended = fuzz(AOE_BINARY_DIR "/tests/planted-target {shelf} {slot} {iface} {file}",
                             "--shelf 7 --slot 3 --cases 100");
    ASSERT_EQ(ended.status, 1) << ended.out;
    EXPECT_THAT(ended.out, HasSubstr("finding 1: the target was killed by signal 6 (Aborted) after "
                                     "2 frames [10/10]"));
    EXPECT_THAT(ended.out, HasSubstr("planted: the list is not what it was"));

    const nlohmann::json all = json();
    EXPECT_EQ(all["exit_status"], 1);
    EXPECT_EQ(all["cases"], 100);
    ASSERT_THAT(all["findings"], testing::Not(testing::IsEmpty()));
    for (const nlohmann::json& finding : all["findings"]) {
        EXPECT_EQ(finding["kind"], "crashed");
        EXPECT_EQ(finding["confirmed"], 10);
        EXPECT_EQ(finding["frames"].size(), 2U);
    }
    const std::filesystem::path file = folder_ / "findings" / "e7.3-1-crashed.pcapng";
    ASSERT_THAT(files(), testing::Contains(file));
    const Ended again =
        replay(file, AOE_BINARY_DIR "/tests/planted-target {shelf} {slot} {iface} {file}");
    EXPECT_EQ(again.status, 1);
    EXPECT_THAT(unwrapped(again.out), HasSubstr("the target was killed by signal 6 (Aborted)"));

    if (shell("command -v tshark").status != 0) GTEST_SKIP() << "tshark is not installed";
    const Ended read = shell("tshark -r " + file.string() +
                             " -T fields -E separator='|' -e frame.protocols -e frame.comment "
                             "-e frame.packet_flags_direction 2>/dev/null");
    EXPECT_THAT(read.out, HasSubstr("eth:ethertype:aoe|1 of 2: config "));
    EXPECT_THAT(read.out, HasSubstr("eth:ethertype:aoe|2 of 2: reserve read|"));
}

// What a right target must withstand, for a few seconds.
TEST_F(LiveFuzz, FindsNothingInTheBundledTarget) {
    const Ended ended =
        fuzz(bin + "aoe-target {shelf} {slot} {iface} {file}", "--cases 200000 --max-time 5");
    EXPECT_EQ(ended.status, 0) << ended.out;
    EXPECT_GT(json()["cases"], 1000);
    EXPECT_THAT(files(), testing::IsEmpty());
}

TEST_F(LiveFuzz, FindsHowVbladeDies) {
    if (shell("command -v vblade").status != 0) {
        if (is_required("tools")) FAIL() << "vblade is not installed";
        GTEST_SKIP() << "vblade is not installed";
    }
    const Ended ended = fuzz("vblade {shelf} {slot} {iface} {file}", "--max-time 5");
    ASSERT_EQ(ended.status, 1) << ended.out;
    EXPECT_THAT(ended.out, HasSubstr("exited with status 1 after 1 frame [10/10]"));
    EXPECT_THAT(ended.out, HasSubstr("write to network: Message too long"));
    const nlohmann::json all = json();
    for (const nlohmann::json& finding : all["findings"]) {
        EXPECT_LE(finding["frames"].size(), 3U) << finding;
        EXPECT_EQ(finding["confirmed"], 10) << finding;
    }
    // Its frame is larger than what either end's MTU says.
    const Ended again = replay(folder_ / "findings" / "e258.0-1-crashed.pcapng",
                               "vblade {shelf} {slot} {iface} {file}");
    EXPECT_EQ(again.status, 1);
    EXPECT_THAT(unwrapped(again.out), HasSubstr("the target exited with status 1"));
}

TEST_F(LiveFuzz, SaysWhatIsWrongAndEndsAsDocumented) {
    const Ended no_slot = shell(bin + "aoe-fuzz -i veth0 --shelf 7");
    EXPECT_EQ(no_slot.status, 2);
    EXPECT_THAT(no_slot.out, HasSubstr("--slot is missing"));
    EXPECT_EQ(shell(bin + "aoe-fuzz -i no-such-interface --shelf 7 --slot 3").status, 2);
    const Ended no_target = fuzz("false {file}", "--max-time 1");
    EXPECT_EQ(no_target.status, 3);
    EXPECT_THAT(no_target.out, HasSubstr("exited with status 1"));
    EXPECT_EQ(fuzz("vblade {what}", "--max-time 1").status, 2);
}

}  // namespace
}  // namespace aoe::fuzz
