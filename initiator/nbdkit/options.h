// SPDX-License-Identifier: MIT
// What nbdkit's command line says to the plugin: words of the form key=value.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "wire/address.h"
#include "wire/clock.h"

namespace aoe::initiator::nbdkit {

struct Options {
    std::optional<TargetName> target;  // Its interface is empty when `iface` names it.
    std::string iface;
    std::optional<Mac> target_mac;             // Empty: whoever answers, if it is one machine.
    Time wait = std::chrono::seconds(3);       // To look for the target at the start.
    Time timeout = std::chrono::seconds(180);  // As long as the Linux driver waits.
    bool probe = true;                         // Find out whether it can be written.

    /// Either of the two ways to name it.
    const std::string& interface() const noexcept {
        return iface.empty() && target ? target->interface : iface;
    }
};

/// Takes one word. What is wrong with it, in a sentence that says what would be right; none when
/// nothing is.
std::optional<std::string> set_option(Options& options, std::string_view key,
                                      std::string_view value);
/// What the words together lack, likewise.
std::optional<std::string> missing_option(const Options& options);

/// For `nbdkit aoe --help`.
extern const char* const options_help;

}  // namespace aoe::initiator::nbdkit
