// SPDX-License-Identifier: MIT
#include "conformance/report/junit_report.h"

#include <fmt/format.h>

#include "conformance/report/digest.h"
#include "conformance/report/escape.h"

namespace aoe::conformance {

namespace {

struct Count {
    std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;
    double seconds = 0;

    void add(const Count& other) {
        tests += other.tests;
        failures += other.failures;
        errors += other.errors;
        skipped += other.skipped;
        seconds += other.seconds;
    }
    std::string attributes() const {
        return fmt::format(R"(tests="{}" failures="{}" errors="{}" skipped="{}" time="{:.6f}")",
                           tests, failures, errors, skipped, seconds);
    }
};

enum class Shown { passed, failed, broken, skipped };

Shown shown(const Results& results, const CaseRecord& record) {
    if (record.verdict == Verdict::error) return Shown::broken;
    if (is_failure(results, record)) return Shown::failed;
    const bool left_out = record.verdict == Verdict::skip || record.verdict == Verdict::xfail ||
                          record.verdict == Verdict::not_applicable;
    return left_out ? Shown::skipped : Shown::passed;
}

Count count(const Results& results, const CaseRecord& record) {
    const Shown as = shown(results, record);
    return {.tests = 1,
            .failures = as == Shown::failed,
            .errors = as == Shown::broken,
            .skipped = as == Shown::skipped,
            .seconds = record.duration_us / 1e6};
}

// The whole explanation, for who opens the failure.
std::string body(const Results& results, const CaseRecord& record) {
    std::string text = fmt::format("{}\n{}: {}\nbasis: {}\n", record.summary,
                                   requirement_text(record), record.requirement_text, record.basis);
    for (const FindingRecord& finding : record.findings) {
        text += fmt::format("\n{} {}\n", finding.requirement, name(finding.severity));
        if (!finding.expected.empty()) text += fmt::format("expected: {}\n", finding.expected);
        text += fmt::format("actual:   {}\n", finding.actual);
        for (const FieldRecord& field : finding.fields) {
            if (!field.differs) continue;
            text += fmt::format(
                "  {} is {}, not {}{}\n", field.name, field.actual, field.expected,
                field.size == 0
                    ? ""
                    : fmt::format(" ({} from byte {})", plural(field.size, "byte"), field.offset));
        }
        if (!finding.bytes.empty()) {
            text += fmt::format("frame {}:\n{}", finding.frame, finding.bytes);
        }
    }
    if (!record.liveness.empty()) text += fmt::format("\nafterwards: {}\n", record.liveness);
    if (!record.frames.empty()) text += "\nlast frames (> sent, < received):\n";
    for (const std::string& frame : record.frames) text += "  " + frame + '\n';
    return text + "\nagain: " + again(results, record) + '\n';
}

void write_case(std::ostream& out, const Results& results, const CaseRecord& record) {
    out << fmt::format(R"(    <testcase name="{}" classname="{}.{}" time="{:.6f}")",
                       markup(case_name(record)), markup(record.target), markup(record.group()),
                       record.duration_us / 1e6);
    const std::string why = explanation(record);
    const std::string verdict(name(record.verdict));
    switch (shown(results, record)) {
        case Shown::failed:
        case Shown::broken: {
            const char* element = record.verdict == Verdict::error ? "error" : "failure";
            out << fmt::format(">\n      <{0} message=\"{1}\" type=\"{2}\">{3}</{0}>\n", element,
                               markup(why), verdict, markup(body(results, record)));
            break;
        }
        case Shown::skipped:
            out << fmt::format(">\n      <skipped message=\"{}{}\"/>\n", markup(why),
                               record.code.empty() ? "" : " [" + markup(record.code) + "]");
            break;
        case Shown::passed:
            if (record.verdict == Verdict::pass) {
                out << "/>\n";
                return;
            }
            out << fmt::format(">\n      <system-out>{}: {}\n{}</system-out>\n", verdict,
                               markup(why), markup(body(results, record)));
            break;
    }
    out << "    </testcase>\n";
}

void write_properties(std::ostream& out, const RunDetails& run, const TargetRecord& target) {
    const auto property = [&](const std::string& name, const std::string& value) {
        out << fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", markup(name),
                           markup(value));
    };
    out << "    <properties>\n";
    property("aoe-conform", run.version);
    property("mac", target.mac);
    property("model", target.model);
    property("serial", target.serial);
    property("firmware", target.firmware);
    property("revision", target.revision);
    for (const auto& [key, value] : run.parameters) property(key, value);
    out << "    </properties>\n";
}

std::string opening(const std::string& name, const RunDetails& run, const Count& count) {
    const std::string when =
        run.started.empty() ? "" : fmt::format(" timestamp=\"{}\"", markup(run.started));
    return fmt::format("  <testsuite name=\"{}\" {}{}>\n", markup(name), count.attributes(), when);
}

// One test case for all that is not about a single case: in a suite of its own.
void write_problems(std::ostream& out, const Results& results,
                    const std::vector<std::string>& sentences) {
    const bool down = results.summary && results.summary->exit_status == 3;
    std::string text;
    for (const std::string& sentence : sentences) text += sentence + '\n';
    out << opening("aoe-conform", results.run, {.tests = 1, .errors = 1});
    out << fmt::format(
        "    <testcase name=\"{0}\" classname=\"aoe-conform\" time=\"0.000000\">\n"
        "      <error message=\"{1}\" type=\"{0}\">{2}\nagain: {3}\n</error>\n    </testcase>\n"
        "  </testsuite>\n",
        down ? "target" : "run", markup(sentences.front()), markup(text),
        markup(results.run.command));
}

}  // namespace

void write_junit(std::ostream& out, const Results& results) {
    const std::vector<std::string> sentences = problems(results);
    Count all{.tests = !sentences.empty(), .errors = !sentences.empty()};
    for (const CaseRecord& record : results.cases) all.add(count(results, record));
    out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"aoe-conform\" "
        << all.attributes() << ">\n";
    if (!sentences.empty()) write_problems(out, results, sentences);
    for (const TargetRecord& target : results.targets) {
        Count sum;
        for (const CaseRecord& record : results.cases) {
            if (record.target == target.name) sum.add(count(results, record));
        }
        out << opening(target.name, results.run, sum);
        write_properties(out, results.run, target);
        for (const CaseRecord& record : results.cases) {
            if (record.target == target.name) write_case(out, results, record);
        }
        out << "  </testsuite>\n";
    }
    out << "</testsuites>\n";
}

}  // namespace aoe::conformance
