// SPDX-License-Identifier: MIT
// What the suite's own work costs: a fence, with the bundled target at the other end of a link in
// memory, and judging one frame of a capture.
#include <benchmark/benchmark.h>

#include "bench/allocations.h"
#include "bench/requests.h"
#include "conformance/guard.h"
#include "conformance/judge/judge.h"
#include "conformance/peer.h"
#include "target/disk.h"
#include "target/export.h"
#include "target/server.h"
#include "wire/memory_link.h"
#include "wire/sizes.h"

namespace aoe::bench {
namespace {

/// Whoever waits lets the target work.
class ServingClock final : public Clock {
public:
    explicit ServingClock(target::Server& server) : server_(server) {}
    Time now() const noexcept override { return now_; }
    void wait(Link& /*link*/, Time /*deadline*/) override {
        server_.step();
        now_ += std::chrono::microseconds(1);
    }

private:
    target::Server& server_;
    Time now_{};
};

void suite_fence(benchmark::State& state) {
    auto [near, far] = make_memory_pair({.first_mac = initiator_mac, .second_mac = target_mac});
    target::MemoryDisk disk(1024);
    target::Export exported({.address = address, .sectors = disk.sectors(), .serial = "bench"});
    target::Server server(*far, exported, disk);
    ServingClock clock(server);
    conformance::Peer peer(*near, clock,
                           {.target = target_mac, .shelf = address.shelf, .slot = address.slot});
    const AllocationCount count(state);
    for (auto _ : state) {
        if (!peer.fence()) return state.SkipWithError("a fence was not answered");
        peer.forget(0);
    }
}
BENCHMARK(suite_fence);

/// What aoe-bench's own requests to a target on the network pass before they leave.
void guard(benchmark::State& state, const Frame& request) {
    const conformance::GuardRules rules{.open = conformance::Door::write,
                                        .ours = initiator_mac,
                                        .target = target_mac,
                                        .shelf = address.shelf,
                                        .slot = address.slot,
                                        .scratch = {.first = 0, .count = 1024},
                                        .sectors = 2048};
    const AllocationCount count(state);
    for (auto _ : state) {
        const conformance::Judgement judgement = conformance::judge_frame(request, rules);
        if (!rules.open.contains(judgement.needs)) return state.SkipWithError("a door is closed");
    }
}
BENCHMARK_CAPTURE(guard, read_2_sectors, read_request(2));
BENCHMARK_CAPTURE(guard, write_2_sectors, write_request(2));

/// Reads of two sectors and their replies, each pair with a tag of its own.
void judge_reads(benchmark::State& state) {
    Frame request = read_request(2);
    Frame reply = request;
    reply.resize(ata_frame_size(2));
    std::ranges::copy(initiator_mac, reply.begin());
    std::ranges::copy(target_mac, reply.begin() + mac_size);
    reply[ethernet_header_size] |= std::byte{header_flag::response};
    reply[header_size + 3] = std::byte{ata_status::ready};
    conformance::Judge judge({});
    judge.begin_file();
    std::uint32_t tag = 0x80000000;
    conformance::CapturedPacket packet;
    const auto see = [&](Frame& frame) {
        for (std::size_t i = 0; i < 4; ++i) {
            frame[20 + i] = static_cast<std::byte>(tag >> (24 - 8 * i));
        }
        ++packet.number;
        packet.time += std::chrono::microseconds(10);
        packet.length = static_cast<std::uint32_t>(frame.size());
        packet.bytes = frame;
        judge.see(conformance::look_at(packet));
    };
    const AllocationCount count(state);
    for (auto _ : state) {
        ++tag;
        see(request);
        see(reply);
    }
    judge.end_file();
    if (judge.counts().unmatched != 0) return state.SkipWithError("a reply met no request");
    state.SetItemsProcessed(2 * state.iterations());
}
BENCHMARK(judge_reads);

}  // namespace
}  // namespace aoe::bench
