// SPDX-License-Identifier: MIT
// Drives an Initiator over a link: receives what is there, sends what is due, waits in between.
//
//     Session session(*link, clock, {});
//     if (const auto error = session.attach({7, 3}, std::nullopt)) ...
//     session.initiator().submit({.kind = Kind::read, ...});
//     const auto completion = session.wait_for_completion(clock.now() + std::chrono::seconds(60));
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <system_error>

#include "initiator/initiator.h"
#include "initiator/request.h"
#include "wire/clock.h"
#include "wire/link.h"

namespace aoe::initiator {

struct SessionOptions {
    std::uint64_t tag_seed = 0;  // As for Options.
    Timing timing{};
    /// Asked before each wait; true ends it with std::errc::interrupted. A signal that arrives
    /// during a wait ends the wait too, so a handler that sets a flag is enough.
    std::function<bool()> interrupted{};
};

/// `link` and `clock` must outlive the session. Not for use from two threads at once.
class Session {
public:
    Session(Link& link, Clock& clock, SessionOptions options);

    Initiator& initiator() noexcept { return initiator_; }
    Link& link() noexcept { return link_; }
    Clock& clock() noexcept { return clock_; }

    /// Adds the device, queries its configuration and identifies it. Nothing else may be pending.
    std::error_code attach(const Address& address, const std::optional<Mac>& mac);

    /// The next completion; none when `until` came first or the session was interrupted.
    std::optional<Completion> wait_for_completion(Time until);
    /// Submits and waits for that one request; nothing else may be pending.
    /// std::errc::interrupted: it was given up, and its buffers are not touched any more.
    std::error_code perform(Request request);

    bool interrupted() const { return options_.interrupted && options_.interrupted(); }
    /// What sending last failed with, none once frames leave again. Frames that could not be sent
    /// count as lost, so this may explain a time-out.
    std::error_code send_error() const noexcept { return send_error_; }

private:
    enum class Sending : std::uint8_t { done, unfinished, no_buffer };

    std::size_t receive_some();
    Sending send_due();
    bool heed_events();

    Link& link_;
    Clock& clock_;
    SessionOptions options_;
    Initiator initiator_;
    std::error_code send_error_;
    std::size_t undrained_ = 0;  // Frames received since the link was last seen empty.
};

}  // namespace aoe::initiator
