// SPDX-License-Identifier: MIT
// The functions by which fuzzing engines and a harness know each other.
#pragma once

#include <cstddef>
#include <cstdint>

extern "C" {
/// Each harness has one. It tries one input, keeps nothing from one call to the next, prints
/// nothing, and returns 0; what it finds wrong ends the process. The bytes lie in a heap block of
/// exactly their size, so that the address sanitizer sees a read past them.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

/// In a file apart from the harness, since engines may do without. The first changes `data` in
/// place and returns its new size, the second makes a new input of two; both write at most `most`
/// bytes.
std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most,
                                    unsigned seed);
std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* first, std::size_t first_size,
                                      const std::uint8_t* second, std::size_t second_size,
                                      std::uint8_t* out, std::size_t most, unsigned seed);
/// The engine's own mutation, for the two above to call.
std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);
}
