// SPDX-License-Identifier: MIT
// Our mutators and cross-overs for AFL++, which takes them from a shared library that
// AFL_CUSTOM_MUTATOR_LIBRARY names: one of these for each kind of input.
#include <algorithm>
#include <vector>

#include "fuzz/harness.h"
#include "wire/random.h"

// Not every kind has one.
extern "C" [[gnu::weak]] std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t*, std::size_t,
                                                               const std::uint8_t*, std::size_t,
                                                               std::uint8_t*, std::size_t,
                                                               unsigned);

namespace {

struct Afl {
    aoe::Random random;
    std::vector<std::uint8_t> out;
};

aoe::Random byte_chooser(1);

}  // namespace

/// One byte becomes another one: AFL++ itself does more of that, beside us.
std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most) {
    const std::size_t changed = std::max<std::size_t>(size, 1);
    if (changed > most) return size;
    data[byte_chooser.below(changed)] = static_cast<std::uint8_t>(byte_chooser.below(256));
    return changed;
}

// Names and arguments are those of AFL++'s custom_mutators.md.
extern "C" {
void* afl_custom_init(void*, unsigned seed) {
    return new Afl{.random = aoe::Random(seed), .out = {}};
}

void afl_custom_deinit(void* afl) {
    delete static_cast<Afl*>(afl);
}

std::size_t afl_custom_fuzz(void* data, std::uint8_t* input, std::size_t size, std::uint8_t** out,
                            std::uint8_t* other, std::size_t other_size, std::size_t most) {
    Afl& afl = *static_cast<Afl*>(data);
    const auto seed = static_cast<unsigned>(afl.random.below(1ULL << 32U));
    afl.out.resize(std::max(most, size));
    *out = afl.out.data();
    if (LLVMFuzzerCustomCrossOver != nullptr && other_size > 0 && afl.random.below(8) == 0) {
        return LLVMFuzzerCustomCrossOver(input, size, other, other_size, *out, most, seed);
    }
    std::copy_n(input, size, *out);
    return LLVMFuzzerCustomMutator(*out, std::min(size, most), most, seed);
}
}
