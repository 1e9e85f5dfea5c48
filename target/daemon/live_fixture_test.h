// SPDX-License-Identifier: MIT
// aoe-target --config as a process, asked from the other ends of its cables.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "target/export_fixture_test.h"
#include "target/program_test.h"
#include "wire/address.h"
#include "wire/clock.h"
#include "wire/net_test.h"
#include "wire/packet_link.h"

namespace aoe::target {

class DaemonLiveTest : public testing_link::NetTest {
public:
    static constexpr std::size_t disk_sectors = 2048;

    /// A name that no other test of this process uses, and its cable's other end.
    struct Cable {
        std::string name = "aoe" + std::to_string(next++);
        LinkPtr far;
        static inline int next = 0;
        void plug(std::size_t mtu = 1500) {
            add_veth_pair(name, name + "f", mtu);
            far = open_packet_link({.interface = name + "f", .see_everything = true});
        }
    };

    void write_config(const std::string& text) const { std::ofstream(config_path()) << text; }
    std::string config_path() const { return file.path() + ".toml"; }
    std::string table(unsigned slot, const std::string& interfaces, const std::string& more = "",
                      std::string path = "") const {
        if (path.empty()) path = file.path();
        return "[export.disk" + std::to_string(slot) + "]\npath = \"" + path +
               "\"\nshelf = 7\nslot = " + std::to_string(slot) + "\ninterfaces = [\"" + interfaces +
               "\"]\n" + more + "\n";
    }
    Program start() const { return Program({"--config", config_path()}); }

    std::optional<Frame> next_before(Link& link, Time deadline, auto wanted) {
        while (clock.now() < deadline) {
            while (link.next_event()) {
            }
            std::optional<Frame> found;
            for (const ReceivedFrame& frame : link.receive(1)) {
                const auto view = FrameView::parse(frame.bytes);
                if (view && wanted(view->header())) {
                    found.emplace(frame.bytes.begin(), frame.bytes.end());
                }
                link.release(frame);
            }
            if (found) return found;
            clock.wait(link, deadline);
        }
        return std::nullopt;
    }
    /// Asks until it is answered; with `times`, no more often than that.
    std::optional<Frame> ask(Link& link, std::uint8_t slot, Frame request, int times = 100) {
        const Mac source = link.mac();
        std::ranges::copy(broadcast_mac, request.begin());
        std::ranges::copy(source, request.begin() + 6);
        request[18] = std::byte{slot};
        request[23] = static_cast<std::byte>(++last_tag);
        for (int i = 0; i < times; ++i) {
            send_copy(link, request);
            const std::byte tag_byte = static_cast<std::byte>(last_tag);
            auto reply = next_before(link, clock.now() + std::chrono::milliseconds(200),
                                     [&](const Header& received) {
                                         return (received.flags & header_flag::response) != 0 &&
                                                static_cast<std::byte>(received.tag) == tag_byte &&
                                                received.address.slot == slot;
                                     });
            if (reply) return reply;
        }
        return std::nullopt;
    }
    ConfigFields config_of(Link& link, std::uint8_t slot) {
        const auto reply = ask(link, slot, aoe::target::config(0));
        EXPECT_TRUE(reply) << "no reply";
        return reply ? ConfigView::parse(FrameView::parse(*reply)->argument())->fields()
                     : ConfigFields{};
    }
    std::string string_of(Link& link, std::uint8_t slot) {
        const auto reply = ask(link, slot, aoe::target::config(0));
        EXPECT_TRUE(reply) << "no reply";
        if (!reply) return "";
        const auto bytes = *ConfigView::parse(FrameView::parse(*reply)->argument())->string();
        std::string characters;
        for (const std::byte each : bytes) characters += std::to_integer<char>(each);
        return characters;
    }
    AtaRegisters ata_of(Link& link, std::uint8_t slot, const Frame& request) {
        const auto reply = ask(link, slot, request);
        EXPECT_TRUE(reply) << "no reply";
        return reply ? AtaView::parse(FrameView::parse(*reply)->argument())->registers()
                     : AtaRegisters{};
    }
    /// The next line on standard error that has the words; what comes before it is passed over.
    static std::string said(const Program& program, const std::string& words) {
        for (int i = 0; i < 50; ++i) {
            std::string line = program.error_line();
            if (line.empty() || line.find(words) != std::string::npos) return line;
        }
        return "";
    }

    ScratchFile file{disk_sectors * sector_size};
    SystemClock clock;
    unsigned last_tag = 0;
};

}  // namespace aoe::target
