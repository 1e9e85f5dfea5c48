// SPDX-License-Identifier: MIT
#include "wire/fault_link.h"

#include <algorithm>
#include <cassert>
#include <deque>
#include <utility>
#include <vector>

#include "wire/descriptor.h"
#include "wire/fault_lane.h"

namespace aoe {
namespace {

class FaultDecorator final : public FaultLink {
public:
    FaultDecorator(LinkPtr inner, const FaultPlan& plan, const Clock& clock)
        : inner_(std::move(inner)),
          clock_(clock),
          sent_(plan.sent, plan.seed, counts_,
                [this](const Parcel& parcel) { inner_->give_back(parcel.lent); }),
          // Another stream of the same seed: what is sent does not change what is received.
          received_(plan.received, ~plan.seed, counts_,
                    [this](const Parcel& parcel) { inner_->release(parcel.frame); }) {
        readable_.add(inner_->descriptor());
        readable_.add(waiting_.descriptor());
    }

    Mac mac() const noexcept override { return inner_->mac(); }
    std::size_t mtu() const noexcept override { return inner_->mtu(); }
    int descriptor() const noexcept override { return readable_.descriptor(); }
    int event_descriptor() const noexcept override { return inner_->event_descriptor(); }
    std::size_t receive_capacity() const noexcept override { return inner_->receive_capacity(); }
    std::optional<LinkEvent> next_event() override { return inner_->next_event(); }
    std::error_code join(const Mac& mac) override { return inner_->join(mac); }
    FaultCounts counts() const noexcept override { return counts_; }

    std::optional<Time> next_due() const override;
    std::span<const ReceivedFrame> receive(std::size_t most) override;
    void release(const ReceivedFrame& frame) noexcept override;
    std::optional<LentBuffer> lend() override { return inner_->lend(); }
    void queue(const LentBuffer& buffer, std::size_t size) override;
    void give_back(const LentBuffer& buffer) noexcept override { inner_->give_back(buffer); }
    std::error_code flush() override;

private:
    bool hand_down();
    void send_due();
    void hand_out(Parcel parcel);

    LinkPtr inner_;
    const Clock& clock_;
    FaultCounts counts_;
    FaultLane sent_;
    FaultLane received_;
    std::deque<Parcel> outgoing_;  // Judged, not yet queued underneath: it had no buffer.
    std::deque<Parcel> incoming_;  // Judged, not yet handed out.
    std::vector<Parcel> held_;     // Handed out; the number of each is its place here.
    std::vector<std::uint32_t> free_numbers_;
    std::vector<ReceivedFrame> batch_;
    std::error_code late_error_;  // Of delayed frames, which nobody was flushing.
    Wakeup waiting_;              // While incoming_ holds something.
    AnyOf readable_;
};

std::optional<Time> FaultDecorator::next_due() const {
    std::optional<Time> next;
    for (const auto& due : {sent_.next_due(), received_.next_due(), inner_->next_due()}) {
        if (due && (!next || *due < *next)) next = due;
    }
    return next;
}

std::span<const ReceivedFrame> FaultDecorator::receive(std::size_t most) {
    send_due();
    const Time now = clock_.now();
    received_.collect_due(now, incoming_);
    // Again while nothing came through, so that an empty answer means that nothing is here.
    bool more = incoming_.size() < most;
    while (more) {
        const auto batch = inner_->receive(most - incoming_.size());
        for (const ReceivedFrame& frame : batch) {
            received_.pass(Parcel{.frame = frame}, now, incoming_);
        }
        more = !batch.empty() && incoming_.empty();
    }
    batch_.clear();
    while (batch_.size() < most && !incoming_.empty()) {
        hand_out(std::move(incoming_.front()));
        incoming_.pop_front();
    }
    waiting_.set(!incoming_.empty());
    return batch_;
}

void FaultDecorator::hand_out(Parcel parcel) {
    if (free_numbers_.empty()) {
        free_numbers_.push_back(static_cast<std::uint32_t>(held_.size()));
        held_.emplace_back();
        free_numbers_.reserve(held_.size());  // So that release() never allocates.
    }
    const std::uint32_t number = free_numbers_.back();
    free_numbers_.pop_back();
    batch_.push_back(parcel.frame);
    batch_.back().buffer = number;
    held_[number] = std::move(parcel);
}

void FaultDecorator::release(const ReceivedFrame& frame) noexcept {
    assert(frame.buffer < held_.size());
    const Parcel parcel = std::exchange(held_[frame.buffer], Parcel{});
    free_numbers_.push_back(frame.buffer);
    if (!parcel.copied) inner_->release(parcel.frame);
}

void FaultDecorator::queue(const LentBuffer& buffer, std::size_t size) {
    Parcel parcel{.frame = {}, .lent = buffer};
    parcel.frame.bytes = buffer.bytes.first(size);
    sent_.pass(std::move(parcel), clock_.now(), outgoing_);
    hand_down();
}

/// Queues underneath what may pass, in order, except that a copy for which the link there has no
/// buffer left is overtaken: those behind it may be what holds the buffers. Returns whether
/// anything was queued.
bool FaultDecorator::hand_down() {
    bool any = false;
    std::deque<Parcel> still_waiting;
    for (Parcel& parcel : outgoing_) {
        const Bytes bytes = parcel.frame.bytes;
        LentBuffer buffer = parcel.lent;
        if (parcel.copied) {
            const auto lent = inner_->lend();
            if (!lent) {
                still_waiting.push_back(std::move(parcel));
                continue;
            }
            buffer = *lent;
            std::copy(bytes.begin(), bytes.end(), buffer.bytes.begin());
        }
        inner_->queue(buffer, bytes.size());
        any = true;
    }
    outgoing_ = std::move(still_waiting);
    return any;
}

std::error_code FaultDecorator::flush() {
    sent_.collect_due(clock_.now(), outgoing_);
    std::error_code first = std::exchange(late_error_, {});
    do {
        hand_down();
        const std::error_code error = inner_->flush();
        if (!first) first = error;
    } while (hand_down());
    return first;
}

void FaultDecorator::send_due() {
    const auto due = sent_.next_due();
    if (due && *due <= clock_.now()) late_error_ = flush();
}

}  // namespace

std::unique_ptr<FaultLink> make_fault_link(LinkPtr inner, const FaultPlan& plan,
                                           const Clock& clock) {
    return std::make_unique<FaultDecorator>(std::move(inner), plan, clock);
}

}  // namespace aoe
