// SPDX-License-Identifier: MIT
#include "fuzz/live/referee.h"

#include <algorithm>

#include "fuzz/live/shape.h"
#include "fuzz/reply_rules.h"

namespace aoe::fuzz {
namespace {

Offence offence(Kind kind, std::span<const FrameBytes> frames, std::size_t frame) {
    return {.symptom = {.kind = kind,
                        .how = command_words(frames[frame]),
                        .last_words = {},
                        .output = {}},
            .frame = frame};
}

}  // namespace

std::vector<Offence> Referee::judge(std::span<const FrameBytes> frames, const Volley& volley) {
    std::vector<Offence> offences;
    judge_replies(frames, volley, offences);
    follow_disk(frames, volley, offences);
    if (watch_ != nullptr && watch_->wrote_outside()) {
        offences.push_back(
            {.symptom = {.kind = Kind::wrote_outside, .how = {}, .last_words = {}, .output = {}},
             .frame = frames.empty() ? 0 : frames.size() - 1});
    }
    return offences;
}

void Referee::judge_replies(std::span<const FrameBytes> frames, const Volley& volley,
                            std::vector<Offence>& offences) const {
    std::vector<std::size_t> replies(frames.size());
    std::vector<bool> clear(frames.size(), true);
    for (std::size_t i = 0; i < frames.size(); ++i) {
        // A reply to one of different requests with the same tag may be to any of them.
        const std::size_t first = volley.first_of[i];
        if (frames[i] != frames[first]) clear[first] = false;
    }
    for (const Answer& answer : volley.answers) {
        ++replies[answer.frame];
        if (!clear[answer.frame]) continue;
        const FrameBytes& request = frames[answer.frame];
        const auto broken = broken_by(request, answer.bytes, rules_);
        if (!broken) continue;
        offences.push_back(offence(*broken, frames, answer.frame));
        // Whatever the command: the header decides.
        if (*broken == Kind::answered_others) {
            offences.back().symptom.how = why_for_others(request, rules_.target, rules_.address);
        }
    }
    for (std::size_t i = 0; i < frames.size(); ++i) {
        if (replies[i] < 2) continue;
        const auto sent =
            static_cast<std::size_t>(std::count(volley.first_of.begin(), volley.first_of.end(), i));
        if (replies[i] > sent) offences.push_back(offence(Kind::too_many_replies, frames, i));
    }
}

void Referee::follow_disk(std::span<const FrameBytes> frames, const Volley& volley,
                          std::vector<Offence>& offences) {
    const bool in_order = std::ranges::is_sorted(volley.answers, {}, &Answer::frame);
    std::vector<const FrameBytes*> replies(frames.size());
    std::vector<bool> alone(frames.size(), in_order);
    for (std::size_t i = 0; i < frames.size(); ++i) {
        if (volley.first_of[i] != i) alone[i] = alone[volley.first_of[i]] = false;
    }
    for (const Answer& answer : volley.answers) replies[answer.frame] = &answer.bytes;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        if (volley.stopped[i]) continue;
        if (!alone[i]) {
            shadow_.unclear(frames[i]);
            continue;
        }
        const Bytes reply = replies[i] != nullptr ? Bytes(*replies[i]) : Bytes();
        if (const auto broken = shadow_.answered(frames[i], reply)) {
            offences.push_back(offence(*broken, frames, i));
        }
    }
}

}  // namespace aoe::fuzz
