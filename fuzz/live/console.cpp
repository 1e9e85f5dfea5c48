// SPDX-License-Identifier: MIT
#include "fuzz/live/console.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <optional>

#include "conformance/describe.h"

namespace aoe::fuzz {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t most_frames_told = 4;
constexpr std::size_t longest_line = 200;

double seconds(Time time) {
    return std::chrono::duration<double>(time).count();
}

double rate(const Tally& tally) {
    return tally.living > Time::zero() ? static_cast<double>(tally.cases) / seconds(tally.living)
                                       : 0;
}

std::string plural(std::uint64_t count, std::string_view one) {
    return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

/// By whichever limit is nearer.
std::optional<double> seconds_left(const Tally& tally, const ConsoleOptions& options) {
    std::optional<double> left;
    if (options.max_time) left = seconds(*options.max_time - tally.elapsed);
    if (options.cases && tally.cases > 0) {
        const double by_cases = seconds(tally.elapsed) *
                                static_cast<double>(*options.cases - tally.cases) /
                                static_cast<double>(tally.cases);
        left = std::min(left.value_or(by_cases), by_cases);
    }
    return left ? std::optional(std::max(0.0, *left)) : std::nullopt;
}

std::string mebibytes(std::size_t bytes) {
    return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / (1 << 20));
}

}  // namespace

std::string progress_text(const Tally& tally, const ConsoleOptions& options) {
    std::string text = fmt::format("{:.0f} s, {}, {:.0f} a second, {} reply classes, {}",
                                   seconds(tally.elapsed), plural(tally.cases, "case"), rate(tally),
                                   tally.classes, plural(tally.findings, "finding"));
    if (const auto left = seconds_left(tally, options)) {
        text += fmt::format(", about {:.0f} s left", *left);
    }
    return text;
}

std::string summary_text(const Tally& tally) {
    std::string text = fmt::format(
        "{} in {:.1f} s, in {:.1f} s of which the target lived and was sent cases: {:.0f} a "
        "second, {} reply classes\n",
        plural(tally.cases, "case"), seconds(tally.elapsed), seconds(tally.living), rate(tally),
        tally.classes);
    if (tally.memory_first_bytes != 0) {
        text += fmt::format("memory of the target: {} first, {} at most, {} last\n",
                            mebibytes(tally.memory_first_bytes), mebibytes(tally.memory_most_bytes),
                            mebibytes(tally.memory_last_bytes));
    }
    if (tally.slow_fences > 0) {
        text += fmt::format("{} answered late only: a lossy link, or a slow target\n",
                            plural(tally.slow_fences, "fence"));
    }
    text += fmt::format("{}, seen {}; {} of the target; {} like a known finding left out\n",
                        plural(tally.findings, "finding"), plural(tally.occurrences, "time"),
                        plural(tally.restarts, "restart"), plural(tally.avoided, "frame"));
    return text;
}

void Console::progress(const Tally& tally) {
    if (tally.elapsed < next_) return;
    next_ = tally.elapsed + (options_.terminal ? Time(200ms) : Time(10s));
    if (!options_.terminal && tally.elapsed < Time(1s)) return;
    erase();
    out_ << progress_text(tally, options_);
    if (options_.terminal) {
        shown_ = true;
    } else {
        out_ << '\n';
    }
    out_.flush();
}

void Console::noticed(const Symptom& symptom) {
    erase();
    if (!options_.terminal) return;
    out_ << sentence(symptom) << "; looking for the shortest way there";
    shown_ = true;
    out_.flush();
}

void Console::found(const Finding& finding) {
    erase();
    std::filesystem::path file;
    try {
        file = write_finding(finding, options_.files);
    } catch (const std::system_error& error) {
        failure_ = std::string("a finding could not be written: ") + error.what();
    }
    out_ << "finding " << ++findings_ << ": " << story(finding) << '\n';
    // The last ones are those that did it.
    const std::size_t skipped =
        finding.steps.size() > most_frames_told ? finding.steps.size() - most_frames_told : 0;
    if (skipped > 0) out_ << "  after " << plural(skipped, "other frame") << '\n';
    for (std::size_t i = skipped; i < finding.steps.size(); ++i) {
        std::string text = conformance::describe_frame(finding.steps[i]);
        if (text.size() > longest_line) text = text.substr(0, longest_line) + " ...";
        out_ << "  " << i + 1 << " > " << text << '\n';
    }
    out_ << "  "
         << (file.empty() ? failure_ : "send it again: " + replay_command(file, options_.files))
         << std::endl;
}

void Console::finish(const Tally& tally) {
    erase();
    out_ << summary_text(tally) << std::flush;
}

void Console::erase() {
    if (shown_) out_ << "\r\x1b[K";
    shown_ = false;
}

}  // namespace aoe::fuzz
