// SPDX-License-Identifier: MIT
// Replies, for harnesses that are a target.
#pragma once

#include "fuzz/field_values.h"
#include "fuzz/fields.h"
#include "fuzz/generator.h"

namespace aoe::fuzz {

/// What a target that is right would say to a request of ours: a config reply, IDENTIFY data of
/// the world's disk with LBA48, sectors full of one byte each that depends on the address, or plain
/// success.
FrameBytes honest_reply(Bytes request, const World& world);

/// Turns a generated request into a reply to one: whom it goes to, flags, mostly a good status.
void make_reply(FrameBytes& frame, const World& world, Random& random);

}  // namespace aoe::fuzz
