// SPDX-License-Identifier: MIT
#include "wire/idle_polling.h"

#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/memory_link.h"

namespace aoe {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

class IdlePollingTest : public testing::Test {
protected:
    void SetUp() override {
        if (std::thread::hardware_concurrency() < 2) GTEST_SKIP() << "one core: polling never pays";
    }
    /// What `look` was asked for in one wait. It sees something from the `ready_at`-th look on, or
    /// when it may wait, after `sleep`.
    std::vector<int> wait(std::size_t ready_at, Time sleep = {}) {
        std::vector<int> asked;
        const auto look = [&](int timeout_ms) {
            asked.push_back(timeout_ms);
            clock_.time += timeout_ms == 0 ? std::chrono::microseconds(1) : sleep;
            return timeout_ms == 0 && asked.size() < ready_at ? 0 : 1;
        };
        EXPECT_EQ(polling_.wait(-1, look, clock_), 1);
        return asked;
    }
    struct FakeClock final : Clock {
        Time now() const noexcept override { return time; }
        void wait(Link&, Time) override {}
        Time time{};
    } clock_;
    IdlePolling polling_;
};

constexpr std::size_t never = 1'000'000'000;
constexpr Time long_sleep = 2 * IdlePolling::longest;

TEST_F(IdlePollingTest, SleepsAtFirst) {
    EXPECT_THAT(wait(1), ElementsAre(-1));
}

TEST_F(IdlePollingTest, LooksAgainAfterAShortWait) {
    wait(1);
    EXPECT_THAT(wait(1), ElementsAre(0));
    EXPECT_THAT(wait(3), ElementsAre(0, 0, 0));
}

TEST_F(IdlePollingTest, SleepsWhenNothingComesForAWhile) {
    wait(1);
    const auto asked = wait(never, long_sleep);
    EXPECT_THAT(asked, SizeIs(101)) << "a look each microsecond, then sleep";
    EXPECT_EQ(asked.back(), -1);
    EXPECT_THAT(wait(1, long_sleep), ElementsAre(-1)) << "and does so at once the next time";
}

TEST_F(IdlePollingTest, AWaitThatEndsWithNothingIsNotShort) {
    polling_.wait(
        0, [](int) { return 0; }, clock_);
    EXPECT_THAT(wait(1, long_sleep), ElementsAre(-1));
    polling_.wait(
        -1, [](int) { return -1; }, clock_);
    EXPECT_THAT(wait(1), ElementsAre(-1));
}

TEST(PollingClockTest, DoesNotWaitForWhatIsPast) {
    const auto [near, far] = make_memory_pair({});
    PollingClock clock;
    clock.wait(*near, Time::min());
    clock.wait(*near, clock.now());
}

}  // namespace
}  // namespace aoe
