// SPDX-License-Identifier: MIT
// The program against a target that does what no real one can be made to do: it fails to flush,
// loses the reply that mattered, announces itself in the middle of a write.
#include <functional>

#include <gmock/gmock.h>

#include "initiator/cli/live_fixture_test.h"
#include "initiator/testing/fake_target.h"
#include "wire/ata.h"

namespace aoe::initiator {
namespace {

using ::testing::AllOf;
using testing::Ended;
using testing::FakeTarget;
using testing::FrameBytes;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string us = "e7.3@ours";

class FakeLive : public LiveFixture {
public:
    void SetUp() override {
        LiveFixture::SetUp();
        if (IsSkipped() || HasFatalFailure()) return;
        add_veth_pair("ours", "theirs", 1500);
        link_ = open_packet_link({.interface = "theirs"});
        target_ = std::make_unique<FakeTarget>(testing::FakeTargetOptions{.mac = link_->mac()});
    }
    void TearDown() override {
        link_.reset();
        LiveFixture::TearDown();
    }
    /// The program, while this target answers it.
    Ended run(const std::vector<std::string>& words, const std::string& input = "") {
        return aoe(words, {.input = input, .meanwhile = [this](pid_t) { serve(); }});
    }
    FakeTarget& target() { return *target_; }
    void send(const FrameBytes& frame) const { (void)send_copy(*link_, frame); }

    /// What becomes of the reply to each request; false: it is lost.
    std::function<bool(const FrameBytes& request, FrameBytes& reply)> on_reply =
        [](const FrameBytes&, FrameBytes&) { return true; };

private:
    void serve() {
        for (auto frames = link_->receive(16); !frames.empty(); frames = link_->receive(16)) {
            for (const ReceivedFrame& frame : frames) {
                const FrameBytes request(frame.bytes.begin(), frame.bytes.end());
                link_->release(frame);
                auto reply = target_->answer(request);
                if (reply && on_reply(request, *reply)) send(*reply);
            }
        }
    }

    LinkPtr link_;
    std::unique_ptr<FakeTarget> target_;
};

/// Of a request or a reply; 0 where it is none of the ATA command.
std::uint8_t ata_command_of(const FrameBytes& frame) {
    const auto view = FrameView::parse(frame);
    if (view->header().command != command::ata) return 0;
    return AtaView::parse(view->argument())->registers().command_status;
}

bool is_flush(const FrameBytes& request) {
    const auto command = ata_command_of(request);
    return command == ata_command::flush_cache || command == ata_command::flush_cache_ext;
}

void set_status(FrameBytes& reply, std::uint8_t status, std::uint8_t error) {
    // AErr and ACmdStat: the second and the fourth byte behind the header.
    reply[header_size + 1] = std::byte{error};
    reply[header_size + 3] = std::byte{status};
}

// --- Flushing ---

TEST_F(FakeLive, AFlushThatFailsIsAFailureOfTheWrite) {
    // What a target answers whose disk has just failed to sync: it offered FLUSH CACHE.
    on_reply = [](const FrameBytes& request, FrameBytes& reply) {
        if (is_flush(request)) set_status(reply, ata_status::ready | ata_status::error, 0x04);
        return true;
    };
    const Ended ended = run({"write", us, "--start", "3", "--yes"}, std::string(1024, 'x'));
    EXPECT_EQ(ended.status, 1);
    EXPECT_THAT(ended.err, AllOf(HasSubstr("ABRT"), HasSubstr("flushing failed; written: 2 sectors "
                                                              "from number 3 on")));
    EXPECT_EQ(target().sector(3)[0], std::byte{'x'});
}

TEST_F(FakeLive, ATargetThatCannotFlushIsToldAndNoFailure) {
    on_reply = [](const FrameBytes& request, FrameBytes& reply) {
        if (is_flush(request)) set_status(reply, ata_command_of(request), 0);
        return true;
    };
    const Ended echoed = run({"write", us, "--yes"}, std::string(512, 'x'));
    EXPECT_EQ(echoed.status, 0);
    EXPECT_THAT(echoed.err, HasSubstr("was not flushed (the target echoed FLUSH CACHE"));
}

}  // namespace
}  // namespace aoe::initiator
