// SPDX-License-Identifier: MIT
// What the tests of Export share: requests from a few machines, and a way to ask that checks what
// is true of every reply.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "target/disk.h"
#include "target/export.h"
#include "target/server.h"
#include "wire/sizes.h"

namespace aoe::target {

using Frame = std::vector<std::byte>;

constexpr Mac mac(unsigned last) {
    return {std::byte{2}, {}, {}, {}, {}, std::byte(last)};
}
inline constexpr Mac own = mac(1);
inline constexpr Mac alice = mac(0xa);
inline constexpr Mac bob = mac(0xb);
inline constexpr Mac carol = mac(0xc);
inline constexpr Address address{.shelf = 7, .slot = 3};
inline constexpr std::uint32_t tag = 0x80c0ffee;

/// Bytes written as hexadecimal digits, spaces for the eye.
inline Frame hex(std::string_view digits) {
    Frame bytes;
    int high = -1;
    for (const char c : digits) {
        if (c == ' ') {
            continue;
        }
        const int digit = c <= '9' ? c - '0' : c - 'a' + 10;
        if (high < 0) {
            high = digit;
        } else {
            bytes.push_back(static_cast<std::byte>(high << 4 | digit));
            high = -1;
        }
    }
    return bytes;
}

inline Frame padded(Frame frame, std::size_t size = minimum_frame_size) {
    frame.resize(std::max(frame.size(), size));
    return frame;
}

inline Frame text(std::string_view characters) {
    const auto bytes = std::as_bytes(std::span(characters));
    return {bytes.begin(), bytes.end()};
}

inline Header header(std::uint8_t command, const Mac& source = alice) {
    return {
        .destination = own, .source = source, .address = address, .command = command, .tag = tag};
}

/// As long as what it says, like the Linux driver's frames on a link that does not pad.
inline Frame frame(const Header& header, Bytes argument) {
    Frame bytes(header_size + argument.size());
    const FrameBuilder builder(bytes, header);
    std::ranges::copy(argument, builder.argument().begin());
    return bytes;
}

inline Frame ata(const AtaRegisters& registers, Bytes data = {}, const Mac& source = alice) {
    Frame argument(ata_argument_size + data.size());
    std::ranges::copy(data, write_ata(argument, registers).begin());
    return frame(header(command::ata, source), argument);
}

inline Frame read(std::uint64_t lba, std::uint8_t count, const Mac& source = alice) {
    return ata({.flags = ata_flag::extended,
                .sector_count = count,
                .command_status = ata_command::read_sectors_ext,
                .lba = lba},
               {}, source);
}

inline Frame write(std::uint64_t lba, std::uint8_t count, Bytes data, const Mac& source = alice) {
    return ata({.flags = ata_flag::extended | ata_flag::write,
                .sector_count = count,
                .command_status = ata_command::write_sectors_ext,
                .lba = lba},
               data, source);
}

inline Frame config(std::uint8_t sub_command, std::string_view string = {},
                    const Mac& source = alice) {
    Frame argument(config_argument_size + string.size());
    write_config(argument, {.command = sub_command}, text(string));
    return frame(header(command::config, source), argument);
}

inline Frame mask_read(const Mac& source = alice) {
    Frame argument(mask_argument_size);
    write_mask(argument, {.command = mask_command::read});
    return frame(header(command::mac_mask, source), argument);
}

inline Frame mask_edit(const std::vector<MaskDirective>& directives, const Mac& source = alice) {
    Frame argument(mask_size(directives.size()));
    write_mask(argument, {.command = mask_command::edit,
                          .directive_count = static_cast<std::uint8_t>(directives.size())});
    for (std::size_t i = 0; i < directives.size(); ++i) {
        write_mask_directive(argument, i, directives[i]);
    }
    return frame(header(command::mac_mask, source), argument);
}

inline MaskDirective add(const Mac& mac) {
    return {.command = mask_directive::add, .mac = mac};
}
inline MaskDirective remove(const Mac& mac) {
    return {.command = mask_directive::remove, .mac = mac};
}

inline Frame reserve(std::uint8_t sub_command, const std::vector<Mac>& macs = {},
                     const Mac& source = alice) {
    Frame argument(reserve_argument_size + macs.size() * mac_size);
    write_reserve(argument, sub_command, macs);
    return frame(header(command::reserve, source), argument);
}

/// Sectors that differ from each other and from zeros.
inline Frame pattern(std::size_t sectors, unsigned seed = 1) {
    Frame bytes(sectors * sector_size);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::byte>(i * 7 + i / sector_size * 31 + seed);
    }
    return bytes;
}

/// A disk whose operations can be made to fail, and that counts flushes.
class TestDisk final : public Disk {
public:
    explicit TestDisk(std::uint64_t sectors) : memory(sectors) {}
    std::uint64_t sectors() const noexcept override { return memory.sectors(); }
    bool read_only() const noexcept override { return false; }
    std::error_code read(std::uint64_t sector, MutableBytes into) override {
        std::ranges::fill(into, std::byte{0xdd});
        return error ? error : memory.read(sector, into);
    }
    std::error_code write(std::uint64_t sector, Bytes from) override {
        return error ? error : memory.write(sector, from);
    }
    std::error_code flush() override {
        ++flushes;
        return flush_error ? flush_error : error;
    }

    MemoryDisk memory;
    std::error_code error;
    std::error_code flush_error;
    int flushes = 0;
};

class ExportTest : public testing::Test {
public:
    static ExportOptions default_options() {
        return {.address = address,
                .sectors = 1000,
                .serial = "7.3:test",
                .model = "model",
                .firmware = "fw",
                .firmware_version = 0x0102};
    }

    /// Starts over with another export.
    void configure(const ExportOptions& options) { target.emplace(options); }

    /// The reply, or nothing for silence. The storage is dirty, and larger than a frame may be;
    /// nothing of the dirt may be seen and nothing behind the MTU's limit be touched.
    std::optional<Frame> ask_over(const Frame& request, std::byte dirt) {
        constexpr std::size_t spare = 600;
        Frame storage(ethernet_header_size + port.mtu + spare, dirt);
        const Outcome outcome = target->begin(request, port, storage);
        std::size_t size = 0;
        if (const auto* reply = std::get_if<Reply>(&outcome)) {
            size = reply->size;
        } else if (const auto* operation = std::get_if<Operation>(&outcome)) {
            size = target->finish(*operation, perform(*operation, disk));
        }
        const auto behind = std::span(storage).last(spare);
        EXPECT_THAT(behind, testing::Each(dirt)) << "written behind the MTU's limit";
        if (size == 0) {
            return std::nullopt;
        }
        EXPECT_GE(size, minimum_frame_size);               // AOE-HDR-36
        EXPECT_LE(size, ethernet_header_size + port.mtu);  // AOE-CFG-28
        storage.resize(size);
        return storage;
    }

    /// Asks twice over different dirt. Every request but a few may be repeated without harm
    /// (AOE-REL-01), so both replies are the same to the last byte (AOE-HDR-37).
    std::optional<Frame> ask(const Frame& request) {
        auto first = ask_over(request, std::byte{0xee});
        const auto second = ask_over(request, std::byte{0x11});
        EXPECT_EQ(first, second) << "leaks what was in the buffer, or is not repeatable";
        if (first) {
            check_header(*first, request);
        }
        return first;
    }

    bool silent(const Frame& request) { return !ask(request).has_value(); }

    void check_header(const Frame& reply, const Frame& request) const {
        const Header given = FrameView::parse(request)->header();
        const Header got = FrameView::parse(reply)->header();
        EXPECT_EQ(got.destination, given.source);                          // AOE-HDR-22
        EXPECT_EQ(got.source, port.mac);                                   // AOE-HDR-23
        EXPECT_EQ(got.version, 1);                                         // AOE-HDR-09
        EXPECT_EQ(got.flags & header_flag::reserved, 0);                   // AOE-HDR-03
        EXPECT_NE(got.flags & header_flag::response, 0);                   // AOE-HDR-07
        EXPECT_EQ((got.flags & header_flag::error) != 0, got.error != 0);  // AOE-HDR-13, -14
        EXPECT_LE(got.error, 6);
        EXPECT_EQ(got.address, address);        // AOE-HDR-16
        EXPECT_EQ(got.command, given.command);  // AOE-HDR-29
        EXPECT_EQ(got.tag, given.tag);          // AOE-HDR-27
    }

    Header header_of(const Frame& request) {
        const auto reply = ask(request);
        EXPECT_TRUE(reply) << "silence";
        return reply ? FrameView::parse(*reply)->header() : Header{};
    }
    AoeError error_of(const Frame& request) {
        return static_cast<AoeError>(header_of(request).error);
    }
    AtaRegisters registers_of(const Frame& request) {
        const auto reply = ask(request);
        EXPECT_TRUE(reply) << "silence";
        return reply ? AtaView::parse(FrameView::parse(*reply)->argument())->registers()
                     : AtaRegisters{};
    }
    /// Status and Error of the reply.
    std::pair<int, int> ending_of(const Frame& request) {
        const AtaRegisters registers = registers_of(request);
        return {registers.command_status, registers.error_feature};
    }
    ConfigFields config_of(const Frame& request) {
        const auto reply = ask(request);
        EXPECT_TRUE(reply) << "silence";
        return reply ? ConfigView::parse(FrameView::parse(*reply)->argument())->fields()
                     : ConfigFields{};
    }
    /// The string that a config read shows.
    std::string config_string() {
        const auto reply = ask(config(config_command::read));
        const auto string = ConfigView::parse(FrameView::parse(*reply)->argument())->string();
        std::string characters;
        std::ranges::transform(*string, std::back_inserter(characters),
                               [](std::byte byte) { return std::to_integer<char>(byte); });
        return characters;
    }
    /// MError, and the directives of a mask list reply.
    std::pair<MaskError, std::vector<MaskDirective>> mask_of(const Frame& request) {
        const auto reply = ask(request);
        EXPECT_TRUE(reply) << "silence";
        const auto view = MaskView::parse(FrameView::parse(*reply)->argument());
        std::vector<MaskDirective> directives;
        for (std::size_t i = 0; i < view->fields().directive_count; ++i) {
            directives.push_back(mask_directive_at(*view->directives(), i));
        }
        return {static_cast<MaskError>(view->fields().error), directives};
    }
    std::vector<Mac> mask_list(const Mac& source = alice) {
        std::vector<Mac> macs;
        for (const MaskDirective& directive : mask_of(mask_read(source)).second) {
            EXPECT_EQ(directive.command, mask_directive::none);
            macs.push_back(directive.mac);
        }
        return macs;
    }
    static std::vector<Mac> macs_in(const Frame& reply) {
        const auto view = ReserveView::parse(FrameView::parse(reply)->argument());
        std::vector<Mac> macs;
        for (std::size_t i = 0; i < view->fields().mac_count; ++i) {
            macs.push_back(reserve_mac_at(*view->macs(), i));
        }
        return macs;
    }
    std::vector<Mac> reservation() { return macs_in(*ask(reserve(reserve_command::read))); }

    Frame sectors(std::uint64_t first, std::size_t count) {
        Frame bytes(count * sector_size);
        disk.memory.read(first, bytes);
        return bytes;
    }

    Port port{.mac = own, .mtu = 1500, .receive_capacity = 256};
    TestDisk disk{1000};
    std::optional<Export> target{std::in_place, default_options()};
};

inline constexpr std::pair good{0x40, 0};
inline constexpr std::pair aborted{0x41, 0x04};
inline constexpr std::pair not_found{0x41, 0x10};
inline constexpr std::pair uncorrectable{0x41, 0x40};

}  // namespace aoe::target
