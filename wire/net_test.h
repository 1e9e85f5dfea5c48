// SPDX-License-Identifier: MIT
// For tests that need an Ethernet: a private network, and a skip with the reason where the system
// gives none. AOE_REQUIRE=net turns that skip into a failure.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>

#include <gtest/gtest.h>

#include "wire/netlink.h"
#include "wire/private_network.h"

namespace aoe::testing_link {

/// True when the environment variable AOE_REQUIRE, words with blanks or commas between, has it.
inline bool is_required(std::string_view word) {
    const char* const list = std::getenv("AOE_REQUIRE");
    std::string text = list == nullptr ? "" : list;
    std::ranges::replace(text, ',', ' ');
    std::istringstream words(text);
    for (std::string each; words >> each;) {
        if (each == word) return true;
    }
    return false;
}

/// Why this process cannot have a private network; empty when it is in one.
inline const std::string& why_no_private_network() {
    static const std::string reason = [] {
        try {
            if (!in_private_network()) enter_private_network();
            return std::string();
        } catch (const std::system_error& error) {
            return std::string(error.what());
        }
    }();
    return reason;
}

inline std::error_code remove_interface(std::string_view name) {
    NetlinkMessage message(RTM_DELLINK, NLM_F_ACK, ifinfomsg{});
    message.add(IFLA_IFNAME, name);
    return NetlinkSocket(0).request(message);
}

class NetTest : public testing::Test {
protected:
    void SetUp() override {
        const std::string& reason = why_no_private_network();
        if (reason.empty()) return;
        if (is_required("net")) FAIL() << reason;
        GTEST_SKIP() << reason;
    }
};

}  // namespace aoe::testing_link
