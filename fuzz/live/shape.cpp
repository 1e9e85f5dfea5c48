// SPDX-License-Identifier: MIT
#include "fuzz/live/shape.h"

#include <algorithm>
#include <array>

#include "fuzz/fields.h"
#include "wire/ata.h"
#include "wire/config.h"
#include "wire/frame.h"

namespace aoe::fuzz {
namespace {

std::string ata_shape(Bytes frame) {
    const auto opcode = static_cast<std::uint8_t>(value_in(frame, FieldKind::opcode));
    const AtaTransfer transfer = addressing(opcode).transfer;
    const std::uint64_t count = value_in(frame, FieldKind::ata_count);
    const bool flag_w = (value_in(frame, FieldKind::ata_flags) & ata_flag::write) != 0;
    std::string text = "ATA other";
    if (opcode == ata_command::identify_device) text = "ATA identify";
    if (transfer == AtaTransfer::read) text = "ATA read";
    if (transfer == AtaTransfer::write) text = "ATA write";
    if (flag_w != (transfer == AtaTransfer::write)) text += flag_w ? ", W set" : ", W clear";
    if (count == 0) text += ", count 0";
    const std::size_t carried = frame.size() - entries_offset(command::ata);
    if (transfer == AtaTransfer::write && carried < count * sector_size) text += ", data missing";
    return text;
}

std::string config_shape(Bytes frame) {
    constexpr std::array words{"read", "exact test", "prefix test", "set", "forced set"};
    const std::uint64_t ccmd = value_in(frame, FieldKind::version_ccmd) & 0xf;
    const std::uint64_t length = value_in(frame, FieldKind::string_length);
    std::string text = "config ";
    text += ccmd < words.size() ? words[ccmd] : "unknown CCmd";
    if (length > config_string_limit) return text + ", length beyond 1024";
    const std::size_t carried = frame.size() - entries_offset(command::config);
    return length > carried ? text + ", length beyond the frame" : text;
}

std::string list_shape(Bytes frame, bool is_mask) {
    const std::uint8_t command = command_of(frame);
    const std::size_t begin = entries_offset(command), each = entry_size(command);
    const std::uint64_t what = value_in(frame, is_mask ? FieldKind::mcmd : FieldKind::rcmd);
    const std::uint64_t count =
        value_in(frame, is_mask ? FieldKind::directive_count : FieldKind::mac_count);
    constexpr std::array mask_words{"mask read", "mask edit"};
    constexpr std::array reserve_words{"reserve read", "reserve set", "reserve forced set"};
    std::string text = is_mask ? "mask, unknown MCmd" : "reserve, unknown RCmd";
    if (is_mask && what < mask_words.size()) text = mask_words[what];
    if (!is_mask && what < reserve_words.size()) text = reserve_words[what];
    std::array<bool, 4> kinds{};
    for (std::size_t i = 0; is_mask && i < count && begin + (i + 1) * each <= frame.size(); ++i) {
        kinds[std::min<std::size_t>(std::to_integer<std::size_t>(frame[begin + i * each + 1]), 3)] =
            true;
    }
    if (kinds[1]) text += " add";
    if (kinds[2]) text += " delete";
    if (kinds[3]) text += " unknown-DCmd";
    return begin + count * each > frame.size() ? text + ", count beyond the frame" : text;
}

std::string argument_shape(Bytes frame) {
    const std::uint8_t command = command_of(frame);
    switch (command) {
        case command::ata:
            return ata_shape(frame);
        case command::config:
            return config_shape(frame);
        case command::mac_mask:
            return list_shape(frame, true);
        case command::reserve:
            return list_shape(frame, false);
        default:
            return command >= command::vendor_first ? "vendor command" : "unassigned command";
    }
}

}  // namespace

std::string command_words(Bytes frame) {
    if (!looks_like_aoe(frame)) return "no AoE";
    switch (command_of(frame)) {
        case command::ata:
            return "ATA";
        case command::config:
            return "config";
        case command::mac_mask:
            return "mask";
        case command::reserve:
            return "reserve";
        default:
            return "another command";
    }
}

std::string shape_of(Bytes frame, std::size_t most_bytes) {
    if (!looks_like_aoe(frame)) return frame.size() < header_size ? "short frame" : "no AoE";
    if (frame.size() > most_bytes) return "frame larger than the MTU";
    std::string text = frame.size() < entries_offset(command_of(frame))
                           ? command_words(frame) + ", argument cut"
                           : argument_shape(frame);
    if ((value_in(frame, FieldKind::version_flags) & header_flag::response) != 0) {
        text += ", a response";
    }
    return text;
}

}  // namespace aoe::fuzz
