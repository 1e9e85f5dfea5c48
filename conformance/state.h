// SPDX-License-Identifier: MIT
// What a run may change on a target, how it was before, and how it gets back there.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "conformance/doors.h"
#include "conformance/peer.h"
#include "wire/expected.h"

namespace aoe::conformance {

/// A target's state behind the doors that are open; what belongs to a shut door stays empty.
struct TargetState {
    Doors doors;  // Which of write, config, mask and reserve this holds.
    std::string config_string;
    std::vector<Mac> mask_list;
    std::vector<Mac> reserve_list;
    SectorRange range;
    ByteVector sectors;  // 512 bytes for each of the range.
};

/// Reads the state behind these doors. On failure what could not be read: "the mask list".
Expected<TargetState, std::string> read_state(Peer& peer, const TargetFacts& target, Doors doors);

/// Puts `wanted` back, of the doors given, and reads it again. Empty, or what is not as it was:
/// "the config string".
std::string restore_state(Peer& peer, const TargetFacts& target, const TargetState& wanted,
                          Doors doors);

/// A state in a file, so that a run that was killed can be undone. Written and synced before the
/// first change; the text is JSON.
struct Journal {
    std::string target;  // "e7.3"
    std::string interface;
    Mac mac{};
    TargetState state;
};

/// Whole and synced, or not at all; false when there is a file already. Throws std::system_error.
[[nodiscard]] bool write_journal(const std::filesystem::path& path, const Journal& journal);
/// On failure one sentence.
Expected<Journal, std::string> read_journal(const std::filesystem::path& path);

}  // namespace aoe::conformance
