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
    Mac target{};  // Whoever else answers is not heard.
    Address address{.shelf = any_shelf, .slot = any_slot};
    unsigned outstanding = 1;
    WorkloadOptions workload{};  // 0 sectors: config queries instead.
    bool flush_each = false;     // A write is answered when a FLUSH CACHE EXT after it is.
    std::chrono::nanoseconds warm_up = std::chrono::milliseconds(200);  // Not counted.
    /// Longer when no request that counts has ended by then: a slow target is not a silent one.
    std::chrono::nanoseconds duration = std::chrono::seconds(2);
    std::uint64_t most_requests = 0;  // Ends earlier with so many; 0: it does not.
    std::optional<std::chrono::nanoseconds> retransmit_after{};  // Unanswered; none: never.
    std::chrono::nanoseconds lost_after = std::chrono::seconds(1);
    std::chrono::nanoseconds polling{0};  // Before it sleeps, since the last reply.
    std::function<void()> at_begin{};     // Called when the warm-up is over; may be empty.
    std::function<void()> at_end{};       // The same for the duration.
    std::function<bool()> interrupted{};  // Asked now and then; may be empty.
};

/// The rate is of what was answered between warm-up and end, whenever it was asked; the round trips
/// are of what was asked between them, whenever it was answered. So neither forgets what is under
/// way when the time is over. A plain value: what its bytes are copied to is the same result.
struct LoadResult {
    std::uint64_t completed = 0;  // Answered in that time, with success and all that was asked for.
    std::uint64_t bytes = 0;      // Of their sectors, read and written.
    std::chrono::nanoseconds elapsed{0};
    std::uint64_t answered = 0;  // Asked in that time, and answered like this.
    Histogram round_trips;       // Of those: from before the first send to after the receive.
    // Of the whole run, before and after, too:
    std::uint64_t heard = 0;          // Replies of any kind.
    std::uint64_t refused = 0;        // Those without success, or with less than was asked for.
    std::uint64_t wrong = 0;          // Successful reads of what was not there.
    std::uint64_t lost = 0;           // Not answered in time; another request took its place.
    std::uint64_t retransmitted = 0;  // Requests, each time.
    bool cut_short = false;           // The link is gone, or somebody interrupted.

    double per_second() const noexcept;
};

class Load {
public:
    /// Both must outlive it; it is the link's only user.
    Load(Link& link, Clock& clock, const LoadOptions& options);

    /// Returns after warm-up and duration, or early when the link is gone, when all that was still
    /// under way has been answered or is lost. May be called again.
    LoadResult run();
    unsigned outstanding() const noexcept { return options_.outstanding; }

private:
    struct Request {
        std::uint32_t first_turn = 0, last_turn = 0;  // Of its tags; see tag_of().
        Time first_sent{}, last_sent{};
        bool waiting = false, flushing = false;  // Flushing: its write is answered.
        Step step{};
    };

    void run_until(Time end);
    void finish();
    std::uint32_t tag_of(std::size_t index) const noexcept;
    std::uint32_t next_turn() const noexcept;
    void begin_request(std::size_t index, Time now);
    void send(std::size_t index, Time now);
    bool receive();
    bool may_be_ours(const Header& reply) const noexcept;
    void judge(Bytes frame, Time now);
    Time patience() const { return options_.retransmit_after.value_or(options_.lost_after); }
    void look_for_lost(Time now);
    void give_up(Request& request);
    void wait(Time end);
    void look_at_link();
    Bytes write_frame(MutableBytes storage, const Request& request, std::uint32_t tag);
    bool counts(const Request& request) const noexcept { return request.first_sent >= begin_; }
    bool enough() const noexcept;

    Link& link_;
    Clock& clock_;
    LoadOptions options_;
    std::optional<Workload> workload_;  // None for config queries.
    std::vector<Request> requests_;
    std::uint32_t turns_ = 0;
    std::size_t waiting_ = 0;
    bool ending_ = false;      // No further request is begun.
    Time begin_{};             // Of what is counted.
    std::uint64_t ended_ = 0;  // Of the requests that count.
    Time next_look_{};
    Time heard_{};  // The last reply.
    LoadResult result_;
};

/// True when the reply is a success and carries `sectors` of them (0 for a write), or is a config
/// reply when `query`.
bool succeeded(Bytes reply, std::uint8_t sectors, bool query = false) noexcept;

}  // namespace aoe::bench
