// SPDX-License-Identifier: MIT
// What the engine relies on, with a stand-in for the engine's own part.
#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "fuzz/generator.h"
#include "fuzz/harness.h"

namespace {

int engine_mutations = 0;

}  // namespace

std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most) {
    ++engine_mutations;
    if (size < most) {
        data[size] = 0x55;
        return size + 1;
    }
    return size;
}

namespace aoe::fuzz {
namespace {

using Input = std::vector<std::uint8_t>;
constexpr std::uint8_t canary = 0xee;
constexpr std::size_t beyond = 64;

Input mutated(const Input& input, std::size_t most, unsigned seed) {
    Input buffer(most + beyond, canary);
    std::ranges::copy(input, buffer.begin());
    const std::size_t size = LLVMFuzzerCustomMutator(buffer.data(), input.size(), most, seed);
    EXPECT_LE(size, most);
    EXPECT_EQ(std::count(buffer.begin() + static_cast<std::ptrdiff_t>(most), buffer.end(), canary),
              std::ptrdiff_t{beyond});
    buffer.resize(size);
    return buffer;
}

TEST(FrameMutator, FollowsTheSeedAndKeepsTheLimit) {
    for (unsigned seed = 0; seed < 2000; ++seed) {
        const Input input(seed % 80, static_cast<std::uint8_t>(seed));
        const std::size_t most = 80 + seed % 100;
        EXPECT_EQ(mutated(input, most, seed), mutated(input, most, seed));
    }
}

TEST(FrameMutator, LeavesAFifthToTheEngine) {
    engine_mutations = 0;
    for (unsigned seed = 0; seed < 2000; ++seed) {
        mutated(Input(60), 1514, seed);
    }
    EXPECT_NEAR(engine_mutations, 400, 80);
}

TEST(FrameMutator, CrossesWithinTheLimit) {
    const Input first(100, 1);
    const Input second(200, 2);
    for (unsigned seed = 0; seed < 500; ++seed) {
        for (const std::size_t most : {std::size_t{50}, std::size_t{400}}) {
            Input out(most + beyond, canary);
            const std::size_t size = LLVMFuzzerCustomCrossOver(
                first.data(), first.size(), second.data(), second.size(), out.data(), most, seed);
            ASSERT_LE(size, most);
            EXPECT_EQ(
                std::count(out.begin() + static_cast<std::ptrdiff_t>(size), out.end(), canary),
                static_cast<std::ptrdiff_t>(out.size() - size));
        }
    }
}

}  // namespace
}  // namespace aoe::fuzz
