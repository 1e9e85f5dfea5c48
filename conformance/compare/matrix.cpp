// SPDX-License-Identifier: MIT
#include "conformance/compare/matrix.h"

#include <algorithm>
#include <fmt/format.h>

#include "conformance/catalogue.h"
#include "conformance/report/digest.h"
#include "conformance/report/escape.h"
#include "conformance/report/report.h"

namespace aoe::conformance {

namespace {

constexpr std::array<std::string_view, 3> how_names{"live", "replayed", "judged"};
constexpr std::array<std::string_view, 4> state_names{"judged", "partly", "failed", "missing"};

constexpr std::size_t most_evidence = 8;  // Of a cell; the rest is counted by its verdicts.

std::size_t place_of(Verdict verdict) {
    return static_cast<std::size_t>(std::find(reading_order.begin(), reading_order.end(), verdict) -
                                    reading_order.begin());
}

Verdict worse(Verdict a, Verdict b) {
    return place_of(a) <= place_of(b) ? a : b;
}

Evidence evidence_of(const CaseRecord& record, const FindingRecord* finding, Verdict verdict) {
    Evidence evidence{.id = record.id,
                      .summary = record.summary,
                      .verdict = verdict,
                      .expected = {},
                      .actual = {},
                      .reason = {},
                      .request = {},
                      .bytes = {},
                      .after = record.liveness};
    if (finding == nullptr) {
        evidence.reason = explanation(record);
        return evidence;
    }
    // Of traffic that was judged, how often and where; a case says what its finding says.
    if (record.id.starts_with("seen.")) evidence.reason = record.reason;
    evidence.expected = finding->expected;
    evidence.actual = finding->actual;
    evidence.request = finding->request;
    evidence.bytes = finding->bytes;
    return evidence;
}

void add(Cell& cell, bool first, Evidence evidence) {
    cell.verdict = first ? evidence.verdict : worse(cell.verdict, evidence.verdict);
    // The worst first, and of the same the earliest.
    const auto place = std::upper_bound(
        cell.evidence.begin(), cell.evidence.end(), place_of(evidence.verdict),
        [](std::size_t wanted, const Evidence& each) { return wanted < place_of(each.verdict); });
    cell.evidence.insert(place, std::move(evidence));
    if (cell.evidence.size() > most_evidence) cell.evidence.pop_back();
}

// A case tells of all its requirements when it passes or cannot be judged, and of those that it has
// findings on, or that its verdict is about, when it does not.
void add_case(Column& column, const CaseRecord& record) {
    for (const std::string& requirement : record.requirements) {
        const bool first = !column.cells.contains(requirement);
        const bool about_this = requirement == record.requirement;
        const FindingRecord* worst = nullptr;
        for (const FindingRecord& finding : record.findings) {
            if (finding.requirement != requirement) continue;
            const bool is_worse =
                worst == nullptr || place_of(finding.severity) < place_of(worst->severity);
            if (is_worse) worst = &finding;
        }
        if (worst != nullptr) {
            // Flaky, or expected, is said by the case alone.
            const bool qualified =
                about_this && place_of(record.verdict) != place_of(Verdict::fail);
            const Verdict verdict = qualified ? record.verdict : worst->severity;
            add(column.cells[requirement], first, evidence_of(record, worst, verdict));
        } else if (record.verdict == Verdict::pass) {
            Cell& cell = column.cells[requirement];
            cell.verdict = first ? Verdict::pass : worse(cell.verdict, Verdict::pass);
            cell.passed.push_back(record.id);
        } else if (about_this || record.verdict == Verdict::skip ||
                   record.verdict == Verdict::not_applicable || record.verdict == Verdict::error) {
            add(column.cells[requirement], first, evidence_of(record, nullptr, record.verdict));
        }
    }
}

// The runner's words, of which each says one of these.
void add_survival(Survival& survival, const CaseRecord& record) {
    const std::string& after = record.liveness;
    const auto says = [&](const char* words) { return after.find(words) != std::string::npos; };
    const std::string line = fmt::format("{}: {}", record.id, after);
    if (says("was killed by") || says("exited with")) {
        survival.crashes.push_back(line);
    } else if (says("another address")) {
        survival.lock_outs.push_back(line);
    } else if (says("no request any more")) {
        survival.hangs.push_back(line);
    } else if (says("answered nothing for a while")) {
        survival.losses.push_back(line);
    }
}

// What a run remarks on a target begins with its name.
void add_troubles(Survival& survival, const Results& results) {
    if (!results.summary) return;
    for (const std::string& remark : results.summary->remarks) {
        for (const std::string_view known : {flooded_text, lossy_text}) {
            if (remark.ends_with(known)) survival.troubles.emplace_back(known);
        }
    }
}

void add_facts(Column& column, const Results& results) {
    if (results.targets.empty()) return;
    const TargetRecord& target = results.targets.front();
    const auto fact = [&](const char* name, const std::string& value) {
        if (!value.empty()) column.facts.emplace_back(name, value);
    };
    fact("model", target.model);
    fact("firmware", target.firmware);
    fact("serial", target.serial);
    fact("sectors", std::to_string(target.sectors));
    fact("Buffer Count", std::to_string(target.buffer_count));
    fact("Sector Count", std::to_string(target.sector_count));
    fact("MTU", std::to_string(target.mtu));
    fact("judged as", target.revision);
}

bool was_judged(Verdict verdict) {
    return verdict != Verdict::skip && verdict != Verdict::not_applicable &&
           verdict != Verdict::error;
}

}  // namespace

std::string_view name(How how) {
    return how_names.at(static_cast<std::size_t>(how));
}

std::string_view name(State state) {
    return state_names.at(static_cast<std::size_t>(state));
}

Column make_column(const Plan& plan, const Results& results, How how) {
    Column column = empty_column(plan, State::judged, {});
    column.how = how;
    column.cases = results.counts();
    bool judged = false;
    for (const CaseRecord& record : results.cases) {
        add_case(column, record);
        add_survival(column.survival, record);
        judged = judged || was_judged(record.verdict);
    }
    add_troubles(column.survival, results);
    add_facts(column, results);
    const std::vector<std::string> wrong = problems(results);
    column.note = fmt::format("{}", fmt::join(wrong, "; "));
    if (!judged) {
        column.state = State::failed;
    } else if (!wrong.empty()) {
        column.state = State::partly;
    }
    return column;
}

Column empty_column(const Plan& plan, State state, std::string note) {
    Column column;
    column.name = printable(plan.name);
    column.title = printable(plan.title);
    column.kind = name(plan.kind);
    column.state = state;
    column.note = printable_lines(note);
    return column;
}

std::vector<Row> catalogue_rows() {
    struct Ranked {
        Row row;
        std::size_t group;
        Impact impact;
    };
    std::vector<Ranked> ranked;
    std::map<std::string, std::size_t> groups;
    for (const Requirement& requirement : catalogue()) {
        if (requirement.applies_to != AppliesTo::target) continue;
        // "AOE-HDR-01"
        std::string group = requirement.id.substr(4, requirement.id.rfind('-') - 4);
        for (char& c : group) c = static_cast<char>(c - 'A' + 'a');
        const std::size_t place = groups.try_emplace(group, groups.size()).first->second;
        ranked.push_back({{.id = requirement.id,
                           .group = group,
                           .text = requirement.text,
                           .why = requirement.why,
                           .level = std::string(name(requirement.level)),
                           .condition = requirement.condition,
                           .impact = std::string(name(requirement.impact)),
                           .since = std::string(name(requirement.since)),
                           .basis = basis(requirement)},
                          place,
                          requirement.impact});
    }
    std::stable_sort(ranked.begin(), ranked.end(), [](const Ranked& a, const Ranked& b) {
        return a.group != b.group ? a.group < b.group : a.impact < b.impact;
    });
    std::vector<Row> rows;
    for (Ranked& each : ranked) rows.push_back(std::move(each.row));
    return rows;
}

const Cell* find_cell(const Column& column, const std::string& requirement) {
    const auto found = column.cells.find(requirement);
    return found == column.cells.end() ? nullptr : &found->second;
}

}  // namespace aoe::conformance
