// SPDX-License-Identifier: MIT
// An initiator and a fake target with nothing in between: the test carries each frame and decides
// what time it is.
#pragma once

#include <vector>

#include "initiator/initiator.h"
#include "initiator/testing/fake_target.h"

namespace aoe::initiator::testing {

inline constexpr Address device_address{.shelf = 7, .slot = 3};

class CoreBench {
public:
    explicit CoreBench(const FakeTargetOptions& target_options = {}, std::size_t mtu = 1500,
                       const Timing& timing = {})
        : target(target_options),
          core({.mac = own_mac, .mtu = mtu, .tag_seed = 1, .timing = timing}) {
        core.add_device(device_address);
    }

    /// Everything that the core wants to send now.
    std::vector<FrameBytes> frames() {
        core.advance(now);
        std::vector<FrameBytes> all;
        FrameBytes buffer(10000);
        while (const std::size_t size = core.next_frame(buffer, now)) {
            all.emplace_back(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(size));
        }
        return all;
    }
    void receive(const FrameBytes& frame) { core.receive(frame, now); }
    /// The target's reply to one request.
    FrameBytes reply_to(const FrameBytes& request) { return target.answer(request).value(); }
    /// Lets the target answer everything at once until nothing more is sent.
    void settle() {
        for (auto batch = frames(); !batch.empty(); batch = frames()) {
            for (const FrameBytes& frame : batch) receive(reply_to(frame));
        }
    }
    /// The same, and lets time pass to each deadline, until nothing is pending.
    void finish() {
        while (core.pending() > 0) {
            const auto batch = frames();
            for (const FrameBytes& frame : batch) receive(reply_to(frame));
            if (batch.empty()) now = core.next_deadline().value_or(now);
        }
    }
    /// Lets time pass until something is sent again.
    std::vector<FrameBytes> next_frames() {
        auto batch = frames();
        while (batch.empty() && core.pending() > 0) {
            now = core.next_deadline().value_or(now);
            batch = frames();
        }
        return batch;
    }
    /// Time passes without a reply to anything, until nothing is pending.
    void starve() {
        while (core.pending() > 0) {
            if (frames().empty()) now = core.next_deadline().value_or(now);
        }
    }
    /// Config query and IDENTIFY.
    void attach() {
        core.submit({.kind = Kind::query_config, .device = device_address});
        core.submit({.kind = Kind::identify, .device = device_address});
        settle();
        while (core.next_completion()) {
        }
    }
    void read(std::uint64_t sector, MutableBytes into, std::uint64_t id = 0) {
        core.submit({.kind = Kind::read,
                     .device = device_address,
                     .id = id,
                     .first_sector = sector,
                     .read_into = into});
    }
    void write(std::uint64_t sector, Bytes from, std::uint64_t id = 0) {
        core.submit({.kind = Kind::write,
                     .device = device_address,
                     .id = id,
                     .first_sector = sector,
                     .write_from = from});
    }

    FakeTarget target;
    Initiator core;
    Time now{};
};

inline Header header_of(const FrameBytes& frame) {
    return FrameView::parse(frame)->header();
}
inline AtaRegisters registers_of(const FrameBytes& frame) {
    return AtaView::parse(FrameView::parse(frame)->argument())->registers();
}

}  // namespace aoe::initiator::testing
