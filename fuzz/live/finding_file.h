// SPDX-License-Identifier: MIT
// A finding as a pcapng file that `aoe-conform replay` plays: the frames as they were sent and what
// came back, each with a comment; what happened, and the target's last output, in the header.
#pragma once

#include <filesystem>
#include <string>

#include "fuzz/live/finding.h"

namespace aoe::fuzz {

struct FindingFileOptions {
    std::filesystem::path folder;  // Created when it is not there.
    std::string target;            // "e7.3"
    std::string interface;
    std::string version;
    std::string command;         // The command line.
    std::string replay_options;  // For `aoe-conform replay`, to reach the same target.
};

/// "was found 10 of 10 times", "was seen once and not again".
std::string how_sure(const Finding& finding);
/// The story for people, several lines: what happened, by what, the last output.
std::string story(const Finding& finding);

/// "aoe-conform replay FILE ...".
std::string replay_command(const std::filesystem::path& file, const FindingFileOptions& options);

/// Writes DIR/TARGET-NUMBER-KIND.pcapng with the first number that is free, and returns its path.
/// Throws std::system_error.
std::filesystem::path write_finding(const Finding& finding, const FindingFileOptions& options);

}  // namespace aoe::fuzz
