// SPDX-License-Identifier: MIT
#include "conformance/judge/judge_report.h"

#include <algorithm>
#include <fmt/format.h>

#include "conformance/describe.h"
#include "conformance/judge/verdicts.h"
#include "conformance/report/digest.h"

namespace aoe::conformance {

namespace {

std::string time_text(Time time) {
    const double us = std::chrono::duration<double, std::micro>(time).count();
    if (us < 1000) return fmt::format("{:.0f} us", us);
    if (us < 1e6) return fmt::format("{:.1f} ms", us / 1e3);
    return fmt::format("{:.2f} s", us / 1e6);
}

std::string speed_text(const Conversation& both) {
    const double seconds = std::chrono::duration<double>(both.last - both.first).count();
    if (both.data_bytes == 0 || seconds <= 0) return "-";
    return fmt::format("{:.2f}", static_cast<double>(both.data_bytes) / 1e6 / seconds);
}

std::string paint(Verdict verdict, const JudgeReportStyle& style) {
    const std::string text = fmt::format("{:<5}", name(verdict));
    if (!style.colour) return text;
    const int colour = verdict == Verdict::fail ? 31 : verdict == Verdict::warn ? 33 : 36;
    return fmt::format("\x1b[{}m{}\x1b[0m", colour, text);
}

void print_rule(std::ostream& out, const Rule& rule, const RuleCount& count,
                const std::vector<std::string>& files, const JudgeReportStyle& style) {
    const Requirement& about = *find_requirement(rule.test.requirements.front());
    out << fmt::format(
        "{} {} {}: {} ({}{})\n", paint(severity_of(rule), style), about.id, rule.test.id,
        rule.test.summary, count.broken == 1 ? "once" : fmt::format("{} times", count.broken),
        count.kept == 0
            ? ""
            : fmt::format("; kept {}", count.kept == 1 ? "once" : plural(count.kept, "time")));
    for (const Violation& violation : count.first) {
        out << fmt::format("    {}{}: expected {}; was {}\n", place_of(violation, files),
                           violation.marker.empty() ? "" : ", " + quote(violation.marker),
                           violation.words.expected, violation.words.actual);
    }
    if (count.broken > count.first.size()) {
        out << fmt::format("    and {} more\n", count.broken - count.first.size());
    }
}

void print_subject(std::ostream& out, const std::string& heading,
                   const std::vector<RuleCount>& counts, bool initiators,
                   const std::vector<std::string>& files, const JudgeReportStyle& style) {
    std::vector<std::size_t> broken;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const bool mine = is_about_initiators(all_rules()[i]) == initiators;
        if (mine && counts[i].broken != 0) broken.push_back(i);
    }
    if (broken.empty()) return;
    std::stable_sort(broken.begin(), broken.end(), [](std::size_t a, std::size_t b) {
        return severity_of(all_rules()[a]) > severity_of(all_rules()[b]);
    });
    out << '\n' << heading << '\n';
    for (const std::size_t i : broken) print_rule(out, all_rules()[i], counts[i], files, style);
}

}  // namespace

void print_conversations(std::ostream& out, const Traffic& traffic) {
    if (traffic.conversations().empty()) return;
    out << fmt::format("{:<18} {:<12} {:>9} {:>9} {:>7} {:>7} {:>9} {:>9} {:>9} {:>9} {:>8}\n",
                       "initiator", "target", "requests", "replies", "resent", "silent", "p50",
                       "p90", "p99", "max", "MB/s");
    for (const auto& both : traffic.conversations()) {
        const RoundTrips& times = both->round_trips;
        const auto percentile = [&](double part) {
            return times.count() == 0 ? "-" : time_text(times.percentile(part));
        };
        out << fmt::format("{:<18} {:<12} {:>9} {:>9} {:>7} {:>7} {:>9} {:>9} {:>9} {:>9} {:>8}\n",
                           mac_text(traffic.initiators()[both->initiator]->mac),
                           name_of(*traffic.targets()[both->target], traffic), both->requests,
                           both->replies, both->retransmitted, both->unanswered, percentile(0.5),
                           percentile(0.9), percentile(0.99),
                           times.count() == 0 ? "-" : time_text(times.longest()),
                           speed_text(*both));
    }
    for (const auto& both : traffic.conversations()) {
        if (both->again == 0 && both->late == 0) continue;
        out << fmt::format("{} and {}: {} more than requests, {} after a retransmission\n",
                           mac_text(traffic.initiators()[both->initiator]->mac),
                           name_of(*traffic.targets()[both->target], traffic),
                           both->again == 1 ? "1 reply" : fmt::format("{} replies", both->again),
                           both->late);
    }
    for (const auto& initiator : traffic.initiators()) {
        if (initiator->to_nobody == 0) continue;
        out << fmt::format("{}: {} to targets that were never heard\n", mac_text(initiator->mac),
                           plural(initiator->to_nobody, "request"));
    }
}

void print_violations(std::ostream& out, const Traffic& traffic,
                      const std::vector<std::string>& files, const JudgeReportStyle& style) {
    for (const auto& target : traffic.targets()) {
        std::string heading = name_of(*target, traffic) + " at " + mac_text(target->address.mac);
        if (target->facts.identified) heading += ", " + quote(target->facts.model);
        print_subject(out, heading, target->counts, false, files, style);
    }
    for (const auto& initiator : traffic.initiators()) {
        print_subject(out, name_of(*initiator), initiator->counts, true, files, style);
    }
}

}  // namespace aoe::conformance
