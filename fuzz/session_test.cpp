// SPDX-License-Identifier: MIT
#include "fuzz/session.h"

#include <gtest/gtest.h>

#include "wire/frame.h"

namespace aoe::fuzz {
namespace {

FrameBytes filled(std::size_t size, unsigned value) {
    return FrameBytes(size, static_cast<std::byte>(value));
}

TEST(Session, IsReadAsItWasWritten) {
    const Session session{.setup = 0xa5, .frames = {filled(60, 1), {}, filled(1514, 2)}};
    EXPECT_EQ(parse_session(session_bytes(session)), session);
    EXPECT_EQ(parse_session(session_bytes({})), Session{});
}

TEST(Session, IsReadFromAnyBytes) {
    EXPECT_EQ(parse_session({}), Session{});
    EXPECT_EQ(parse_session(filled(1, 7)).setup, 7);
    EXPECT_EQ(parse_session(filled(2, 7)).frames.size(), 0U);
    // A size of 0x0707 where only five bytes follow.
    EXPECT_EQ(parse_session(filled(8, 7)).frames, std::vector<FrameBytes>({filled(5, 7)}));
    // Each of these frames is empty, and there is an end to them.
    EXPECT_EQ(parse_session(filled(10000, 0)).frames.size(), most_session_frames);
}

TEST(Session, CutsFramesThatTheirSizeCannotTell) {
    const Session session = parse_session(session_bytes({.frames = {filled(70000, 1)}}));
    ASSERT_EQ(session.frames.size(), 1U);
    EXPECT_EQ(session.frames[0].size(), 65535U);
}

TEST(SessionMutation, FollowsTheSeed) {
    const auto grown = [](std::uint64_t seed) {
        Generator generator(seed);
        Session session;
        for (int i = 0; i < 300; ++i) {
            mutate_session(session, generator);
        }
        return session;
    };
    EXPECT_EQ(grown(1), grown(1));
    EXPECT_NE(grown(1), grown(2));
    EXPECT_GT(grown(1).frames.size(), 10U);
    EXPECT_LE(grown(1).frames.size(), most_session_frames);
}

TEST(SessionInstruction, IsTooShortForAFrameAndSaysWhatFirst) {
    Session session{.frames = {filled(60, 1)}};
    Random random(5);
    for (int i = 0; i < 200; ++i) {
        add_instruction(session, random);
    }
    EXPECT_EQ(session.frames.size(), most_session_frames);
    std::size_t instructions = 0;
    for (const FrameBytes& frame : session.frames) {
        if (frame.size() == 60) continue;
        ++instructions;
        ASSERT_GE(frame.size(), 1U);
        ASSERT_LT(frame.size(), ethernet_header_size);
        EXPECT_LT(frame[0], std::byte{8});
    }
    EXPECT_GE(instructions, most_session_frames - 1);
}

TEST(SessionCrossOver, TakesTheBeginningOfOneAndTheEndOfTheOther) {
    const Session first{.setup = 1, .frames = {filled(1, 1), filled(2, 1), filled(3, 1)}};
    const Session second{.setup = 2, .frames = {filled(1, 2), filled(2, 2), filled(3, 2)}};
    Random random(3);
    for (int i = 0; i < 100; ++i) {
        const Session crossed = cross_sessions(first, second, random);
        EXPECT_EQ(crossed.setup, 1);
        std::size_t front = 0;
        while (front < crossed.frames.size() && crossed.frames[front][0] == std::byte{1}) {
            ASSERT_EQ(crossed.frames[front], first.frames[front]);
            ++front;
        }
        const std::size_t back = crossed.frames.size() - front;
        for (std::size_t k = 0; k < back; ++k) {
            ASSERT_EQ(crossed.frames[front + k], second.frames[3 - back + k]);
        }
    }
}

}  // namespace
}  // namespace aoe::fuzz
