// SPDX-License-Identifier: MIT
// Whole runs in memory against targets that are rough in one way: two for one address, in use by
// somebody else, late, lossy, dying, locking us out.
#include "conformance/session.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <optional>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "target/disk.h"
#include "target/export.h"
#include "target/server.h"
#include "wire/fault_link.h"
#include "wire/memory_link.h"

namespace aoe::conformance {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using Frame = std::vector<std::byte>;
using Frames = std::vector<Frame>;

class Collector final : public Reporter {
public:
    void case_finished(const CaseResult& result) override { results.push_back(result); }
    void case_amended(const CaseResult& result) override { amended.push_back(result); }
    void run_finished(const Summary& end) override { summary = end; }
    std::vector<CaseResult> results, amended;
    Summary summary;
};

// Our target, whose replies pass through a hook on their way to the wire.
class HookedTarget {
public:
    static constexpr std::uint64_t sectors = 20000;
    /// Turns what the target wants to send in answer to a request into what is sent.
    using Hook = std::function<Frames(const Frame& request, std::optional<Frame> reply)>;

    HookedTarget(Link& link, Hook hook) : link_(link), hook_(std::move(hook)) {}

    bool step() {
        bool any = false;
        for (const ReceivedFrame& received : link_.receive(8)) {
            any = true;
            const Frame request(received.bytes.begin(), received.bytes.end());
            link_.release(received);
            for (const Frame& reply : hook_(request, answer(request))) {
                EXPECT_FALSE(send_copy(link_, reply));
            }
        }
        return any;
    }

    /// What the target itself would answer.
    std::optional<Frame> answer(const Frame& request) {
        Frame storage(2000);
        const target::Port port{.mac = link_.mac(), .mtu = link_.mtu()};
        const target::Outcome outcome = export_.begin(request, port, storage);
        std::size_t size = 0;
        if (const auto* reply = std::get_if<target::Reply>(&outcome)) size = reply->size;
        if (const auto* operation = std::get_if<target::Operation>(&outcome)) {
            size = export_.finish(*operation, target::perform(*operation, disk_));
        }
        if (size == 0) return std::nullopt;
        storage.resize(size);
        return storage;
    }

private:
    Link& link_;
    Hook hook_;
    target::MemoryDisk disk_{sectors};
    target::Export export_{{.address = {.shelf = 7, .slot = 3}, .sectors = sectors, .serial = "x"}};
};

Frames plain(const Frame&, std::optional<Frame> reply) {
    return reply ? Frames{*reply} : Frames{};
}

class SessionTest : public testing::Test {
protected:
    SessionTest() {
        auto pair = make_memory_pair({});
        near_ = std::move(pair.first);
        far_ = std::move(pair.second);
        std::string name = testing::TempDir() + "session-XXXXXX";
        folder_ = ::mkdtemp(name.data());
        options_.wanted = {.shelf = 7, .slot = 3, .mac = std::nullopt};
        options_.private_network = true;
        options_.own_target = true;
        options_.open = all_doors;
        options_.interface = "memory";
        options_.journal = folder_ / "journal";
        choose("*");
    }
    ~SessionTest() override { std::filesystem::remove_all(folder_); }

    void choose(const std::string& pattern) {
        options_.cases.clear();
        choose_also(pattern);
    }
    void choose_also(const std::string& pattern) {
        for (const Case& test : all_cases()) {
            const bool fits =
                std::any_of(test.requirements.begin(), test.requirements.end(),
                            [&](std::string_view id) { return pattern == "*" || id == pattern; });
            if (fits) options_.cases.push_back(&test);
        }
        ASSERT_FALSE(options_.cases.empty());
    }
    int run(HookedTarget& target) {
        clock_.set_step([&target] { return target.step(); });
        return run_session(*near_, clock_, options_, collected_, nullptr);
    }
    std::string problems() const {
        std::string text;
        for (const std::string& problem : collected_.summary.problems) text += problem + "\n";
        return text;
    }
    std::string failures() const {
        std::string text;
        for (const CaseResult& result : collected_.results) {
            if (result.verdict == Verdict::pass || result.verdict == Verdict::info ||
                result.verdict == Verdict::skip) {
                continue;
            }
            text += std::string(name(result.verdict)) + " " + std::string(result.test->id) + ": " +
                    result.reason + "\n";
        }
        return text;
    }

    LinkPtr near_, far_;
    VirtualClock clock_;
    std::filesystem::path folder_;
    SessionOptions options_;
    Collector collected_;
};

TEST_F(SessionTest, TwoMachinesForOneAddressStopTheRunAndOneCanBeChosen) {
    HookedTarget target(*far_, [](const Frame&, std::optional<Frame> reply) {
        if (!reply) return Frames{};
        Frame twin = *reply;
        twin[11] = std::byte{9};
        return Frames{*reply, twin};
    });
    choose("AOE-CFG-01");
    EXPECT_EQ(run(target), 2);
    EXPECT_THAT(problems(), AllOf(HasSubstr("two machines"), HasSubstr("02:00:00:00:00:02"),
                                  HasSubstr("02:00:00:00:00:09"), HasSubstr("--target-mac")));
    options_.wanted.mac = far_->mac();
    EXPECT_EQ(run(target), 0) << problems() << failures();
}

TEST_F(SessionTest, AForeignConfigStringStopsTheRunUnlessForced) {
    HookedTarget target(*far_, plain);
    Frame set(60);
    const Frame header{std::byte{2},
                       {},
                       {},
                       {},
                       {},
                       std::byte{2},
                       std::byte{2},
                       {},
                       {},
                       {},
                       {},
                       std::byte{1},
                       std::byte{0x88},
                       std::byte{0xa2},
                       std::byte{0x10},
                       {},
                       {},
                       std::byte{7},
                       std::byte{3},
                       std::byte{1},
                       {},
                       {},
                       {},
                       {},
                       {},
                       {},
                       {},
                       {},
                       {},
                       std::byte{4},
                       {},
                       std::byte{2},
                       std::byte{'m'},
                       std::byte{'e'}};
    std::copy(header.begin(), header.end(), set.begin());
    ASSERT_TRUE(target.answer(set));

    options_.own_target = false;
    choose("AOE-CFG-13");
    EXPECT_EQ(run(target), 2);
    EXPECT_THAT(problems(), AllOf(HasSubstr("\"me\""), HasSubstr("--force")));
    EXPECT_FALSE(std::filesystem::exists(options_.journal));

    options_.force = true;
    EXPECT_EQ(run(target), 0) << problems() << failures();
    EXPECT_FALSE(std::filesystem::exists(options_.journal));
    set[29] = std::byte{0};
    set[31] = std::byte{0};
    const auto after = target.answer(set);
    ASSERT_TRUE(after);
    EXPECT_EQ((*after)[32], std::byte{'m'});
    EXPECT_EQ((*after)[33], std::byte{'e'});
}

TEST_F(SessionTest, AReplyAfterTheFenceIsHeldAgainstItsCase) {
    // Answers what it must not, but only when something else has been answered twice since.
    std::optional<Frame> held;
    int since = 0;
    HookedTarget target(*far_, [&](const Frame& request, std::optional<Frame> reply) {
        Frames frames = plain(request, reply);
        if (!reply && (request[14] & std::byte{8}) != std::byte{} && !held) {
            held = request;
            std::copy_n(request.begin() + 6, 6, held->begin());
            std::copy_n(request.begin(), 6, held->begin() + 6);
            since = 0;
        } else if (held && ++since == 4) {
            frames.push_back(*held);
        }
        return frames;
    });
    choose("AOE-HDR-08");
    for (const Case& test : all_cases()) {
        if (test.id.starts_with("cfg.read")) options_.cases.push_back(&test);
    }
    run(target);
    ASSERT_FALSE(collected_.amended.empty());
    EXPECT_EQ(collected_.amended.front().verdict, severity(*find_requirement("AOE-HDR-08")));
    EXPECT_THAT(collected_.amended.front().reason, HasSubstr("a late reply"));
}

TEST_F(SessionTest, ALinkThatLosesFramesMakesNobodyFail) {
    HookedTarget target(*far_, plain);
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        auto lossy = make_memory_pair({.seed = seed});
        HookedTarget behind(*lossy.second, plain);
        clock_.set_step([&behind] { return behind.step(); });
        const auto faulty = make_fault_link(
            std::move(lossy.first),
            {.sent = {.loss = 0.02}, .received = {.loss = 0.02, .duplicate = 0}, .seed = seed},
            clock_);
        // A frame that is lost on purpose is what the rows about loss are about.
        options_.cases.clear();
        for (const Case& test : all_cases()) {
            if (!test.id.starts_with("cfg.buffers")) options_.cases.push_back(&test);
        }
        collected_.results.clear();
        run_session(*faulty, clock_, options_, collected_, nullptr);
        EXPECT_EQ(failures(), "") << "seed " << seed;
        EXPECT_GT(faulty->counts().lost, 20U);
    }
}

TEST_F(SessionTest, ATargetThatGoesSilentIsLostAndACaseBlamed) {
    int answered = 0;
    HookedTarget target(*far_, [&](const Frame& request, std::optional<Frame> reply) {
        return ++answered > 100 ? Frames{} : plain(request, std::move(reply));
    });
    EXPECT_EQ(run(target), 3);
    EXPECT_THAT(problems(), AllOf(HasSubstr("the target was lost"), HasSubstr("to blame is")));
    EXPECT_EQ(collected_.results.size(), options_.cases.size());
    EXPECT_EQ(collected_.results.back().code, "target-lost");
}

TEST_F(SessionTest, ALockOutIsToldFromADeathAndUndone) {
    // Forgets us when it gets an unknown command; an edit from the other address brings us back.
    bool locked = false;
    const Mac ours = near_->mac();
    HookedTarget target(*far_, [&](const Frame& request, std::optional<Frame> reply) {
        const bool from_us = std::equal(ours.begin(), ours.end(), request.begin() + 6);
        if (from_us && locked) return Frames{};
        if (!from_us && request[19] == std::byte{2}) locked = false;
        if (request[19] == std::byte{0x7f}) locked = true;
        return plain(request, std::move(reply));
    });
    choose("AOE-HDR-30");
    run(target);
    EXPECT_THAT(collected_.results,
                Contains(testing::Field(&CaseResult::liveness, HasSubstr("another address"))));
    EXPECT_THAT(problems(), testing::Not(HasSubstr("lost")));
}

TEST_F(SessionTest, NothingIsSentAfterTheTimeIsOver) {
    HookedTarget target(*far_, plain);
    options_.max_time = std::chrono::nanoseconds(1);
    clock_.advance(std::chrono::seconds(1));
    EXPECT_EQ(run(target), 2);
    EXPECT_THAT(problems(), HasSubstr("time was over"));
}

TEST_F(SessionTest, UnexpectedPassesAloneAreStatus5) {
    HookedTarget target(*far_, plain);
    choose("AOE-CFG-01");
    options_.expectations = {{.id = std::string(options_.cases.front()->id),
                              .text = "x",
                              .reason = "was so once",
                              .line = 1}};
    EXPECT_EQ(run(target), 5);
}

// Dies of the first sector that its disk loses, and needs to be started again.
class FragileLab final : public TargetControl, public Lab {
public:
    std::optional<std::string> ended() override {
        return dead ? std::optional<std::string>("was killed by signal 7") : std::nullopt;
    }
    bool restart() override {
        ++restarts;
        dead = false;
        return true;
    }
    std::vector<std::string> last_output() override { return {}; }
    Lab* lab() override { return this; }
    Needs offers() const override { return Need::failing_disk; }
    bool start_again(Start, const Answers& answers) override { return restart() && answers(); }
    bool put_back() override {
        ++put_backs;
        return true;
    }
    void lose_sectors(std::uint64_t) override { dead = true; }

    bool dead = false;
    int restarts = 0, put_backs = 0;
};

TEST_F(SessionTest, ATargetThatDiesInTheLaboratoryIsBlamedAndStartedAgain) {
    FragileLab lab;
    HookedTarget target(*far_, [&lab](const Frame& request, std::optional<Frame> reply) {
        return lab.dead ? Frames{} : plain(request, std::move(reply));
    });
    choose("AOE-ATA-41");
    choose_also("AOE-CFG-01");
    clock_.set_step([&target] { return target.step(); });
    EXPECT_EQ(run_session(*near_, clock_, options_, collected_, &lab), 1) << problems();
    ASSERT_EQ(collected_.results.size(), options_.cases.size());
    const CaseResult& blamed = collected_.results.front();
    EXPECT_EQ(blamed.test->id, "ata.lost-sectors.read-fails");
    EXPECT_EQ(blamed.verdict, Verdict::fail);
    EXPECT_THAT(blamed.reason, HasSubstr("was killed by signal 7"));
    EXPECT_GT(lab.restarts, 0);
    EXPECT_EQ(collected_.results.back().verdict, Verdict::pass) << failures();
}

TEST_F(SessionTest, TheLaboratoryIsPutBackAfterItsCasesOnly) {
    FragileLab lab;
    HookedTarget target(*far_, [](const Frame& request, std::optional<Frame> reply) {
        if (request[19] == std::byte{0} && request[27] == std::byte{0x24} && reply) {
            // As if the medium had failed.
            reply->resize(60);
            (*reply)[25] = std::byte{0x40};
            (*reply)[27] = std::byte{0x41};
        }
        return plain(request, std::move(reply));
    });
    choose("AOE-HDR-40");
    choose_also("AOE-CFG-01");
    clock_.set_step([&] {
        lab.dead = false;
        return target.step();
    });
    run_session(*near_, clock_, options_, collected_, &lab);
    EXPECT_EQ(lab.put_backs, 1);
    EXPECT_EQ(failures(), "");
}

}  // namespace
}  // namespace aoe::conformance
