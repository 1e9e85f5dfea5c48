// SPDX-License-Identifier: MIT
// Frames out, replies in, with a fence behind them: a request that every living target answers. Its
// reply proves that the target has seen what went before, so nobody waits for silence.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "conformance/peer.h"
#include "fuzz/fields.h"
#include "wire/clock.h"
#include "wire/frame.h"
#include "wire/link.h"

namespace aoe::fuzz {

struct Answer {
    std::size_t frame = 0;  // To which of those sent; of several with its tag the first.
    FrameBytes bytes;
};

/// What became of frames that were sent together.
struct Volley {
    std::vector<Answer> answers;        // In the order in which they came.
    std::vector<bool> stopped;          // Frames that the guard let not pass.
    std::vector<std::size_t> first_of;  // Of each frame, the first one that went out with its tag.
    bool fenced = false;                // The target answered the fence.
};

/// Without those that were stopped.
std::vector<FrameBytes> sent_of(std::span<const FrameBytes> frames, const Volley& volley);

struct SenderOptions {
    Mac target{};
    Address address{};
    // Other exports may answer with the target's MAC address: what they say to requests that are
    // not for the target's shelf and slot alone is none of its replies.
    bool has_neighbours = false;
    double timeout_factor = 1;
    Time least_patience{};  // With a fence; more where round trips take long.
    std::function<bool()> ended = [] { return false; };  // Asked while waiting in vain.
};

class Sender {
public:
    /// `link` is a guarded one; both must outlive the sender.
    Sender(Link& link, Clock& clock, SenderOptions options)
        : link_(link), clock_(clock), options_(std::move(options)) {}

    /// The fence is each of `fences`, complete config reads that get tags of their own; a reply to
    /// one of them is enough. Throws std::system_error.
    Volley send(std::span<const FrameBytes> frames, std::span<const FrameBytes> fences);
    /// The fence alone.
    bool answers(std::span<const FrameBytes> fences) { return send({}, fences).fenced; }
    /// Throws away what is here.
    void drain();

    /// What happened to the link, if anything.
    std::optional<LinkEvent> link_event() const { return link_event_; }

private:
    bool queue(const FrameBytes& frame);
    void send_fences(std::span<const FrameBytes> fences);
    void flush();
    bool receive(Volley& volley);
    void take(const ReceivedFrame& frame, Volley& volley);
    bool is_a_neighbours(Bytes reply, std::uint32_t tag) const;
    Time patience() const;

    Link& link_;
    Clock& clock_;
    SenderOptions options_;
    conformance::Patience patience_;
    std::uint32_t next_fence_ = 0;
    std::span<const FrameBytes> frames_;                       // Of this volley.
    std::vector<std::pair<std::uint32_t, std::size_t>> tags_;  // Sorted, with their frames.
    std::vector<std::uint32_t> fence_tags_;                    // Of this volley.
    std::optional<LinkEvent> link_event_;
};

}  // namespace aoe::fuzz
