// SPDX-License-Identifier: MIT
// One export as it is served: the protocol, who may use it, its disk, and the requests that wait
// for the disk. It can be given another configuration or another disk while it serves.
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <optional>

#include "target/daemon/access_gate.h"
#include "target/daemon/config.h"
#include "target/daemon/counters.h"
#include "target/daemon/served_link.h"
#include "target/daemon/storage.h"
#include "target/daemon/work_queue.h"
#include "target/export.h"
#include "wire/clock.h"

namespace aoe::target {

class Service {
public:
    Service(ExportConfig config, StoragePtr storage, const Clock& clock);
    ~Service();

    const ExportConfig& config() const noexcept { return config_; }
    const Address& address() const noexcept { return config_.address; }
    const ExportCounters& counters() const noexcept { return counters_; }
    const Storage& storage() const noexcept { return *storage_; }
    std::uint64_t refused() const noexcept { return gate_->refused(); }
    std::size_t queue_depth() const noexcept { return queue_.size(); }
    bool is_idle() const noexcept { return queue_.size() == 0; }

    /// Goes on with these. What initiators left stays, and so does what waits for the old disk.
    void configure(ExportConfig config, StoragePtr storage);

    /// A frame for this export. The reply leaves by the same link, perhaps later; when the link is
    /// gone by then, it is dropped.
    void serve(Bytes frame, const std::shared_ptr<ServedLink>& link);
    void announce(ServedLink& link);
    /// Of all interfaces that this export is on.
    void set_smallest_mtu(std::size_t mtu) noexcept { smallest_mtu_ = mtu; }
    /// The most that a frame of this export may hold on the link.
    std::size_t mtu_on(const ServedLink& link) const noexcept;

private:
    class Pending;

    Port port_on(ServedLink& link) const noexcept;
    void reply(ServedLink& link, const LentBuffer& buffer, std::size_t size, Time begun);
    /// True when the operation is done and its reply is queued.
    bool perform_now(const Operation& operation, ServedLink& link, const LentBuffer& buffer,
                     Time begun);
    void postpone(const Operation& operation, const std::shared_ptr<ServedLink>& link, Time begun);
    void complete(Pending& pending, std::error_code result);

    ExportConfig config_;
    StoragePtr storage_;
    const Clock& clock_;
    std::optional<Export> export_;
    std::optional<AccessGate> gate_;
    WorkQueue queue_;
    std::list<std::unique_ptr<Pending>> pending_;
    ExportCounters counters_;
    std::size_t smallest_mtu_ = SIZE_MAX;
};

}  // namespace aoe::target
