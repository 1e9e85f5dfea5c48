// SPDX-License-Identifier: MIT
// A storage whose flushes go one after the other. The system tells of what was lost to one flush
// alone; of two side by side, perhaps the same one asked for twice, the other would say that all is
// well.
#pragma once

#include "target/daemon/storage.h"

namespace aoe::target {

/// Flushes that come while another is on its way become one behind it, with one result. When that
/// other one fails, they have failed with it.
StoragePtr flushing_together(std::unique_ptr<Storage> inner);

}  // namespace aoe::target
