// SPDX-License-Identifier: MIT
// The header of a request: type, version, flags, length and command.
#include <array>

#include "conformance/cases/case_parts.h"
#include "conformance/cases/steps.h"

namespace aoe::conformance {

namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::Ge;
using testing::Le;

constexpr std::array<std::uint8_t, 3> other_versions{0, 2, 15};
constexpr std::array<std::uint8_t, 3> unknown_commands{0x05, 0x7f, 0xef};
constexpr std::uint8_t unused_vendor_command = 0xf5;

Request with_version(Request request, std::uint8_t version) {
    request.aoe.version = version;
    return request;
}

Request with_flags(Request request, std::uint8_t flags) {
    request.aoe.flags = flags;
    return request;
}

Request with_command(std::uint8_t command) {
    Request request;
    request.aoe.command = command;
    return request;
}

Request cut(Request request, std::size_t size) {
    request.cut = size;
    return request;
}

Request padded(Request request, std::size_t size) {
    request.pad_to = size;
    return request;
}

// Reads of every command that the target's revision has.
std::vector<Request> reads(const Exchange& x) {
    std::vector<Request> requests{config_request(), identify_request()};
    if (x.target().revision == Revision::r11) {
        requests.push_back(mask_request());
        requests.push_back(reserve_request());
    }
    return requests;
}

// Frames that end between the header and the last byte of the fixed argument.
void expect_short_refused(Exchange& x, const Request& request, std::size_t whole_size) {
    need_unpadded_link(x);
    for (std::size_t size = 24; size < whole_size; ++size) {
        const auto reply = x.probe(cut(request, size));
        if (reply && !x.check(*reply, AoeErrorIs(AnyOf(1, 2)))) return;
    }
}

void same_answer_with_padding(Exchange& x, std::size_t size) {
    need_frame_size(x, size);
    for (const Request& request : reads(x)) {
        const auto plain = x.probe(request);
        if (!plain) continue;
        if (!x.check(x.ask(padded(request, size)), SaysTheSameAs(*plain))) return;
    }
}

// Whether what is sent right behind a wrong request is answered, once at least.
bool served_after(Exchange& x, const Request& wrong) {
    Peer& peer = x.peer();
    for (unsigned attempt = 0; attempt < Peer::tries; ++attempt) {
        peer.await(peer.send(wrong), peer.now() + peer.patience().grace());
        const std::uint32_t next = peer.send(config_request());
        if (peer.await(next, peer.now() + peer.patience().reply())) return true;
    }
    return false;
}

std::vector<Case> type_cases() {
    return {
        {.id = "hdr.type.other-ignored",
         .requirements = {"AOE-HDR-01"},
         .summary = "A config read under EtherType 0x88A3 is not answered.",
         .doors = Door::hostile,
         .run =
             [](Exchange& x) {
                 Request request = config_request();
                 request.ether_type = 0x88a3;
                 x.expect_silence(request);
             }},
        {.id = "hdr.integers.shelf-byte-order",
         .requirements = {"AOE-HDR-02"},
         .summary = "The shelf with its bytes swapped is another shelf.",
         .run =
             [](Exchange& x) {
                 const std::uint16_t shelf = x.target().shelf;
                 const auto swapped = static_cast<std::uint16_t>((shelf << 8) | (shelf >> 8));
                 if (swapped == shelf) x.skip("shelf", "both bytes of the shelf are the same");
                 Request request = config_request();
                 request.shelf = swapped;
                 for (const Reply& reply : x.probe_all(request)) {
                     // Another target behind the same address would name itself.
                     if (reply.aoe.shelf == shelf) x.check(reply, NoReply());
                 }
             }},
        {.id = "hdr.integers.length-byte-order",
         .requirements = {"AOE-HDR-02"},
         .summary = "The length of a config string travels with its high byte first.",
         .doors = Door::config,
         .run =
             [](Exchange& x) {
                 x.prepare(config_request(ccmd::force_set, "abc"), Succeeds());
                 const Reply reply = x.ask(config_request());
                 if (!reply.config) x.skip("setup", "the config reply is too short");
                 const std::uint16_t length = reply.config->string_length;
                 x.check_that(length != 0x0300, "a length of 0x0003", "a length of 0x0300");
             }},
    };
}

std::vector<Case> version_cases() {
    return {
        {.id = "hdr.version.read-refused",
         .requirements = {"AOE-HDR-11"},
         .summary = "A config read of version 0, 2 or 15 gets error 5, or silence.",
         .run =
             [](Exchange& x) {
                 bool silent = false;
                 for (const std::uint8_t version : other_versions) {
                     const auto reply = x.probe(with_version(config_request(), version));
                     silent |= !reply;
                     if (reply && !x.check(*reply, AoeErrorIs(5))) return;
                 }
                 if (silent) x.note("silent to another version, where error 5 is due");
             }},
        {.id = "hdr.version.error-states-own",
         .requirements = {"AOE-HDR-12"},
         .summary = "The error 5 reply to another version says version 1.",
         .run =
             [](Exchange& x) {
                 for (const std::uint8_t version : other_versions) {
                     const auto reply = x.probe(with_version(config_request(), version));
                     if (!reply || !AoeErrorIs(5).Matches(*reply)) {
                         x.skip("no-error-5", "the target does not answer with error 5");
                     }
                     x.check(*reply, VersionIs(1));
                 }
             }},
        {.id = "hdr.version.set-not-executed",
         .requirements = {"AOE-HDR-10"},
         .summary = "A force set of version 2 leaves the config string alone.",
         .doors = Door::config,
         .run =
             [](Exchange& x) {
                 store(x, "before");
                 x.probe(with_version(config_request(ccmd::force_set, "after"), 2));
                 check_stored(x, "before");
             }},
        {.id = "hdr.version.write-not-executed",
         .requirements = {"AOE-HDR-10"},
         .summary = "A write of version 2 leaves the sector alone.",
         .doors = Door::write,
         .needs = Need::identify,
         .run =
             [](Exchange& x) {
                 const ByteVector before = x.pattern(1);
                 store_sector(x, x.scratch(), before);
                 x.probe(with_version(x.write(x.scratch(), x.pattern(1)), 2));
                 x.check(x.ask(x.read(x.scratch(), 1)), DataStartsWith(before));
             }},
    };
}

std::vector<Case> flag_cases() {
    return {
        {.id = "hdr.response.ignored",
         .requirements = {"AOE-HDR-08"},
         .summary = "A config read with the response flag set is not answered.",
         .doors = Door::hostile,
         .run = [](Exchange& x) { x.expect_silence(with_flags(config_request(), 8)); }},
        {.id = "hdr.response.ata-ignored",
         .requirements = {"AOE-HDR-08"},
         .summary = "An IDENTIFY DEVICE with the response flag set is not answered.",
         .doors = Door::hostile,
         .run = [](Exchange& x) { x.expect_silence(with_flags(identify_request(), 8)); }},
        {.id = "hdr.reserved.flags-tolerated",
         .requirements = {"AOE-HDR-04"},
         .summary = "A config read with the two reserved flags set is served, or gets error 2.",
         .run =
             [](Exchange& x) {
                 x.check(x.ask(with_flags(config_request(), 3)), AnyOf(Succeeds(), AoeErrorIs(2)));
             }},
        {.id = "hdr.reserved.ata-tolerated",
         .requirements = {"AOE-HDR-04"},
         .summary =
             "An IDENTIFY DEVICE with its two reserved bytes set is served, or gets error 2.",
         .needs = Need::identify,
         .run =
             [](Exchange& x) {
                 Request request = identify_request();
                 request.ata().reserved = 0xffff;
                 x.check(x.ask(request), AnyOf(AtaSucceeds(), AoeErrorIs(2)));
             }},
        {.id = "hdr.error.stray-byte-not-echoed",
         .requirements = {"AOE-HDR-14"},
         .summary = "A request's Error byte of 0x55 does not come back in a reply without error.",
         .run =
             [](Exchange& x) {
                 for (Request request : {config_request(), identify_request()}) {
                     request.aoe.error = 0x55;
                     const auto reply = x.probe(request);
                     if (reply && !reply->has_error()) x.check(*reply, ErrorByteIs(0));
                 }
             }},
        {.id = "hdr.error.stray-flag-not-echoed",
         .requirements = {"AOE-HDR-15"},
         .summary = "A config read with the error flag set is served as usual, or ignored.",
         .run =
             [](Exchange& x) {
                 const auto reply = x.probe(with_flags(config_request(), 4));
                 if (reply) x.check(*reply, Succeeds());
             }},
    };
}

// What a target refuses is refused with a reason.
void expect_code_with_flag(Exchange& x, const Request& request) {
    const auto reply = x.probe(request);
    if (!reply || !reply->has_error())
        x.skip("no-error", "the target did not answer with an error");
    x.check(*reply, ErrorByteIs(AllOf(Ge(1), Le(6))));
}

std::vector<Case> error_code_cases() {
    return {
        {.id = "hdr.error.code-of-refused-set",
         .requirements = {"AOE-HDR-13"},
         .summary =
             "The error reply to a set over another config string states an error of 1 to 6.",
         .doors = Door::config,
         .run =
             [](Exchange& x) {
                 store(x, "abc");
                 expect_code_with_flag(x, config_request(ccmd::set_if_empty, "xyz"));
             }},
        {.id = "hdr.error.code-of-unknown-command",
         .requirements = {"AOE-HDR-13"},
         .summary = "The error reply to an unknown command states an error of 1 to 6.",
         .doors = Door::hostile,
         .run = [](Exchange& x) { expect_code_with_flag(x, with_command(0x7f)); }},
    };
}

std::vector<Case> short_cases() {
    return {
        {.id = "hdr.short.header-silent",
         .requirements = {"AOE-HDR-06"},
         .summary = "Frames of 14 to 23 bytes are not answered.",
         .doors = Door::hostile,
         .run =
             [](Exchange& x) {
                 need_unpadded_link(x);
                 for (std::size_t size = 14; size < 24; ++size) {
                     const Reply before = x.ask(config_request());
                     // No fence: the frame before the short one must be this one.
                     x.peer().listen(x.peer().patience().grace());
                     const std::size_t replies = x.peer().replies(before.aoe.tag).size();
                     x.expect_silence(cut(config_request(), size));
                     // What reads on into stale bytes finds the tag of an earlier frame there.
                     x.check_that(x.peer().replies(before.aoe.tag).size() == replies, "silence",
                                  "another reply to the request before it");
                 }
             }},
        {.id = "hdr.short.ata-refused",
         .requirements = {"AOE-HDR-33"},
         .summary = "An IDENTIFY DEVICE of 24 to 35 bytes gets error 1 or 2, or silence.",
         .doors = Door::hostile,
         .run = [](Exchange& x) { expect_short_refused(x, identify_request(), 36); }},
        {.id = "hdr.short.config-refused",
         .requirements = {"AOE-HDR-33"},
         .summary = "A config read of 24 to 31 bytes gets error 1 or 2, or silence.",
         .doors = Door::hostile,
         .run = [](Exchange& x) { expect_short_refused(x, config_request(), 32); }},
        {.id = "hdr.short.config-set-refused",
         .requirements = {"AOE-HDR-33"},
         .summary = "A force set without its length field leaves the config string alone.",
         .doors = Door::config | Door::hostile,
         .run =
             [](Exchange& x) {
                 need_unpadded_link(x);
                 store(x, "before");
                 expect_short_refused(x, config_request(ccmd::force_set, ""), 32);
                 check_stored(x, "before");
             }},
        {.id = "hdr.short.mask-refused",
         .requirements = {"AOE-HDR-33"},
         .summary = "A mask list read of 24 to 27 bytes gets error 1 or 2, or silence.",
         .doors = Door::hostile,
         .run = [](Exchange& x) { expect_short_refused(x, mask_request(), 28); }},
        {.id = "hdr.short.reserve-refused",
         .requirements = {"AOE-HDR-33"},
         .summary = "A reserve list read of 24 or 25 bytes gets error 1 or 2, or silence.",
         .doors = Door::hostile,
         .run = [](Exchange& x) { expect_short_refused(x, reserve_request(), 26); }},
    };
}

std::vector<Case> padding_cases() {
    return {
        {.id = "hdr.padding.to-60-ignored",
         .requirements = {"AOE-HDR-34"},
         .summary = "A request padded to 60 bytes gets the answer of the bare one.",
         .run =
             [](Exchange& x) {
                 for (const Request& request : reads(x)) {
                     const auto bare = x.probe(padded(request, 0));
                     if (bare) x.check(x.ask(request), SaysTheSameAs(*bare));
                 }
             }},
        {.id = "hdr.padding.to-100-ignored",
         .requirements = {"AOE-HDR-44"},
         .summary = "A request padded to 100 bytes gets the answer of the usual one.",
         .run = [](Exchange& x) { same_answer_with_padding(x, 100); }},
        {.id = "hdr.padding.to-1514-ignored",
         .requirements = {"AOE-HDR-44"},
         .summary = "A request padded to 1514 bytes gets the answer of the usual one.",
         .run = [](Exchange& x) { same_answer_with_padding(x, 1514); }},
        {.id = "hdr.padding.not-required",
         .requirements = {"AOE-HDR-35"},
         .summary = "Requests without padding, of 26 to 36 bytes, are answered.",
         .run =
             [](Exchange& x) {
                 for (const Request& request : reads(x)) {
                     if (x.probe(request)) x.ask(padded(request, 0));
                 }
             }},
    };
}

std::vector<Case> command_cases() {
    return {
        {.id = "hdr.command.unknown-no-success",
         .requirements = {"AOE-HDR-30"},
         .summary = "Commands 0x05, 0x7F and 0xEF are never answered as a success.",
         .doors = Door::hostile,
         .run =
             [](Exchange& x) {
                 for (const std::uint8_t command : unknown_commands) {
                     const auto reply = x.probe(with_command(command));
                     if (reply) x.check(*reply, AoeErrorIs(testing::_));
                 }
             }},
        {.id = "hdr.command.unknown-error-1",
         .requirements = {"AOE-HDR-43"},
         .summary = "Commands 0x05, 0x7F and 0xEF get error 1.",
         .doors = Door::hostile,
         .run =
             [](Exchange& x) {
                 for (const std::uint8_t command : unknown_commands) {
                     x.check(x.ask(with_command(command)), AoeErrorIs(1));
                 }
             }},
        {.id = "hdr.command.vendor-error-1",
         .requirements = {"AOE-HDR-31"},
         .summary = "Vendor command 0xF5 gets error 1 unless the target has it.",
         .doors = Door::hostile,
         .run =
             [](Exchange& x) {
                 const Reply reply = x.ask(with_command(unused_vendor_command));
                 if (!reply.has_error()) return x.note("serves vendor command 0xF5");
                 x.check(reply, AoeErrorIs(1));
             }},
        {.id = "hdr.command.later-ones-answered",
         .requirements = {"AOE-HDR-32"},
         .summary = "Reads of the mask and reserve lists are served or get error 1.",
         .run =
             [](Exchange& x) {
                 x.check(x.ask(mask_request()), AnyOf(Succeeds(), AoeErrorIs(1)));
                 x.check(x.ask(reserve_request()), AnyOf(Succeeds(), AoeErrorIs(1)));
             }},
        {.id = "hdr.error.served-afterwards",
         .requirements = {"AOE-HDR-41"},
         .summary = "After an error reply the next request is served.",
         .doors = Door::hostile,
         .run =
             [](Exchange& x) {
                 for (const Request& wrong :
                      {with_command(0x7f), config_request(9), with_version(config_request(), 2)}) {
                     x.check_that(served_after(x, wrong), "a reply to the request that follows",
                                  "silence");
                 }
             }},
    };
}

}  // namespace

std::vector<Case> header_cases() {
    return joined({header_reply_cases(), type_cases(), version_cases(), flag_cases(),
                   error_code_cases(), short_cases(), padding_cases(), command_cases()});
}

}  // namespace aoe::conformance
