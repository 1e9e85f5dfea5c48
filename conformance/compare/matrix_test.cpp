// SPDX-License-Identifier: MIT
#include "conformance/compare/matrix.h"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/compare/insight.h"
#include "conformance/compare/matrix_html.h"
#include "conformance/compare/matrix_json.h"
#include "conformance/compare/matrix_text.h"
#include "conformance/compare/one_target.h"
#include "conformance/compare/settle.h"
#include "conformance/report/report.h"

namespace aoe::conformance {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

CaseRecord result(const std::string& id, std::vector<std::string> requirements, Verdict verdict) {
    CaseRecord record;
    record.id = id;
    record.requirement = requirements.front();
    record.requirements = std::move(requirements);
    record.verdict = verdict;
    return record;
}

FindingRecord finding(const std::string& requirement, Verdict severity) {
    FindingRecord found;
    found.requirement = requirement;
    found.severity = severity;
    found.expected = "this";
    found.actual = "that";
    return found;
}

Results results(std::vector<CaseRecord> cases) {
    Results all;
    all.cases = std::move(cases);
    all.summary = SummaryRecord{};
    return all;
}

Column column(const std::string& name, std::vector<CaseRecord> cases) {
    return make_column({.name = name, .title = name}, results(std::move(cases)), How::live);
}

Row row(const std::string& id, const std::string& level, const std::string& impact) {
    return {.id = id,
            .group = "hdr",
            .text = "Text of " + id + ".",
            .why = "Harm of " + id + ".",
            .level = level,
            .condition = {},
            .impact = impact,
            .since = "r8",
            .basis = "seen"};
}

// Three that were judged and one that is not there.
Matrix example() {
    Matrix matrix{.version = "0.1.0", .rows = {}, .columns = {}, .measurements = {}};
    matrix.rows = {row("A", "MUST", "data loss"), row("B", "MUST", "cosmetic"),
                   row("C", "SHOULD", "leak"), row("D", "MAY", "hang")};
    CaseRecord bad = result("a.1", {"A"}, Verdict::fail);
    bad.findings = {finding("A", Verdict::fail)};
    bad.liveness = "the target was killed by signal 11 (Segmentation fault)";
    matrix.columns = {
        column("good", {result("a.1", {"A", "B"}, Verdict::pass),
                        result("c.1", {"C"}, Verdict::pass), result("d.1", {"D"}, Verdict::skip)}),
        column("bad",
               {bad, result("b.1", {"B"}, Verdict::pass), result("c.1", {"C"}, Verdict::warn)}),
        column("odd",
               {result("a.1", {"A", "B"}, Verdict::pass), result("c.1", {"C"}, Verdict::warn)}),
        empty_column({.name = "gone", .title = "Gone"}, State::missing, "install it")};
    matrix.measurements = {{.target = "good",
                            .what = "reads",
                            .value = 401000,
                            .unit = "requests/s",
                            .conditions = "two cores"}};
    return matrix;
}

std::vector<std::string> ids(const std::vector<const Row*>& rows) {
    std::vector<std::string> all;
    for (const Row* each : rows) all.push_back(each->id);
    return all;
}

TEST(Cells, HoldTheWorstVerdictOfTheirCases) {
    CaseRecord bad = result("x.2", {"A", "B"}, Verdict::fail);
    bad.findings = {finding("A", Verdict::fail)};
    const Column made = column(
        "t", {result("x.1", {"A", "B"}, Verdict::pass), bad, result("x.3", {"A"}, Verdict::pass)});
    EXPECT_EQ(find_cell(made, "A")->verdict, Verdict::fail);
    EXPECT_THAT(find_cell(made, "A")->passed, ElementsAre("x.1", "x.3"));
    EXPECT_THAT(find_cell(made, "A")->evidence, SizeIs(1));
    EXPECT_EQ(find_cell(made, "B")->verdict, Verdict::pass)
        << "a failure says nothing of a requirement that it is not about";
    EXPECT_EQ(find_cell(made, "Z"), nullptr);
}

TEST(Cells, KeepWhatExplainsThem) {
    CaseRecord bad = result("x.1", {"A"}, Verdict::fail);
    bad.findings = {finding("A", Verdict::fail)};
    bad.liveness = "the target answers no request any more";
    const Column made = column("t", {bad, result("x.2", {"B"}, Verdict::skip)});
    const Evidence& evidence = find_cell(made, "A")->evidence.front();
    EXPECT_EQ(evidence.expected, "this");
    EXPECT_EQ(evidence.actual, "that");
    EXPECT_EQ(evidence.after, "the target answers no request any more");
    EXPECT_THAT(made.survival.hangs, SizeIs(1));
    EXPECT_EQ(find_cell(made, "B")->verdict, Verdict::skip);
}

TEST(Cells, KeepTheWorstWhereThereIsMuch) {
    std::vector<CaseRecord> cases;
    for (int i = 0; i < 10; ++i) cases.push_back(result("x.1", {"A"}, Verdict::info));
    for (CaseRecord& each : cases) each.findings = {finding("A", Verdict::info)};
    cases.push_back(result("x.2", {"A"}, Verdict::fail));
    cases.back().findings = {finding("A", Verdict::fail)};
    const Column made = column("t", cases);
    EXPECT_EQ(find_cell(made, "A")->evidence.front().id, "x.2");
    EXPECT_THAT(find_cell(made, "A")->evidence, SizeIs(8));
}

// A flaky failure is not worse than one that every run repeats, and not the same either.
TEST(Cells, SayThatAFailureDidNotComeAgain) {
    CaseRecord flaky = result("x.1", {"A"}, Verdict::flaky);
    flaky.findings = {finding("A", Verdict::fail)};
    EXPECT_EQ(find_cell(column("t", {flaky}), "A")->verdict, Verdict::flaky);
}

TEST(OneTarget, IsTheOneThatWasNamedOrJudgedMost) {
    Results all = results({result("a", {"A"}, Verdict::pass), result("b", {"B"}, Verdict::skip),
                           result("a", {"A"}, Verdict::fail), result("b", {"B"}, Verdict::pass)});
    all.summary->exit_status = 1;
    all.cases[0].target = all.cases[1].target = "e1.1";
    all.cases[2].target = all.cases[3].target = "e7.3 at 02:00:00:00:00:01";
    for (const char* name : {"e1.1", "e7.3 at 02:00:00:00:00:01"}) {
        all.targets.emplace_back();
        all.targets.back().name = name;
    }
    EXPECT_THAT(of_one_target(all, "")->cases, SizeIs(2));
    EXPECT_EQ(of_one_target(all, "")->targets.front().name, "e7.3 at 02:00:00:00:00:01");
    EXPECT_EQ(of_one_target(all, "e1.1")->cases.front().verdict, Verdict::pass);
    EXPECT_EQ(of_one_target(all, "e7.3")->cases.front().verdict, Verdict::fail);
    EXPECT_EQ(of_one_target(all, "e1.1")->summary->exit_status, 0) << "another one failed";
    EXPECT_FALSE(of_one_target(all, "e2.2").has_value());
}

TEST(Columns, SayHowFarTheyCame) {
    EXPECT_EQ(column("t", {result("a", {"A"}, Verdict::pass)}).state, State::judged);
    Results cut = results({result("a", {"A"}, Verdict::pass)});
    cut.summary.reset();
    const Column partly = make_column({.name = "t"}, cut, How::replayed);
    EXPECT_EQ(partly.state, State::partly);
    EXPECT_THAT(partly.note, HasSubstr("cut short"));
    EXPECT_EQ(column("t", {result("a", {"A"}, Verdict::skip)}).state, State::failed);
}

TEST(Rows, AreTheCataloguesByGroupAndImpact) {
    const std::vector<Row> rows = catalogue_rows();
    ASSERT_GT(rows.size(), 200U);
    EXPECT_EQ(rows.front().group, "hdr");
    const std::vector<std::string> order{"data loss", "leak",           "crash",   "hang",
                                         "lock-out",  "interoperation", "cosmetic"};
    const auto rank = [&](const Row& each) {
        return std::find(order.begin(), order.end(), each.impact) - order.begin();
    };
    for (std::size_t i = 1; i < rows.size(); ++i) {
        if (rows[i].group != rows[i - 1].group) continue;
        EXPECT_LE(rank(rows[i - 1]), rank(rows[i])) << rows[i].id;
    }
}

TEST(Insight, FindsWhereTheyDisagree) {
    EXPECT_THAT(ids(disagreements(example())), ElementsAre("A", "C"));
}

TEST(Insight, FindsWhatOnlyOneFails) {
    const Matrix matrix = example();
    EXPECT_THAT(ids(only_this_fails(matrix, matrix.columns[1])), ElementsAre("A"))
        << "C is not met by another one either";
    EXPECT_THAT(ids(only_this_fails(matrix, matrix.columns[0])), IsEmpty());
}

TEST(Insight, CountsByLevel) {
    const Matrix matrix = example();
    const std::vector<LevelScore> levels = scores(matrix, matrix.columns[1]);
    EXPECT_EQ(levels[0].level, "MUST");
    EXPECT_EQ(levels[0].met, 1U);
    EXPECT_EQ(levels[0].unmet, 1U);
    EXPECT_EQ(levels[1].unmet, 1U);
    EXPECT_EQ(levels[2].unjudged, 1U);
}

TEST(Insight, NamesHarmWorstFirst) {
    const Matrix matrix = example();
    const std::vector<Harms> all = harms(matrix, matrix.columns[1]);
    ASSERT_THAT(all, SizeIs(2));
    EXPECT_EQ(all[0].impact, "data loss");
    EXPECT_EQ(all[1].impact, "leak");
    EXPECT_THAT(harms(matrix, matrix.columns[0]), IsEmpty());
    EXPECT_EQ(survival_text(matrix.columns[1].survival), "died once");
}

TEST(MatrixJson, ComesBackAsItWas) {
    const std::string json = matrix_json(example());
    const auto read = read_matrix(json, "m.json");
    ASSERT_TRUE(read.has_value()) << read.error();
    EXPECT_EQ(matrix_json(*read), json);
    std::ostringstream before, after;
    write_matrix_markdown(before, example(), {});
    write_matrix_markdown(after, *read, {});
    EXPECT_EQ(before.str(), after.str());
}

TEST(MatrixJson, SaysWhatIsWrong) {
    const auto refusal = [](const std::string& text) { return read_matrix(text, "m").error(); };
    EXPECT_THAT(refusal("{}"), HasSubstr("no comparison of aoe-conform"));
    EXPECT_THAT(refusal("{"), HasSubstr("m is no comparison that can be read"));
    std::string json = matrix_json(example());
    json.replace(json.find("\"schema\": 1"), 11, "\"schema\": 9");
    EXPECT_THAT(refusal(json), HasSubstr("another version"));
    json = matrix_json(example());
    json.replace(json.find("\"verdict\": \"fail\""), 17, "\"verdict\": \"evil\"");
    EXPECT_THAT(refusal(json), HasSubstr("'evil' is no verdict"));
}

// Targets put anything into their strings, and files may come from anywhere.
TEST(MatrixJson, IsMadePrintable) {
    Matrix matrix = example();
    matrix.columns[0].title = "\x1b[31mred";
    const auto read = read_matrix(matrix_json(matrix), "m");
    ASSERT_TRUE(read.has_value()) << read.error();
    EXPECT_EQ(read->columns[0].title, "\\x1b[31mred");
}

TEST(MatrixText, ShowsEveryTargetAndWhatDiffers) {
    std::ostringstream out;
    write_matrix_text(out, example(), false);
    EXPECT_THAT(out.str(), AllOf(HasSubstr("Gone                 not installed: install it"),
                                 HasSubstr("Can lose or damage data:"), HasSubstr("Harm of A."),
                                 HasSubstr("it died once"), Not(HasSubstr("Text of B."))));
    std::ostringstream all;
    write_matrix_text(all, example(), true);
    EXPECT_THAT(all.str(), HasSubstr("Text of B."));
}

TEST(MatrixHtml, HasTheSamePolicyAsContents) {
    Matrix matrix = example();
    matrix.columns[1].cells.at("A").evidence.front().actual = "<script>alert(1)</script>";
    std::ostringstream out;
    write_matrix_html(out, matrix);
    EXPECT_THAT(out.str(), AllOf(HasSubstr("default-src 'none'"), HasSubstr("script-src 'sha256-"),
                                 HasSubstr("href=\"#e1-2\""), HasSubstr("<article id=\"e1-2\""),
                                 HasSubstr("data-in=\"all differ unmet only\""),
                                 HasSubstr("&lt;script&gt;alert(1)"), HasSubstr("install it"),
                                 Not(HasSubstr("<script>alert"))));
}

// A flood and losses belong to the whole run; whose frames they were is known.
TEST(Columns, TellWhatARunRemarksOnItsTarget) {
    Results run = results({result("x.1", {"A"}, Verdict::pass)});
    run.summary->remarks = {"e1.0 " + std::string(flooded_text), "e1.0 " + std::string(lossy_text),
                            "anything else"};
    const Column made = make_column({.name = "t"}, run, How::live);
    EXPECT_EQ(made.state, State::judged);
    EXPECT_EQ(survived_text(made), std::string(flooded_text) + ", " + std::string(lossy_text));
    Matrix matrix = example();
    matrix.columns = {made};
    const auto read = read_matrix(matrix_json(matrix), "m");
    ASSERT_TRUE(read.has_value()) << read.error();
    EXPECT_EQ(survived_text(read->columns[0]), survived_text(made));
    using Write = void (*)(std::ostream&, const Matrix&);
    const Write text = [](std::ostream& out, const Matrix& all) {
        write_matrix_text(out, all, false);
    };
    const Write markdown = [](std::ostream& out, const Matrix& all) {
        write_matrix_markdown(out, all, {});
    };
    for (const Write write : {text, markdown, Write(write_matrix_html)}) {
        std::ostringstream out;
        write(out, matrix);
        EXPECT_THAT(out.str(), HasSubstr("sent more than 100 frames a second"));
    }
}

TEST(Insight, DoesNotClaimWhatNobodySaw) {
    Matrix matrix = example();
    EXPECT_EQ(survived_text(matrix.columns[0]), "answered throughout");
    matrix.columns[0].how = How::judged;
    EXPECT_EQ(survived_text(matrix.columns[0]), "not known");
    // B is met by all three; D was asked of nobody.
    EXPECT_THAT(headline(matrix),
                HasSubstr("3 of 4 requirements: 1 met by all that were asked, 2"));
    matrix.columns[1].cells.erase("B");
    EXPECT_THAT(headline(matrix),
                HasSubstr("1 met by all that were asked (1 of them asked of two or fewer), 2 not"));
}

// What was tried, for whom it fails alone, and how each was judged.
TEST(MatrixMarkdown, SaysWhenAndFromWhat) {
    Matrix matrix = example();
    matrix.columns[1].cells.at("A").evidence.front().summary = "It keeps what was written.";
    matrix.columns[2].how = How::judged;
    std::ostringstream out, text;
    write_matrix_markdown(out, matrix, "all.html");
    write_matrix_text(text, matrix, false);
    EXPECT_THAT(
        out.str(),
        AllOf(HasSubstr("  - A (fail): Harm of A. Not so: It keeps what was written.\n"),
              HasSubstr("- **good**: Nothing that loses or leaks data, crashes, hangs or locks out "
                        "was found, in 2 such requirements judged (live)\n"),
              HasSubstr("### Only this one fails\n\n- **bad** (live):\n  - a.1: the target was "),
              HasSubstr("  - A (fail, MUST, data loss): Text of A.\n"),
              HasSubstr("| good, live | bad, live | odd, judged |"),
              HasSubstr("[all.html](all.html)")));
    EXPECT_THAT(text.str(),
                AllOf(HasSubstr("A (fail): Harm of A. Not so: It keeps what was written.\n"),
                      HasSubstr("good: all 2 MUST met\n  Nothing that loses"),
                      HasSubstr("Only this one fails:\n    A (fail, MUST, data loss)"),
                      HasSubstr(" live   live   judged\n")));
}

TEST(MatrixMarkdown, HoldsTheMatrixAndTheMeasurements) {
    std::ostringstream out;
    write_matrix_markdown(out, example(), "all.html");
    EXPECT_THAT(
        out.str(),
        AllOf(HasSubstr("| A | MUST | data loss | pass | fail | pass | Text of A. |"),
              HasSubstr("#### reads\n\ntwo cores."), HasSubstr("| implementation | requests/s |"),
              HasSubstr("| good | 401000 |"), HasSubstr("not installed")));
}

// What two runs leave behind of the same; the second lost two frames before it.
Column settled_run(const std::string& tag, const std::string& next_tag, const std::string& folder) {
    const auto dump = [&](const std::string& data) {
        return "0000  02 00 00 00 00 02 02 00 00 00 00 01 88 a2 10 00\n0010  01 02 00 01 80 01 "
               "12 " +
               tag + ' ' + data + '\n';
    };
    Evidence evidence;
    evidence.reason = "dropped " + tag + " of 160 reads sent at once";
    evidence.expected = "tag 0x800112" + tag;
    evidence.actual = "tag 0x800112" + next_tag + ", not 0x80011200";
    evidence.request = dump("80 01 12 00");
    evidence.bytes = dump("00 00 00 00");
    Column column;
    column.note = "cannot open /proc/12" + tag + "/fd/5 for " + folder + "/0/run";
    column.cells["AOE-CFG-01"].evidence = {evidence};
    settle(column, folder);
    return column;
}

TEST(Settle, GivesTheSameOfTwoRuns) {
    const Column one = settled_run("17", "18", "/tmp/x1"), two = settled_run("19", "1a", "/tmp/y2");
    const Evidence &first = one.cells.at("AOE-CFG-01").evidence.front(),
                   &second = two.cells.at("AOE-CFG-01").evidence.front();
    EXPECT_EQ(one.note, "cannot open {file} for {run}/0/run");
    EXPECT_EQ(one.note, two.note);
    EXPECT_THAT(first.request, HasSubstr("0010  01 02 00 01 80 01 00 01 80 01 12 00\n"));
    EXPECT_EQ(first.request, second.request);
    EXPECT_EQ(first.bytes, second.bytes);
    EXPECT_EQ(first.expected, "tag 0x80010001") << "the request's";
    EXPECT_EQ(first.actual, "tag 0x80010002, not 0x80010003");
    EXPECT_EQ(first.actual, second.actual);
    EXPECT_EQ(first.reason, second.reason);
}

// A tag that a case chose is what it is about.
TEST(Settle, LeavesOtherTagsAlone) {
    Evidence evidence;
    evidence.actual = "tag 0x00000001, 0xffffffff, 0x80000000";
    Column column;
    column.cells["AOE-HDR-01"].evidence = {evidence};
    settle(column, {});
    EXPECT_EQ(column.cells.at("AOE-HDR-01").evidence.front().actual, evidence.actual);
}

}  // namespace
}  // namespace aoe::conformance
