// SPDX-License-Identifier: MIT
#include "wire/reject.h"

namespace aoe {

std::string_view sentence(Reject reject) noexcept {
    switch (reject) {
        case Reject::shorter_than_header:
            return "The frame is shorter than the 24 bytes of Ethernet and AoE header.";
        case Reject::not_aoe:
            return "The frame's EtherType is not 0x88a2, so it is not AoE.";
        case Reject::ata_argument_short:
            return "The ATA command is shorter than its 12 bytes of registers.";
        case Reject::config_argument_short:
            return "The config command is shorter than its 8 bytes of fields.";
        case Reject::config_string_too_long:
            return "The config string's declared length is above the limit of 1024 bytes.";
        case Reject::config_string_truncated:
            return "The config string's declared length is more than the frame holds.";
        case Reject::mask_argument_short:
            return "The mask list command is shorter than its 4 bytes of fields.";
        case Reject::mask_list_truncated:
            return "The mask list declares more directives of 8 bytes than the frame holds.";
        case Reject::reserve_argument_short:
            return "The reserve list command is shorter than its 2 bytes of fields.";
        case Reject::reserve_list_truncated:
            return "The reserve list declares more addresses of 6 bytes than the frame holds.";
        case Reject::identify_short:
            return "The IDENTIFY data is shorter than 512 bytes.";
    }
    return "The bytes were rejected for a reason that has no sentence.";
}

}  // namespace aoe
