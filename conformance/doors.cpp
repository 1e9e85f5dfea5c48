// SPDX-License-Identifier: MIT
#include "conformance/doors.h"

#include <array>
#include <utility>

namespace aoe::conformance {

namespace {

constexpr std::array<std::pair<std::string_view, Door>, 6> door_names{{
    {"write", Door::write},
    {"config", Door::config},
    {"mask", Door::mask},
    {"reserve", Door::reserve},
    {"hostile", Door::hostile},
    {"disk", Door::disk},
}};

}  // namespace

std::string to_string(Doors doors) {
    std::string text;
    for (const auto& [name, door] : door_names) {
        if (!doors.contains(door)) continue;
        if (!text.empty()) text += ',';
        text += name;
    }
    return text.empty() ? "none" : text;
}

Expected<Doors, std::string> parse_doors(std::string_view list) {
    Doors doors;
    while (!list.empty()) {
        const std::string_view word = list.substr(0, list.find(','));
        list.remove_prefix(std::min(list.size(), word.size() + 1));
        Doors found;
        for (const auto& [name, door] : door_names) {
            if (word == name) found = door;
        }
        if (word == "all") found = all_doors;
        if (found.empty()) {
            return Unexpected{
                "--allow does not know '" + std::string(word) +
                "'; the doors are write, config, mask, reserve, hostile, disk and all"};
        }
        doors = doors | found;
    }
    return doors;
}

}  // namespace aoe::conformance
