// SPDX-License-Identifier: MIT
#include "conformance/report/markdown_report.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "conformance/report/digest.h"
#include "conformance/report/escape.h"
#include "conformance/report/markdown_text.h"

namespace aoe::conformance {

namespace {

constexpr std::size_t most_explained = 20;           // Failures, and warnings as many.
constexpr std::size_t most_explained_bytes = 20000;  // Of each of the two.
constexpr std::size_t most_named_bytes = 4000;       // Of the names of the others.
constexpr std::size_t most_targets = 20;
constexpr std::size_t longest_text = longest_markdown_text;

void write_head(std::ostream& out, const Results& results) {
    out << fmt::format("## aoe-conform: {} {}\n\n", passed(results) ? "✓" : "✗",
                       markdown_plain(outcome(results)));
    std::vector<std::string> sentences = problems(results);
    sentences.resize(std::min<std::size_t>(sentences.size(), 10));
    for (const std::string& problem : sentences) {
        const std::string text = shortened(problem, longest_text);
        const std::string fence = markdown_fence(text, 3);
        out << fmt::format("**The run is not whole:**\n\n{}text\n{}\n{}\n\n", fence, text, fence);
    }
    if (!results.targets.empty()) {
        out << "| target | model | firmware | judged as | result |\n|---|---|---|---|---|\n";
    }
    for (std::size_t i = 0; i < std::min(results.targets.size(), most_targets); ++i) {
        const TargetRecord& target = results.targets[i];
        std::array<std::size_t, verdict_count> counts{};
        for (const CaseRecord& record : results.cases) {
            if (record.target == target.name) ++counts[static_cast<std::size_t>(record.verdict)];
        }
        out << fmt::format("| {} | {} | {} | {} | {} |\n", markdown_cell(target.name),
                           markdown_cell(target.model), markdown_cell(target.firmware),
                           markdown_cell(target.revision), counts_text(counts));
    }
    if (results.targets.size() > most_targets) {
        out << fmt::format("\nAnd {}.\n",
                           plural(results.targets.size() - most_targets, "more target"));
    }
    if (!results.targets.empty()) out << '\n';
    for (const std::string& remark : results.run.remarks) out << markdown_plain(remark) << ".\n";
    if (results.summary) {
        out << fmt::format("{} of {} requirements judged in {:.1f} s.\n",
                           results.summary->requirements_judged,
                           results.summary->requirements_in_all, results.summary->seconds);
    }
}

std::string explained(const Results& results, const CaseRecord& record) {
    std::string text;
    const auto row = [&](const char* key, const std::string& value) {
        text += fmt::format("{:<9} {}\n", key, shortened(value, longest_text));
    };
    for (const FindingRecord& finding : record.findings) {
        if (finding.expected.empty()) continue;
        if (text.size() > 4 * longest_text) break;
        row("expected:", finding.expected);
        row("actual:", finding.actual);
        for (const FieldRecord& field : finding.fields) {
            if (!field.differs || text.size() > 4 * longest_text) continue;
            row("", fmt::format("{} is {}, not {}", field.name, field.actual, field.expected));
        }
    }
    if (!remark(record).empty()) row("result:", remark(record));
    row("again:", again(results, record));
    const std::string fence = markdown_fence(text, 3);
    return fmt::format("**{}** {} on {}: {}\n\n{}: {}\n\n{}text\n{}{}\n\n", name(record.verdict),
                       markdown_code(case_name(record)), markdown_code(record.target),
                       markdown_plain(record.summary), markdown_plain(requirement_text(record)),
                       markdown_plain(record.requirement_text), fence, text, fence);
}

// The chosen cases with their explanation; the later ones by name only.
template <typename Choose>
std::string section(const Results& results, const std::string& title, Choose choose) {
    std::string text, names;
    std::size_t count = 0, explained_cases = 0;
    for (const CaseRecord& record : results.cases) {
        if (!choose(record)) continue;
        ++count;
        if (explained_cases < most_explained && text.size() < most_explained_bytes) {
            text += explained(results, record);
            ++explained_cases;
        } else if (names.size() < most_named_bytes) {
            names +=
                fmt::format("{}{}", names.empty() ? "" : ", ", markdown_code(case_name(record)));
        }
    }
    if (count == 0) return {};
    if (count > explained_cases) {
        text += fmt::format("And {} more: {}\n\n", count - explained_cases, names);
    }
    return fmt::format("\n### {} ({})\n\n{}", title, count, text);
}

std::string not_judged(const Results& results) {
    std::map<std::string, std::size_t> reasons;
    for (const CaseRecord& record : results.cases) {
        const bool left_out =
            record.verdict == Verdict::skip || record.verdict == Verdict::not_applicable;
        if (!left_out) continue;
        ++reasons[record.code == "setup" ? "a step on the way failed, which has a case of its own"
                                         : shortened(record.reason, longest_text)];
    }
    std::string text = reasons.empty() ? "" : "\n### Not judged\n\n";
    for (const auto& [reason, count] : reasons) {
        if (text.size() > 4000) return text + "- and more\n";
        text += fmt::format("- {}: {}\n", plural(count, "case"), markdown_plain(reason));
    }
    return text;
}

}  // namespace

void write_markdown(std::ostream& out, const Results& results) {
    write_head(out, results);
    out << section(results, "Failures",
                   [&](const CaseRecord& record) { return is_failure(results, record); });
    out << section(results, "Warnings", [&](const CaseRecord& record) {
        return record.verdict == Verdict::warn && !is_failure(results, record);
    });
    out << not_judged(results);
}

}  // namespace aoe::conformance
