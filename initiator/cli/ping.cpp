// SPDX-License-Identifier: MIT
// aoe ping: one request at a time, each sent once, and how long its reply took.
#include <algorithm>
#include <cmath>
#include <deque>
#include <fmt/format.h>

#include "initiator/cli/commands.h"
#include "initiator/cli/interrupt.h"
#include "initiator/cli/json_text.h"
#include "initiator/cli/streams.h"
#include "initiator/cli/support.h"
#include "initiator/cli/text.h"
#include "initiator/error.h"
#include "wire/address.h"

namespace aoe::initiator {
namespace {

// So many are told by --json, the latest; the statistics are of all.
constexpr std::size_t most_replies = 10000;

/// Every limit the same, so that a request is never sent again.
Timing once(Time reply_within) {
    return {.first_timeout = reply_within,
            .least_timeout = reply_within,
            .most_timeout = reply_within,
            .give_up_after = reply_within};
}

class Statistics {
public:
    void lost() { ++sent_; }
    void answered(double ms) {
        ++sent_;
        ++answered_;
        least_ = answered_ == 1 ? ms : std::min(least_, ms);
        most_ = std::max(most_, ms);
        sum_ += ms;
        squares_ += ms * ms;
    }
    std::uint64_t sent() const { return sent_; }
    std::uint64_t answered() const { return answered_; }

    double loss_percent() const {
        return sent_ == 0
                   ? 0
                   : 100 * static_cast<double>(sent_ - answered_) / static_cast<double>(sent_);
    }
    double mean() const { return answered_ == 0 ? 0 : sum_ / static_cast<double>(answered_); }
    double deviation() const {
        if (answered_ == 0) return 0;
        return std::sqrt(
            std::max(0.0, squares_ / static_cast<double>(answered_) - mean() * mean()));
    }

    std::string text() const {
        std::string line =
            fmt::format("{} sent, {} answered, {:.1f} % lost\n", sent_, answered_, loss_percent());
        if (answered_ == 0) return line;
        return line + fmt::format(
                          "round trip min {:.3f} ms, mean {:.3f} ms, max {:.3f} ms, "
                          "deviation {:.3f} ms\n",
                          least_, mean(), most_, deviation());
    }
    Json json() const {
        Json json{{"sent", sent_}, {"answered", answered_}, {"loss_percent", loss_percent()}};
        if (answered_ > 0) {
            json["min_ms"] = least_;
            json["mean_ms"] = mean();
            json["max_ms"] = most_;
            json["deviation_ms"] = deviation();
        }
        return json;
    }

private:
    std::uint64_t sent_ = 0, answered_ = 0;
    double least_ = 0, most_ = 0, sum_ = 0, squares_ = 0;
};

/// True when the interval passed, false when the user ended it.
bool wait_until(Target& target, SystemClock& clock, Time until) {
    while (clock.now() < until && !interrupted()) {
        // Announcements and what came late are read and forgotten.
        (void)target.session().wait_for_completion(until);
    }
    return !interrupted();
}

}  // namespace

void run_ping(const PingOptions& options) {
    Target target(options.target, Target::Use::control, once(seconds(options.reply_seconds)));
    SystemClock clock;
    Statistics statistics;
    std::deque<Json> replies;
    const auto say = [&](const std::string& line) {
        if (!options.json) print(line + '\n');
    };
    say(fmt::format("{} on {}, {}", target.name(), target.interface(), to_string(target.mac())));
    for (std::uint64_t turn = 0; options.count == 0 || turn < options.count; ++turn) {
        const Time start = clock.now();
        if (turn > 0 && interrupted()) break;
        const auto error = target.session().perform(
            {.kind = options.identify ? Kind::identify : Kind::query_config,
             .device = target.device().address});
        const double ms = std::chrono::duration<double, std::milli>(clock.now() - start).count();
        if (error == std::errc::interrupted) break;
        if (error == std::errc::timed_out) {
            statistics.lost();
            say(fmt::format("{}: no reply within {} s", turn + 1, options.reply_seconds));
        } else {
            statistics.answered(ms);
            say(fmt::format("{}: {} in {:.3f} ms", turn + 1, error ? error.message() : "reply",
                            ms));
        }
        if (options.json) {
            Json reply{{"number", turn + 1}, {"answered", error != std::errc::timed_out}};
            if (error != std::errc::timed_out) reply["ms"] = ms;
            if (error) reply["error"] = error.message();
            replies.push_back(std::move(reply));
            if (replies.size() > most_replies) replies.pop_front();
        }
        const bool last = options.count != 0 && turn + 1 == options.count;
        if (!last && !wait_until(target, clock, start + seconds(options.interval_seconds))) break;
    }
    if (options.json) {
        Json json = json_place(target.device().address, target.interface(), target.mac());
        json["replies"] = replies;
        json["statistics"] = statistics.json();
        print(json_text(json));
    } else {
        print(statistics.text());
    }
    if (interrupted() && options.count != 0) {
        throw interruption(
            fmt::format("{} of {} requests were sent", statistics.sent(), options.count));
    }
    if (statistics.sent() == 0 || statistics.answered() > 0) return;
    throw CommandError(ExitStatus::no_answer, target.name() + " answered nothing");
}

}  // namespace aoe::initiator
