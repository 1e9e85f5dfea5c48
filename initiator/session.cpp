// SPDX-License-Identifier: MIT
#include "initiator/session.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace aoe::initiator {
namespace {

// Frames of one receive or one flush. More of them make target and initiator take turns instead of
// working at the same time.
constexpr std::size_t batch = 16;
// A link that has no buffer to lend says nothing when it has one again.
constexpr Time buffer_wait = std::chrono::milliseconds(1);

}  // namespace

Session::Session(Link& link, Clock& clock, SessionOptions options)
    : link_(link),
      clock_(clock),
      options_(std::move(options)),
      initiator_({.mac = link.mac(),
                  .mtu = link.mtu(),
                  .tag_seed = options_.tag_seed,
                  .timing = options_.timing,
                  .most_under_way = std::max<std::size_t>(link.receive_capacity(), 1)}) {}

std::error_code Session::attach(const Address& address, const std::optional<Mac>& mac) {
    initiator_.add_device(address, mac);
    if (const auto error = perform({.kind = Kind::query_config, .device = address})) return error;
    return perform({.kind = Kind::identify, .device = address});
}

std::error_code Session::perform(Request request) {
    assert(initiator_.pending() == 0);
    initiator_.submit(request);
    const auto completion = wait_for_completion(Time::max());
    if (completion) return completion->error;
    const auto interruption = std::make_error_code(std::errc::interrupted);
    initiator_.fail_all(interruption);
    return initiator_.next_completion()->error;
}

std::optional<Completion> Session::wait_for_completion(Time until) {
    bool waited = false;
    while (true) {
        // Without a look at the link while there are any: who submits one request for each that is
        // complete then has them sent together.
        if (auto completion = initiator_.next_completion()) return completion;
        const Sending sending = send_due();
        const std::size_t received = receive_some();
        if ((undrained_ == 0 || undrained_ >= most_frames_under_way) &&
            initiator_.advance(clock_.now())) {
            continue;
        }
        if (initiator_.has_completion()) continue;
        const Time now = clock_.now();
        if (now >= until || interrupted()) return std::nullopt;
        if (received > 0 || sending == Sending::unfinished) continue;
        // One ends the wait at once; while answers come it can itself wait.
        if (waited && heed_events()) continue;
        Time deadline = std::min(initiator_.next_deadline().value_or(until), until);
        if (sending == Sending::no_buffer) deadline = std::min(deadline, now + buffer_wait);
        clock_.wait(link_, deadline);
        waited = true;
    }
}

std::size_t Session::receive_some() {
    // To ask for one frame too many costs as much as to ask for the next.
    const std::size_t asked = std::clamp<std::size_t>(initiator_.unanswered(), 1, batch);
    const auto frames = link_.receive(asked);
    for (const ReceivedFrame& frame : frames) {
        if (frame.cast != Cast::other_host) initiator_.receive(frame.bytes, clock_.now());
        link_.release(frame);
    }
    // Replies that are here already must not count as late, however long the caller was away.
    undrained_ = frames.size() < asked ? 0 : undrained_ + frames.size();
    return frames.size();
}

Session::Sending Session::send_due() {
    Sending result = Sending::unfinished;
    std::size_t queued = 0;
    while (queued < batch) {
        const auto buffer = link_.lend();
        if (!buffer) {
            result = Sending::no_buffer;
            break;
        }
        const std::size_t size = initiator_.next_frame(buffer->bytes, clock_.now());
        if (size == 0) {
            link_.give_back(*buffer);
            result = Sending::done;
            break;
        }
        link_.queue(*buffer, size);
        ++queued;
    }
    if (queued > 0) send_error_ = link_.flush();
    return result;
}

bool Session::heed_events() {
    bool any = false;
    while (const auto event = link_.next_event()) {
        any = true;
        if (*event == LinkEvent::mtu_changed) initiator_.set_mtu(link_.mtu());
        if (*event == LinkEvent::gone) {
            initiator_.fail_all(std::make_error_code(std::errc::no_such_device));
        }
    }
    return any;
}

}  // namespace aoe::initiator
