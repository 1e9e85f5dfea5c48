// SPDX-License-Identifier: MIT
// The loop between a link, a responder and a disk: receive a few frames, begin them, perform what
// they ask of the disk, send the replies. One thread, in the order of arrival, so that overlapping
// requests keep their order.
#pragma once

#include <cstddef>
#include <functional>
#include <system_error>
#include <vector>

#include "target/disk.h"
#include "target/responder.h"
#include "wire/idle_polling.h"
#include "wire/link.h"

namespace aoe::target {

/// Does what the operation asks for; its result is what finish() takes.
std::error_code perform(const Operation& operation, Disk& disk);

class Server {
public:
    /// All three must outlive the server, which is the link's only user.
    Server(Link& link, Responder& responder, Disk& disk);
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server();

    /// Told what happens to the link, each time after the server has done its own part.
    void on_event(std::function<void(LinkEvent)> listener) { listener_ = std::move(listener); }

    /// Tells the network that the target is here, as run() and step() do again when the link comes
    /// up or its MTU changes.
    void announce();

    /// Serves what is here now and never waits; true when there was anything.
    bool step();

    enum class End { stopped, link_gone };
    /// Serves until `stop_descriptor` is readable or the link is gone.
    End run(int stop_descriptor);

private:
    bool look();
    bool follow_events();
    bool serve_batch();
    void serve(const ReceivedFrame& frame, const LentBuffer& buffer);
    std::size_t answer(const ReceivedFrame& frame, MutableBytes storage);
    Port port() const;

    Link& link_;
    Responder& responder_;
    Disk& disk_;
    std::function<void(LinkEvent)> listener_ = [](LinkEvent) {};
    std::vector<LentBuffer> lent_;  // One for each frame that may be received.
    std::size_t expected_ = 1;      // Frames of the next batch.
    IdlePolling polling_;
    bool gone_ = false;
};

}  // namespace aoe::target
