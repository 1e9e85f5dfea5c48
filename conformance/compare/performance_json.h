// SPDX-License-Identifier: MIT
// The speed of a target within the JSON of a comparison, and back. Throws what nlohmann::json does
// for values of another type, and for what is missing.
#pragma once

#include <nlohmann/json.hpp>

#include "conformance/compare/performance.h"

namespace aoe::conformance {

nlohmann::ordered_json performance_json(const Performance& speed);
Performance performance_in(const nlohmann::ordered_json& json);

}  // namespace aoe::conformance
