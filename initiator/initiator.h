// SPDX-License-Identifier: MIT
// The protocol logic of an AoE initiator: requests, frames and the time go in, frames and
// completions come out. No I/O, no clock, no threads; session.h drives it over a link.
//
// A request is cut into frames of as many sectors as the config reply and the MTU allow. Never more
// than Buffer Count of them are unanswered, and never more under way than a window that shrinks
// when answers are overdue. Such frames are sent again with a new tag, later and later; replies to
// their older tags count too. A frame is overdue sooner when frames sent after it were answered.
// Large frames that keep vanishing are sent again in pieces of two sectors, and after a while one
// is tried again. What the target reports as an error completes the request at once.
//
// AoE cannot recognise a copy of a write that the network delivers late. A write that was sent
// twice, answered and then overwritten may be undone by such a copy; no initiator can prevent that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <optional>
#include <vector>

#include "initiator/channel.h"
#include "initiator/device.h"
#include "initiator/options.h"
#include "initiator/request.h"
#include "initiator/round_trip.h"
#include "initiator/tag_table.h"

namespace aoe::initiator {

class Initiator {
public:
    explicit Initiator(const Options& options);

    /// Several devices may be added; without `mac` the first config reply decides it. Adding a
    /// known address changes nothing.
    void add_device(const Address& address, const std::optional<Mac>& mac = std::nullopt);
    /// Null when it was not added; valid as long as the initiator.
    const Device* device(const Address& address) const noexcept;
    std::size_t window(const Address& address) const noexcept;
    /// Null when it was not added.
    const RoundTrip* round_trip(const Address& address) const noexcept;
    /// Sectors that a frame to the device carries at most now.
    std::size_t sectors_per_frame(const Address& address) const noexcept;
    /// Reads and writes fail when not even one sector fits any more.
    void set_mtu(std::size_t mtu);

    /// Every request ends in exactly one completion, its failure to start included.
    void submit(const Request& request);
    std::optional<Completion> next_completion();
    bool has_completion() const noexcept { return !completions_.empty(); }
    /// What devices told unasked, oldest first.
    std::optional<Notice> next_notice();
    /// Requests that have no completion yet, and frames of theirs that were sent and not answered.
    std::size_t pending() const noexcept { return operations_.size(); }
    std::size_t unanswered() const noexcept { return slots_.size(); }
    /// Completes everything that is pending with `why`: the link is gone, say.
    void fail_all(std::error_code why);

    /// A frame that arrived. Any bytes are safe.
    void receive(Bytes bytes, Time now);
    /// Notices what was due by `now`; true when anything was. Call it before next_frame(). Called
    /// long after next_deadline(), it takes the time between for the caller's, not the target's: no
    /// request is given up for a silence in which nothing could be sent again.
    bool advance(Time now);
    /// Writes the next frame to send into `buffer`, which is as large as the MTU wants; returns its
    /// size, or 0 when nothing is to be sent now.
    std::size_t next_frame(MutableBytes buffer, Time now);
    /// When to call advance() next; it may have nothing to do then. Empty when nothing is under
    /// way.
    std::optional<Time> next_deadline() const noexcept;

    const Counters& counters() const noexcept { return counters_; }

private:
    using Channel = detail::Channel;
    using Operation = detail::Operation;
    using Frame = detail::Frame;
    using Slot = TagTable::Slot;

    Channel* find(const Address& address) const noexcept;
    std::error_code refusal(const Channel* channel, const Request& request) const noexcept;
    std::optional<Slot> next_slot(Channel& channel, Time now);
    std::size_t transmit(Channel& channel, Slot slot, MutableBytes buffer, Time now);
    Time limit_of(const Request& request) const noexcept;
    Time give_up_at(const detail::Part& part) const noexcept;
    Time timeout_of(const Channel& channel, const detail::Part& part,
                    unsigned tries) const noexcept;
    void set_deadline(Frame& frame, Time deadline) noexcept;
    void enter_order(Channel& channel, Slot slot) noexcept;
    void leave_order(Channel& channel, Slot slot) noexcept;
    void pass_over(Channel& channel, Time now) noexcept;
    void lose(Slot slot, Time now);
    void send_again(Channel& channel, Slot slot);
    void give_up(Slot slot);
    bool take_announcement(const FrameView& frame, Time now);
    void take_reply(const TagTable::Match& match, const FrameView& reply, Time now);
    void measure(const TagTable::Match& match, Time now);
    void release(Slot slot);
    void finish(Operation& operation, std::error_code error);

    Options options_;
    TagTable tags_;
    std::vector<Frame> frames_;    // By slot.
    std::vector<Slot> slots_;      // The taken ones, longest taken first.
    std::vector<Slot> overdue_;    // Scratch of advance().
    Time earliest_ = Time::max();  // No deadline of a taken slot is before it.
    std::size_t under_way_ = 0;    // On all channels.
    Time away_{};                  // Of the time so far, what nobody called advance() for.
    std::vector<std::unique_ptr<Channel>> channels_;
    std::size_t turn_ = 0;  // The channel that may send next.
    std::list<Operation> operations_;
    std::deque<Completion> completions_;
    std::deque<Notice> notices_;
    Counters counters_;
};

}  // namespace aoe::initiator
