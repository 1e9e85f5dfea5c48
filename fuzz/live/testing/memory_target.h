// SPDX-License-Identifier: MIT
// A planted target in memory, as a campaign meets it: links, a clock that never sleeps, and a
// control that starts it again.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/liveness.h"
#include "fuzz/live/live_target.h"
#include "fuzz/live/testing/planted.h"
#include "target/disk.h"
#include "target/server.h"
#include "wire/memory_link.h"

namespace aoe::fuzz {

class MemoryTarget final : public conformance::TargetControl {
public:
    static constexpr std::uint64_t sectors = 8192;
    static constexpr conformance::SectorRange scratch{.first = 4096, .count = 2048};

    explicit MemoryTarget(Mistake mistake) : links_(make_memory_pair({})), mistake_(mistake) {
        clock_.set_step([this] { return !ended_ && server_->step(); });
        restart();
    }

    std::optional<std::string> ended() override {
        return ended_ ? std::optional<std::string>("was killed by signal 6 (Aborted)")
                      : std::nullopt;
    }
    bool restart() override {
        ended_ = false;
        ++starts_;
        server_.reset();
        planted_.reset();
        export_.emplace(target::ExportOptions{
            .address = {.shelf = 7, .slot = 3}, .sectors = sectors, .serial = "memory"});
        planted_.emplace(*export_, mistake_, [this] { ended_ = true; });
        server_.emplace(*links_.second, *planted_, disk_);
        return true;
    }
    std::vector<std::string> last_output() override { return {"pid 17: it was the list"}; }
    int starts() const { return starts_; }

    Link& link() { return *links_.first; }
    VirtualClock& clock() { return clock_; }

    LiveTargetOptions options(conformance::Doors open) {
        const Mac second{std::byte{2}, {}, {}, {}, {}, std::byte{0x77}};
        return {.rules = {.open = open,
                          .private_network = true,
                          .ours = link().mac(),
                          .second = second,
                          .target = links_.second->mac(),
                          .shelf = 7,
                          .slot = 3,
                          .mtu = link().mtu(),
                          .scratch = scratch,
                          .sectors = sectors,
                          .sectors_per_message = 2,
                          .buffer_count = 16},
                .facts = {},
                .home = {},
                .world = {.target = links_.second->mac(),
                          .ours = link().mac(),
                          .second = second,
                          .address = {.shelf = 7, .slot = 3},
                          .disk_sectors = sectors}};
    }
    /// Of a target that is not ours, and had empty lists.
    LiveTargetOptions options_abroad(conformance::Doors open) {
        using conformance::Door;
        LiveTargetOptions made = options(open);
        made.rules.private_network = false;
        made.home.doors = conformance::Doors(Door::config) | Door::mask | Door::reserve;
        return made;
    }
    ReplyRules reply_rules() {
        return {.target = links_.second->mac(), .address = {.shelf = 7, .slot = 3}};
    }

private:
    std::pair<LinkPtr, LinkPtr> links_;
    Mistake mistake_;
    VirtualClock clock_;
    target::MemoryDisk disk_{sectors};
    std::optional<target::Export> export_;
    std::optional<Planted> planted_;
    std::optional<target::Server> server_;
    bool ended_ = false;
    int starts_ = 0;
};

}  // namespace aoe::fuzz
