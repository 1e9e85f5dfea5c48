// SPDX-License-Identifier: MIT
#include "conformance/report/diff.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>

#include "conformance/report/digest.h"
#include "conformance/report/escape.h"

namespace aoe::conformance {

namespace {

// Times are of one case on one machine: two runs in a row differ by a factor of two, and by 30 ms
// where a target writes to its disk. Only what is clearly beyond that is told.
constexpr double time_factor = 3;
constexpr double least_shift_us = 50'000;
constexpr std::size_t longest_text = 300;

// A case's repetitions as one.
struct Outcome {
    Verdict verdict{};
    std::string text;
    std::vector<double> times_us;

    double time_us() const { return times_us[times_us.size() / 2]; }
};
using Outcomes = std::map<std::string, Outcome>;

bool is_bad(Verdict verdict) {
    return verdict == Verdict::fail || verdict == Verdict::flaky || verdict == Verdict::error;
}

// Met, or known not to be.
bool is_good(Verdict verdict) {
    return is_judged(verdict) && !is_bad(verdict);
}

// Tags and numbers of frames are others in every run.
std::string comparable(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        out += text[i];
        if (!out.ends_with("tag 0x") && !out.ends_with("frame #")) continue;
        while (i + 1 < text.size() && std::isxdigit(static_cast<unsigned char>(text[i + 1]))) ++i;
    }
    return out;
}

std::size_t rank(Verdict verdict) {
    const auto found = std::find(reading_order.begin(), reading_order.end(), verdict);
    return static_cast<std::size_t>(found - reading_order.begin());
}

Outcomes outcomes(const Results& results, const std::string& target) {
    Outcomes all;
    for (const CaseRecord& record : results.cases) {
        if (record.target != target) continue;
        const auto [place, is_new] = all.try_emplace(record.id);
        Outcome& outcome = place->second;
        if (is_new || rank(record.verdict) < rank(outcome.verdict)) {
            outcome.verdict = record.verdict;
            outcome.text = record.reason;
        }
        outcome.times_us.push_back(record.duration_us);
    }
    for (auto& [id, outcome] : all) std::sort(outcome.times_us.begin(), outcome.times_us.end());
    return all;
}

std::string time_text(double us) {
    return us < 1e6 ? fmt::format("{:.0f} ms", us / 1e3) : fmt::format("{:.1f} s", us / 1e6);
}

// The changes of one target, each under its heading, in the order in which they matter.
class Changes {
public:
    void add(const char* heading, const std::string& id, const std::string& what,
             const std::string& why = {}, const std::string& now = {}) {
        std::string line = fmt::format("  {:<42} {}\n", id, what);
        if (!why.empty()) line += fmt::format("      {}\n", shortened(why, longest_text));
        if (!now.empty()) line += fmt::format("      now: {}\n", shortened(now, longest_text));
        lines_[heading].push_back(std::move(line));
    }
    void write(std::ostream& out, const char* heading) const {
        const auto found = lines_.find(heading);
        if (found == lines_.end()) return;
        out << fmt::format("\n{} ({})\n", heading, found->second.size());
        for (const std::string& line : found->second) out << line;
    }
    bool none() const { return lines_.empty(); }

private:
    std::map<std::string, std::vector<std::string>> lines_;
};

constexpr const char* new_failures = "new failures";
constexpr const char* no_longer_judged = "no longer judged";
constexpr const char* gone = "cases that went";
constexpr const char* fixes = "fixed";
constexpr const char* came = "cases that came";
constexpr const char* judged_now = "judged now";
constexpr const char* other_verdicts = "other verdicts";
constexpr const char* other_texts = "other texts";
constexpr const char* slower = "slower";
constexpr const char* faster = "faster";

void compare_verdicts(const std::string& id, const Outcome& before, const Outcome& after,
                      Changes& changes, Difference& difference) {
    const bool judged_before = is_judged(before.verdict);
    const bool judged_after = is_judged(after.verdict);
    const std::string what = fmt::format("{} -> {}", name(before.verdict), name(after.verdict));
    if (is_bad(after.verdict) && !is_bad(before.verdict)) {
        difference.regressions += is_good(before.verdict);
        changes.add(new_failures, id, what, after.text);
    } else if (judged_before && !judged_after && after.verdict != Verdict::error) {
        ++difference.regressions;
        changes.add(no_longer_judged, id, what, after.text);
    } else if ((is_bad(before.verdict) || before.verdict == Verdict::xfail) &&
               is_good(after.verdict) && after.verdict != Verdict::xfail) {
        changes.add(fixes, id, what);
    } else if (!judged_before && judged_after) {
        changes.add(judged_now, id, what, after.text);
    } else if (before.verdict != after.verdict) {
        changes.add(other_verdicts, id, what, after.text);
    } else if (comparable(before.text) != comparable(after.text)) {
        changes.add(other_texts, id, std::string(name(after.verdict)), before.text, after.text);
    }
}

void compare_times(const std::string& id, const Outcome& before, const Outcome& after,
                   Changes& changes) {
    const double was = before.time_us();
    const double is = after.time_us();
    const double low = std::min(was, is);
    const double high = std::max(was, is);
    if (high < low * time_factor || high - low < least_shift_us) return;
    changes.add(is > was ? slower : faster, id,
                fmt::format("{} -> {}", time_text(was), time_text(is)));
}

double median_time_us(const Outcomes& outcomes) {
    std::vector<double> times;
    for (const auto& [id, outcome] : outcomes) times.push_back(outcome.time_us());
    if (times.empty()) return 0;
    std::sort(times.begin(), times.end());
    return times[times.size() / 2];
}

void compare_target(std::ostream& out, const Outcomes& before, const Outcomes& after,
                    Difference& difference) {
    Changes changes;
    for (const auto& [id, was] : before) {
        const auto is = after.find(id);
        if (is == after.end()) {
            difference.regressions += is_judged(was.verdict);
            changes.add(gone, id, fmt::format("was {}", name(was.verdict)));
            continue;
        }
        ++difference.compared;
        compare_verdicts(id, was, is->second, changes, difference);
        compare_times(id, was, is->second, changes);
    }
    for (const auto& [id, is] : after) {
        if (before.contains(id)) continue;
        changes.add(came, id, std::string(name(is.verdict)), is.text);
    }
    if (changes.none()) out << "no difference\n";
    for (const char* heading : {new_failures, no_longer_judged, gone, fixes, came, judged_now,
                                other_verdicts, other_texts, slower, faster}) {
        changes.write(out, heading);
    }
    const double was_us = median_time_us(before), is_us = median_time_us(after);
    if (was_us > 0 && is_us > 0 && std::max(was_us / is_us, is_us / was_us) >= time_factor) {
        out << fmt::format("\nthe median case takes {:.0f} us; it took {:.0f} us\n", is_us, was_us);
    }
}

std::set<std::string> targets(const Results& results) {
    std::set<std::string> names;
    for (const TargetRecord& target : results.targets) names.insert(target.name);
    return names;
}

void write_state(std::ostream& out, const char* which, const Results& results) {
    out << fmt::format("{}: {}, {}\n", which, outcome(results), counts_text(results.counts()));
    for (const std::string& problem : problems(results)) out << "     " << problem << '\n';
}

}  // namespace

Difference write_diff(std::ostream& out, const Results& before, const Results& after) {
    write_state(out, "old", before);
    write_state(out, "new", after);
    Difference difference;
    std::set<std::string> old_names = targets(before), names = targets(after);
    if (old_names.size() == 1 && names.size() == 1 && old_names != names) {
        out << fmt::format("\n{} -> {}\n", *old_names.begin(), *names.begin());
        compare_target(out, outcomes(before, *old_names.begin()), outcomes(after, *names.begin()),
                       difference);
    } else {
        names.merge(old_names);
        for (const std::string& name : names) {
            out << '\n' << name << '\n';
            compare_target(out, outcomes(before, name), outcomes(after, name), difference);
        }
    }
    out << fmt::format("\n{} compared, {}\n", plural(difference.compared, "case"),
                       plural(difference.regressions, "regression"));
    return difference;
}

}  // namespace aoe::conformance
