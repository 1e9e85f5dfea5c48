// SPDX-License-Identifier: MIT
#include "wire/clock.h"

#include <csignal>

#include <sys/time.h>

#include <gtest/gtest.h>

#include "wire/memory_link.h"
#include "wire/test_frames.h"

namespace aoe {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Longer than any of these tests may take; none waits for it to pass.
constexpr Time long_time = seconds(60);

class SystemTime : public testing::Test {
protected:
    SystemTime() { std::tie(near_, far_) = make_memory_pair({}); }
    SystemClock clock_;
    LinkPtr near_;
    LinkPtr far_;
};

TEST_F(SystemTime, WaitsUntilTheDeadline) {
    const Time deadline = clock_.now() + milliseconds(3);
    clock_.wait(*near_, deadline);
    EXPECT_GE(clock_.now(), deadline);
}

TEST_F(SystemTime, DoesNotWaitForWhatIsPast) {
    const Time start = clock_.now();
    clock_.wait(*near_, start - long_time);
    clock_.wait(*near_, Time::min());
    EXPECT_LT(clock_.now(), start + long_time);
}

TEST_F(SystemTime, ReturnsWhenAFrameIsThere) {
    const Time start = clock_.now();
    ASSERT_FALSE(send_copy(*far_, testing_link::make_frame({})));
    clock_.wait(*near_, Time::max());
    EXPECT_LT(clock_.now(), start + long_time);
}

/// A link on which nothing happens but what is due.
class Expecting : public Link {
public:
    explicit Expecting(Time due) : due_(due) {}
    Mac mac() const noexcept override { return {}; }
    std::size_t mtu() const noexcept override { return 0; }
    int descriptor() const noexcept override { return -1; }
    int event_descriptor() const noexcept override { return -1; }
    std::size_t receive_capacity() const noexcept override { return 0; }
    std::optional<Time> next_due() const override { return due_; }
    std::span<const ReceivedFrame> receive(std::size_t) override { return {}; }
    void release(const ReceivedFrame&) noexcept override {}
    std::optional<LentBuffer> lend() override { return std::nullopt; }
    void queue(const LentBuffer&, std::size_t) override {}
    void give_back(const LentBuffer&) noexcept override {}
    std::error_code flush() override { return {}; }
    std::optional<LinkEvent> next_event() override { return std::nullopt; }
    std::error_code join(const Mac&) override { return {}; }

private:
    Time due_;
};

TEST_F(SystemTime, ReturnsWhenADelayedFrameFallsDue) {
    const Time start = clock_.now();
    Expecting link(start + milliseconds(3));
    clock_.wait(link, start + 2 * long_time);
    EXPECT_GE(clock_.now(), start + milliseconds(3));
    EXPECT_LT(clock_.now(), start + long_time);
}

TEST_F(SystemTime, ReturnsWhenASignalComes) {
    struct sigaction action {};
    action.sa_handler = [](int) {};
    struct sigaction before {};
    ASSERT_EQ(sigaction(SIGALRM, &action, &before), 0);
    // Again and again, in case the first comes before the wait begins.
    const itimerval often{.it_interval = {0, 5000}, .it_value = {0, 5000}};
    const itimerval never{};
    const Time start = clock_.now();
    ASSERT_EQ(setitimer(ITIMER_REAL, &often, nullptr), 0);
    clock_.wait(*near_, start + 2 * long_time);
    ASSERT_EQ(setitimer(ITIMER_REAL, &never, nullptr), 0);
    ASSERT_EQ(sigaction(SIGALRM, &before, nullptr), 0);
    EXPECT_LT(clock_.now(), start + long_time);
}

}  // namespace
}  // namespace aoe
