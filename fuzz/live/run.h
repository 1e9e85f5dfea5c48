// SPDX-License-Identifier: MIT
// From the words of aoe-fuzz's command line to a campaign against a live target.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>

namespace aoe::fuzz {

/// As given; texts that need more than a number are checked by run_fuzz().
struct FuzzArguments {
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
    std::uint64_t seed = 1;
    std::optional<std::uint64_t> cases;
    std::optional<double> max_time_s;
    std::string findings = "findings";
    std::string output;   // "json=FILE"
    std::string command;  // The whole line, for the files.
    std::string version;
};

/// The command line asks for what cannot be: exit status 2. what() is one sentence.
struct UsageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The exit status. Throws UsageError, conformance::CannotBegin, and std::system_error for what the
/// system refused.
int run_fuzz(const FuzzArguments& arguments);

}  // namespace aoe::fuzz
