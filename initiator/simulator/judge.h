// SPDX-License-Identifier: MIT
// The model that a simulation is held against. It sees each frame leave an initiator and arrive at
// the target, and knows from that alone what the disk must hold: the sectors' bytes say which write
// they are of and where they belong. So it knows, too, what a late copy of a write has undone, and
// allows that and no more:
//
// - An initiator sends what a pending operation is about, with a new tag each time, and never has
//   more frames unanswered than Buffer Count.
// - The disk changes as the frames that arrive say, and not otherwise.
// - A write that succeeds has been carried out, every sector of it, since it was submitted; a flush
//   and a reservation likewise. A read that succeeds brings what the target answered to this
//   initiator since it was submitted.
// - An operation fails only when the target refused it: for another one's reservation, or because
// its
//   frame was cut on its way.
// - Each has one completion.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <system_error>
#include <unordered_map>
#include <vector>

#include "initiator/request.h"
#include "initiator/simulator/plan.h"
#include "wire/bytes.h"
#include "wire/frame.h"

namespace aoe::simulator {

enum class Wrong : std::uint8_t {
    frame,       // Sent though nothing asks for it, or with other bytes.
    tag,         // One that was used before.
    window,      // Too many frames unanswered.
    disk,        // Not what the frames say.
    read,        // Bytes that the target did not answer.
    undone,      // Success of what was not carried out.
    error,       // One that nothing explains.
    completion,  // Of what is not pending, or none in time.
};

class Violation : public std::runtime_error {
public:
    Violation(Wrong wrong, const std::string& sentence)
        : std::runtime_error(sentence), wrong_(wrong) {}
    Wrong wrong() const noexcept { return wrong_; }

private:
    Wrong wrong_;
};

/// Fills one sector with bytes that only this write has, and only there. Version 0 is zeros.
void fill_sector(MutableBytes sector, std::uint64_t version, std::uint64_t number);

/// One operation under way; its buffers, too.
struct Job {
    Step step;
    std::uint64_t id = 0;  // From 1 on; of a write it is the version.
    Time submitted{};
    std::uint64_t carried_out = 0;  // Of a write: a bit for each sector.
    std::vector<std::byte> buffer;
};

class Judge {
public:
    explicit Judge(const Conditions& conditions);

    /// Makes a job, its buffer filled when it writes. Valid until it completes.
    Job& submit(const Step& step, Time now);
    /// How long it took.
    Time complete(std::uint64_t id, const std::error_code& error, Time now);
    /// When the oldest pending operation was submitted; `otherwise` when none is.
    Time oldest(Time otherwise) const;

    /// What the frame is about; `lane` is left 0.
    FrameName leaves(unsigned initiator, Bytes frame);
    /// The same of a reply.
    FrameName name_of_reply(unsigned initiator, Bytes frame) const;
    /// A reply reaches its initiator whole.
    void answered(unsigned initiator, Bytes frame);

    /// A frame reaches the target, which is there; call it before the target sees the frame.
    void arrives(unsigned initiator, Bytes frame, Time now);
    /// What the target does with its disk for that frame.
    void disk_written(std::uint64_t sector, Bytes bytes);
    /// After the target has seen it.
    void frame_is_done() const;
    void disk_flushed();
    void target_stopped() { reservation_.clear(); }
    /// It had no power, and what was written to these sectors since they were flushed is gone.
    void power_was_cut(const std::vector<std::uint64_t>& lost);
    /// Compares a whole disk.
    void check_disk(Bytes disk) const;

private:
    /// What one frame asks: as a number, and by name.
    struct Question {
        std::uint64_t subject = 0;
        FrameName name;
    };
    struct Served {
        Time time;
        std::uint64_t version;
    };
    /// What one initiator asked and was answered.
    struct Side {
        std::vector<std::vector<Served>> reads;  // By sector.
        Time refused = Time::min(), aborted = Time::min();
        Time flushed = Time::min(), listed = Time::min();
        std::unordered_map<std::uint32_t, Question> tags;
        std::unordered_map<std::uint64_t, unsigned> unanswered;  // By what it is about.
    };
    struct Expected {
        std::uint64_t version = 0, first = 0, count = 0;
    };

    /// Throws when no pending operation is about that.
    Question question_of(unsigned initiator, const Header& header, Bytes argument) const;
    /// These give the number of the operation's step.
    std::uint64_t check_asked(unsigned initiator, Step::Action action, std::uint64_t first = 0,
                              std::uint64_t count = 0) const;
    std::uint64_t check_write(unsigned initiator, Bytes data, std::uint64_t first,
                              std::uint64_t count) const;
    void count_question(Side& side, std::uint32_t tag, const Question& question);
    void arrives_ata(unsigned initiator, Bytes argument, Time now);
    void arrives_reserve(unsigned initiator, Bytes argument, Time now);
    void serve_write(Bytes data, std::uint64_t first, std::uint64_t count);
    void check_success(const Job& job);
    static bool is_explained(const Job& job, const Side& side, const std::error_code& error);
    static void erase_subjects(Side& side, const Step& step);
    void check_read(const Job& job, const Side& side) const;
    bool admits(unsigned initiator) const;

    Conditions conditions_;
    std::unordered_map<std::uint64_t, Job> jobs_;
    std::uint64_t next_id_ = 1;
    std::vector<Side> sides_;
    std::vector<std::uint64_t> now_, durable_;  // Versions, by sector.
    std::vector<unsigned> reservation_;         // Initiators; empty admits all.
    Expected expected_;                         // Of the frame that the target has before it.
};

}  // namespace aoe::simulator
