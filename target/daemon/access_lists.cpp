// SPDX-License-Identifier: MIT
#include "target/daemon/access_lists.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <sstream>

#include "target/mac_list.h"
#include "wire/address.h"

namespace aoe::target {
namespace {

/// As ethers(5) has it: one digit will do where the first is zero.
std::optional<Mac> loose_mac(const std::string& text) {
    Mac mac{};
    std::istringstream parts(text);
    std::size_t count = 0;
    for (std::string part; std::getline(parts, part, ':'); ++count) {
        unsigned value = 0;
        const char* const end = part.data() + part.size();
        const auto [stop, error] = std::from_chars(part.data(), end, value, 16);
        if (count == mac.size() || part.size() > 2 || error != std::errc{} || stop != end) {
            return std::nullopt;
        }
        mac[count] = static_cast<std::byte>(value);
    }
    return count == mac.size() ? std::optional(mac) : std::nullopt;
}

}  // namespace

struct AccessLists::Walk {
    std::vector<Mac> macs;
    std::vector<std::string> inside;  // Lists that are being read, outermost first.
};

AccessLists::AccessLists(const std::string& ethers) {
    std::ifstream file(ethers);
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line.substr(0, line.find('#')));
        std::string address;
        std::string name;
        if (!(words >> address >> name)) continue;
        if (const auto mac = loose_mac(address)) machines_.emplace(name, *mac);
    }
}

void AccessLists::define(const std::string& name, std::vector<std::string> words) {
    lists_[name] = std::move(words);
}

std::string AccessLists::add(const std::vector<std::string>& words, Walk& walk) const {
    for (const std::string& word : words) {
        const auto list = lists_.find(word);
        if (list != lists_.end()) {
            if (std::ranges::find(walk.inside, word) != walk.inside.end()) {
                return "the list \"" + word + "\" holds itself";
            }
            walk.inside.push_back(word);
            if (std::string wrong = add(list->second, walk); !wrong.empty()) return wrong;
            walk.inside.pop_back();
            continue;
        }
        auto mac = parse_mac(word);
        if (const auto machine = machines_.find(word); !mac && machine != machines_.end()) {
            mac = machine->second;
        }
        if (!mac) {
            return "\"" + word +
                   "\" is neither an address like 02:00:00:00:00:0a, nor a list of [access], nor "
                   "a name in /etc/ethers";
        }
        if (is_group(*mac)) return "\"" + word + "\" is the address of a group, not of a machine";
        if (std::ranges::find(walk.macs, *mac) == walk.macs.end()) walk.macs.push_back(*mac);
    }
    return "";
}

Expected<std::vector<Mac>, std::string> AccessLists::resolve(
    const std::vector<std::string>& words) const {
    Walk walk;
    if (std::string wrong = add(words, walk); !wrong.empty()) return Unexpected{std::move(wrong)};
    if (walk.macs.size() > MacList::capacity) {
        return Unexpected{"holds " + std::to_string(walk.macs.size()) +
                          " addresses; at most 255 are allowed"};
    }
    return std::move(walk.macs);
}

}  // namespace aoe::target
