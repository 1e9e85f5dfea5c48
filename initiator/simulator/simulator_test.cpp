// SPDX-License-Identifier: MIT
// A hundred seeds; that a seed says all; and that the judge would notice.
#include <algorithm>
#include <functional>

#include <gmock/gmock.h>

#include "initiator/error.h"
#include "initiator/simulator/simulation.h"
#include "target/soak/soak_test.h"
#include "wire/ata.h"
#include "wire/reserve.h"

namespace aoe::simulator {
namespace {

using Action = Step::Action;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::uint64_t seeds = 100;
constexpr std::uint64_t seeds_of_one_test = 20;
constexpr std::size_t operations = 500;

class Seeds : public ::testing::TestWithParam<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Simulator, Seeds,
                         ::testing::Range(std::uint64_t{1}, seeds + 1, seeds_of_one_test));

TEST_P(Seeds, NothingGoesWrong) {
    for (std::uint64_t seed = GetParam(); seed < GetParam() + seeds_of_one_test; ++seed) {
        const Result result = simulate(make_plan(seed, operations));
        EXPECT_FALSE(result.violation) << "seed " << seed << ": " << result.violation->what();
        EXPECT_EQ(result.operations, operations);
    }
}

/// Under `./run soak` for as long as that wants.
TEST(Soak, NothingGoesWrong) {
    target::Soak soak(1);
    std::uint64_t runs = 0, done = 0;
    while (const auto seed = soak.next()) {
        const Result result = simulate(make_plan(*seed, 2 * operations));
        ASSERT_FALSE(result.violation)
            << result.violation->what() << "; ./run simulate --seed " << *seed;
        ++runs;
        done += result.operations;
    }
    target::Soak::tell(std::to_string(runs) + " seeds, " + std::to_string(done) + " operations");
}

bool same(const Result& one, const Result& other) {
    return one.operations == other.operations && one.frames == other.frames &&
           one.resent == other.resent && one.took == other.took && one.slowest == other.slowest &&
           one.faults.size() == other.faults.size();
}

TEST(Simulation, OneSeedIsOneRun) {
    EXPECT_TRUE(same(simulate(make_plan(5, 300)), simulate(make_plan(5, 300))));
    EXPECT_FALSE(same(simulate(make_plan(5, 300)), simulate(make_plan(6, 300))));
}

TEST(Simulation, WhatChanceDidCanBeListed) {
    const Plan drawn = make_plan(5, 300);
    const Result result = simulate(drawn);
    ASSERT_FALSE(result.faults.empty());
    Plan listed = drawn;
    listed.faults = result.faults;
    EXPECT_TRUE(same(simulate(listed), result));
}

TEST(Simulation, SeedsDifferInAllThatMayHappen) {
    std::size_t reservations = 0, restarts = 0, power_cuts = 0, several = 0, resent = 0;
    for (std::uint64_t seed = 1; seed < 40; ++seed) {
        const Plan plan = make_plan(seed, 200);
        const auto count = [&plan](Action action) {
            return static_cast<std::size_t>(
                std::count_if(plan.steps.begin(), plan.steps.end(),
                              [action](const Step& step) { return step.action == action; }));
        };
        reservations += count(Action::reserve);
        restarts += count(Action::stop_target);
        power_cuts += count(Action::cut_power);
        several += plan.conditions.initiators > 1;
        resent += simulate(plan).resent;
    }
    EXPECT_GT(std::min({reservations, restarts, power_cuts, several, resent}), 2U);
}

/// A target that is away for longer than any operation waits.
Plan failing_plan() {
    Plan plan = make_plan(11, 200);
    plan.steps.insert(plan.steps.begin() + 100,
                      {.number = 1000, .action = Action::stop_target, .time = seconds(100)});
    return plan;
}

TEST(Simulation, AFailureIsMadeShort) {
    const Plan plan = failing_plan();
    const Result result = simulate(plan);
    ASSERT_TRUE(result.violation);
    EXPECT_EQ(result.violation->wrong(), Wrong::error);
    const Plan small = shorten(plan, result);
    ASSERT_EQ(small.steps.size(), 2U) << tell(small);
    EXPECT_EQ(small.steps[0].action, Action::stop_target);
    EXPECT_TRUE(small.faults->empty());
    const Result again = simulate(small);
    ASSERT_TRUE(again.violation);
    EXPECT_THAT(again.violation->what(), HasSubstr("failed after 30000 ms"));
    EXPECT_THAT(tell(small), HasSubstr("\n     the target is restarted, and away for 100000 ms\n"
                                       "  1. initiator "));
}

TEST(Simulation, FaultsAreToldWithTheStepThatTheyAreAbout) {
    Plan plan;
    plan.steps = {{.number = 7, .action = Action::write, .first = 3, .sectors = 4}};
    plan.faults = {{.kind = Fault::Kind::lose, .frame = {.lane = 0, .step = 7, .sector = 5}},
                   {.kind = Fault::Kind::repeat,
                    .frame = {.lane = 1, .step = 7, .sector = 3, .time = 1},
                    .time = std::chrono::milliseconds(12)}};
    EXPECT_THAT(tell(plan), HasSubstr("  1. initiator 0 writes sectors 3 to 6\n"
                                      "       frame from sector 5 on of initiator 0 is lost\n"
                                      "       answer (transmission 2) from sector 3 on to "
                                      "initiator 0 arrives once more, 12 ms later\n"));
    // It is lost once, so it is sent twice; nobody answers it a second time.
    EXPECT_EQ(simulate(plan).resent, 1U);
    EXPECT_FALSE(simulate(plan).violation);
}

// --- What the judge notices ---

class JudgeTest : public ::testing::Test {
protected:
    static Conditions conditions() {
        return {.initiators = 2, .buffer_count = 2, .disk_sectors = 16};
    }
    /// A request as initiator 0 would send it.
    Bytes frame(std::uint8_t ata_command, std::uint64_t lba, std::uint8_t sectors, Bytes data,
                std::uint32_t tag = 0x80000001) {
        Header header;
        header.command = command::ata;
        header.tag = tag;
        const FrameBuilder builder(storage, header);
        const MutableBytes room =
            write_ata(builder.argument(),
                      {.sector_count = sectors, .command_status = ata_command, .lba = lba});
        std::copy(data.begin(), data.end(), room.begin());
        return builder.finish_padded(ata_argument_size + data.size());
    }
    Bytes write_frame(const Job& job, std::uint32_t tag = 0x80000001) {
        return frame(ata_command::write_sectors_ext, job.step.first,
                     static_cast<std::uint8_t>(job.step.sectors), job.buffer, tag);
    }
    Bytes read_frame(std::uint64_t first, std::uint32_t tag = 0x80000001) {
        return frame(ata_command::read_sectors_ext, first, 1, {}, tag);
    }
    Job& start(Action action, std::uint64_t first = 0, unsigned sectors = 0) {
        return judge.submit({.number = 1, .action = action, .first = first, .sectors = sectors},
                            now);
    }
    /// The target does as it is told.
    void carry_out(Bytes request) {
        judge.arrives(0, request, now);
        const auto ata = AtaView::parse(FrameView::parse(request)->argument());
        const AtaRegisters registers = ata->registers();
        if (addressing(registers.command_status).transfer == AtaTransfer::write) {
            judge.disk_written(registers.lba,
                               ata->data().first(registers.sector_count * sector_size));
        }
        judge.frame_is_done();
    }
    static void expect(Wrong wrong, const std::function<void()>& act) {
        try {
            act();
            ADD_FAILURE() << "nothing was noticed";
        } catch (const Violation& violation) {
            EXPECT_EQ(violation.wrong(), wrong) << violation.what();
        }
    }

    std::vector<std::byte> storage = std::vector<std::byte>(9000);
    Judge judge{conditions()};
    Time now = seconds(1);
};

TEST_F(JudgeTest, GoodOnesPass) {
    const Job& write = start(Action::write, 3, 2);
    judge.leaves(0, write_frame(write));
    carry_out(write_frame(write));
    judge.complete(write.id, {}, now);
    Job& read = start(Action::read, 4, 1);
    carry_out(read_frame(4));
    fill_sector(read.buffer, 1, 4);
    judge.complete(read.id, {}, now);
}

TEST_F(JudgeTest, AWriteThatIsNotCarriedOutAsAWhole) {
    const Job& job = start(Action::write, 3, 2);
    carry_out(frame(ata_command::write_sectors_ext, 3, 1, Bytes(job.buffer).first(sector_size)));
    expect(Wrong::undone, [&] { judge.complete(job.id, {}, now); });
}

TEST_F(JudgeTest, AFlushThatWasAskedForTooEarly) {
    carry_out(frame(ata_command::flush_cache_ext, 0, 0, {}));
    now += seconds(1);
    const Job& job = start(Action::flush);
    expect(Wrong::undone, [&] { judge.complete(job.id, {}, now); });
}

TEST_F(JudgeTest, WhatTheTargetAnsweredLongAgo) {
    carry_out(read_frame(3));
    now += seconds(1);
    const Job& job = start(Action::read, 3, 1);  // Its buffer has the zeros that are right.
    expect(Wrong::read, [&] { judge.complete(job.id, {}, now); });
}

TEST_F(JudgeTest, BytesOfAnotherSector) {
    Job& job = start(Action::read, 3, 1);
    carry_out(read_frame(3));
    fill_sector(job.buffer, 9, 4);
    expect(Wrong::read, [&] { judge.complete(job.id, {}, now); });
}

TEST_F(JudgeTest, ASingleWrongByte) {
    Job& job = start(Action::read, 3, 1);
    carry_out(read_frame(3));
    job.buffer[511] = std::byte{1};
    expect(Wrong::read, [&] { judge.complete(job.id, {}, now); });
}

TEST_F(JudgeTest, ASecondCompletion) {
    const Job& job = start(Action::identify);
    const std::uint64_t id = job.id;
    judge.complete(id, {}, now);
    expect(Wrong::completion, [&] { judge.complete(id, {}, now); });
}

TEST_F(JudgeTest, FramesThatNobodyAskedFor) {
    const Job& job = start(Action::write, 3, 2);
    const Bytes data = job.buffer;
    expect(Wrong::frame, [&] { judge.leaves(0, read_frame(3)); });
    expect(Wrong::frame, [&] { judge.leaves(1, write_frame(job)); });
    expect(Wrong::frame,
           [&] { judge.leaves(0, frame(ata_command::write_sectors_ext, 4, 2, data)); });
    expect(Wrong::frame, [&] {
        judge.leaves(0, frame(ata_command::write_sectors_ext, 3, 2, data.first(sector_size)));
    });
    const Job copy = job;
    carry_out(write_frame(copy));
    judge.complete(copy.id, {}, now);
    expect(Wrong::frame, [&] { judge.leaves(0, write_frame(copy)); });
}

TEST_F(JudgeTest, ATagThatWasUsedBefore) {
    start(Action::read, 3, 1);
    judge.leaves(0, read_frame(3));
    expect(Wrong::tag, [&] { judge.leaves(0, read_frame(3)); });
    expect(Wrong::tag, [&] { judge.leaves(0, read_frame(3, 5)); });
}

TEST_F(JudgeTest, MoreFramesThanBufferCount) {
    start(Action::read, 3, 3);
    judge.leaves(0, read_frame(3, 0x80000001));
    judge.leaves(0, read_frame(4, 0x80000002));
    judge.leaves(0, read_frame(4, 0x80000003));  // The same again.
    expect(Wrong::window, [&] { judge.leaves(0, read_frame(5, 0x80000004)); });
}

TEST_F(JudgeTest, AnErrorWithoutAReason) {
    const Job& job = start(Action::read, 3, 1);
    expect(Wrong::error, [&] { judge.complete(job.id, initiator::aoe_error(6), now); });
    expect(Wrong::error, [&] { judge.complete(job.id, initiator::Failure::timed_out, now); });
}

TEST_F(JudgeTest, WhatTheTargetDoesWithItsDisk) {
    const Job& job = start(Action::write, 3, 2);
    judge.arrives(0, write_frame(job), now);
    expect(Wrong::disk, [&] { judge.frame_is_done(); });
    expect(Wrong::disk, [&] { judge.disk_written(4, job.buffer); });
    const std::vector<std::byte> empty(16 * sector_size);
    expect(Wrong::disk, [&] { judge.check_disk(empty); });
}

TEST_F(JudgeTest, ALateCopyUndoesWhatWasWrittenSince) {
    const Job first = start(Action::write, 3, 1);
    carry_out(write_frame(first));
    judge.complete(first.id, {}, now);
    const Job second = start(Action::write, 3, 1);
    carry_out(write_frame(second));
    judge.complete(second.id, {}, now);
    carry_out(write_frame(first));  // Once more, by the network.
    Job& read = start(Action::read, 3, 1);
    carry_out(read_frame(3));
    read.buffer = first.buffer;
    judge.complete(read.id, {}, now);
    Job& stale = start(Action::read, 3, 1);
    carry_out(read_frame(3));
    stale.buffer = second.buffer;
    expect(Wrong::read, [&] { judge.complete(stale.id, {}, now); });
}

}  // namespace
}  // namespace aoe::simulator
