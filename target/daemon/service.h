// SPDX-License-Identifier: MIT
// One export as it is served: the protocol, who may use it, its disk, and the requests that wait
// for the disk. It can be given another configuration or another disk while it serves. Where state
// is to last, a reply to what changed it goes out when the change is safe, and not at all when it
// could not be saved: then it is undone.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "target/daemon/access_gate.h"
#include "target/daemon/config.h"
#include "target/daemon/counters.h"
#include "target/daemon/failed_flushes.h"
#include "target/daemon/log.h"
#include "target/daemon/served_link.h"
#include "target/daemon/storage.h"
#include "target/daemon/work_queue.h"
#include "target/export.h"
#include "wire/clock.h"

namespace aoe::target {

/// What an export needs of the daemon, and borrows.
struct Surroundings {
    using Then = std::function<void(std::error_code)>;
    const Clock& clock;
    Log& log;
    /// Keeps the state for good, and calls `then` later, from the loop. Empty where nothing lasts.
    std::function<void(const Address&, const ExportState&, Then)> save{};
};

class Service {
public:
    /// `state`: what initiators left before.
    Service(ExportConfig config, StoragePtr storage, const Surroundings& surroundings,
            const std::optional<ExportState>& state = std::nullopt);
    ~Service();

    const ExportConfig& config() const noexcept { return config_; }
    const Address& address() const noexcept { return config_.address; }
    const ExportCounters& counters() const noexcept { return counters_; }
    void clear_counters() { counters_ = {}; }
    const Storage& storage() const noexcept { return *storage_; }
    const StoragePtr& disk() const noexcept { return storage_; }
    std::size_t queue_depth() const noexcept { return queue_.size(); }
    bool is_idle() const noexcept { return queue_.size() == 0 && !saving_; }
    ExportState state() const { return export_->state(); }
    /// As if initiators had changed it. Not while another change is being saved: resource busy.
    void change_state(const ExportState& state, Surroundings::Then then);

    /// Goes on with these. What initiators left stays, and so does what waits for the old disk,
    /// which is flushed: when that fails, so does the next flush that somebody asks for.
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
    class Leaving;

    Port port_on(ServedLink& link) const noexcept;
    void reply(ServedLink& link, const LentBuffer& buffer, std::size_t size, Time begun);
    /// True when the operation is done and its reply is queued.
    bool perform_now(const Operation& operation, ServedLink& link, const LentBuffer& buffer,
                     Time begun);
    void postpone(const Operation& operation, const std::shared_ptr<ServedLink>& link, Time begun);
    void complete(Pending& pending, std::error_code result);
    void leave_disk();
    void disk_left(Leaving& leaving, std::error_code result);
    std::error_code told(Operation::Kind kind, std::error_code result) noexcept;
    void say(const std::string& sentence);
    void say_changes(const std::string& who);
    void note_refused(const Mac& who);
    void note_failed(const Operation& operation, std::error_code error);
    void hold(Bytes frame, const std::shared_ptr<ServedLink>& link);
    void save_first(const Outcome& outcome, Bytes reply, const std::shared_ptr<ServedLink>& link,
                    Time begun);
    ExportState adapted(ExportState state, const ExportConfig& before) const;
    ExportState lasting() const;
    void start_saving(Surroundings::Then then);
    void send_saved(Bytes frame, const std::weak_ptr<ServedLink>& link, Time begun);

    using Held = std::pair<std::vector<std::byte>, std::weak_ptr<ServedLink>>;

    ExportConfig config_;
    StoragePtr storage_;
    Surroundings around_;
    std::optional<Export> export_;
    std::optional<AccessGate> gate_;
    WorkQueue queue_;
    std::list<std::unique_ptr<Pending>> pending_;
    std::list<std::unique_ptr<Leaving>> leaving_;
    bool has_lost_ = false;  // With a disk before this one; no flush has told of it yet.
    FailedFlushes failed_flushes_;
    ExportCounters counters_;
    std::set<Mac> turned_away_;
    ExportState saved_;
    bool write_cache_ = true;  // As initiators left it, while the configuration gives no choice.
    bool saving_ = false;
    std::deque<Held> held_;  // Requests that look at the state, while it is being saved.
    std::size_t smallest_mtu_ = SIZE_MAX;
};

}  // namespace aoe::target
