// SPDX-License-Identifier: MIT
#include "conformance/report/console_report.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <set>
#include <tuple>

#include "conformance/describe.h"
#include "conformance/report/failure_block.h"

namespace aoe::conformance {

namespace {

constexpr std::array<Verdict, verdict_count> in_order{
    Verdict::pass,  Verdict::info,  Verdict::warn, Verdict::fail,           Verdict::flaky,
    Verdict::xfail, Verdict::xpass, Verdict::skip, Verdict::not_applicable, Verdict::error};

constexpr std::size_t most_columns = 94;  // Of a failure's line, after its verdict.

const std::string setup_failed = "a step on the way failed, which has a case of its own";

bool needs_block(Verdict verdict) {
    return verdict == Verdict::fail || verdict == Verdict::warn || verdict == Verdict::flaky ||
           verdict == Verdict::xpass || verdict == Verdict::error;
}

std::string chapter_of(const CaseResult& result) {
    return std::string(result.test->id.substr(0, result.test->id.find('.')));
}

std::string counts_text(const std::array<std::size_t, verdict_count>& counts) {
    std::string text;
    for (const Verdict verdict : in_order) {
        const std::size_t count = counts[static_cast<std::size_t>(verdict)];
        const bool always = verdict == Verdict::pass || verdict == Verdict::fail;
        if (count == 0 && !always) continue;
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, name(verdict));
    }
    return text;
}

// The first field that differs says more than the beginning of a long sentence does.
std::string in_short(const CaseResult& result) {
    constexpr std::size_t longest = 24;
    const auto cut = [](const std::string& text) {
        return text.size() > longest ? text.substr(0, longest - 3) + "..." : text;
    };
    for (const Finding& finding : result.findings) {
        for (const FieldRow& row : finding.fields) {
            if (!row.differs) continue;
            return fmt::format("{} {}, expected {}", row.name, cut(row.actual), cut(row.expected));
        }
    }
    return result.reason;
}

}  // namespace

std::string ConsoleReport::paint(Verdict verdict, const std::string& text) const {
    if (!style_.colour) return text;
    int colour = 32;  // Green.
    if (verdict == Verdict::fail || verdict == Verdict::error) colour = 31;
    if (verdict == Verdict::warn || verdict == Verdict::flaky || verdict == Verdict::xpass) {
        colour = 33;
    }
    if (verdict == Verdict::skip || verdict == Verdict::not_applicable) colour = 90;
    if (verdict == Verdict::info || verdict == Verdict::xfail) colour = 36;
    return fmt::format("\x1b[{}m{}\x1b[0m", colour, text);
}

void ConsoleReport::run_started(const RunInfo& info) {
    info_ = info;
}

void ConsoleReport::target_started(const TargetFacts& target) {
    targets_.push_back(target.name());
    std::string what = "IDENTIFY DEVICE not answered";
    if (target.identified) {
        what = fmt::format("{} (firmware {}, serial {}), {} sectors", quote(target.model),
                           quote(target.firmware), quote(target.serial), target.sectors);
    }
    headings_.push_back(fmt::format("{}  {}", target.name(), what));
    if (style_.quiet) return;
    out_ << fmt::format(
        "{} at {}: {}\n  Buffer Count {}, Sector Count {}, MTU {}; judged as {}: {}\n",
        target.name(), mac_text(target.mac), what, target.config.buffer_count,
        target.config.sector_count, target.mtu, name(target.revision), target.revision_reason);
    out_.flush();
}

void ConsoleReport::case_finished(const CaseResult& result) {
    results_.push_back(result);
    if (needs_block(result.verdict)) {
        print_block(result);
    } else if (style_.verbosity > 0) {
        print_line(result);
    }
    out_.flush();
}

void ConsoleReport::case_amended(const CaseResult& result) {
    for (CaseResult& known : results_) {
        if (known.test == result.test && known.target == result.target &&
            known.repetition == result.repetition) {
            known = result;
        }
    }
    print_block(result);
}

void ConsoleReport::print_line(const CaseResult& result) {
    out_ << fmt::format(
        "{} {} {:.0f} us{}{}\n", paint(result.verdict, fmt::format("{:<5}", name(result.verdict))),
        result.test->id, result.duration_us, result.reason.empty() ? "" : ": ", result.reason);
    if (style_.verbosity < 2) return;
    for (const std::string& frame : result.frames) out_ << "        " << frame << '\n';
}

void ConsoleReport::print_block(const CaseResult& result) {
    out_ << fmt::format("\n{} {} {}: {}\n",
                        paint(result.verdict, fmt::format("{:<5}", name(result.verdict))),
                        result.target, result.test->id, result.test->summary)
         << failure_block(result, {.all = style_.verbosity > 0, .again = info_.command});
}

void ConsoleReport::print_table() {
    std::vector<std::string> chapters;
    std::map<std::string, std::array<std::size_t, verdict_count>> counts;
    for (const CaseResult& result : results_) {
        const std::string chapter = chapter_of(result);
        if (!counts.contains(chapter)) chapters.push_back(chapter);
        ++counts[chapter][static_cast<std::size_t>(result.verdict)];
    }
    out_ << '\n';
    for (const std::string& chapter : chapters) {
        out_ << fmt::format("{:<8} {}\n", chapter, counts_text(counts[chapter]));
    }
}

// Slots across, for the cases on which they do not agree.
void ConsoleReport::print_differences() {
    std::map<const Case*, std::map<std::string, Verdict>> verdicts;
    std::vector<const Case*> order;
    for (const CaseResult& result : results_) {
        if (!verdicts.contains(result.test)) order.push_back(result.test);
        verdicts[result.test][result.target] = result.verdict;
    }
    out_ << '\n';
    for (const std::string& heading : headings_) out_ << heading << '\n';
    out_ << fmt::format("\n{:<44}", "where they differ");
    for (const std::string& target : targets_) out_ << fmt::format(" {:<14}", target);
    out_ << '\n';
    bool differ = false;
    for (const Case* test : order) {
        std::set<Verdict> distinct;
        for (const auto& [target, verdict] : verdicts[test]) distinct.insert(verdict);
        if (distinct.size() < 2) continue;
        differ = true;
        out_ << fmt::format("{:<44}", test->id);
        for (const std::string& target : targets_) {
            const Verdict verdict = verdicts[test][target];
            out_ << ' ' << paint(verdict, fmt::format("{:<14}", name(verdict)));
        }
        out_ << '\n';
    }
    if (!differ) out_ << "nowhere: every case has the same verdict on each\n";
}

void ConsoleReport::print_skips() {
    std::vector<std::string> reasons;
    std::map<std::string, std::size_t> count;
    std::map<std::string, std::size_t> behind_doors;
    for (const CaseResult& result : results_) {
        const bool told =
            result.verdict == Verdict::skip || result.verdict == Verdict::not_applicable;
        if (!told) continue;
        if (result.code == "door") {
            ++behind_doors[result.reason];
            continue;
        }
        // How a step failed differs from case to case; its own case tells.
        const std::string& why = result.code == "setup" ? setup_failed : result.reason;
        const std::string text = fmt::format("{} [{}]", why, result.code);
        if (count[text]++ == 0) reasons.push_back(text);
    }
    const auto cases = [](std::size_t n) { return fmt::format("{} case{}", n, n == 1 ? "" : "s"); };
    std::string doors;
    std::size_t shut = 0;
    for (const auto& [reason, n] : behind_doors) {
        shut += n;
        doors += fmt::format("{}{} ({})", doors.empty() ? "" : "; ", reason, n);
    }
    if (shut > 0)
        out_ << fmt::format("not judged: {} behind shut doors [door]: {}\n", cases(shut), doors);
    for (const std::string& reason : reasons) {
        out_ << fmt::format("not judged: {}, {}\n", cases(count[reason]), reason);
    }
}

// A line each, so that nobody needs to scroll; the same case again and again is told once.
void ConsoleReport::print_failures() {
    std::map<std::tuple<const Case*, std::string, Verdict>, std::size_t> times;
    std::vector<const CaseResult*> order;
    for (const CaseResult& result : results_) {
        const bool counts =
            result.verdict == Verdict::warn ? style_.strict : needs_block(result.verdict);
        if (counts && times[{result.test, result.target, result.verdict}]++ == 0) {
            order.push_back(&result);
        }
    }
    if (!order.empty()) out_ << '\n';
    for (const CaseResult* result : order) {
        const std::size_t n = times[{result->test, result->target, result->verdict}];
        std::string text =
            fmt::format("{} {}{}: {}", result->target, result->test->id,
                        n == 1 ? "" : fmt::format(" ({} times)", n), in_short(*result));
        std::replace(text.begin(), text.end(), '\n', ' ');
        if (text.size() > most_columns) text = text.substr(0, most_columns - 3) + "...";
        out_ << paint(result->verdict, fmt::format("{:<5}", name(result->verdict))) << ' ' << text
             << '\n';
    }
}

void ConsoleReport::run_finished(const Summary& summary) {
    if (!results_.empty() && !style_.quiet) {
        print_table();
        print_skips();
        if (targets_.size() > 1) print_differences();
        out_ << fmt::format(
            "\n{} of {} requirements judged in {:.2f} s; 'aoe-conform coverage' says "
            "why not the others\n",
            summary.judged.size(), summary.requirements_in_all, summary.seconds);
    }
    print_failures();
    out_.flush();
    for (const std::string& problem : summary.problems) {
        // Whoever closed the pipe knows why the run has ended.
        if (!out_ && problem == interrupted_text) continue;
        err_ << "aoe-conform: " << problem << '\n';
    }
    for (const std::string& remark : summary.remarks) out_ << remark << '\n';
    for (const std::string& remark : info_.remarks) out_ << remark << '\n';
    const bool good = summary.exit_status == 0;
    const std::string counts = results_.empty() ? "nothing judged" : counts_text(summary.counts);
    out_ << paint(good ? Verdict::pass : Verdict::fail,
                  fmt::format("{} case{}: {}{}", summary.cases(), summary.cases() == 1 ? "" : "s",
                              counts,
                              summary.stale > 0 ? fmt::format(" ({} stale)", summary.stale) : ""))
         << '\n';
    out_.flush();
}

}  // namespace aoe::conformance
