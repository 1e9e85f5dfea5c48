// SPDX-License-Identifier: MIT
// Plays sessions to a target behind hook.h and holds its replies against the promises.
#include "fuzz/hook.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "fuzz/harness.h"
#include "fuzz/raw_bytes.h"
#include "fuzz/reply_rules.h"
#include "fuzz/require.h"
#include "fuzz/session_style.h"
#include "wire/ata.h"
#include "wire/frame.h"

// Linkers take the mutator out of the library only when somebody asks for it.
[[gnu::used]] static auto* const mutator = &LLVMFuzzerCustomMutator;
[[gnu::used]] static auto* const cross_over = &LLVMFuzzerCustomCrossOver;

namespace {

using namespace aoe;
using namespace aoe::fuzz;

constexpr std::size_t data_offset = 36, spare_bytes = 64;
constexpr std::size_t least_mtu = minimum_frame_size - ethernet_header_size, most_mtu = 9000;

std::uint64_t field(Bytes frame, FieldKind kind) {
    return get(frame, field_of(kind));
}

aoe_fuzz_target started() {
    const World defaults;
    aoe_fuzz_target target{};
    std::memcpy(target.mac, defaults.target.data(), defaults.target.size());
    target.shelf = defaults.address.shelf;
    target.slot = defaults.address.slot;
    target.sectors = 32;
    target.mtu = 1500;
    target.promises = AOE_FUZZ_ALL;
    aoe_fuzz_init(&target);
    if (target.mtu < least_mtu || target.mtu > most_mtu || target.sectors == 0) {
        std::fprintf(stderr, "aoe_fuzz_init(): the MTU must be 46 to 9000, and sectors not 0\n");
        std::exit(2);
    }
    return target;
}

World world_of(const aoe_fuzz_target& target) {
    World world;
    std::memcpy(world.target.data(), target.mac, world.target.size());
    world.address = {.shelf = target.shelf, .slot = target.slot};
    world.disk_sectors = target.sectors;
    world.frame_limit_bytes = target.mtu + ethernet_header_size;
    return world;
}

/// What is known of the disk from what was written and read.
class KnownSectors {
public:
    void written(std::uint64_t sector, Bytes data) {
        sectors_[sector].assign(data.begin(), data.end());
    }
    /// What a failed write left is anybody's guess.
    void forget(std::uint64_t sector) { sectors_.erase(sector); }
    void read(std::uint64_t sector, Bytes data) {
        const auto known = sectors_.find(sector);
        if (known == sectors_.end()) return written(sector, data);
        require(equal(known->second, data), "a read returns what was written, or read before");
    }

private:
    std::map<std::uint64_t, FrameBytes> sectors_;
};

class Player {
public:
    explicit Player(std::byte dirt) : target_(started()), world_(world_of(target_)), dirt_(dirt) {}

    bool holds_to(unsigned promise) const { return (target_.promises & promise) != 0; }
    std::vector<FrameBytes> play(const Session& session) {
        std::vector<FrameBytes> replies;
        for (const FrameBytes& frame : session.frames) {
            if (frame.size() > world_.frame_limit_bytes) continue;
            replies.push_back(ask(frame));
            if (!replies.back().empty()) check(frame, replies.back());
        }
        return replies;
    }

private:
    /// Empty for silence.
    FrameBytes ask(const FrameBytes& request) {
        const auto in = std::make_unique<std::byte[]>(request.size());
        copy(request, MutableBytes(in.get(), request.size()));
        out_.assign(world_.frame_limit_bytes + spare_bytes, dirt_);
        const std::size_t size =
            aoe_fuzz_frame(reinterpret_cast<const std::uint8_t*>(in.get()), request.size(),
                           reinterpret_cast<std::uint8_t*>(out_.data()));
        require(size <= world_.frame_limit_bytes, "a reply fits the MTU");
        require(
            equal(Bytes(out_).subspan(world_.frame_limit_bytes), FrameBytes(spare_bytes, dirt_)),
            "nothing is written behind the reply's buffer");
        return {out_.begin(), out_.begin() + static_cast<std::ptrdiff_t>(size)};
    }

    void check(Bytes request, Bytes reply) {
        if (must_be_ignored(request, world_)) {
            return require(!holds_to(AOE_FUZZ_SILENCE),
                           "only requests for this target are answered");
        }
        const char* broken = broken_header_rule(request, reply, world_);
        require(broken == nullptr || !holds_to(AOE_FUZZ_HEADER), broken);
        require(reply.size() >= header_size, "a reply has a header");
        if (holds_to(AOE_FUZZ_DATA) && field(request, FieldKind::command) == command::ata &&
            request.size() >= data_offset) {
            check_sectors(request, reply);
        }
    }

    void check_sectors(Bytes request, Bytes reply) {
        const auto opcode = static_cast<std::uint8_t>(field(request, FieldKind::opcode));
        const AtaAddressing means = addressing(opcode);
        if (means.transfer == AtaTransfer::none) return;
        const bool failed = (field(reply, FieldKind::version_flags) & 4) != 0 ||
                            reply.size() < data_offset ||
                            (field(reply, FieldKind::opcode) & ata_status::not_success) != 0;
        const std::uint64_t mask = means.extended ? lba48_limit - 1 : lba28_limit - 1;
        const std::uint64_t first = field(request, FieldKind::lba) & mask;
        const std::uint64_t count = field(request, FieldKind::ata_count);
        const bool writes = means.transfer == AtaTransfer::write;
        const Bytes data = (writes ? request : failed ? Bytes() : reply.subspan(data_offset));
        const Bytes sectors = writes ? data.subspan(data_offset) : data;
        if (failed && writes) {
            for (std::uint64_t i = 0; i < count; ++i) known_.forget(first + i);
        }
        if (failed || count == 0) return;
        require(first < target_.sectors && count <= target_.sectors - first,
                "no sector is moved that is not on the disk");
        require(sectors.size() >= count * sector_size,
                writes ? "a write that lacks sectors fails" : "a read has all its sectors");
        for (std::uint64_t i = 0; i < count; ++i) {
            const Bytes sector = sectors.subspan(i * sector_size, sector_size);
            if (writes) {
                known_.written(first + i, sector);
            } else {
                known_.read(first + i, sector);
            }
        }
    }

    aoe_fuzz_target target_;
    World world_;
    std::byte dirt_;
    FrameBytes out_;
    KnownSectors known_;
};

}  // namespace

SessionStyle aoe::fuzz::session_style() {
    static const World world = world_of(started());
    return {.world = world};
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Session session = parse_session(std::as_bytes(std::span(data, size)));
    Player player(std::byte{0xee});
    const auto replies = player.play(session);
    if (player.holds_to(AOE_FUZZ_STALE)) {
        require(Player(std::byte{0x11}).play(session) == replies,
                "no byte of a reply is left over, and a start forgets everything");
    }
    return 0;
}
