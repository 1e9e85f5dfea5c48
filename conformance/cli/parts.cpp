// SPDX-License-Identifier: MIT
#include "conformance/cli/parts.h"

#include <algorithm>

#include "wire/packet_link.h"

namespace aoe::conformance {

namespace {

// Workers on one interface share its address, and must not share tags.
constexpr std::uint32_t tags_of_a_slot = 1U << 23;

RunEnd run_started(const StartOptions& start, const SessionOptions& options, Reporter& reporter) {
    SystemClock clock;
    StartedTarget started(start, clock);
    if (!started.failure().empty()) {
        return {.target_lost = true, .problems = {started.failure()}};
    }
    return judge_targets(started.link(), clock, options, reporter, &started.control());
}

RunEnd run_slot(const SessionOptions& options, Reporter& reporter) {
    SystemClock clock;
    const LinkPtr link = open_packet_link({.interface = options.interface, .see_everything = true});
    return judge_targets(*link, clock, options, reporter, nullptr);
}

}  // namespace

std::vector<Part> started_parts(const StartOptions& start, const SessionOptions& options,
                                std::size_t at_most) {
    std::vector<Part> parts;
    const std::size_t count = std::min(at_most, options.cases.size());
    for (std::size_t i = 0; i < count; ++i) {
        SessionOptions mine = options;
        mine.part = i;
        mine.parts = count;
        parts.emplace_back(
            [start, mine](Reporter& reporter) { return run_started(start, mine, reporter); });
    }
    return parts;
}

std::vector<Part> slot_parts(const std::vector<Reply>& found, const SessionOptions& options) {
    std::vector<Part> parts;
    for (const Reply& target : found) {
        SessionOptions mine = options;
        mine.wanted.slot = target.aoe.slot;
        mine.wanted.mac = target.source;
        mine.wanted.first_tag += target.aoe.slot * tags_of_a_slot;
        parts.emplace_back([mine](Reporter& reporter) { return run_slot(mine, reporter); });
    }
    return parts;
}

}  // namespace aoe::conformance
