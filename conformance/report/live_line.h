// SPDX-License-Identifier: MIT
// One line at the bottom of a terminal that says how far a run is. It wraps the listener that
// prints, and is erased in the moment in which that prints something; it never wraps at the
// terminal's edge and is gone at the end. Without a terminal nobody makes one, so that nothing of
// it can get into a pipe.
#pragma once

#include <functional>
#include <optional>
#include <ostream>
#include <set>
#include <streambuf>
#include <string>
#include <tuple>

#include "conformance/report/report.h"
#include "wire/clock.h"

namespace aoe::conformance {

/// What the line says.
struct Progress {
    std::string target;   // "e7.3", as soon as one is known.
    std::string current;  // Id of the case that runs.
    std::size_t done = 0, all = 0;
    std::size_t failed = 0;
    Time elapsed{};
    std::optional<Time> left;  // Estimated; none while that would be a guess.
};

/// "e7.3 [12/316] 3 s, about 20 s left, 2 failed, cfg.reply.version", at most that many columns.
std::string live_text(const Progress& progress, std::size_t columns);

/// What is left at the mean of the cases so far. None for the first 2 s and the first twentieth of
/// the cases, which are no basis for a mean.
std::optional<Time> time_left(std::size_t done, std::size_t all, Time elapsed);

struct LiveLineOptions {
    std::function<std::size_t()> columns;  // Asked before each drawing: windows change their size.
    std::optional<Time> max_time;          // Of the run: it ends by then, whatever the mean says.
};

class LiveLine final : public Reporter, private std::streambuf {
public:
    /// `terminal` is where the line is drawn, and `clock` when; both must outlive the line.
    LiveLine(std::ostream& terminal, const Clock& clock, LiveLineOptions options);
    /// Erases the line, so that what follows an exception begins on an empty one.
    ~LiveLine() override;

    /// Where the wrapped listener prints, the same terminal; erases the line first.
    std::ostream& out() { return out_; }
    /// Who hears every event, after the line and before it is drawn again.
    void wrap(Reporter& inner) { inner_ = &inner; }
    /// Draws the line if the last drawing is 50 ms old: called while a case waits.
    void tick();

    void run_started(const RunInfo& info) override;
    void target_started(const TargetFacts& target) override;
    void case_started(const Case& test) override;
    void case_finished(const CaseResult& result) override;
    void case_amended(const CaseResult& result) override;
    void run_finished(const Summary& summary) override;

private:
    int_type overflow(int_type character) override;
    std::streamsize xsputn(const char* text, std::streamsize size) override;
    int sync() override;
    void erase();
    void count(const CaseResult& result);

    std::ostream& terminal_;
    const Clock& clock_;
    LiveLineOptions options_;
    std::ostream out_;
    Reporter* inner_ = nullptr;
    Progress progress_;
    std::set<std::tuple<const Case*, std::string, unsigned>> failures_;
    Time run_started_;
    Time target_started_;
    Time next_;  // When it may be drawn again.
    bool running_ = false;
    bool shown_ = false;
};

/// Time as it is, with the line drawn while a case waits. A wait ends early for it, as any may.
class LiveClock final : public Clock {
public:
    LiveClock(Clock& clock, LiveLine& line) : clock_(clock), line_(line) {}
    Time now() const noexcept override { return clock_.now(); }
    void wait(Link& link, Time deadline) override;

private:
    Clock& clock_;
    LiveLine& line_;
};

}  // namespace aoe::conformance
