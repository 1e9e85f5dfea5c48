// SPDX-License-Identifier: MIT
#include <array>

#include "conformance/judge/rule.h"

namespace aoe::conformance {

namespace {

constexpr std::size_t situations = 7, command_kinds = 5;

std::vector<Rule> collect() {
    std::vector<Rule> all;
    const auto add = [&](std::vector<Rule> (*chapter)(), Oddities tolerated) {
        for (Rule& rule : chapter()) {
            rule.tolerated |= tolerated;
            all.push_back(std::move(rule));
        }
    };
    // Rules about an argument are not asked where the capture does not hold it; the others look
    // before they read.
    constexpr Oddities none = 0;
    add(header_rules, odd::unseen);
    add(address_rules, odd::unseen);
    add(odd_header_rules, odd::unseen);
    add(config_rules, none);
    add(config_test_rules, none);
    add(config_set_rules, none);
    add(announcement_rules, none);
    add(mask_rules, none);
    add(reserve_rules, none);
    add(ata_rules, odd::unseen);
    add(ata_command_rules, odd::unseen);
    add(ata_error_rules, odd::unseen);
    add(identify_rules, odd::unseen);
    add(initiator_rules, odd::unseen);
    return all;
}

using Table = std::array<std::array<std::vector<std::uint16_t>, command_kinds>, situations>;

Table make_table() {
    Table table;
    const auto rules = all_rules();
    for (std::size_t situation = 0; situation < situations; ++situation) {
        for (std::size_t kind = 0; kind < command_kinds; ++kind) {
            for (std::size_t i = 0; i < rules.size(); ++i) {
                const bool asked = (rules[i].situations.bits >> situation & 1) != 0 &&
                                   (rules[i].commands >> kind & 1) != 0;
                if (asked) table[situation][kind].push_back(static_cast<std::uint16_t>(i));
            }
        }
    }
    return table;
}

}  // namespace

std::span<const Rule> all_rules() {
    static const std::vector<Rule> all = collect();
    return all;
}

Expected<ChosenRules, std::string> choose_rules(const Selection& selection) {
    std::vector<Case> cases;
    for (const Rule& rule : all_rules()) cases.push_back(rule.test);
    const auto chosen = select_cases(cases, selection);
    if (!chosen) return Unexpected{chosen.error()};
    ChosenRules flags(cases.size());
    for (const Case* one : *chosen) flags[static_cast<std::size_t>(one - cases.data())] = true;
    return flags;
}

std::span<const std::uint16_t> rules_for(Situation situation, std::uint8_t command) {
    static const Table table = make_table();
    std::size_t row = 0;
    while ((static_cast<unsigned>(situation) >> row & 1) == 0) ++row;
    return table[row][command < 4 ? command : 4U];
}

}  // namespace aoe::conformance
