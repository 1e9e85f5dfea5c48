// SPDX-License-Identifier: MIT
// What links cost: one in memory, which is the time that a simulation spends on its wire and not on
// what it tests, and packet sockets, whose other end works on the same core.
#include <system_error>

#include <benchmark/benchmark.h>

#include "bench/allocations.h"
#include "bench/echo.h"
#include "bench/requests.h"
#include "target/disk.h"
#include "target/export.h"
#include "target/server.h"
#include "wire/memory_link.h"
#include "wire/packet_link.h"
#include "wire/private_network.h"

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

/// Once: what follows stays in that network.
void lay_cable() {
    if (in_private_network()) return;
    enter_private_network();
    add_veth_pair("near", "far", 1500);
    set_mac("near", initiator_mac);
    set_mac("far", target_mac);
}

void packet_link_echo(benchmark::State& state) {
    LinkPtr near, far;
    try {
        lay_cable();
        near = open_packet_link({.interface = "near"});
        far = open_packet_link({.interface = "far"});
    } catch (const std::system_error& error) {
        return state.SkipWithError(error.what());
    }
    Echo echo(*far);
    round_trips(state, *near, [&] { return echo.step() != 0; });
}
BENCHMARK(packet_link_echo)->Arg(1)->Arg(32);

}  // namespace
}  // namespace aoe::bench
