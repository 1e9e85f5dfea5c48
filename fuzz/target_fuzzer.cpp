// SPDX-License-Identifier: MIT
// The reference target as a whole, beside a model of it (target_model.h): sequences of frames from
// several initiators, served one by one or together, while the MTU changes, the link comes and
// goes, buffers run short and the disk fails. Each reply must have the bytes that the model gives,
// in the order of the requests; so it answers at most once, leaks nothing, and what it refuses
// changes nothing. Each sector must be the model's too.
//
// An input is a session (session.h). What is too short for an Ethernet frame is an instruction
// (TargetMachine::happen()).
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <span>

#include "fuzz/harness.h"
#include "fuzz/session.h"
#include "fuzz/session_style.h"
#include "fuzz/target_machine.h"
#include "wire/frame.h"

namespace {

/// Of all sessions; told at the end when somebody wants to know (speed.sh).
struct Count {
    std::uint64_t frames = 0, replies = 0;
    ~Count() {
        if (std::getenv("AOE_FUZZ_COUNT") == nullptr) return;
        std::fprintf(stderr, "target: %" PRIu64 " frames, %" PRIu64 " replies\n", frames, replies);
    }
} count;

}  // namespace

aoe::fuzz::SessionStyle aoe::fuzz::session_style() {
    return {.world = target_world, .instructions = true};
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace aoe::fuzz;
    const Session session = parse_session(std::as_bytes(std::span(data, size)));
    TargetMachine machine(session.setup);
    for (const FrameBytes& frame : session.frames) {
        if (frame.size() < aoe::ethernet_header_size) {
            machine.happen(frame);
        } else {
            machine.deliver(frame);
            ++count.frames;
        }
    }
    machine.serve();
    count.replies += machine.replies();
    return 0;
}
