// SPDX-License-Identifier: MIT
// An initiator that writes, reads and flushes at random, several requests at a time, and keeps a
// ledger of what it was told. Over a real link; step() is to be called again and again.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "initiator/session.h"
#include "target/soak/ledger_test.h"
#include "wire/packet_link.h"
#include "wire/random.h"

namespace aoe::target {

struct LoadOptions {
    std::string interface {};
    Address device{};
    std::uint64_t seed = 1;
    std::size_t most_sectors = 8;  // Of one request.
    std::size_t most_requests = 8;
    double flushes = 0.03;  // How many of the requests.
    double reads = 0.3;     // How many of the others.
    Time give_up_after = std::chrono::seconds(30);
};

class LiveLoad {
public:
    /// The ledger is borrowed. Throws std::system_error when the interface cannot be opened.
    LiveLoad(const LoadOptions& options, Ledger& ledger)
        : options_(options),
          ledger_(ledger),
          random_(options.seed),
          link_(open_packet_link({.interface = options.interface})),
          session_(*link_, clock_,
                   {.tag_seed = options.seed,
                    .timing = {.give_up_after = options.give_up_after},
                    .interrupted = {}}) {}

    std::error_code attach() { return session_.attach(options_.device, std::nullopt); }

    /// Asks for more, and takes one completion or waits for that long.
    void step(Time patience = std::chrono::milliseconds(5)) {
        for (int tries = 0; tries < 8 && jobs_.size() < options_.most_requests; ++tries) ask();
        take(clock_.now() + patience);
    }
    void run_for(Time period) {
        for (const Time end = clock_.now() + period; clock_.now() < end;) step();
    }
    /// Takes what is under way, and asks for no more.
    void finish() {
        while (!jobs_.empty()) take(Time::max());
    }
    /// While nothing is under way.
    std::error_code flush() {
        const std::uint64_t begun = ledger_.begin_flush();
        const auto error =
            session_.perform({.kind = initiator::Kind::flush, .device = options_.device});
        if (!error) ledger_.acknowledge_flush(begun);
        return error;
    }
    /// Reads every sector: after a loss of power, when the ledger is to hold what is there now.
    void check_everything(bool after_loss) {
        constexpr std::size_t at_a_time = 64;
        std::vector<std::byte> data(at_a_time * sector_size);
        for (std::uint64_t first = 0; first < ledger_.sectors(); first += at_a_time) {
            const std::size_t count = std::min<std::uint64_t>(at_a_time, ledger_.sectors() - first);
            const auto into = MutableBytes(data).first(count * sector_size);
            const auto error = session_.perform({.kind = initiator::Kind::read,
                                                 .device = options_.device,
                                                 .first_sector = first,
                                                 .read_into = into});
            if (error) return complain("sectors cannot be read: " + error.message());
            for (std::size_t i = 0; i < count; ++i) {
                const Bytes sector = into.subspan(i * sector_size, sector_size);
                const auto wrong = after_loss ? ledger_.check_after_loss(first + i, sector)
                                              : ledger_.check(first + i, sector);
                if (wrong) complain(*wrong);
            }
        }
    }

    /// What was not as it must be, the first few.
    const std::string& complaints() const noexcept { return complaints_; }
    /// Requests that ended with an error; such writes may have been done or not.
    std::uint64_t failed() const noexcept { return failed_; }
    std::uint64_t done() const noexcept { return done_; }
    std::uint64_t resent() { return session_.initiator().counters().resent; }
    Time longest() const noexcept { return longest_; }

private:
    struct Job {
        initiator::Kind kind = initiator::Kind::flush;
        std::uint64_t first = 0;
        std::size_t count = 0;
        std::uint64_t number = 0;
        std::vector<std::byte> data{};
        Time begun{};
    };

    void ask() {
        Job job{.begun = clock_.now()};
        if (random_.chance(options_.flushes)) {
            job.number = ledger_.begin_flush();
            submit(std::move(job));
            return;
        }
        job.kind = random_.chance(options_.reads) ? initiator::Kind::read : initiator::Kind::write;
        job.count = 1 + random_.below(options_.most_sectors);
        job.first = random_.below(ledger_.sectors() - job.count + 1);
        for (const auto& [id, other] : jobs_) {
            if (job.first < other.first + other.count && other.first < job.first + job.count) {
                return;
            }
        }
        job.data.resize(job.count * sector_size);
        if (job.kind == initiator::Kind::write) {
            job.number = ledger_.begin_write(job.first, job.data);
        }
        submit(std::move(job));
    }
    void submit(Job job) {
        const std::uint64_t id = next_++;
        Job& placed = jobs_.emplace(id, std::move(job)).first->second;
        initiator::Request request{
            .kind = placed.kind, .device = options_.device, .id = id, .first_sector = placed.first};
        if (placed.kind == initiator::Kind::read) request.read_into = placed.data;
        if (placed.kind == initiator::Kind::write) request.write_from = placed.data;
        session_.initiator().submit(request);
    }
    void take(Time deadline) {
        const auto completion = session_.wait_for_completion(deadline);
        if (!completion) return;
        const Job job = std::move(jobs_.extract(completion->id).mapped());
        longest_ = std::max(longest_, clock_.now() - job.begun);
        if (completion->error) {
            ++failed_;
            return;
        }
        ++done_;
        if (job.kind == initiator::Kind::flush) ledger_.acknowledge_flush(job.number);
        if (job.kind == initiator::Kind::write) {
            ledger_.acknowledge_write(job.first, job.count, static_cast<std::uint32_t>(job.number));
        }
        for (std::size_t i = 0; job.kind == initiator::Kind::read && i < job.count; ++i) {
            const Bytes sector = Bytes(job.data).subspan(i * sector_size, sector_size);
            if (const auto wrong = ledger_.check(job.first + i, sector)) complain(*wrong);
        }
    }
    void complain(const std::string& what) {
        if (++complained_ <= 5) complaints_ += what + "\n";
    }

    LoadOptions options_;
    Ledger& ledger_;
    Random random_;
    SystemClock clock_;
    LinkPtr link_;
    std::map<std::uint64_t, Job> jobs_;  // By id; outlive the session, which borrows their data.
    initiator::Session session_;
    std::uint64_t next_ = 1;
    std::uint64_t failed_ = 0;
    std::uint64_t done_ = 0;
    int complained_ = 0;
    std::string complaints_;
    Time longest_{};
};

}  // namespace aoe::target
