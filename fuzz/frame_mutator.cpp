// SPDX-License-Identifier: MIT
// How the engine changes inputs that are one frame: four times out of five as the generator does,
// else bit by bit as the engine itself does.
#include <algorithm>
#include <span>

#include "fuzz/generator.h"
#include "fuzz/harness.h"
#include "fuzz/raw_bytes.h"

namespace {

std::size_t store(const aoe::fuzz::FrameBytes& frame, std::uint8_t* out, std::size_t most) {
    const std::size_t size = std::min(frame.size(), most);
    aoe::fuzz::copy(aoe::Bytes(frame).first(size), std::as_writable_bytes(std::span(out, size)));
    return size;
}

aoe::Bytes bytes(const std::uint8_t* data, std::size_t size) {
    return std::as_bytes(std::span(data, size));
}

/// Jumbo frames now and then: nearly all mistakes lie in the first hundred bytes, and long inputs
/// cost speed.
aoe::fuzz::Generator generator_for(std::size_t most, unsigned seed) {
    constexpr std::size_t standard_frame = 1514;
    const std::size_t limit = seed % 8 == 0 ? most : std::min(most, standard_frame);
    return aoe::fuzz::Generator(seed, {.frame_limit_bytes = limit});
}

}  // namespace

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most,
                                    unsigned seed) {
    auto generator = generator_for(most, seed);
    if (generator.random().below(5) == 0) {
        return LLVMFuzzerMutate(data, size, most);
    }
    aoe::fuzz::FrameBytes frame(size);
    aoe::fuzz::copy(bytes(data, size), frame);
    generator.mutate(frame);
    return store(frame, data, most);
}

std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* first, std::size_t first_size,
                                      const std::uint8_t* second, std::size_t second_size,
                                      std::uint8_t* out, std::size_t most, unsigned seed) {
    auto generator = generator_for(most, seed);
    return store(generator.cross(bytes(first, first_size), bytes(second, second_size)), out, most);
}
