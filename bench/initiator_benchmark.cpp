// SPDX-License-Identifier: MIT
// What the initiator's state machine costs a request: submitted, sent, answered, completed. No link
// and no target: the request's own frame is turned into its reply.
#include <algorithm>
#include <span>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/allocations.h"
#include "bench/requests.h"
#include "initiator/initiator.h"
#include "wire/ethernet.h"
#include "wire/sizes.h"

namespace aoe::bench {
namespace {

constexpr std::size_t status_offset = header_size + 3;

/// Good replies to one device's requests, in place.
class Reply {
public:
    Reply() : identify_(sector_size) {
        identify_[2 * 83 + 1] = std::byte{0x04};   // LBA48.
        identify_[2 * 100 + 2] = std::byte{0x10};  // 2^20 sectors.
    }

    Bytes to(MutableBytes frame, std::size_t request_bytes) const {
        std::swap_ranges(frame.begin(), frame.begin() + mac_size, frame.begin() + mac_size);
        std::ranges::copy(target_mac, frame.begin() + mac_size);
        frame[ethernet_header_size] |= std::byte{header_flag::response};
        const auto view = FrameView::parse(frame.first(request_bytes));
        if (view->header().command == command::config) {
            const std::size_t size =
                write_config(frame.subspan(header_size),
                             {.buffer_count = 64, .sector_count = 2, .version = 1}, {});
            return frame.first(header_size + size);
        }
        const AtaRegisters registers = AtaView::parse(view->argument())->registers();
        frame[status_offset] = std::byte{ata_status::ready};
        if (registers.command_status == ata_command::identify_device) {
            std::ranges::copy(identify_, frame.begin() + ata_frame_size(0));
            return frame.first(ata_frame_size(1));
        }
        const bool write = (registers.flags & ata_flag::write) != 0;
        return frame.first(ata_frame_size(write ? 0 : registers.sector_count));
    }

private:
    std::vector<std::byte> identify_;
};

void initiator_core(benchmark::State& state, initiator::Kind kind) {
    const auto outstanding = static_cast<std::size_t>(state.range(0));
    initiator::Initiator core({.mac = initiator_mac, .mtu = 1500, .tag_seed = 1});
    core.add_device(address);
    const Reply reply;
    Time now{1};
    std::vector<Frame> frames(outstanding, Frame(1514));
    std::vector<std::size_t> sizes(outstanding);
    std::vector<std::byte> data(1024 * outstanding);
    const auto carry = [&] {
        std::size_t completed = 0;
        std::size_t sent = 0;
        std::size_t received = 0;
        core.advance(now);
        while (sent < outstanding) {
            sizes[sent] = core.next_frame(frames[sent], now);
            if (sizes[sent] == 0) break;
            ++sent;
        }
        now += std::chrono::microseconds(50);
        for (; received < sent; ++received) {
            core.receive(reply.to(frames[received], sizes[received]), now);
        }
        while (const auto completion = core.next_completion()) {
            completed += completion->error ? 0U : 1U;
        }
        return completed;
    };
    core.submit({.kind = initiator::Kind::query_config, .device = address});
    carry();
    core.submit({.kind = initiator::Kind::identify, .device = address});
    carry();
    const AllocationCount count(state);
    for (auto _ : state) {
        for (std::size_t i = 0; i < outstanding; ++i) {
            const MutableBytes part = std::span(data).subspan(1024 * i, 1024);
            core.submit({.kind = kind,
                         .device = address,
                         .id = i,
                         .first_sector = 2 * i,
                         .read_into = part,
                         .write_from = part});
        }
        std::size_t completed = 0;
        for (int turn = 0; turn < 1000 && completed < outstanding; ++turn) completed += carry();
        if (completed != outstanding) return state.SkipWithError("not all requests completed");
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(outstanding));
}
BENCHMARK_CAPTURE(initiator_core, read_2_sectors, initiator::Kind::read)->Arg(1)->Arg(32);
BENCHMARK_CAPTURE(initiator_core, write_2_sectors, initiator::Kind::write)->Arg(1)->Arg(32);

}  // namespace
}  // namespace aoe::bench
