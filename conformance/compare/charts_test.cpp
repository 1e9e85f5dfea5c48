// SPDX-License-Identifier: MIT
#include "conformance/compare/charts.h"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/compare/matrix_html.h"
#include "conformance/compare/matrix_json.h"
#include "conformance/compare/matrix_text.h"

namespace aoe::conformance {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

Performance speed(const std::string& target, double rate) {
    return {.target = target,
            .conditions = {.machine = "a processor",
                           .date = "2026-11-23",
                           .program = "aoe-bench 0.1.0",
                           .network = {},
                           .write_percent = 0,
                           .random = true,
                           .verified = false,
                           .sectors = 2,
                           .outstanding = 32,
                           .mtu = 1500,
                           .disk_sectors = 131072},
            .model = "Model of " + target,
            .how = target + " {iface}",
            .command = "aoe-bench ...",
            .rates = {rate - 10, rate, rate + 20},
            .requests_per_s = rate,
            .variation = 0.0123,
            .megabytes_per_s = 1.5,
            .p50_us = 30,
            .p90_us = 40,
            .p99_us = 50,
            .p99_9_us = 60,
            .max_us = 70,
            .load_cpu_us = 2,
            .target_cpu_us = {},
            .seconds = 6,
            .outstanding = 32,
            .retransmitted = 0,
            .lost = 0,
            .refused = 0,
            .wrong = 0,
            .ratio = {}};
}

Matrix matrix(std::vector<Performance> speeds, std::vector<Measurement> measurements = {}) {
    Matrix made{.version = "0.1.0", .rows = {}, .columns = {}, .measurements = {}};
    for (const char* name : {"one", "two", "three"}) {
        made.columns.push_back(
            empty_column({.name = name, .title = std::string("The ") + name}, State::missing, ""));
    }
    made.performance = std::move(speeds);
    made.measurements = std::move(measurements);
    return made;
}

std::vector<std::string> names(const Chart& chart) {
    std::vector<std::string> all;
    for (const Bar& bar : chart.bars) all.push_back(bar.name);
    return all;
}

using Write = void (*)(std::ostream&, const Matrix&);
std::string written(Write write, const Matrix& made) {
    std::ostringstream out;
    write(out, made);
    return out.str();
}
void text(std::ostream& out, const Matrix& made) {
    write_matrix_text(out, made, false);
}

TEST(Charts, HoldWhatWasMeasuredAlikeInTheOrderOfTheColumns) {
    const auto all = charts(matrix({speed("three", 300), speed("one", 100), speed("two", 200)}));
    ASSERT_THAT(all, SizeIs(1));
    EXPECT_EQ(all[0].title, "Random reads, 2 sectors, 32 outstanding");
    EXPECT_EQ(
        all[0].conditions,
        "MTU 1500, private network, disk of 64 MiB; a processor; 2026-11-23, aoe-bench 0.1.0");
    EXPECT_THAT(names(all[0]), ElementsAre("The one", "The two", "The three"));
    EXPECT_EQ(scale_end(all[0]), 320) << "what the fastest run reached";
    EXPECT_EQ(all[0].bars[0].text, "100");
    EXPECT_EQ(all[0].bars[0].least, 90);
    EXPECT_THAT(all[0].bars[0].cells,
                ElementsAre("1.2 %", "1.5", "30.0", "50.0", "60.0", "unknown", "3 x 2.0 s"));
    ASSERT_THAT(all[0].bars[0].cells, SizeIs(all[0].heads.size()));
}

// Two numbers of different machines, days, networks or loads have no scale in common.
TEST(Charts, KeepApartWhatCannotBeHeldAgainstEachOther) {
    using Change = void (*)(LoadConditions&);
    for (const Change change : std::initializer_list<Change>{
             [](LoadConditions& load) { load.machine = "another"; },
             [](LoadConditions& load) { load.date = "2026-11-24"; },
             [](LoadConditions& load) { load.program = "aoe-bench 0.2.0"; },
             [](LoadConditions& load) { load.network = "eth1"; },
             [](LoadConditions& load) { load.write_percent = 30; },
             [](LoadConditions& load) { load.random = false; },
             [](LoadConditions& load) { load.verified = true; },
             [](LoadConditions& load) { load.sectors = 16; },
             [](LoadConditions& load) { load.outstanding = 64; },
             [](LoadConditions& load) { load.mtu = 9000; },
             [](LoadConditions& load) { load.disk_sectors = 4096; }}) {
        Performance other = speed("two", 200);
        change(other.conditions);
        const auto all = charts(matrix({speed("one", 100), other}));
        ASSERT_THAT(all, SizeIs(2));
        EXPECT_NE(all[0].title + all[0].conditions, all[1].title + all[1].conditions)
            << "a reader sees why";
    }
}

TEST(Charts, TellWhatTookTurns) {
    Performance one = speed("one", 100);
    one.ratio = {"two", 0.5, 0.4, 0.6};
    EXPECT_THAT(charts(matrix({one, speed("two", 200)}))[0].remarks,
                ElementsAre("Of runs that took turns, The one did 0.500 times as many as The two, "
                            "between 0.400 and 0.600 with 95 %"));
    EXPECT_THAT(charts(matrix({one, speed("two", 200), speed("three", 300)}))[0].remarks,
                SizeIs(2));
    EXPECT_THAT(charts(matrix({speed("one", 100)}))[0].remarks, IsEmpty());
}

TEST(Charts, HideNoTrouble) {
    Performance bad = speed("one", 100);
    bad.wrong = 1;
    bad.lost = 2;
    bad.outstanding = 16;
    const Chart chart = charts(matrix({bad}))[0];
    EXPECT_THAT(chart.remarks,
                ElementsAre("Of the requests to The one: 1 answered wrongly, 2 lost"));
    EXPECT_THAT(chart.bars[0].how, HasSubstr("16 outstanding in truth"));
}

// A number from elsewhere has its conditions in words; the same words are the same conditions.
TEST(Charts, OfATargetsFileGoByItsWords) {
    Measurement first{"one", "reads", 401000, "requests/s", "two cores", ""};
    Measurement other = first, noted = first;
    other.conditions = "four cores";
    noted.target = "two";
    noted.note = "without rings";
    const auto all = charts(matrix({}, {first, other, noted}));
    ASSERT_THAT(all, SizeIs(2));
    EXPECT_THAT(names(all[0]), ElementsAre("The one", "The two"));
    EXPECT_THAT(all[0].bars[1].cells, ElementsAre("without rings"));
    EXPECT_THAT(all[1].heads, IsEmpty());
}

// Comparisons may come from anywhere.
TEST(Charts, TakeNumbersOfTargetsThatAreNotThere) {
    const auto all = charts(matrix({speed("nobody", 1), speed("one", 0)}));
    ASSERT_THAT(all, SizeIs(1));
    EXPECT_THAT(names(all[0]), ElementsAre("The one", "nobody"));
    Measurement none{"one", "reads", 0, "requests/s", "here", ""};
    EXPECT_GT(scale_end(charts(matrix({}, {none}))[0]), 0);
}

TEST(ChartsText, FitsATerminal) {
    const std::string out = written(text, matrix({speed("one", 401234), speed("two", 1.5)}));
    EXPECT_THAT(out, AllOf(HasSubstr("\nPerformance\n"), HasSubstr("requests/s"),
                           HasSubstr("401234"), HasSubstr("The one: Model of one, one {iface}")));
    const std::size_t begin = out.find("\nPerformance\n");
    std::istringstream lines(out.substr(begin, out.rfind("\n\n") - begin));
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100U) << line;
    EXPECT_THAT(written(text, matrix({})), Not(HasSubstr("Performance")));
}

TEST(ChartsMarkdown, AreTables) {
    EXPECT_THAT(written([](auto& out, const Matrix& all) { write_matrix_markdown(out, all, {}); },
                        matrix({speed("one", 401234)})),
                AllOf(HasSubstr("#### Random reads, 2 sectors, 32 outstanding\n\nMTU 1500"),
                      HasSubstr("| The one | 401234 | 1.2 % | 1.5 | 30.0 |")));
}

TEST(ChartsHtml, AreTablesWithBars) {
    Matrix made = matrix({speed("one", 100), speed("two", 50)});
    made.performance[0].conditions.machine = "<b>bold</b>";
    made.performance[1].conditions.machine = "<b>bold</b>";
    const std::string out = written(write_matrix_html, made);
    EXPECT_THAT(out, AllOf(HasSubstr("<a href=\"#performance\">"),
                           HasSubstr("<th scope=\"col\">requests/s</th>"),
                           HasSubstr("<rect class=\"done\" width=\"83.3\" height=\"10\"/>"),
                           HasSubstr("<rect class=\"span\" x=\"75.0\" y=\"4\" width=\"25.0\""),
                           HasSubstr("aria-hidden=\"true\""), HasSubstr("&lt;b&gt;bold"),
                           Not(HasSubstr("<b>bold"))));
    EXPECT_THAT(written(write_matrix_html, matrix({})), Not(HasSubstr("#performance")));
}

TEST(ChartsJson, ComeBackAsTheyWere) {
    Matrix made = matrix({speed("one", 100.25)}, {{"one", "w", 1.5, "u", "c", "a note"}});
    made.performance[0].target_cpu_us = 1.25;
    made.performance[0].ratio = {"two", 1, 0.5, 2};
    const std::string json = matrix_json(made);
    const auto read = read_matrix(json, "m.json");
    ASSERT_TRUE(read.has_value()) << read.error();
    EXPECT_EQ(read->performance, made.performance);
    EXPECT_EQ(matrix_json(*read), json);
    std::string wrong = json;
    wrong.replace(wrong.find("\"variation\": 0.0123"), 19, "\"variation\": \"none\"");
    EXPECT_THAT(read_matrix(wrong, "m.json").error(),
                HasSubstr("m.json is no comparison that can be read"));
    std::string older = json;
    const std::size_t at = older.find(",\n \"performance\"");
    older.replace(at, older.rfind("\n}") - at, "");
    ASSERT_TRUE(read_matrix(older, "m.json").has_value()) << read_matrix(older, "m.json").error();
}

TEST(ChartsJson, OfAoeBenchIsNoComparison) {
    EXPECT_THAT(read_matrix(R"({"program": "aoe-bench"})", "b.json").error(),
                HasSubstr("--bench NAME=FILE takes it"));
}

}  // namespace
}  // namespace aoe::conformance
