// SPDX-License-Identifier: MIT
#include "initiator/cli/commands.h"

namespace aoe::initiator {

void run_flush(const FlushOptions& options) {
    Target target(options.target);
    target.perform({.kind = Kind::flush}, "what was written before may not be on stable storage");
}

}  // namespace aoe::initiator
