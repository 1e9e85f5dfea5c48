// SPDX-License-Identifier: MIT
#include "wire/frame.h"

#include <algorithm>
#include <cassert>

#include "wire/endian.h"
#include "wire/layout.h"

namespace aoe {

std::string_view sentence(AoeError error) noexcept {
    switch (error) {
        case AoeError::none:
            return "no error";
        case AoeError::unrecognized_command:
            return "unrecognized command code";
        case AoeError::bad_argument:
            return "bad argument parameter";
        case AoeError::device_unavailable:
            return "device unavailable";
        case AoeError::config_string_present:
            return "config string present";
        case AoeError::unsupported_version:
            return "unsupported version";
        case AoeError::target_reserved:
            return "target is reserved";
    }
    return "unknown error code";
}

Expected<FrameView, Reject> FrameView::parse(Bytes frame) noexcept {
    if (frame.size() < header_size) {
        return Unexpected{Reject::shorter_than_header};  // AOE-HDR-06
    }
    if (load_big16(layout::from_wire<layout::FrameHeader>(frame).ethertype) != ethertype) {
        return Unexpected{Reject::not_aoe};  // AOE-HDR-01
    }
    return FrameView(frame);
}

Header FrameView::header() const noexcept {
    const auto wire = layout::from_wire<layout::FrameHeader>(frame_);
    return {.destination = wire.destination,
            .source = wire.source,
            .version = high_nibble(wire.version_flags),
            .flags = low_nibble(wire.version_flags),
            .error = std::to_integer<std::uint8_t>(wire.error),
            .address = {.shelf = load_big16(wire.major),
                        .slot = std::to_integer<std::uint8_t>(wire.minor)},
            .command = std::to_integer<std::uint8_t>(wire.command),
            .tag = load_big32(wire.tag)};
}

FrameBuilder::FrameBuilder(MutableBytes storage, const Header& header) noexcept
    : storage_(storage) {
    layout::to_wire(storage_,
                    layout::FrameHeader{.destination = header.destination,
                                        .source = header.source,
                                        .ethertype = store_big16(ethertype),
                                        .version_flags = nibbles(header.version, header.flags),
                                        .error = std::byte{header.error},
                                        .major = store_big16(header.address.shelf),
                                        .minor = std::byte{header.address.slot},
                                        .command = std::byte{header.command},
                                        .tag = store_big32(header.tag)});
}

Bytes FrameBuilder::finish(std::size_t argument_size) const noexcept {
    assert(argument_size <= argument().size());
    return storage_.first(header_size + argument_size);
}

Bytes FrameBuilder::finish_padded(std::size_t argument_size) const noexcept {
    const std::size_t size = finish(argument_size).size();
    const std::size_t padded = std::max(size, minimum_frame_size);
    assert(padded <= storage_.size());
    // Zeros, because the storage still holds an earlier frame's bytes (AOE-HDR-37).
    std::ranges::fill(storage_.first(padded).subspan(size), std::byte{});
    return storage_.first(padded);
}

}  // namespace aoe
