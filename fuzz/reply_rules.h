// SPDX-License-Identifier: MIT
// What holds for every reply of every AoE target, whatever it serves and however: told by the
// places of the fields alone. For harnesses that know nothing else of the target, and for live
// ones.
#pragma once

#include <string_view>

#include "fuzz/field_values.h"
#include "wire/bytes.h"

namespace aoe::fuzz {

/// What makes it none of this target's business: "EtherType", "destination", "shelf" or "slot";
/// empty when nothing does.
std::string_view why_for_others(Bytes request, const Mac& target, const Address& address);

bool is_response(Bytes frame);

/// What the world's target must leave alone, whatever else is in the frame: what is no AoE, a
/// response, for others, or from a group or from itself.
bool must_be_ignored(Bytes request, const World& world);

/// The rule about the header that the reply breaks, as a sentence that should be true; nullptr when
/// it keeps them all. The request is one that may be answered.
const char* broken_header_rule(Bytes request, Bytes reply, const World& world);

}  // namespace aoe::fuzz
