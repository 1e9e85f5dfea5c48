// SPDX-License-Identifier: MIT
// Announcements: config replies that nobody asked for, with tag 0.
#include <algorithm>
#include <optional>

#include "conformance/cases/steps.h"

namespace aoe::conformance {

namespace {

// What a starting target broadcasts, here sent to the target under test alone: on a broadcast other
// initiators would take it for a disk.
Request announcement_of(const Exchange& x, std::uint16_t shelf) {
    Request request;
    request.shelf = shelf;
    request.tag = 0;
    request.aoe.flags = 8;
    request.aoe.command = 1;
    request.argument = ConfigFields{.buffer_count = x.target().config.buffer_count,
                                    .firmware_version = x.target().config.firmware_version,
                                    .sector_count = x.target().config.sector_count,
                                    .version = 1};
    return request;
}

void expect_not_answered(Exchange& x, const Request& announcement) {
    for (const Reply& reply : x.probe_all(announcement)) {
        // The target's own announcements have tag 0, too.
        if (reply.destination == x.our_mac()) x.check(reply, NoReply());
    }
}

bool is_announcement(const TranscriptEntry& entry) {
    if (entry.sent) return false;
    const auto frame = dissect(std::as_bytes(std::span(entry.bytes)));
    return frame && frame->is_response() && frame->config && frame->aoe.tag == 0;
}

}  // namespace

std::vector<Case> announce_cases() {
    return {
        {.id = "ann.other.not-answered",
         .requirements = {"AOE-ANN-07"},
         .summary = "The announcement of a target with another shelf is not answered.",
         .doors = Door::hostile,
         .run =
             [](Exchange& x) {
                 const unsigned shelf = x.target().shelf ^ 1U;
                 expect_not_answered(x, announcement_of(x, static_cast<std::uint16_t>(shelf)));
             }},
        {.id = "ann.same-address.not-answered",
         .requirements = {"AOE-ANN-07"},
         .summary = "The announcement of a target with the same shelf and slot is not answered.",
         .doors = Door::hostile,
         .run = [](Exchange& x) { expect_not_answered(x, announcement_of(x, x.target().shelf)); }},
        {.id = "ann.repeat.on-config-set",
         .requirements = {"AOE-ANN-06"},
         .summary = "Whether the target announces itself again when its config string changes.",
         .doors = Door::config,
         .run =
             [](Exchange& x) {
                 store(x, "before");
                 store(x, "after");
                 x.peer().listen(x.peer().patience().grace());
                 const auto& frames = x.peer().transcript();
                 const bool announced = std::any_of(frames.begin(), frames.end(), is_announcement);
                 x.note(announced ? "announces itself after a config set"
                                  : "does not announce itself after a config set");
             }},
    };
}

}  // namespace aoe::conformance
