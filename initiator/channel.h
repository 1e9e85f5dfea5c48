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
    unsigned lost_early = 0;  // Of those, found lost by the replies to later frames.
    bool probes = false;  // Larger than the channel dares at the moment, to see whether it arrives.
    /// Set with the first try, or inherited from the larger part that this one was split from. Not
    /// counting the time that the caller was away, as last_heard below.
    std::optional<Time> first_sent;
};

/// When each of the latest transmissions left, to turn replies to any of them into samples.
inline constexpr std::size_t remembered_tries = 8;

/// So long after large frames were found to vanish is one tried again; doubles up to the other.
inline constexpr Time least_probe_pause = std::chrono::seconds(10);
inline constexpr Time most_probe_pause = std::chrono::minutes(5);

enum class FrameState : std::uint8_t {
    lost,       // Is sent again when the window allows. Also: not sent yet.
    under_way,  // Takes a place in the window until an answer is overdue.
    overdue,    // Takes none any more; is sent again when its back-off ends.
};

inline constexpr TagTable::Slot no_slot = 0xffff;

struct Frame {
    Part part;
    FrameState state = FrameState::lost;
    bool passed_over = false;  // Frames that were sent later than this one have been answered.
    Time deadline{};           // Of the state; for lost ones when to give up.
    std::uint64_t order = 0;   // Of its last transmission among all of the channel.
    /// Neighbours in that order, of frames under way.
    TagTable::Slot earlier = no_slot, later = no_slot;
    std::array<Time, remembered_tries> sent{};

    Time last_sent() const noexcept { return sent[(part.tries - 1) % remembered_tries]; }
};

struct Channel {
    explicit Channel(const Timing& timing) : round_trip(timing) {}

    /// What config reply and MTU allow, and that again as long as large frames arrive.
    std::size_t most_sectors(std::size_t mtu) const noexcept;
    std::size_t sectors_per_frame(std::size_t mtu) const noexcept;
    bool has_new() const noexcept { return !pieces.empty() || !waiting.empty(); }
    /// The next part to send for the first time; none when nothing waits.
    std::optional<Part> cut_part(std::size_t mtu, Time now);
    /// Makes `part` at most that large (and not empty) and puts the rest among the pieces.
    void split(Part& part, std::size_t most_sectors);
    /// A frame with this part was lost: one of several sectors may have been too large.
    void suspect_large_frames(Part& part, Time now);
    /// Takes what a good reply to `part` brought.
    void store(const Part& part, Bytes data, const Mac& sender);
    /// Takes the string or list that a refusal told, if it did: no other part of its argument.
    void store_refusal(Kind kind, Bytes argument);
    /// Takes a config argument that parses. True when that changed anything.
    bool store_config(Bytes argument);
    /// Takes the operation out of everything that is not sent yet.
    void forget(const Operation& operation);

    Device device;
    RoundTrip round_trip;
    Window window;
    std::size_t unanswered = 0;       // Frames sent at least once.
    std::size_t under_way = 0;        // Those of them that the window counts.
    std::deque<TagTable::Slot> lost;  // To be sent again, oldest loss first.
    std::deque<Part> pieces;          // Of parts that were split.
    std::deque<Operation*> waiting;   // Not all cut into parts yet.
    // Frames under way in the order of their last transmission.
    TagTable::Slot first_under_way = no_slot, last_under_way = no_slot;
    std::uint64_t transmissions = 0;
    std::uint64_t newest_answered = 0;  // The latest of those that was answered.

    bool large_frames_arrive = false;  // A frame of more than two sectors was answered.
    bool small_frames_only = false;    // Large ones vanish on the way (AOE-REL-12).
    bool probe_under_way = false;
    unsigned large_frames_lost = 0;  // Given up as too large, since one was answered.
    Time next_probe{};               // While small_frames_only: when to try a large one again.
    Time probe_pause = least_probe_pause;
    Time last_heard = Time::min();
};

}  // namespace aoe::initiator::detail
