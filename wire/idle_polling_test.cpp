// SPDX-License-Identifier: MIT
#include "wire/idle_polling.h"

#include <thread>

#include <gtest/gtest.h>

namespace aoe {
namespace {

class IdlePollingTest : public testing::Test {
protected:
    void SetUp() override {
        if (std::thread::hardware_concurrency() < 2) GTEST_SKIP() << "one core: polling never pays";
    }
    /// What is looked for is found with look number `found_at`, a microsecond each. How many looks
    /// there were.
    int look(int found_at) {
        int looks = 0;
        const auto found = [&] {
            clock_.time += std::chrono::microseconds(1);
            return ++looks == found_at;
        };
        const bool is_found = polling_.look(found, clock_);
        EXPECT_EQ(is_found, looks == found_at);
        return looks;
    }
    void sleep(Time time, int ready = 1) {
        EXPECT_EQ(polling_.sleep(
                      [&] {
                          clock_.time += time;
                          return ready;
                      },
                      clock_),
                  ready);
    }
    struct FakeClock final : Clock {
        Time now() const noexcept override { return time; }
        void wait(Link&, Time) override {}
        Time time{};
    } clock_;
    IdlePolling polling_;
};

constexpr int never = -1;
constexpr Time short_sleep = IdlePolling::longest / 2;

TEST_F(IdlePollingTest, DoesNotLookAtFirst) {
    EXPECT_FALSE(polling_.pays());
    EXPECT_EQ(look(1), 0);
}

TEST_F(IdlePollingTest, LooksAfterAShortSleepForAsLongAsItFindsSomething) {
    sleep(short_sleep);
    EXPECT_EQ(look(1), 1);
    EXPECT_EQ(look(99), 99);
    EXPECT_TRUE(polling_.pays());
}

TEST_F(IdlePollingTest, GivesUpWhenNothingComesForAWhile) {
    sleep(short_sleep);
    EXPECT_EQ(look(never), 100) << "a look each microsecond";
    EXPECT_EQ(look(1), 0);
    sleep(IdlePolling::longest);
    EXPECT_EQ(look(1), 0) << "as long as sleeps are long";
}

TEST_F(IdlePollingTest, ASleepThatEndsWithNothingIsNotShort) {
    sleep(short_sleep, 0);
    EXPECT_EQ(look(1), 0);
    sleep(short_sleep, -1);
    EXPECT_EQ(look(1), 0);
}

}  // namespace
}  // namespace aoe
