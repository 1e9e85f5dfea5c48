// SPDX-License-Identifier: MIT
#include "fuzz/reply_rules.h"

#include "wire/frame.h"

namespace aoe::fuzz {
namespace {

constexpr std::uint64_t everybody = 0xffffffffffff;

std::uint64_t field(Bytes frame, FieldKind kind) {
    return get(frame, field_of(kind));
}

}  // namespace

std::string_view why_for_others(Bytes request, const Mac& target, const Address& address) {
    if (!looks_like_aoe(request)) return "EtherType";
    const std::uint64_t destination = field(request, FieldKind::destination);
    const std::uint64_t shelf = field(request, FieldKind::shelf);
    const std::uint64_t slot = field(request, FieldKind::slot);
    if (destination != value_of(target) && destination != everybody) return "destination";
    if (shelf != address.shelf && shelf != any_shelf) return "shelf";
    if (slot != address.slot && slot != any_slot) return "slot";
    return {};
}

bool is_response(Bytes frame) {
    return (value_in(frame, FieldKind::version_flags) & header_flag::response) != 0;
}

bool must_be_ignored(Bytes request, const World& world) {
    if (!why_for_others(request, world.target, world.address).empty()) return true;
    const std::uint64_t source = field(request, FieldKind::source);
    const bool from_a_group = (source >> 40 & 1) != 0;
    return is_response(request) || from_a_group || source == value_of(world.target);
}

const char* broken_header_rule(Bytes request, Bytes reply, const World& world) {
    const auto comes_back = [&](FieldKind kind) {
        return field(reply, kind) == field(request, kind);
    };
    if (reply.size() < header_size) return "a reply has a header";
    if (field(reply, FieldKind::destination) != field(request, FieldKind::source)) {
        return "a reply goes to whoever asked";
    }
    if (field(reply, FieldKind::source) != value_of(world.target)) return "a reply is from us";
    if (field(reply, FieldKind::ether_type) != 0x88a2) return "a reply is AoE";
    const std::uint64_t flags = field(reply, FieldKind::version_flags);
    const std::uint64_t error = field(reply, FieldKind::error);
    if (flags != 0x18 && flags != 0x1c) return "a reply has version 1 and R, and no reserved bit";
    if (flags == 0x1c ? error < 1 || error > 6 : error != 0) return "Error goes with E";
    if (field(reply, FieldKind::shelf) != world.address.shelf ||
        field(reply, FieldKind::slot) != world.address.slot) {
        return "a reply names our own address";
    }
    if (!comes_back(FieldKind::command)) return "the command comes back";
    if (!comes_back(FieldKind::tag)) return "the tag comes back";
    return nullptr;
}

}  // namespace aoe::fuzz
