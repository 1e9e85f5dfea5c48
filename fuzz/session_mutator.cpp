// SPDX-License-Identifier: MIT
// How the engine changes inputs that are sessions of frames: four times out of five as session.h
// does, else bit by bit as the engine itself does.
#include <algorithm>
#include <span>

#include "fuzz/harness.h"
#include "fuzz/raw_bytes.h"
#include "fuzz/replies.h"
#include "fuzz/session.h"
#include "fuzz/session_style.h"

namespace {

using namespace aoe;
using namespace aoe::fuzz;

Bytes bytes(const std::uint8_t* data, std::size_t size) {
    return std::as_bytes(std::span(data, size));
}

std::size_t store(const Session& session, std::uint8_t* out, std::size_t most) {
    const FrameBytes written = session_bytes(session);
    const std::size_t size = std::min(written.size(), most);
    aoe::fuzz::copy(Bytes(written).first(size), std::as_writable_bytes(std::span(out, size)));
    return size;
}

/// New frames come as requests; most of them become replies where replies are wanted.
void turn_into_replies(Session& session, const World& world, Random& random) {
    constexpr std::uint64_t response_flag = 8;
    for (FrameBytes& frame : session.frames) {
        if (looks_like_aoe(frame) && random.below(8) != 0 &&
            (get(frame, field_of(FieldKind::version_flags)) & response_flag) == 0) {
            make_reply(frame, world, random);
        }
    }
}

void mutate(Session& session, const SessionStyle& style, Generator& generator) {
    Random& random = generator.random();
    if (style.instructions && random.below(3) == 0) {
        for (std::uint64_t left = 1 + random.below(4); left > 0; --left) {
            add_instruction(session, random);
        }
        return;
    }
    mutate_session(session, generator);
    if (style.replies) turn_into_replies(session, style.world, random);
}

}  // namespace

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most,
                                    unsigned seed) {
    const SessionStyle style = session_style();
    Generator generator(seed, style.world);
    if (generator.random().below(5) == 0) {
        return LLVMFuzzerMutate(data, size, most);
    }
    Session session = parse_session(bytes(data, size));
    mutate(session, style, generator);
    return store(session, data, most);
}

std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* first, std::size_t first_size,
                                      const std::uint8_t* second, std::size_t second_size,
                                      std::uint8_t* out, std::size_t most, unsigned seed) {
    Random random(seed);
    return store(cross_sessions(parse_session(bytes(first, first_size)),
                                parse_session(bytes(second, second_size)), random),
                 out, most);
}
