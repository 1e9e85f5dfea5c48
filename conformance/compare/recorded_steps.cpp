// SPDX-License-Identifier: MIT
#include "conformance/compare/recorded_steps.h"

#include <algorithm>
#include <map>
#include <utility>

#include "conformance/capture/recorded_lab.h"
#include "conformance/session.h"
#include "wire/shrinker.h"

namespace aoe::conformance {

namespace {

using Kind = RecordedEvent::Kind;

constexpr std::size_t most_tries = 300;

Bytes bytes_of(const RecordedEvent& event) {
    return std::as_bytes(std::span(event.bytes));
}

class Reader {
public:
    explicit Reader(const RecordedRun& recording) : recording_(recording) {
        settings_.shelf = recording.facts.shelf;
        settings_.slot = recording.facts.slot;
        const auto discovered = dissect(std::as_bytes(std::span(recording.facts.discovered)));
        if (discovered) settings_.target = discovered->source;
        learn_disk();
    }

    RecordedSteps read() {
        RecordedSteps read;
        read.contents_known = recording_.facts.started;
        for (std::size_t i = 0; i < recording_.events.size(); ++i) {
            const RecordedEvent& event = recording_.events[i];
            const bool disturbs = event.kind == Kind::call && event.text != lab_call::last_output;
            if (disturbs || event.kind == Kind::ended) {
                read.to_the_end = false;
                break;
            }
            if (event.kind != Kind::sent) continue;
            auto request = event.port == 0 ? request_of(event) : std::nullopt;
            std::vector<Reply> replies = replies_to(event);
            if (!request || (replies.empty() && was_lost(i))) {
                ++read.left_out;
                continue;
            }
            std::string answer =
                canonical(*request, replies, settings_, recording_.facts.ours, read.contents_known);
            read.steps.push_back({.request = *std::move(request), .answer = std::move(answer)});
        }
        return read;
    }

private:
    void learn_disk() {
        TargetFacts facts;
        for (const RecordedEvent& event : recording_.events) {
            if (event.kind != Kind::received) continue;
            const auto reply = dissect(bytes_of(event));
            if (!reply || !reply->ata || reply->data.size() < 512) continue;
            read_identify(facts, *reply);  // The first reply with data is that.
            break;
        }
        scratch_ = recording_.facts.scratch.value_or(default_scratch(facts.sectors));
    }

    // As whoever asks another target would make it; nothing when it cannot be made so, or would
    // mean something else there.
    std::optional<Request> request_of(const RecordedEvent& event) const {
        const auto sent = dissect(bytes_of(event));
        if (!sent || (sent->source != recording_.facts.ours && sent->source != second_)) {
            return std::nullopt;
        }
        const bool to_all = sent->destination == broadcast_mac;
        if (!to_all && sent->destination != settings_.target) return std::nullopt;
        Request request;
        if (to_all) request.destination = broadcast_mac;
        if (sent->source == second_) request.source = us_too;
        if (sent->aoe.shelf != settings_.shelf) request.shelf = sent->aoe.shelf;
        if (sent->aoe.slot != settings_.slot) request.slot = sent->aoe.slot;
        request.aoe = sent->aoe;
        if (sent->ata) request.argument = *sent->ata;
        if (sent->config) request.argument = *sent->config;
        if (sent->mask) request.argument = *sent->mask;
        if (sent->reserve) request.argument = *sent->reserve;
        request.data = sent->data;
        request.pad_to = 0;
        if (!is_same(request, event)) return std::nullopt;
        if (!move_sectors(request)) return std::nullopt;
        put_us(request);
        return request;
    }

    bool is_same(Request request, const RecordedEvent& event) const {
        request.source = request.source ? second_ : recording_.facts.ours;
        request.destination = request.destination.value_or(settings_.target);
        request.shelf = request.shelf.value_or(settings_.shelf);
        request.slot = request.slot.value_or(settings_.slot);
        request.tag = request.aoe.tag;
        return craft(request) == event.bytes;
    }

    // Counted from the beginning of the scratch range. Elsewhere, disks differ.
    bool move_sectors(Request& request) const {
        auto* ata = std::get_if<AtaFields>(&request.argument);
        if (ata == nullptr || !addresses_sectors(ata->command)) return true;
        constexpr std::uint64_t low_28 = 0x0fffffff;
        const bool extended = (ata->flags & 0x40) != 0;
        const std::uint64_t lba = extended ? ata->lba : ata->lba & low_28;
        if (!scratch_.contains(lba, std::max<std::uint64_t>(ata->sector_count, 1))) return false;
        ata->lba -= scratch_.first;
        return true;
    }

    void put_us(Request& request) const {
        const bool has_list = std::holds_alternative<MaskFields>(request.argument) ||
                              std::holds_alternative<ReserveFields>(request.argument);
        if (has_list) replace_mac(request.data, recording_.facts.ours, us);
        if (has_list) replace_mac(request.data, second_, us_too);
    }

    std::vector<Reply> replies_to(const RecordedEvent& event) const {
        std::vector<Reply> replies;
        const auto tag = tag_of(bytes_of(event));
        for (const std::size_t index : event.follow) {
            const RecordedEvent& came = recording_.events[index];
            if (came.kind != Kind::received || tag_of(bytes_of(came)) != tag) continue;
            auto reply = dissect(bytes_of(came));
            if (reply) replies.push_back(*std::move(reply));
        }
        return replies;
    }

    // One of many at once, or answered when it was sent again: that nothing came says nothing.
    bool was_lost(std::size_t index) const {
        constexpr std::size_t many = 4;
        const ByteVector form = canonical_form(bytes_of(recording_.events[index]));
        std::size_t at_once = 1;
        bool none_came = true;
        for (std::size_t i = index + 1; i < recording_.events.size(); ++i) {
            const RecordedEvent& next = recording_.events[i];
            if (next.kind == Kind::begin) break;
            none_came = none_came && next.kind != Kind::received;
            if (next.kind != Kind::sent) continue;
            at_once += none_came ? 1U : 0U;
            if (at_once >= many) return true;
            if (canonical_form(bytes_of(next)) == form && !replies_to(next).empty()) return true;
        }
        return false;
    }

    const RecordedRun& recording_;
    PeerSettings settings_;
    Mac second_ = second_address(recording_.facts.ours);
    SectorRange scratch_;
};

}  // namespace

RecordedSteps recorded_steps(const RecordedRun& recording) {
    return Reader(recording).read();
}

namespace {

// Its place, or nothing; how many were answered alike until then, and the last answer.
std::optional<std::size_t> first_difference(const std::vector<RecordedStep>& recorded,
                                            LockstepSide& other, const std::atomic<bool>& stop,
                                            std::size_t& compared, std::string& answer) {
    compared = 0;
    other.reset();
    for (std::size_t i = 0; i < recorded.size() && !stop.load(); ++i) {
        if (!other.may_ask(recorded[i].request)) continue;
        answer = other.answer(recorded[i].request);
        if (answer != recorded[i].answer) return i;
        ++compared;
    }
    return std::nullopt;
}

}  // namespace

LockstepResult run_lockstep(const std::vector<RecordedStep>& recorded, LockstepSide& other,
                            const std::atomic<bool>& stop) {
    LockstepResult result;
    std::string answer;
    std::optional<std::size_t> place;
    // Once more where it was not there again: a frame may have been lost.
    for (std::size_t attempt = 0; attempt < lockstep_attempts; ++attempt) {
        place = first_difference(recorded, other, stop, result.compared, answer);
        if (!place) return result;
        const std::string first = answer;
        std::size_t compared = 0;
        if (first_difference(recorded, other, stop, compared, answer) == place && answer == first) {
            break;
        }
        answer = first;
        if (++result.unrepeated == lockstep_attempts) {
            result.divergence = {.requests = {recorded[*place].request},
                                 .left = recorded[*place].answer,
                                 .right = answer,
                                 .repeated = false};
            return result;
        }
    }
    const auto same_answer = [&](const std::vector<RecordedStep>& steps) {
        std::string now;
        other.reset();
        for (const RecordedStep& step : steps) {
            if (other.may_ask(step.request)) now = other.answer(step.request);
        }
        return steps.back().answer == recorded[*place].answer && now == answer;
    };
    const auto end = recorded.begin() + static_cast<std::ptrdiff_t>(*place) + 1;
    const auto shrunk = shrink(std::vector<RecordedStep>(recorded.begin(), end), same_answer,
                               [](const RecordedStep&) { return std::vector<RecordedStep>(); },
                               {.most_tries = most_tries, .give_up = [&] { return stop.load(); }});
    Divergence found{.requests = {},
                     .left = shrunk.steps.back().answer,
                     .right = answer,
                     .shortest = shrunk.whole,
                     .repeated = stop.load() || same_answer(shrunk.steps)};
    for (const RecordedStep& step : shrunk.steps) found.requests.push_back(step.request);
    result.divergence = std::move(found);
    return result;
}

}  // namespace aoe::conformance
