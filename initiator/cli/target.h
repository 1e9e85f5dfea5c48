// SPDX-License-Identifier: MIT
// From what the command line says to a device that is attached: interfaces are opened, the address
// is looked for, and the device is queried and identified.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "initiator/cli/exit_status.h"
#include "initiator/discovery.h"
#include "initiator/session.h"
#include "wire/address.h"
#include "wire/clock.h"
#include "wire/link.h"

namespace aoe::initiator {

struct NamedLink {
    std::string interface;
    LinkPtr link;
};

/// The named interfaces, each of which must be usable; without names every Ethernet interface that
/// is up, said on standard error. CommandError when there is none.
std::vector<NamedLink> open_links(const std::vector<std::string>& interfaces);
/// Anything that differs from run to run, for tags.
std::uint64_t fresh_seed();
/// "veth0, veth1"
std::string interface_names(const std::vector<NamedLink>& links);

/// Who answers for `wanted` on these links. CommandError when interrupted.
Discovery look_for(const std::vector<NamedLink>& links, Clock& clock, const Address& wanted,
                   Time wait, std::optional<Time> settle);

/// "nobody answers ...", with what may be the reason, status 3.
CommandError nobody_answers(const std::vector<NamedLink>& links, const Discovery& found,
                            const std::string& whom, Time wait);

struct TargetOptions {
    std::string target;  // As typed: e7.3, 7.3 or e7.3@veth0.
    std::vector<std::string> interfaces;
    std::string mac;  // Empty: whoever answers, if it is one machine only.
    double wait_seconds = 3;
    double timeout_seconds = 30;

    /// The same for another target.
    TargetOptions named(const std::string& name) const {
        TargetOptions options = *this;
        options.target = name;
        return options;
    }
};

/// A device that was found; ready for reads and writes when it was identified too.
class Target {
public:
    enum class Use : std::uint8_t { sectors, control };  // control: it is not identified.
    /// CommandError when it cannot be found or, for its sectors, identified. With `timing` frames
    /// are sent again as that says; else as the options and the defaults do.
    explicit Target(const TargetOptions& options, Use use = Use::sectors,
                    const std::optional<Timing>& timing = std::nullopt);

    Session& session() noexcept { return *session_; }
    const Clock& clock() const noexcept { return clock_; }
    const Device& device() const noexcept { return *device_; }
    const Mac& mac() const noexcept { return mac_; }
    Mac own_mac() const noexcept { return link_.link->mac(); }
    Link& link() const noexcept { return *link_.link; }
    const std::string& interface() const noexcept { return link_.interface; }
    /// "e7.3"
    const std::string& name() const noexcept { return name_; }

    /// How a command ends after `error`: 3 for silence, else 1; the target's name comes first. Asks
    /// a target that is reserved for whom; so nothing else may be pending.
    CommandError failure(const std::string& what, const std::error_code& error);
    /// Performs a request that names no device yet; on failure a CommandError with `what`.
    void perform(Request request, const std::string& what);

private:
    std::string reserved_for();
    void find(const TargetOptions& options);

    SystemClock clock_;
    NamedLink link_;
    std::string name_;
    Address address_;
    Mac mac_{};
    std::unique_ptr<Session> session_;
    const Device* device_ = nullptr;
};

}  // namespace aoe::initiator
