// SPDX-License-Identifier: MIT
// How the engine changes inputs that are one command's argument: behind a header they are a frame,
// which the generator knows how to change.
#include <algorithm>
#include <span>

#include "fuzz/generator.h"
#include "fuzz/harness.h"
#include "fuzz/raw_bytes.h"
#include "wire/frame.h"

namespace {

using namespace aoe;
using namespace aoe::fuzz;

FrameBytes frame_of(const std::uint8_t* data, std::size_t size) {
    FrameBytes frame(header_size + size);
    set(frame, field_of(FieldKind::ether_type), ethertype);
    set(frame, field_of(FieldKind::command), AOE_FUZZ_COMMAND);
    copy(std::as_bytes(std::span(data, size)), MutableBytes(frame).subspan(header_size));
    return frame;
}

/// The argument; that of a new frame when it is not the command's any more.
std::size_t store(FrameBytes frame, Generator& generator, std::uint8_t* out, std::size_t most) {
    if (frame.size() < header_size || command_of(frame) != AOE_FUZZ_COMMAND) {
        frame = generator.frame(AOE_FUZZ_COMMAND);
    }
    frame.resize(std::max(frame.size(), header_size));
    const std::size_t size = std::min(frame.size() - header_size, most);
    copy(Bytes(frame).subspan(header_size, size), std::as_writable_bytes(std::span(out, size)));
    return size;
}

}  // namespace

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most,
                                    unsigned seed) {
    Generator generator(seed, {});
    if (generator.random().below(5) == 0) return LLVMFuzzerMutate(data, size, most);
    FrameBytes frame = frame_of(data, size);
    generator.mutate(frame);
    return store(std::move(frame), generator, data, most);
}

std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* first, std::size_t first_size,
                                      const std::uint8_t* second, std::size_t second_size,
                                      std::uint8_t* out, std::size_t most, unsigned seed) {
    Generator generator(seed, {});
    return store(generator.cross(frame_of(first, first_size), frame_of(second, second_size)),
                 generator, out, most);
}
