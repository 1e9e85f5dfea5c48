// SPDX-License-Identifier: MIT
// Files that are there whole or not at all.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace aoe::conformance {

/// Writes beside `path` and renames; what is no ordinary file (a device, a pipe) is written in
/// place. Empty, or why it could not be done, in the system's words.
std::string write_whole(const std::filesystem::path& path, std::string_view text);

/// A device, a pipe or the like, which is there already.
bool is_special(const std::filesystem::path& path);

/// Whether write_whole() can be expected to work: empty, or why not. Changes nothing.
std::string why_not_writable(const std::filesystem::path& path);

}  // namespace aoe::conformance
