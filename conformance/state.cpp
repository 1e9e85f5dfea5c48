// SPDX-License-Identifier: MIT
#include "conformance/state.h"

#include <algorithm>

#include "conformance/describe.h"
#include "conformance/match.h"

namespace aoe::conformance {

namespace {

// Reads the range in messages of the size that the target announces.
Expected<ByteVector, std::string> read_sectors(Peer& peer, const TargetFacts& target,
                                               const SectorRange& range) {
    ByteVector data;
    while (data.size() < range.count * 512) {
        const std::uint64_t lba = range.first + data.size() / 512;
        const auto count = static_cast<std::uint8_t>(
            std::min<std::uint64_t>(target.sectors_per_message(), range.first + range.count - lba));
        const auto reply = peer.ask(read_request(lba, count, target.lba48));
        const std::size_t bytes = std::size_t{count} * 512;
        if (!reply || !AtaSucceeds().Matches(*reply) || reply->data.size() < bytes) {
            return Unexpected{"sector " + std::to_string(lba) + " could not be read"};
        }
        data.insert(data.end(), reply->data.begin(),
                    reply->data.begin() + static_cast<std::ptrdiff_t>(bytes));
    }
    return data;
}

std::vector<Mac> listed_macs(const Reply& reply) {
    std::vector<Mac> macs;
    for (const Directive& directive : reply.directives()) macs.push_back(directive.mac);
    return macs;
}

std::string restore_reserve(Peer& peer, const std::vector<Mac>& wanted) {
    const auto now = peer.ask(reserve_request());
    if (now && ReserveListIs(wanted).Matches(*now)) return {};
    const auto reply = peer.ask(reserve_request(2, wanted));
    if (!reply || !ReserveListIs(wanted).Matches(*reply)) return "the reserve list";
    return {};
}

// Removes what is too much and adds what is missing, a few directives a message; our own address
// stays to the last, as long as it is listed.
std::string restore_mask(Peer& peer, const std::vector<Mac>& wanted) {
    constexpr std::size_t batch = 32;
    auto reply = peer.ask(mask_request());
    while (reply && !MaskListIs(wanted).Matches(*reply)) {
        const std::vector<Mac> now = listed_macs(*reply);
        std::vector<Directive> edit;
        for (const Mac& mac : wanted) {
            if (std::find(now.begin(), now.end(), mac) == now.end()) edit.push_back({1, mac});
        }
        for (const Mac& mac : now) {
            const bool keep = std::find(wanted.begin(), wanted.end(), mac) != wanted.end();
            if (!keep && mac != peer.link().mac()) edit.push_back({2, mac});
        }
        if (edit.empty()) edit.push_back({2, peer.link().mac()});
        edit.resize(std::min(edit.size(), batch));
        const auto edited = peer.ask(mask_request(1, edit));
        if (!edited) break;
        auto after = peer.ask(mask_request());
        if (after && listed_macs(*after) == now) break;  // The target does not do as it is told.
        reply = std::move(after);
    }
    return reply && MaskListIs(wanted).Matches(*reply) ? std::string() : "the mask list";
}

std::string restore_config(Peer& peer, const std::string& wanted) {
    const auto now = peer.ask(config_request());
    if (now && ConfigStringIs(wanted).Matches(*now)) return {};
    peer.ask(config_request(4, wanted));
    const auto reply = peer.ask(config_request());
    if (!reply || !ConfigStringIs(wanted).Matches(*reply)) return "the config string";
    return {};
}

std::string restore_sectors(Peer& peer, const TargetFacts& target, const TargetState& wanted) {
    const auto now = read_sectors(peer, target, wanted.range);
    for (std::uint64_t i = 0; i < wanted.range.count; ++i) {
        const auto begin = wanted.sectors.begin() + static_cast<std::ptrdiff_t>(i * 512);
        const ByteVector sector(begin, begin + 512);
        if (now && std::equal(sector.begin(), sector.end(),
                              now->begin() + static_cast<std::ptrdiff_t>(i * 512))) {
            continue;
        }
        const std::uint64_t lba = wanted.range.first + i;
        const auto reply = peer.ask(write_request(lba, sector, target.lba48));
        if (!reply || !AtaSucceeds().Matches(*reply)) return "sector " + std::to_string(lba);
    }
    peer.ask(ata_request(opcode::flush));
    const auto after = read_sectors(peer, target, wanted.range);
    if (!after || *after != wanted.sectors) return "the scratch range";
    return {};
}

}  // namespace

Expected<TargetState, std::string> read_state(Peer& peer, const TargetFacts& target, Doors doors) {
    TargetState state;
    if (doors.contains(Door::config)) {
        const auto reply = peer.ask(config_request());
        if (!reply || !reply->config) return Unexpected{std::string("the config string")};
        state.config_string = reply->config_string();
        state.doors = state.doors | Door::config;
    }
    if (doors.contains(Door::mask) && target.revision == Revision::r11) {
        const auto reply = peer.ask(mask_request());
        if (!reply || !reply->mask) return Unexpected{std::string("the mask list")};
        state.mask_list = listed_macs(*reply);
        state.doors = state.doors | Door::mask;
    }
    if (doors.contains(Door::reserve) && target.revision == Revision::r11) {
        const auto reply = peer.ask(reserve_request());
        if (!reply || !reply->reserve) return Unexpected{std::string("the reserve list")};
        state.reserve_list = reply->macs();
        state.doors = state.doors | Door::reserve;
    }
    if (doors.contains(Door::write) && target.identified) {
        auto sectors = read_sectors(peer, target, target.scratch);
        if (!sectors) return Unexpected{sectors.error()};
        state.range = target.scratch;
        state.sectors = *std::move(sectors);
        state.doors = state.doors | Door::write;
    }
    return state;
}

std::string restore_state(Peer& peer, const TargetFacts& target, const TargetState& wanted,
                          Doors doors) {
    // Reservation first: it may be what keeps the rest from being restored.
    std::string failed;
    const auto restore = [&](Door door, auto&& put_back) {
        if (!failed.empty() || !doors.contains(door) || !wanted.doors.contains(door)) return;
        failed = put_back();
    };
    restore(Door::reserve, [&] { return restore_reserve(peer, wanted.reserve_list); });
    restore(Door::mask, [&] { return restore_mask(peer, wanted.mask_list); });
    restore(Door::config, [&] { return restore_config(peer, wanted.config_string); });
    restore(Door::write, [&] { return restore_sectors(peer, target, wanted); });
    return failed;
}

}  // namespace aoe::conformance
