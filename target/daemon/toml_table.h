// SPDX-License-Identifier: MIT
// A table of a TOML file, read key by key: every value is checked where it is taken, and what
// nobody took is a mistake of the file. All complaints name file, line and key.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

// The parser asserts what a wrong file may well hold ("[ }") and complains of it right after that;
// where there are no asserts it has the optimiser rely on it. Here it does neither.
#define TOML_ASSERT(expr) static_cast<void>(0)
#pragma push_macro("NDEBUG")
#undef NDEBUG
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")

namespace aoe::target {

class TomlTable {
public:
    /// `name`: how complaints call the table, "export.root"; empty for the file itself. Both the
    /// file's name and the table must outlive this.
    TomlTable(const std::string& file, std::string name, const toml::table& table)
        : file_(file), name_(std::move(name)), table_(table) {}

    bool has(std::string_view key) const { return table_.contains(key); }

    /// These leave `value` as it is when the key is not there, and throw ConfigError when it is
    /// there and wrong.
    void take(std::string_view key, bool& value);
    void take(std::string_view key, std::string& value);
    void take(std::string_view key, std::uint64_t& value, std::uint64_t least, std::uint64_t most);
    void take(std::string_view key, std::vector<std::string>& value);

    /// The table below the key; nothing when there is none.
    std::optional<TomlTable> below(std::string_view key);
    std::vector<std::string> keys() const;

    /// Throws ConfigError for the first key that nobody took, with the one that it resembles.
    void expect_no_more() const;

    [[noreturn]] void fail(std::string_view key, const std::string& sentence) const;
    std::size_t line_of(std::string_view key) const;

private:
    const toml::node* find(std::string_view key);
    template <typename T> T as(std::string_view key, const toml::node& node, const char* wanted);

    const std::string& file_;
    std::string name_;
    const toml::table& table_;
    std::set<std::string, std::less<>> known_;  // Asked for, whether there or not.
};

}  // namespace aoe::target
