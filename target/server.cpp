// SPDX-License-Identifier: MIT
#include "target/server.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <poll.h>
#include <utility>
#include <variant>

namespace aoe::target {
namespace {

// Larger batches make target and initiator take turns; smaller ones cost system calls.
constexpr std::size_t batch_size = 16;
// Whether something happened to the link is asked once in so many looks for frames.
constexpr int receives_per_look = 4;
// Then run() looks at its stop descriptor again, however fast the frames come.
constexpr int batches_per_step = 64;
constexpr int idle_pause_ms = 1;
constexpr unsigned vlan_id_mask = 0xfff;

}  // namespace

std::error_code perform(const Operation& operation, Disk& disk) {
    switch (operation.kind) {
        case Operation::Kind::read:
            return disk.read(operation.sector, operation.into);
        case Operation::Kind::write: {
            const std::error_code error = disk.write(operation.sector, operation.from);
            return error || !operation.durable ? error : disk.flush();
        }
        case Operation::Kind::flush:
            return disk.flush();
    }
    assert(false);
    return {};
}

Server::Server(Link& link, Responder& responder, Disk& disk)
    : link_(link), responder_(responder), disk_(disk) {
    lent_.reserve(batch_size);
}

Server::~Server() {
    for (const LentBuffer& buffer : lent_) link_.give_back(buffer);
}

Port Server::port() const {
    return {.mac = link_.mac(), .mtu = link_.mtu(), .receive_capacity = link_.receive_capacity()};
}

void Server::announce() {
    for (std::size_t index = 0;; ++index) {
        auto buffer = link_.lend();
        if (!buffer) {
            link_.flush();
            buffer = link_.lend();
        }
        if (!buffer) return;  // An announcement is a courtesy: initiators also ask by themselves.
        const std::size_t size = responder_.announce(port(), index, buffer->bytes);
        if (size == 0) {
            link_.give_back(*buffer);
            break;
        }
        link_.queue(*buffer, size);
    }
    link_.flush();
}

bool Server::step() {
    int looks = 0;
    while (looks < batches_per_step && look()) ++looks;
    return looks != 0;
}

/// What happened to the link counts for the replies to what came after it, not for those before.
bool Server::look() {
    const bool event = follow_events();
    for (int i = 0; i < receives_per_look; ++i) {
        if (serve_batch()) return true;
    }
    return event;
}

bool Server::follow_events() {
    bool any = false;
    while (const auto event = link_.next_event()) {
        any = true;
        gone_ = gone_ || *event == LinkEvent::gone;
        // AOE-CFG-29, AOE-ANN-06
        if (*event == LinkEvent::up || *event == LinkEvent::mtu_changed) announce();
        listener_(*event);
    }
    return any;
}

/// Receives no more frames than it can answer: the others wait in the link, which can hold as many
/// as the config reply promises.
bool Server::serve_batch() {
    while (const auto buffer = lent_.size() < batch_size ? link_.lend() : std::nullopt) {
        lent_.push_back(*buffer);
    }
    const std::size_t most = std::min(lent_.size(), expected_);
    const auto frames = most == 0 ? std::span<const ReceivedFrame>{} : link_.receive(most);
    // To ask for one frame too many costs as much as to ask for the next.
    expected_ = frames.empty() ? 1 : std::min(2 * expected_, batch_size);
    for (const ReceivedFrame& frame : frames) {
        serve(frame, lent_.back());
        lent_.pop_back();
    }
    // A reply that cannot be sent is like one lost on its way: the initiator asks again.
    link_.flush();
    return !frames.empty();
}

void Server::serve(const ReceivedFrame& frame, const LentBuffer& buffer) {
    const std::size_t size = answer(frame, buffer.bytes);
    if (size == 0) {
        link_.give_back(buffer);
    } else {
        link_.queue(buffer, size);
    }
    link_.release(frame);
}

std::size_t Server::answer(const ReceivedFrame& frame, MutableBytes storage) {
    // More than the link's MTU, and cut (AOE-REL-11).
    if (frame.wire_size > frame.bytes.size()) return 0;
    // Of a virtual LAN, which has an interface of its own (AOE-HDR-38).
    if ((frame.vlan_tag.value_or(0) & vlan_id_mask) != 0) return 0;
    const Outcome outcome = responder_.begin(frame.bytes, port(), storage);
    if (const auto* reply = std::get_if<Reply>(&outcome)) return reply->size;
    if (const auto* operation = std::get_if<Operation>(&outcome)) {
        return responder_.finish(*operation, perform(*operation, disk_));
    }
    return 0;
}

Server::End Server::run(int stop_descriptor) {
    std::array<pollfd, 3> ready{{{.fd = stop_descriptor, .events = POLLIN, .revents = 0},
                                 {.fd = link_.descriptor(), .events = POLLIN, .revents = 0},
                                 {.fd = link_.event_descriptor(), .events = POLLIN, .revents = 0}}};
    const auto ask = [&](int ms) { return ::poll(ready.data(), ready.size(), ms); };
    while (!gone_) {
        // To take what is there costs less than to ask first whether there is anything.
        int batches = batches_per_step;
        while (batches-- > 0 && !gone_ && polling_.look([&] { return look(); })) {
        }
        const int count = polling_.pays() ? ask(0) : polling_.sleep([&] { return ask(-1); });
        if (count <= 0) continue;  // A signal came, or only frames do.
        if (ready[0].revents != 0) return End::stopped;
        if (!step()) {
            // Something is here that cannot be had now, all buffers being out perhaps.
            ::poll(ready.data(), 1, idle_pause_ms);
        }
    }
    return End::link_gone;
}

}  // namespace aoe::target
