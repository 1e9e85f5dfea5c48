// SPDX-License-Identifier: MIT
// What a recording knows besides its frames, so that a run can be repeated from it: the addresses,
// the options that decide what is sent, and what the laboratory offered. Kept as text, one "key:
// value" a line, in a comment of its own of the file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "conformance/case.h"
#include "conformance/facts.h"
#include "conformance/lab/lab.h"
#include "conformance/selection.h"
#include "wire/bytes.h"
#include "wire/expected.h"

namespace aoe::conformance {

struct RecordingFacts {
    std::string interface;
    Mac ours{};
    std::size_t mtu = 1500;
    std::size_t receive_capacity = 0;
    std::uint16_t shelf = 0;
    std::uint8_t slot = 0;
    ByteVector discovered;  // The reply to the discovery.

    Doors open{};
    bool started = false;  // By the suite, in a private network on a scratch disk.
    bool force = false;
    std::optional<Revision> revision;
    std::optional<SectorRange> scratch;
    std::uint64_t seed = 1;
    std::uint32_t first_tag = 0;
    double timeout_factor = 1;
    std::optional<unsigned> retries;
    Time soak{};
    Selection cases{};

    Needs offers{};
    Twin twin{};
    std::optional<Mac> second_ours{}, second_target{};  // Of a second interface of the target's.
};

/// For people: the names of the recording's interfaces.
std::vector<std::string> interfaces_of(const RecordingFacts& facts);

std::string to_text(const RecordingFacts& facts);
inline constexpr std::string_view no_recording = "is no recording of a run";

/// On failure one sentence without a subject, as no_recording.
Expected<RecordingFacts, std::string> parse_recording_facts(std::string_view text);

/// Any bytes as one line of printable ASCII, and back.
std::string escaped(std::string_view text);
std::string unescaped(std::string_view text);

}  // namespace aoe::conformance
