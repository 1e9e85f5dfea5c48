// SPDX-License-Identifier: MIT
// Who is paired with whom, what is remembered, and when silence proves something.
#include "conformance/judge/judge.h"

#include <span>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/judge/judge_report.h"
#include "conformance/judge/listing.h"
#include "conformance/judge/test_talk.h"
#include "conformance/judge/verdicts.h"

namespace aoe::conformance {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Conversation& only_conversation(const Talk& talk) {
    EXPECT_EQ(talk.judge.traffic().conversations().size(), 1U);
    return *talk.judge.traffic().conversations().front();
}

Request read_at(std::uint64_t lba, std::uint32_t tag) {
    Request request = read_request(lba, 1, true);
    request.tag = tag;
    return request;
}

TEST(Judge, PairsByTagInitiatorAndAddress) {
    Talk talk;
    // The same tag three times: of two initiators, and of one to two targets.
    Request mine = read_at(0, 7), others = read_at(0, 7), elsewhere = read_at(0, 7);
    others.source = test_other;
    elsewhere.slot = 4;
    const ByteVector a = talk.craft_request(mine), b = talk.craft_request(others),
                     c = talk.craft_request(elsewhere);
    for (const ByteVector& frame : {a, b, c}) talk.show(frame);
    ByteVector from_second = Talk::good_reply(c);
    from_second[18] = 4;
    for (const ByteVector& frame : {from_second, Talk::good_reply(b), Talk::good_reply(a)}) {
        talk.show(frame);
    }
    talk.end();
    EXPECT_EQ(talk.judge.traffic().targets().size(), 2U);
    ASSERT_EQ(talk.judge.traffic().conversations().size(), 3U);
    for (const auto& both : talk.judge.traffic().conversations()) {
        EXPECT_EQ(both->requests, 1U);
        EXPECT_EQ(both->replies, 1U);
        EXPECT_EQ(both->data_bytes, 512U);
    }
    EXPECT_THAT(talk.broken(), IsEmpty());
}

TEST(Judge, CountsRetransmissionsWithTheSameTagAndWithAnother) {
    Talk talk;
    talk.ask(config_request());
    const ByteVector same = talk.craft_request(read_at(0, 7));
    talk.show(same);
    talk.show_after(100ms, same);
    talk.show(Talk::good_reply(same));
    const ByteVector first = talk.craft_request(read_at(9, 8));
    const ByteVector second = talk.craft_request(read_at(9, 9));
    talk.show(first);
    talk.show_after(100ms, second);
    talk.show(Talk::good_reply(second));
    talk.show(Talk::good_reply(first));
    talk.end();
    const Conversation& both = only_conversation(talk);
    EXPECT_EQ(both.requests, 4U);
    EXPECT_EQ(both.replies, 4U);
    EXPECT_EQ(both.retransmitted, 2U);
    EXPECT_EQ(both.late, 1U);
    EXPECT_EQ(both.unanswered, 0U);
    EXPECT_EQ(both.again, 0U);
    EXPECT_EQ(both.round_trips.count(), 3U) << "whose reply it was is not known for the first";
    EXPECT_THAT(talk.broken(), IsEmpty());
}

TEST(Judge, TwoRepliesToARequestSentTwiceAreInOrder) {
    Talk talk;
    const ByteVector asked = talk.craft_request(read_at(0, 7));
    talk.show(asked);
    talk.show(asked);
    talk.show(Talk::good_reply(asked));
    talk.show(Talk::good_reply(asked));
    EXPECT_THAT(talk.broken(), IsEmpty());
    talk.show(Talk::good_reply(asked));
    talk.end();
    EXPECT_THAT(talk.broken(), ElementsAre("seen.rel.one-reply"));
    EXPECT_EQ(only_conversation(talk).again, 1U);
}

TEST(Judge, ATagMayBeUsedAgainOnceItIsAnswered) {
    Talk talk;
    for (int i = 0; i < 3; ++i) {
        Request check = config_request();
        check.tag = 0xa11fe000;
        talk.ask(check);
    }
    talk.end();
    EXPECT_EQ(only_conversation(talk).requests, 3U);
    EXPECT_EQ(only_conversation(talk).retransmitted, 0U);
    EXPECT_THAT(talk.broken(), IsEmpty());
}

TEST(Judge, CountsWhatStaysUnanswered) {
    Talk talk;
    talk.ask(config_request());
    talk.show(talk.craft_request(read_at(0, 7)));
    Request nobody = config_request();
    nobody.shelf = 99;
    nobody.destination = broadcast_mac;
    talk.show(talk.craft_request(nobody));
    talk.end();
    EXPECT_EQ(only_conversation(talk).unanswered, 1U);
    EXPECT_EQ(talk.judge.traffic().initiators().front()->to_nobody, 1U);
    EXPECT_THAT(talk.broken(), IsEmpty());
}

TEST(Judge, MeasuresRoundTrips) {
    RoundTrips times;
    for (int i = 1; i <= 1000; ++i) times.add(std::chrono::microseconds(i));
    EXPECT_NEAR(static_cast<double>(times.percentile(0.5).count()), 500e3, 500e3 / 16);
    EXPECT_NEAR(static_cast<double>(times.percentile(0.99).count()), 990e3, 990e3 / 16);
    EXPECT_EQ(times.longest(), 1000us);
    EXPECT_EQ(times.percentile(1), 1000us);
    RoundTrips odd;
    odd.add(-1s);
    odd.add(10000h);
    EXPECT_EQ(odd.count(), 2U);
    EXPECT_EQ(odd.percentile(0.5), Time(0));
}

TEST(Judge, HoldsNoMoreRequestsThanItHasRoomFor) {
    Talk talk({.first_violations = 8, .on_broken = {}, .most_pending = 16});
    talk.ask(config_request());
    const ByteVector old = talk.craft_request(read_at(0, 1));
    talk.show(old);
    for (std::uint32_t tag = 2; tag < 100; ++tag) talk.show(talk.craft_request(read_at(tag, tag)));
    talk.show(Talk::good_reply(old));
    talk.end();
    EXPECT_EQ(talk.judge.counts().unmatched, 1U) << "the oldest have left";
    EXPECT_EQ(only_conversation(talk).unanswered, 99U);
}

TEST(Judge, HasRoomForSoManyTargetsAndSaysSo) {
    Talk talk;
    for (std::uint16_t shelf = 0; shelf < 300; ++shelf) {
        Request request = config_request();
        request.shelf = shelf;
        const ByteVector asked = talk.craft_request(request);
        ByteVector reply = Talk::good_reply(asked);
        reply[16] = asked[16];
        reply[17] = asked[17];
        talk.show(asked);
        talk.show(reply);
    }
    talk.end();
    EXPECT_EQ(talk.judge.traffic().targets().size(), most_targets);
    EXPECT_TRUE(talk.judge.traffic().overflowed());
}

// Silence.

Request half_wildcard() {
    Request request = config_request();
    request.slot = 0xff;
    return request;
}

TEST(Judge, SilenceIsProvedByAnswersBeforeAndAfter) {
    Talk talk;
    talk.ask_in_vain(half_wildcard());
    talk.end();
    EXPECT_THAT(talk.broken(), ElementsAre("seen.hdr.one-wildcard"));
}

TEST(Judge, SilenceIsNotProvedWithoutAnAnswerBefore) {
    Talk talk;
    talk.ask(config_request());
    talk.show(talk.craft_request(config_request()));
    talk.ask_in_vain(half_wildcard());
    talk.show(talk.craft_request(config_request()));
    talk.show_after(100ms, talk.craft_request(half_wildcard()));
    talk.show_after(100ms, talk.craft_request(config_request()));
    talk.end();
    EXPECT_EQ(talk.first("seen.hdr.one-wildcard").request, 6U);
    EXPECT_THAT(talk.broken(), ElementsAre("seen.hdr.one-wildcard"));
}

TEST(Judge, SilenceIsNotProvedWhileTheTargetIsBusy) {
    Talk talk;
    talk.ask(config_request());
    const ByteVector asked = talk.craft_request(half_wildcard());
    talk.show(asked);
    talk.ask(config_request());  // At once: the first may have been lost or wait.
    talk.end();
    EXPECT_THAT(talk.broken(), IsEmpty());
}

TEST(Judge, ALateReplyIsNoSilence) {
    Talk talk;
    talk.ask(config_request());
    const ByteVector asked = talk.craft_request(half_wildcard());
    talk.show(asked);
    const ByteVector next = talk.craft_request(config_request());
    talk.show_after(100ms, next);
    talk.show(Talk::good_reply(next));
    talk.show(Talk::good_reply(asked));
    talk.end();
    EXPECT_THAT(talk.broken(), IsEmpty());
    EXPECT_EQ(talk.kept("seen.hdr.one-wildcard"), 1U);
}

TEST(Judge, AChangeOfTheMaskListUndoesTheProof) {
    Talk talk;
    talk.introduce();
    talk.show(talk.craft_request(half_wildcard()));
    Request edit = mask_request(1, {{1, test_initiator}});
    edit.source = test_other;
    talk.ask(edit);
    talk.ask(config_request());
    talk.end();
    EXPECT_THAT(talk.broken(), IsEmpty());
}

TEST(Judge, ThoseKeptOutByTheMaskListMayBeMetWithSilence) {
    Talk talk;
    talk.introduce();
    Request edit = mask_request(1, {{1, test_other}}), undo = mask_request(1, {{2, test_other}});
    edit.source = undo.source = test_other;
    talk.ask(edit);
    talk.show(talk.craft_request(config_request()));
    talk.show_after(100ms, talk.craft_request(half_wildcard()));
    const ByteVector asked = talk.craft_request(undo);
    talk.show_after(100ms, asked);
    ByteVector reply = Talk::good_reply(asked);
    reply[27] = 0;
    reply.resize(60);
    talk.show(reply);
    talk.end();
    EXPECT_THAT(talk.broken(), IsEmpty());
    EXPECT_EQ(talk.kept("seen.mask.kept-out"), 1U);
    EXPECT_EQ(talk.kept("seen.mask.kept-out-of-all"), 1U);
}

// What is known.

TEST(Judge, WhatIsNotKnownIsNotHeldAgainstATarget) {
    Talk talk;
    talk.ask(config_request());
    Request read = config_request();
    // Another machine sets a string in between, and the capture misses its reply.
    talk.show(talk.craft_request(config_request(4, "abc")));
    talk.ask(read, [](ByteVector& frame) {
        frame[31] = 1;
        frame[32] = 'x';
    });
    talk.end();
    EXPECT_THAT(talk.broken(), IsEmpty());
}

TEST(Judge, ASetWhoseReplyShowsAnotherStringLeavesItUnknown) {
    Talk talk;
    talk.introduce();
    talk.ask(config_request(4, "abc"), [](ByteVector& frame) { frame[31] = 0; });
    talk.ask(config_request(), [](ByteVector& frame) {
        frame[31] = 3;
        frame[32] = 'a';
        frame[33] = 'b';
        frame[34] = 'c';
    });
    talk.ask(config_request());
    talk.end();
    EXPECT_EQ(talk.first("seen.cfg.force-set").reply, 10U);
    EXPECT_EQ(talk.first("seen.cfg.read").reply, 14U) << "the first read is believed";
}

TEST(Judge, ARequestInFlightDuringAChangeIsNotJudgedByEither) {
    Talk talk;
    talk.ask(config_request(4, "abc"));
    const ByteVector test = talk.craft_request(config_request(1, "abc"));
    const ByteVector set = talk.craft_request(config_request(4, "xyz"));
    talk.show(test);
    talk.show(set);
    talk.show(Talk::good_reply(set));
    talk.end();
    EXPECT_THAT(talk.broken(), IsEmpty());
}

TEST(Judge, AnAnnouncementMakesEverythingUnknownAgain) {
    Talk talk;
    talk.ask(config_request(4, "abc"));
    Request request = config_request();
    request.tag = 0;
    ByteVector frame = Talk::good_reply(talk.craft_request(request));
    std::fill_n(frame.begin(), 6, std::uint8_t{0xff});
    talk.show(frame);
    talk.ask(config_request());
    talk.end();
    EXPECT_THAT(talk.broken(), ElementsAre("seen.cfg.survives-restart"));
    EXPECT_EQ(talk.judge.traffic().targets().front()->announcements, 1U);
}

TEST(Judge, AnotherFileBeginsWithoutKnowledge) {
    Talk talk;
    talk.ask(config_request(4, "abc"));
    talk.end();
    talk.judge.begin_file();
    talk.ask(config_request());
    talk.end();
    EXPECT_THAT(talk.broken(), IsEmpty());
}

TEST(Judge, WhatTheCaptureCutIsNotMissed) {
    for (std::size_t snap_length = 24; snap_length < 64; ++snap_length) {
        SCOPED_TRACE(snap_length);
        Talk talk;
        talk.introduce();
        std::uint64_t number = talk.number();
        const auto cut = [&](const ByteVector& whole) {
            const auto bytes = std::as_bytes(std::span(whole));
            talk.judge.see(look_at({.number = ++number,
                                    .link_type = link_type::ethernet,
                                    .time = Time(0),
                                    .length = static_cast<std::uint32_t>(whole.size()),
                                    .bytes = bytes.first(std::min(snap_length, bytes.size())),
                                    .comment = {}}));
        };
        for (const Request& request :
             {config_request(), mask_request(), reserve_request(), identify_request(),
              config_request(4, std::string(500, 'x')), config_request(1, std::string(500, 'x')),
              config_request(3, "x"), config_request(9), read_request(0, 2, true),
              mask_request(1, {{1, test_initiator}, {1, test_other}}), mask_request(5),
              reserve_request(1, {test_initiator, test_other})}) {
            const ByteVector asked = talk.craft_request(request);
            ByteVector reply = Talk::good_reply(asked);
            if (request.argument.index() == 2 && asked[29] > 4) reply[14] = 0x1c, reply[15] = 2;
            if (request.argument.index() == 3 && asked[25] > 1) reply[14] = 0x1c, reply[15] = 2;
            cut(asked);
            cut(reply);
        }
        talk.end();
        EXPECT_EQ(only_conversation(talk).replies, 16U);
        std::set<std::string_view> broken = talk.broken();
        // The good target's string is the empty one.
        broken.erase("seen.cfg.exact-test");
        broken.erase("seen.cfg.set-when-empty");
        EXPECT_THAT(broken, IsEmpty());
    }
}

TEST(Judge, PairsCookedFramesThatDoNotSayWhomTheyAreFor) {
    Talk talk;
    const auto cooked = [&](const ByteVector& frame, std::uint64_t number) {
        ByteVector bytes{0, 0, 0, 1, 0, 6};
        bytes.insert(bytes.end(), frame.begin() + 6, frame.begin() + 12);
        bytes.insert(bytes.end(), {0, 0, 0x88, 0xa2});
        bytes.insert(bytes.end(), frame.begin() + 14, frame.end());
        talk.judge.see(look_at({.number = number,
                                .link_type = link_type::linux_sll,
                                .time = Time(0),
                                .length = static_cast<std::uint32_t>(bytes.size()),
                                .bytes = std::as_bytes(std::span(bytes)),
                                .comment = {}}));
    };
    const ByteVector asked = talk.craft_request(read_at(0, 7));
    cooked(asked, 1);
    cooked(Talk::good_reply(asked), 2);
    talk.end();
    EXPECT_EQ(only_conversation(talk).replies, 1U);
    EXPECT_THAT(talk.broken(), IsEmpty());
}

// What is told.

ByteVector marker(const std::string& name) {
    ByteVector frame(60);
    frame[12] = 0x88;
    frame[13] = 0xb5;
    std::copy(name.begin(), name.end(), frame.begin() + 14);
    return frame;
}

TEST(Judge, ViolationsNameFrameAndMarker) {
    Talk talk;
    talk.show(marker("group/stimulus"));
    talk.ask(config_request(), [](ByteVector& frame) { frame[14] = 0x28; });
    talk.end();
    const Violation& first = talk.first("seen.hdr.version");
    EXPECT_EQ(first.marker, "group/stimulus");
    EXPECT_EQ(first.request, 2U);
    EXPECT_EQ(first.reply, 3U);
    EXPECT_EQ(first.words.expected, "version 1");
    EXPECT_EQ(first.words.actual, "version 2");
    EXPECT_EQ(place_of(first, {"a.pcap"}), "frames 2 and 3");
    EXPECT_EQ(place_of(first, {"a.pcap", "b.pcap"}), "a.pcap frames 2 and 3");
}

TEST(Judge, KeepsSoManyViolationsAndCountsTheRest) {
    Talk talk({.first_violations = 2, .on_broken = {}});
    for (int i = 0; i < 5; ++i) {
        talk.ask(config_request(), [](ByteVector& frame) { frame[14] = 0x28; });
    }
    talk.end();
    std::ostringstream out;
    print_violations(out, talk.judge.traffic(), {"a.pcap"}, {});
    EXPECT_THAT(out.str(), HasSubstr("(5 times"));
    EXPECT_THAT(out.str(), HasSubstr("and 3 more"));
    EXPECT_THAT(out.str(), HasSubstr("fail  AOE-HDR-09 seen.hdr.version"));
}

TEST(Judge, ResultsAreOneARuleAndTarget) {
    Talk talk;
    talk.introduce();
    talk.ask(config_request(), [](ByteVector& frame) { frame[14] = 0x28; });
    talk.end();
    Reporters nobody;
    const auto results = report_verdicts(talk.judge.traffic(), {"a.pcap"}, nobody);
    EXPECT_EQ(results.size(), all_rules().size());
    const auto of = [&](std::string_view id) {
        for (const CaseResult& result : results) {
            if (result.test->id == id) return result;
        }
        return CaseResult{};
    };
    EXPECT_EQ(of("seen.hdr.version").verdict, Verdict::fail);
    EXPECT_EQ(of("seen.hdr.version").target, "e7.3");
    EXPECT_THAT(of("seen.hdr.version").reason, HasSubstr("once, first at frames 9 and 10"));
    ASSERT_EQ(of("seen.hdr.version").findings.size(), 1U);
    EXPECT_EQ(of("seen.hdr.version").findings.front().frame, 10U);
    EXPECT_EQ(of("seen.hdr.own-address").verdict, Verdict::pass);
    EXPECT_EQ(of("seen.ann.tag").verdict, Verdict::skip);
    EXPECT_EQ(of("seen.ann.tag").code, "not-seen");
    EXPECT_EQ(of("seen.initiator.reserved-zero").target, "initiator 02:00:00:00:00:02");
    const TargetFacts& facts = talk.judge.traffic().targets().front()->facts;
    EXPECT_EQ(facts.model, "model");
    EXPECT_EQ(facts.sectors, test_sectors);
}

TEST(Listing, HasALineForEveryKindOfFrame) {
    const auto line = [](const ByteVector& bytes) {
        return list_frame(look_at({.number = 3,
                                   .link_type = link_type::ethernet,
                                   .time = 1500ms,
                                   .length = static_cast<std::uint32_t>(bytes.size()),
                                   .bytes = std::as_bytes(std::span(bytes)),
                                   .comment = {}}),
                          1s);
    };
    Talk talk;
    const ByteVector read = talk.craft_request(read_at(5, 1));
    EXPECT_EQ(line(read),
              "     3     0.500000 02:00:00:00:00:02 > 02:00:00:00:00:01 ATA request e7.3 tag "
              "0x00000001: READ SECTORS EXT, 1 at 5, AFlags 0x40, 60 bytes");
    EXPECT_THAT(line(Talk::good_reply(read)),
                HasSubstr("ATA reply e7.3 tag 0x00000001: Status 0x40"));
    EXPECT_THAT(line(talk.craft_request(config_request(1, "a\nb"))),
                HasSubstr("exact test, 3 bytes \"a\\x0ab\""));
    EXPECT_THAT(line(talk.craft_request(mask_request(1, {{1, test_other}}))),
                HasSubstr("mask request e7.3"));
    EXPECT_THAT(line(talk.craft_request(reserve_request(2, {test_other}))),
                HasSubstr("force set, NMacs 1 02:00:00:00:00:03"));
    EXPECT_THAT(line(marker("a/b")), HasSubstr("-- \"a/b\""));
    EXPECT_THAT(line(ByteVector(13)), HasSubstr("not AoE"));
    ByteVector cut = read;
    cut.resize(30);
    EXPECT_THAT(line(cut), HasSubstr("argument not whole"));
    cut.resize(20);
    EXPECT_THAT(line(cut), HasSubstr("shorter than its header"));
}

}  // namespace
}  // namespace aoe::conformance
