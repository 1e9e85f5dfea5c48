// SPDX-License-Identifier: MIT
// How the engine changes inputs that are sessions of frames.
#include <algorithm>
#include <span>

#include "fuzz/harness.h"
#include "fuzz/raw_bytes.h"
#include "fuzz/session.h"

namespace {

using namespace aoe;
using namespace aoe::fuzz;

// Of export_machine.h: addresses fall near the end of that disk.
constexpr World world{.disk_sectors = 32};

Bytes bytes(const std::uint8_t* data, std::size_t size) {
    return std::as_bytes(std::span(data, size));
}

std::size_t store(const Session& session, std::uint8_t* out, std::size_t most) {
    const FrameBytes written = session_bytes(session);
    const std::size_t size = std::min(written.size(), most);
    aoe::fuzz::copy(Bytes(written).first(size), std::as_writable_bytes(std::span(out, size)));
    return size;
}

}  // namespace

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most,
                                    unsigned seed) {
    Generator generator(seed, world);
    if (generator.random().below(5) == 0) {
        return LLVMFuzzerMutate(data, size, most);
    }
    Session session = parse_session(bytes(data, size));
    mutate_session(session, generator);
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
