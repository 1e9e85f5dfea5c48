// SPDX-License-Identifier: MIT
// An initiator at the mercy of a harness: it carries every frame and decides what time it is,
// checks each frame that the initiator sends, and knows which replies it may take and what they may
// change. A harness that is the target around it can be honest, late, wrong or hostile. It ends the
// process when a promise breaks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "fuzz/field_values.h"
#include "fuzz/fields.h"
#include "initiator/initiator.h"

namespace aoe::fuzz {

/// Whom the initiator talks to. It is small, so that generated addresses are on it, or nearly.
inline constexpr World initiator_world{.disk_sectors = 4096};

/// One request, and what may have become of it.
struct InitiatorJob {
    /// What one frame carries, found by its offset: nothing else is sent from there.
    struct Part {
        std::size_t sectors = 0;  // Of the latest frame.
        Time sent{};              // When that was.
        bool started = false;
        bool answered = false;
    };
    initiator::Request request;
    FrameBytes buffer;       // Borrowed by the request.
    FrameBytes should_be;    // What the buffer has to hold.
    std::vector<bool> done;  // Sectors that a reply was taken for.
    std::vector<Part> parts;
    std::optional<std::error_code> end;

    bool unanswered(const Part& part) const { return part.started && !part.answered && !end; }
};

class InitiatorBench {
public:
    struct Options {
        std::size_t mtu = 1500;
        bool mac_known = false;
        std::uint64_t tag_seed = 0;
    };
    explicit InitiatorBench(const Options& options);

    /// Does nothing when as much is pending as may be: requests are told apart by their sectors.
    void submit(initiator::Kind kind, std::size_t sectors);
    /// A frame arrives from the network.
    void receive(Bytes frame);
    void advance(Time by);
    void set_mtu(std::size_t mtu);
    /// Waits, with a target that has gone, until every request has its completion.
    void finish();

    /// Every frame that was sent so far, oldest first.
    const std::deque<FrameBytes>& sent() const noexcept { return sent_; }

private:
    using Job = InitiatorJob;
    /// What one tag asked for.
    struct Asked {
        Job* job = nullptr;
        std::size_t offset = 0;  // In sectors from the request's first.
        std::size_t sectors = 0;
    };
    /// What the target said so far, read here and not by the initiator.
    struct Target {
        std::optional<Mac> mac;  // Once it is known.
        // As its last config reply or announcement said.
        std::size_t buffer_count = 1;
        std::size_t sectors_per_frame = 1;
        std::uint64_t word_83 = 0;  // Of its IDENTIFY data.

        bool serves_48_bits() const { return (word_83 >> 10 & 1) != 0; }
        bool flushes_by_ext() const { return serves_48_bits() && (word_83 >> 13 & 1) != 0; }
    };
    enum class Effect : std::uint8_t { ignored, unusable, failure, success, either, announced };

    void settle();
    void send();
    void check_sent(Bytes frame);
    Asked check_question(Bytes frame);
    Asked check_transfer(Bytes frame);
    void check_new_part(const Asked& asked);
    Job* pending_job(initiator::Kind kind);
    const Asked* asked_by(Bytes frame) const;
    Effect effect_of(Bytes frame) const;
    Effect effect_of_ata(Bytes frame, const Asked& asked) const;
    bool is_announcement(Bytes frame) const;
    void note_config(Bytes frame);
    void note_identity(Bytes frame);
    void take(Bytes frame, const Asked& asked);
    void take_completions();

    Options options_;
    initiator::Initiator core_;
    Time now_{};
    std::deque<Job> jobs_;
    Target target_;
    std::map<std::uint32_t, Asked> tags_;
    std::deque<FrameBytes> sent_;
    FrameBytes buffer_;  // To build them in.
};

}  // namespace aoe::fuzz
