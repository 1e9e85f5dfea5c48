// SPDX-License-Identifier: MIT
#include "initiator/channel.h"

#include <algorithm>
#include <cassert>

#include "wire/ata.h"
#include "wire/mask.h"
#include "wire/reserve.h"
#include "wire/sizes.h"

namespace aoe::initiator::detail {
namespace {

// A frame that every path carries: what AoE allowed before jumbo frames.
constexpr std::size_t small_sectors = 2;
// So often is a larger one tried before it is split.
constexpr unsigned tries_of_large_frame = 3;
// So many in a row were split on a path that once carried large ones: it does no longer.
constexpr unsigned splits_of_good_path = 4;

template <typename List, typename At>
void assign_list(std::vector<Mac>& into, const List& list, std::size_t count, At at) {
    into.clear();
    for (std::size_t i = 0; i < count; ++i) into.push_back(at(list, i));
}

std::string text_of(Bytes string) {
    return {reinterpret_cast<const char*>(string.data()), string.size()};
}

void store_holders(Device& device, Bytes argument) {
    const ReserveView reserve = *ReserveView::parse(argument);
    assign_list(device.reserve_list, *reserve.macs(), reserve.fields().mac_count, reserve_mac_at);
}

}  // namespace

std::size_t Channel::most_sectors(std::size_t mtu) const noexcept {
    const std::size_t advertised = device.config ? advertised_sectors(*device.config) : 1;
    return std::min(advertised, max_sectors(mtu));
}

std::size_t Channel::sectors_per_frame(std::size_t mtu) const noexcept {
    const std::size_t most = most_sectors(mtu);
    return small_frames_only ? std::min(most, small_sectors) : most;
}

std::optional<Part> Channel::cut_part(std::size_t mtu, Time now) {
    if (!pieces.empty()) {
        const Part part = pieces.front();
        pieces.pop_front();
        return part;
    }
    if (waiting.empty()) return std::nullopt;
    Operation& operation = *waiting.front();
    const std::uint64_t left = operation.sectors - operation.sectors_cut;
    const bool probes = small_frames_only && !probe_under_way && now >= next_probe &&
                        left > small_sectors && most_sectors(mtu) > small_sectors;
    const std::size_t most = probes ? most_sectors(mtu) : sectors_per_frame(mtu);
    const std::uint64_t sectors = std::min<std::uint64_t>(left, most);
    Part part;
    part.probes = probes;
    if (probes) probe_under_way = true;
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
    piece.lost_early = 0;
    piece.probes = false;
    for (std::size_t done = most; done < all; done += piece.span.sectors) {
        piece.span.offset_sectors = part.span.offset_sectors + done;
        piece.span.sectors = static_cast<std::uint16_t>(std::min(most, all - done));
        pieces.push_back(piece);
        ++part.operation->open_parts;
    }
}

void Channel::suspect_large_frames(Part& part, Time now) {
    if (part.span.sectors <= small_sectors) return;
    if (part.probes) {
        part.probes = probe_under_way = false;
        probe_pause = std::min(probe_pause * 2, most_probe_pause);
        next_probe = now + probe_pause;
    } else if (part.tries < tries_of_large_frame) {
        return;
    } else if (!small_frames_only &&
               (++large_frames_lost >= splits_of_good_path || !large_frames_arrive)) {
        small_frames_only = true;
        next_probe = now + probe_pause;
    }
    split(part, small_sectors);
}

void Channel::store(const Part& part, Bytes data, const Mac& sender) {
    const Request& request = part.operation->request;
    if (!device.mac) device.mac = sender;
    if (part.span.sectors > small_sectors) {
        large_frames_arrive = true;
        small_frames_only = false;
        large_frames_lost = 0;
        probe_pause = least_probe_pause;
    }
    if (request.kind == Kind::read) {
        const MutableBytes into =
            request.read_into.subspan(part.span.offset_sectors * sector_size, data.size());
        std::copy(data.begin(), data.end(), into.begin());
    } else if (request.kind == Kind::identify) {
        std::copy(data.begin(), data.end(), device.identify.emplace().begin());
    } else if (request.kind == Kind::query_config) {
        (void)store_config(data);
    } else if (request.kind == Kind::mask) {
        const MaskView mask = *MaskView::parse(data);
        assign_list(device.mask_list, *mask.directives(), mask.fields().directive_count,
                    [](Bytes list, std::size_t i) { return mask_directive_at(list, i).mac; });
    } else if (request.kind == Kind::reserve) {
        store_holders(device, data);
    }
}

void Channel::store_refusal(Kind kind, Bytes argument) {
    if (argument.empty()) return;
    if (kind == Kind::query_config) {
        device.config_string = text_of(*ConfigView::parse(argument)->string());
    } else if (kind == Kind::reserve) {
        store_holders(device, argument);
    }
}

bool Channel::store_config(Bytes argument) {
    const ConfigView config = *ConfigView::parse(argument);
    ConfigFields fields = config.fields();
    const std::string text = text_of(config.string() ? *config.string() : Bytes{});
    // What a reply repeats of its request is no news.
    const ConfigFields before = device.config.value_or(ConfigFields{});
    const bool changed = !device.config || text != device.config_string ||
                         fields.buffer_count != before.buffer_count ||
                         fields.sector_count != before.sector_count ||
                         fields.firmware_version != before.firmware_version;
    device.config = fields;
    device.config_string = text;
    window.set_limit(std::min<std::size_t>(fields.buffer_count, most_frames_under_way));
    return changed;
}

void Channel::forget(const Operation& operation) {
    std::erase_if(pieces, [&](const Part& part) { return part.operation == &operation; });
    std::erase(waiting, &operation);
}

}  // namespace aoe::initiator::detail
