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
#include "fuzz/require.h"
#include "fuzz/session.h"
#include "fuzz/session_style.h"
#include "wire/ata.h"

namespace {

using namespace aoe;
using namespace aoe::fuzz;

/// What every target must leave alone, whatever else is in the frame.
bool must_be_ignored(Bytes request) {
    if (!looks_like_aoe(request)) {
        return true;
    }
    const std::uint64_t destination = field_in(request, FieldKind::destination);
    const std::uint64_t source = field_in(request, FieldKind::source);
    const std::uint64_t shelf = field_in(request, FieldKind::shelf);
    const std::uint64_t slot = field_in(request, FieldKind::slot);
    const bool from_a_group = (source >> 40 & 1) != 0;
    return (field_in(request, FieldKind::version_flags) & 8) != 0 ||
           (destination != value_of(export_world.target) && destination != 0xffffffffffff) ||
           source == value_of(export_world.target) || from_a_group ||
           (shelf != export_world.address.shelf && shelf != 0xffff) ||
           (slot != export_world.address.slot && slot != 0xff);
}

void check_header(Bytes request, Bytes reply) {
    const auto comes_back = [&](FieldKind kind) {
        return field_in(reply, kind) == field_in(request, kind);
    };
    require(!must_be_ignored(request), "only requests for this target are answered");
    require(field_in(reply, FieldKind::destination) == field_in(request, FieldKind::source),
            "a reply goes to whoever asked");
    require(field_in(reply, FieldKind::source) == value_of(export_world.target),
            "a reply is from us");
    require(field_in(reply, FieldKind::ether_type) == 0x88a2, "a reply is AoE");
    const std::uint64_t flags = field_in(reply, FieldKind::version_flags);
    const std::uint64_t error = field_in(reply, FieldKind::error);
    require(flags == 0x18 || flags == 0x1c, "a reply has version 1 and R, and no reserved bit");
    require(flags == 0x1c ? error >= 1 && error <= 6 : error == 0, "Error goes with E");
    require(field_in(reply, FieldKind::shelf) == export_world.address.shelf &&
                field_in(reply, FieldKind::slot) == export_world.address.slot,
            "a reply names our own address");
    require(comes_back(FieldKind::command), "the command comes back");
    require(comes_back(FieldKind::tag), "the tag comes back");
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

const aoe::fuzz::SessionStyle aoe::fuzz::session_style{.world = export_world};

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    run(parse_session(std::as_bytes(std::span(data, size))));
    return 0;
}
