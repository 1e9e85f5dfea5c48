// SPDX-License-Identifier: MIT
#include "initiator/window.h"

#include <gtest/gtest.h>

namespace aoe::initiator {
namespace {

using std::chrono::milliseconds;

Window window_of(std::size_t limit) {
    Window window;
    window.set_limit(limit);
    return window;
}

TEST(Window, StartsAtBufferCountAndNeverExceedsIt) {
    Window window = window_of(16);
    EXPECT_EQ(window.size(), 16U);
    for (int i = 0; i < 100; ++i) window.on_reply();
    EXPECT_EQ(window.size(), 16U);
}

TEST(Window, ABufferCountOfZeroAllowsOneFrame) {
    EXPECT_EQ(window_of(0).size(), 1U);
}

TEST(Window, HalvesOncePerEventAndNotBelowOne) {
    Window window = window_of(16);
    window.on_loss(milliseconds(0), milliseconds(20));
    window.on_loss(milliseconds(1), milliseconds(20));
    window.on_loss(milliseconds(19), milliseconds(21));
    EXPECT_EQ(window.size(), 8U);
    window.on_loss(milliseconds(20), milliseconds(60));
    EXPECT_EQ(window.size(), 4U);
    window.on_loss(milliseconds(60), milliseconds(140));
    window.on_loss(milliseconds(140), milliseconds(300));
    window.on_loss(milliseconds(300), milliseconds(620));
    EXPECT_EQ(window.size(), 1U);
}

TEST(Window, GivesUpAnEighthWhereLaterFramesWereAnswered) {
    Window window = window_of(16);
    window.on_proven_loss(milliseconds(0), milliseconds(20));
    window.on_proven_loss(milliseconds(1), milliseconds(20));
    EXPECT_EQ(window.size(), 14U);
    for (int i = 1; i < 40; ++i)
        window.on_proven_loss(milliseconds(20 * i), milliseconds(20 * i + 20));
    EXPECT_EQ(window.size(), 1U);
}

TEST(Window, TakesBackALossThatWasNone) {
    Window window = window_of(16);
    window.on_loss(milliseconds(0), milliseconds(20));
    window.on_false_loss();
    EXPECT_EQ(window.size(), 16U);
}

TEST(Window, GrowsByOneForEachWindowOfReplies) {
    Window window = window_of(4);
    window.on_loss(milliseconds(0), milliseconds(20));
    ASSERT_EQ(window.size(), 2U);
    window.on_reply();
    EXPECT_EQ(window.size(), 2U);
    window.on_reply();
    EXPECT_EQ(window.size(), 3U);
    for (int i = 0; i < 3; ++i) window.on_reply();
    EXPECT_EQ(window.size(), 4U);
}

TEST(Window, FollowsALimitThatChanges) {
    Window window = window_of(16);
    window.set_limit(4);
    EXPECT_EQ(window.size(), 4U);
    window.set_limit(8);
    EXPECT_EQ(window.size(), 8U);
    window.on_loss(milliseconds(0), milliseconds(20));
    window.set_limit(32);
    EXPECT_EQ(window.size(), 4U) << "losses are not forgotten";
    EXPECT_EQ(window.limit(), 32U);
}

}  // namespace
}  // namespace aoe::initiator
