// SPDX-License-Identifier: MIT
#include "conformance/cli/explain.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <numeric>

#include "conformance/brief.h"
#include "conformance/cli/commands.h"
#include "conformance/report/failure_block.h"
#include "conformance/report/wrap.h"
#include "conformance/selection.h"

namespace aoe::conformance {

namespace {

// How many letters must change to make one word the other.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
        }
    }
    return row.back();
}

std::string close_matches(std::string_view id) {
    std::vector<std::pair<std::size_t, std::string_view>> known;
    for (const Requirement& requirement : catalogue()) {
        known.emplace_back(distance(id, requirement.id), requirement.id);
    }
    for (const Case& test : all_cases()) known.emplace_back(distance(id, test.id), test.id);
    std::stable_sort(known.begin(), known.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::string text;
    for (std::size_t i = 0; i < 3; ++i) {
        text += (i == 0 ? "" : i == 1 ? ", " : " or ") + std::string(known[i].second);
    }
    return text;
}

std::string doors_text(const Case& test) {
    const std::string doors = to_string(test.doors);
    return test.doors.empty() ? "none" : doors;
}

std::string needs_text(const Case& test) {
    std::string text;
    for (unsigned bit = 1; bit != 0x10000; bit <<= 1) {
        const Needs need(bit);
        if (!test.needs.contains(need)) continue;
        text += (text.empty() ? "" : ", ") + std::string(name(static_cast<Need>(bit)));
    }
    return text.empty() ? "nothing" : text;
}

void print_frames(std::ostream& out, const Rehearsal& rehearsal, bool bytes) {
    if (rehearsal.frames.empty() && is_judged(rehearsal.result.verdict)) {
        out << "    it sends no frames: it judges what the run learned when it began\n";
        return;
    }
    if (rehearsal.frames.empty()) {
        out << wrapped(
            "    its frames cannot be shown without a network: " + rehearsal.result.reason,
            "      ");
        return;
    }
    out << "    its frames against the reference target (> sent, < received):\n";
    constexpr std::size_t most = 20;
    const std::size_t shown =
        bytes ? rehearsal.frames.size() : std::min(most, rehearsal.frames.size());
    for (std::size_t i = 0; i < shown; ++i) {
        TranscriptEntry frame = rehearsal.frames[i];
        frame.number = i + 1;
        out << wrapped("      " + brief(frame), "          ");
        if (bytes) out << marked_dump(frame.bytes, {}, false);
    }
    if (shown < rehearsal.frames.size()) {
        out << fmt::format("      ... {} more; -v shows all, with their bytes\n",
                           rehearsal.frames.size() - shown);
    }
}

void print_case(std::ostream& out, const Case& test, bool bytes, const Rehearse& rehearse) {
    const std::string allow =
        test.doors.empty() ? "" : " --slot N --allow " + to_string(test.doors);
    out << wrapped(fmt::format("  {}: {}", test.id, test.summary), "    ");
    out << fmt::format("    doors: {}; needs: {}; since {}\n", doors_text(test), needs_text(test),
                       test.since);
    out << fmt::format("    run it: aoe-conform --iface IFACE --shelf N{} --tests {}\n", allow,
                       test.id);
    print_frames(out, rehearse(test), bytes);
}

void print_requirement(std::ostream& out, const Requirement& about) {
    const std::string condition = about.condition.empty() ? "" : " " + about.condition;
    const std::string section = about.section.empty() ? "" : ", section " + about.section;
    out << fmt::format("{} ({}{}, since {}{}, impact: {})\n", about.id, name(about.level),
                       condition, name(about.since), section, name(about.impact));
    out << wrapped("  " + about.text, "  ");
    out << wrapped("  why it matters: " + about.why, "    ");
    out << wrapped(fmt::format("  basis: {}", sentence(about.confidence)), "    ");
    if (!about.agreeing.empty()) {
        out << wrapped(fmt::format("  for it: {}", fmt::join(about.agreeing, ", ")), "    ");
    }
    if (!about.differing.empty()) out << "  known to differ:\n";
    for (const Deviation& deviation : about.differing) {
        out << wrapped(fmt::format("    {}: {}", deviation.implementation, deviation.what),
                       "      ");
    }
}

std::vector<const Case*> cases_about(const Requirement& requirement) {
    std::vector<const Case*> judging;
    for (const Case& test : all_cases()) {
        if (std::ranges::find(test.requirements, requirement.id) != test.requirements.end()) {
            judging.push_back(&test);
        }
    }
    return judging;
}

void explain_requirement(std::ostream& out, const Requirement& about, bool bytes,
                         const Rehearse& rehearse) {
    print_requirement(out, about);
    const std::vector<const Case*> judging = cases_about(about);
    if (judging.empty()) {
        out << wrapped("  no case judges it: " + about.unjudged, "    ");
        return;
    }
    out << fmt::format("  judged by {}; to run them: --tests {}\n",
                       judging.size() == 1 ? "one case" : fmt::format("{} cases", judging.size()),
                       about.id);
    for (const Case* test : judging) {
        out << '\n';
        print_case(out, *test, bytes, rehearse);
    }
}

void explain_case(std::ostream& out, const Case& test, bool bytes, const Rehearse& rehearse) {
    out << "case\n";
    print_case(out, test, bytes, rehearse);
    for (const std::string_view id : test.requirements) {
        out << '\n';
        print_requirement(out, *find_requirement(id));
    }
}

}  // namespace

void explain_ids(std::ostream& out, const std::vector<std::string>& ids, bool bytes,
                 const Rehearse& rehearse) {
    std::vector<const Requirement*> requirements;
    std::vector<const Case*> cases;
    for (const std::string& id : ids) {
        const std::size_t before = requirements.size() + cases.size();
        for (const Requirement& requirement : catalogue()) {
            if (glob_match(id, requirement.id)) requirements.push_back(&requirement);
        }
        for (const Case& test : all_cases()) {
            if (glob_match(id, test.id)) cases.push_back(&test);
        }
        if (requirements.size() + cases.size() > before) continue;
        throw UsageError(fmt::format("'{}' is no requirement and no case; did you mean {}?", id,
                                     close_matches(id)));
    }
    bool first = true;
    const auto separate = [&] { out << (std::exchange(first, false) ? "" : "\n"); };
    for (const Requirement* requirement : requirements) {
        separate();
        explain_requirement(out, *requirement, bytes, rehearse);
    }
    for (const Case* test : cases) {
        separate();
        explain_case(out, *test, bytes, rehearse);
    }
}

}  // namespace aoe::conformance
