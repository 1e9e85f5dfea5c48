// SPDX-License-Identifier: MIT
// The target's protocol against hostile sessions. Whatever the frames are:
//  - a reply is one that a target may send: right header, right size, to a request that is ours;
//  - sectors move only where a well-formed request says, and reads return what was written;
//  - what is refused, or not answered, has changed nothing;
//  - no byte of a reply is left over from an earlier use of its buffer: two targets do the same
//    over buffers of different content, and their replies must be the same.
#include <optional>
#include <span>
#include <utility>

#include "fuzz/export_machine.h"
#include "fuzz/harness.h"
#include "fuzz/reply_rules.h"
#include "fuzz/require.h"
#include "fuzz/session.h"
#include "fuzz/session_style.h"
#include "wire/ata.h"

namespace {

using namespace aoe;
using namespace aoe::fuzz;

void check_header(Bytes request, Bytes reply) {
    require(!must_be_ignored(request, export_world), "only requests for this target are answered");
    const char* broken = broken_header_rule(request, reply, export_world);
    require(broken == nullptr, broken);
}

/// True when nothing may have changed.
bool refused(const ExportSetup& setup, Bytes request, const std::optional<FrameBytes>& reply) {
    if (!reply) {
        return true;
    }
    const bool is_ata = field_in(*reply, FieldKind::command) == command::ata;
    const bool failed = field_in(*reply, FieldKind::version_flags) == 0x1c ||
                        (is_ata && (field_in(*reply, FieldKind::opcode) & 0xa9) != 0);
    // A write cache is off though it could not be flushed: that failure is of earlier writes.
    const bool half_done = is_ata && setup.disk_error && request.size() >= entries_offset(0) &&
                           field_in(request, FieldKind::opcode) == ata_command::set_features;
    return failed && !half_done;
}

void run(const Session& session) {
    const ExportSetup setup(session.setup);
    ExportMachine machine(setup, std::byte{0xee});
    ExportMachine other(setup, std::byte{0x11});
    auto state = machine.state();
    for (const FrameBytes& request : session.frames) {
        if (request.size() > setup.largest_frame_bytes()) {
            continue;  // The link would have cut it, and the server dropped it.
        }
        const auto reply = machine.ask(request);
        require(reply == other.ask(request), "no byte of a reply is left over");
        if (reply) {
            check_header(request, *reply);
        }
        auto now = machine.state();
        require(!refused(setup, request, reply) || now == state, "what is refused changes nothing");
        state = std::move(now);
    }
    require(state == other.state(), "no byte of a list or string is left over");
    machine.check_disk();
    other.check_disk();
}

}  // namespace

aoe::fuzz::SessionStyle aoe::fuzz::session_style() {
    return {.world = export_world};
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    run(parse_session(std::as_bytes(std::span(data, size))));
    return 0;
}
