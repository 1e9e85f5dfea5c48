// SPDX-License-Identifier: MIT
// The header of a reply: flags, addresses, tag and command; and whom a request reaches.
#include <algorithm>

#include "conformance/cases/case_parts.h"
#include "conformance/cases/steps.h"
#include "conformance/field_notes.h"

namespace aoe::conformance {

namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::Ge;
using testing::Le;
using testing::Ne;

// A unicast address that nobody has: the target's, inverted, as a locally administered one.
Mac foreign_mac(const Exchange& x) {
    Mac mac = x.target().mac;
    for (std::byte& byte : mac) byte = ~byte;
    mac[0] = (mac[0] & std::byte{0xfc}) | std::byte{0x02};
    return mac;
}

Request sent_to(Request request, const Mac& destination) {
    request.destination = destination;
    return request;
}

// Where the argument of a reply without sector data ends.
std::size_t argument_end(const Reply& reply) {
    if (reply.ata) return 36;
    if (reply.config) return 32U + reply.config->string_length;
    if (reply.mask) return 28U + reply.mask->directive_count * 8U;
    return 26U + (reply.reserve ? reply.reserve->mac_count * 6U : 0U);
}

MATCHER(ReservedBytesAreZero, "zeros in the reserved bytes of the argument") {
    const bool zero = arg.ata ? arg.ata->reserved == 0 : !arg.mask || arg.mask->reserved == 0;
    note_field(field::ata_reserved.name, "zeros", zero);
    return zero;
}

MATCHER(FromOneStation, "a source that is one station's address") {
    return (arg.source[0] & std::byte{1}) == std::byte{};
}

// The first reply that does not match says enough.
void check_survey(Exchange& x, const ReplyMatcher& matcher) {
    for (const Reply& reply : x.survey()) {
        if (!x.check(reply, matcher)) return;
    }
}

// A request by wildcards must reach the target under test, whoever else answers it too.
void expect_reached(Exchange& x, const Request& request) {
    for (unsigned attempt = 0; attempt < Peer::tries; ++attempt) {
        const std::vector<Reply> replies = all_replies(x, x.ask(request));
        const bool reached = std::any_of(replies.begin(), replies.end(), [&](const Reply& reply) {
            return is_own(x, reply) || reply.aoe.shelf == 0xffff || reply.aoe.slot == 0xff;
        });
        if (reached) return;
    }
    x.check_that(false, "a reply from " + x.target().name(), "replies from other targets only");
}

// True when a target with the request's address shows itself behind the MAC address under test.
bool has_neighbour(Exchange& x, const Request& request) {
    const auto first = x.probe(to_all(config_request()));
    if (!first) return false;
    x.peer().listen(x.peer().patience().reply());
    const std::vector<Reply>& present = x.peer().replies(first->aoe.tag);
    return std::any_of(present.begin(), present.end(), [&](const Reply& reply) {
        return reply.aoe.shelf == request.shelf.value_or(x.target().shelf) &&
               reply.aoe.slot == request.slot.value_or(x.target().slot);
    });
}

// Requests for another target's address; should that target exist, it may answer.
void expect_others_ignored(Exchange& x, const std::vector<Request>& requests) {
    for (const Request& request : requests) {
        const auto reply = x.probe(request);
        if (reply && !has_neighbour(x, request)) x.check(*reply, NoReply());
    }
}

std::vector<Request> for_shelf(std::uint16_t shelf) {
    std::vector<Request> requests{config_request(), identify_request()};
    for (Request& request : requests) request.shelf = shelf;
    return requests;
}

std::vector<Request> for_slot(std::uint8_t slot) {
    std::vector<Request> requests{config_request(), identify_request()};
    for (Request& request : requests) request.slot = slot;
    return requests;
}

std::vector<Case> survey_cases() {
    return {
        {.id = "hdr.response.set-in-replies",
         .requirements = {"AOE-HDR-07"},
         .summary = "Every reply has the response flag.",
         .run = [](Exchange& x) { check_survey(x, FlagsAre(Masked(8, 8))); }},
        {.id = "hdr.version.replies-say-1",
         .requirements = {"AOE-HDR-09"},
         .summary = "Every reply says version 1.",
         .run = [](Exchange& x) { check_survey(x, VersionIs(1)); }},
        {.id = "hdr.reserved.flags-zero",
         .requirements = {"AOE-HDR-03"},
         .summary = "The two reserved flags are zero in every reply.",
         .run = [](Exchange& x) { check_survey(x, FlagsAre(Masked(3, 0))); }},
        {.id = "hdr.reserved.arguments-zero",
         .requirements = {"AOE-HDR-03"},
         .summary = "The reserved bytes of ATA and mask list replies are zero.",
         .run = [](Exchange& x) { check_survey(x, ReservedBytesAreZero()); }},
        {.id = "hdr.error.flag-has-code",
         .requirements = {"AOE-HDR-13"},
         .summary = "A reply with the error flag states an error of 1 to 6.",
         .run =
             [](Exchange& x) {
                 check_survey(x, AnyOf(FlagsAre(Masked(4, 0)), ErrorByteIs(AllOf(Ge(1), Le(6)))));
             }},
        {.id = "hdr.error.zero-without-flag",
         .requirements = {"AOE-HDR-14"},
         .summary = "A reply without the error flag states error 0.",
         .run =
             [](Exchange& x) { check_survey(x, AnyOf(FlagsAre(Masked(4, 4)), ErrorByteIs(0))); }},
        {.id = "hdr.address.own-in-replies",
         .requirements = {"AOE-HDR-16"},
         .summary = "Every reply names the target's shelf and slot.",
         .run =
             [](Exchange& x) {
                 check_survey(x, AllOf(ShelfIs(x.target().shelf), SlotIs(x.target().slot)));
             }},
        {.id = "hdr.reply.unicast-to-asker",
         .requirements = {"AOE-HDR-22"},
         .summary = "Every reply goes to the address the request came from.",
         .run = [](Exchange& x) { check_survey(x, DestinationIs(x.our_mac())); }},
        {.id = "hdr.reply.from-interface",
         .requirements = {"AOE-HDR-23"},
         .summary = "Every reply comes from the address the request was sent to.",
         .run =
             [](Exchange& x) {
                 check_survey(x, AllOf(SourceIs(x.target().mac), FromOneStation()));
             }},
        {.id = "hdr.reply.padded-to-60",
         .requirements = {"AOE-HDR-36"},
         .summary = "Every reply is at least 60 bytes long.",
         .run = [](Exchange& x) { check_survey(x, FrameSizeIs(Ge(60U))); }},
    };
}

std::vector<Case> address_cases() {
    return {
        {.id = "hdr.address.other-shelf-silent",
         .requirements = {"AOE-HDR-17"},
         .summary = "Requests for shelves that differ in one bit are not answered.",
         .run =
             [](Exchange& x) {
                 for (const unsigned bit : {0x0001U, 0x0100U, 0x8000U}) {
                     const unsigned shelf = x.target().shelf ^ bit;
                     if (shelf == 0xffff) continue;
                     expect_others_ignored(x, for_shelf(static_cast<std::uint16_t>(shelf)));
                 }
             }},
        {.id = "hdr.address.other-slot-silent",
         .requirements = {"AOE-HDR-17"},
         .summary = "Requests for slots that differ in one bit are not answered.",
         .run =
             [](Exchange& x) {
                 for (const unsigned bit : {0x01U, 0x10U, 0x80U}) {
                     const unsigned slot = x.target().slot ^ bit;
                     if (slot == 0xff) continue;
                     expect_others_ignored(x, for_slot(static_cast<std::uint8_t>(slot)));
                 }
             }},
        {.id = "hdr.address.foreign-station-silent",
         .requirements = {"AOE-HDR-24"},
         .summary = "A config read sent to another station's MAC address is not answered.",
         .run = [](Exchange& x) { x.expect_silence(sent_to(config_request(), foreign_mac(x))); }},
        {.id = "hdr.address.broadcast-source-silent",
         .requirements = {"AOE-HDR-25"},
         .summary = "A config read whose source is the broadcast address is not answered.",
         .doors = Door::hostile,
         .run =
             [](Exchange& x) {
                 Request request = config_request();
                 request.source = broadcast_mac;
                 x.expect_silence(request);
             }},
        {.id = "hdr.address.own-source-silent",
         .requirements = {"AOE-HDR-26"},
         .summary = "A config read whose source is the target's own address is not answered.",
         .doors = Door::hostile,
         .run =
             [](Exchange& x) {
                 if (!x.target().private_link) {
                     x.skip("private-network",
                            "a switch would take our port for the target's; --start judges it");
                 }
                 Request request = config_request();
                 request.source = x.target().mac;
                 x.expect_silence(request);
             }},
    };
}

std::vector<Case> broadcast_cases() {
    return {
        {.id = "hdr.broadcast.accepted",
         .requirements = {"AOE-HDR-21"},
         .summary = "A config read sent to the broadcast address is answered.",
         .run = [](Exchange& x) { x.ask(sent_to(config_request(), broadcast_mac)); }},
        {.id = "hdr.broadcast.ata-accepted",
         .requirements = {"AOE-HDR-21"},
         .summary = "An IDENTIFY DEVICE sent to the broadcast address is answered.",
         .needs = Need::identify,
         .run = [](Exchange& x) { x.ask(sent_to(identify_request(), broadcast_mac)); }},
        {.id = "hdr.broadcast.reply-unicast",
         .requirements = {"AOE-HDR-22", "AOE-HDR-23"},
         .summary = "The reply to a broadcast goes from the target's address to the asker's.",
         .run =
             [](Exchange& x) {
                 const Reply reply =
                     x.prepare(sent_to(config_request(), broadcast_mac), Succeeds());
                 x.check(reply, DestinationIs(x.our_mac()), "AOE-HDR-22");
                 x.check(reply, AllOf(SourceIs(x.target().mac), FromOneStation()), "AOE-HDR-23");
             }},
    };
}

std::vector<Case> stateless_cases() {
    return {
        {.id = "hdr.stateless.any-order",
         .requirements = {"AOE-HDR-05"},
         .summary = "IDENTIFY DEVICE, a read and a config read are served in this order too.",
         .needs = Need::identify,
         .run =
             [](Exchange& x) {
                 x.check(x.ask(identify_request()), AtaSucceeds());
                 x.check(x.ask(x.read(0, 1)), AtaSucceeds());
                 x.check(x.ask(config_request()), Succeeds());
             }},
        {.id = "hdr.stateless.new-initiator",
         .requirements = {"AOE-HDR-05"},
         .summary = "An IDENTIFY DEVICE from another address of ours needs nothing before it.",
         .doors = Door::hostile,
         .needs = Need::second_mac | Need::identify,
         .run =
             [](Exchange& x) {
                 Request request = identify_request();
                 request.source = x.second_mac();
                 x.check(x.ask(request), AtaSucceeds());
             }},
    };
}

std::vector<Case> wildcard_cases() {
    return {
        {.id = "hdr.wildcard.both",
         .requirements = {"AOE-HDR-18"},
         .summary = "A config read for every shelf and slot is answered.",
         .run = [](Exchange& x) { expect_reached(x, to_all(config_request())); }},
        {.id = "hdr.wildcard.discovery",
         .requirements = {"AOE-HDR-18"},
         .summary = "A broadcast config read for every shelf and slot is answered.",
         .run =
             [](Exchange& x) {
                 expect_reached(x, sent_to(to_all(config_request()), broadcast_mac));
             }},
        {.id = "hdr.wildcard.reply-names-own",
         .requirements = {"AOE-HDR-16"},
         .summary = "Replies to wildcard requests name no wildcard.",
         .run =
             [](Exchange& x) {
                 const Reply first = x.prepare(to_all(config_request()), Succeeds());
                 for (const Reply& reply : all_replies(x, first)) {
                     x.check(reply, AllOf(ShelfIs(Ne(0xffff)), SlotIs(Ne(0xff))));
                 }
             }},
        {.id = "hdr.wildcard.shelf-alone",
         .requirements = {"AOE-HDR-42"},
         .summary = "A config read for the target's slot on every shelf is answered.",
         .run =
             [](Exchange& x) {
                 Request request = config_request();
                 request.shelf = 0xffff;
                 expect_reached(x, request);
             }},
        {.id = "hdr.wildcard.slot-alone",
         .requirements = {"AOE-HDR-42"},
         .summary = "A config read for every slot of the target's shelf is answered.",
         .run =
             [](Exchange& x) {
                 Request request = config_request();
                 request.slot = 0xff;
                 expect_reached(x, request);
             }},
        {.id = "hdr.wildcard.identify",
         .requirements = {"AOE-HDR-20"},
         .summary = "An IDENTIFY DEVICE for every shelf and slot is answered.",
         .needs = Need::identify,
         .run = [](Exchange& x) { expect_reached(x, to_all(identify_request())); }},
        {.id = "hdr.wildcard.lists",
         .requirements = {"AOE-HDR-20"},
         .summary = "Reads of the mask and reserve lists for every shelf and slot are answered.",
         .run =
             [](Exchange& x) {
                 for (const Request& request : {mask_request(), reserve_request()}) {
                     if (x.probe(request)) expect_reached(x, to_all(request));
                 }
             }},
    };
}

std::vector<Case> tag_cases() {
    return {
        {.id = "hdr.tag.echoed",
         .requirements = {"AOE-HDR-27"},
         .summary = "Tags of all kinds of bits come back as they were.",
         .run =
             [](Exchange& x) {
                 for (const std::uint32_t tag :
                      {0x00000001U, 0x80000000U, 0xffffffffU, 0x12345678U}) {
                     Request request = config_request();
                     request.tag = tag;
                     x.check(x.ask(request), TagIs(tag));
                 }
             }},
        {.id = "hdr.tag.echoed-in-ata",
         .requirements = {"AOE-HDR-27"},
         .summary = "ATA replies carry the request's tag.",
         .needs = Need::identify,
         .run =
             [](Exchange& x) {
                 for (const std::uint32_t tag : {0x00000002U, 0xfffffffeU, 0x23456789U}) {
                     Request request = identify_request();
                     request.tag = tag;
                     x.check(x.ask(request), TagIs(tag));
                 }
             }},
        {.id = "hdr.tag.zero-served",
         .requirements = {"AOE-HDR-28"},
         .summary = "A config read with tag 0 is answered with tag 0.",
         .run =
             [](Exchange& x) {
                 Request request = config_request();
                 request.tag = 0;
                 x.check(x.ask(request), TagIs(0));
             }},
        {.id = "hdr.tag.reuse-served",
         .requirements = {"AOE-HDR-28"},
         .summary = "A tag whose request was answered may be used again.",
         .run =
             [](Exchange& x) {
                 Request request = config_request();
                 request.tag = x.ask(request).aoe.tag;
                 std::vector<Reply> replies;
                 for (unsigned i = 0; i < Peer::tries && replies.size() < 2; ++i) {
                     x.probe_all(request);
                     x.peer().listen(x.peer().patience().grace());
                     replies = x.peer().replies(*request.tag);
                 }
                 x.check_that(replies.size() >= 2, "a reply to each of two requests",
                              "one reply only");
             }},
        {.id = "hdr.command.echoed",
         .requirements = {"AOE-HDR-29"},
         .summary = "Replies carry the command of their request.",
         .run =
             [](Exchange& x) {
                 for (const Request& request :
                      {config_request(), identify_request(), mask_request(), reserve_request()}) {
                     const auto reply = x.probe(request);
                     if (reply) x.check(*reply, CommandIs(request.aoe.command));
                 }
             }},
    };
}

std::vector<Case> padding_cases() {
    return {
        {.id = "hdr.reply.padding-zero",
         .requirements = {"AOE-HDR-37"},
         .summary = "What follows the argument of a short reply is zero.",
         .run =
             [](Exchange& x) {
                 // Something to leak: a reply full of data, and a marker in each request.
                 if (x.target().identified) x.ask(x.read(0, 1));
                 for (Request request : {config_request(), ata_request(opcode::power),
                                         mask_request(), reserve_request()}) {
                     request.data.assign(24, 0xa5);
                     const auto reply = x.probe(request);
                     if (reply && !reply->has_error())
                         x.check(*reply, ZeroFrom(argument_end(*reply)));
                 }
             }},
    };
}

}  // namespace

std::vector<Case> header_reply_cases() {
    return joined({survey_cases(), address_cases(), broadcast_cases(), stateless_cases(),
                   wildcard_cases(), tag_cases(), padding_cases()});
}

}  // namespace aoe::conformance
