// SPDX-License-Identifier: MIT
// aoe-target as it is used: a process on an Ethernet interface, asked from the other end of a
// cable.
#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "target/program_test.h"
#include "wire/address.h"
#include "wire/ata.h"
#include "wire/config.h"
#include "wire/frame.h"
#include "wire/identify.h"
#include "wire/packet_link.h"
#include "wire/private_network.h"
#include "wire/sizes.h"
#include "wire/xdp_link.h"

namespace aoe::target {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

using Frame = std::vector<std::byte>;

constexpr std::size_t disk_sectors = 2048;

/// In place of a frame that did not come: all zeros but for what makes it one.
const Frame nothing = [] {
    Frame frame(ata_frame_size(1));
    FrameBuilder(frame, {});
    return frame;
}();

/// Why there can be no private network here; empty when this process is in one.
std::string enter_once() {
    if (!in_private_network()) {
        try {
            enter_private_network();
        } catch (const std::system_error& error) {
            return error.what();
        }
    }
    return "";
}

class LiveTest : public testing::TestWithParam<std::size_t> {
public:
    void SetUp() override {
        const std::string obstacle = enter_once();
        if (!obstacle.empty()) {
            const char* required = std::getenv("AOE_REQUIRE");
            if (required != nullptr && std::string(required).find("net") != std::string::npos) {
                FAIL() << obstacle;
            }
            GTEST_SKIP() << obstacle;
        }
        static int pairs = 0;
        near = "near" + std::to_string(pairs);
        far = "far" + std::to_string(pairs++);
        add_veth_pair(near, far, GetParam());
        client = open_packet_link({.interface = far, .see_everything = true});
    }

    /// With what the target says when it serves taken off its output.
    Program start(std::vector<std::string> options = {}) {
        for (const std::string& word : {std::string("7"), std::string("3"), near, file.path()}) {
            options.push_back(word);
        }
        return Program(options);
    }

    /// The next frame that `wanted` accepts, if it comes before `deadline`.
    std::optional<Frame> next_before(Time deadline, auto wanted) {
        while (clock.now() < deadline) {
            while (client->next_event()) {
            }
            std::optional<Frame> found;
            for (const ReceivedFrame& frame : client->receive(1)) {
                if (wanted(FrameView::parse(frame.bytes)->header())) {
                    found.emplace(frame.bytes.begin(), frame.bytes.end());
                }
                client->release(frame);
            }
            if (found) {
                return found;
            }
            clock.wait(*client, deadline);
        }
        return std::nullopt;
    }
    Frame next(auto wanted) {
        const auto frame = next_before(clock.now() + long_enough, wanted);
        EXPECT_TRUE(frame) << "nothing came";
        return frame.value_or(nothing);
    }
    Frame announcement() {
        return next([](const Header& header) { return header.tag == 0; });
    }
    /// Asks again and again, like any initiator: an interface that has just come up loses frames.
    Frame ask(std::uint8_t command, Bytes argument) {
        const Header header{.destination = broadcast_mac,
                            .source = client->mac(),
                            .address = {.shelf = 7, .slot = 3},
                            .command = command,
                            .tag = ++tag};
        Frame request(header_size + argument.size());
        std::ranges::copy(argument, FrameBuilder(request, header).argument().begin());
        const Time deadline = clock.now() + long_enough;
        while (clock.now() < deadline) {
            send_copy(*client, request);
            const auto reply =
                next_before(clock.now() + std::chrono::milliseconds(200),
                            [this](const Header& received) { return received.tag == tag; });
            if (reply) {
                return *reply;
            }
        }
        ADD_FAILURE() << "no reply";
        return nothing;
    }
    ConfigFields config() {
        const Frame reply = ask(command::config, Frame(config_argument_size));
        return ConfigView::parse(FrameView::parse(reply)->argument())->fields();
    }
    /// The reply's registers and data.
    std::pair<AtaRegisters, Frame> ata(const AtaRegisters& registers, Bytes data = {}) {
        Frame argument(ata_argument_size + data.size());
        std::ranges::copy(data, write_ata(argument, registers).begin());
        const Frame reply = ask(command::ata, argument);
        const auto view = AtaView::parse(FrameView::parse(reply)->argument());
        return {view->registers(), {view->data().begin(), view->data().end()}};
    }
    Frame identify() { return ata({.command_status = ata_command::identify_device}).second; }

    ScratchFile file{disk_sectors * sector_size + 100};
    std::string near;
    std::string far;
    LinkPtr client;
    SystemClock clock;
    std::uint32_t tag = 0x80000000;
};

TEST_P(LiveTest, ServesAFile) {
    Program program = start();
    EXPECT_THAT(program.line(), MatchesRegex("serving e7\\.3 on near[0-9]+ \\([0-9a-f:]+, MTU " +
                                             std::to_string(GetParam()) + "\\): " + file.path() +
                                             ", 2048 sectors"));
    const Frame announced = announcement();
    EXPECT_EQ(FrameView::parse(announced)->header().destination, broadcast_mac);
    EXPECT_EQ(announced.size(), minimum_frame_size);

    const auto count = static_cast<std::uint8_t>(max_sectors(GetParam()));
    EXPECT_EQ(config().sector_count, count);
    EXPECT_GE(config().buffer_count, 1);
    const Frame identity = identify();
    EXPECT_EQ(IdentifyView::parse(identity)->sectors(), disk_sectors);
    EXPECT_THAT(IdentifyView::parse(identity)->serial().view(), testing::StartsWith("7.3:"));

    Frame data(count * sector_size);
    for (std::size_t i = 0; i < data.size(); ++i) {
        data[i] = static_cast<std::byte>(i * 3 + i / sector_size);
    }
    const auto written = ata({.flags = ata_flag::write,
                              .sector_count = count,
                              .command_status = ata_command::write_sectors_ext,
                              .lba = disk_sectors - count},
                             data);
    EXPECT_EQ(written.first.command_status, ata_status::ready);
    const auto read = ata({.sector_count = count,
                           .command_status = ata_command::read_sectors_ext,
                           .lba = disk_sectors - count});
    EXPECT_EQ(read.first.command_status, ata_status::ready);
    EXPECT_EQ(read.second, data);
    EXPECT_EQ(ata({.command_status = ata_command::flush_cache}).first.command_status,
              ata_status::ready);
}

TEST_P(LiveTest, EndsAtOnceWhenToldTo) {
    std::chrono::nanoseconds fastest = long_enough;
    for (const int signal : {SIGTERM, SIGINT, SIGTERM}) {
        Program program = start();
        program.line();
        config();
        const Time begun = clock.now();
        program.signal(signal);
        EXPECT_EQ(program.exit_status(), 0);
        fastest = std::min(fastest, clock.now() - begun);
    }
    EXPECT_LT(fastest, std::chrono::milliseconds(100));
}

TEST_P(LiveTest, OptionsDoWhatTheySay) {
    Program program =
        start({"-r", "-s", "-b", "5", "-o", "8", "--length", "100", "--serial=S", "--model", "M"});
    EXPECT_THAT(program.line(), HasSubstr("100 sectors, read-only"));
    EXPECT_EQ(config().buffer_count, 5);
    const Frame identity = identify();
    const auto view = IdentifyView::parse(identity);
    EXPECT_EQ(view->sectors(), 100U);
    EXPECT_EQ(view->serial().view(), "S");
    EXPECT_EQ(view->model().view(), "M");
    EXPECT_EQ(view->word(85) & 0x20, 0);
    const auto written = ata(
        {.flags = ata_flag::write, .sector_count = 1, .command_status = ata_command::write_sectors},
        Frame(sector_size));
    EXPECT_EQ(written.first.error_feature, ata_error::aborted);
}

TEST_P(LiveTest, AnnouncesToTheMaskListAlone) {
    Program program = start({"--mask", "02:00:00:00:00:0a," + to_string(client->mac())});
    const Frame first = announcement();
    const Frame second = announcement();
    EXPECT_EQ(to_string(FrameView::parse(first)->header().destination), "02:00:00:00:00:0a");
    EXPECT_EQ(FrameView::parse(second)->header().destination, client->mac());
    EXPECT_EQ(config().version, 1);
}

TEST_P(LiveTest, FollowsTheInterface) {
    Program program = start();
    program.line();
    announcement();
    set_mtu(near, 4000);
    EXPECT_THAT(program.error_line(), HasSubstr("the MTU of " + near + " is now 4000"));
    EXPECT_EQ(config().sector_count, 7);
    set_up(near, false);
    EXPECT_THAT(program.error_line(), HasSubstr(near + " is down"));
    set_up(near, true);
    EXPECT_THAT(program.error_line(), HasSubstr(near + " is up again"));
    EXPECT_EQ(config().sector_count, 7);
    EXPECT_EQ(program.exit_status(std::chrono::milliseconds(0)), std::nullopt);
}

TEST_P(LiveTest, EndsWithTheInterface) {
    Program program = start();
    program.line();
    if (std::system(("ip link delete " + near).c_str()) != 0) {
        GTEST_SKIP() << "needs ip, of iproute2";
    }
    EXPECT_EQ(program.exit_status(), 1);
    std::string said;
    for (int i = 0; i < 2; ++i) {
        said += program.error_line();
    }
    EXPECT_THAT(said, HasSubstr(near + " is gone"));
}

TEST_P(LiveTest, ServesOverAfXdpWhereTheMtuAllows) {
    Program program = start({"--link", "xdp"});
    const std::string said = program.line();
    if (said.empty()) {
        const std::string error = program.error_line();
        EXPECT_EQ(program.exit_status(), 1);
        if (GetParam() > largest_xdp_mtu) {
            EXPECT_THAT(error, HasSubstr("the MTU of \"" + near + "\" is 9000"));
            return;
        }
        EXPECT_THAT(error, HasSubstr("CAP_BPF"));
        GTEST_SKIP() << error;
    }
    announcement();
    EXPECT_EQ(config().sector_count, 2);
    const Frame data(2 * sector_size, std::byte{0x5a});
    ata({.flags = ata_flag::write, .sector_count = 2, .command_status = ata_command::write_sectors},
        data);
    EXPECT_EQ(ata({.sector_count = 2, .command_status = ata_command::read_sectors}).second, data);

    Program second = start({"--link", "xdp"});
    EXPECT_THAT(second.error_line(), HasSubstr("\"" + near + "\" has an XDP program already"));
    EXPECT_EQ(second.exit_status(), 1);
    program.signal(SIGKILL);
    program.exit_status();
    Program third = start({"--link", "xdp"});
    EXPECT_THAT(third.line(), HasSubstr("serving e7.3"));
}

TEST_P(LiveTest, TwoTargetsMayShareAnAddress) {
    Program first = start();
    Program second = start();
    first.line();
    second.line();
    ask(command::config, Frame(config_argument_size));
    next([this](const Header& second_reply) { return second_reply.tag == tag; });
}

INSTANTIATE_TEST_SUITE_P(Mtu, LiveTest, testing::Values(1500, 9000),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace aoe::target
