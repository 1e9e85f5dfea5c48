// SPDX-License-Identifier: MIT
// Reports are written from results that were read back: what is read, what is refused, and what
// comes out, against the files of golden/ and against strings that a hostile target might choose.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/report/diff.h"
#include "conformance/report/digest.h"
#include "conformance/report/escape.h"
#include "conformance/report/formats.h"
#include "conformance/report/results.h"
#include "conformance/report/whole_file.h"

namespace aoe::conformance {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::filesystem::path golden = AOE_SOURCE_DIR "/conformance/report/golden";

std::string read(const std::filesystem::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

Expected<Results, std::string> parse(const std::string& text) {
    std::istringstream in(text);
    return read_results(in, "run.jsonl");
}

Results load(const char* name) {
    auto results = parse(read(golden / name));
    EXPECT_TRUE(results) << name;
    return results ? *results : Results{};
}

std::string write(const char* format, const Results& results) {
    std::ostringstream out;
    find_format(format)->write(out, results);
    return out.str();
}

// AOE_UPDATE_GOLDEN=1 writes the files instead: read their difference before it is committed.
void expect_golden(const std::string& actual, const char* name) {
    if (std::getenv("AOE_UPDATE_GOLDEN") != nullptr) {
        std::ofstream(golden / name) << actual;
    }
    EXPECT_EQ(actual, read(golden / name)) << name;
}

std::string error_of(const std::string& text) {
    const auto results = parse(text);
    return results ? "was read" : results.error();
}

std::string lines(const std::string& text, std::size_t count) {
    std::size_t end = 0;
    for (std::size_t i = 0; i < count; ++i) end = text.find('\n', end) + 1;
    return text.substr(0, end);
}

TEST(Results, AreReadBackWhole) {
    const Results results = load("results.jsonl");
    EXPECT_EQ(results.run.command, "aoe-conform --iface eth1 --shelf 7");
    ASSERT_EQ(results.targets.size(), 2U);
    EXPECT_EQ(results.targets[0].model, "EtherDrive <vblade>");
    ASSERT_EQ(results.cases.size(), 15U);
    const CaseRecord& failed = results.cases[2];
    EXPECT_EQ(failed.verdict, Verdict::fail);
    ASSERT_EQ(failed.findings.size(), 1U);
    ASSERT_EQ(failed.findings[0].fields.size(), 4U);
    EXPECT_TRUE(failed.findings[0].fields[1].differs);
    ASSERT_TRUE(results.summary);
    EXPECT_EQ(results.summary->exit_status, 4);
}

TEST(Results, WhatCannotBeReadIsNamedWithItsLine) {
    const std::string whole = read(golden / "results.jsonl");
    EXPECT_EQ(error_of(""), "run.jsonl is empty: no run, not even a part");
    EXPECT_EQ(error_of("hello\n"), "run.jsonl, line 1 is not JSON");
    EXPECT_EQ(error_of("[1]\n"), "run.jsonl, line 1 is no JSON object");
    EXPECT_EQ(error_of("{}\n"), "run.jsonl, line 1 has no \"type\"");
    EXPECT_EQ(error_of("{\"type\":\"case\"}\n"), "run.jsonl, line 1 is not how a run begins");
    EXPECT_EQ(error_of(whole.substr(0, lines(whole, 3).size() + 40)),
              "run.jsonl, line 4 ends in the middle: the file was cut");
    EXPECT_EQ(error_of(whole + whole),
              "run.jsonl, line 20 follows the summary: a file holds one run");
    EXPECT_EQ(error_of(lines(whole, 1) + whole),
              "run.jsonl, line 2 begins another run: a file holds one");
    EXPECT_EQ(error_of(lines(whole, 2) + lines(whole, 2).substr(lines(whole, 1).size())),
              "run.jsonl, line 3 describes e7.3 again");
    const auto with = [&](const std::string& was, const std::string& is) {
        std::string text = whole;
        text.replace(text.find(was), was.size(), is);
        return error_of(text);
    };
    EXPECT_EQ(with("\"schema\":1", "\"schema\":2"),
              "run.jsonl, line 1 is of schema 2; this version reads schema 1");
    EXPECT_EQ(with("\"mac\"", "\"mick\""), "run.jsonl, line 2 has no \"mac\"");
    EXPECT_EQ(with("\"mtu\":1500", "\"mtu\":-1"),
              "run.jsonl, line 2 has a \"mtu\" of the wrong type");
    EXPECT_EQ(with("\"verdict\":\"pass\"", "\"verdict\":\"good\""),
              "run.jsonl, line 4 has an unknown verdict, 'good'");
    EXPECT_EQ(with("\"target\":\"e7.3\",\"requirement\"", "\"target\":\"e9.9\",\"requirement\""),
              "run.jsonl, line 4 is about e9.9, which no line before it describes");
    EXPECT_EQ(with("EtherDrive", "Ether\xff"), "run.jsonl, line 2 is not JSON");
}

TEST(Results, NewKeysAndTypesAreForLaterVersions) {
    std::string text = read(golden / "results.jsonl");
    text.insert(lines(text, 1).size(), "{\"type\":\"weather\",\"sunny\":true}\n");
    text.insert(1, "\"moon\":\"full\",");
    EXPECT_TRUE(parse(text));
}

TEST(Results, ALaterLineOfTheSameCaseCounts) {
    std::string text = lines(read(golden / "results.jsonl"), 4);
    std::string amended = text.substr(lines(text, 3).size());
    amended.replace(amended.find("\"pass\""), 6, "\"fail\"");
    const auto results = parse(text + amended);
    ASSERT_TRUE(results);
    ASSERT_EQ(results->cases.size(), 1U);
    EXPECT_EQ(results->cases[0].verdict, Verdict::fail);
}

TEST(Results, ARunWithoutItsSummaryIsCutShortAndNeverPassed) {
    const auto results = parse(lines(read(golden / "results.jsonl"), 5));
    ASSERT_TRUE(results);
    EXPECT_FALSE(passed(*results));
    EXPECT_EQ(outcome(*results), "cut short");
    const std::string sentence = "the run was cut short: its results end after 2 of 24 cases";
    EXPECT_THAT(problems(*results), testing::ElementsAre(sentence));
    for (const Format& format : formats()) {
        std::ostringstream out;
        format.write(out, *results);
        EXPECT_THAT(out.str(), AllOf(HasSubstr(sentence), HasSubstr("e7.3"))) << format.name;
    }
}

TEST(Reports, AreAsTheGoldenFilesHaveThem) {
    const Results results = load("results.jsonl");
    expect_golden(write("markdown", results), "report.md");
    expect_golden(write("tap", results), "report.tap");
    expect_golden(write("junit", results), "report.xml");
    const Results down = load("down.jsonl");
    expect_golden(write("markdown", down), "down.md");
    expect_golden(write("tap", down), "down.tap");
    expect_golden(write("junit", down), "down.xml");
}

// A reader who looks for failures and errors only must not take a run for good that was not.
TEST(Reports, JUnitAndTapAreGreenOnlyWhenTheRunPassed) {
    Results green = load("results.jsonl");
    green.cases.resize(2);
    green.summary->exit_status = 0;
    green.summary->problems.clear();
    EXPECT_THAT(write("junit", green), HasSubstr("failures=\"0\" errors=\"0\""));
    EXPECT_THAT(write("tap", green), AllOf(Not(HasSubstr("not ok")), Not(HasSubstr("Bail out!"))));
    for (int status = 1; status <= 5; ++status) {
        green.summary->exit_status = status;
        EXPECT_THAT(write("junit", green), HasSubstr("<error message=")) << status;
        EXPECT_THAT(write("tap", green), HasSubstr("Bail out!")) << status;
        EXPECT_THAT(write("html", green), HasSubstr("class=\"problem\"")) << status;
        EXPECT_THAT(write("markdown", green), HasSubstr("is not whole")) << status;
    }
}

TEST(Reports, WhatCountsAsAFailureFollowsTheOptionsOfTheRun) {
    Results results = load("results.jsonl");
    const std::size_t before = failures(results);
    results.run.strict = true;
    EXPECT_EQ(failures(results), before + 1);
    EXPECT_THAT(write("junit", results), HasSubstr("type=\"warn\""));
    results.run.flaky_excused = true;
    EXPECT_EQ(failures(results), before);
    EXPECT_THAT(write("junit", results), Not(HasSubstr("type=\"flaky\"")));
}

TEST(Reports, MarkdownFitsAComment) {
    Results results = load("results.jsonl");
    const CaseRecord failed = results.cases[2];
    const std::string awkward = std::string(100'000, '|') + "`````" + std::string(3000, '`');
    for (std::size_t i = 0; i < 500; ++i) {
        CaseRecord record = failed;
        record.id = "case" + std::to_string(i) + awkward;
        record.reason = record.requirement_text = record.findings[0].actual = awkward;
        record.verdict = i % 2 == 0 ? Verdict::fail : i % 4 == 1 ? Verdict::warn : Verdict::skip;
        results.cases.push_back(record);
        results.targets.push_back(results.targets[0]);
        results.targets.back().model = awkward;
        results.summary->problems.push_back(awkward);
    }
    EXPECT_LT(write("markdown", results).size(), 65'000U);
}

TEST(Escape, WhatCannotBeShownIsWrittenOut) {
    EXPECT_EQ(printable("plain text, ümlaut, 漢字, 🙂"), "plain text, ümlaut, 漢字, 🙂");
    EXPECT_EQ(printable(std::string_view("a\0b\x1b[0m\r\n\t\x7f", 10)),
              "a\\x00b\\x1b[0m\\x0d\\n\\t");
    EXPECT_EQ(printable("\xc2\x85"), "\\x85");
    EXPECT_EQ(printable("\xff\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80\xe2\x82"),
              "\\xff\\xc0\\xaf\\xed\\xa0\\x80\\xf4\\x90\\x80\\x80\\xe2\\x82");
    EXPECT_EQ(printable("\u202egnp.exe\ufeff\uffff\U000e0041"),
              "\\u{202e}gnp.exe\\u{feff}\\u{ffff}\\u{e0041}");
    EXPECT_EQ(printable_lines("a\nb\x01"), "a\nb\\x01");
    EXPECT_EQ(markup("<a href=\"'\">&]]>"), "&lt;a href=&quot;&#39;&quot;&gt;&amp;]]&gt;");
    EXPECT_EQ(shortened("ümlaut", 3), "üml...");
    EXPECT_EQ(shortened("üml", 3), "üml");
}

TEST(Diff, IsAsTheGoldenFileHasIt) {
    std::ostringstream out;
    const Difference difference = write_diff(out, load("older.jsonl"), load("results.jsonl"));
    expect_golden(out.str(), "diff.txt");
    EXPECT_EQ(difference.regressions, 4U);
}

TEST(Diff, OfARunWithItselfIsNothing) {
    std::ostringstream out;
    const Results results = load("results.jsonl");
    EXPECT_EQ(write_diff(out, results, results).regressions, 0U);
    EXPECT_THAT(out.str(), AllOf(HasSubstr("no difference"), Not(HasSubstr("->"))));
}

// Every pair of verdicts: what was met and fails, or was judged and is not, is a regression.
TEST(Diff, RegressionsAreWhatTheManualSays) {
    const Results results = load("results.jsonl");
    for (std::size_t was = 0; was < verdict_count; ++was) {
        for (std::size_t is = 0; is < verdict_count; ++is) {
            Results before = results, after = results;
            before.cases.resize(1);
            after.cases.resize(1);
            before.cases[0].verdict = static_cast<Verdict>(was);
            after.cases[0].verdict = static_cast<Verdict>(is);
            const auto any_of = [](Verdict verdict, std::initializer_list<Verdict> set) {
                return std::find(set.begin(), set.end(), verdict) != set.end();
            };
            const bool met = any_of(
                static_cast<Verdict>(was),
                {Verdict::pass, Verdict::info, Verdict::warn, Verdict::xfail, Verdict::xpass});
            const bool judged =
                met || any_of(static_cast<Verdict>(was), {Verdict::fail, Verdict::flaky});
            const bool fails =
                any_of(static_cast<Verdict>(is), {Verdict::fail, Verdict::flaky, Verdict::error});
            const bool left_out =
                any_of(static_cast<Verdict>(is), {Verdict::skip, Verdict::not_applicable});
            std::ostringstream out;
            EXPECT_EQ(write_diff(out, before, after).regressions,
                      (met && fails) || (judged && left_out) ? 1U : 0U)
                << out.str();
        }
    }
}

TEST(Diff, TagsAndSmallShiftsOfTimeAreNoise) {
    const Results before = load("results.jsonl");
    Results after = before;
    std::string& reason = after.cases[2].reason;
    reason.replace(reason.find("0x00000002"), 10, "0xdeadbeef");
    for (CaseRecord& record : after.cases) record.duration_us = record.duration_us * 2 + 10'000;
    std::ostringstream out;
    write_diff(out, before, after);
    EXPECT_THAT(out.str(), AllOf(Not(HasSubstr("other texts")), Not(HasSubstr("slower ("))));
    after.cases[0].duration_us = after.cases[1].duration_us = 60'000;
    write_diff(out, before, after);
    EXPECT_THAT(out.str(), HasSubstr("slower (1)"));
}

TEST(WholeFile, IsReplacedOrLeftAlone) {
    std::string folder = testing::TempDir() + "whole-XXXXXX";
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    const std::filesystem::path file = std::filesystem::path(folder) / "report";
    EXPECT_EQ(why_not_writable(file), "");
    EXPECT_EQ(write_whole(file, "first"), "");
    std::filesystem::create_symlink(file, file.string() + ".link");
    EXPECT_EQ(write_whole(file.string() + ".link", "second"), "");
    EXPECT_EQ(read(file), "second");
    EXPECT_TRUE(std::filesystem::is_symlink(file.string() + ".link"));
    EXPECT_NE(write_whole(file / "below", "x"), "");
    EXPECT_NE(why_not_writable(folder), "");
    EXPECT_NE(why_not_writable("/nosuch/report"), "");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 2);
    std::filesystem::remove_all(folder);
    EXPECT_THAT(write_whole("/dev/full", "x"), HasSubstr("No space"));
}

}  // namespace
}  // namespace aoe::conformance
