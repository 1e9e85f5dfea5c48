// SPDX-License-Identifier: MIT
// A file or block device as the daemon serves it: from the page cache at once where the sectors are
// there, through an engine where they are not. A device that vanishes is looked for again when
// somebody asks, once a second at most.
#pragma once

#include "target/daemon/config.h"
#include "target/daemon/io_engine.h"
#include "target/daemon/log.h"
#include "target/daemon/storage.h"
#include "wire/clock.h"

namespace aoe::target {

/// Throws what open_exported_file() throws, and when direct transfers of a sector do not work, or a
/// block device that is to be written has another user here: a file system that is mounted.
/// Borrows engine, clock and log.
StoragePtr open_file_storage(const ExportConfig& config, IoEngine& engine, const Clock& clock,
                             Log& log);

}  // namespace aoe::target
