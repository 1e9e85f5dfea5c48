// SPDX-License-Identifier: MIT
#include "bench/workload.h"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aoe::bench {
namespace {

constexpr WorkloadOptions verified{
    .write_percent = 50, .random = true, .first_sector = 100, .range_sectors = 41, .verify = true};

std::vector<std::byte> data_for(Workload& workload, const Step& step) {
    std::vector<std::byte> data(1024);
    workload.fill(step, data);
    return data;
}

TEST(WorkloadTest, GoesThroughItsRangeInOrderAndNeverBeyond) {
    Workload workload({.sectors = 3, .first_sector = 10, .range_sectors = 8});
    EXPECT_EQ(workload.blocks(), 2U);
    for (const std::uint64_t lba : {10U, 13U, 10U, 13U}) {
        EXPECT_EQ(workload.next().lba, lba);
    }
}

TEST(WorkloadTest, AsksAtRandomForEveryBlockAndWritesItsShare) {
    Workload workload(verified);
    std::set<std::uint64_t> lbas;
    int writes = 0;
    for (int i = 0; i < 2000; ++i) {
        const Step step = workload.next();
        EXPECT_EQ((step.lba - 100) % 2, 0U);
        lbas.insert(step.lba);
        writes += step.write ? 1 : 0;
        workload.failed(step);
    }
    EXPECT_EQ(lbas.size(), 20U);
    EXPECT_EQ(*lbas.rbegin(), 138U);
    EXPECT_NEAR(writes, 1000, 100);
}

TEST(WorkloadTest, SameSeedAsksTheSame) {
    Workload one(verified), other(verified);
    for (int i = 0; i < 100; ++i) {
        const Step step = one.next(), same = other.next();
        EXPECT_EQ(step.lba, same.lba);
        EXPECT_EQ(step.write, same.write);
        EXPECT_EQ(data_for(one, step), data_for(other, same));
        EXPECT_EQ(data_for(one, step), data_for(one, step)) << "sent again";
        one.failed(step);
        other.failed(same);
    }
}

TEST(WorkloadTest, NeverWritesABlockThatSomebodyUses) {
    Workload workload(verified);
    std::vector<Step> under_way;
    for (int i = 0; i < 5000; ++i) {
        if (under_way.size() == 10) {
            workload.failed(under_way.front());
            under_way.erase(under_way.begin());
        }
        const Step step = workload.next();
        for (const Step& other : under_way) {
            EXPECT_TRUE(step.block != other.block || (!step.write && !other.write));
        }
        under_way.push_back(step);
    }
}

TEST(WorkloadTest, TellsWhatWasWrittenFromAnythingElse) {
    Workload workload({.write_percent = 100, .range_sectors = 2, .verify = true});
    Workload reads({.range_sectors = 2, .verify = true});
    const Step first = reads.next();
    std::vector<std::byte> data(1024, std::byte{7});
    EXPECT_TRUE(reads.done(first, data)) << "nobody knows what was there before";
    data[1023] ^= std::byte{1};
    EXPECT_FALSE(reads.done(reads.next(), data));

    const Step write = workload.next();
    EXPECT_TRUE(std::ranges::any_of(data_for(workload, write),
                                    [](std::byte byte) { return byte != std::byte{}; }));
    EXPECT_TRUE(workload.done(write, {}));
}

}  // namespace
}  // namespace aoe::bench
