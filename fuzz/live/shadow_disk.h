// SPDX-License-Identifier: MIT
// What the scratch range of a target must hold, from what was written and what was answered.
// Sectors of which that cannot be told are not judged.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "conformance/facts.h"
#include "fuzz/live/symptom.h"
#include "wire/bytes.h"

namespace aoe::fuzz {

class ShadowDisk {
public:
    explicit ShadowDisk(const conformance::SectorRange& range);

    /// A request and its reply, in the order in which the target took them. `reply` is empty when
    /// there was none. Returns what a read's data breaks.
    std::optional<Kind> answered(Bytes request, Bytes reply);
    /// The same for a request of which it is not known when, or whether, it was carried out.
    void unclear(Bytes request);
    /// Nothing is known any more; or that every sector is zero, as on a new disk.
    void forget(bool is_new);

private:
    enum class State : std::uint8_t { unknown, known, known_after_refusal };
    struct Span {
        std::uint64_t first = 0, count = 0;
    };

    Span inside(std::uint64_t lba, std::uint64_t count) const;
    void mark(Bytes request, State from, State to);
    void store(const Span& span, std::uint64_t lba, Bytes data);
    std::optional<Kind> compare(const Span& span, std::uint64_t lba, Bytes data);

    conformance::SectorRange range_;
    std::vector<State> states_;
    std::vector<std::byte> bytes_;
};

}  // namespace aoe::fuzz
