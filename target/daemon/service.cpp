// SPDX-License-Identifier: MIT
#include "target/daemon/service.h"

#include <algorithm>
#include <cassert>
#include <utility>
#include <variant>

#include "target/daemon/leaving.h"
#include "target/daemon/pending.h"
#include "wire/address.h"
#include "wire/sizes.h"

namespace aoe::target {
namespace {

/// Requests that may change what lasts, or show it: all but those for sectors.
bool looks_at_state(Bytes request) noexcept {
    const auto frame = FrameView::parse(request);
    if (!frame) return false;
    if (frame->header().command != command::ata) return true;
    const auto view = AtaView::parse(frame->argument());
    return view && view->registers().command_status == ata_command::set_features;
}

Mac source_of(Bytes request) noexcept {
    return FrameView::parse(request)->header().source;
}

/// The largest MTU at which messages carry no more than `sectors`.
std::size_t mtu_for(std::size_t sectors) noexcept {
    if (sectors >= max_sectors(SIZE_MAX)) return SIZE_MAX;
    return aoe_header_size + ata_argument_size + (sectors + 1) * sector_size - 1;
}

}  // namespace

Service::Service(ExportConfig config, StoragePtr storage, const Surroundings& surroundings,
                 const std::optional<ExportState>& state)
    : config_(std::move(config)), around_(surroundings), queue_(config_.queue_length) {
    configure(config_, std::move(storage));
    if (state) {
        write_cache_ = state->write_cache_enabled;
        ExportState kept = *state;
        // One that was emptied lets everyone in, which is not what the configuration asks for.
        if (kept.mask.size() == 0) kept.mask = export_->state().mask;
        export_->restore(kept);
    }
    saved_ = export_->state();
}

Service::~Service() {
    assert(is_idle());
}

void Service::configure(ExportConfig config, StoragePtr storage) {
    std::optional<ExportState> state;
    if (export_) state = export_->state();
    if (state && !config_.sync) write_cache_ = state->write_cache_enabled;
    if (storage_ && storage_ != storage) leave_disk();
    const ExportConfig before = std::exchange(config_, std::move(config));
    storage_ = std::move(storage);
    queue_.set_limit(config_.queue_length);
    export_.emplace(config_.options(storage_->sectors()));
    if (state) {
        export_->restore(adapted(saved_, before));
        saved_ = export_->state();  // There is nothing new that would have to be saved.
        export_->restore(adapted(*state, before));
    }
    gate_.emplace(*export_, config_);
    turned_away_.clear();
}

std::size_t Service::mtu_on(const ServedLink& link) const noexcept {
    return std::min(link.mtu(), mtu_for(config_.most_sectors));
}

Port Service::port_on(ServedLink& link) const noexcept {
    const std::size_t mtu = mtu_on(link);
    return {.mac = link.link().mac(),
            .mtu = mtu,
            .receive_capacity = link.link().receive_capacity(),
            .smallest_mtu = std::min(mtu, smallest_mtu_)};
}

void Service::serve(Bytes frame, const std::shared_ptr<ServedLink>& link) {
    if (saving_ && looks_at_state(frame)) {
        hold(frame, link);
        return;
    }
    ++counters_.requests;
    const auto buffer = link->lend();
    if (!buffer) {
        ++counters_.dropped;
        return;
    }
    const Time begun = around_.clock.now();
    const std::uint64_t refused = gate_->refused();
    const Outcome outcome = gate_->begin(frame, port_on(*link), buffer->bytes);
    if (gate_->refused() != refused) note_refused(source_of(frame));
    if (looks_at_state(frame) && !(export_->state() == saved_)) {
        say_changes(to_string(source_of(frame)));
        if (around_.save) {
            save_first(outcome, buffer->bytes, link, begun);
            link->give_back(*buffer);
            return;
        }
        saved_ = export_->state();
    }
    if (const auto* size = std::get_if<Reply>(&outcome)) {
        reply(*link, *buffer, size->size, begun);
        return;
    }
    if (const auto* operation = std::get_if<Operation>(&outcome)) {
        if (perform_now(*operation, *link, *buffer, begun)) return;
        postpone(*operation, link, begun);
    } else {
        ++counters_.silent;
    }
    link->give_back(*buffer);
}

void Service::reply(ServedLink& link, const LentBuffer& buffer, std::size_t size, Time begun) {
    counters_.note_reply(buffer.bytes.first(size));
    counters_.latency.add(around_.clock.now() - begun);
    link.queue(buffer, size);
}

bool Service::perform_now(const Operation& operation, ServedLink& link, const LentBuffer& buffer,
                          Time begun) {
    auto result = failed_flushes_.answer(operation, begun);
    if (!result) {
        if (queue_.comes_after(operation, *storage_)) return false;
        result = storage_->at_once(operation);
    }
    if (!result) return false;
    result = told(operation.kind, *result);
    if (*result) note_failed(operation, *result);
    ++counters_.at_once;
    counters_.note_done(operation);
    reply(link, buffer, gate_->finish(operation, *result), begun);
    return true;
}

void Service::postpone(const Operation& operation, const std::shared_ptr<ServedLink>& link,
                       Time begun) {
    if (queue_.is_full()) {
        ++counters_.dropped;  // The initiator asks again.
        return;
    }
    auto& pending =
        *pending_.emplace_back(std::make_unique<Pending>(*this, storage_, operation, link, begun));
    queue_.add(pending, pending.storage());
    counters_.queue_peak = std::max<std::uint64_t>(counters_.queue_peak, queue_.size());
}

void Service::complete(Pending& pending, std::error_code result) {
    queue_.finished(pending);
    result = told(pending.kind, result);
    if (result) note_failed(pending.operation(), result);
    if (pending.kind == Operation::Kind::flush && result && result != std::errc::no_such_device) {
        failed_flushes_.note(pending.operation(), result, around_.clock.now());
    }
    const auto link = pending.link();
    const auto buffer = link ? link->lend() : std::nullopt;
    if (buffer) {
        const Operation operation = pending.done_in(buffer->bytes);
        counters_.note_done(operation);
        reply(*link, *buffer, gate_->finish(operation, result), pending.begun());
    } else {
        ++counters_.dropped;
    }
    std::erase_if(pending_, [&](const auto& each) { return each.get() == &pending; });
}

void Service::announce(ServedLink& link) {
    for (std::size_t index = 0;; ++index) {
        const auto buffer = link.lend();
        if (!buffer) return;  // A courtesy only: initiators also ask by themselves.
        const std::size_t size = gate_->announce(port_on(link), index, buffer->bytes);
        if (size == 0) {
            link.give_back(*buffer);
            return;
        }
        link.queue(*buffer, size);
    }
}

}  // namespace aoe::target
