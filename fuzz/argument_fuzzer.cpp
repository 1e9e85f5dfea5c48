// SPDX-License-Identifier: MIT
// The argument of one command, read and written by the codec: all that counts, without the header
// before it (argument_checks.h). Built once for each command, AOE_FUZZ_COMMAND.
#include <span>

#include "fuzz/argument_checks.h"
#include "fuzz/harness.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t longest_argument = 9018 - 24;
    if (size <= longest_argument) {
        aoe::fuzz::check_argument(AOE_FUZZ_COMMAND, std::as_bytes(std::span(data, size)));
    }
    return 0;
}
