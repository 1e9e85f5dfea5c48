// SPDX-License-Identifier: MIT
// Whole replays in memory, against the reference target as it is and with one thing wrong. Time is
// virtual.
#include "conformance/replay/replay.h"

#include <filesystem>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/replay/test_capture.h"
#include "conformance/selftest/mutant_target.h"

namespace aoe::conformance {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

class Collector final : public Reporter {
public:
    void case_started(const Case& test) override {
        if (on_start) on_start(test);
    }
    void case_finished(const CaseResult& result) override { results.push_back(result); }
    void run_finished(const Summary& end) override { summary = end; }
    const CaseResult& of(std::string_view id) const {
        for (const CaseResult& result : results) {
            if (result.test->id == id) return result;
        }
        ADD_FAILURE() << "no result for " << id;
        return results.front();
    }
    std::function<void(const Case&)> on_start;
    std::vector<CaseResult> results;
    Summary summary;
};

// A frame that reached the target, and when.
struct Arrived {
    Reply frame;
    Time time{};
};

class ReplayTest : public testing::Test {
protected:
    ReplayTest() {
        options_.speed = 0;
        options_.session.wanted = {.shelf = mutant_shelf, .slot = mutant_slot, .mac = {}};
        options_.session.interface = "memory";
        options_.session.open = all_doors;
        options_.session.private_network = true;
        options_.session.own_target = true;
    }

    /// Plays what was captured; a fault's on_request sees what the target gets.
    int play(const TestCapture& capture, Fault fault = {}) {
        auto recording = capture.read();
        EXPECT_TRUE(recording) << recording.error();
        recordings_.push_back(*std::move(recording));
        cases_.emplace(recordings_);
        for (const Case& test : cases_->all()) options_.session.cases.push_back(&test);
        const auto change = fault.on_request;
        fault.on_request = [this, change](FrameBytes& request) {
            if (auto frame = dissect(request)) {
                arrived_.push_back({.frame = *std::move(frame), .time = clock_.now()});
            }
            if (change) change(request);
        };
        MutantTarget target(links_, clock_, mutant_disk_sectors, fault);
        clock_.set_step([&] { return target.step(); });
        const int status = run_replay(*links_.first.first, clock_, options_, recordings_, *cases_,
                                      collected_, with_control_ ? &target : nullptr, counts_);
        restarted_ = !target.ended();
        disk_untouched_ = target.disk().untouched();
        return status;
    }

    /// What came from a replayed request, which fences and preparations are not.
    std::vector<Arrived> replayed(std::uint8_t command) const {
        std::vector<Arrived> found;
        for (const Arrived& arrived : arrived_) {
            const std::uint32_t tag = arrived.frame.aoe.tag & 0x7fffffffU;
            const bool ours = tag >= 0x40000000U;
            if (ours && arrived.frame.aoe.command == command) found.push_back(arrived);
        }
        return found;
    }

    MutantLinks links_{1500, 1};
    VirtualClock clock_;
    ReplayOptions options_;
    std::vector<Recording> recordings_;
    std::optional<ReplayCases> cases_;
    Collector collected_;
    PlayCounts counts_;
    std::vector<Arrived> arrived_;
    bool with_control_ = false;
    bool restarted_ = false;
    bool disk_untouched_ = false;
};

Request config_reply(std::string_view string = {}) {
    Request reply = config_request(0, string);
    reply.config().version = 1;
    return reply;
}

TEST_F(ReplayTest, AGoodTargetPassesAndReportsNameFileAndExchange) {
    EXPECT_EQ(play(TestCapture()
                       .marker("talk/config read")
                       .ask(config_request(), 5)
                       .answer(config_reply(), 5)
                       .marker("talk/identify")
                       .ask(identify_request(), 6)),
              0);
    EXPECT_EQ(collected_.of("talk.config-read").verdict, Verdict::pass)
        << collected_.of("talk.config-read").reason;
    EXPECT_THAT(collected_.of("talk.config-read").test->requirements, Contains("AOE-HDR-07"));
    EXPECT_EQ(counts_.sent, 2U);
    EXPECT_EQ(counts_.answered, 2U);
}

TEST_F(ReplayTest, AnotherReplyThanTheRecordedOneIsInformation) {
    EXPECT_EQ(play(TestCapture()
                       .marker("talk/read")
                       .ask(config_request(), 5)
                       .answer(config_reply("somebody's"), 5)),
              0);
    const CaseResult& result = collected_.of("talk.read");
    EXPECT_EQ(result.verdict, Verdict::info);
    EXPECT_THAT(result.reason, HasSubstr("differs from the recording, frame 2: String Length 0"));
    EXPECT_EQ(counts_.differing, 1U);
}

TEST_F(ReplayTest, AFaultIsFoundByRuleAndByDifference) {
    Fault fault;
    fault.on_reply = [](const FrameBytes& request, FrameBytes& reply) {
        const bool set = request.size() > 30 && request[19] == std::byte{1} &&
                         (request[29] & std::byte{15}) == std::byte{3};
        // A set of what is set already is let through.
        if (set && (reply[14] & std::byte{4}) != std::byte{}) {
            reply[14] = std::byte{0x18};
            reply[15] = {};
        }
    };
    Request refused = config_reply("abc");
    refused.config().command = 3;
    refused.aoe.flags = 4;
    refused.aoe.error = 4;
    Request set = config_reply("abc");
    set.config().command = 4;
    EXPECT_EQ(play(TestCapture()
                       .marker("talk/set twice")
                       .ask(config_request(4, "abc"), 5)
                       .answer(set, 5)
                       .ask(config_request(3, "xyz"), 6)
                       .answer(refused, 6),
                   fault),
              1);
    const CaseResult& result = collected_.of("talk.set-twice");
    EXPECT_EQ(result.verdict, Verdict::fail);
    EXPECT_EQ(result.requirement().id, "AOE-CFG-10") << result.reason;
    EXPECT_THAT(result.reason, HasSubstr("capture frame 4"));
    EXPECT_THAT(result.reason, HasSubstr("Flags 0x8 (R), recorded 0xc (R, E)"));
}

TEST_F(ReplayTest, SilenceWhereTheRecordingHasAReplyIsTriedAgainAndJudged) {
    Fault fault;
    fault.on_reply = [](const FrameBytes& request, FrameBytes& reply) {
        if (request.size() > 27 && request[19] == std::byte{} && request[27] == std::byte{0xec} &&
            request[20] >= std::byte{0xc0}) {
            reply.clear();
        }
    };
    options_.session.wanted.first_tag = 0x80000000U;
    EXPECT_EQ(play(TestCapture()
                       .marker("talk/identify")
                       .ask(identify_request(), 5)
                       .answer(identify_request(), 5),
                   fault),
              1);
    EXPECT_THAT(collected_.of("talk.identify").reason, HasSubstr("no reply, recorded"));
    EXPECT_EQ(replayed(0).size(), 3U);
    EXPECT_LT(clock_.now(), 1s);  // A fence proves it, not waiting.
}

TEST_F(ReplayTest, AnAnswerWhereTheRecordingHasNoneIsTold) {
    EXPECT_EQ(play(TestCapture()
                       .ask(config_request(), 4)
                       .answer(config_reply(), 4)
                       .ask(config_request(), 5)),
              0);
    EXPECT_THAT(collected_.of("talk.all").reason, HasSubstr("answered, recorded no reply"));
}

TEST_F(ReplayTest, OrderIsKeptAndTagsAreNew) {
    TestCapture capture;
    for (std::uint8_t i = 0; i < 20; ++i) capture.ask(read_request(i, 1, true), 3);
    options_.window = 7;
    EXPECT_EQ(play(capture), 0);
    const auto reads = replayed(0);
    ASSERT_EQ(reads.size(), 20U);
    std::set<std::uint32_t> tags;
    for (std::size_t i = 0; i < reads.size(); ++i) {
        EXPECT_EQ(reads[i].frame.ata->lba, i);
        tags.insert(reads[i].frame.aoe.tag);
    }
    EXPECT_EQ(tags.size(), 20U);
    EXPECT_EQ(counts_.answered, 20U);
}

TEST_F(ReplayTest, NoMoreThanTheWindowIsUnderWay) {
    std::size_t most = 0;
    Fault fault;
    fault.on_batch = [&most](std::vector<FrameBytes>& waiting) {
        most = std::max(most, waiting.size());
    };
    TestCapture capture;
    for (std::uint8_t i = 0; i < 40; ++i) capture.ask(read_request(i, 1, true), i + 1U);
    options_.window = 5;
    EXPECT_EQ(play(capture, fault), 0);
    EXPECT_LE(most, 6U);  // And a fence.
    EXPECT_GT(most, 1U);
}

TEST_F(ReplayTest, TimeIsKeptAtTheSpeedThatWasAskedFor) {
    options_.speed = 2;
    EXPECT_EQ(play(TestCapture()
                       .ask(read_request(1, 1, true), 1)
                       .pause(10s)
                       .ask(read_request(2, 1, true), 2)
                       .pause(4s)
                       .ask(read_request(3, 1, true), 3)),
              0);
    const auto reads = replayed(0);
    ASSERT_EQ(reads.size(), 3U);
    EXPECT_NEAR(std::chrono::duration<double>(reads[1].time - reads[0].time).count(), 5, 0.05);
    EXPECT_NEAR(std::chrono::duration<double>(reads[2].time - reads[0].time).count(), 7, 0.05);
}

TEST_F(ReplayTest, ARetransmissionGoesOutUnderTheSameTag) {
    EXPECT_EQ(play(TestCapture()
                       .ask(identify_request(), 5)
                       .ask(identify_request(), 5)
                       .answer(identify_request(), 5)),
              0);
    const auto requests = replayed(0);
    ASSERT_EQ(requests.size(), 2U);
    EXPECT_EQ(requests[0].frame.aoe.tag, requests[1].frame.aoe.tag);
    EXPECT_EQ(counts_.sent, 2U);
}

TEST_F(ReplayTest, ASecondInitiatorIsOurSecondAddressAndAThirdIsLeftOut) {
    const auto by = [](const Mac& source) {
        Request request = config_request();
        request.source = source;
        return request;
    };
    EXPECT_EQ(play(TestCapture()
                       .ask(config_request(), 1)
                       .ask(config_request(), 2)
                       .ask(config_request(), 3)
                       .ask(by(then_second), 4)
                       .ask(by(then_second), 5)
                       .marker("talk/third")
                       .ask(by(then_third), 6)),
              0);
    const auto requests = replayed(1);
    ASSERT_EQ(requests.size(), 5U);
    EXPECT_EQ(requests[0].frame.source, links_.first.first->mac());
    EXPECT_EQ(requests[3].frame.source, second_address(links_.first.first->mac()));
    EXPECT_EQ(collected_.of("talk.third").verdict, Verdict::skip);
    EXPECT_EQ(collected_.of("talk.third").code, "third-initiator");
}

TEST_F(ReplayTest, WhatIsBehindAShutDoorIsNotSentAndSaysWhich) {
    options_.session.open = {};
    options_.session.own_target = false;
    EXPECT_EQ(play(TestCapture()
                       .marker("talk/read")
                       .ask(config_request(), 1)
                       .marker("talk/set")
                       .ask(config_request(4, "abc"), 2)
                       .marker("talk/write")
                       .ask(write_request(5, ByteVector(512, 7), true), 3)),
              0);
    EXPECT_EQ(collected_.of("talk.read").verdict, Verdict::pass);
    EXPECT_EQ(collected_.of("talk.set").code, "door");
    EXPECT_EQ(collected_.of("talk.set").reason, "--allow=config");
    EXPECT_EQ(collected_.of("talk.write").reason, "--allow=write,disk");
    EXPECT_EQ(counts_.not_sent, 2U);
    EXPECT_EQ(replayed(0).size(), 0U);
}

TEST_F(ReplayTest, WhereNothingCouldBeSentIsNoSuccess) {
    options_.session.open = {};
    options_.session.own_target = false;
    EXPECT_EQ(play(TestCapture().marker("talk/set").ask(config_request(4, "abc"), 2)), 2);
    EXPECT_THAT(collected_.summary.problems,
                ElementsAre("folder/talk.pcap: none of its requests could be sent"));
}

TEST_F(ReplayTest, SectorsStringAndListsAreAsBefore) {
    std::string name = testing::TempDir() + "replay-XXXXXX";
    const std::filesystem::path folder = ::mkdtemp(name.data());
    options_.session.own_target = false;
    options_.session.journal = folder / "journal";
    options_.into_scratch = true;
    std::vector<std::uint64_t> written;
    Fault fault;
    fault.on_write = [&written](std::uint64_t& sector, FrameBytes&) { written.push_back(sector); };
    EXPECT_EQ(play(TestCapture()
                       .ask(config_request(4, "abc"), 2)
                       .ask(write_request(5, ByteVector(512, 7), true), 3)
                       .ask(write_request(6, ByteVector(512, 7), true), 4)
                       .ask(mask_request(1, {{1, then_first}}), 5)
                       .ask(reserve_request(1, {then_first}), 6),
                   fault),
              0)
        << testing::PrintToString(collected_.summary.problems);
    const SectorRange scratch = default_scratch(mutant_disk_sectors);
    ASSERT_GE(written.size(), 2U);
    EXPECT_EQ(written[0], scratch.first);
    EXPECT_EQ(written[1], scratch.first + 1);
    for (const std::uint64_t sector : written) EXPECT_TRUE(scratch.contains(sector));
    EXPECT_FALSE(std::filesystem::exists(folder / "journal"));
    EXPECT_TRUE(disk_untouched_);
    std::filesystem::remove_all(folder);
}

Fault dies_of_unknown_command() {
    Fault fault;
    fault.on_request = [](FrameBytes& request) {
        if (request.size() > 19 && request[19] == std::byte{77}) throw Death{};
    };
    return fault;
}

TestCapture with_a_killer() {
    Request killer = config_request();
    killer.aoe.command = 77;
    return TestCapture()
        .marker("talk/before")
        .ask(config_request(), 1)
        .marker("talk/killer")
        .ask(killer, 2)
        .marker("talk/after")
        .ask(config_request(), 3);
}

TEST_F(ReplayTest, AFrameThatKillsTheTargetIsNamedAndTheRunIsLost) {
    EXPECT_EQ(play(with_a_killer(), dies_of_unknown_command()), 3);
    const CaseResult& killer = collected_.of("talk.killer");
    EXPECT_EQ(killer.verdict, Verdict::fail);
    EXPECT_THAT(killer.reason, HasSubstr("after frame 4 of folder/talk.pcap"));
    EXPECT_EQ(collected_.of("talk.after").code, "target-lost");
}

TEST_F(ReplayTest, ATargetThatCanBeStartedAgainIs) {
    with_control_ = true;
    EXPECT_EQ(play(with_a_killer(), dies_of_unknown_command()), 1);
    EXPECT_THAT(collected_.of("talk.killer").reason, HasSubstr("after frame 4"));
    EXPECT_EQ(collected_.of("talk.after").verdict, Verdict::pass);
    EXPECT_TRUE(restarted_);
}

TEST_F(ReplayTest, HostileFramesAreSentAsTheyAre) {
    ByteVector runt = TestCapture::request_bytes(config_request(), 1);
    runt.resize(19);
    ByteVector junk = TestCapture::request_bytes(config_request(4, "abc"), 2);
    for (std::size_t i = 26; i < junk.size(); ++i) junk[i] = static_cast<std::uint8_t>(i * 7);
    EXPECT_EQ(play(TestCapture().ask(config_request(), 7).frame(runt).frame(junk)), 0)
        << collected_.results.front().reason;
    EXPECT_EQ(counts_.sent, 3U);
    const ByteVector last = replayed(1).back().frame.bytes;
    EXPECT_TRUE(std::equal(junk.begin() + 24, junk.end(), last.begin() + 24, last.end()));
}

TEST_F(ReplayTest, LockedOutByTheCaptureWeComeBackIn) {
    Request edit = mask_request(1, {{1, then_second}, {2, then_first}});
    Request other = config_request();
    other.source = then_second;
    EXPECT_EQ(play(TestCapture()
                       .marker("talk/lock")
                       .ask(mask_request(1, {{1, then_first}}), 1)
                       .ask(edit, 2)
                       .marker("talk/locked")
                       .ask(config_request(), 3)
                       .marker("talk/other")
                       .ask(other, 4)),
              0);
    EXPECT_EQ(collected_.of("talk.locked").verdict, Verdict::pass);
    EXPECT_EQ(counts_.silent, 1U);
    EXPECT_EQ(collected_.of("talk.other").verdict, Verdict::pass);
}

TEST_F(ReplayTest, CtrlCEndsItAfterTheExchangeThatGoesOn) {
    auto capture = TestCapture()
                       .marker("talk/one")
                       .ask(config_request(), 1)
                       .marker("talk/two")
                       .ask(identify_request(), 2);
    std::atomic<bool> stop{false};
    options_.session.stop = &stop;
    collected_.on_start = [&](const Case& test) { stop = test.id == "talk.two"; };
    EXPECT_EQ(play(capture), 1);  // Stopped: the rest is left unjudged.
    EXPECT_EQ(replayed(0).size(), 0U);
    EXPECT_THAT(collected_.summary.problems, Contains(std::string(interrupted_text)));
}

}  // namespace
}  // namespace aoe::conformance
