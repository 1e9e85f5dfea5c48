// SPDX-License-Identifier: MIT
// Which live target, and what may be done to it: the words of a command line that all programs have
// which use the suite's session: aoe-conform, aoe-fuzz and aoe-bench.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>

#include "conformance/lab/started_target.h"
#include "conformance/session.h"

namespace aoe::conformance {

/// As given; texts that need more than a number are checked by read_target().
struct TargetArguments {
    std::string interface;
    std::optional<std::uint16_t> shelf;
    std::optional<std::uint8_t> slot;
    std::string target_mac;
    std::string start;
    std::string stop;
    std::optional<std::size_t> mtu;  // Of the private network.
    std::string allow;
    std::string scratch;
    std::string journal;
    bool force = false;
    double timeout_factor = 1;
    StartExtras extras{};  // For `start`; no option of its own.
};

/// The command line asks for what cannot be: exit status 2. what() is one sentence.
struct UsageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Sets what they say of the session; --start changes nothing but the target. Throws UsageError.
void read_target(const TargetArguments& arguments, SessionOptions& options);

/// For a target of --start: every door, in a private network, with nothing to put back.
void open_everything(SessionOptions& options);

/// How --start starts it; the options as open_everything() leaves them.
StartOptions start_options(const TargetArguments& arguments, const SessionOptions& options);

/// read_target(), and open_everything() where it is due, for a program that works on one target: it
/// must be named, or started. Throws UsageError.
SessionOptions one_target(const TargetArguments& arguments);

}  // namespace aoe::conformance
