// SPDX-License-Identifier: MIT
// A request that waits for the disk, or for its change to be saved.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>
#include <utility>

#include "target/daemon/service.h"

namespace aoe::target {

/// Memory as direct transfers want it.
struct Free {
    void operator()(std::byte* memory) const noexcept { std::free(memory); }
};
using AlignedBytes = std::unique_ptr<std::byte[], Free>;

inline AlignedBytes make_aligned(std::size_t size) {
    constexpr std::size_t alignment = 4096;  // Enough for every device.
    const std::size_t rounded = (size + alignment - 1) / alignment * alignment;
    if (rounded == 0) return nullptr;
    auto* const memory = static_cast<std::byte*>(std::aligned_alloc(alignment, rounded));
    if (memory == nullptr) throw std::bad_alloc();
    return AlignedBytes(memory);
}

/// It has memory of its own: the link's buffers go on serving
/// others, and the link itself may end meanwhile.
class Service::Pending final : public Work {
public:
    Pending(Service& service, StoragePtr storage, const Operation& operation,
            const std::shared_ptr<ServedLink>& link, Time begun)
        : service_(service),
          operation_(operation),
          storage_(std::move(storage)),
          link_(link),
          begun_(begun) {
        const std::size_t size = std::max(operation.into.size(), operation.from.size());
        memory_ = make_aligned(size);
        kind = operation.kind;
        durable = operation.durable;
        sector = operation.sector;
        data = {memory_.get(), size};
        copy_bytes(operation.from, data);
        into_offset_ =
            operation.into.empty()
                ? 0
                : static_cast<std::size_t>(operation.into.data() - operation.storage.data());
    }

    void done(std::error_code result) override { service_.complete(*this, result); }

    const Operation& operation() const noexcept { return operation_; }
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
            copy_bytes(data, operation.into);
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

}  // namespace aoe::target
