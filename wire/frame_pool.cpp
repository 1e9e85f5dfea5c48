// SPDX-License-Identifier: MIT
#include "wire/frame_pool.h"

#include <cassert>
#include <sanitizer/asan_interface.h>

#include <sys/mman.h>

#include "wire/descriptor.h"

namespace aoe {
namespace {

constexpr std::size_t page_bytes = 4096;

constexpr std::size_t round_up(std::size_t value, std::size_t unit) {
    return (value + unit - 1) / unit * unit;
}

}  // namespace

FramePool::FramePool(std::size_t slots, std::size_t frame_bytes)
    : frame_bytes_(frame_bytes),
      stride_bytes_(round_up(slot_offset_bytes + frame_bytes, page_bytes)),
      mapped_bytes_(slots * stride_bytes_) {
    assert(slots != 0);
    free_.reserve(slots);
    for (std::size_t i = slots; i-- > 0;) free_.push_back(static_cast<std::uint32_t>(i));
    void* const memory = mmap(nullptr, mapped_bytes_, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) throw_errno("memory for frames");
    memory_ = static_cast<std::byte*>(memory);
    ASAN_POISON_MEMORY_REGION(memory_, mapped_bytes_);
}

FramePool::~FramePool() {
    ASAN_UNPOISON_MEMORY_REGION(memory_, mapped_bytes_);
    munmap(memory_, mapped_bytes_);
}

std::uint32_t FramePool::take() noexcept {
    assert(!free_.empty());
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    ASAN_UNPOISON_MEMORY_REGION(bytes(slot).data(), frame_bytes_);
    return slot;
}

void FramePool::put(std::uint32_t slot) noexcept {
    assert(free_.size() < free_.capacity());
    ASAN_POISON_MEMORY_REGION(bytes(slot).data(), frame_bytes_);
    free_.push_back(slot);
}

MutableBytes FramePool::bytes(std::uint32_t slot) const noexcept {
    assert(slot < mapped_bytes_ / stride_bytes_);
    return {memory_ + slot * stride_bytes_ + slot_offset_bytes, frame_bytes_};
}

MutableBytes FramePool::trim(std::uint32_t slot, std::size_t size_bytes) const noexcept {
    const MutableBytes all = bytes(slot);
    assert(size_bytes <= all.size());
    ASAN_POISON_MEMORY_REGION(all.data() + size_bytes, all.size() - size_bytes);
    return all.first(size_bytes);
}

}  // namespace aoe
