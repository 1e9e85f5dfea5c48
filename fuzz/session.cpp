// SPDX-License-Identifier: MIT
#include "fuzz/session.h"

#include <algorithm>
#include <utility>

namespace aoe::fuzz {
namespace {

constexpr std::size_t size_field = 2;
constexpr std::size_t longest = 0xffff;

std::ptrdiff_t place(std::size_t index) {
    return static_cast<std::ptrdiff_t>(index);
}

void change(Session& session, Generator& generator) {
    Random& random = generator.random();
    auto& frames = session.frames;
    const std::uint64_t what = random.below(16);
    if (frames.empty() || what < 4) {
        // A request that is right makes the state that a wrong one may then break.
        frames.insert(frames.begin() + place(random.below(frames.size() + 1)), generator.frame());
        return;
    }
    const std::size_t index = random.below(frames.size());
    switch (what) {
        case 4:
            frames.erase(frames.begin() + place(index));
            return;
        case 5: {
            FrameBytes again = frames[index];
            frames.insert(frames.begin() + place(random.below(frames.size() + 1)),
                          std::move(again));
            return;
        }
        case 6:
            std::swap(frames[index], frames[random.below(frames.size())]);
            return;
        case 7:
            session.setup = static_cast<std::uint8_t>(random.next() & 0xff);
            return;
        default:
            return generator.mutate(frames[index]);
    }
}

}  // namespace

Session parse_session(Bytes input) {
    Session session;
    if (input.empty()) {
        return session;
    }
    session.setup = std::to_integer<std::uint8_t>(input.front());
    input = input.subspan(1);
    while (input.size() >= size_field && session.frames.size() < most_session_frames) {
        const auto declared =
            std::to_integer<std::size_t>(input[0]) << 8 | std::to_integer<std::size_t>(input[1]);
        input = input.subspan(size_field);
        const Bytes frame = input.first(std::min(declared, input.size()));
        session.frames.emplace_back(frame.begin(), frame.end());
        input = input.subspan(frame.size());
    }
    return session;
}

FrameBytes session_bytes(const Session& session) {
    FrameBytes bytes{static_cast<std::byte>(session.setup)};
    for (const FrameBytes& frame : session.frames) {
        const Bytes kept = Bytes(frame).first(std::min(frame.size(), longest));
        bytes.push_back(static_cast<std::byte>(kept.size() >> 8));
        bytes.push_back(static_cast<std::byte>(kept.size() & 0xff));
        bytes.insert(bytes.end(), kept.begin(), kept.end());
    }
    return bytes;
}

void mutate_session(Session& session, Generator& generator) {
    for (std::uint64_t changes = 1 + generator.random().below(3); changes > 0; --changes) {
        change(session, generator);
    }
    if (session.frames.size() > most_session_frames) {
        session.frames.resize(most_session_frames);
    }
}

void add_instruction(Session& session, Random& random) {
    FrameBytes instruction(1 + random.below(6));
    instruction[0] = static_cast<std::byte>(random.below(8));
    for (std::size_t i = 1; i < instruction.size(); ++i) {
        // Mostly small numbers: they count and choose.
        instruction[i] = static_cast<std::byte>(random.below(random.below(2) == 0 ? 8 : 256));
    }
    auto& frames = session.frames;
    frames.insert(frames.begin() + place(random.below(frames.size() + 1)), std::move(instruction));
    frames.resize(std::min(frames.size(), most_session_frames));
}

Session cross_sessions(const Session& first, const Session& second, Random& random) {
    const std::size_t front = random.below(first.frames.size() + 1);
    const std::size_t back = random.below(second.frames.size() + 1);
    Session crossed{.setup = first.setup, .frames = {}};
    crossed.frames.assign(first.frames.begin(), first.frames.begin() + place(front));
    crossed.frames.insert(crossed.frames.end(), second.frames.begin() + place(back),
                          second.frames.end());
    crossed.frames.resize(std::min(crossed.frames.size(), most_session_frames));
    return crossed;
}

}  // namespace aoe::fuzz
