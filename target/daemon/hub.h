// SPDX-License-Identifier: MIT
// Every export on every interface: frames go to those whose address they name. Knows nothing of
// where links and disks come from; those who open them are given to it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "target/daemon/config.h"
#include "target/daemon/log.h"
#include "target/daemon/served_link.h"
#include "target/daemon/service.h"
#include "target/daemon/storage.h"
#include "wire/clock.h"
#include "wire/link.h"

namespace aoe::target {

class Hub {
public:
    /// Throw with a sentence that names the disk.
    using OpenStorage = std::function<StoragePtr(const ExportConfig&)>;
    using Services = std::map<std::pair<unsigned, unsigned>, std::unique_ptr<Service>>;
    using Links = std::map<std::string, std::shared_ptr<ServedLink>>;

    /// What initiators left at an address before; throws like OpenStorage.
    using LoadState = std::function<std::optional<ExportState>(const Address&)>;

    Hub(
        const Surroundings& surroundings, OpenStorage open_storage,
        LoadState load_state = [](const Address&) { return std::nullopt; });

    /// One that is asked for and cannot be served yet: its disk, or what initiators left there,
    /// cannot be opened.
    struct Absent {
        ExportConfig config;
        std::string why;
    };
    using Absentees = std::map<std::pair<unsigned, unsigned>, Absent>;

    enum class IfAbsent { wait, refuse };
    /// Serves what the configuration says from now on. Exports that it describes as before go on
    /// untouched; changed ones keep what initiators left, and their disk where it is the same. A
    /// new one whose disk cannot be opened is waited for, or else refused, as a running one is
    /// always: then this throws, and nothing has changed.
    void apply(const Config& config, IfAbsent if_absent = IfAbsent::refuse);
    /// Serves those whose disks are there by now.
    void look_for_absent();
    const Absentees& absent() const noexcept { return absent_; }
    const Config& config() const noexcept { return config_; }

    void add_link(const std::string& name, LinkPtr link);
    /// What still waits for a disk there gets no reply any more.
    void remove_link(const std::string& name);

    /// Takes a few frames and the events that are here; false when the interface is gone, which
    /// leaves its removal to the caller.
    bool step(const std::string& link_name);
    /// Sends the replies that are ready. To be called before waiting.
    void flush();

    void announce();
    void announce(Service& service);

    const Services& services() const noexcept { return services_; }
    const Links& links() const noexcept { return links_; }
    /// Nothing waits for a disk.
    bool is_idle() const;

private:
    struct Change {
        const ExportConfig* config;
        StoragePtr storage;
        std::optional<ExportState> state;  // Of one that does not run yet.
    };
    struct Changes {
        std::vector<Change> ready;
        Absentees absent;
    };
    Changes prepare(const Config& config, IfAbsent if_absent);
    bool still_finishes(const Address& address) const;
    void retire_all_but(const Config& config);
    void carry_out(std::vector<Change> changes);
    void connect();
    bool follow_events(ServedLink& link);
    void route(const ReceivedFrame& frame, const std::shared_ptr<ServedLink>& link);
    void announce_on(ServedLink& link);
    void say_serving(const Service& service, const ServedLink& link);

    Surroundings around_;
    Log& log_;
    OpenStorage open_storage_;
    LoadState load_state_;
    Config config_;
    Services services_;
    Absentees absent_;
    std::vector<std::unique_ptr<Service>> retired_;  // Until nothing of theirs waits any more.
    Links links_;
    std::map<const ServedLink*, std::vector<Service*>> on_link_;
};

}  // namespace aoe::target
