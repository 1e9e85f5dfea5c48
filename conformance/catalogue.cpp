// SPDX-License-Identifier: MIT
// Reads the catalogue.
#include "conformance/catalogue.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <stdexcept>
#include <utility>

#include "conformance/toml.h"

namespace aoe::conformance {

/// The bytes of catalogue.toml, from a source that the build generates.
extern const std::string_view catalogue_text;

namespace {

// Each list is in its enumeration's order.
constexpr std::array<std::string_view, 4> level_words{"MUST", "SHOULD", "MAY", "PRACTICE"};
constexpr std::array<std::string_view, 3> revision_words{"r8", "r10", "r11"};
constexpr std::array<std::string_view, 2> applies_to_words{"target", "initiator"};
constexpr std::array<std::string_view, 6> confidence_words{"spec",        "restated", "two agree",
                                                           "one lineage", "one",      "inferred"};
constexpr std::array<std::string_view, 7> impact_words{
    "data loss", "leak", "crash", "hang", "lock-out", "interoperation", "cosmetic"};

constexpr std::array<std::string_view, 13> requirement_keys{
    "id",         "text",       "why",    "section",  "level",     "condition", "since",
    "applies_to", "confidence", "impact", "agreeing", "differing", "unjudged"};
constexpr std::array<std::string_view, 2> deviation_keys{"implementation", "what"};

std::string join(std::span<const std::string_view> words) {
    std::string joined;
    for (const std::string_view word : words) {
        joined.append(joined.empty() ? "" : ", ").append(word);
    }
    return joined;
}

std::string quoted(std::string_view word) {
    return '"' + std::string(word) + '"';
}

[[noreturn]] void fail(toml::source_index line, std::string_view where, std::string_view why) {
    throw std::runtime_error("catalogue, line " + std::to_string(line) + ", " + std::string(where) +
                             ": " + std::string(why));
}

bool is_requirement_id(std::string_view id) {
    constexpr std::string_view prefix = "AOE-";
    if (!id.starts_with(prefix)) {
        return false;
    }
    id.remove_prefix(prefix.size());
    const std::size_t dash = id.find('-');
    if (dash == 0 || dash == std::string_view::npos || id.size() != dash + 3) {
        return false;
    }
    const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return std::ranges::all_of(id.substr(0, dash), is_upper) &&
           std::ranges::all_of(id.substr(dash + 1), is_digit);
}

/// A table of the file while it is read. Every failure names the line and `where`, which is the
/// requirement's id as soon as that is known.
class Row {
public:
    Row(const toml::table& table, std::string_view where) : table_(table), where_(where) {}

    void rename(std::string_view where) { where_ = where; }

    [[noreturn]] void fail_here(std::string_view why) const {
        fail(table_.source().begin.line, where_, why);
    }

    void check_keys(std::span<const std::string_view> known) const {
        for (const auto& [key, node] : table_) {
            if (std::ranges::find(known, key.str()) == known.end()) {
                fail(key.source().begin.line, where_,
                     "unknown key " + quoted(key.str()) + "; known are " + join(known));
            }
        }
    }

    std::string text(std::string_view key) const { return string_of(need(key), key); }

    /// For what would say nothing when empty.
    std::string filled_text(std::string_view key) const {
        std::string found = text(key);
        if (found.empty()) {
            fail(need(key).source().begin.line, where_, quoted(key) + " must not be empty");
        }
        return found;
    }

    std::string text_or_empty(std::string_view key) const {
        return table_.contains(key) ? filled_text(key) : std::string();
    }

    /// The place of the key's value among `words`, which is the enumerator's value.
    template <class Enum, std::size_t count>
    Enum word(std::string_view key, const std::array<std::string_view, count>& words) const {
        const std::string found = text(key);
        const auto place = std::ranges::find(words, found);
        if (place == words.end()) {
            fail(need(key).source().begin.line, where_,
                 quoted(key) + " is " + quoted(found) + " but must be one of: " + join(words));
        }
        return static_cast<Enum>(place - words.begin());
    }

    std::vector<std::string> texts(std::string_view key) const {
        std::vector<std::string> found;
        for (const toml::node& element : array(key)) {
            found.push_back(string_of(element, key));
        }
        return found;
    }

    std::vector<Deviation> deviations(std::string_view key) const {
        std::vector<Deviation> found;
        for (const toml::node& element : array(key)) {
            const toml::table* table = element.as_table();
            if (table == nullptr) {
                fail(element.source().begin.line, where_,
                     quoted(key) + " must hold tables {implementation = \"...\", what = \"...\"}");
            }
            const Row row(*table, where_);
            row.check_keys(deviation_keys);
            found.push_back({row.filled_text("implementation"), row.filled_text("what")});
        }
        return found;
    }

private:
    const toml::node& need(std::string_view key) const {
        const toml::node* node = table_.get(key);
        if (node == nullptr) {
            fail_here("key " + quoted(key) + " is missing");
        }
        return *node;
    }

    const toml::array& array(std::string_view key) const {
        const toml::node& node = need(key);
        if (!node.is_array()) {
            fail(node.source().begin.line, where_, quoted(key) + " must be a list: [ ... ]");
        }
        return *node.as_array();
    }

    std::string string_of(const toml::node& node, std::string_view key) const {
        const std::optional<std::string> value = node.value_exact<std::string>();
        if (!value) {
            fail(node.source().begin.line, where_, quoted(key) + " must hold text: \"...\"");
        }
        return *value;
    }

    const toml::table& table_;
    std::string where_;
};

Requirement read_requirement(const toml::table& table) {
    Row row(table, "a requirement");
    Requirement requirement;
    requirement.id = row.text("id");
    row.rename(requirement.id);
    if (!is_requirement_id(requirement.id)) {
        row.fail_here("an id must have the form AOE-GROUP-NN");
    }
    row.check_keys(requirement_keys);
    requirement.text = row.filled_text("text");
    requirement.why = row.filled_text("why");
    requirement.section = row.text("section");
    requirement.level = row.word<Level>("level", level_words);
    requirement.condition = row.text_or_empty("condition");
    requirement.since = row.word<Revision>("since", revision_words);
    requirement.applies_to = row.word<AppliesTo>("applies_to", applies_to_words);
    requirement.confidence = row.word<Confidence>("confidence", confidence_words);
    requirement.impact = row.word<Impact>("impact", impact_words);
    requirement.agreeing = row.texts("agreeing");
    requirement.differing = row.deviations("differing");
    requirement.unjudged = row.text_or_empty("unjudged");
    return requirement;
}

toml::table parse_toml(std::string_view text) {
    try {
        return toml::parse(text);
    } catch (const toml::parse_error& error) {
        fail(error.source().begin.line, "not TOML", error.description());
    }
}

template <class Enum, std::size_t count>
std::string_view word_for(Enum value, const std::array<std::string_view, count>& words) {
    return words.at(static_cast<std::size_t>(value));
}

}  // namespace

std::vector<Requirement> parse_catalogue(std::string_view toml) {
    const toml::table file = parse_toml(toml);
    constexpr std::array<std::string_view, 1> file_keys{"requirement"};
    Row(file, "the file").check_keys(file_keys);
    const toml::array* rows = file["requirement"].as_array();
    if (rows == nullptr) {
        fail(1, "the file", "requirements are missing: it must hold [[requirement]] tables");
    }
    std::vector<Requirement> requirements;
    std::map<std::string, toml::source_index> lines;
    for (const toml::node& node : *rows) {
        const toml::source_index line = node.source().begin.line;
        if (!node.is_table()) {
            fail(line, "the file", "a requirement must be a [[requirement]] table");
        }
        Requirement requirement = read_requirement(*node.as_table());
        const auto [known, is_new] = lines.emplace(requirement.id, line);
        if (!is_new) {
            fail(
                line, requirement.id,
                "the id is taken by line " + std::to_string(known->second) + "; use the next free");
        }
        requirements.push_back(std::move(requirement));
    }
    return requirements;
}

std::span<const Requirement> catalogue() {
    static const std::vector<Requirement> requirements = parse_catalogue(catalogue_text);
    return requirements;
}

const Requirement* find_requirement(std::string_view id) {
    const std::span<const Requirement> all = catalogue();
    const auto found = std::ranges::find(all, id, &Requirement::id);
    return found == all.end() ? nullptr : &*found;
}

std::string_view name(Level level) {
    return word_for(level, level_words);
}
std::string_view name(Revision revision) {
    return word_for(revision, revision_words);
}
std::string_view name(AppliesTo applies_to) {
    return word_for(applies_to, applies_to_words);
}
std::string_view name(Confidence confidence) {
    return word_for(confidence, confidence_words);
}
std::string_view name(Impact impact) {
    return word_for(impact, impact_words);
}

std::string_view sentence(Confidence confidence) {
    switch (confidence) {
        case Confidence::spec:
            return "the specification's own words";
        case Confidence::restated:
            return "restated by a source that cites the specification";
        case Confidence::two_agree:
            return "implementations agree; no words of the specification seen";
        case Confidence::one_lineage:
            return "implementations of one lineage agree; no words of the specification seen";
        case Confidence::one:
            return "one implementation; no words of the specification seen";
        case Confidence::inferred:
            break;
    }
    return "our inference; no words of the specification seen";
}

std::string basis(const Requirement& requirement) {
    std::string line(sentence(requirement.confidence));
    std::string_view separator = "; agreeing: ";
    for (const std::string& implementation : requirement.agreeing) {
        line.append(std::exchange(separator, ", ")).append(implementation);
    }
    separator = "; differing: ";
    for (const Deviation& deviation : requirement.differing) {
        line.append(std::exchange(separator, ", ")).append(deviation.implementation);
        line.append(" (").append(deviation.what).append(")");
    }
    return line;
}

}  // namespace aoe::conformance
