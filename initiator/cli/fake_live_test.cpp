// SPDX-License-Identifier: MIT
// The program against a target that does what no real one can be made to do: it fails to flush,
// loses the reply that mattered, announces itself in the middle of a write.
#include <functional>

#include <gmock/gmock.h>

#include "initiator/cli/live_fixture_test.h"
#include "initiator/testing/fake_target.h"
#include "wire/ata.h"
#include "wire/config.h"

namespace aoe::initiator {
namespace {

using ::testing::AllOf;
using testing::Ended;
using testing::FakeTarget;
using testing::FrameBytes;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::run_program;

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

    /// What becomes of the reply to each request; false: it is lost.
    std::function<bool(const FrameBytes& request, FrameBytes& reply)> on_reply =
        [](const FrameBytes&, FrameBytes&) { return true; };

private:
    LinkPtr link_;
    std::unique_ptr<FakeTarget> target_;
};

Header header_of(const FrameBytes& frame) {
    return FrameView::parse(frame)->header();
}

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

TEST_F(FakeLive, WhatWentBeforeTheEndOfTheDiskIsFlushed) {
    const Ended ended =
        run({"write", us, "--start", "450", "--yes"}, std::string(600 * sector, 'x'));
    EXPECT_EQ(ended.status, 2) << "a file's size is known before";
    const std::string pipe =
        "head -c 307200 /dev/zero | " + program + " write " + us + " --start 450 --yes";
    const Ended piped = run_program({"sh", "-c", pipe}, {.meanwhile = [this](pid_t) { serve(); }});
    EXPECT_EQ(piped.status, 1);
    EXPECT_THAT(piped.err, AllOf(HasSubstr("goes on beyond the end of e7.3"),
                                 HasSubstr("written: 512 sectors from number 450 on"),
                                 Not(HasSubstr("not flushed"))));
    EXPECT_EQ(target().flushes(), 1U);
}

// --- Lists ---

TEST_F(FakeLive, WhetherAReservationWasChangedIsNotClaimedWhereNobodyKnows) {
    // This target has no reservations: it is silent, as if its replies were lost.
    const Ended silent =
        run({"reserve", us, "--set", "me", "--force", "--yes", "--timeout", "0.3"});
    EXPECT_EQ(silent.status, 3);
    EXPECT_THAT(silent.err, HasSubstr("fallen silent; the reservation may have been changed"));
    std::vector<std::string> words{"reserve", us, "--yes"};
    for (int i = 0; i < 250; ++i) words.insert(words.end(), {"--set", "me"});
    const Ended too_many = run(words);
    EXPECT_EQ(too_many.status, 1);
    EXPECT_THAT(too_many.err,
                AllOf(HasSubstr("longer than a frame"), HasSubstr("nothing was changed")));
}

// --- Announcements ---

FrameBytes announcement(const FrameBytes& request, const Mac& from) {
    Header header = header_of(request);
    header.destination = broadcast_mac;
    header.source = from;
    header.flags = header_flag::response;
    header.address = {.shelf = 7, .slot = 3};
    header.command = command::config;
    header.tag = 0;
    FrameBytes bytes(header_size + config_argument_size);
    const FrameBuilder frame(bytes, header);
    write_config(frame.argument(), {.buffer_count = 16, .sector_count = 2, .version = aoe_version},
                 {});
    return bytes;
}

TEST_F(FakeLive, AnAnnouncementInTheMiddleOfAWriteIsAWarning) {
    const Mac other{std::byte{2}, {}, {}, {}, {}, std::byte{9}};
    on_reply = [&](const FrameBytes& request, FrameBytes& reply) {
        if (!is_flush(request)) return true;
        send(announcement(request, header_of(reply).source));
        send(announcement(request, other));
        return true;
    };
    const Ended ended = run({"write", us, "--yes"}, std::string(512, 'x'));
    EXPECT_EQ(ended.status, 0);
    EXPECT_THAT(ended.err,
                AllOf(HasSubstr("e7.3 announced itself meanwhile"), HasSubstr("compare it"),
                      HasSubstr("02:00:00:00:00:09 announced itself as e7.3")));
}

}  // namespace
}  // namespace aoe::initiator
