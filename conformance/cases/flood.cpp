// SPDX-License-Identifier: MIT
// Floods of random bytes under the AoE type. They are held to what cannot change anything: no
// writes, sets or edits, since a target that is right would carry those out.
#include <algorithm>
#include <random>

#include "conformance/cases/lab_steps.h"
#include "conformance/cases/sector_steps.h"

namespace aoe::conformance {

namespace {

constexpr std::size_t batch = 64;  // Between two questions whether the target is still there.

void put(ByteVector& frame, std::size_t offset, unsigned value) {
    if (offset < frame.size()) frame[offset] = static_cast<std::uint8_t>(value);
}

unsigned get(const ByteVector& frame, std::size_t offset) {
    return offset < frame.size() ? frame[offset] : 0U;
}

// Turns what could change a target into something that it must refuse or may read.
void tame(ByteVector& frame) {
    constexpr std::array harmless{opcode::read, opcode::read_ext, opcode::identify, opcode::power,
                                  opcode::flush};
    switch (get(frame, 19)) {
        case 0:
            put(frame, 24, get(frame, 24) & 0xfeU);  // W
            put(frame, 27, harmless[get(frame, 27) % harmless.size()]);
            break;
        case 1: {
            const unsigned ccmd = get(frame, 29) & 15U;
            if (ccmd == 3 || ccmd == 4) put(frame, 29, get(frame, 29) ^ 8U);
            break;
        }
        case 2:
            put(frame, 25, 0);
            break;
        case 3:
            put(frame, 24, 0);
            break;
        case 4:
        case 0xf0:
        case 0xf2:
            put(frame, 19, 0x7f);
            break;
        default:
            break;
    }
}

/// Random from the type on. Every other one has an address, a version and a command that let it
/// come further.
ByteVector random_frame(const Exchange& x, std::mt19937_64& random) {
    const std::size_t most = std::min<std::size_t>(x.target().mtu, 1500) + 14;
    // Short ones are the more interesting ones.
    const std::size_t size = random() % 4 != 0 ? 14 + random() % 60 : 14 + random() % (most - 13);
    ByteVector frame(size);
    for (std::uint8_t& byte : frame) byte = static_cast<std::uint8_t>(random());
    std::transform(x.target().mac.begin(), x.target().mac.end(), frame.begin(),
                   [](std::byte byte) { return std::to_integer<std::uint8_t>(byte); });
    put(frame, 12, 0x88);
    put(frame, 13, 0xa2);
    if (random() % 2 == 0) {
        put(frame, 14, 0x10);
        put(frame, 16, x.target().shelf >> 8);
        put(frame, 17, x.target().shelf & 0xffU);
        put(frame, 18, x.target().slot);
        put(frame, 19, static_cast<unsigned>(random() % 5));
    }
    tame(frame);
    return frame;
}

void flood(Exchange& x, std::mt19937_64& random) {
    for (std::size_t i = 0; i < batch; ++i) {
        ByteVector frame = random_frame(x, random);
        const Mac ours = x.our_mac();
        std::transform(ours.begin(), ours.end(), frame.begin() + 6,
                       [](std::byte byte) { return std::to_integer<std::uint8_t>(byte); });
        x.peer().send_bytes(frame);
    }
    if (!x.peer().fence()) throw TargetLost{};
}

std::mt19937_64 random_of(Exchange& x) {
    const ByteVector seed = x.pattern(1);
    std::seed_seq sequence(seed.begin(), seed.end());
    return std::mt19937_64(sequence);
}

}  // namespace

std::vector<Case> flood_cases() {
    return {
        {.id = "rel.flood.short",
         .requirements = {"AOE-REL-13"},
         .summary = "The target survives 4096 frames of random bytes under the AoE type.",
         .doors = Door::hostile,
         .run =
             [](Exchange& x) {
                 std::mt19937_64 random = random_of(x);
                 for (std::size_t i = 0; i < 4096 / batch; ++i) flood(x, random);
                 x.check(x.ask(config_request()), Succeeds());
             }},
        {.id = "rel.flood.soak",
         .requirements = {"AOE-REL-13"},
         .summary = "The target survives random frames for the time of --soak.",
         .doors = Door::hostile,
         .needs = Need::soak,
         .run =
             [](Exchange& x) {
                 std::mt19937_64 random = random_of(x);
                 soak(x, [&] {
                     flood(x, random);
                     // So that a clock that only moves while nothing happens moves, too.
                     x.peer().listen(x.peer().patience().grace());
                 });
                 x.check(x.ask(config_request()), Succeeds());
             }},
    };
}

}  // namespace aoe::conformance
