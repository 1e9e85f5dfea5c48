// SPDX-License-Identifier: MIT
// The part of Service that makes state last.
#include <cassert>
#include <utility>
#include <variant>

#include "target/daemon/pending.h"
#include "target/daemon/service.h"
#include "wire/address.h"

namespace aoe::target {

/// Those that come while a change is being saved are served after it, so that nobody is shown what
/// a crash may take back.
void Service::hold(Bytes frame, const std::shared_ptr<ServedLink>& link) {
    if (held_.size() >= config_.queue_length) {
        ++counters_.requests;
        ++counters_.dropped;
        return;
    }
    held_.push_back({{frame.begin(), frame.end()}, link});
}

/// The reply, or the operation that leads to one, when the change that it tells of is safe.
void Service::save_first(const Outcome& outcome, Bytes storage,
                         const std::shared_ptr<ServedLink>& link, Time begun) {
    if (const auto* operation = std::get_if<Operation>(&outcome)) {
        auto pending = std::make_shared<std::unique_ptr<Pending>>(
            std::make_unique<Pending>(*this, storage_, *operation, link, begun));
        start_saving([this, pending](std::error_code error) {
            if (error) return;
            Pending& work = *pending_.emplace_back(std::move(*pending));
            queue_.add(work, work.storage());
        });
        return;
    }
    const auto* reply = std::get_if<Reply>(&outcome);
    const Bytes frame = storage.first(reply == nullptr ? 0 : reply->size);
    start_saving([this, link = std::weak_ptr(link), begun,
                  copy = std::vector(frame.begin(), frame.end())](std::error_code error) {
        if (!error && !copy.empty()) send_saved(copy, link, begun);
    });
}

void Service::send_saved(Bytes frame, const std::weak_ptr<ServedLink>& to, Time begun) {
    const auto link = to.lock();
    const auto buffer = link ? link->lend() : std::nullopt;
    if (!buffer) {
        ++counters_.dropped;
        return;
    }
    copy_bytes(frame, buffer->bytes);
    reply(*link, *buffer, frame.size(), begun);
}

/// What initiators left, under another configuration. A mask list that they left alone is the
/// configuration's.
ExportState Service::adapted(ExportState state, const ExportConfig& before) const {
    const bool is_theirs = state.mask.size() != 0 && !(state.mask == MacList(before.mask));
    if (config_.mask != before.mask && !is_theirs) state.mask = MacList(config_.mask);
    state.write_cache_enabled = write_cache_;
    return state;
}

/// What initiators left, without what is the configuration's: that may be another one next time.
ExportState Service::lasting() const {
    ExportState state = export_->state();
    if (state.mask == MacList(config_.mask)) state.mask = {};
    if (config_.sync) state.write_cache_enabled = write_cache_;
    return state;
}

void Service::start_saving(Surroundings::Then then) {
    assert(!saving_);
    saving_ = true;
    ExportState changed = export_->state();
    around_.save(address(), lasting(), [this, changed, then](std::error_code error) {
        saving_ = false;
        if (error) {
            ++counters_.dropped;
            export_->restore(saved_);
            around_.log.say("the state of " + target_name(address().shelf, address().slot) +
                            " cannot be saved: " + error.message() + "; the change is undone");
        } else {
            saved_ = changed;
        }
        then(error);
        while (!saving_ && !held_.empty()) {
            const auto [frame, to] = std::move(held_.front());
            held_.pop_front();
            if (const auto link = to.lock()) serve(frame, link);
        }
    });
}

void Service::change_state(const ExportState& state, Surroundings::Then then) {
    if (saving_) return then(std::make_error_code(std::errc::device_or_resource_busy));
    export_->restore(state);
    say_changes("aoe-targetctl");
    if (around_.save) return start_saving(std::move(then));
    saved_ = export_->state();
    then({});
}

}  // namespace aoe::target
