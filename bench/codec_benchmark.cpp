// SPDX-License-Identifier: MIT
// What reading and writing a message costs, everything in the first-level cache.
#include <array>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/allocations.h"
#include "bench/requests.h"
#include "wire/identify.h"

namespace aoe::bench {
namespace {

void decode_header(benchmark::State& state) {
    const Frame frame = read_request(2);
    const AllocationCount count(state);
    for (auto _ : state) {
        Bytes bytes = frame;
        benchmark::DoNotOptimize(bytes);
        const auto view = FrameView::parse(bytes);
        benchmark::DoNotOptimize(view->header());
    }
}
BENCHMARK(decode_header);

/// Header and registers, as a target does with every read.
void decode_read(benchmark::State& state) {
    const Frame frame = read_request(2);
    const AllocationCount count(state);
    for (auto _ : state) {
        Bytes bytes = frame;
        benchmark::DoNotOptimize(bytes);
        const auto view = FrameView::parse(bytes);
        benchmark::DoNotOptimize(view->header());
        benchmark::DoNotOptimize(AtaView::parse(view->argument())->registers());
    }
}
BENCHMARK(decode_read);

void decode_config(benchmark::State& state) {
    const Frame frame = config_query();
    const AllocationCount count(state);
    for (auto _ : state) {
        Bytes bytes = frame;
        benchmark::DoNotOptimize(bytes);
        const auto view = FrameView::parse(bytes);
        benchmark::DoNotOptimize(view->header());
        const auto config = ConfigView::parse(view->argument());
        benchmark::DoNotOptimize(config->fields());
        benchmark::DoNotOptimize(config->string());
    }
}
BENCHMARK(decode_config);

/// All directives of a mask list with that many.
void decode_mask_list(benchmark::State& state) {
    const auto directives = static_cast<std::size_t>(state.range(0));
    Frame frame(header_size + mask_size(directives));
    const FrameBuilder builder(frame, request_header(command::mac_mask));
    write_mask(builder.argument(), {.directive_count = static_cast<std::uint8_t>(directives)});
    const AllocationCount count(state);
    for (auto _ : state) {
        Bytes bytes = frame;
        benchmark::DoNotOptimize(bytes);
        const auto list = MaskView::parse(FrameView::parse(bytes)->argument())->directives();
        for (std::size_t i = 0; i < directives; ++i) {
            benchmark::DoNotOptimize(mask_directive_at(*list, i));
        }
    }
}
BENCHMARK(decode_mask_list)->Arg(1)->Arg(185);

void build_header(benchmark::State& state) {
    Frame storage(1514);
    const Header header = request_header(command::ata);
    const AllocationCount count(state);
    for (auto _ : state) {
        const FrameBuilder builder(storage, header);
        benchmark::DoNotOptimize(builder.finish(0));
        benchmark::ClobberMemory();
    }
}
BENCHMARK(build_header);

/// Header and registers, padded; no sectors.
void build_read_request(benchmark::State& state) {
    Frame storage(1514);
    const Header header = request_header(command::ata);
    std::uint64_t lba = 0;
    const AllocationCount count(state);
    for (auto _ : state) {
        benchmark::DoNotOptimize(write_read_request(storage, header, ++lba, 2));
        benchmark::ClobberMemory();
    }
}
BENCHMARK(build_read_request);

void build_config_reply(benchmark::State& state) {
    Frame storage(1514);
    const Header header = request_header(command::config);
    const Frame string(static_cast<std::size_t>(state.range(0)));
    const AllocationCount count(state);
    for (auto _ : state) {
        const FrameBuilder builder(storage, header);
        benchmark::DoNotOptimize(
            builder.finish_padded(write_config(builder.argument(), {.buffer_count = 64}, string)));
        benchmark::ClobberMemory();
    }
}
BENCHMARK(build_config_reply)->Arg(0)->Arg(1024);

void build_identify(benchmark::State& state) {
    std::array<std::byte, identify_size> data{};
    const AllocationCount count(state);
    for (auto _ : state) {
        write_identify(data, {.serial = "7.3", .model = "AoE target", .sectors = 131072});
        benchmark::ClobberMemory();
    }
}
BENCHMARK(build_identify);

}  // namespace
}  // namespace aoe::bench
