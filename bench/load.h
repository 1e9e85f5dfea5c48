// SPDX-License-Identifier: MIT
// The least that can load a target: a fixed number of requests outstanding, each reply at once
// followed by the next request. No window, no back-off: it measures what answers, not itself.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "bench/histogram.h"
#include "bench/workload.h"
#include "wire/bytes.h"
#include "wire/clock.h"
#include "wire/frame.h"
#include "wire/link.h"

namespace aoe::bench {

/// Durations as people give them: below 2^63 nanoseconds, which is 292 years.
constexpr std::chrono::nanoseconds from_seconds(double seconds) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
        std::chrono::duration<double>(seconds));
}

struct LoadOptions {
    Mac target{};
    Address address{.shelf = any_shelf, .slot = any_slot};
    unsigned outstanding = 1;
    WorkloadOptions workload{};  // 0 sectors: config queries instead.
    std::chrono::nanoseconds warm_up = std::chrono::milliseconds(200);  // Not counted.
    /// Longer when no request that counts has ended by then: a slow target is not a silent one.
    std::chrono::nanoseconds duration = std::chrono::seconds(2);
    std::uint64_t most_requests = 0;  // Ends earlier with so many; 0: it does not.
    /// Sent again when unanswered for so long; none: never.
    std::optional<std::chrono::nanoseconds> retransmit_after{};
    std::chrono::nanoseconds lost_after = std::chrono::seconds(1);
    /// Looks again and again for so long after the last reply before it sleeps.
    std::chrono::nanoseconds polling{0};
    std::function<void()> at_begin{};     // Called when the warm-up is over; may be empty.
    std::function<bool()> interrupted{};  // Asked now and then; may be empty.
};

/// A plain value: what its bytes are copied to is the same result.
struct LoadResult {
    std::uint64_t answered = 0;       // With success, and with all that was asked for.
    std::uint64_t refused = 0;        // Answered in any other way.
    std::uint64_t lost = 0;           // Not answered in time; another request took its place.
    std::uint64_t retransmitted = 0;  // Requests, each time.
    std::uint64_t wrong = 0;          // Of those answered: reads of what was not there.
    std::uint64_t heard = 0;          // Replies of the whole run, those not counted too.
    std::uint64_t bytes = 0;          // Of sectors, read and written.
    std::chrono::nanoseconds elapsed{0};
    bool cut_short = false;  // The link is gone, or somebody interrupted.
    Histogram round_trips;   // Of those answered: from before the first send to after the receive.

    double per_second() const noexcept;
};

class Load {
public:
    /// Both must outlive it; it is the link's only user.
    Load(Link& link, Clock& clock, const LoadOptions& options);

    /// Returns after warm-up and duration, or early when the link is gone. Requests still
    /// outstanding then are waited for, and not counted. May be called again.
    LoadResult run();
    unsigned outstanding() const noexcept { return options_.outstanding; }

private:
    struct Request {
        std::uint32_t first_turn = 0, last_turn = 0;  // Of its tags; see tag_of().
        Time first_sent{}, last_sent{};
        bool waiting = false;
        Step step{};
    };

    void run_until(Time end);
    void finish();
    std::uint32_t tag_of(std::size_t index) const noexcept;
    void begin_request(std::size_t index, Time now);
    void send(std::size_t index, Time now);
    bool receive();
    void judge(Bytes frame, Time now);
    void look_for_lost(Time now);
    void wait(Time end);
    void look_at_link();
    Bytes write_frame(MutableBytes storage, const Request& request, std::uint32_t tag);
    bool counts(const Request& request) const noexcept { return request.first_sent >= begin_; }
    std::uint64_t ended() const noexcept {
        return result_.answered + result_.refused + result_.lost;
    }
    bool enough() const noexcept;

    Link& link_;
    Clock& clock_;
    LoadOptions options_;
    std::optional<Workload> workload_;  // None for config queries.
    std::vector<Request> requests_;
    std::uint32_t turns_ = 0;
    std::size_t waiting_ = 0;
    bool ending_ = false;  // No further request is begun.
    Time begin_{};         // Of what is counted.
    Time next_look_{};
    Time heard_{};  // The last reply.
    LoadResult result_;
};

/// True when the reply is a success and carries `sectors` of them (0 for a write), or is a config
/// reply when `query`.
bool succeeded(Bytes reply, std::uint8_t sectors, bool query = false) noexcept;

}  // namespace aoe::bench
