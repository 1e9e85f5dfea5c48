// SPDX-License-Identifier: MIT
// What a target says when it starts, what it remembers from before, and what it does when it is
// started read-only or for a few addresses only.
#include <chrono>

#include "conformance/cases/case_parts.h"
#include "conformance/cases/lab_steps.h"
#include "conformance/cases/sector_steps.h"
#include "conformance/cases/steps.h"
#include "conformance/describe.h"

namespace aoe::conformance {

namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::AnyOf;

/// What a target that starts says within a moment; a target that says nothing has its own case.
std::vector<Reply> announcements(Exchange& x, Start how = Start::plain) {
    std::vector<Reply> said = start_again(x, how, x.peer().patience().reply());
    if (said.empty()) x.skip("no-announcement", "the target does not announce itself");
    return said;
}

void check_all(Exchange& x, const std::vector<Reply>& said, const ReplyMatcher& matcher) {
    for (const Reply& announcement : said) {
        if (!x.check(announcement, matcher)) return;
    }
}

/// Nothing here asks for these numbers to be those of before the restart.
ReplyMatcher TellsTheSameAs(const Reply& config_read) {
    const ConfigFields fields = config_read.config.value_or(ConfigFields{});
    return AllOf(BufferCountIs(fields.buffer_count), FirmwareIs(fields.firmware_version),
                 ConfigSectorCountIs(fields.sector_count),
                 ConfigStringIs(config_read.config_string()));
}

std::vector<Case> announcement_cases() {
    return {
        {.id = "ann.start.announced",
         .requirements = {"AOE-ANN-01"},
         .summary = "A target that starts announces itself within a second.",
         .needs = Need::restart,
         .run =
             [](Exchange& x) {
                 const auto said = start_again(x, Start::plain, 1s);
                 x.check_that(!said.empty(), "a config reply that nobody asked for", "none");
             }},
        {.id = "ann.start.once",
         .requirements = {"AOE-ANN-01"},
         .summary = "A target that starts announces itself once on each interface.",
         .needs = Need::restart,
         .run =
             [](Exchange& x) {
                 const auto said = announcements(x);
                 x.check_that(said.size() == 1, "one announcement", std::to_string(said.size()));
             }},
        {.id = "ann.start.header",
         .requirements = {"AOE-ANN-02"},
         .summary = "An announcement has flag R, Ver 1, command 1, CCmd 0, and the own address.",
         .needs = Need::restart,
         .run =
             [](Exchange& x) {
                 check_all(x, announcements(x),
                           AllOf(Succeeds(), VersionIs(1), CommandIs(1), ConfigCommandIs(0),
                                 ShelfIs(x.target().shelf), SlotIs(x.target().slot)));
             }},
        {.id = "ann.start.tag",
         .requirements = {"AOE-ANN-03"},
         .summary = "The tag of an announcement is 0.",
         .needs = Need::restart,
         .run = [](Exchange& x) { check_all(x, announcements(x), TagIs(0)); }},
        {.id = "ann.start.broadcast",
         .requirements = {"AOE-ANN-04"},
         .summary = "The announcement of a target without an access list is broadcast.",
         .needs = Need::restart,
         .run = [](Exchange& x) { check_all(x, announcements(x), DestinationIs(broadcast_mac)); }},
        {.id = "ann.access-list.unicast",
         .requirements = {"AOE-ANN-04"},
         .summary = "A target with an access list announces itself to who is on it.",
         .needs = Need::access_list,
         .run =
             [](Exchange& x) {
                 check_all(x, announcements(x, Start::access_list), DestinationIs(x.our_mac()));
             }},
        {.id = "ann.start.numbers",
         .requirements = {"AOE-ANN-05"},
         .summary = "An announcement carries what a config read returns, the string too.",
         .doors = Door::config,
         .needs = Need::restart,
         .run =
             [](Exchange& x) {
                 // In case that it survives.
                 store(x, "announced");
                 const auto said = announcements(x);
                 check_all(x, said, TellsTheSameAs(x.ask(config_request())));
             }},
    };
}

std::vector<Case> memory_cases() {
    return {
        {.id = "cfg.restart.keeps-string",
         .requirements = {"AOE-CFG-33"},
         .summary = "The config string survives a restart of the target.",
         .doors = Door::config,
         .needs = Need::restart,
         .run =
             [](Exchange& x) {
                 store(x, "kept");
                 start_again(x);
                 check_stored(x, "kept");
             }},
        {.id = "mask.restart.keeps-list",
         .requirements = {"AOE-MASK-22"},
         .summary = "Whether the mask list survives a restart of the target.",
         .doors = Door::mask,
         .needs = Need::restart,
         .run =
             [](Exchange& x) {
                 x.prepare(mask_request(1, {{1, x.our_mac()}}), MaskListIs({x.our_mac()}));
                 start_again(x);
                 const Reply list = x.ask(mask_request());
                 const bool kept = MaskListIs({x.our_mac()}).Matches(list);
                 const bool lost = MaskListIs({}).Matches(list);
                 x.check(list, AnyOf(MaskListIs({x.our_mac()}), MaskListIs({})));
                 if (kept || lost)
                     x.note(kept ? "a restart keeps the list" : "a restart empties it");
             }},
        {.id = "mask.access-list.no-announcement",
         .requirements = {"AOE-MASK-21"},
         .summary = "Who is not on the access list gets no announcement.",
         .needs = Need::access_list,
         .run =
             [](Exchange& x) {
                 for (const Reply& announcement : announcements(x, Start::access_list)) {
                     const bool ours = announcement.destination == x.our_mac();
                     x.check_that(ours, "announcements to " + mac_text(x.our_mac()) + " only",
                                  "one to " + mac_text(announcement.destination));
                 }
             }},
        {.id = "res.restart.keeps-list",
         .requirements = {"AOE-RES-21"},
         .summary = "Whether a reservation survives a restart of the target.",
         .doors = Door::reserve,
         .needs = Need::restart,
         .run =
             [](Exchange& x) {
                 x.prepare(reserve_request(1, {x.our_mac()}), ReserveListIs({x.our_mac()}));
                 start_again(x);
                 const Reply list = x.ask(reserve_request());
                 const bool kept = ReserveListIs({x.our_mac()}).Matches(list);
                 x.note(kept ? "a restart keeps the reservation"
                             : "a restart ends the reservation");
             }},
        {.id = "res.soak.does-not-expire",
         .requirements = {"AOE-RES-21"},
         .summary = "A reservation is still there after the time of --soak.",
         .doors = Door::reserve | Door::hostile,
         .needs = Need::soak | Need::second_mac | Need::identify,
         .run =
             [](Exchange& x) {
                 x.prepare(reserve_request(1, {x.our_mac()}), ReserveListIs({x.our_mac()}));
                 soak(x, [&x] { x.peer().listen(100ms); });
                 x.check(x.ask(reserve_request()), ReserveListIs({x.our_mac()}));
                 Request stranger = x.read(0, 1);
                 stranger.source = x.second_mac();
                 x.check(x.ask(stranger), AoeErrorIs(6));
             }},
    };
}

/// The forms of a write, each with data of its own.
std::vector<Request> writes(Exchange& x) {
    std::vector<Request> requests;
    const ByteVector sector = x.pattern(1);
    for (const bool extended : {false, true}) {
        if (extended && !x.target().lba48) break;
        Request pio = write_request(x.scratch(), sector, extended);
        Request dma = pio;
        dma.ata().command = extended ? opcode::write_dma_ext : opcode::write_dma;
        requests.push_back(std::move(pio));
        requests.push_back(std::move(dma));
    }
    return requests;
}

std::vector<Case> read_only_cases() {
    return {
        {.id = "ata.read-only.refuses-writes",
         .requirements = {"AOE-ATA-40"},
         .summary = "A read-only export answers each kind of write with an ATA error, and is read.",
         .doors = Door::write,
         .needs = Need::read_only | Need::identify | Need::scratch28,
         .run =
             [](Exchange& x) {
                 const ByteVector before = fill(x, 0, 1);
                 start_again(x, Start::read_only);
                 x.check(x.ask(x.read(x.scratch(), 1)), Reads(before));
                 for (const Request& write : writes(x)) x.check(x.ask(write), AtaFails());
                 x.check(x.ask(x.read(x.scratch(), 1)), Reads(before));
             }},
    };
}

}  // namespace

std::vector<Case> restart_cases() {
    return joined({announcement_cases(), memory_cases(), read_only_cases()});
}

}  // namespace aoe::conformance
