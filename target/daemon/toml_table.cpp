// SPDX-License-Identifier: MIT
#include "target/daemon/toml_table.h"

#include <algorithm>
#include <numeric>
#include <sstream>

#include "target/daemon/config.h"

namespace aoe::target {
namespace {

/// How many letters must change to make one word the other.
std::size_t distance(std::string_view from, std::string_view to) {
    std::vector<std::size_t> row(to.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < from.size(); ++i) {
        std::size_t diagonal = row[0]++;
        for (std::size_t j = 0; j < to.size(); ++j) {
            const std::size_t replaced = diagonal + (from[i] == to[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
        }
    }
    return row.back();
}

std::string shown(const toml::node& node) {
    std::ostringstream text;
    text << toml::node_view<const toml::node>(node);
    std::string line = text.str();
    std::ranges::replace(line, '\n', ' ');
    return line.size() > 60 ? line.substr(0, 57) + "..." : line;
}

}  // namespace

void TomlTable::fail(std::string_view key, const std::string& sentence) const {
    const std::string where = name_.empty() || key.empty() ? name_ : name_ + ".";
    throw ConfigError(file_ + ":" + std::to_string(line_of(key)) + ": " + where + std::string(key) +
                      ": " + sentence);
}

std::size_t TomlTable::line_of(std::string_view key) const {
    const toml::node* const node = table_.get(key);
    return node == nullptr ? table_.source().begin.line : node->source().begin.line;
}

const toml::node* TomlTable::find(std::string_view key) {
    known_.emplace(key);
    return table_.get(key);
}

template <typename T>
T TomlTable::as(std::string_view key, const toml::node& node, const char* wanted) {
    const auto value = node.value_exact<T>();
    if (!value) fail(key, shown(node) + " is not " + wanted);
    return *value;
}

void TomlTable::take(std::string_view key, bool& value) {
    if (const auto* node = find(key)) value = as<bool>(key, *node, "true or false");
}

void TomlTable::take(std::string_view key, std::string& value) {
    if (const auto* node = find(key)) {
        value = as<std::string>(key, *node, "text in quotes, like \"this\"");
    }
}

void TomlTable::take(std::string_view key, std::uint64_t& value, std::uint64_t least,
                     std::uint64_t most) {
    const auto* node = find(key);
    if (node == nullptr) return;
    const std::string wanted =
        "a number from " + std::to_string(least) + " to " + std::to_string(most);
    const auto given = as<std::int64_t>(key, *node, wanted.c_str());
    if (given < 0 || static_cast<std::uint64_t>(given) < least ||
        static_cast<std::uint64_t>(given) > most) {
        fail(key, shown(*node) + " is not " + wanted);
    }
    value = static_cast<std::uint64_t>(given);
}

void TomlTable::take(std::string_view key, std::vector<std::string>& value) {
    constexpr auto wanted = "a list of texts, like [\"one\", \"two\"]";
    const auto* node = find(key);
    if (node == nullptr) return;
    const toml::array* const list = node->as_array();
    if (list == nullptr) fail(key, shown(*node) + " is not " + wanted);
    value.clear();
    for (const toml::node& each : *list) value.push_back(as<std::string>(key, each, wanted));
}

std::optional<TomlTable> TomlTable::below(std::string_view key) {
    const auto* node = find(key);
    if (node == nullptr) return std::nullopt;
    if (!node->is_table()) {
        fail(key, shown(*node) + " is not a table, like [" + (name_.empty() ? "" : name_ + ".") +
                      std::string(key) + "]");
    }
    return TomlTable(file_, (name_.empty() ? "" : name_ + ".") + std::string(key),
                     *node->as_table());
}

std::vector<std::string> TomlTable::keys() const {
    std::vector<std::string> keys;
    for (const auto& [key, node] : table_) keys.emplace_back(key.str());
    // As they stand in the file, so that the first mistake is the one complained of.
    std::ranges::stable_sort(keys, {}, [this](const std::string& key) { return line_of(key); });
    return keys;
}

void TomlTable::expect_no_more() const {
    for (const std::string& key : keys()) {
        if (known_.contains(key)) continue;
        const auto nearest = std::ranges::min_element(
            known_, {}, [&](const std::string& known) { return distance(key, known); });
        std::string all;
        for (const std::string& known : known_) all += (all.empty() ? "" : ", ") + known;
        const bool alike = nearest != known_.end() && distance(key, *nearest) <= 2;
        fail(key, alike ? "no such key; did you mean " + *nearest + "?"
                        : "no such key; these can be here: " + all);
    }
}

}  // namespace aoe::target
