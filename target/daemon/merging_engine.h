// SPDX-License-Identifier: MIT
// Transfers of one file that continue each other become one: an initiator's large read or write
// comes as many requests, and for the disk it is one again.
#pragma once

#include <memory>

#include "target/daemon/io_engine.h"

namespace aoe::target {

/// What start() takes on between two submit() is merged. When a merged transfer fails, each of its
/// parts is tried by itself, so that only those fail which have to.
std::unique_ptr<IoEngine> make_merging_engine(std::unique_ptr<IoEngine> inner);

}  // namespace aoe::target
