// SPDX-License-Identifier: MIT
#include "wire/fault_lane.h"

#include <utility>

#include "wire/ethernet.h"

namespace aoe {
namespace {

// Frames that may be delayed at once in one direction; more pass at once.
constexpr std::size_t most_delayed = 4096;

Parcel duplicate_of(const Parcel& parcel) {
    Parcel twin;
    twin.frame = parcel.frame;
    twin.copy.assign(parcel.frame.bytes.begin(), parcel.frame.bytes.end());
    twin.frame.bytes = twin.copy;
    twin.copied = true;
    return twin;
}

}  // namespace

FaultLane::FaultLane(const Faults& faults, std::uint64_t seed, FaultCounts& counts,
                     std::function<void(const Parcel&)> let_go)
    : faults_(faults), random_(seed), counts_(counts), let_go_(std::move(let_go)) {}

/// The same number of draws for every frame, so that one frame's size or fate does not change what
/// happens to the next.
FaultLane::Fate FaultLane::draw() {
    Fate fate{};
    fate.lost = random_.chance(faults_.loss);
    fate.duplicated = random_.chance(faults_.duplicate);
    fate.reordered = random_.chance(faults_.reorder);
    fate.delayed = random_.chance(faults_.delay);
    fate.truncated = random_.chance(faults_.truncate);
    fate.delay_draw = random_.next();
    fate.cut_draw = random_.next();
    return fate;
}

void FaultLane::pass(Parcel parcel, Time now, std::deque<Parcel>& out) {
    const Fate fate = draw();
    if (fate.lost) {
        ++counts_.lost;
        let_go_(parcel);
        return;
    }
    ++counts_.passed;
    if (fate.truncated) truncate(parcel, fate.cut_draw);
    const std::size_t passed_before = out.size();
    if (fate.duplicated) {
        ++counts_.duplicated;
        emit(duplicate_of(parcel), now, out);
    }
    if (fate.delayed && delayed_.size() < most_delayed) {
        ++counts_.delayed;
        hold(parcel, now);
        const auto range = static_cast<std::uint64_t>(faults_.longest_delay.count()) + 1;
        const Time delay{static_cast<Time::rep>(fate.delay_draw % range)};
        delayed_.emplace(now + delay, std::move(parcel));
    } else if (fate.reordered && !overtaken_) {
        ++counts_.reordered;
        hold(parcel, now);
        overtaken_ = std::move(parcel);
        return;  // A duplicate of it is not what overtakes it.
    } else {
        emit(std::move(parcel), now, out);
    }
    if (overtaken_ && out.size() > passed_before) {
        emit(*std::exchange(overtaken_, std::nullopt), now, out);
    }
}

void FaultLane::collect_due(Time now, std::deque<Parcel>& out) {
    while (!delayed_.empty() && delayed_.begin()->first <= now) {
        emit(std::move(delayed_.begin()->second), now, out);
        delayed_.erase(delayed_.begin());
    }
}

std::optional<Time> FaultLane::next_due() const {
    if (delayed_.empty()) return std::nullopt;
    return delayed_.begin()->first;
}

/// To the receiver a cut frame is a short one: its size on the wire is the new size.
void FaultLane::truncate(Parcel& parcel, std::uint64_t draw) {
    const std::size_t size = parcel.frame.bytes.size();
    if (size <= ethernet_header_bytes) return;
    ++counts_.truncated;
    const std::size_t kept = ethernet_header_bytes + draw % (size - ethernet_header_bytes);
    parcel.frame.bytes = parcel.frame.bytes.first(kept);
    parcel.frame.wire_size = kept;
}

void FaultLane::hold(Parcel& parcel, Time now) {
    Parcel own = duplicate_of(parcel);
    let_go_(parcel);
    parcel = std::move(own);
    parcel.since = now;
}

/// A received frame that was held arrives later by that time, on whatever scale it was dated.
void FaultLane::emit(Parcel parcel, Time now, std::deque<Parcel>& out) {
    if (parcel.since) parcel.frame.time += now - *parcel.since;
    out.push_back(std::move(parcel));
}

}  // namespace aoe
