// SPDX-License-Identifier: MIT
// Disk I/O through io_uring.
#pragma once

#include <memory>

#include "target/daemon/io_engine.h"

namespace aoe::target {

/// Throws std::system_error where the system has no io_uring, or forbids it.
std::unique_ptr<IoEngine> make_ring_engine();

}  // namespace aoe::target
