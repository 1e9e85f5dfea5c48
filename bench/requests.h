// SPDX-License-Identifier: MIT
// Requests as a well-behaved initiator sends them, for whatever is measured.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "wire/ata.h"
#include "wire/bytes.h"
#include "wire/config.h"
#include "wire/frame.h"
#include "wire/mask.h"
#include "wire/reserve.h"

namespace aoe::bench {

using Frame = std::vector<std::byte>;

inline constexpr Mac target_mac{std::byte{2}, {}, {}, {}, {}, std::byte{1}};
inline constexpr Mac initiator_mac{std::byte{2}, {}, {}, {}, {}, std::byte{2}};
inline constexpr Address address{.shelf = 7, .slot = 3};

/// Writes the request into `storage` and returns it, padded to Ethernet's minimum. `sectors` of
/// them are to be read at `lba` with READ SECTORS EXT.
inline Bytes write_read_request(MutableBytes storage, const Header& header, std::uint64_t lba,
                                std::uint8_t sectors) noexcept {
    const FrameBuilder builder(storage, header);
    write_ata(builder.argument(), {.flags = ata_flag::extended,
                                   .sector_count = sectors,
                                   .command_status = ata_command::read_sectors_ext,
                                   .lba = lba});
    return builder.finish_padded(ata_argument_size);
}

/// The same with WRITE SECTORS EXT. Returns the place for the data: all that is left of `storage`.
inline MutableBytes write_write_request(MutableBytes storage, const Header& header,
                                        std::uint64_t lba, std::uint8_t sectors) noexcept {
    const FrameBuilder builder(storage, header);
    return write_ata(builder.argument(), {.flags = ata_flag::extended | ata_flag::write,
                                          .sector_count = sectors,
                                          .command_status = ata_command::write_sectors_ext,
                                          .lba = lba});
}

inline Bytes write_flush_request(MutableBytes storage, const Header& header) noexcept {
    const FrameBuilder builder(storage, header);
    write_ata(builder.argument(),
              {.flags = ata_flag::extended, .command_status = ata_command::flush_cache_ext});
    return builder.finish_padded(ata_argument_size);
}

inline Bytes write_config_query(MutableBytes storage, const Header& header) noexcept {
    const FrameBuilder builder(storage, header);
    return builder.finish_padded(write_config(builder.argument(), {}, {}));
}

inline Header request_header(std::uint8_t command) noexcept {
    return {.destination = target_mac,
            .source = initiator_mac,
            .address = address,
            .command = command,
            .tag = 0x80000001};
}

inline Frame ata_request(const AtaRegisters& registers, std::size_t data_bytes = 0) {
    Frame frame(std::max(minimum_frame_size, header_size + ata_argument_size + data_bytes));
    write_ata(FrameBuilder(frame, request_header(command::ata)).argument(), registers);
    return frame;
}

inline Frame read_request(std::uint8_t sectors) {
    Frame frame(minimum_frame_size);
    write_read_request(frame, request_header(command::ata), 0, sectors);
    return frame;
}

inline Frame write_request(std::uint8_t sectors) {
    return ata_request({.flags = ata_flag::extended | ata_flag::write,
                        .sector_count = sectors,
                        .command_status = ata_command::write_sectors_ext},
                       sectors * sector_size);
}

inline Frame config_query() {
    Frame frame(minimum_frame_size);
    write_config_query(frame, request_header(command::config));
    return frame;
}

/// Commands whose argument is all zeros: reads of the mask list and of the reserve list.
inline Frame list_request(std::uint8_t command) {
    Frame frame(minimum_frame_size);
    FrameBuilder(frame, request_header(command));
    return frame;
}

}  // namespace aoe::bench
