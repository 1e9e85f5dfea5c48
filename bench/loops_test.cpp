// SPDX-License-Identifier: MIT
// The echo and the load, each against the other in memory and each against what it may meet.
#include <deque>
#include <functional>
#include <tuple>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/disk_echo.h"
#include "bench/echo.h"
#include "bench/load.h"
#include "bench/requests.h"
#include "target/disk.h"
#include "target/export.h"
#include "target/server.h"
#include "wire/memory_link.h"
#include "wire/sizes.h"

namespace aoe::bench {
namespace {

using std::chrono::milliseconds;

/// A microsecond passes with every look at it, and the far end works whenever somebody waits.
class TickingClock final : public Clock {
public:
    explicit TickingClock(std::function<void()> far_end) : far_end_(std::move(far_end)) {}
    Time now() const noexcept override { return now_ += std::chrono::microseconds(1); }
    void wait(Link& /*link*/, Time /*deadline*/) override { far_end_(); }
    void pass(Time time) { now_ += time; }

private:
    std::function<void()> far_end_;
    mutable Time now_{};
};

class LoopsTest : public testing::Test {
protected:
    LoopsTest() {
        std::tie(near, far) =
            make_memory_pair({.first_mac = initiator_mac, .second_mac = target_mac});
    }
    LoadResult run(std::function<void()> far_end) {
        TickingClock clock(std::move(far_end));
        return Load(*near, clock, options).run();
    }
    /// What waits at the far end, in copies.
    std::vector<Frame> received_far() {
        std::vector<Frame> all;
        for (auto frames = far->receive(64); !frames.empty(); frames = far->receive(64)) {
            for (const ReceivedFrame& frame : frames) {
                all.emplace_back(frame.bytes.begin(), frame.bytes.end());
                far->release(frame);
            }
        }
        return all;
    }
    void reply(
        Frame frame, const std::function<void(Frame&)>& change = [](Frame&) {}) {
        std::copy_n(target_mac.begin(), 6, std::copy_n(initiator_mac.begin(), 6, frame.begin()));
        frame[14] |= std::byte{header_flag::response};
        frame[27] = std::byte{ata_status::ready};
        frame.resize(ata_frame_size(options.workload.sectors));
        change(frame);
        send_copy(*far, frame);
        far->flush();
    }

    LinkPtr near, far;
    LoadOptions options{.target = target_mac,
                        .warm_up = milliseconds(1),
                        .duration = milliseconds(20),
                        .lost_after = milliseconds(2)};
};

TEST_F(LoopsTest, MeasureEachOther) {
    Echo echo(*far);
    options.outstanding = 8;
    const LoadResult result = run([&] { echo.step(); });
    EXPECT_GT(result.answered, 100U);
    EXPECT_EQ(result.refused, 0U);
    EXPECT_EQ(result.lost, 0U);
    EXPECT_EQ(result.round_trips.count(), result.answered);
    EXPECT_GE(result.elapsed, milliseconds(20));
    EXPECT_NEAR(result.per_second(), static_cast<double>(result.completed) / 0.02, 1e4);
    EXPECT_EQ(result.bytes, result.completed * 1024);
    EXPECT_GE(echo.answered(), result.answered);
}

TEST_F(LoopsTest, LoadIsServedByTheTarget) {
    target::MemoryDisk disk(2048);
    target::Export exported({.address = address, .sectors = disk.sectors(), .serial = "test"});
    target::Server server(*far, exported, disk);
    for (const std::uint8_t sectors : {std::uint8_t{0}, std::uint8_t{1}, std::uint8_t{2}}) {
        options.workload.sectors = sectors;
        const LoadResult result = run([&] { server.step(); });
        EXPECT_GT(result.answered, 100U) << +sectors;
        EXPECT_EQ(result.refused + result.lost, 0U) << +sectors;
    }
    options.workload.write_percent = 100;
    const LoadResult written = run([&] { server.step(); });
    EXPECT_GT(written.answered, 100U);
    EXPECT_EQ(written.refused + written.lost, 0U);
}

TEST_F(LoopsTest, AWriteThatIsFlushedCountsOnce) {
    options.workload.write_percent = 100;
    options.flush_each = true;
    options.most_requests = 50;
    std::vector<std::uint8_t> commands;
    const LoadResult result = run([&] {
        for (const Frame& frame : received_far()) {
            const auto ata = AtaView::parse(FrameView::parse(frame)->argument());
            commands.push_back(ata->registers().command_status);
            reply(frame);
        }
    });
    ASSERT_GE(commands.size(), 100U);
    EXPECT_GE(result.completed, 50U);
    EXPECT_LE(result.completed, commands.size() / 2);
    commands.resize(4);
    EXPECT_THAT(commands,
                testing::ElementsAre(ata_command::write_sectors_ext, ata_command::flush_cache_ext,
                                     ata_command::write_sectors_ext, ata_command::flush_cache_ext));
}

TEST_F(LoopsTest, TheDiskEchoMovesSectorsAndAnswersLikeATarget) {
    target::MemoryDisk disk(2048);
    target::Export rest({.address = address, .sectors = disk.sectors(), .serial = "test"});
    options.workload = {.write_percent = 50, .random = true, .range_sectors = 2048, .verify = true};
    for (const bool transfers : {true, false}) {
        DiskEcho echo(*far, disk, rest, transfers);
        const LoadResult result = run([&] { echo.step(); });
        EXPECT_GT(result.answered, 100U);
        EXPECT_EQ(result.refused + result.lost, 0U);
        EXPECT_EQ(result.wrong == 0, transfers) << result.wrong;
    }
    options.workload.range_sectors = 4096;
    DiskEcho echo(*far, disk, rest, true);
    EXPECT_GT(run([&] { echo.step(); }).refused, 0U) << "behind the end of the disk";
    options.workload.sectors = 0;
    EXPECT_EQ(run([&] { echo.step(); }).refused, 0U) << "config queries";
}

TEST_F(LoopsTest, LoadKeepsSoManyUnderWay) {
    options.outstanding = 5;
    std::deque<Frame> waiting;
    std::size_t most = 0, rounds = 0, full_rounds = 0;
    run([&] {
        for (const Frame& frame : received_far()) {
            waiting.push_back(frame);
        }
        most = std::max(most, waiting.size());
        ++rounds;
        full_rounds += waiting.size() == 5 ? 1U : 0U;
        if (waiting.empty()) return;
        reply(waiting.front());
        waiting.pop_front();
    });
    EXPECT_EQ(most, 5U);
    EXPECT_GT(full_rounds, 10U);
    EXPECT_LE(rounds, full_rounds + 5) << "fewer at the end only";
}

TEST_F(LoopsTest, LoadSleepsOnlyAfterItHasPolled) {
    Echo echo(*far);
    int sleeps = 0;
    const auto answer = [&] {
        ++sleeps;
        echo.step();
    };
    run(answer);
    EXPECT_GT(sleeps, 100);
    sleeps = 0;
    options.polling = milliseconds(2);
    options.lost_after = milliseconds(100);
    EXPECT_GT(run(answer).answered, 5U);
    EXPECT_THAT(sleeps, testing::AllOf(testing::Gt(5), testing::Le(13))) << "of 21 ms";
}

TEST_F(LoopsTest, LoadReadsThroughItsSpan) {
    options.workload.range_sectors = 6;
    std::vector<std::uint64_t> lbas;
    run([&] {
        for (const Frame& frame : received_far()) {
            lbas.push_back(AtaView::parse(FrameView::parse(frame)->argument())->registers().lba);
            reply(frame);
        }
    });
    ASSERT_GE(lbas.size(), 5U);
    lbas.resize(5);
    EXPECT_THAT(lbas, testing::ElementsAre(0, 2, 4, 0, 2));
}

TEST_F(LoopsTest, LoadTellsRefusalsFromSuccess) {
    int turn = 0;
    const LoadResult result = run([&] {
        for (const Frame& frame : received_far()) {
            reply(frame, [&](Frame& bytes) {
                switch (turn++ % 4) {
                    case 0:
                        bytes[14] |= std::byte{header_flag::error};
                        break;
                    case 1:
                        bytes[27] = std::byte{ata_status::ready | ata_status::error};
                        break;
                    case 2:
                        bytes.resize(bytes.size() - 1);
                        break;
                    default:
                        break;
                }
            });
        }
    });
    EXPECT_GT(result.answered, 50U);
    EXPECT_NEAR(static_cast<double>(result.refused), 0.75 * static_cast<double>(result.heard), 5);
}

TEST_F(LoopsTest, LoadReplacesWhatIsLost) {
    int turn = 0;
    const LoadResult result = run([&] {
        for (const Frame& frame : received_far()) {
            if (turn++ % 10 != 9) {
                reply(frame);
            }
        }
    });
    EXPECT_GT(result.lost, 2U);
    EXPECT_GT(result.answered, result.lost);
    EXPECT_LT(result.round_trips.largest(), options.lost_after);
}

TEST_F(LoopsTest, LoadSendsAgainAndTakesLateRepliesToAnyTag) {
    options.retransmit_after = std::chrono::microseconds(200);
    std::vector<Frame> kept;
    const LoadResult result = run([&] {
        for (const Frame& frame : received_far()) {
            kept.push_back(frame);
            // The first of each three transmissions is answered, when the third has come.
            if (kept.size() == 3) {
                reply(kept.front());
                kept.clear();
            }
        }
    });
    EXPECT_GT(result.answered, 5U);
    EXPECT_NEAR(static_cast<double>(result.retransmitted), 2.0 * static_cast<double>(result.heard),
                3);
    EXPECT_EQ(result.lost, 0U);
    EXPECT_GE(result.round_trips.percentile(0), 2 * *options.retransmit_after);
}

TEST_F(LoopsTest, LoadWaitsForAnAnswerThatTakesLongerThanItsDuration) {
    options.duration = milliseconds(1);
    options.lost_after = milliseconds(40);
    int waits = 0;
    const LoadResult slow = run([&] {
        if (++waits % 5000 != 0) return;
        for (const Frame& frame : received_far()) reply(frame);
    });
    EXPECT_GE(slow.answered, 1U);
    EXPECT_EQ(slow.lost, 0U);
    EXPECT_GT(slow.elapsed, 5 * options.duration);
    const LoadResult silent = run([] {});
    EXPECT_EQ(silent.answered, 0U);
    EXPECT_EQ(silent.lost, 3U) << "of the warm-up, of the duration and at the end";
}

TEST_F(LoopsTest, LoadEndsWithTheLastOfItsRequests) {
    Echo echo(*far);
    options.duration = std::chrono::hours(1);
    options.most_requests = 100;
    const LoadResult result = run([&] { echo.step(); });
    EXPECT_GE(result.answered, 100U);
    EXPECT_LE(result.answered, 100U + options.outstanding) << "and what was under way";
}

/// Each reply comes after ten waits of 1 ms, so that 32 are under way when the time is over.
TEST_F(LoopsTest, LoadForgetsNothingThatIsUnderWayAtTheEnd) {
    options.outstanding = 32;
    options.lost_after = milliseconds(1000);
    TickingClock* passing = nullptr;
    std::deque<std::pair<Time, Frame>> under_way;
    TickingClock clock([&] {
        passing->pass(milliseconds(1));
        for (const Frame& frame : received_far()) under_way.emplace_back(passing->now(), frame);
        while (!under_way.empty() && passing->now() - under_way.front().first >= milliseconds(10)) {
            reply(under_way.front().second);
            under_way.pop_front();
        }
    });
    passing = &clock;
    options.warm_up = milliseconds(15);
    options.duration = milliseconds(100);
    const LoadResult result = Load(*near, clock, options).run();
    EXPECT_NEAR(result.per_second(), 32 / 0.0115, 200);
    EXPECT_GT(result.answered, 32U);
    EXPECT_EQ(result.round_trips.count(), result.answered);
    EXPECT_EQ(result.answered % 32, 0U) << "those of the last turn are among them";
    EXPECT_EQ(result.lost, 0U);
}

TEST_F(LoopsTest, LoadTellsWhatWentWrongBeforeAndAfterItsTime) {
    options.outstanding = 4;
    options.lost_after = milliseconds(1000);  // Longer than all of the run.
    std::size_t turn = 0;
    const LoadResult result = run([&] {
        for (const Frame& frame : received_far()) {
            ++turn;
            if (turn == 1) reply(frame, [](Frame& bytes) { bytes[14] |= std::byte{4}; });
            if (turn > 1 && turn != 500) reply(frame);
        }
    });
    EXPECT_GT(turn, 500U);
    EXPECT_EQ(result.refused, 1U) << "in the warm-up";
    EXPECT_EQ(result.lost, 1U) << "found when the time was over";
}

TEST_F(LoopsTest, MixedLoadIsVerifiedAndWrongBytesAreCounted) {
    target::MemoryDisk disk(2048);
    target::Export exported({.address = address, .sectors = disk.sectors(), .serial = "test"});
    target::Server server(*far, exported, disk);
    options.outstanding = 16;
    options.workload = {.write_percent = 50,
                        .random = true,
                        .sectors = 2,
                        .first_sector = 1000,
                        .range_sectors = 100,
                        .verify = true};
    const LoadResult right = run([&] { server.step(); });
    EXPECT_GT(right.answered, 100U);
    EXPECT_EQ(right.wrong + right.refused + right.lost, 0U);
    EXPECT_EQ(right.bytes, right.answered * 1024);
    const auto sector = [&](std::uint64_t lba) {
        std::vector<std::byte> bytes(512);
        disk.read(lba, bytes);
        return bytes;
    };
    EXPECT_EQ(sector(999), std::vector<std::byte>(512)) << "before the range";
    EXPECT_EQ(sector(1100), std::vector<std::byte>(512)) << "behind it";
    int turn = 0;
    const LoadResult spoiled = run([&] {
        auto bytes = sector(1001);
        bytes[5] = static_cast<std::byte>(++turn);
        disk.write(1001, bytes);
        server.step();
    });
    EXPECT_GT(spoiled.wrong, 0U);
    EXPECT_EQ(spoiled.refused, 0U);
}

TEST_F(LoopsTest, LoadIgnoresWhatCameBeforeItAsked) {
    Header header = request_header(command::ata);
    header.tag = 0x80000000;  // Of the first request.
    Frame early(ata_frame_size(2));
    early.resize(write_read_request(early, header, 0, 2).size());
    for (int i = 0; i < 3; ++i) {
        reply(early, [](Frame& bytes) { bytes[14] |= std::byte{header_flag::error}; });
    }
    Echo echo(*far);
    const LoadResult result = run([&] { echo.step(); });
    EXPECT_GT(result.answered, 100U);
    EXPECT_EQ(result.refused, 0U);
}

TEST_F(LoopsTest, LoadIgnoresWhatItDidNotAskFor) {
    options.address = address;
    const LoadResult result = run([&] {
        for (const Frame& frame : received_far()) {
            Frame wrong = frame;
            wrong[23] ^= std::byte{0x10};  // The tag's last byte.
            reply(wrong);
            send_copy(*far, frame);  // The request itself: no response flag.
            reply(frame, [](Frame& bytes) { bytes[11] ^= std::byte{1}; });  // Another machine.
            reply(frame, [](Frame& bytes) { bytes[18] ^= std::byte{1}; });  // Another slot.
        }
    });
    EXPECT_EQ(result.answered + result.refused, 0U);
    EXPECT_GT(result.lost, 2U);
}

class EchoTest : public LoopsTest {
protected:
    std::vector<Frame> echoed(const Frame& request) {
        send_copy(*near, request);
        near->flush();
        Echo echo(*far);
        while (echo.step() != 0) {
        }
        std::vector<Frame> all;
        for (auto frames = near->receive(64); !frames.empty(); frames = near->receive(64)) {
            for (const ReceivedFrame& frame : frames) {
                all.emplace_back(frame.bytes.begin(), frame.bytes.end());
                near->release(frame);
            }
        }
        return all;
    }
};

TEST_F(EchoTest, SwapsAddressesAndSetsTheResponseFlag) {
    const Frame request = config_query();
    const auto replies = echoed(request);
    ASSERT_EQ(replies.size(), 1U);
    Header expected = request_header(command::config);
    std::swap(expected.source, expected.destination);
    expected.flags = header_flag::response;
    EXPECT_EQ(FrameView::parse(replies[0])->header(), expected);
    EXPECT_EQ(replies[0].size(), request.size());
}

TEST_F(EchoTest, MakesReadsAsLongAsTheirReplies) {
    const auto replies = echoed(read_request(2));
    ASSERT_EQ(replies.size(), 1U);
    EXPECT_EQ(replies[0].size(), 36U + 1024U);
    EXPECT_TRUE(succeeded(replies[0], 2));
    EXPECT_FALSE(succeeded(replies[0], 3));
}

TEST_F(EchoTest, LeavesAloneWhatItCannotAnswer) {
    EXPECT_TRUE(echoed(read_request(3)).empty()) << "larger than the MTU";
    Frame response = config_query();
    response[14] |= std::byte{header_flag::response};
    EXPECT_TRUE(echoed(response).empty());
    EXPECT_TRUE(echoed(Frame(20)).empty());
}

}  // namespace
}  // namespace aoe::bench
