// SPDX-License-Identifier: MIT
#include "conformance/capture/playback.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <limits>

#include "conformance/describe.h"

namespace aoe::conformance {

using namespace std::chrono_literals;

namespace {

using Kind = RecordedEvent::Kind;

constexpr std::size_t no_event = std::numeric_limits<std::size_t>::max();

bool goes_to_all(Bytes frame) {
    return frame.size() >= 6 && std::memcmp(frame.data(), broadcast_mac.data(), 6) == 0;
}

}  // namespace

Playback::Playback(const RecordedRun& recording) : recording_(recording) {
    for (std::size_t i = 0; i < recording_.visits.size(); ++i) {
        visits_.emplace(recording_.visits[i].name, i);
    }
    discovered_.kind = Kind::received;
    discovered_.bytes = recording_.facts.discovered;
}

void Playback::enter(std::string_view name) {
    name_ = name;
    visit_ = nullptr;
    requests_.clear();
    calls_.clear();
    asked_.clear();
    called_.clear();
    sent_ = starts_ = first_unsent_ = 0;
    // What was said between cases is one visit, which is entered again after each case.
    const std::size_t times = name == after_cases ? 0 : entered_[name_]++;
    const auto [first, last] = visits_.equal_range(name_);
    if (static_cast<std::size_t>(std::distance(first, last)) <= times) return;
    visit_ = &recording_.visits[std::next(first, static_cast<std::ptrdiff_t>(times))->second];
    played_.assign(visit_->events.size(), false);
    offset_ = now_ - recording_.events[visit_->events.front()].time;
    for (std::size_t place = 0; place < visit_->events.size(); ++place) {
        const RecordedEvent& event = recording_.events[visit_->events[place]];
        if (event.kind == Kind::sent) {
            const Bytes bytes = std::as_bytes(std::span(event.bytes));
            requests_[{event.port, canonical_form(bytes)}].push_back(place);
        } else if (event.kind == Kind::call) {
            calls_[event.text].push_back(place);
        }
    }
    play(visit_->events.front(), std::nullopt);
}

std::error_code Playback::send(std::uint32_t port, Bytes frame) {
    if (name_.empty() && goes_to_all(frame)) {
        answer_discovery(frame);
        return {};
    }
    if (name_.empty()) enter(before_cases);
    const std::pair key{port, canonical_form(frame)};
    const std::size_t times = asked_[key]++;
    const auto found = requests_.find(key);
    if (found == requests_.end() || times >= found->second.size()) {
        const std::string often =
            times == 0 ? std::string() : fmt::format(" for the {}. time", times + 1);
        stale(
            fmt::format("its request {}, which is {}{}", sent_ + 1, describe_frame(frame), often));
    }
    const std::size_t place = found->second[times];
    const std::size_t index = visit_->events[place];
    reach(recording_.events[index]);
    played_[place] = true;
    ++sent_;
    play(index, tag_of(frame));
    if (place + 1 == visit_->events.size()) return {};
    const RecordedEvent& next = recording_.events[visit_->events[place + 1]];
    if (next.kind != Kind::unsent) return {};
    return {static_cast<int>(next.number), std::generic_category()};
}

const RecordedEvent& Playback::call(const std::string& what) {
    if (name_.empty()) enter(before_cases);
    const std::size_t times = called_[what]++;
    const auto found = calls_.find(what);
    const bool known = found != calls_.end() && times < found->second.size();
    const std::size_t place = known ? found->second[times] : 0;
    const std::size_t end = known ? visit_->events.size() : 0;
    for (std::size_t i = place + 1; i < end; ++i) {
        const RecordedEvent& result = recording_.events[visit_->events[i]];
        if (result.kind != Kind::result) continue;
        reach(recording_.events[visit_->events[place]]);
        starts_ = result.starts_before;
        play(visit_->events[place], std::nullopt);
        return result;
    }
    stale(fmt::format("what it does to the target's surroundings, {}", what));
}

void Playback::conclude(const RecordedEvent& result) {
    reach(result);
    play(static_cast<std::size_t>(&result - recording_.events.data()), std::nullopt);
}

std::optional<std::string> Playback::ended() const {
    if (visit_ == nullptr) return std::nullopt;
    for (const std::size_t index : visit_->events) {
        const RecordedEvent& event = recording_.events[index];
        if (event.kind == Kind::ended && event.starts_before == starts_ &&
            event.sent_before <= sent_) {
            return event.text;
        }
    }
    return std::nullopt;
}

std::optional<Playback::Frame> Playback::next_frame(std::uint32_t port) {
    const auto arrival = take(port, Kind::received);
    if (!arrival) return std::nullopt;
    const RecordedEvent& event = event_of(*arrival);
    Frame frame{.bytes = event.bytes, .vlan_tag = event.vlan_tag};
    if (arrival->tag) set_tag(frame.bytes, *arrival->tag);
    return frame;
}

std::optional<LinkEvent> Playback::next_link_event(std::uint32_t port) {
    const auto arrival = take(port, Kind::link);
    if (!arrival) return std::nullopt;
    return static_cast<LinkEvent>(event_of(*arrival).number);
}

std::optional<Time> Playback::next_due(std::uint32_t port) const {
    for (const auto& [when, arrival] : arrivals_) {
        if (event_of(arrival).port == port) return when.first;
    }
    return std::nullopt;
}

void Playback::wait(Link& link, Time deadline) {
    // A run reads its clock a moment after a frame came: what had come in time then does so now.
    constexpr Time moment = 2ms;
    const auto due = link.next_due();
    const bool in_time =
        due && (*due <= deadline || (*due - deadline <= moment && came_before_next_request(*due)));
    now_ = std::max(now_, in_time ? *due : deadline);
}

void Playback::answer_discovery(Bytes frame) {
    constexpr Time a_moment = 100us;
    arrivals_.emplace(std::pair{now_ + a_moment, no_event},
                      Arrival{.event = no_event, .tag = tag_of(frame)});
}

// It is not earlier than it was, so that what waits for a time to be over does so as often.
void Playback::reach(const RecordedEvent& event) {
    now_ = std::max(now_, event.time + offset_);
}

void Playback::play(std::size_t event, std::optional<std::uint32_t> tag) {
    const RecordedEvent& cause = recording_.events[event];
    const auto recorded_tag = tag_of(std::as_bytes(std::span(cause.bytes)));
    for (const std::size_t index : cause.follow) {
        const RecordedEvent& effect = recording_.events[index];
        const bool answers = cause.kind == Kind::sent && recorded_tag &&
                             tag_of(std::as_bytes(std::span(effect.bytes))) == recorded_tag;
        arrivals_.emplace(std::pair{now_ + std::max(Time{}, effect.time - cause.time), index},
                          Arrival{.event = index, .tag = answers ? tag : std::nullopt});
    }
}

std::optional<Playback::Arrival> Playback::take(std::uint32_t port, Kind kind) {
    for (auto i = arrivals_.begin(); i != arrivals_.end() && i->first.first <= now_; ++i) {
        const RecordedEvent& event = event_of(i->second);
        if (event.port != port || event.kind != kind) continue;
        const Arrival arrival = i->second;
        arrivals_.erase(i);
        return arrival;
    }
    return std::nullopt;
}

const RecordedEvent& Playback::event_of(const Arrival& arrival) const {
    return arrival.event == no_event ? discovered_ : recording_.events[arrival.event];
}

bool Playback::came_before_next_request(Time due) const {
    if (visit_ == nullptr) return false;
    for (std::size_t place = 0; place < visit_->events.size(); ++place) {
        const std::size_t index = visit_->events[place];
        if (recording_.events[index].kind == Kind::sent && !played_[place]) return false;
        const auto arrival = arrivals_.find({due, index});
        if (arrival != arrivals_.end()) return true;
    }
    return false;
}

void Playback::stale(const std::string& what) const {
    const std::string where = name_ == before_cases || name_ == after_cases
                                  ? fmt::format("from {}", name_)
                                  : std::string("of this case");
    throw CaseSkipped{.code = std::string(stale_code),
                      .why = visit_ == nullptr
                                 ? fmt::format("the recording has nothing {}", where)
                                 : fmt::format("the recording does not have {} {}", what, where)};
}

void PlaybackReporter::case_started(const Case& test) {
    playback_.enter(test.id);
    inner_.case_started(test);
}

void PlaybackReporter::case_finished(const CaseResult& result) {
    playback_.enter(after_cases);
    inner_.case_finished(result);
}

}  // namespace aoe::conformance
