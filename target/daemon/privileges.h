// SPDX-License-Identifier: MIT
// What a process may do once all is open.
#pragma once

namespace aoe::target {

/// Gives up every capability of this thread, and of those that it starts, but CAP_NET_RAW; with
/// `all` that one, too. None of it comes back, nor by starting another program. Throws
/// std::system_error.
void drop_capabilities(bool all);

}  // namespace aoe::target
