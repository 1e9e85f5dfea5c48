// SPDX-License-Identifier: MIT
// Who is answered, and commands 0 and 1. Commands 2 and 3 are in target_model_lists.cpp.
#include "fuzz/target_model.h"

#include <algorithm>
#include <initializer_list>

#include "fuzz/raw_bytes.h"

namespace aoe::fuzz {
namespace {

constexpr std::size_t ata_data = 36, config_data = 32, sector = 512, shortest_frame = 60;
constexpr std::uint64_t ready = 0x40, failed = 0x41;
constexpr std::uint64_t aborted = 0x04, not_found = 0x10, uncorrectable = 0x40;

std::uint64_t field(Bytes frame, FieldKind kind) {
    return get(frame, field_of(kind));
}

bool is_one_of(std::uint64_t value, std::initializer_list<std::uint64_t> values) {
    return std::ranges::find(values, value) != values.end();
}

bool has(const std::vector<Mac>& list, std::uint64_t mac) {
    return list.empty() || std::ranges::find(list, mac_from(mac)) != list.end();
}

void put(FrameBytes& frame, FieldKind kind, std::uint64_t value) {
    set(frame, field_of(kind), value);
}

void append(FrameBytes& frame, Bytes bytes) {
    frame.insert(frame.end(), bytes.begin(), bytes.end());
}

}  // namespace

std::optional<FrameBytes> TargetModel::answer(Bytes request) {
    if (!looks_like_aoe(request)) return std::nullopt;
    const std::uint64_t to = field(request, FieldKind::destination);
    const std::uint64_t from = field(request, FieldKind::source);
    const std::uint64_t shelf = field(request, FieldKind::shelf);
    const std::uint64_t slot = field(request, FieldKind::slot);
    const std::uint64_t version_flags = field(request, FieldKind::version_flags);
    const bool for_us = to == value_of(world.target) || to == 0xffffffffffff;
    const bool from_somebody = (from >> 40 & 1) == 0 && from != value_of(world.target);
    const bool named = is_one_of(shelf, {world.address.shelf, 0xffff}) &&
                       is_one_of(slot, {world.address.slot, 0xff});
    if (!for_us || !from_somebody || !named || (version_flags & 8) != 0 || !has(mask, from)) {
        return std::nullopt;
    }
    if (version_flags >> 4 != 1) return finished(reply_to(request, 5));
    switch (field(request, FieldKind::command)) {
        case 0:
            return request.size() < ata_data ? std::nullopt : ata(request);
        case 1:
            return request.size() < config_data ? std::nullopt : config(request);
        case 2:
            return request.size() < 28 ? std::nullopt : mask_list(request);
        case 3:
            return request.size() < 26 ? std::nullopt : reserve(request);
        default:
            return finished(reply_to(request, 1));
    }
}

std::vector<FrameBytes> TargetModel::announcements() const {
    std::vector<FrameBytes> all;
    FrameBytes to_nobody(24);
    put(to_nobody, FieldKind::command, 1);
    std::vector<Mac> everybody = mask;
    if (everybody.empty()) everybody.push_back(mac_from(0xffffffffffff));
    for (const Mac& mac : everybody) {
        put(to_nobody, FieldKind::source, value_of(mac));
        auto frame = config_reply(reply_to(to_nobody), 0);
        if (!frame) break;
        all.push_back(*std::move(frame));
    }
    return all;
}

/// Bytes of the longest frame that leaves.
std::size_t TargetModel::room() const {
    return std::max(shortest_frame, mtu + 14);
}

FrameBytes TargetModel::reply_to(Bytes request, std::uint64_t error) const {
    FrameBytes reply(24);
    put(reply, FieldKind::destination, field(request, FieldKind::source));
    put(reply, FieldKind::source, value_of(world.target));
    put(reply, FieldKind::ether_type, 0x88a2);
    put(reply, FieldKind::version_flags, error == 0 ? 0x18 : 0x1c);
    put(reply, FieldKind::error, error);
    put(reply, FieldKind::shelf, world.address.shelf);
    put(reply, FieldKind::slot, world.address.slot);
    put(reply, FieldKind::command, field(request, FieldKind::command));
    put(reply, FieldKind::tag, field(request, FieldKind::tag));
    return reply;
}

/// Padded with zeros; nothing when no frame holds it.
TargetModel::Answer TargetModel::finished(FrameBytes reply) const {
    if (reply.size() > room()) return std::nullopt;
    reply.resize(std::max(reply.size(), shortest_frame));
    return reply;
}

// Command 0 --------------------------------------------------------------------------------------

TargetModel::Answer TargetModel::ata(Bytes request) {
    const std::uint64_t opcode = field(request, FieldKind::opcode);
    if (opcode != 0xec && !has(reservation, field(request, FieldKind::source))) {
        FrameBytes refusal = *ata_done(request, failed, aborted);
        put(refusal, FieldKind::version_flags, 0x1c);
        put(refusal, FieldKind::error, 6);
        return refusal;
    }
    const bool writes = is_one_of(opcode, {0x30, 0x34, 0x35, 0xca});
    const bool reads = is_one_of(opcode, {0x20, 0x24, 0x25, 0xc8});
    const bool says_write = (field(request, FieldKind::ata_flags) & 1) != 0;
    if (says_write != writes) return ata_done(request, failed, aborted);
    if (reads || writes) {
        return transfer(request, writes, is_one_of(opcode, {0x24, 0x25, 0x34, 0x35}));
    }
    switch (opcode) {
        case 0xec:
            if (ata_data + sector > room()) return ata_done(request, failed, aborted);
            return ata_done(request, ready, 0, identify_data());
        case 0xef:
            return set_features(request);
        case 0xe7:
        case 0xea:
            return flush(request);
        case 0xe5: {
            FrameBytes awake = *ata_done(request, ready, 0);
            put(awake, FieldKind::ata_count, 0xff);
            return awake;
        }
        default:
            return ata_done(request, failed, aborted);
    }
}

TargetModel::Answer TargetModel::ata_done(Bytes request, std::uint64_t status, std::uint64_t error,
                                          Bytes data) const {
    FrameBytes reply = reply_to(request);
    append(reply, request.subspan(24, ata_data - 24));
    put(reply, FieldKind::ata_flags, field(request, FieldKind::ata_flags) & 0x53);
    put(reply, FieldKind::feature, error);
    put(reply, FieldKind::opcode, status);
    put(reply, FieldKind::ata_reserved, 0);
    if (status == ready) put(reply, FieldKind::ata_count, 0);
    append(reply, data);
    return finished(std::move(reply));
}

TargetModel::Answer TargetModel::transfer(Bytes request, bool writes, bool wide) {
    const std::uint64_t count = field(request, FieldKind::ata_count);
    const std::size_t size = count * sector;
    const Bytes given = request.subspan(ata_data);
    if (count == 0 || ata_data + size > room() || (writes && (read_only || given.size() < size))) {
        return ata_done(request, failed, aborted);
    }
    const std::uint64_t first =
        field(request, FieldKind::lba) & (wide ? 0xffffffffffff : 0xfffffff);
    if (first + count > world.disk_sectors) return ata_done(request, failed, not_found);

    const MutableBytes here = MutableBytes(disk).subspan(first * sector, size);
    FrameBytes gone = *ata_done(request, failed, aborted);
    put(gone, FieldKind::version_flags, 0x1c);
    put(gone, FieldKind::error, 3);
    if (fault == DiskFault::gone) return gone;
    if (!writes) {
        return fault == DiskFault::read ? ata_done(request, failed, uncorrectable)
                                        : ata_done(request, ready, 0, here);
    }
    if (fault == DiskFault::write) return ata_done(request, failed, aborted);
    copy(given.first(size), here);
    durable = false;
    return cache_on ? ata_done(request, ready, 0) : flush(request);
}

TargetModel::Answer TargetModel::flush(Bytes request) {
    const bool fails = fault == DiskFault::flush || fault == DiskFault::gone;
    durable = durable || !fails;
    FrameBytes reply = *ata_done(request, fails ? failed : ready, fails ? aborted : 0);
    if (fault == DiskFault::gone) {
        put(reply, FieldKind::version_flags, 0x1c);
        put(reply, FieldKind::error, 3);
    }
    return reply;
}

TargetModel::Answer TargetModel::set_features(Bytes request) {
    const std::uint64_t feature = field(request, FieldKind::feature);
    if (!has_write_cache || !is_one_of(feature, {0x02, 0x82})) {
        return ata_done(request, failed, aborted);
    }
    cache_on = feature == 0x02;
    return cache_on ? ata_done(request, ready, 0) : flush(request);
}

/// Word 85 bit 5 says whether the cache is on; the sum of all bytes is zero.
FrameBytes TargetModel::identify_data() const {
    FrameBytes data = identity;
    if (has_write_cache && !cache_on) {
        data[2 * 85] ^= std::byte{0x20};
        data[511] = static_cast<std::byte>(std::to_integer<unsigned>(data[511]) + 0x20);
    }
    return data;
}

// Command 1 --------------------------------------------------------------------------------------

TargetModel::Answer TargetModel::config(Bytes request) {
    const std::uint64_t sub_command = field(request, FieldKind::version_ccmd) & 0xf;
    if (sub_command == 0) return config_reply(reply_to(request), 0);
    const std::uint64_t length = field(request, FieldKind::string_length);
    if (length > 1024 || length > request.size() - config_data || sub_command > 4) {
        return finished(reply_to(request, 2));
    }
    const Bytes given = request.subspan(config_data, length);
    const bool begins = given.size() <= config_string.size() &&
                        std::equal(given.begin(), given.end(), config_string.begin());
    const bool equal = begins && given.size() == config_string.size();
    if ((sub_command == 1 && !equal) || (sub_command == 2 && !begins)) return std::nullopt;
    const bool occupied = sub_command == 3 && !config_string.empty() && !equal;
    if (sub_command >= 3 && !occupied) config_string.assign(given.begin(), given.end());
    return config_reply(reply_to(request, occupied ? 4 : 0), sub_command);
}

TargetModel::Answer TargetModel::config_reply(FrameBytes reply, std::uint64_t sub_command) const {
    reply.resize(config_data);
    const std::size_t sectors = mtu < 22 ? 0 : std::min<std::size_t>((mtu - 22) / sector, 255);
    put(reply, FieldKind::buffer_count, std::clamp<std::size_t>(receive_capacity, 1, 64));
    put(reply, FieldKind::firmware, 1);
    put(reply, FieldKind::config_sectors, std::max<std::size_t>(1, sectors));
    put(reply, FieldKind::version_ccmd, 0x10 | sub_command);
    put(reply, FieldKind::string_length, config_string.size());
    append(reply, config_string);
    return finished(std::move(reply));
}

}  // namespace aoe::fuzz
