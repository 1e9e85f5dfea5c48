// SPDX-License-Identifier: MIT
#include "bench/kernel_echo.h"

#include <algorithm>
#include <memory>
#include <poll.h>
#include <system_error>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/load.h"
#include "bench/requests.h"
#include "wire/net_test.h"
#include "wire/packet_link.h"
#include "wire/packet_socket.h"
#include "wire/sizes.h"

namespace aoe::bench {
namespace {

using namespace testing_link;

constexpr int patience_ms = 10000;  // Until a test gives up on what ought to happen at once.

/// The echo at "near", with a socket behind it; whoever asks at "far".
class KernelEchoTest : public NetTest {
protected:
    void SetUp() override {
        NetTest::SetUp();
        if (IsSkipped() || HasFatalFailure()) return;
        add_veth_pair("near", "far", 1500);
        near_ = open_packet_link({.interface = "near"});
        far_ = open_packet_link({.interface = "far"});
        try {
            echo_ = std::make_unique<KernelEcho>("near", find_ethernet_interface("near"));
        } catch (const std::system_error& error) {
            // A user namespace's root may use networks, and no programs of the kernel's.
            if (is_required("xdp")) FAIL() << error.what();
            GTEST_SKIP() << error.what();
        }
    }
    void TearDown() override {
        echo_.reset();
        near_.reset();
        far_.reset();
        remove_interface("near");
    }
    Frame from_far(Frame frame) const {
        std::ranges::copy(near_->mac(), frame.begin());
        std::ranges::copy(far_->mac(), frame.begin() + mac_size);
        return frame;
    }
    void send(const Frame& frame) {
        ASSERT_FALSE(send_copy(*far_, frame));
        ASSERT_FALSE(far_->flush());
    }
    /// The next frame that comes there, or an empty one after too long.
    static Frame next(Link& link) {
        while (true) {
            for (const ReceivedFrame& frame : link.receive(1)) {
                Frame copy(frame.bytes.begin(), frame.bytes.end());
                link.release(frame);
                return copy;
            }
            pollfd readable{.fd = link.descriptor(), .events = POLLIN, .revents = 0};
            if (poll(&readable, 1, patience_ms) <= 0) return {};
        }
    }

    LinkPtr near_, far_;
    std::unique_ptr<KernelEcho> echo_;
};

TEST_F(KernelEchoTest, AnswersReadsOfAnySizeThatFits) {
    for (const std::uint8_t sectors : {std::uint8_t{1}, std::uint8_t{2}}) {
        const Frame request = from_far(read_request(sectors));
        send(request);
        const Frame reply = next(*far_);
        ASSERT_EQ(reply.size(), ata_frame_size(sectors));
        EXPECT_TRUE(succeeded(reply, sectors));
        Header expected = FrameView::parse(request)->header();
        std::swap(expected.source, expected.destination);
        expected.flags = header_flag::response;
        EXPECT_EQ(FrameView::parse(reply)->header(), expected);
        EXPECT_TRUE(near_->receive(1).empty());
    }
}

TEST_F(KernelEchoTest, LeavesAllElseToSockets) {
    Frame response = from_far(read_request(2));
    response[14] |= std::byte{header_flag::response};
    Frame write = from_far(read_request(2));
    write[27] = std::byte{ata_command::write_sectors_ext};
    for (const Frame& frame : {from_far(config_query()), from_far(read_request(0)),
                               from_far(read_request(3)), response, write}) {
        send(frame);
        EXPECT_EQ(next(*near_), frame);
        EXPECT_TRUE(far_->receive(1).empty());
    }
}

TEST_F(KernelEchoTest, EndsWithItsOwner) {
    echo_.reset();
    const Frame request = from_far(read_request(2));
    send(request);
    EXPECT_EQ(next(*near_), request);
}

}  // namespace
}  // namespace aoe::bench
