// SPDX-License-Identifier: MIT
#include "bench/initiator_load.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <stdexcept>
#include <vector>

#include "initiator/session.h"
#include "wire/random.h"

namespace aoe::bench {
namespace {

using initiator::Kind;
using initiator::Request;
using initiator::Session;

void attach(Session& session, const LoadOptions& options) {
    if (const auto error = session.attach(options.address, options.target)) {
        throw std::runtime_error("the target cannot be identified: " + error.message());
    }
}

/// What is under way, by the request's id; the same for both loads.
struct Place {
    std::vector<std::byte> bytes;
    Time sent{};
    std::uint64_t sector = 0;
    bool write = false;
};

/// Sixty-four bits that no other sector, version or word has.
std::uint64_t word_of(std::uint64_t seed, std::uint64_t sector, std::uint64_t version,
                      std::size_t word) {
    Random random(seed ^ sector << 20 ^ version << 48 ^ word);
    return random.next();
}

class Check {
public:
    Check(Session& session, const CheckOptions& options)
        : session_(session),
          options_(options),
          random_(options.seed),
          places_(options.load.outstanding),
          blocks_(options.load.workload.range_sectors / options.load.workload.sectors),
          versions_(blocks_),
          busy_(blocks_) {
        if (blocks_ < 8 * places_.size()) throw std::runtime_error("the span is too small");
    }

    InitiatorResult run(Clock& clock) {
        const Time begin = clock.now();
        Time last = begin;
        for (std::size_t i = 0; i < places_.size(); ++i) start(i, begin);
        while (result_.load.answered < options_.operations) {
            const auto completion =
                session_.wait_for_completion(clock.now() + std::chrono::seconds(60));
            if (!completion) throw std::runtime_error("nothing was completed for a minute");
            if (completion->error) throw std::runtime_error(completion->error.message());
            const Time now = clock.now();
            result_.longest_gap = std::max(result_.longest_gap, now - last);
            last = now;
            Place& place = places_[completion->id];
            result_.load.round_trips.add(now - place.sent);
            ++result_.load.answered;
            ++result_.load.completed;
            if (!place.write) compare(place);
            busy_[place.sector / options_.load.workload.sectors] = false;
            start(completion->id, now);
        }
        result_.load.elapsed = clock.now() - begin;
        session_.initiator().fail_all(std::make_error_code(std::errc::operation_canceled));
        return result_;
    }

private:
    void start(std::size_t index, Time now) {
        Place& place = places_[index];
        place.bytes.resize(options_.load.workload.sectors * sector_size);
        // The first round of writes comes before every read of what it writes.
        place.write = started_ < places_.size() || random_.chance(0.5);
        ++started_;
        std::uint64_t block = 0;
        do {
            block = place.write ? next_block_++ % blocks_
                                : random_.below(std::min<std::uint64_t>(next_block_, blocks_));
        } while (busy_[block]);
        busy_[block] = true;
        place.sector = block * options_.load.workload.sectors;
        place.sent = now;
        Request request{.kind = place.write ? Kind::write : Kind::read,
                        .device = options_.load.address,
                        .id = index,
                        .first_sector = place.sector};
        if (place.write) {
            ++versions_[block];
            fill(place.bytes, place.sector);
            request.write_from = place.bytes;
        } else {
            request.read_into = place.bytes;
        }
        session_.initiator().submit(request);
    }

    void fill(std::vector<std::byte>& bytes, std::uint64_t sector) const {
        const std::uint64_t version = versions_[sector / options_.load.workload.sectors];
        for (std::size_t word = 0; word < bytes.size() / sizeof(std::uint64_t); ++word) {
            const std::uint64_t value = word_of(options_.seed, sector, version, word);
            std::memcpy(bytes.data() + word * sizeof value, &value, sizeof value);
        }
    }

    void compare(const Place& place) {
        expected_.resize(place.bytes.size());
        fill(expected_, place.sector);
        for (std::size_t i = 0; i < expected_.size(); ++i) {
            if (place.bytes[i] != expected_[i]) ++result_.wrong_bytes;
        }
    }

    Session& session_;
    const CheckOptions& options_;
    Random random_;
    std::vector<Place> places_;
    std::uint64_t blocks_;
    std::vector<std::uint32_t> versions_;
    std::vector<bool> busy_;
    std::uint64_t started_ = 0;
    std::uint64_t next_block_ = 0;
    std::vector<std::byte> expected_;
    InitiatorResult result_;
};

}  // namespace

InitiatorResult load_through_initiator(Link& link, Clock& clock, const LoadOptions& options) {
    Session session(link, clock,
                    {.tag_seed = static_cast<std::uint64_t>(clock.now().count()),
                     .timing = {},
                     .interrupted = {}});
    attach(session, options);
    std::vector<Place> places(options.outstanding);
    std::uint64_t next_sector = 0;
    const auto start = [&](std::size_t index, Time now) {
        places[index].bytes.resize(options.workload.sectors * sector_size);
        places[index].sent = now;
        session.initiator().submit({.kind = Kind::read,
                                    .device = options.address,
                                    .id = index,
                                    .first_sector = next_sector,
                                    .read_into = places[index].bytes});
        next_sector += options.workload.sectors;
        if (next_sector + options.workload.sectors > options.workload.range_sectors)
            next_sector = 0;
    };
    InitiatorResult result;
    const Time started = clock.now();
    const Time begin = started + options.warm_up;
    const Time end = begin + options.duration;
    for (std::size_t i = 0; i < places.size(); ++i) start(i, started);
    Time last = begin;
    std::size_t under_way = places.size();
    while (under_way > 0) {
        // It comes, if only to say that the target does not answer.
        const auto completion = session.wait_for_completion(clock.now() + std::chrono::hours(1));
        if (!completion) throw std::runtime_error("nothing was completed for an hour");
        const Time now = clock.now();
        const Place& place = places[completion->id];
        if (completion->error) ++result.load.refused;
        if (now >= begin && now < end) {
            if (!completion->error) ++result.load.completed;
            result.longest_gap = std::max(result.longest_gap, now - last);
            last = now;
        }
        if (!completion->error && place.sent >= begin) {
            ++result.load.answered;
            result.load.round_trips.add(now - place.sent);
        }
        if (now < end) {
            start(completion->id, now);
        } else {
            --under_way;
        }
    }
    result.load.elapsed = options.duration;
    result.frames = session.initiator().counters();
    return result;
}

InitiatorResult check_through_initiator(Link& link, Clock& clock, const CheckOptions& options) {
    Session session(link, clock, {.tag_seed = options.seed, .timing = {}, .interrupted = {}});
    attach(session, options.load);
    Check check(session, options);
    InitiatorResult result = check.run(clock);
    result.frames = session.initiator().counters();
    return result;
}

}  // namespace aoe::bench
