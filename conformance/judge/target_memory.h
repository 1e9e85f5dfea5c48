// SPDX-License-Identifier: MIT
// What a target was told and has said, as far as the frames show it. Everything starts as unknown,
// and becomes unknown again when a request that may change it has gone out: rules about a value are
// only asked where it was certain when the target served the request.
//
// Frames are numbered in the order in which they were seen; a live peer counts them itself.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/judge/contents.h"
#include "conformance/judge/seen_frame.h"

namespace aoe::conformance {

/// A value that a target holds, and since when that is known.
template <typename T> struct Remembered {
    std::optional<T> value;
    std::uint64_t known_since = 0;   // Number of the frame that showed it.
    std::uint64_t changed_with = 0;  // Number of the last frame that may have changed it.

    /// The value while the request with this number was served; nullptr when that is not certain.
    const T* at(std::uint64_t request) const {
        const bool certain = value && known_since < request && changed_with < request;
        return certain ? &*value : nullptr;
    }
    void learn(T shown, std::uint64_t request, std::uint64_t reply) {
        if (changed_with > request || value == shown) return;  // Known for longer.
        value = std::move(shown);
        known_since = reply;
    }
    void forget(std::uint64_t request) {
        value.reset();
        changed_with = request;
    }
};

/// Words of IDENTIFY DEVICE that rules compare with behaviour.
struct Identity {
    std::uint64_t sectors = 0;
    std::uint16_t word49 = 0, word82 = 0, word83 = 0;
    std::uint64_t digest = 0;  // Of all 512 bytes.
    bool lba48() const { return (word83 & 0x0400) != 0; }
    friend bool operator==(const Identity&, const Identity&) = default;
};

/// What a request that changes something found in force; a value that is none did not change.
struct Before {
    Remembered<std::string> config;
    Remembered<MacList> mask, reserve;
};

/// What is certain about a target while it served one request; nullptr is unknown.
struct Known {
    const std::string* config = nullptr;
    const MacList* mask = nullptr;
    const MacList* reserve = nullptr;
    bool mask_edit_failed = false;  // The list is what a refused edit should have left.
    const Identity* identity = nullptr;
    const std::uint16_t* buffer_count = nullptr;
    const std::uint16_t* firmware = nullptr;
    const std::uint8_t* sector_count = nullptr;
    bool serves_mask = false, serves_reserve = false;  // Has ever answered those commands.

    /// Most sectors of one message, as the target announced it.
    std::optional<unsigned> most_sectors() const {
        if (sector_count == nullptr) return std::nullopt;
        return *sector_count == 0 ? 2U : *sector_count;
    }
};

class TargetMemory {
public:
    /// A request goes out. What it may change is unknown until it is answered. Not null when it
    /// changes something.
    std::unique_ptr<Before> asked(const SeenFrame& request);
    /// What was certain while the request was served.
    Known known(const SeenFrame& request, const Before* before) const;
    /// The same of an earlier request, while the reply to `request` is looked at.
    Known known_earlier(const SeenFrame& earlier, const Before* its, const SeenFrame& request,
                        const Before* before) const;
    /// The reply is in, and judged.
    void answered(const SeenFrame& request, const SeenFrame& reply, const Before* before);
    /// The target announced itself: it may have been started again.
    void announced(const SeenFrame& announcement);
    /// Somebody may have changed anything: a request with a wildcard, for one.
    void forget(std::uint64_t frame);

    const Remembered<MacList>& mask() const { return mask_; }

private:
    void learn_config(const SeenFrame& reply, std::uint64_t request);
    void learn_string(const SeenFrame& request, const SeenFrame& reply);
    void learn_identity(const SeenFrame& request, const SeenFrame& reply);
    void learn_mask(const SeenFrame& request, const SeenFrame& reply, const Before* before);

    Remembered<std::string> config_;
    Remembered<MacList> mask_, reserve_;
    Remembered<Identity> identity_;
    Remembered<std::uint16_t> buffer_count_, firmware_;
    Remembered<std::uint8_t> sector_count_;
    bool mask_edit_failed_ = false;
    bool serves_mask_ = false, serves_reserve_ = false;
};

}  // namespace aoe::conformance
