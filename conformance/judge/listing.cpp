// SPDX-License-Identifier: MIT
#include "conformance/judge/listing.h"

#include <array>
#include <fmt/format.h>
#include <string_view>
#include <utility>

#include "conformance/describe.h"
#include "conformance/judge/target_memory.h"

namespace aoe::conformance {

namespace {

std::string opcode_text(std::uint8_t opcode) {
    constexpr std::array<std::pair<std::uint8_t, std::string_view>, 14> names{
        {{0x20, "READ SECTORS"},
         {0x24, "READ SECTORS EXT"},
         {0x30, "WRITE SECTORS"},
         {0x34, "WRITE SECTORS EXT"},
         {0xc8, "READ DMA"},
         {0x25, "READ DMA EXT"},
         {0xca, "WRITE DMA"},
         {0x35, "WRITE DMA EXT"},
         {0xec, "IDENTIFY DEVICE"},
         {0xe7, "FLUSH CACHE"},
         {0xea, "FLUSH CACHE EXT"},
         {0xe5, "CHECK POWER MODE"},
         {0xb0, "SMART"},
         {0xef, "SET FEATURES"}}};
    for (const auto& [code, name] : names) {
        if (code == opcode) return std::string(name);
    }
    return fmt::format("ATA command {:#04x}", opcode);
}

std::string ata_text(const SeenFrame& frame) {
    if (frame.is_response()) {
        return fmt::format("Status {:#04x}, Error {:#04x}, count {}, LBA {}", frame.status(),
                           frame.ata_error(), frame.count(), frame.lba());
    }
    return fmt::format("{}, {} at {}, AFlags {:#04x}", opcode_text(frame.status()), frame.count(),
                       frame.address(), frame.aflags());
}

std::string config_text(const SeenFrame& frame) {
    constexpr std::array<std::string_view, 5> names{"read", "exact test", "prefix test",
                                                    "set if empty", "force set"};
    std::string text = frame.ccmd() < names.size() ? std::string(names[frame.ccmd()])
                                                   : fmt::format("CCmd {}", frame.ccmd());
    if (frame.is_response()) {
        text += fmt::format(", Buffer Count {}, Firmware Version {:#06x}, Sector Count {}",
                            frame.buffer_count(), frame.firmware(), frame.sector_count());
    }
    const bool whole = frame.has(natural_end(frame));
    return text + fmt::format(", {} bytes{}{}", frame.string_length(),
                              frame.string_length() == 0 ? "" : " " + quote(frame.string()),
                              whole ? "" : " and no more");
}

std::string mask_text(const SeenFrame& frame) {
    const std::string what = frame.mcmd() == 0   ? "read"
                             : frame.mcmd() == 1 ? "edit"
                                                 : fmt::format("MCmd {}", frame.mcmd());
    std::string text =
        fmt::format("{}, MError {}, Dir Count {}", what, frame.merror(), frame.directive_count());
    for (std::size_t i = 0; i < frame.directive_count() && i < 4 && frame.has(36 + 8 * i); ++i) {
        text += fmt::format(" {}:{}", frame.u8(29 + 8 * i), mac_text(frame.mac(30 + 8 * i)));
    }
    return text + (frame.directive_count() > 4 ? " ..." : "");
}

std::string reserve_text(const SeenFrame& frame) {
    const std::string what = frame.rcmd() == 0   ? "read"
                             : frame.rcmd() == 1 ? "set"
                             : frame.rcmd() == 2 ? "force set"
                                                 : fmt::format("RCmd {}", frame.rcmd());
    std::string text = fmt::format("{}, NMacs {}", what, frame.mac_count());
    for (std::size_t i = 0; i < frame.mac_count() && i < 4 && frame.has(32 + 6 * i); ++i) {
        text += " " + mac_text(frame.mac(26 + 6 * i));
    }
    return text + (frame.mac_count() > 4 ? " ..." : "");
}

std::string argument_text(const SeenFrame& frame) {
    if (frame.command() > 3) return "";
    if (!frame.has(fixed_end(frame.command()))) return ": argument not whole";
    switch (frame.command()) {
        case 0:
            return ": " + ata_text(frame);
        case 1:
            return ": " + config_text(frame);
        case 2:
            return ": " + mask_text(frame);
        default:
            return ": " + reserve_text(frame);
    }
}

std::string header_text(const SeenFrame& frame) {
    constexpr std::array<std::string_view, 4> names{"ATA", "config", "mask", "reserve"};
    const std::string command = frame.command() < names.size()
                                    ? std::string(names[frame.command()])
                                    : fmt::format("command {:#04x}", frame.command());
    std::string text =
        fmt::format("{} {} e{}.{} tag {:#010x}", command, frame.is_response() ? "reply" : "request",
                    frame.shelf(), frame.slot(), frame.tag());
    if (frame.version() != 1) text += fmt::format(", version {}", frame.version());
    if ((frame.flags() & 3) != 0) text += fmt::format(", flags {:#x}", frame.flags());
    if (frame.has_error() || frame.error() != 0) text += fmt::format(", error {}", frame.error());
    return text;
}

}  // namespace

std::string list_frame(const SeenFrame& frame, Time start) {
    const double seconds = std::chrono::duration<double>(frame.time - start).count();
    std::string line = fmt::format("{:>6} {:12.6f} ", frame.number, seconds);
    switch (frame.kind) {
        case FrameKind::marker: {
            std::string_view name = frame.text(14, 100);
            return line + "-- " + quote(name.substr(0, name.find('\0')));
        }
        case FrameKind::other:
            return line + "not AoE";
        case FrameKind::unknown_link:
            return line + "of another link type";
        case FrameKind::cut_short:
            return line + "AoE, cut within its header";
        case FrameKind::runt:
        case FrameKind::aoe:
            break;
    }
    line += fmt::format("{} > {}{} ", mac_text(frame.source),
                        frame.destination_known ? mac_text(frame.destination) : "?",
                        frame.vlan == 0 ? "" : fmt::format(" VLAN {}", frame.vlan));
    if (frame.kind == FrameKind::runt) {
        return line + fmt::format("AoE, {} bytes, shorter than its header", frame.size);
    }
    return line + header_text(frame) + argument_text(frame) + fmt::format(", {} bytes", frame.size);
}

}  // namespace aoe::conformance
