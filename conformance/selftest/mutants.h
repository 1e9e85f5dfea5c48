// SPDX-License-Identifier: MIT
// Our own target with one thing wrong at a time, to see whether the suite notices. The target knows
// nothing of it: a mistake changes requests on their way in, replies on their way out, or sectors
// on their way to the disk and back.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "wire/bytes.h"
#include "wire/clock.h"

namespace aoe::conformance {

using FrameBytes = std::vector<std::byte>;

/// What is done wrong; what is left out is done right.
struct Fault {
    /// Changes a request before the target sees it; one that is emptied is not seen.
    std::function<void(FrameBytes& request)> on_request{};
    /// Changes a reply, empty for silence. `request` is what the initiator really sent.
    std::function<void(const FrameBytes& request, FrameBytes& reply)> on_reply{};
    /// Changes what leaves for one request: more replies, none, or those of earlier ones.
    std::function<void(const FrameBytes& request, std::vector<FrameBytes>& frames)> on_send{};
    /// Changes the requests that wait to be served: their order, or how many there are.
    std::function<void(std::vector<FrameBytes>& waiting)> on_batch{};
    /// Changes what is written, and where; one that is emptied is not written.
    std::function<void(std::uint64_t& sector, FrameBytes& data)> on_write{};
    /// Changes what was read.
    std::function<void(std::uint64_t sector, MutableBytes data)> on_read{};
    /// Changes what is announced when the target starts, one frame or none.
    std::function<void(std::vector<FrameBytes>& frames)> on_announce{};
    Time takes{};  // To serve a request.
};

/// Thrown by a fault: the target has died of what it does.
struct Death {};

struct Mutant {
    std::string_view name;     // "answers-responses"
    std::string_view mistake;  // What is wrong with it, in a sentence.
    std::string_view clause;   // The requirement that a case must find broken.
    Fault fault;
    std::string_view survives{};  // Why no case can notice; empty for all that must be caught.
};

// The target that is broken.
inline constexpr std::uint64_t mutant_disk_sectors = 131072;  // Of 64 MiB, as with --start.
inline constexpr std::uint16_t mutant_shelf = 7;
inline constexpr std::uint8_t mutant_slot = 3;
inline constexpr Mac mutant_mac{std::byte{2}, {}, {}, {}, {}, std::byte{2}};

/// Each with state of its own, fresh at every call.
std::vector<Mutant> all_mutants();

std::vector<Mutant> joined(const std::vector<std::vector<Mutant>>& parts);

// One function a chapter, each in its own file.
std::vector<Mutant> announce_mutants();
std::vector<Mutant> header_mutants();
std::vector<Mutant> addressing_mutants();
std::vector<Mutant> config_mutants();
std::vector<Mutant> config_set_mutants();
std::vector<Mutant> ata_mutants();
std::vector<Mutant> ata_error_mutants();
std::vector<Mutant> identify_mutants();
std::vector<Mutant> mask_mutants();
std::vector<Mutant> mask_edit_mutants();
std::vector<Mutant> reserve_mutants();
std::vector<Mutant> reserve_refusal_mutants();
std::vector<Mutant> reliability_mutants();
std::vector<Mutant> lab_mutants();

}  // namespace aoe::conformance
