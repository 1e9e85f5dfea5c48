// SPDX-License-Identifier: MIT
// A frame as it was recorded from a real implementation on virtual Ethernet, for tests.
#pragma once

#include <cstddef>
#include <string_view>

namespace aoe::golden {

/// In hexadecimal: `start`, then `pattern` `times` over, then `end`.
struct GoldenFrame {
    std::string_view start;
    std::string_view pattern = "";
    std::size_t times = 0;
    std::string_view end = "";
};

}  // namespace aoe::golden
