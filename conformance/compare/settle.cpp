// SPDX-License-Identifier: MIT
#include "conformance/compare/settle.h"

#include <fmt/format.h>
#include <map>
#include <regex>

namespace aoe::conformance {

namespace {

constexpr std::uint32_t end_of_ours = 0x80800000;

/// The tags of one exchange.
class Tags {
public:
    void renumber(std::string& text) {
        static const std::regex tag("0x8[0-9a-f]{7}\\b");
        replace(text, tag, [this](const std::smatch& found) {
            return fmt::format("{:#010x}", settled(found.str().substr(2)));
        });
    }
    // A dump has sixteen bytes a line; the tag is the last field of the AoE header, which begins
    // behind 14 bytes, or behind 18 where there is a VLAN tag.
    void renumber_dump(std::string& dump) {
        static const std::regex tag(
            "^(0000  (?:.. ){12}88 a2 .. ..\\n0010  (?:.. ){4}|0000  (?:.. ){12}81 00 .. ..\\n"
            "0010  (?:.. ){8})(..) (..) (..) (..)");
        replace(dump, tag, [this](const std::smatch& found) {
            const std::uint32_t now =
                settled(found.str(2) + found.str(3) + found.str(4) + found.str(5));
            return fmt::format("{}{:02x} {:02x} {:02x} {:02x}", found.str(1), now >> 24,
                               now >> 16 & 0xff, now >> 8 & 0xff, now & 0xff);
        });
    }

private:
    template <typename Change>
    static void replace(std::string& text, const std::regex& pattern, const Change& change) {
        std::string out;
        std::smatch found;
        std::string rest = text;
        while (std::regex_search(rest, found, pattern)) {
            out += found.prefix().str() + change(found);
            rest = found.suffix();
        }
        text = out + rest;
    }

    std::uint32_t settled(const std::string& digits) {
        const auto tag = static_cast<std::uint32_t>(std::stoul(digits, nullptr, 16));
        if (tag < settled_tag || tag >= end_of_ours) return tag;
        const auto next = settled_tag + static_cast<std::uint32_t>(numbers_.size());
        return numbers_.try_emplace(tag, next).first->second;
    }

    std::map<std::uint32_t, std::uint32_t> numbers_;
};

// How many, the machine's load decides as much as the target.
void settle_counts(std::string& text) {
    static const std::regex dropped("dropped [0-9]+ of ([0-9]+ reads sent at once)");
    text = std::regex_replace(text, dropped, "dropped none or some, by chance, of $1");
}

void settle_paths(std::string& text, const std::string& folder) {
    static const std::regex disk("/proc/[0-9]+/fd/[0-9]+");
    text = std::regex_replace(text, disk, "{file}");
    for (auto at = text.find(folder); at != std::string::npos && !folder.empty();
         at = text.find(folder, at)) {
        text.replace(at, folder.size(), "{run}");
    }
}

}  // namespace

void settle(Column& column, const std::filesystem::path& folder) {
    const std::string path = folder.string();
    settle_paths(column.note, path);
    Survival& survival = column.survival;
    for (auto* lines :
         {&survival.crashes, &survival.lock_outs, &survival.hangs, &survival.losses}) {
        for (std::string& line : *lines) settle_paths(line, path);
    }
    for (auto& [requirement, cell] : column.cells) {
        for (Evidence& evidence : cell.evidence) {
            Tags tags;
            tags.renumber_dump(evidence.request);
            tags.renumber_dump(evidence.bytes);
            for (std::string* text : {&evidence.expected, &evidence.actual, &evidence.reason}) {
                tags.renumber(*text);
                settle_counts(*text);
            }
            settle_paths(evidence.reason, path);
            settle_paths(evidence.after, path);
        }
    }
}

}  // namespace aoe::conformance
