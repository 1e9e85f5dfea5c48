// SPDX-License-Identifier: MIT
// What a link in memory costs: the time that a simulation spends on its wire, not on what it tests.
#include <benchmark/benchmark.h>

#include "bench/allocations.h"
#include "bench/echo.h"
#include "bench/requests.h"
#include "target/disk.h"
#include "target/export.h"
#include "target/server.h"
#include "wire/memory_link.h"

namespace aoe::bench {
namespace {

/// Sends `state.range(0)` requests, lets the far end work, and takes the replies.
template <typename Answer> void round_trips(benchmark::State& state, Link& near, Answer answer) {
    const Frame request = read_request(2);
    const auto burst = static_cast<std::size_t>(state.range(0));
    const AllocationCount count(state);
    for (auto _ : state) {
        for (std::size_t i = 0; i < burst; ++i) {
            send_copy(near, request);
        }
        near.flush();
        std::size_t received = 0;
        while (received < burst && answer()) {
            for (auto frames = near.receive(burst); !frames.empty(); frames = near.receive(burst)) {
                for (const ReceivedFrame& frame : frames) {
                    near.release(frame);
                    ++received;
                }
            }
        }
        if (received != burst) {
            return state.SkipWithError("a reply is missing");
        }
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(burst));
}

void memory_link_echo(benchmark::State& state) {
    auto [near, far] = make_memory_pair({.first_mac = initiator_mac, .second_mac = target_mac});
    Echo echo(*far);
    round_trips(state, *near, [&] { return echo.step() != 0; });
}
BENCHMARK(memory_link_echo)->Arg(1)->Arg(32);

void memory_link_target(benchmark::State& state) {
    auto [near, far] = make_memory_pair({.first_mac = initiator_mac, .second_mac = target_mac});
    target::MemoryDisk disk(1024);
    target::Export exported({.address = address, .sectors = disk.sectors(), .serial = "bench"});
    target::Server server(*far, exported, disk);
    round_trips(state, *near, [&] { return server.step(); });
}
BENCHMARK(memory_link_target)->Arg(1)->Arg(32);

}  // namespace
}  // namespace aoe::bench
