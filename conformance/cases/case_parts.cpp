// SPDX-License-Identifier: MIT
#include "conformance/cases/case_parts.h"

#include <iterator>
#include <utility>

namespace aoe::conformance {

std::vector<Case> joined(std::vector<std::vector<Case>> parts) {
    std::vector<Case> all;
    for (std::vector<Case>& part : parts) {
        all.insert(all.end(), std::make_move_iterator(part.begin()),
                   std::make_move_iterator(part.end()));
    }
    return all;
}

}  // namespace aoe::conformance
