// SPDX-License-Identifier: MIT
// Recordings read back and played back: forms of requests, which of several replies comes, when,
// with whose tag; what a recording cannot answer; and recordings that lie.
#include "conformance/capture/playback.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <random>
#include <stdlib.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/capture/playback_lab.h"
#include "conformance/capture/playback_link.h"
#include "conformance/capture/recorded_lab.h"
#include "conformance/capture/recorder.h"
#include "conformance/cli/from.h"

namespace aoe::conformance {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr Mac ours{std::byte{2}, {}, {}, {}, {}, std::byte{1}};
constexpr Mac theirs{std::byte{2}, {}, {}, {}, {}, std::byte{2}};

ByteVector request(Request made, std::uint32_t tag) {
    made.destination = theirs;
    made.source = ours;
    made.shelf = 7;
    made.slot = 3;
    made.tag = tag;
    return craft(made);
}

ByteVector reply(std::uint32_t tag, std::string_view string) {
    Request made = config_request(0, string);
    made.destination = ours;
    made.source = theirs;
    made.shelf = 7;
    made.slot = 3;
    made.tag = tag;
    made.aoe.flags = 8;
    return craft(made);
}

// A laboratory that counts nothing and starts at the third question.
struct FakeLab final : TargetControl, Lab {
    std::optional<std::string> ended() override { return end; }
    bool restart() override {
        end.reset();
        return true;
    }
    std::vector<std::string> last_output() override { return {"one", "", "cannot read\x01 \\x41"}; }
    Lab* lab() override { return this; }
    Needs offers() const override { return Needs(Need::restart) | Need::twin; }
    bool start_again(Start, const Answers& answers) override {
        return answers() || answers() || answers();
    }
    bool put_back() override { return false; }
    Twin twin() const override { return {.slot = 4, .size_bytes = 12345}; }
    std::string start_twin(const Answers&) override { return "no\ndisk"; }
    std::optional<std::string> end;
};

class PlaybackTest : public testing::Test {
protected:
    PlaybackTest() {
        std::string name = testing::TempDir() + "playback-XXXXXX";
        folder_ = ::mkdtemp(name.data());
        facts_.ours = ours;
        facts_.shelf = 7;
        facts_.slot = 3;
        facts_.receive_capacity = 100;
        facts_.discovered = reply(1, "");
        facts_.started = true;
        facts_.offers = FakeLab().offers();
        facts_.twin = FakeLab().twin();
    }
    ~PlaybackTest() override { std::filesystem::remove_all(folder_); }

    void begin_recording() {
        recorder_ = std::make_unique<Recorder>(
            none_, RecorderOptions{.file = file(),
                                   .section = {.application = "test",
                                               .comment = "aoe-conform",
                                               .interfaces = {"veth0"},
                                               .second_comment = to_text(facts_)},
                                   .epoch = 1700000000s});
    }
    std::filesystem::path file() const { return folder_ / "e7.3.pcapng"; }
    void frame(bool sent, Time time, const ByteVector& bytes) {
        recorder_->frame({.number = ++frames_, .sent = sent, .time = time, .bytes = bytes});
    }
    // A case that asks twice for the same, and gets the answers "first" and "second".
    void record_two_reads(const Case& test) {
        recorder_->case_started(test);
        frame(true, 10ms, request(config_request(), 100));
        frame(false, 13ms, reply(100, "first"));
        frame(true, 20ms, request(config_request(), 101));
        frame(false, 21ms, reply(101, "second"));
        finish(test);
    }
    void finish(const Case& test) {
        CaseResult result;
        result.test = &test;
        recorder_->case_finished(result);
    }
    RecordedRun read() {
        recorder_.reset();
        auto recording = open_recording(file());
        if (!recording) throw std::runtime_error(recording.error());
        return *std::move(recording);
    }
    static std::vector<ByteVector> received(PlaybackLink& link) {
        std::vector<ByteVector> frames;
        for (const ReceivedFrame& frame : link.receive(32)) {
            const auto* bytes = reinterpret_cast<const std::uint8_t*>(frame.bytes.data());
            frames.emplace_back(bytes, bytes + frame.bytes.size());
        }
        return frames;
    }

    Reporter none_;
    RecordingFacts facts_;
    std::filesystem::path folder_;
    std::unique_ptr<Recorder> recorder_;
    std::size_t frames_ = 0;
    const Case& first_ = all_cases()[0];
    const Case& second_ = all_cases()[1];
};

void send(PlaybackLink& link, const ByteVector& bytes) {
    EXPECT_EQ(send_copy(link, std::as_bytes(std::span(bytes))), std::error_code());
}

TEST(CanonicalForm, LeavesOutTheTagAndNothingElse) {
    const ByteVector a = request(config_request(), 0x80000001), b = request(config_request(), 7);
    const auto form = [](const ByteVector& frame) {
        return canonical_form(std::as_bytes(std::span(frame)));
    };
    EXPECT_EQ(form(a), form(b));
    for (std::size_t i = 0; i < a.size(); ++i) {
        ByteVector other = a;
        other[i] ^= 1;
        EXPECT_EQ(form(other) == form(a), i >= 20 && i < 24) << i;
    }
    Request tagged = config_request();
    tagged.vlan_tag = 7;
    EXPECT_EQ(form(request(tagged, 1)), form(request(tagged, 2)));
    EXPECT_EQ(form({1, 2, 3}), (ByteVector{1, 2, 3}));
    const ByteVector cut(a.begin(), a.begin() + 22);
    EXPECT_EQ(form(cut).size(), 22U);
    EXPECT_EQ(tag_of(std::as_bytes(std::span(cut))), std::nullopt);
}

TEST_F(PlaybackTest, FactsComeBackAsTheyWere) {
    facts_.interface = "veth0 \\ \n ä";
    facts_.mtu = 9000;
    facts_.open = Door::write | Door::mask;
    facts_.revision = Revision::r10;
    facts_.scratch = {.first = 5, .count = 6};
    facts_.seed = 0xffffffffffffffff;
    facts_.timeout_factor = 1.5;
    facts_.retries = 0;
    facts_.soak = 60s;
    facts_.cases.tests = "cfg.*,\nmtu: 7";
    facts_.second_ours = ours;
    facts_.second_target = theirs;
    const auto back = parse_recording_facts(to_text(facts_));
    ASSERT_TRUE(back);
    EXPECT_EQ(to_text(*back), to_text(facts_));
    EXPECT_EQ(back->interface, facts_.interface);
    EXPECT_EQ(back->cases.tests, facts_.cases.tests);
    EXPECT_EQ(back->mtu, 9000U);
    EXPECT_EQ(back->open, facts_.open);
    EXPECT_EQ(back->scratch, facts_.scratch);
    EXPECT_EQ(back->offers.bits, facts_.offers.bits);
}

TEST_F(PlaybackTest, FactsThatMakeNoSenseAreNamed) {
    const std::string good = to_text(facts_);
    EXPECT_EQ(parse_recording_facts("").error(), "is no recording of a run");
    EXPECT_THAT(parse_recording_facts("recording: 2\n").error(), HasSubstr("format 2"));
    for (const char* line : {"mtu: 70000", "ours: me", "discovered: 0g", "discovered: abc",
                             "allow: window", "seed: -1", "timeout: nan", "twin-slot: 256"}) {
        const auto facts = parse_recording_facts(good + line + "\n");
        ASSERT_FALSE(facts) << line;
        EXPECT_THAT(facts.error(), HasSubstr("makes no sense"));
    }
}

TEST_F(PlaybackTest, TheNthRequestGetsTheNthReplyWithItsOwnTagAndDelay) {
    begin_recording();
    record_two_reads(first_);
    const RecordedRun recording = read();
    Playback playback(recording);
    PlaybackLink link(playback, 0);
    playback.enter(first_.id);
    send(link, request(config_request(), 0xabc));
    EXPECT_THAT(received(link), ElementsAre());
    const Time asked = playback.now();
    playback.wait(link, asked + 1s);
    EXPECT_EQ(playback.now() - asked, 3ms);
    EXPECT_THAT(received(link), ElementsAre(reply(0xabc, "first")));
    playback.wait(link, asked + 5ms);
    EXPECT_EQ(playback.now() - asked, 5ms);
    send(link, request(config_request(), 0xdef));
    EXPECT_EQ(playback.now() - asked, 10ms) << "not before it was asked in the recording";
    playback.wait(link, playback.now() + 1s);
    EXPECT_THAT(received(link), ElementsAre(reply(0xdef, "second")));
}

TEST_F(PlaybackTest, WhatTheRecordingDoesNotHoldIsStale) {
    begin_recording();
    record_two_reads(first_);
    const RecordedRun recording = read();
    Playback playback(recording);
    PlaybackLink link(playback, 0);
    const auto why = [&](const Request& asked) -> std::string {
        try {
            send(link, request(asked, 5));
        } catch (const CaseSkipped& skipped) {
            EXPECT_EQ(skipped.code, "stale");
            return skipped.why;
        }
        return "";
    };
    playback.enter(first_.id);
    EXPECT_EQ(why(config_request()), "");
    EXPECT_THAT(why(identify_request()), HasSubstr("request 2, which is "));
    EXPECT_EQ(why(config_request()), "");
    EXPECT_THAT(why(config_request()), HasSubstr("for the 3. time of this case"));
    playback.enter(second_.id);
    EXPECT_EQ(why(config_request()), "the recording has nothing of this case");
    playback.enter(first_.id);
    EXPECT_EQ(why(config_request()), "the recording has nothing of this case")
        << "it ran once, and runs now for the second time";
}

TEST_F(PlaybackTest, UnaskedAndLateFramesComeAtTheirPlace) {
    begin_recording();
    recorder_->case_started(first_);
    frame(true, 10ms, request(config_request(), 100));
    frame(false, 11ms, reply(77, "announced"));
    finish(first_);
    recorder_->case_started(second_);
    frame(true, 20ms, request(identify_request(), 101));
    frame(false, 22ms, reply(100, "late"));
    finish(second_);
    const RecordedRun recording = read();
    Playback playback(recording);
    PlaybackLink link(playback, 0);
    playback.enter(first_.id);
    send(link, request(config_request(), 0x500));
    playback.wait(link, playback.now() + 5ms);
    EXPECT_THAT(received(link), ElementsAre(reply(77, "announced")));
    playback.enter(second_.id);
    send(link, request(identify_request(), 0x501));
    playback.wait(link, playback.now() + 1s);
    EXPECT_THAT(received(link), ElementsAre(reply(0x500, "late")));
}

TEST_F(PlaybackTest, AVlanTagThatTheSystemTookOffIsRecordedAndTakenOffAgain) {
    begin_recording();
    recorder_->case_started(first_);
    frame(true, 1ms, request(config_request(), 1));
    recorder_->frame(
        {.number = 2, .sent = false, .time = 2ms, .bytes = reply(1, "x"), .vlan_tag = 7});
    finish(first_);
    const RecordedRun recording = read();
    Playback playback(recording);
    PlaybackLink link(playback, 0);
    playback.enter(first_.id);
    send(link, request(config_request(), 1));
    playback.wait(link, playback.now() + 1s);
    const auto frames = link.receive(32);
    ASSERT_EQ(frames.size(), 1U);
    EXPECT_EQ(frames[0].vlan_tag, 7);
    EXPECT_EQ(frames[0].bytes.size(), reply(1, "x").size());
}

TEST_F(PlaybackTest, TheLaboratorySaysWhatItSaid) {
    FakeLab fake;
    struct Stopped final : Clock {
        Time now() const noexcept override { return 5ms; }
        void wait(Link&, Time) override {}
    } clock;
    begin_recording();
    recorder_->case_started(first_);
    RecordedLab recorded(fake, *recorder_, clock);
    unsigned questions = 0;
    const auto third = [&] { return ++questions == 3; };
    EXPECT_EQ(recorded.ended(), std::nullopt);
    recorded.set_mtu(LinkEnd::theirs, 9000);
    EXPECT_TRUE(recorded.start_again(Start::read_only, third));
    frame(true, 6ms, request(config_request(), 1));
    fake.end = "was killed by signal 11";
    EXPECT_TRUE(recorded.ended());
    EXPECT_TRUE(recorded.ended());
    const auto output = recorded.last_output();
    EXPECT_TRUE(recorded.restart());
    EXPECT_FALSE(recorded.put_back());
    EXPECT_EQ(recorded.start_twin(third), "no\ndisk");
    finish(first_);

    const RecordedRun recording = read();
    Playback playback(recording);
    PlaybackLink link(playback, 0);
    PlaybackLab lab(playback);
    EXPECT_EQ(lab.offers().bits, fake.offers().bits);
    EXPECT_EQ(lab.twin().size_bytes, 12345U);
    EXPECT_EQ(lab.second_port().link, nullptr);
    playback.enter(first_.id);
    EXPECT_EQ(lab.ended(), std::nullopt);
    lab.set_mtu(LinkEnd::theirs, 9000);
    EXPECT_THROW(lab.set_mtu(LinkEnd::ours, 9000), CaseSkipped);
    questions = 0;
    EXPECT_TRUE(lab.start_again(Start::read_only, third));
    EXPECT_EQ(questions, 3U);
    EXPECT_EQ(lab.ended(), std::nullopt) << "it has not been asked yet what it died of";
    send(link, request(config_request(), 1));
    EXPECT_EQ(lab.ended(), "was killed by signal 11");
    EXPECT_EQ(lab.last_output(), output);
    EXPECT_TRUE(lab.restart());
    EXPECT_EQ(lab.ended(), std::nullopt);
    EXPECT_FALSE(lab.put_back());
    EXPECT_EQ(lab.start_twin(third), "no\ndisk");
    EXPECT_THROW(lab.lose_sectors(0), CaseSkipped);
}

TEST_F(PlaybackTest, AFrameThatDidNotLeaveDoesNotLeaveAgain) {
    begin_recording();
    recorder_->case_started(first_);
    frame(true, 1ms, request(config_request(), 1));
    recorder_->note(1ms, "unsent " + std::to_string(ENETDOWN));
    recorder_->note(2ms, "link 0 0");
    finish(first_);
    const RecordedRun recording = read();
    Playback playback(recording);
    PlaybackLink link(playback, 0);
    playback.enter(first_.id);
    const ByteVector bytes = request(config_request(), 1);
    EXPECT_EQ(send_copy(link, std::as_bytes(std::span(bytes))), std::errc::network_down);
    EXPECT_EQ(link.next_event(), std::nullopt);
    playback.wait(link, playback.now() + 1s);
    EXPECT_EQ(link.next_event(), LinkEvent::down);
}

std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

Expected<RecordedRun, std::string> read_bytes(const std::string& bytes) {
    std::size_t at = 0;
    auto reader = CaptureReader::open([&](MutableBytes to) -> std::size_t {
        const std::size_t size = std::min(to.size(), bytes.size() - at);
        std::memcpy(to.data(), bytes.data() + at, size);
        at += size;
        return size;
    });
    if (!reader) return Unexpected{reader.error()};
    return read_recording(*reader);
}

// What is left of the suite when it is run from a recording; its verdicts, by case.
struct Verdicts {
    std::map<std::string, std::string> by_case, reasons;
    int status = -1;
};

struct Listener final : Reporter {
    void case_finished(const CaseResult& result) override {
        std::string text(name(result.verdict));
        if (!result.code.empty()) text += " " + result.code;
        heard.by_case[std::string(result.test->id)] = text;
        heard.reasons[std::string(result.test->id)] = result.reason;
    }
    void case_amended(const CaseResult& result) override { case_finished(result); }
    void run_finished(const Summary& summary) override { heard.status = summary.exit_status; }
    Verdicts heard;
};

Verdicts judged(RecordedRun recording, const std::vector<const Case*>& cases) {
    SessionOptions options;
    options.cases = cases;
    Listener listener;
    std::vector<RecordedRun> recordings;
    recordings.push_back(std::move(recording));
    run_from(recordings, options, listener);
    return listener.heard;
}

constexpr std::array kept{"aoe-target", "vblade-25"};

std::filesystem::path kept_file(const std::string& name) {
    return std::filesystem::path(AOE_SOURCE_DIR) / "captures/recordings" / name;
}

// The recordings in the tree are judged now as they were. A case that came since is stale, and for
// the next recording.
TEST(KeptRecordings, AreJudgedAsTheyWere) {
    for (const std::string name : kept) {
        auto recording = open_recording(kept_file(name + ".pcapng"));
        ASSERT_TRUE(recording) << recording.error();
        const auto cases = select_cases(all_cases(), recording->facts.cases);
        ASSERT_TRUE(cases) << cases.error();
        Verdicts now = judged(*std::move(recording), *cases);
        std::ifstream list(kept_file(name + ".verdicts"));
        std::size_t count = 0;
        for (std::string line; std::getline(list, line); ++count) {
            const std::string id = line.substr(0, line.find(' '));
            EXPECT_EQ(id + " " + now.by_case[id], line)
                << name << ": " << now.reasons[id]
                << "; when the case was changed on purpose, record it anew: see "
                   "captures/recordings/README.md";
            now.by_case.erase(id);
        }
        EXPECT_GT(count, 200U);
        for (const auto& [id, verdict] : now.by_case) EXPECT_EQ(verdict, "skip stale") << id;
    }
}

TEST(KeptRecordings, CasesThatAreChosenAloneAreJudgedAlike) {
    auto whole = open_recording(kept_file("vblade-25.pcapng"));
    ASSERT_TRUE(whole) << whole.error();
    const auto some = choose_cases("--tests", "cfg.set.*,ann.*,atai.*", all_cases());
    ASSERT_TRUE(some);
    std::vector<const Case*> backwards(some->rbegin(), some->rend());
    const Verdicts forth = judged(*whole, *some), back = judged(*whole, backwards);
    EXPECT_EQ(forth.by_case, back.by_case);
    for (const auto& [id, verdict] : forth.by_case) EXPECT_NE(verdict, "skip stale") << id;
}

TEST(KeptRecordings, WhatIsNotInThemIsNeverGreen) {
    auto whole = open_recording(kept_file("aoe-target.pcapng"));
    ASSERT_TRUE(whole) << whole.error();
    const auto some = choose_cases("--tests", "cfg.read.*", all_cases());
    ASSERT_TRUE(some);
    EXPECT_EQ(judged(*whole, *some).status, 0);
    RecordedRun holed = *whole;
    const std::string id((*some)[0]->id);
    std::erase_if(holed.visits, [&](const RecordedVisit& visit) { return visit.name == id; });
    const Verdicts verdicts = judged(holed, *some);
    EXPECT_EQ(verdicts.status, 1);
    EXPECT_EQ(verdicts.by_case.at(id), "skip stale");
    // Another request than the recorded one: nothing that the case found counts.
    holed = *whole;
    for (RecordedEvent& event : holed.events) {
        if (event.kind == RecordedEvent::Kind::sent) event.bytes.back() ^= 1;
    }
    EXPECT_EQ(judged(holed, *some).status, 2) << "there is not even what precedes the cases";
}

// Nothing that a file says may crash us or keep us waiting.
TEST_F(PlaybackTest, FilesThatLieEndInASentenceOrInStaleCases) {
    begin_recording();
    record_two_reads(first_);
    read();
    const std::string good = text_of(file());
    for (std::size_t size = 0; size < good.size(); ++size) {
        const auto recording = read_bytes(good.substr(0, size));
        EXPECT_TRUE(recording || !recording.error().empty()) << size;
    }
    std::mt19937 random(1);
    const auto cases = choose_cases("--tests", "cfg.read.*,ann.*", all_cases());
    const std::string kept_one = text_of(kept_file("aoe-target.pcapng")).substr(0, 120'000);
    std::size_t accepted = 0;
    for (int round = 0; round < 300; ++round) {
        std::string bad = round % 2 == 0 ? good : kept_one;
        for (unsigned changes = 1 + random() % 8; changes > 0; --changes) {
            bad[random() % bad.size()] = static_cast<char>(random());
        }
        auto recording = read_bytes(bad);
        if (!recording) continue;
        ++accepted;
        judged(*std::move(recording), *cases);
    }
    EXPECT_GT(accepted, 20U);
}

}  // namespace
}  // namespace aoe::conformance
