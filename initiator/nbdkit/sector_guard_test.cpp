// SPDX-License-Identifier: MIT
#include "initiator/nbdkit/sector_guard.h"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

namespace aoe::initiator::nbdkit {
namespace {

TEST(SectorGuard, WholeSectorsDoNotWait) {
    SectorGuard guard;
    const SectorGuard::Hold one(guard, 0, 10, false);
    const SectorGuard::Hold two(guard, 5, 15, false);  // Returns at once, or never.
}

TEST(SectorGuard, PartsElsewhereDoNotWait) {
    SectorGuard guard;
    const SectorGuard::Hold one(guard, 0, 10, true);
    const SectorGuard::Hold two(guard, 10, 11, true);
    const SectorGuard::Hold three(guard, 11, 20, false);
}

TEST(SectorGuard, PartsOfTheSameSectorsTakeTurns) {
    SectorGuard guard;
    int inside = 0;  // Guarded by what is tested.
    std::atomic<int> most = 0;
    const auto work = [&](bool parts) {
        for (int i = 0; i < 1000; ++i) {
            const SectorGuard::Hold hold(guard, 3, 4, parts);
            if (!parts) continue;
            if (++inside > most) most = inside;
            std::this_thread::yield();
            --inside;
        }
    };
    std::thread first([&] { work(true); });
    std::thread second([&] { work(true); });
    std::thread third([&] { work(false); });
    first.join();
    second.join();
    third.join();
    EXPECT_EQ(most, 1);
}

}  // namespace
}  // namespace aoe::initiator::nbdkit
