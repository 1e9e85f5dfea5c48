// SPDX-License-Identifier: MIT
// Several frames in one fuzz input, for what remembers: one byte of setup, whose meaning is the
// harness's own, then each frame behind its size in two bytes, big-endian. Every input can be read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "fuzz/generator.h"
#include "wire/bytes.h"

namespace aoe::fuzz {

struct Session {
    std::uint8_t setup = 0;
    std::vector<FrameBytes> frames;
    friend bool operator==(const Session&, const Session&) = default;
};

/// A harness that took more would be slow without finding more.
inline constexpr std::size_t most_session_frames = 64;

/// Reads up to most_session_frames; the last one ends where the input does.
Session parse_session(Bytes input);
/// What parse_session() reads as this; frames beyond 65535 bytes are cut.
FrameBytes session_bytes(const Session& session);

/// One to three changes: a frame changed, added, removed, repeated or moved, or another setup.
void mutate_session(Session& session, Generator& generator);
/// Puts an instruction in, for a harness that takes some: a frame of 1 to 6 bytes, too short to be
/// one, whose first byte says what and whose others say how.
void add_instruction(Session& session, Random& random);
/// The first frames of one, then the last ones of the other.
Session cross_sessions(const Session& first, const Session& second, Random& random);

}  // namespace aoe::fuzz
