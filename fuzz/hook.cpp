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
#include <set>
#include <span>
#include <vector>

#include "fuzz/harness.h"
#include "fuzz/plain_transfer.h"
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
// ATA takes a count of zero for the largest one.
constexpr std::uint64_t most_sectors = 65536;
constexpr std::size_t least_mtu = minimum_frame_size - ethernet_header_size, most_mtu = 9000;

std::uint64_t field(Bytes frame, FieldKind kind) {
    return value_in(frame, kind);
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
        refused_.erase(sector);
    }
    /// Of those that the request may have meant nobody knows any more what they hold.
    void forget(Bytes request) {
        for_each(request, [this](auto known) { return sectors_.erase(known); });
    }
    /// They must be as they were.
    void refused(Bytes request) {
        for_each(request, [this](auto known) {
            refused_.insert(known->first);
            return std::next(known);
        });
    }
    void read(std::uint64_t sector, Bytes data) {
        const auto known = sectors_.find(sector);
        if (known == sectors_.end()) return written(sector, data);
        require(equal(known->second, data) || !refused_.contains(sector),
                "a write that is refused changes nothing");
        require(equal(known->second, data), "a read returns what was written, or read before");
    }

private:
    /// By every reading of the request's address and count; `visit` returns the next one.
    template <typename Visit> void for_each(Bytes request, Visit visit) {
        const std::uint64_t lba = field(request, FieldKind::lba);
        const std::uint64_t count = field(request, FieldKind::ata_count);
        for (const std::uint64_t first :
             {lba, lba & (lba48_limit - 1), lba & 0xffffffffU, lba & (lba28_limit - 1)}) {
            auto known = sectors_.lower_bound(first);
            const std::uint64_t end = first + (count != 0 ? count : most_sectors);
            while (known != sectors_.end() && known->first < end) known = visit(known);
        }
    }

    std::map<std::uint64_t, FrameBytes> sectors_;
    std::set<std::uint64_t> refused_;  // Since they were written.
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
            if (holds_to(AOE_FUZZ_DATA) && looks_like_aoe(frame)) follow(frame, replies.back());
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
    }

    /// What became of the disk.
    void follow(Bytes request, Bytes reply) {
        // What is not for the target changes nothing, and has no reply.
        if (reply.empty() && must_be_ignored(request, world_) && holds_to(AOE_FUZZ_SILENCE)) return;
        const bool refused = !reply.empty() && is_refusal(request, reply);
        const auto transfer = plain_transfer(request);
        if (refused && holds_to(AOE_FUZZ_REFUSED) && may_change_sectors(request)) {
            return known_.refused(request);
        }
        if (!transfer || refused || reply.size() < data_offset) {
            if (may_change_sectors(request)) known_.forget(request);
            return;
        }
        moved(*transfer, request, reply);
    }

    static bool is_refusal(Bytes request, Bytes reply) {
        // Some send back the flag that came with the request, whatever they did.
        if ((field(request, FieldKind::version_flags) & header_flag::error) != 0) return false;
        return (field(reply, FieldKind::version_flags) & header_flag::error) != 0 ||
               (value_in(reply, FieldKind::opcode) & ata_status::not_success) != 0;
    }

    void moved(const Transfer& transfer, Bytes request, Bytes reply) {
        const auto [direction, first, count] = transfer;
        const bool writes = direction == AtaTransfer::write;
        if (count == 0) return writes ? known_.forget(request) : void();
        const Bytes sectors = (writes ? request : reply).subspan(data_offset);
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
