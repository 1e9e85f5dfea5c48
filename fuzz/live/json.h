// SPDX-License-Identifier: MIT
// What a campaign came to, for machines: one JSON object.
#pragma once

#include <string>
#include <vector>

#include "fuzz/live/campaign.h"

namespace aoe::fuzz {

struct CampaignResult {
    std::string version;
    std::string target;  // "e7.3"
    std::uint64_t seed = 0;
    int exit_status = 0;
    Tally tally;
    std::vector<Finding> findings;
};

/// Frames are given in hexadecimal.
std::string json_text(const CampaignResult& result);

}  // namespace aoe::fuzz
