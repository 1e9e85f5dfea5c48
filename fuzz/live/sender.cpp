// SPDX-License-Identifier: MIT
#include "fuzz/live/sender.h"

#include <algorithm>
#include <cstring>
#include <system_error>

#include "conformance/guard.h"
#include "wire/frame.h"

namespace aoe::fuzz {

using namespace std::chrono_literals;

namespace {

constexpr unsigned fence_tries = 4;
constexpr std::size_t receive_batch = 64;
constexpr Time look_again = 1ms;  // Whether the target ended, while nothing comes.
constexpr std::uint32_t first_fence_tag = 0xa0000000U;
constexpr std::uint32_t fence_tag_mask = 0x1fffffffU;

}  // namespace

std::vector<FrameBytes> sent_of(std::span<const FrameBytes> frames, const Volley& volley) {
    std::vector<FrameBytes> sent;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        if (!volley.stopped[i]) sent.push_back(frames[i]);
    }
    return sent;
}

Volley Sender::send(std::span<const FrameBytes> frames, std::span<const FrameBytes> fences) {
    Volley volley;
    volley.stopped.resize(frames.size());
    volley.first_of.resize(frames.size());
    tags_.clear();
    frames_ = frames;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        volley.first_of[i] = i;
        volley.stopped[i] = !queue(frames[i]);
        if (volley.stopped[i] || frames[i].size() < header_size) continue;
        tags_.emplace_back(static_cast<std::uint32_t>(value_in(frames[i], FieldKind::tag)), i);
    }
    std::ranges::sort(tags_);
    for (std::size_t i = 1; i < tags_.size(); ++i) {
        if (tags_[i].first != tags_[i - 1].first) continue;
        volley.first_of[tags_[i].second] = volley.first_of[tags_[i - 1].second];
    }
    fence_tags_.clear();
    send_fences(fences);
    Time started = clock_.now();
    Time wait = patience();
    unsigned tries = 1;
    while (!volley.fenced) {
        if (receive(volley)) continue;
        const Time now = clock_.now();
        if (options_.ended() || link_event_ == LinkEvent::gone) break;
        if (now >= started + wait) {
            if (tries == fence_tries) break;
            ++tries;
            send_fences(fences);
            started = now;
            wait = wait * 2;
        }
        clock_.wait(link_, std::min(started + wait, now + look_again));
    }
    if (volley.fenced && tries == 1) patience_.measured(clock_.now() - started);
    return volley;
}

Time Sender::patience() const {
    const Time usual = patience_.reply() / 4;
    return std::chrono::duration_cast<Time>(std::max(usual, options_.least_patience) *
                                            options_.timeout_factor);
}

/// False when the guard stopped it: an edit that the target's list, as it is by now, does not bear.
bool Sender::queue(const FrameBytes& frame) {
    auto buffer = link_.lend();
    if (!buffer) {
        flush();
        buffer = link_.lend();
    }
    if (!buffer || buffer->bytes.size() < frame.size()) return false;
    std::memcpy(buffer->bytes.data(), frame.data(), frame.size());
    try {
        link_.queue(*buffer, frame.size());
    } catch (const conformance::LockOutRefusal&) {
        return false;
    }
    return true;
}

void Sender::send_fences(std::span<const FrameBytes> fences) {
    for (FrameBytes fence : fences) {
        next_fence_ = (next_fence_ + 1) & fence_tag_mask;
        fence_tags_.push_back(first_fence_tag | next_fence_);
        set_in(fence, FieldKind::tag, fence_tags_.back());
        queue(fence);
    }
    flush();
}

void Sender::flush() {
    const std::error_code error = link_.flush();
    // A queue that is full, or a frame that the interface does not take, is lost like on any
    // network.
    if (error && error != std::errc::no_buffer_space && error != std::errc::message_size &&
        error != std::errc::invalid_argument) {
        throw std::system_error(error, "sending frames");
    }
}

bool Sender::receive(Volley& volley) {
    bool any = false;
    for (const ReceivedFrame& frame : link_.receive(receive_batch)) {
        take(frame, volley);
        link_.release(frame);
        any = true;
    }
    while (const auto event = link_.next_event()) link_event_ = event;
    return any;
}

void Sender::take(const ReceivedFrame& frame, Volley& volley) {
    const Bytes bytes = frame.bytes;
    if (!looks_like_aoe(bytes) ||
        std::memcmp(bytes.data() + options_.target.size(), options_.target.data(),
                    options_.target.size()) != 0) {
        return;
    }
    const auto tag = static_cast<std::uint32_t>(value_in(bytes, FieldKind::tag));
    if (std::ranges::find(fence_tags_, tag) != fence_tags_.end()) {
        volley.fenced = true;
        return;
    }
    const auto found = std::lower_bound(tags_.begin(), tags_.end(), std::pair(tag, std::size_t{0}));
    if (found == tags_.end() || found->first != tag || is_a_neighbours(bytes, tag)) return;
    volley.answers.push_back({.frame = found->second, .bytes = {bytes.begin(), bytes.end()}});
}

bool Sender::is_a_neighbours(Bytes reply, std::uint32_t tag) const {
    const auto is_ours = [this](Bytes frame) {
        return value_in(frame, FieldKind::shelf) == options_.address.shelf &&
               value_in(frame, FieldKind::slot) == options_.address.slot;
    };
    if (!options_.has_neighbours || is_ours(reply)) return false;
    return std::ranges::any_of(tags_, [&](const auto& sent) {
        return sent.first == tag && !is_ours(frames_[sent.second]);
    });
}

void Sender::drain() {
    Volley ignored;
    tags_.clear();
    fence_tags_.clear();
    while (receive(ignored)) {
    }
}

}  // namespace aoe::fuzz
