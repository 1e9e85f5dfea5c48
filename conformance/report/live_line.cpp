// SPDX-License-Identifier: MIT
#include "conformance/report/live_line.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "conformance/case.h"

namespace aoe::conformance {

namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Time between_drawings = milliseconds(50);

bool counts_as_failed(Verdict verdict) {
    return verdict == Verdict::fail || verdict == Verdict::flaky || verdict == Verdict::error;
}

// No more exact than an estimate is.
std::string rough(Time time) {
    const auto s = duration_cast<seconds>(time + milliseconds(500)).count();
    if (s < 10) return fmt::format("{} s", s);
    if (s < 90) return fmt::format("{} s", (s + 2) / 5 * 5);
    return fmt::format("{} min", (s + 30) / 60);
}

}  // namespace

std::string live_text(const Progress& progress, std::size_t columns) {
    const auto digits = fmt::formatted_size("{}", progress.all);
    std::string text = progress.target.empty() ? "" : progress.target + ' ';
    text += fmt::format("[{:>{}}/{}] {} s", progress.done, digits, progress.all,
                        duration_cast<seconds>(progress.elapsed).count());
    if (progress.left) text += fmt::format(", about {} left", rough(*progress.left));
    if (progress.failed > 0) text += fmt::format(", {} failed", progress.failed);
    // Last, since its length differs from case to case: what is before it stands still.
    if (!progress.current.empty()) text += ", " + progress.current;
    if (text.size() > columns) text.resize(columns);
    return text;
}

std::optional<Time> time_left(std::size_t done, std::size_t all, Time elapsed) {
    if (elapsed < seconds(2) || done < std::max<std::size_t>(1, all / 20)) return std::nullopt;
    const auto each = static_cast<double>(elapsed.count()) / static_cast<double>(done);
    return Time(static_cast<Time::rep>(each * static_cast<double>(all - std::min(done, all))));
}

LiveLine::LiveLine(std::ostream& terminal, const Clock& clock, LiveLineOptions options)
    : terminal_(terminal),
      clock_(clock),
      options_(std::move(options)),
      out_(this),
      run_started_(clock.now()),
      target_started_(run_started_),
      next_(run_started_ + between_drawings) {}

LiveLine::~LiveLine() {
    erase();
}

void LiveLine::erase() {
    if (!std::exchange(shown_, false)) return;
    terminal_ << "\r\x1b[K";
    terminal_.flush();
}

LiveLine::int_type LiveLine::overflow(int_type character) {
    erase();
    return terminal_.rdbuf()->sputc(traits_type::to_char_type(character));
}

std::streamsize LiveLine::xsputn(const char* text, std::streamsize size) {
    erase();
    return terminal_.rdbuf()->sputn(text, size);
}

int LiveLine::sync() {
    return terminal_.rdbuf()->pubsync();
}

void LiveLine::tick() {
    const Time now = clock_.now();
    if (!running_ || now < next_) return;
    next_ = now + between_drawings;
    progress_.elapsed = now - target_started_;
    progress_.left = time_left(progress_.done, progress_.all, progress_.elapsed);
    if (progress_.left && options_.max_time) {
        const Time rest = std::max(Time{}, run_started_ + *options_.max_time - now);
        progress_.left = std::min(*progress_.left, rest);
    }
    // The last column stays empty: some terminals wrap once it is written. One write, over what
    // is there, and only then the rest is erased: nothing flickers.
    const std::size_t columns = std::max<std::size_t>(2, options_.columns()) - 1;
    const std::string text = "\r" + live_text(progress_, columns) + "\x1b[K";
    terminal_.write(text.data(), static_cast<std::streamsize>(text.size()));
    terminal_.flush();
    shown_ = true;
}

void LiveLine::run_started(const RunInfo& info) {
    progress_.all = info.cases;
    inner_->run_started(info);
}

void LiveLine::target_started(const TargetFacts& target) {
    progress_.target = target.name();
    progress_.done = 0;
    target_started_ = clock_.now();
    inner_->target_started(target);
}

void LiveLine::case_started(const Case& test) {
    running_ = true;
    progress_.current = test.id;
    inner_->case_started(test);
    tick();
}

void LiveLine::count(const CaseResult& result) {
    const std::tuple key(result.test, result.target, result.repetition);
    if (counts_as_failed(result.verdict)) failures_.insert(key);
    progress_.failed = failures_.size();
}

void LiveLine::case_finished(const CaseResult& result) {
    ++progress_.done;
    count(result);
    inner_->case_finished(result);
    tick();
}

void LiveLine::case_amended(const CaseResult& result) {
    count(result);
    inner_->case_amended(result);
}

void LiveLine::run_finished(const Summary& summary) {
    running_ = false;
    erase();
    inner_->run_finished(summary);
}

void LiveClock::wait(Link& link, Time deadline) {
    clock_.wait(link, std::min(deadline, clock_.now() + between_drawings));
    line_.tick();
}

}  // namespace aoe::conformance
