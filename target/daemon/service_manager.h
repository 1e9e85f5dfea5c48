// SPDX-License-Identifier: MIT
// What a service manager such as systemd wants to hear: sd_notify(3), without its library.
#pragma once

#include <string_view>

namespace aoe::target {

/// "READY=1" and the like, to where NOTIFY_SOCKET in the environment says; nobody, when it says
/// nothing.
void tell_service_manager(std::string_view state);

/// "RELOADING=1", with the time that goes with it. "READY=1" ends it.
void tell_service_manager_of_reload();

}  // namespace aoe::target
