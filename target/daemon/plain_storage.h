// SPDX-License-Identifier: MIT
// A disk that is simply asked, whoever has to wait for it.
#pragma once

#include "target/daemon/config.h"
#include "target/daemon/storage.h"

namespace aoe::target {

/// Throws what open_file_disk() throws.
StoragePtr open_plain_storage(const ExportConfig& config);

}  // namespace aoe::target
