// SPDX-License-Identifier: MIT
// What was learned about targets, as text for people and as JSON for programs. Strings that come
// from the network are escaped in both.
#pragma once

#include <string>
#include <vector>

#include "initiator/device.h"
#include "initiator/discovery.h"

namespace aoe::initiator {

struct SightingOn {
    Sighting sighting;
    std::string interface;
};

std::string discovery_table(const std::vector<SightingOn>& sightings);
/// An array of objects. config_string holds U+FFFD where the bytes are not UTF-8; config_string_hex
/// holds every byte.
std::string discovery_json(const std::vector<SightingOn>& sightings);

/// Names of what IDENTIFY words 49 and 82 to 86 say the device has: "FLUSH CACHE", "write cache
/// (disabled)".
std::vector<std::string> features(const Device& device);

/// The device is ready.
std::string identify_text(const Device& device, const std::string& interface);
std::string identify_json(const Device& device, const std::string& interface);

}  // namespace aoe::initiator
