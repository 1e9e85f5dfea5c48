// SPDX-License-Identifier: MIT
// Takes out of a column what chance put there and says nothing of the target, so that two runs of
// the same give the same bytes.
#pragma once

#include <filesystem>

#include "conformance/compare/matrix.h"

namespace aoe::conformance {

/// Tags that we drew are numbered anew in each piece of evidence, in its texts and frames alike,
/// from settled_tag on; which number a request has depends on what was lost and sent again. How
/// many of too many requests were dropped is left out. The run's own `folder` becomes {run}, and
/// its scratch disk {file}.
void settle(Column& column, const std::filesystem::path& folder);

/// Ours begin there: runs of a comparison start at 1, and a session well above its discovery.
inline constexpr std::uint32_t settled_tag = 0x80010001;

}  // namespace aoe::conformance
