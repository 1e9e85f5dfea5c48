// SPDX-License-Identifier: MIT
#include "bench/echo.h"

#include <algorithm>
#include <cstring>

#include "wire/ata.h"
#include "wire/frame.h"
#include "wire/sizes.h"

namespace aoe::bench {
namespace {

constexpr std::size_t batch = 16;  // As the target's, to be compared with it.
constexpr std::size_t version_flags_offset = 14;
constexpr std::size_t status_offset = header_size + 3;

}  // namespace

std::size_t Echo::step() {
    const auto frames = link_.receive(batch);
    for (const ReceivedFrame& frame : frames) {
        if (const auto buffer = link_.lend()) {
            const std::size_t size_bytes = answer(frame.bytes, buffer->bytes);
            if (size_bytes == 0) {
                link_.give_back(*buffer);
            } else {
                link_.queue(*buffer, size_bytes);
                ++answered_;
            }
        }
        link_.release(frame);
    }
    link_.flush();
    return frames.size();
}

std::size_t Echo::answer(Bytes request, MutableBytes reply) {
    const auto view = FrameView::parse(request);
    if (!view || (view->header().flags & header_flag::response) != 0) {
        return 0;
    }
    const Header header = view->header();
    const auto ata =
        header.command == command::ata ? AtaView::parse(view->argument()) : AtaView::parse({});
    std::size_t size_bytes = request.size();
    std::size_t copied_bytes = size_bytes;
    if (ata) {
        const AtaRegisters registers = ata->registers();
        if (addressing(registers.command_status).transfer == AtaTransfer::read) {
            copied_bytes = ata_frame_size(0);
            size_bytes = ata_frame_size(registers.sector_count);
        }
    }
    if (size_bytes > reply.size() || size_bytes > link_.mtu() + ethernet_header_size) {
        return 0;
    }
    std::memcpy(reply.data(), request.data(), copied_bytes);
    std::ranges::copy(header.source, reply.begin());
    std::ranges::copy(link_.mac(), reply.begin() + mac_size);
    reply[version_flags_offset] |= std::byte{header_flag::response};
    if (ata) {
        reply[status_offset] = std::byte{ata_status::ready};
    }
    return size_bytes;
}

}  // namespace aoe::bench
