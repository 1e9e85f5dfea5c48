// SPDX-License-Identifier: MIT
// Rules are asked, and what they say is counted.
#include <algorithm>

#include "conformance/describe.h"
#include "conformance/judge/judge.h"

namespace aoe::conformance {

void Judge::observe(std::vector<RuleCount>& counts, const Observation& seen, std::uint8_t command) {
    const std::span<const Rule> rules = all_rules();
    const bool every = options_.chosen.empty();
    for (const std::uint16_t index : rules_for(seen.situation, command)) {
        const Rule& rule = rules[index];
        if (!is_about(rule, seen.odd) || !(every || options_.chosen[index])) continue;
        const Outcome outcome = rule.judge(seen, nullptr);
        if (outcome == Outcome::kept) {
            ++counts[index].kept;
            judged_ = true;
        } else if (outcome == Outcome::broken) {
            Words words;
            const bool told = options_.on_broken != nullptr ||
                              counts[index].first.size() < options_.first_violations;
            if (told) rule.judge(seen, &words);
            count(counts, index, outcome, seen, std::move(words));
        }
    }
}

void Judge::count(std::vector<RuleCount>& counts, std::uint16_t rule, Outcome outcome,
                  const Observation& seen, Words words) {
    judged_ = true;
    RuleCount& all = counts[rule];
    if (outcome == Outcome::kept) {
        ++all.kept;
        return;
    }
    ++all.broken;
    const bool keep = all.first.size() < options_.first_violations;
    if (!keep && !options_.on_broken) return;
    Violation violation{.rule = rule,
                        .file = file_,
                        .request = seen.request != nullptr ? seen.request->number : 0,
                        .reply = seen.reply != nullptr ? seen.reply->number : 0,
                        .marker = judged_marker_ ? *judged_marker_ : std::string(),
                        .words = std::move(words),
                        .dump = {}};
    if (options_.on_broken) options_.on_broken(violation);
    if (!keep) return;
    const SeenFrame& frame = seen.reply != nullptr ? *seen.reply : *seen.request;
    ByteVector bytes;
    for (const Mac& mac : {frame.destination, frame.source}) {
        for (const std::byte byte : mac) bytes.push_back(std::to_integer<std::uint8_t>(byte));
    }
    bytes.insert(bytes.end(), {0x88, 0xa2});
    for (const std::byte byte : frame.body.first(std::min<std::size_t>(frame.body.size(), 96))) {
        bytes.push_back(std::to_integer<std::uint8_t>(byte));
    }
    violation.dump = hex_dump(bytes);
    all.first.push_back(std::move(violation));
}

}  // namespace aoe::conformance
