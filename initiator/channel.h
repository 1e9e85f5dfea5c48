// SPDX-License-Identifier: MIT
// The initiator's books about one device: what waits, what is under way, how the path behaves.
// Internal to initiator.cpp, which keeps the frames.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <list>
#include <optional>

#include "initiator/device.h"
#include "initiator/exchange.h"
#include "initiator/request.h"
#include "initiator/round_trip.h"
#include "initiator/tag_table.h"
#include "initiator/window.h"

namespace aoe::initiator::detail {

struct Channel;

/// A request that is not complete.
struct Operation {
    Request request;
    Channel* channel = nullptr;
    std::uint64_t sectors = 0;      // Of a read or write; else 0.
    std::uint64_t sectors_cut = 0;  // Already handed out as parts.
    std::size_t open_parts = 0;     // Handed out and not answered.
    bool unusable_reply = false;
    std::list<Operation>::iterator self;
};

/// What one frame carries, through all its transmissions.
struct Part {
    Operation* operation = nullptr;
    Span span;
    unsigned tries = 0;
    /// Set with the first try, or inherited from the larger part that this one was split from.
    std::optional<Time> first_sent;
};

/// When each of the latest transmissions left, to turn replies to any of them into samples.
inline constexpr std::size_t remembered_tries = 8;

enum class FrameState : std::uint8_t {
    lost,       // Is sent again when the window allows. Also: not sent yet.
    under_way,  // Takes a place in the window until an answer is overdue.
    overdue,    // Takes none any more; is sent again when its back-off ends.
};

struct Frame {
    Part part;
    FrameState state = FrameState::lost;
    Time deadline{};  // Of the state; for lost ones when to give up.
    std::array<Time, remembered_tries> sent{};
};

struct Channel {
    explicit Channel(const Timing& timing) : round_trip(timing) {}

    std::size_t sectors_per_frame(std::size_t mtu) const noexcept;
    bool has_new() const noexcept { return !pieces.empty() || !waiting.empty(); }
    /// The next part to send for the first time; none when nothing waits.
    std::optional<Part> cut_part(std::size_t mtu);
    /// Makes `part` at most that large (and not empty) and puts the rest among the pieces.
    void split(Part& part, std::size_t most_sectors);
    /// A part that carried this many sectors was lost, and not for the first time.
    void suspect_large_frames(Part& part);
    /// Takes what a good reply to `part` brought.
    void store(const Part& part, Bytes data, const Mac& sender);
    /// Takes the operation out of everything that is not sent yet.
    void forget(const Operation& operation);

    Device device;
    RoundTrip round_trip;
    Window window;
    std::size_t unanswered = 0;        // Frames sent at least once.
    std::size_t under_way = 0;         // Those of them that the window counts.
    std::deque<TagTable::Slot> lost;   // To be sent again, oldest loss first.
    std::deque<Part> pieces;           // Of parts that were split.
    std::deque<Operation*> waiting;    // Not all cut into parts yet.
    bool large_frames_arrive = false;  // A frame of more than two sectors was answered.
    bool small_frames_only = false;    // Large ones vanish on the way (AOE-REL-12).
    Time last_heard = Time::min();
};

}  // namespace aoe::initiator::detail
