// SPDX-License-Identifier: MIT
// What the target's protocol costs a request: begin() and finish(), without link and loop. The disk
// is either memory, or none at all, which leaves what the protocol itself takes.
#include <system_error>
#include <variant>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/allocations.h"
#include "bench/requests.h"
#include "target/disk.h"
#include "target/export.h"
#include "target/server.h"
#include "wire/config.h"
#include "wire/mask.h"
#include "wire/reserve.h"
#include "wire/sizes.h"

namespace aoe::bench {
namespace {

constexpr std::uint64_t disk_sectors = 1024;

class Bench {
public:
    Bench() : storage_(ethernet_header_size + port_.mtu) {}

    /// The size of the reply; `disk` says what an operation comes to.
    template <typename Perform> std::size_t serve(Bytes request, Perform perform) {
        const auto outcome = export_.begin(request, port_, storage_);
        if (const auto* operation = std::get_if<target::Operation>(&outcome)) {
            return export_.finish(*operation, perform(*operation));
        }
        const auto* reply = std::get_if<target::Reply>(&outcome);
        return reply == nullptr ? 0 : reply->size;
    }

private:
    target::Export export_{{.address = address, .sectors = disk_sectors, .serial = "bench"}};
    target::Port port_{
        .mac = target_mac, .mtu = 9000, .receive_capacity = 256, .smallest_mtu = 9000};
    Frame storage_;
};

Frame config_request(std::uint8_t sub_command, std::size_t string_size) {
    const std::vector<std::byte> string(string_size, std::byte{'x'});
    Frame frame(header_size + config_argument_size + string_size);
    write_config(FrameBuilder(frame, request_header(command::config)).argument(),
                 {.command = sub_command}, string);
    return frame;
}

Frame mask_add_request() {
    Frame frame(minimum_frame_size);
    const FrameBuilder builder(frame, request_header(command::mac_mask));
    write_mask(builder.argument(), {.command = mask_command::edit, .directive_count = 1});
    write_mask_directive(builder.argument(), 0,
                         {.command = mask_directive::add, .mac = initiator_mac});
    return frame;
}

Frame reserve_set_request() {
    Frame frame(minimum_frame_size);
    write_reserve(FrameBuilder(frame, request_header(command::reserve)).argument(),
                  reserve_command::set, {{initiator_mac}});
    return frame;
}

/// With a 28-bit address: READ SECTORS or WRITE SECTORS.
Frame short_request(std::uint8_t opcode, std::uint8_t sectors) {
    const bool write = opcode == ata_command::write_sectors;
    return ata_request({.flags = write ? ata_flag::write : std::uint8_t{0},
                        .sector_count = sectors,
                        .command_status = opcode},
                       write ? sectors * sector_size : 0);
}

template <typename Perform>
void serve(benchmark::State& state, const Frame& request, Perform perform,
           const Frame& before = {}) {
    Bench bench;
    if (!before.empty()) bench.serve(before, perform);
    const AllocationCount count(state);
    for (auto _ : state) {
        const std::size_t size = bench.serve(request, perform);
        if (size == 0) {
            return state.SkipWithError("no reply");
        }
        benchmark::ClobberMemory();
    }
}

std::error_code nothing(const target::Operation& /*operation*/) {
    return {};
}

void protocol(benchmark::State& state, const Frame& request, const Frame& before = {}) {
    serve(state, request, nothing, before);
}
BENCHMARK_CAPTURE(protocol, config_query, config_query());
BENCHMARK_CAPTURE(protocol, config_set, config_request(config_command::set, 1024));
BENCHMARK_CAPTURE(protocol, config_match, config_request(config_command::test, 1024),
                  config_request(config_command::set, 1024));
BENCHMARK_CAPTURE(protocol, config_match_prefix, config_request(config_command::test_prefix, 1023),
                  config_request(config_command::set, 1024));
BENCHMARK_CAPTURE(protocol, mask_read, list_request(command::mac_mask));
BENCHMARK_CAPTURE(protocol, mask_edit, mask_add_request());
BENCHMARK_CAPTURE(protocol, reserve_read, list_request(command::reserve));
BENCHMARK_CAPTURE(protocol, reserve_set, reserve_set_request());
BENCHMARK_CAPTURE(protocol, unknown_command, list_request(0x7f));
BENCHMARK_CAPTURE(protocol, identify,
                  ata_request({.command_status = ata_command::identify_device}));
BENCHMARK_CAPTURE(protocol, flush, ata_request({.command_status = ata_command::flush_cache}));
BENCHMARK_CAPTURE(protocol, check_power_mode,
                  ata_request({.command_status = ata_command::check_power_mode}));
BENCHMARK_CAPTURE(protocol, read_2_sectors_28_bit, short_request(ata_command::read_sectors, 2));
BENCHMARK_CAPTURE(protocol, write_2_sectors_28_bit, short_request(ata_command::write_sectors, 2));
BENCHMARK_CAPTURE(protocol, read_2_sectors, read_request(2));
BENCHMARK_CAPTURE(protocol, read_17_sectors, read_request(17));
BENCHMARK_CAPTURE(protocol, write_2_sectors, write_request(2));
BENCHMARK_CAPTURE(protocol, write_17_sectors, write_request(17));

void memory_disk(benchmark::State& state, const Frame& request) {
    target::MemoryDisk disk(disk_sectors);
    serve(state, request,
          [&disk](const target::Operation& operation) { return perform(operation, disk); });
}
BENCHMARK_CAPTURE(memory_disk, read_2_sectors, read_request(2));
BENCHMARK_CAPTURE(memory_disk, read_17_sectors, read_request(17));
BENCHMARK_CAPTURE(memory_disk, write_2_sectors, write_request(2));
BENCHMARK_CAPTURE(memory_disk, write_17_sectors, write_request(17));

}  // namespace
}  // namespace aoe::bench
