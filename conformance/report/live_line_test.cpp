// SPDX-License-Identifier: MIT
#include "conformance/report/live_line.h"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/case.h"
#include "wire/memory_link.h"

namespace aoe::conformance {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

struct HandClock final : Clock {
    Time now() const noexcept override { return time; }
    void wait(Link&, Time deadline) override { time = deadline; }
    Time time{};
};

// Prints a line for each case that failed, as the console does.
struct Inner final : Reporter {
    explicit Inner(std::ostream& to) : out(to) {}
    void case_finished(const CaseResult& result) override {
        if (result.verdict == Verdict::fail) out << "block\n";
    }
    void run_finished(const Summary&) override { out << "summary\n"; }
    std::ostream& out;
};

class LiveLineTest : public testing::Test {
protected:
    LiveLineTest() { line.wrap(inner); }

    CaseResult result(Verdict verdict, std::size_t number = 0) const {
        CaseResult made;
        made.test = &all_cases()[number];
        made.target = "e7.3";
        made.verdict = verdict;
        return made;
    }

    HandClock clock;
    std::ostringstream terminal;
    std::size_t columns = 80;
    LiveLine line{terminal, clock, {.columns = [this] { return columns; }, .max_time = {}}};
    Inner inner{line.out()};
};

TEST(LiveText, says_how_far_and_cuts_at_the_edge) {
    Progress progress{.target = "e7.3",
                      .current = "cfg.reply.version",
                      .done = 12,
                      .all = 316,
                      .failed = 2,
                      .elapsed = 3200ms,
                      .left = 21s};
    EXPECT_EQ(live_text(progress, 100),
              "e7.3 [ 12/316] 3 s, about 20 s left, 2 failed, cfg.reply.version");
    EXPECT_THAT(live_text(progress, 20), SizeIs(20));
    progress.left.reset();
    progress.failed = 0;
    EXPECT_EQ(live_text(progress, 100), "e7.3 [ 12/316] 3 s, cfg.reply.version");
}

TEST(LiveText, an_estimate_is_no_more_exact_than_it_is) {
    const auto left = [](Time time) {
        return live_text({.target = {}, .current = {}, .left = time}, 100);
    };
    EXPECT_THAT(left(7400ms), HasSubstr("about 7 s left"));
    EXPECT_THAT(left(43s), HasSubstr("about 45 s left"));
    EXPECT_THAT(left(200s), HasSubstr("about 3 min left"));
}

TEST(TimeLeft, is_the_mean_and_nothing_while_there_is_no_mean) {
    EXPECT_EQ(time_left(100, 300, 10s), 20s);
    EXPECT_EQ(time_left(300, 300, 10s), 0s);
    EXPECT_EQ(time_left(14, 300, 10s), std::nullopt) << "too few cases";
    EXPECT_EQ(time_left(100, 300, 1s), std::nullopt) << "too short a time";
    EXPECT_EQ(time_left(0, 0, 10s), std::nullopt);
}

TEST_F(LiveLineTest, draws_at_most_every_50_ms) {
    line.run_started({.version = "", .parameters = {}, .command = "", .cases = 3});
    line.case_started(all_cases()[0]);
    EXPECT_EQ(terminal.str(), "") << "50 ms have not passed";
    clock.time = 50ms;
    line.tick();
    const std::string once = terminal.str();
    EXPECT_THAT(once, StartsWith("\r[0/3] 0 s, "));
    clock.time = 99ms;
    line.case_finished(result(Verdict::pass));
    line.case_started(all_cases()[1]);
    EXPECT_EQ(terminal.str(), once);
    clock.time = 100ms;
    line.tick();
    EXPECT_THAT(terminal.str(), HasSubstr("[1/3]"));
}

TEST_F(LiveLineTest, a_drawing_overwrites_and_never_blanks_the_line_first) {
    line.case_started(all_cases()[0]);
    for (int i = 1; i <= 3; ++i) {
        clock.time += 50ms;
        line.tick();
    }
    EXPECT_THAT(terminal.str(), Not(HasSubstr("\r\x1b[K"))) << "erased before it was drawn";
}

TEST_F(LiveLineTest, stays_within_the_width_of_the_moment) {
    columns = 12;
    line.case_started(all_cases()[0]);
    clock.time = 50ms;
    line.tick();
    EXPECT_THAT(terminal.str(), SizeIs(1 + 11 + 3)) << "return, text, erase to the end";
}

TEST_F(LiveLineTest, is_erased_before_something_is_printed_and_at_the_end) {
    line.case_started(all_cases()[0]);
    clock.time = 50ms;
    line.tick();
    line.case_finished(result(Verdict::fail));
    EXPECT_THAT(terminal.str(), EndsWith("\r\x1b[Kblock\n"));
    clock.time = 100ms;
    line.tick();
    EXPECT_THAT(terminal.str(), HasSubstr("1 failed"));
    line.run_finished({});
    EXPECT_THAT(terminal.str(), EndsWith("\r\x1b[Ksummary\n"));
    clock.time = 1s;
    line.tick();
    EXPECT_THAT(terminal.str(), EndsWith("summary\n")) << "nothing is drawn after the end";
}

TEST_F(LiveLineTest, a_late_reply_makes_one_failure_more_and_only_one) {
    line.case_started(all_cases()[0]);
    line.case_finished(result(Verdict::pass));
    line.case_amended(result(Verdict::fail));
    line.case_amended(result(Verdict::fail));
    clock.time = 50ms;
    line.tick();
    EXPECT_THAT(terminal.str(), HasSubstr("1 failed"));
}

TEST_F(LiveLineTest, the_end_of_the_time_bounds_the_estimate) {
    std::ostringstream other;
    LiveLine bounded(other, clock, {.columns = [] { return 80U; }, .max_time = 6s});
    bounded.wrap(inner);
    bounded.run_started({.version = "", .parameters = {}, .command = "", .cases = 100});
    for (std::size_t i = 0; i < 10; ++i) bounded.case_finished(result(Verdict::pass, i));
    clock.time = 4s;
    bounded.case_started(all_cases()[10]);
    EXPECT_THAT(other.str(), HasSubstr("about 2 s left"));
}

TEST_F(LiveLineTest, the_clock_draws_while_a_case_waits) {
    LiveClock live(clock, line);
    line.case_started(all_cases()[0]);
    const auto [link, other_end] = make_memory_pair({});
    live.wait(*link, 10s);
    EXPECT_EQ(clock.time, 50ms) << "it waited past the next drawing";
    EXPECT_THAT(terminal.str(), HasSubstr(std::string(all_cases()[0].id)));
}

}  // namespace
}  // namespace aoe::conformance
