// SPDX-License-Identifier: MIT
// The recorded implementations' own frames, judged: what is found is what golden/ holds, where each
// line was checked by hand against its frame. A change is looked at before it is accepted.
#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "conformance/capture/capture_reader.h"
#include "conformance/judge/judge.h"
#include "conformance/judge/verdicts.h"

namespace aoe::conformance {
namespace {

namespace fs = std::filesystem;

const fs::path captures = AOE_SOURCE_DIR "/captures";
const fs::path golden = AOE_SOURCE_DIR "/conformance/judge/golden";
const fs::path found = AOE_BINARY_DIR "/golden";

// In the other folders the initiator is the prober, which breaks rules on purpose.
const std::set<std::string> recordings_of_initiators{"ipxe", "linux-initiator"};

constexpr std::size_t most_named = 20;

// "13 read-20-1": the frame to blame, and the exchange that it belongs to.
std::string where(const Violation& one, bool with_exchange) {
    const std::uint64_t frame = one.reply != 0 ? one.reply : one.request;
    if (!with_exchange) return fmt::format("{}", frame);
    const std::string marker = one.marker.substr(one.marker.find('/') + 1);
    return fmt::format("{}{}{}", frame, marker.empty() ? "" : " ", marker);
}

// A line for each way of breaking a rule, with every frame that does.
void write_broken(std::ostream& out, const std::string& subject, const Rule& rule,
                  const std::vector<Violation>& violations) {
    std::vector<std::vector<const Violation*>> lines;
    for (const Violation& one : violations) {
        const auto same = [&](const auto& line) {
            return line.front()->words.expected == one.words.expected &&
                   line.front()->words.actual == one.words.actual;
        };
        const auto line = std::find_if(lines.begin(), lines.end(), same);
        if (line != lines.end()) {
            line->push_back(&one);
        } else {
            lines.push_back({&one});
        }
    }
    for (const auto& line : lines) {
        std::string frames;
        for (const Violation* one : line) {
            frames += (frames.empty() ? "" : ", ") + where(*one, line.size() <= most_named);
        }
        const Words& words = line.front()->words;
        out << fmt::format("{}: {} {} {}: expected {}; was {}: {}\n", subject,
                           name(severity_of(rule)), rule.test.requirements.front(), rule.test.id,
                           words.expected, words.actual, frames);
    }
}

void write_counts(std::ostream& out, const std::string& subject,
                  const std::vector<RuleCount>& counts, bool initiators) {
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const Rule& rule = all_rules()[i];
        if (is_about_initiators(rule) != initiators) continue;
        EXPECT_EQ(counts[i].broken, counts[i].first.size());
        write_broken(out, subject, rule, counts[i].first);
    }
}

void judge_file(std::ostream& out, const fs::path& file, bool initiators_too) {
    auto reader = open_capture(file);
    ASSERT_TRUE(reader) << reader.error();
    Judge judge({.first_violations = 100000, .on_broken = {}});
    judge.begin_file();
    while (const auto packet = reader->next()) judge.see(look_at(*packet));
    judge.end_file();
    const std::string file_name = file.stem().string() + " ";
    for (const auto& target : judge.traffic().targets()) {
        write_counts(out, file_name + name_of(*target, judge.traffic()), target->counts, false);
    }
    if (!initiators_too) return;
    for (const auto& initiator : judge.traffic().initiators()) {
        write_counts(out, file_name + name_of(*initiator), initiator->counts, true);
    }
}

std::string text_of(const fs::path& file) {
    std::ifstream stream(file);
    std::stringstream text;
    text << stream.rdbuf();
    return text.str();
}

TEST(Golden, RecordedImplementationsBreakWhatTheyAreKnownToBreak) {
    std::map<std::string, std::vector<fs::path>> implementations;
    for (const auto& entry : fs::recursive_directory_iterator(captures)) {
        if (entry.path().extension() != ".pcap") continue;
        implementations[entry.path().parent_path().filename()].push_back(entry.path());
    }
    ASSERT_FALSE(implementations.empty());
    fs::create_directories(found);
    for (auto& [implementation, files] : implementations) {
        std::sort(files.begin(), files.end());
        std::ostringstream out;
        for (const fs::path& file : files) {
            judge_file(out, file, recordings_of_initiators.contains(implementation));
        }
        const fs::path now = found / (implementation + ".txt");
        std::ofstream(now) << out.str();
        EXPECT_TRUE(text_of(golden / (implementation + ".txt")) == out.str())
            << "what is found now is in " << now;
    }
}

}  // namespace
}  // namespace aoe::conformance
