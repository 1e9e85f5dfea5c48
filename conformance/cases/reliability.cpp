// SPDX-License-Identifier: MIT
// Repetition, order, and several initiators.
#include <algorithm>
#include <array>
#include <chrono>
#include <string>

#include "conformance/cases/case_parts.h"
#include "conformance/cases/sector_steps.h"
#include "conformance/cases/steps.h"

namespace aoe::conformance {

namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::Not;

// Once more as it was sent, tag included; whether it is answered again is left to the target.
void repeat(Exchange& x, Request request, const Reply& answered) {
    request.tag = answered.aoe.tag;
    x.probe(request);
}

ByteVector joined_sectors(const ByteVector& first, const ByteVector& second) {
    ByteVector both = first;
    both.insert(both.end(), second.begin(), second.end());
    return both;
}

// Two copies of one request under two tags, both under way at once. One answer must come, though
// both frames may be lost once or twice.
void expect_one_answered(Exchange& x, const Request& request) {
    need_buffers(x, 2);
    for (unsigned attempt = 0; attempt < Peer::tries; ++attempt) {
        const auto replies = x.burst({request, request}, false);
        if (replies[0] || replies[1]) return;
    }
    x.check_that(false, "a reply to one of two copies of a request", "silence");
}

// Both under way at once; the case is about sectors that were written.
void write_together(Exchange& x, const Request& first, const Request& second) {
    for (const auto& reply : x.burst({first, second}, true)) {
        if (reply && !AtaSucceeds().Matches(*reply)) x.skip("setup", "a write was refused");
    }
}

std::vector<Case> repeat_cases() {
    return {
        {.id = "rel.repeat.reads",
         .requirements = {"AOE-REL-01"},
         .summary = "A read, an IDENTIFY DEVICE and a config read say the same when repeated.",
         .needs = Need::identify,
         .run =
             [](Exchange& x) {
                 for (const Request& request :
                      {x.read(0, 1), identify_request(), config_request()}) {
                     const Reply first = x.ask(request);
                     repeat(x, request, first);
                     x.check(x.ask(request), SaysTheSameAs(first));
                 }
             }},
        {.id = "rel.repeat.write",
         .requirements = {"AOE-REL-01"},
         .summary = "A write that arrives three times, twice under one tag, is one write.",
         .doors = Door::write,
         .needs = Need::identify,
         .run =
             [](Exchange& x) {
                 need_scratch(x, 1);
                 const ByteVector data = x.pattern(1);
                 const Request request = x.write(x.scratch(), data);
                 const Reply first = x.prepare(request, AtaSucceeds());
                 x.prepare(x.read(x.scratch(), 1), DataStartsWith(data));
                 repeat(x, request, first);
                 x.check(x.ask(x.read(x.scratch(), 1)), DataStartsWith(data));
                 x.check(x.ask(request), AtaSucceeds());
                 x.check(x.ask(x.read(x.scratch(), 1)), DataStartsWith(data));
             }},
        {.id = "rel.repeat.config-set",
         .requirements = {"AOE-REL-01"},
         .summary = "A set and a force set that arrive several times leave the string of one.",
         .doors = Door::config,
         .run =
             [](Exchange& x) {
                 store(x, "");
                 for (const std::uint8_t command : {ccmd::set_if_empty, ccmd::force_set}) {
                     const Request request = config_request(command, "abc");
                     const Reply first = x.prepare(request, Succeeds());
                     x.prepare(config_request(), ConfigStringIs("abc"));
                     repeat(x, request, first);
                     check_stored(x, "abc");
                     x.probe(request);
                     check_stored(x, "abc");
                 }
             }},
    };
}

std::vector<Case> retag_cases() {
    return {
        {.id = "rel.retag.read-answered",
         .requirements = {"AOE-REL-02"},
         .summary = "Of a read sent twice, under two tags, one is answered.",
         .needs = Need::identify,
         .run = [](Exchange& x) { expect_one_answered(x, x.read(0, 1)); }},
        {.id = "rel.retag.write-answered",
         .requirements = {"AOE-REL-02"},
         .summary = "Of a write sent twice, under two tags, one is answered.",
         .doors = Door::write,
         .needs = Need::identify,
         .run =
             [](Exchange& x) {
                 need_scratch(x, 1);
                 expect_one_answered(x, x.write(x.scratch(), x.pattern(1)));
             }},
        {.id = "rel.duplicate.answers",
         .requirements = {"AOE-REL-03"},
         .summary = "How many of two copies of a write in progress are answered.",
         .doors = Door::write,
         .needs = Need::identify,
         .run =
             [](Exchange& x) {
                 need_buffers(x, 2);
                 need_scratch(x, 1);
                 const Request request = x.write(x.scratch(), x.pattern(1));
                 const auto replies = x.burst({request, request}, false);
                 const int answers = (replies[0] ? 1 : 0) + (replies[1] ? 1 : 0);
                 x.note("answers " + std::to_string(answers) + " of two copies of a write");
             }},
    };
}

std::vector<Case> order_cases() {
    return {
        {.id = "rel.order.replies",
         .requirements = {"AOE-REL-04"},
         .summary = "Whether replies to reads sent together come in the order of the reads.",
         .needs = Need::identify,
         .run =
             [](Exchange& x) {
                 const std::size_t count = std::min<std::size_t>(
                     16, std::max<unsigned>(1, x.target().config.buffer_count));
                 std::vector<Request> requests;
                 for (std::size_t i = 0; i < count; ++i) {
                     requests.push_back(x.read(i * 7919 % x.target().sectors, 1));
                 }
                 const auto replies = x.burst(requests, false);
                 std::vector<std::size_t> frames;
                 for (const auto& reply : replies) {
                     if (reply) frames.push_back(reply->frame);
                 }
                 x.note(std::is_sorted(frames.begin(), frames.end())
                            ? "replies come in the order of their requests"
                            : "replies come in another order than their requests");
             }},
        {.id = "rel.latency.below-timers",
         .requirements = {"AOE-REL-06"},
         .summary = "Half of 32 reads or more are answered within 40 ms.",
         .needs = Need::identify,
         .run =
             [](Exchange& x) {
                 std::vector<Time> times;
                 for (unsigned i = 0; i < 32; ++i) times.push_back(x.ask(x.read(0, 1)).round_trip);
                 std::sort(times.begin(), times.end());
                 const Time median = times[times.size() / 2];
                 const auto us = std::chrono::duration_cast<std::chrono::microseconds>(median);
                 x.check_that(median < std::chrono::milliseconds(40), "a median below 40 ms",
                              "a median of " + std::to_string(us.count()) + " us");
             }},
    };
}

std::vector<Case> overlap_cases() {
    return {
        {.id = "rel.overlap.no-torn-sector",
         .requirements = {"AOE-REL-05"},
         .summary = "After two writes to the same sectors at once, each holds one of the two.",
         .doors = Door::write,
         .needs = Need::identify,
         .run =
             [](Exchange& x) {
                 need_buffers(x, 2);
                 store_sector(x, x.scratch(), x.pattern(1));
                 for (unsigned round = 0; round < 8; ++round) {
                     const ByteVector a = x.pattern(1);
                     const ByteVector b = x.pattern(1);
                     write_together(x, x.write(x.scratch(), a), x.write(x.scratch(), b));
                     if (!x.check(x.ask(x.read(x.scratch(), 1)),
                                  AnyOf(DataStartsWith(a), DataStartsWith(b)))) {
                         return;
                     }
                 }
             }},
        {.id = "rel.overlap.shared-sector",
         .requirements = {"AOE-REL-05"},
         .summary = "Of two writes at once that share one sector each keeps its own other one.",
         .doors = Door::write,
         .needs = Need::identify | Need::two_sectors,
         .run =
             [](Exchange& x) {
                 need_buffers(x, 2);
                 need_scratch(x, 3);
                 store_sector(x, x.scratch(), x.pattern(1));
                 for (unsigned round = 0; round < 8; ++round) {
                     const std::array<ByteVector, 4> sector{x.pattern(1), x.pattern(1),
                                                            x.pattern(1), x.pattern(1)};
                     write_together(x, x.write(x.scratch(0), joined_sectors(sector[0], sector[1])),
                                    x.write(x.scratch(1), joined_sectors(sector[2], sector[3])));
                     const std::array<ReplyMatcher, 3> expected{
                         DataStartsWith(sector[0]),
                         AnyOf(DataStartsWith(sector[1]), DataStartsWith(sector[2])),
                         DataStartsWith(sector[3])};
                     for (std::size_t i = 0; i < expected.size(); ++i) {
                         if (!x.check(x.ask(x.read(x.scratch(i), 1)), expected[i])) return;
                     }
                 }
             }},
    };
}

// Whether of these two, under tags of their own, one is always lost.
bool takes_one_message(Exchange& x, std::vector<Request> requests) {
    for (Request& request : requests) request.tag = std::nullopt;
    for (unsigned i = 0; i < Peer::tries; ++i) {
        const auto replies = x.burst(requests, false);
        if (replies[0] && replies[1]) return false;
    }
    return true;
}

std::vector<Case> sharing_cases() {
    return {
        {.id = "rel.answer.once",
         .requirements = {"AOE-REL-07"},
         .summary = "No request gets two replies.",
         .run =
             [](Exchange& x) {
                 for (const Request& request :
                      {config_request(), identify_request(), ata_request(opcode::power),
                       mask_request(), reserve_request(), to_all(config_request())}) {
                     std::vector<Reply> replies = x.probe_all(request);
                     // Other targets behind the same address answer a wildcard, too.
                     std::erase_if(replies, [&](const Reply& r) { return !is_own(x, r); });
                     if (replies.size() > 1) x.check(replies[1], NoReply());
                 }
             }},
        {.id = "rel.initiators.same-tag",
         .requirements = {"AOE-REL-08"},
         .summary = "Two initiators that read with one tag at once each get their own sector.",
         .doors = Door::write | Door::hostile,
         .needs = Need::identify | Need::second_mac,
         .run =
             [](Exchange& x) {
                 need_scratch(x, 2);
                 need_buffers(x, 2);
                 const std::array<ByteVector, 2> data{x.pattern(1), x.pattern(1)};
                 std::vector<Request> reads;
                 for (std::size_t i = 0; i < data.size(); ++i) {
                     store_sector(x, x.scratch(i), data[i]);
                     reads.push_back(x.read(x.scratch(i), 1));
                     reads[i].tag = 0xa0e00001U;
                     reads[i].source = i == 0 ? x.our_mac() : x.second_mac();
                 }
                 std::array<bool, 2> served{};
                 for (unsigned i = 0; i < Peer::tries && !(served[0] && served[1]); ++i) {
                     const auto replies = all_replies(x, *x.burst(reads, true).front());
                     for (const Reply& reply : replies) {
                         const bool ours = reply.destination == x.our_mac();
                         if (!ours && reply.destination != x.second_mac()) {
                             x.skip("setup", "replies do not go to those who asked");
                         }
                         const std::size_t who = ours ? 0 : 1;
                         served[who] = true;
                         if (!x.check(reply, DataStartsWith(data[who]))) return;
                     }
                 }
                 if (!(served[0] && served[1]) && takes_one_message(x, reads)) {
                     x.skip("buffer-count", "the target takes one message at a time");
                 }
                 x.check_that(served[0] && served[1], "a reply to each initiator",
                              "replies to one of them only");
             }},
        {.id = "rel.initiators.many-reads",
         .requirements = {"AOE-REL-08"},
         .summary = "Reads of two initiators in turn are answered, none to the wrong one.",
         .doors = Door::hostile,
         .needs = Need::identify | Need::second_mac,
         .run =
             [](Exchange& x) {
                 for (unsigned i = 0; i < 16; ++i) {
                     Request request = x.read(0, 1);
                     request.source = i % 2 == 0 ? x.our_mac() : x.second_mac();
                     const Mac other = i % 2 == 0 ? x.second_mac() : x.our_mac();
                     x.check(x.ask(request), Not(DestinationIs(other)));
                 }
             }},
    };
}

}  // namespace

std::vector<Case> reliability_cases() {
    return joined({repeat_cases(), retag_cases(), order_cases(), overlap_cases(), sharing_cases()});
}

}  // namespace aoe::conformance
