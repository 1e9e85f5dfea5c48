// SPDX-License-Identifier: MIT
// The memory that a link's frames live in: slots of one size in one mapping, taken from the kernel
// page by page as they are first written. The last slot put back is the next one taken, so that a
// quiet link stays within a few warm pages.
//
// Under the address sanitizer a slot that is not taken, and what lies behind a frame, is poisoned:
// reading past a frame's end or after its release is reported like any other such mistake.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "wire/bytes.h"

namespace aoe {

class FramePool {
public:
    // The data of an ATA message begins 36 bytes into its frame. Frames that begin 36 bytes before
    // a multiple of 512 hold it where direct I/O wants it.
    static constexpr std::size_t slot_offset_bytes = 512 - 36;

    /// Throws std::system_error when the memory cannot be had.
    FramePool(std::size_t slots, std::size_t frame_bytes);
    FramePool(const FramePool&) = delete;
    FramePool& operator=(const FramePool&) = delete;
    ~FramePool();

    std::size_t available() const noexcept { return free_.size(); }
    /// Only while something is available.
    std::uint32_t take() noexcept;
    void put(std::uint32_t slot) noexcept;
    /// All the bytes of a taken slot.
    MutableBytes bytes(std::uint32_t slot) const noexcept;
    /// The slot's first `size_bytes`; what follows them is out of bounds from now on.
    MutableBytes trim(std::uint32_t slot, std::size_t size_bytes) const noexcept;

    /// All of it: slot n's bytes begin slot_offset_bytes after n strides.
    MutableBytes memory() const noexcept { return {memory_, mapped_bytes_}; }
    std::size_t stride_bytes() const noexcept { return stride_bytes_; }

private:
    std::size_t frame_bytes_;
    std::size_t stride_bytes_;
    std::size_t mapped_bytes_;
    std::byte* memory_ = nullptr;
    std::vector<std::uint32_t> free_;
};

}  // namespace aoe
