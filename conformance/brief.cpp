// SPDX-License-Identifier: MIT
#include "conformance/brief.h"

#include <array>
#include <fmt/format.h>
#include <string_view>

#include "conformance/describe.h"
#include "conformance/fields.h"

namespace aoe::conformance {

namespace {

// "config set if empty": sub-commands by their names, others by their number.
template <std::size_t count>
std::string sub_command(std::string_view command, unsigned number,
                        const std::array<std::string_view, count>& names) {
    if (number < count) return fmt::format("{} {}", command, names[number]);
    return fmt::format("{} sub-command {}", command, number);
}

std::string ata_text(const Reply& frame) {
    const AtaFields& ata = *frame.ata;
    const bool carries_data = frame.bytes.size() > 60;
    const std::string data =
        carries_data ? fmt::format(", {} bytes of data", frame.data.size()) : "";
    if (frame.is_response()) {
        const bool failed = (ata.command & 1) != 0;
        return fmt::format("ATA reply, Status {}{}{}", status_text(ata.command),
                           failed ? ", Error " + ata_error_text(ata.feature) : "", data);
    }
    std::string what = opcode_text(ata.command);
    if (const auto open = what.find(" ("); open != std::string::npos) {
        what = what.substr(open + 2, what.size() - open - 3);
    } else {
        what = "ATA command " + what;
    }
    return fmt::format("{}, LBA {}, count {}{}", what, ata.lba, ata.sector_count, data);
}

std::string config_text(const Reply& frame) {
    constexpr std::array<std::string_view, 5> names{"read", "exact test", "prefix test",
                                                    "set if empty", "force set"};
    const ConfigFields& config = *frame.config;
    std::string text = sub_command("config", config.command, names);
    if (frame.is_response()) text += " reply";
    const std::string string = frame.config_string();
    if (string.size() != config.string_length) {
        text += fmt::format(", length {} with {} bytes there", config.string_length, string.size());
    }
    if (frame.is_response() || !string.empty() || config.command != 0) {
        text += fmt::format(", string {}", quote(string));
    }
    return text;
}

std::string mask_text(const Reply& frame) {
    constexpr std::array<std::string_view, 2> names{"read", "edit"};
    constexpr std::array<std::string_view, 3> directives{"", "add ", "delete "};
    std::string text = sub_command("mask", frame.mask->command, names);
    if (frame.is_response()) {
        text += " reply";
        if (frame.mask->error != 0) text += fmt::format(", MError {}", frame.mask->error);
    }
    const auto list = frame.directives();
    if (list.size() != frame.mask->directive_count || frame.is_response()) {
        text += fmt::format(", Dir Count {}", frame.mask->directive_count);
    }
    for (std::size_t i = 0; i < list.size() && i < 4; ++i) {
        const unsigned command = list[i].command;
        text += ", ";
        text += command < directives.size() ? std::string(directives.at(command))
                                            : fmt::format("DCmd {} ", command);
        text += mac_text(list[i].mac);
    }
    return list.size() > 4 ? text + ", ..." : text;
}

std::string reserve_text(const Reply& frame) {
    constexpr std::array<std::string_view, 3> names{"read", "set", "force set"};
    std::string text = sub_command("reserve", frame.reserve->command, names);
    if (frame.is_response()) text += " reply";
    text += fmt::format(", NMacs {}", frame.reserve->mac_count);
    const auto macs = frame.macs();
    for (std::size_t i = 0; i < macs.size() && i < 4; ++i) text += ", " + mac_text(macs[i]);
    return macs.size() > 4 ? text + ", ..." : text;
}

std::string argument_text(const Reply& frame) {
    if (frame.ata) return ata_text(frame);
    if (frame.config) return config_text(frame);
    if (frame.mask) return mask_text(frame);
    if (frame.reserve) return reserve_text(frame);
    return fmt::format("command {}{}", command_text(frame.aoe.command),
                       frame.is_response() ? " reply" : "");
}

}  // namespace

std::string brief(const Reply& frame) {
    std::string text = argument_text(frame);
    if (frame.has_error()) {
        text += frame.aoe.error == 0 ? ", flag E with Error 0"
                                     : ", error " + error_text(frame.aoe.error);
    } else if (frame.aoe.error != 0) {
        text += fmt::format(", Error {} without flag E", frame.aoe.error);
    }
    if (frame.aoe.version != 1) text += fmt::format(", Ver {}", frame.aoe.version);
    if ((frame.aoe.flags & 3) != 0) text += fmt::format(", Flags {}", flags_text(frame.aoe.flags));
    if (frame.aoe.shelf == 0xffff || frame.aoe.slot == 0xff) {
        text += fmt::format(", for e{}.{}", frame.aoe.shelf, frame.aoe.slot);
    }
    if (frame.destination == broadcast_mac) text += ", broadcast";
    if (frame.bytes.size() < 60) text += fmt::format(", {} bytes", frame.bytes.size());
    return text;
}

std::string brief(const TranscriptEntry& frame) {
    const auto parsed = dissect(std::as_bytes(std::span(frame.bytes)));
    return fmt::format(
        "#{} {} {}", frame.number, frame.sent ? '>' : '<',
        parsed ? brief(*parsed) : describe_frame(std::as_bytes(std::span(frame.bytes))));
}

}  // namespace aoe::conformance
