// SPDX-License-Identifier: MIT
// The least that can load a target: a fixed number of requests outstanding, each reply at once
// followed by the next request. No retransmission, no window, no back-off: it measures what
// answers, not itself.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "bench/histogram.h"
#include "wire/bytes.h"
#include "wire/clock.h"
#include "wire/frame.h"
#include "wire/link.h"

namespace aoe::bench {

struct LoadOptions {
    Mac target{};
    Address address{.shelf = any_shelf, .slot = any_slot};
    unsigned outstanding = 1;
    std::uint8_t sectors = 2;           // Of each read; 0 sends config queries instead.
    bool writes = false;                // Of whatever the buffers hold, in place of reads.
    std::uint64_t span_sectors = 2048;  // Requests go through these from the beginning, and again.
    std::chrono::nanoseconds warm_up = std::chrono::milliseconds(200);  // Not counted.
    std::chrono::nanoseconds duration = std::chrono::seconds(2);
    std::chrono::nanoseconds lost_after = std::chrono::seconds(1);
};

struct LoadResult {
    std::uint64_t answered = 0;  // With success, and with all that was asked for.
    std::uint64_t refused = 0;   // Answered in any other way.
    std::uint64_t lost = 0;      // Not answered in time; another request took its place.
    std::chrono::nanoseconds elapsed{0};
    Histogram round_trips;  // Of those answered: from before the send to after the receive.

    double per_second() const noexcept;
};

class Load {
public:
    /// Both must outlive it; it is the link's only user.
    Load(Link& link, Clock& clock, const LoadOptions& options);

    /// Returns after warm-up and duration, or early when the link is gone. Requests still
    /// outstanding then are not counted.
    LoadResult run();

private:
    struct Request {
        std::uint32_t tag = 0;
        Time sent{};
        bool waiting = false;
    };

    void send(std::size_t index, Time now);
    bool receive();
    void judge(Bytes frame, Time now);
    void replace_lost(Time now);
    bool counts(const Request& request) const noexcept { return request.sent >= begin_; }

    Link& link_;
    Clock& clock_;
    LoadOptions options_;
    std::vector<Request> requests_;
    std::uint32_t sent_ = 0;
    std::uint64_t next_lba_ = 0;
    Time begin_{};  // Of what is counted.
    LoadResult result_;
};

/// True when the reply is a success and carries `sectors` of them unless they were written, or is a
/// config reply when 0.
bool succeeded(Bytes reply, std::uint8_t sectors, bool written = false) noexcept;

}  // namespace aoe::bench
