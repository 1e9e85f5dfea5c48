// SPDX-License-Identifier: MIT
// What must hold of every reply of a live target, whatever was asked: the few promises whose
// breaking hurts others. Whether a reply is right in every field is the conformance suite's
// question; that of its header, for targets in process, fuzz/reply_rules.h's, which says what is
// for whom here too.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "fuzz/fields.h"
#include "fuzz/live/symptom.h"
#include "wire/frame.h"

namespace aoe::fuzz {

/// A pattern that occurs in nothing that is to be stored. A frame full of it is sent now and then;
/// a target that later sends it to somebody else leaks what others say.
inline constexpr std::array<std::uint8_t, 16> canary{
    0xc7, 0x1d, 0x9a, 0x3e, 0xf4, 0x58, 0x2b, 0xe1, 0x86, 0x0f, 0xd3, 0x74, 0xa9, 0x4c, 0xb5, 0x62};

/// Whether eight bytes of it stand in a row, at whatever distance from its beginning.
bool shows_canary(Bytes bytes);

struct ReplyRules {
    Mac target{};
    Address address;
    std::size_t most_bytes = 1514;  // Of a frame, by the target's MTU.
};

/// How many bytes of a reply say something: the rest is padding. At most its size.
std::size_t meaningful_bytes(Bytes request, Bytes reply);

/// The first promise that the reply to this request breaks.
std::optional<Kind> broken_by(Bytes request, Bytes reply, const ReplyRules& rules);

}  // namespace aoe::fuzz
