// SPDX-License-Identifier: MIT
// The target at the other end of a link, as the suite talks to it: tags, waiting, and replies found
// by their tag whatever their order. Knows nothing of requirements.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <system_error>
#include <vector>

#include "conformance/facts.h"
#include "conformance/message.h"
#include "conformance/patience.h"
#include "wire/clock.h"
#include "wire/link.h"

namespace aoe::conformance {

struct PeerSettings {
    Mac target{};
    std::uint16_t shelf = 0;
    std::uint8_t slot = 0;
    // Tags count up from here, bit 31 set. Two testers on one interface share its address and must
    // not share tags.
    std::uint32_t first_tag = 0x80000000U;
    double timeout_factor = 1;
};

class Peer {
public:
    /// Link and clock must outlive the peer.
    Peer(Link& link, Clock& clock, const PeerSettings& settings);

    /// Fills in what the request leaves open, sends it, returns its tag. Throws std::system_error.
    std::uint32_t send(Request request);
    void send_bytes(const ByteVector& bytes);  // That nobody is to answer; else the same.
    /// Sends a request that a working target answers and waits for the reply, again with a new tag
    /// and more patience when a frame is lost. Nothing after several tries.
    std::optional<Reply> ask(const Request& request);

    /// Waits until `tag` has a reply or the deadline has passed. The reply stays with the peer
    /// until forget().
    std::optional<Reply> await(std::uint32_t tag, Time deadline);
    /// All replies to `tag` so far.
    const std::vector<Reply>& replies(std::uint32_t tag) const;
    void pump(Time deadline);  // Receives what is here, else waits once, until then at most.
    /// Receives until then; for what may still be under way.
    void listen(Time duration);
    /// A config read that any working target answers. False when it stays silent.
    bool fence() { return ask(config_request()).has_value(); }

    /// Asked while waiting in vain: true when the target has ended and nobody will answer any more.
    void set_ended(std::function<bool()> ended) { ended_ = std::move(ended); }

    /// Ends a case: later replies to its tags go to `on_late`, with `owner` as given here.
    void forget(std::size_t owner);
    std::function<void(std::size_t owner, const Reply&)> on_late;
    /// Told of every frame in either direction, as it goes.
    std::function<void(const TranscriptEntry&)> on_frame;
    /// Told when the frame that went last did not leave, and of what happened to the link.
    std::function<void(const std::error_code&)> on_unsent;
    std::function<void(LinkEvent)> on_link_event;
    /// The target's frames that answer nothing: announcements, and replies to nobody's tag.
    std::function<void(const Reply&)> on_unsolicited;

    /// Frames of both are numbered together, in the order in which they go.
    void number_with(const Peer& other) { frames_ = other.frames_; }

    Time now() const { return clock_.now(); }
    Link& link() { return link_; }
    const PeerSettings& settings() const { return settings_; }
    Patience& patience() { return patience_; }
    static constexpr unsigned tries = 4;  // Of a request that a working target answers.
    /// Requests that were answered only when they had been sent again.
    std::size_t losses() const { return losses_; }
    /// The target's frames that answered nothing, beyond what send_bytes() may have asked for. A
    /// few are usual: it announces itself.
    std::size_t unasked() const { return unasked_ > raw_ ? unasked_ - raw_ : 0; }
    /// How often to send what may stay unanswered; and whether one request in twenty was lost.
    unsigned probes() const;
    bool loses_many() const { return losses_ * 20 > asked_; }
    /// The frames since the last forget(), the oldest dropped when there are very many.
    const std::vector<TranscriptEntry>& transcript() const { return transcript_; }
    /// What happened to the link, if anything.
    std::optional<LinkEvent> link_event() const { return link_event_; }

private:
    struct Outstanding {
        Time sent{};
        std::vector<Reply> replies;
    };

    std::uint32_t fresh_tag();
    std::optional<Reply> await_any(const std::vector<std::uint32_t>& tags, Time deadline);
    void transmit(const ByteVector& bytes);
    void take(const ReceivedFrame& frame);
    void record(bool sent, const ByteVector& bytes, std::optional<std::uint16_t> vlan_tag = {});

    Link& link_;
    Clock& clock_;
    PeerSettings settings_;
    Patience patience_;
    std::uint32_t next_tag_;
    std::map<std::uint32_t, Outstanding> outstanding_;
    std::map<std::uint32_t, std::size_t> owners_;  // Of tags whose case is over.
    std::vector<TranscriptEntry> transcript_;
    std::shared_ptr<std::size_t> frames_ = std::make_shared<std::size_t>(0);
    std::size_t losses_ = 0;
    std::size_t asked_ = 0;
    std::size_t unasked_ = 0, raw_ = 0;
    std::optional<LinkEvent> link_event_;
    std::function<bool()> ended_ = [] { return false; };
};

}  // namespace aoe::conformance
