// SPDX-License-Identifier: MIT
// Plays one recording to a target: each request in its order and, unless told otherwise, at its
// time; pairs replies by tag; proves silence by a fence; and says what each exchange came to.
//
// A request is settled when it was answered, or when the target answered a fence that was sent
// behind it; one that the recorded target answered is sent again before it is called unanswered.
// Only so many requests as the window holds are unsettled at any time, and an exchange is over when
// all of its are.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "conformance/guard.h"
#include "conformance/liveness.h"
#include "conformance/peer.h"
#include "conformance/replay/difference.h"
#include "conformance/replay/exchange_verdict.h"
#include "conformance/replay/play_options.h"
#include "conformance/replay/recording.h"
#include "conformance/replay/reply_judge.h"
#include "conformance/replay/rewriter.h"

namespace aoe::conformance {

class Player {
public:
    /// Told when an exchange begins and what it came to, by its index.
    struct Listener {
        std::function<bool(std::size_t exchange)> begins;  // False: leave it out.
        std::function<void(std::size_t exchange, const ExchangeVerdict& verdict)> ended;
    };

    /// All must outlive the player, which takes the peer's on_unsolicited and wraps its on_frame
    /// until it is destroyed. `control` may be null.
    Player(Peer& peer, const GuardedLink& guard, const Recording& recording,
           const PlayOptions& options, TargetControl* control, Listener listener);
    Player(const Player&) = delete;
    Player& operator=(const Player&) = delete;
    ~Player();

    /// False when the target was lost on the way, or somebody wants to stop.
    bool play();
    bool lost() const { return lost_; }
    const PlayCounts& counts() const { return counts_; }

private:
    struct Sent {
        const RecordedRequest* recorded = nullptr;
        std::uint32_t tag = 0;
        Time time{};
        ByteVector bytes;
        SeenFrame frame;  // Of `bytes`.
        std::unique_ptr<Before> before;
        unsigned times = 1, replies = 0;
        bool settled = false;
        ByteVector stray;  // What came meanwhile and answers nothing.
        std::uint64_t stray_number = 0;
    };
    enum class Fence : std::uint8_t { served_sender, served_other, unanswered };

    void introduce();
    void begin(std::size_t exchange);
    void finish_exchange();
    bool is_stopped() const { return options_.stop != nullptr && options_.stop->load(); }
    void wait_for_turn(const RecordedRequest& recorded);
    void send(const RecordedRequest& recorded);
    bool transmit(const RecordedRequest& recorded, const ByteVector& bytes);
    bool send_again(const RecordedRequest& recorded);
    void settle_until(std::size_t unsettled);
    void settle(Sent& sent);
    void take_for_silent(Sent& sent, Fence fence);
    Fence fence(const Mac& sender);
    bool serves(const Mac& mac) const;
    void target_ended(const Sent& sent);

    void take(const Reply& reply);
    void take_answer(Sent& sent, const SeenFrame& seen, const ByteVector& bytes);
    void compare(Sent& sent, const ByteVector& reply, std::uint64_t number);
    void take_stray(const SeenFrame& seen, const ByteVector& bytes);
    void remember_written(const SeenFrame& request, const SeenFrame& reply);
    SeenFrame look(const ByteVector& bytes, std::uint64_t number) const;
    bool answers_ours(const Sent& sent, const SeenFrame& seen) const;
    Place place(const Sent& sent) const;
    unsigned window() const;

    Peer& peer_;
    const GuardedLink& guard_;
    const Recording& recording_;
    const PlayOptions& options_;
    TargetControl* control_;
    Listener listener_;
    std::function<void(const TranscriptEntry&)> outer_on_frame_;
    Rewriter rewriter_;
    ReplyJudge judge_;
    Place judged_;  // What the rules are being asked about.
    ExchangeVerdict verdict_;
    std::optional<std::size_t> exchange_;
    bool wanted_ = true;
    std::deque<std::unique_ptr<Sent>> recent_;  // In order; the front is dropped when settled.
    std::size_t unsettled_ = 0;
    std::unordered_map<std::uint32_t, Sent*> by_tag_;
    std::uint32_t next_tag_;
    TranscriptEntry last_sent_;
    std::optional<Mac> unserved_;  // An address of ours that the target last left alone.
    ByteVector last_fence_bytes_;
    SeenFrame last_fence_;  // Of these bytes.
    WrittenSectors written_;
    Time start_{};
    PlayCounts counts_;
    bool lost_ = false;
};

}  // namespace aoe::conformance
