// SPDX-License-Identifier: MIT
#include "target/daemon/service.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <new>
#include <utility>
#include <variant>

#include "wire/sizes.h"

namespace aoe::target {
namespace {

/// What direct transfers want of addresses in memory; enough for every device.
constexpr std::size_t alignment = 4096;

struct Free {
    void operator()(std::byte* memory) const noexcept { std::free(memory); }
};
using AlignedBytes = std::unique_ptr<std::byte[], Free>;

AlignedBytes make_aligned(std::size_t size) {
    const std::size_t rounded = (size + alignment - 1) / alignment * alignment;
    if (rounded == 0) return nullptr;
    auto* const memory = static_cast<std::byte*>(std::aligned_alloc(alignment, rounded));
    if (memory == nullptr) throw std::bad_alloc();
    return AlignedBytes(memory);
}

/// The largest MTU at which messages carry no more than `sectors`.
std::size_t mtu_for(std::size_t sectors) noexcept {
    if (sectors >= max_sectors(SIZE_MAX)) return SIZE_MAX;
    return aoe_header_size + ata_argument_size + (sectors + 1) * sector_size - 1;
}

}  // namespace

/// A request that waits for the disk, with memory of its own: the link's buffers go on serving
/// others, and the link itself may end meanwhile.
class Service::Pending final : public Work {
public:
    Pending(Service& service, const Operation& operation, std::shared_ptr<ServedLink> link,
            Time begun)
        : service_(service),
          operation_(operation),
          storage_(service.storage_),
          link_(std::move(link)),
          begun_(begun) {
        const std::size_t size = std::max(operation.into.size(), operation.from.size());
        memory_ = make_aligned(size);
        kind = operation.kind;
        durable = operation.durable;
        sector = operation.sector;
        data = {memory_.get(), size};
        std::ranges::copy(operation.from, data.begin());
        into_offset_ =
            operation.into.empty()
                ? 0
                : static_cast<std::size_t>(operation.into.data() - operation.storage.data());
    }

    void done(std::error_code result) override { service_.complete(*this, result); }

    Storage& storage() const noexcept { return *storage_; }
    std::shared_ptr<ServedLink> link() const { return link_.lock(); }
    Time begun() const noexcept { return begun_; }

    /// As it would have been done in the reply's buffer.
    Operation done_in(MutableBytes reply) const {
        Operation operation = operation_;
        operation.storage = reply.first(std::min(reply.size(), operation_.storage.size()));
        operation.from = data;
        if (kind == Operation::Kind::read) {
            operation.into = reply.subspan(into_offset_, data.size());
            std::ranges::copy(data, operation.into.begin());
        }
        return operation;
    }

private:
    Service& service_;
    Operation operation_;
    StoragePtr storage_;  // The one it began with, whatever the export has by now.
    std::weak_ptr<ServedLink> link_;
    Time begun_;
    AlignedBytes memory_;
    std::size_t into_offset_ = 0;
};

Service::Service(ExportConfig config, StoragePtr storage, const Clock& clock)
    : config_(std::move(config)), clock_(clock), queue_(config_.queue_length) {
    configure(config_, std::move(storage));
}

Service::~Service() {
    assert(is_idle());
}

void Service::configure(ExportConfig config, StoragePtr storage) {
    std::optional<ExportState> state;
    if (export_) state = export_->state();
    config_ = std::move(config);
    storage_ = std::move(storage);
    queue_.set_limit(config_.queue_length);
    export_.emplace(config_.options(storage_->sectors()));
    if (state) export_->restore(*state);
    gate_.emplace(*export_, config_);
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
    ++counters_.requests;
    const auto buffer = link->lend();
    if (!buffer) {
        ++counters_.dropped;
        return;
    }
    const Time begun = clock_.now();
    const Outcome outcome = gate_->begin(frame, port_on(*link), buffer->bytes);
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
    counters_.latency.add(clock_.now() - begun);
    link.queue(buffer, size);
}

bool Service::perform_now(const Operation& operation, ServedLink& link, const LentBuffer& buffer,
                          Time begun) {
    if (queue_.comes_after(operation)) return false;
    const auto result = storage_->at_once(operation);
    if (!result) return false;
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
        *pending_.emplace_back(std::make_unique<Pending>(*this, operation, link, begun));
    queue_.add(pending, pending.storage());
    counters_.queue_peak = std::max<std::uint64_t>(counters_.queue_peak, queue_.size());
}

void Service::complete(Pending& pending, std::error_code result) {
    queue_.finished(pending);
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
