// SPDX-License-Identifier: MIT
// JSON as all commands print it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "wire/frame.h"

namespace aoe::initiator {

using Json = nlohmann::ordered_json;

/// ASCII only, and never an exception for what is not UTF-8; U+FFFD stands for that.
std::string json_text(const Json& json);
/// The same on one line.
std::string json_line(const Json& json);
/// Where a device is: target, shelf, slot, interface, mac.
Json json_place(const Address& address, const std::string& interface, const Mac& mac);

}  // namespace aoe::initiator
