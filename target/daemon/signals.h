// SPDX-License-Identifier: MIT
// Signals as something that loops wait for: none can be lost, at whatever moment it comes.
#pragma once

#include <initializer_list>

#include "wire/descriptor.h"

namespace aoe::target {

/// Readable as soon as one of them has come. Throws std::system_error. The process ignores SIGPIPE
/// from now on, since whoever reads its messages may leave before it.
Descriptor await_signals(std::initializer_list<int> signals);

/// Takes them off the descriptor.
void clear_signals(const Descriptor& signals);

}  // namespace aoe::target
