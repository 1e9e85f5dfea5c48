// SPDX-License-Identifier: MIT
#include "conformance/compare/plan.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <limits>
#include <set>
#include <stdexcept>

#include "conformance/toml.h"

namespace aoe::conformance {

// Of profiles.toml, compiled in.
extern const std::string_view profiles_text;

namespace {

constexpr std::array<std::string_view, 7> kind_names{"process",   "module",  "vm",     "wire",
                                                     "recording", "capture", "results"};

/// A table of the file while it is read; every failure names file and line.
class Table {
public:
    Table(const toml::table& table, std::string file) : table_(table), file_(std::move(file)) {}

    [[noreturn]] void fail(const std::string& why) const { fail_at(table_, why); }
    [[noreturn]] void fail_at(const toml::node& node, const std::string& why) const {
        throw std::runtime_error(
            fmt::format("{}, line {}: {}", file_, node.source().begin.line, why));
    }

    void check_keys(const std::vector<std::string_view>& known) const {
        for (const auto& [key, node] : table_) {
            if (std::find(known.begin(), known.end(), key.str()) != known.end()) continue;
            fail_at(node, fmt::format("unknown key '{}'; known are {}", key.str(),
                                      fmt::join(known, ", ")));
        }
    }

    void read(std::string_view key, std::string& text) const {
        const toml::node* node = table_.get(key);
        if (node != nullptr) text = text_of(*node, key);
    }
    void read(std::string_view key, double& number) const {
        const toml::node* node = table_.get(key);
        if (node == nullptr) return;
        const auto value = node->value<double>();
        if (!value) fail_at(*node, fmt::format("'{}' is no number", key));
        number = *value;
    }
    template <typename Number>
    void read(std::string_view key, std::optional<Number>& number, std::int64_t least,
              std::int64_t most) const {
        const toml::node* node = table_.get(key);
        if (node == nullptr) return;
        const auto value = node->value<std::int64_t>();
        if (!value || *value < least || *value > most) {
            fail_at(*node, fmt::format("'{}' must be a number from {} to {}", key, least, most));
        }
        number = static_cast<Number>(*value);
    }
    void read(std::string_view key, std::vector<std::string>& texts) const {
        const toml::node* node = table_.get(key);
        if (node == nullptr) return;
        texts.clear();
        if (node->is_string()) {
            texts.push_back(text_of(*node, key));
        } else if (const toml::array* array = node->as_array()) {
            for (const toml::node& each : *array) texts.push_back(text_of(each, key));
        } else {
            fail_at(*node, fmt::format("'{}' must be a text or a list of texts", key));
        }
    }
    void read(std::string_view key, std::map<std::string, std::string>& texts) const {
        const toml::node* node = table_.get(key);
        if (node == nullptr) return;
        const toml::table* table = node->as_table();
        if (table == nullptr) fail_at(*node, fmt::format("'{}' must be a table of texts", key));
        for (const auto& [name, text] : *table) {
            texts[std::string(name.str())] = text_of(text, name.str());
        }
    }
    std::optional<Table> table(std::string_view key) const {
        const toml::node* node = table_.get(key);
        if (node == nullptr) return std::nullopt;
        if (!node->is_table()) fail_at(*node, fmt::format("'{}' must be a table", key));
        return Table(*node->as_table(), file_);
    }
    std::vector<Table> tables(std::string_view key) const {
        std::vector<Table> found;
        const toml::node* node = table_.get(key);
        if (node == nullptr) return found;
        if (!node->is_array_of_tables()) fail_at(*node, fmt::format("write [[{}]]", key));
        for (const toml::node& each : *node->as_array())
            found.emplace_back(*each.as_table(), file_);
        return found;
    }

private:
    std::string text_of(const toml::node& node, std::string_view key) const {
        const auto text = node.value<std::string>();
        if (!text || !node.is_string()) fail_at(node, fmt::format("'{}' must be a text", key));
        return *text;
    }

    const toml::table& table_;
    std::string file_;
};

void read_about(const Table& table, About& about) {
    table.check_keys({"from", "build", "dangers"});
    table.read("from", about.from);
    table.read("build", about.build);
    table.read("dangers", about.dangers);
}

void read_kind(const Table& table, PlanKind& kind) {
    std::string word(name(kind));
    table.read("kind", word);
    const auto found = std::find(kind_names.begin(), kind_names.end(), word);
    if (found == kind_names.end()) {
        table.fail(
            fmt::format("kind is '{}' but must be one of: {}", word, fmt::join(kind_names, ", ")));
    }
    kind = static_cast<PlanKind>(found - kind_names.begin());
}

// What each kind cannot do without.
void check(const Table& table, const Plan& plan) {
    const auto need = [&](bool there, std::string_view key) {
        if (there) return;
        table.fail(
            fmt::format("target '{}' of kind {} needs '{}'", plan.name, name(plan.kind), key));
    };
    if (plan.name.empty()) table.fail("a target needs a 'name', or a 'profile' that has one");
    if (starts_something(plan.kind)) {
        need(!plan.command.empty(), "command");
    } else if (plan.kind == PlanKind::wire) {
        need(!plan.interface.empty(), "interface");
        need(plan.shelf.has_value(), "shelf");
        need(plan.slot.has_value(), "slot");
    } else {
        need(!plan.sources.empty(), "source");
    }
    if (plan.kind == PlanKind::results && plan.sources.size() > 1) {
        table.fail("kind results takes one source; give each run a target of its own");
    }
}

Plan read_plan(const Table& table, Plan plan, const std::filesystem::path& folder) {
    table.check_keys({"name",   "title",   "profile", "kind",    "program", "bin",       "load",
                      "unload", "command", "stop",    "files",   "values",  "interface", "allow",
                      "shelf",  "slot",    "mtu",     "timeout", "source",  "get",       "about"});
    std::string bin;
    std::vector<std::string> sources;
    table.read("name", plan.name);
    if (plan.title.empty()) plan.title = plan.name;
    table.read("title", plan.title);
    read_kind(table, plan.kind);
    table.read("program", plan.program);
    table.read("bin", bin);
    table.read("load", plan.load);
    table.read("unload", plan.unload);
    table.read("command", plan.command);
    table.read("stop", plan.stop);
    table.read("files", plan.files);
    table.read("values", plan.values);
    table.read("interface", plan.interface);
    table.read("allow", plan.allow);
    table.read("shelf", plan.shelf, 0, 65534);
    table.read("slot", plan.slot, 0, 254);
    table.read("mtu", plan.mtu, 576, 65535);
    table.read("timeout", plan.timeout_factor);
    if (!(plan.timeout_factor >= 0.1 && plan.timeout_factor <= 1000)) {  // As of --timeout.
        table.fail("'timeout' must be a number from 0.1 to 1000");
    }
    table.read("source", sources);
    table.read("get", plan.get);
    if (const auto about = table.table("about")) read_about(*about, plan.about);
    if (!bin.empty()) plan.bin = folder / bin;
    for (const std::string& source : sources) {
        plan.sources.push_back((folder / source).lexically_normal());
    }
    check(table, plan);
    return plan;
}

// A name of its own keeps the profile's title from standing above two columns.
Plan base_of(const Table& table) {
    std::string profile, own_name;
    table.read("profile", profile);
    table.read("name", own_name);
    if (profile.empty()) return {};
    std::string known;
    for (const Plan& plan : profiles()) {
        if (plan.name == profile) {
            Plan base = plan;
            if (!own_name.empty()) base.title.clear();
            return base;
        }
        known += (known.empty() ? "" : ", ") + plan.name;
    }
    table.fail(fmt::format("there is no profile '{}'; there are {}", profile, known));
}

Measurement read_measurement(const Table& table) {
    table.check_keys({"target", "what", "value", "unit", "conditions", "note"});
    Measurement measured;
    table.read("target", measured.target);
    table.read("what", measured.what);
    table.read("value", measured.value);
    table.read("unit", measured.unit);
    table.read("conditions", measured.conditions);
    table.read("note", measured.note);
    if (measured.what.empty() || measured.unit.empty() || measured.conditions.empty()) {
        table.fail("a measurement needs 'what', 'value', 'unit' and its 'conditions'");
    }
    return measured;
}

BenchReport read_bench(const Table& table, const std::filesystem::path& folder) {
    table.check_keys({"file", "targets"});
    std::string file;
    BenchReport report;
    table.read("file", file);
    table.read("targets", report.targets);
    if (file.empty() || report.targets.empty()) {
        table.fail(
            "a performance needs the 'file' that aoe-bench wrote, and whose numbers are in "
            "it: 'targets'");
    }
    report.file = (folder / file).lexically_normal();
    return report;
}

toml::table parse(std::string_view text, const std::string& file) {
    try {
        return toml::parse(text, file);
    } catch (const toml::parse_error& error) {
        throw std::runtime_error(
            fmt::format("{}, line {}: {}", file, error.source().begin.line, error.description()));
    }
}

}  // namespace

std::string_view name(PlanKind kind) {
    return kind_names.at(static_cast<std::size_t>(kind));
}

bool starts_something(PlanKind kind) {
    return kind == PlanKind::process || kind == PlanKind::module || kind == PlanKind::vm;
}

const std::vector<Plan>& profiles() {
    static const std::vector<Plan> all = [] {
        const toml::table document = parse(profiles_text, "profiles.toml");
        std::vector<Plan> plans;
        for (const Table& table : Table(document, "profiles.toml").tables("target")) {
            plans.push_back(read_plan(table, {}, {}));
        }
        return plans;
    }();
    return all;
}

Plans parse_plans(std::string_view text, const std::string& file,
                  const std::filesystem::path& folder) {
    const toml::table document = parse(text, file);
    const Table top(document, file);
    top.check_keys({"target", "measurement", "performance"});
    Plans plans;
    std::set<std::string> names;
    for (const Table& table : top.tables("target")) {
        plans.targets.push_back(read_plan(table, base_of(table), folder));
        const std::string& given = plans.targets.back().name;
        if (!names.insert(given).second) table.fail(fmt::format("a second target '{}'", given));
    }
    if (plans.targets.empty()) top.fail("there is no [[target]] in it");
    for (const Table& table : top.tables("measurement")) {
        plans.measurements.push_back(read_measurement(table));
        if (names.contains(plans.measurements.back().target)) continue;
        table.fail(fmt::format("a measurement of '{}', which is no target of this file",
                               plans.measurements.back().target));
    }
    for (const Table& table : top.tables("performance")) {
        plans.reports.push_back(read_bench(table, folder));
        for (const std::string& target : plans.reports.back().targets) {
            if (target == "-" || names.contains(target)) continue;
            table.fail(
                fmt::format("the performance of '{}', which is no target of this file", target));
        }
    }
    return plans;
}

}  // namespace aoe::conformance
