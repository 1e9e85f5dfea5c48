// SPDX-License-Identifier: MIT
#include "conformance/cli/expect_file.h"

#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <iterator>

#include "conformance/cli/commands.h"
#include "conformance/synced_file.h"

namespace aoe::conformance {

std::string read_expect_file(const std::string& file, bool may_be_new) {
    if (file.empty() || (may_be_new && !std::filesystem::exists(file))) return {};
    std::ifstream in(file);
    if (!in) throw UsageError(fmt::format("cannot read the expectations {}", file));
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<Expectation> parse_expect_file(const std::string& file, const std::string& text) {
    auto expectations = parse_expectations(text, all_cases());
    if (!expectations) throw UsageError(file + ", " + expectations.error());
    return *std::move(expectations);
}

void update_expect_file(const std::string& file, const ExpectationUpdate& update, int status,
                        Day today) {
    const auto say = [&](const std::string& what) {
        std::cerr << "aoe-conform: " << file << ": " << what << '\n';
    };
    // Passed, failed, or passed unexpectedly: the others end before every verdict is known.
    if (status != 0 && status != 1 && status != 5) {
        return say("not updated, since the run was not whole");
    }
    const std::string text = read_expect_file(file, true);
    const auto updated = update.update(text, parse_expect_file(file, text), today);
    for (const std::string& what : updated.changes) say(what);
    for (const std::string& what : updated.left) say(what);
    if (updated.changes.empty()) return say("nothing to update");
    parse_expect_file(file, updated.text);
    write_synced(file, updated.text);
}

}  // namespace aoe::conformance
