// SPDX-License-Identifier: MIT
#include "initiator/channel.h"

#include <algorithm>
#include <cassert>

#include "wire/ata.h"
#include "wire/sizes.h"

namespace aoe::initiator::detail {
namespace {

// A frame that every path carries: what AoE allowed before jumbo frames.
constexpr std::size_t small_sectors = 2;
// So often is a larger one tried before it is split.
constexpr unsigned tries_of_large_frame = 3;

}  // namespace

std::size_t Channel::sectors_per_frame(std::size_t mtu) const noexcept {
    const std::size_t advertised = device.config ? advertised_sectors(*device.config) : 1;
    const std::size_t most = std::min(advertised, max_sectors(mtu));
    return small_frames_only ? std::min(most, small_sectors) : most;
}

std::optional<Part> Channel::cut_part(std::size_t mtu) {
    if (!pieces.empty()) {
        const Part part = pieces.front();
        pieces.pop_front();
        return part;
    }
    if (waiting.empty()) return std::nullopt;
    Operation& operation = *waiting.front();
    const std::uint64_t left = operation.sectors - operation.sectors_cut;
    const std::uint64_t sectors = std::min<std::uint64_t>(left, sectors_per_frame(mtu));
    Part part;
    part.operation = &operation;
    part.span = {.offset_sectors = operation.sectors_cut,
                 .sectors = static_cast<std::uint16_t>(sectors)};
    operation.sectors_cut += sectors;
    ++operation.open_parts;
    if (operation.sectors_cut == operation.sectors) waiting.pop_front();
    return part;
}

void Channel::split(Part& part, std::size_t most_sectors) {
    const std::size_t most = std::max<std::size_t>(most_sectors, 1);
    const std::size_t all = part.span.sectors;
    if (all <= most) return;
    part.span.sectors = static_cast<std::uint16_t>(most);
    Part piece = part;
    piece.tries = 0;
    for (std::size_t done = most; done < all; done += piece.span.sectors) {
        piece.span.offset_sectors = part.span.offset_sectors + done;
        piece.span.sectors = static_cast<std::uint16_t>(std::min(most, all - done));
        pieces.push_back(piece);
        ++part.operation->open_parts;
    }
}

void Channel::suspect_large_frames(Part& part) {
    if (part.span.sectors <= small_sectors || part.tries < tries_of_large_frame) return;
    if (!large_frames_arrive) small_frames_only = true;
    split(part, small_sectors);
}

void Channel::store(const Part& part, Bytes data, const Mac& sender) {
    const Request& request = part.operation->request;
    if (!device.mac) device.mac = sender;
    if (part.span.sectors > small_sectors) large_frames_arrive = true;
    if (request.kind == Kind::read) {
        const MutableBytes into =
            request.read_into.subspan(part.span.offset_sectors * sector_size, data.size());
        std::copy(data.begin(), data.end(), into.begin());
    } else if (request.kind == Kind::identify) {
        std::copy(data.begin(), data.end(), device.identify.emplace().begin());
    } else if (request.kind == Kind::query_config) {
        const ConfigView config = *ConfigView::parse(data);
        device.config = config.fields();
        const Bytes string = config.string() ? *config.string() : Bytes{};
        device.config_string.assign(reinterpret_cast<const char*>(string.data()), string.size());
        window.set_limit(std::min<std::size_t>(device.config->buffer_count, most_frames_under_way));
    }
}

void Channel::forget(const Operation& operation) {
    std::erase_if(pieces, [&](const Part& part) { return part.operation == &operation; });
    std::erase(waiting, &operation);
}

}  // namespace aoe::initiator::detail
