// SPDX-License-Identifier: MIT
// A short list of addresses in the order in which they were added: the mask list and the reserve
// list are one each. Holds as many as one byte counts in their messages; never allocates.
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <span>

#include "wire/bytes.h"

namespace aoe::target {

class MacList {
public:
    static constexpr std::size_t capacity = 255;  // AOE-MASK-24

    MacList() = default;
    explicit MacList(std::span<const Mac> macs) noexcept { assign(macs); }

    std::span<const Mac> macs() const noexcept { return std::span(macs_).first(size_); }
    std::size_t size() const noexcept { return size_; }

    bool contains(const Mac& mac) const noexcept {
        return std::ranges::find(macs(), mac) != macs().end();
    }
    /// Both lists let everyone in while they are empty (AOE-MASK-01, AOE-RES-05).
    bool admits(const Mac& mac) const noexcept { return size_ == 0 || contains(mac); }

    /// True when `mac` is in the list afterwards; false when it would be one more than `limit`.
    bool add(const Mac& mac, std::size_t limit = capacity) noexcept {
        if (contains(mac)) return true;
        if (size_ >= std::min(limit, capacity)) return false;
        macs_[size_++] = mac;
        return true;
    }
    void remove(const Mac& mac) noexcept {
        const auto listed = std::span(macs_).first(size_);
        const auto kept = std::remove(listed.begin(), listed.end(), mac) - listed.begin();
        size_ = static_cast<std::size_t>(kept);
    }
    /// Just these, though some may be there twice: a reserve list stays as it was given.
    void assign(std::span<const Mac> macs) noexcept {
        assert(macs.size() <= capacity);
        size_ = macs.size();
        std::ranges::copy(macs, macs_.begin());
    }

    friend bool operator==(const MacList& one, const MacList& other) noexcept {
        return std::ranges::equal(one.macs(), other.macs());
    }

private:
    std::array<Mac, capacity> macs_{};
    std::size_t size_ = 0;
};

}  // namespace aoe::target
