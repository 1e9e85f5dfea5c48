// SPDX-License-Identifier: MIT
// Judges recorded traffic frame by frame: pairs replies with requests, remembers what each target
// was told and said, asks the rules, and counts. Memory does not grow with the capture.
//
//     Judge judge(options);
//     judge.begin_file();
//     while (const auto packet = reader.next()) judge.see(look_at(*packet));
//     judge.end_file();
//     judge.traffic() ...
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "conformance/judge/pending_requests.h"
#include "conformance/judge/rule.h"
#include "conformance/judge/traffic.h"

namespace aoe::conformance {

struct JudgeOptions {
    std::size_t first_violations = 8;  // Kept of each rule and target; the rest is counted.
    /// Told of every violation as it is found.
    std::function<void(const Violation&)> on_broken;
    std::size_t most_pending = std::size_t{1} << 16;  // A power of two.
    ChosenRules chosen{};                             // Which are asked.
};

/// What there was in the files, besides who spoke.
struct FrameCounts {
    std::uint64_t frames = 0, aoe = 0, markers = 0, runts = 0, cut_short = 0, unknown_link = 0;
    std::uint64_t unmatched = 0;  // Replies to nothing that was seen.
};

class Judge {
public:
    explicit Judge(JudgeOptions options);

    void begin_file();
    /// Frames of one file, in its order.
    void see(const SeenFrame& frame);
    /// What is still unanswered remains so.
    void end_file();

    const Traffic& traffic() const { return traffic_; }
    const FrameCounts& counts() const { return frames_; }
    /// True when at least one rule had something to say.
    bool judged_something() const { return judged_; }

private:
    void request(const SeenFrame& frame);
    void runt(const SeenFrame& frame);
    void response(const SeenFrame& frame);
    void reply_to(PendingRequest& request, const SeenFrame& reply);
    void first_reply(PendingRequest& request, SeenTarget& target, const SeenFrame& reply,
                     Conversation& conversation);
    void reply_again(PendingRequest& request, SeenTarget& target, const SeenFrame& reply,
                     Conversation& conversation);
    bool retransmitted(const SeenFrame& frame);
    void tell_memory(PendingRequest& request);
    void unmatched(const SeenFrame& frame);
    void announced(const SeenFrame& frame);
    void add_pending(const SeenFrame& frame, std::uint16_t initiator, std::uint16_t subject);
    void judge_silences(const PendingRequest& answered, SeenTarget& target);
    void judge_silence(PendingRequest& silent, const PendingRequest& answered, SeenTarget& target,
                       Situation situation);
    void runt_over(SeenTarget& target, const SeenFrame* reply);
    void retire(PendingRequest& request);
    void retire_older_than(Time now);
    PendingRequest* asked_for(const SeenFrame& reply);
    bool is_reply_without_flag(const SeenFrame& frame, PendingRequest*& request);

    void observe(std::vector<RuleCount>& counts, const Observation& seen, std::uint8_t command);
    void count(std::vector<RuleCount>& counts, std::uint16_t rule, Outcome outcome,
               const Observation& seen, Words words);

    JudgeOptions options_;
    Traffic traffic_;
    PendingRequests pending_;
    FrameCounts frames_;
    std::shared_ptr<const std::string> marker_;         // Of the exchange that goes on.
    std::shared_ptr<const std::string> judged_marker_;  // Of the one that is being judged.
    std::size_t file_ = 0;
    bool began_ = false;
    bool judged_ = false;
};

}  // namespace aoe::conformance
