// SPDX-License-Identifier: MIT
#include "conformance/report/tap_report.h"

#include <algorithm>
#include <fmt/format.h>

#include "conformance/report/digest.h"
#include "conformance/report/escape.h"

namespace aoe::conformance {

namespace {

// A # would begin a directive.
std::string description(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '#' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

// In double quotes; there are no control characters but line feeds. prove cannot read longer ones.
std::string yaml(const std::string& text) {
    constexpr std::size_t most = 4000;
    std::string out = "\"";
    for (const char c : shortened(text, most)) {
        if (c == '"' || c == '\\') out += '\\';
        out += c == '\n' ? std::string("\\n") : std::string(1, c);
    }
    return out + '"';
}

void write_block(std::ostream& out, const Results& results, const CaseRecord& record) {
    const auto key = [&](const char* name, const std::string& value) {
        if (!value.empty()) out << fmt::format("  {}: {}\n", name, yaml(value));
    };
    out << "  ---\n";
    key("verdict", std::string(name(record.verdict)));
    key("message", explanation(record));
    key("requirement", requirement_text(record));
    key("text", record.requirement_text);
    key("basis", record.basis);
    if (!record.findings.empty()) out << "  findings:\n";
    for (const FindingRecord& finding : record.findings) {
        out << fmt::format("    - requirement: {}\n", yaml(finding.requirement));
        if (!finding.expected.empty()) {
            out << fmt::format("      expected: {}\n", yaml(finding.expected));
        }
        out << fmt::format("      actual: {}\n", yaml(finding.actual));
    }
    key("liveness", record.liveness);
    key("again", again(results, record));
    out << "  ...\n";
}

std::string directive(const CaseRecord& record) {
    switch (record.verdict) {
        case Verdict::skip:
        case Verdict::not_applicable:
            return fmt::format(" # SKIP {} [{}]", record.reason, record.code);
        case Verdict::xfail:
            return " # TO"
                   "DO " +
                   explanation(record);
        default:
            return {};
    }
}

}  // namespace

void write_tap(std::ostream& out, const Results& results) {
    out << "TAP version 13\n1.." << results.cases.size();
    if (results.cases.empty()) out << " # SKIP no case was run";
    out << '\n';
    for (const TargetRecord& target : results.targets) {
        out << fmt::format("# {}: model {}, serial {}, firmware {}\n", target.name,
                           yaml(target.model), yaml(target.serial), yaml(target.firmware));
    }
    std::size_t number = 0;
    for (const CaseRecord& record : results.cases) {
        const bool bad = is_failure(results, record) || record.verdict == Verdict::xfail;
        out << fmt::format("{} {} - {} {}{}\n", bad ? "not ok" : "ok", ++number,
                           description(record.target), description(case_name(record)),
                           directive(record));
        const bool tells = bad || record.verdict == Verdict::warn ||
                           record.verdict == Verdict::info || record.verdict == Verdict::flaky;
        if (tells) write_block(out, results, record);
    }
    for (std::string problem : problems(results)) {
        std::replace(problem.begin(), problem.end(), '\n', ' ');
        out << "Bail out! " << problem << '\n';
    }
}

}  // namespace aoe::conformance
