// SPDX-License-Identifier: MIT
#include "wire/random.h"

#include <gtest/gtest.h>

namespace aoe {
namespace {

// The reference implementation's first numbers. A seed written down in a failure report must mean
// the same for ever.
TEST(RandomNumbers, AreSplitMix64) {
    Random random(1234567);
    EXPECT_EQ(random.next(), 6457827717110365317U);
    EXPECT_EQ(random.next(), 3203168211198807973U);
    EXPECT_EQ(random.next(), 9817491932198370423U);
}

TEST(RandomNumbers, StayBelowTheirBound) {
    Random random(0);
    bool seen[3] = {};
    for (int i = 0; i < 100; ++i) seen[random.below(3)] = true;
    EXPECT_TRUE(seen[0] && seen[1] && seen[2]);
    for (int i = 0; i < 100; ++i) EXPECT_EQ(random.below(1), 0U);
}

TEST(RandomNumbers, KeepCertaintiesCertain) {
    Random random(0);
    for (int i = 0; i < 1000; ++i) {
        EXPECT_FALSE(random.chance(0));
        EXPECT_TRUE(random.chance(1));
    }
}

}  // namespace
}  // namespace aoe
