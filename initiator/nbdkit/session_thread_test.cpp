// SPDX-License-Identifier: MIT
// Several threads and one session, on a real wire whose far end the test itself is.
#include "initiator/nbdkit/session_thread.h"

#include <algorithm>
#include <set>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "initiator/error.h"
#include "initiator/testing/fake_target.h"
#include "wire/net_test.h"
#include "wire/packet_link.h"
#include "wire/private_network.h"

namespace aoe::initiator::nbdkit {
namespace {

using testing::FakeTarget;
using testing_link::remove_interface;

constexpr Address address{.shelf = 7, .slot = 3};
constexpr std::size_t threads = 8;

class SessionThreadTest : public testing_link::NetTest {
protected:
    void SetUp() override {
        NetTest::SetUp();
        if (IsSkipped() || HasFatalFailure()) return;
        add_veth_pair("ours", "theirs", 1500);
        link = open_packet_link({.interface = "ours"});
        far = open_packet_link({.interface = "theirs"});
        target = std::make_unique<FakeTarget>(testing::FakeTargetOptions{.mac = far->mac()});
        std::thread answers([this] { answer(2); });
        session = std::make_unique<SessionThread>(*link, 1,
                                                  Timing{.first_timeout = std::chrono::seconds(10),
                                                         .least_timeout = std::chrono::seconds(10),
                                                         .most_timeout = std::chrono::seconds(10)});
        const auto error = session->session().attach(address, std::nullopt);
        answers.join();
        ASSERT_FALSE(error) << error.message();
        session->start();
    }
    void TearDown() override {
        session.reset();
        link.reset();
        far.reset();
        (void)remove_interface("ours");
    }

    /// The next `count` requests, none of them answered.
    std::vector<testing::FrameBytes> collect(std::size_t count) {
        std::vector<testing::FrameBytes> frames;
        SystemClock clock;
        const Time limit = clock.now() + std::chrono::seconds(20);
        while (frames.size() < count && clock.now() < limit) {
            clock.wait(*far, limit);
            for (const ReceivedFrame& frame : far->receive(16)) {
                frames.emplace_back(frame.bytes.begin(), frame.bytes.end());
                far->release(frame);
            }
        }
        return frames;
    }
    /// Each of the next `count` requests as it comes.
    void answer(std::size_t count) {
        for (; count > 0; --count) {
            for (const auto& frame : collect(1)) {
                if (const auto reply = target->answer(frame)) (void)send_copy(*far, *reply);
            }
        }
    }

    LinkPtr link, far;
    std::unique_ptr<FakeTarget> target;
    std::unique_ptr<SessionThread> session;
};

TEST_F(SessionThreadTest, WhatManyThreadsAskIsUnderWayAtOnce) {
    std::vector<std::vector<std::byte>> read(threads, std::vector<std::byte>(sector_size));
    std::vector<std::error_code> errors(threads, Failure::timed_out);
    for (std::size_t i = 0; i < threads; ++i) target->sector(i)[0] = static_cast<std::byte>(i);
    std::vector<std::thread> all;
    for (std::size_t i = 0; i < threads; ++i) {
        all.emplace_back([&, i] {
            errors[i] = session->perform(
                {.kind = Kind::read, .device = address, .first_sector = i, .read_into = read[i]});
        });
    }
    // None of them is answered before all are here.
    const auto frames = collect(threads);
    EXPECT_EQ(frames.size(), threads);
    for (auto frame = frames.rbegin(); frame != frames.rend(); ++frame) {
        (void)send_copy(*far, target->answer(*frame).value());
    }
    for (std::thread& each : all) each.join();
    for (std::size_t i = 0; i < threads; ++i) {
        EXPECT_FALSE(errors[i]) << errors[i].message();
        EXPECT_EQ(read[i][0], static_cast<std::byte>(i));
    }
}

TEST_F(SessionThreadTest, AnErrorGoesToWhoAsked) {
    std::vector<std::byte> data(sector_size);
    std::thread answers([this] { answer(1); });
    EXPECT_EQ(session->perform(
                  {.kind = Kind::read, .device = address, .first_sector = 1000, .read_into = data}),
              ata_error(0x41, 0x10));
    answers.join();
    EXPECT_EQ(session->perform({.kind = Kind::flush, .device = {.shelf = 9, .slot = 9}}),
              Failure::unknown_device);
}

}  // namespace
}  // namespace aoe::initiator::nbdkit
