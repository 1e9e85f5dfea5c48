// SPDX-License-Identifier: MIT
#include "target/daemon/privileges.h"

#include <array>
#include <unistd.h>

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "wire/descriptor.h"

namespace aoe::target {

void drop_capabilities(bool all) {
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) throw_errno("giving up privileges");
    __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{};
    if (::syscall(SYS_capget, &header, sets.data()) != 0) throw_errno("capget");
    const unsigned kept = all ? 0U : 1U << CAP_NET_RAW;
    sets[0].effective &= kept;
    sets[0].permitted &= kept;
    sets[1].effective = 0;
    sets[1].permitted = 0;
    for (auto& each : sets) each.inheritable = 0;
    if (::syscall(SYS_capset, &header, sets.data()) != 0) throw_errno("giving up capabilities");
}

}  // namespace aoe::target
