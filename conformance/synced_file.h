// SPDX-License-Identifier: MIT
// Files that are there whole or not at all, whenever we or the machine may die: written beside
// their place, synced, and moved there.
#pragma once

#include <filesystem>
#include <string_view>

namespace aoe::conformance {

/// Puts `text` at `path`, in place of a file that may be there, whose permissions it takes; a new
/// one is for its owner only. A symbolic link stays, and what it names is replaced. Throws
/// std::system_error; then the old file is as it was.
void write_synced(const std::filesystem::path& path, std::string_view text);

/// The same where nothing is yet; false when something is, also when another process was faster.
[[nodiscard]] bool create_synced(const std::filesystem::path& path, std::string_view text);

}  // namespace aoe::conformance
