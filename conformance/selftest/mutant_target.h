// SPDX-License-Identifier: MIT
// The bundled target in memory, broken by a mutant, as the suite starts and restarts it.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <vector>

#include "conformance/lab/lab.h"
#include "conformance/liveness.h"
#include "conformance/selftest/mutants.h"
#include "target/disk.h"
#include "target/export.h"
#include "wire/link.h"
#include "wire/memory_link.h"

namespace aoe::conformance {

/// A disk of any size whose sectors each begin with a number of their own, written and read by way
/// of a fault. Keeps only what was written.
class MutantDisk final : public target::Disk {
public:
    MutantDisk(std::uint64_t sectors, const Fault& fault) : sectors_(sectors), fault_(fault) {}

    std::uint64_t sectors() const noexcept override { return sectors_; }
    bool read_only() const noexcept override { return false; }
    /// Sectors from this one on can no longer be read or written; from 0 on: the disk is gone.
    void lose(std::uint64_t from) { lost_from_ = from; }
    std::error_code read(std::uint64_t sector, MutableBytes into) override;
    std::error_code write(std::uint64_t sector, Bytes from) override;
    std::error_code flush() override { return {}; }

    /// True when no sector is other than at the start.
    bool untouched() const;
    std::size_t changes() const { return changes_; }

private:
    using Sector = std::array<std::byte, 512>;
    static Sector fresh(std::uint64_t sector);

    std::uint64_t sectors_;
    const Fault& fault_;
    std::error_code lost(std::uint64_t sector, std::size_t size_bytes) const;

    std::uint64_t lost_from_ = std::numeric_limits<std::uint64_t>::max();
    std::unordered_map<std::uint64_t, Sector> written_;
    std::size_t changes_ = 0;
};

/// Both links to the target; of each pair the tester's end is the first.
struct MutantLinks {
    MutantLinks(std::size_t mtu, std::uint64_t seed);

    static constexpr Mac second_near{std::byte{2}, {}, {}, {}, {}, std::byte{3}};
    static constexpr Mac second_far{std::byte{2}, {}, {}, {}, {}, std::byte{4}};
    std::pair<LinkPtr, LinkPtr> first, second;
};

/// Offers what a laboratory can offer in memory: no twin, and no other MTU.
class MutantTarget final : public TargetControl, public Lab {
public:
    /// All must outlive the target, which is the far ends' only user. The disk's size is in
    /// sectors.
    MutantTarget(MutantLinks& links, VirtualClock& clock, std::uint64_t sectors,
                 const Fault& fault);

    /// Serves what is here now; true when there was anything.
    bool step();

    std::optional<std::string> ended() override;
    /// Starting again forgets all but the disk, and announces.
    bool restart() override;
    std::vector<std::string> last_output() override { return {}; }
    Lab* lab() override { return this; }

    Needs offers() const override;
    bool start_again(Start how, const Answers& answers) override;
    bool put_back() override;
    void lose_sectors(std::uint64_t from) override { disk_.lose(from); }
    SecondPort second_port() override;

    /// How often something was done otherwise than the target meant it.
    std::size_t changes() const { return changes_ + disk_.changes(); }
    const MutantDisk& disk() const { return disk_; }

private:
    void start(Start how);
    void announce();
    bool step(Link& link);
    void serve(Link& link, const FrameBytes& received);
    FrameBytes reply_to(const Link& link, const FrameBytes& request);

    MutantLinks& links_;
    VirtualClock& clock_;
    const Fault& fault_;
    MutantDisk disk_;
    Start how_ = Start::plain;
    std::optional<target::Export> export_;
    bool dead_ = false;
    std::size_t changes_ = 0;
};

}  // namespace aoe::conformance
