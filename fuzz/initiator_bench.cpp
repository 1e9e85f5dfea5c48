// SPDX-License-Identifier: MIT
// Requests and time. What frames may be is in initiator_bench_frames.cpp.
#include "fuzz/initiator_bench.h"

#include <algorithm>

#include "fuzz/raw_bytes.h"
#include "fuzz/require.h"

namespace aoe::fuzz {
namespace {

using initiator::Kind;

// Each request has sectors of its own, so that its frames are known by their address.
constexpr std::size_t sectors_of_a_job = 64;
constexpr std::size_t most_jobs = initiator_world.disk_sectors / sectors_of_a_job;
constexpr std::size_t largest_frame = 9018;
constexpr std::size_t most_deadlines = 100'000;

}  // namespace

InitiatorBench::InitiatorBench(const Options& options)
    : options_(options),
      core_({.mac = initiator_world.ours,
             .mtu = options.mtu,
             .tag_seed = options.tag_seed,
             .timing = {}}) {
    if (options.mac_known) target_.mac = initiator_world.target;
    core_.add_device(initiator_world.address, target_.mac);
}

void InitiatorBench::submit(Kind kind, std::size_t sectors) {
    const bool moves_sectors = kind == Kind::read || kind == Kind::write;
    if (jobs_.size() == most_jobs || (!moves_sectors && pending_job(kind) != nullptr)) return;
    const std::size_t number = jobs_.size();
    Job& job = jobs_.emplace_back();
    sectors = moves_sectors ? std::min(sectors, sectors_of_a_job) : 0;
    job.done.resize(sectors);
    job.parts.resize(std::max<std::size_t>(sectors, 1));
    job.buffer.assign(sectors * sector_size, std::byte{0xbb});
    for (std::size_t i = 0; kind == Kind::write && i < sectors; ++i) {
        std::fill_n(job.buffer.begin() + static_cast<std::ptrdiff_t>(i * sector_size), sector_size,
                    static_cast<std::byte>(number + i));
    }
    job.should_be = job.buffer;
    job.request = {.kind = kind,
                   .device = initiator_world.address,
                   .id = number,
                   .first_sector = number * sectors_of_a_job};
    if (kind == Kind::read) job.request.read_into = job.buffer;
    if (kind == Kind::write) job.request.write_from = job.buffer;
    core_.submit(job.request);
    settle();
}

void InitiatorBench::advance(Time by) {
    now_ += by;
    settle();
}

void InitiatorBench::set_mtu(std::size_t mtu) {
    options_.mtu = mtu;
    core_.set_mtu(mtu);
    settle();
}

void InitiatorBench::finish() {
    // Who looks 100 ms later than something is due takes the silence for its own, and gives nothing
    // up; just before that is as good as in time, and seldomer.
    for (std::size_t i = 0; i < most_deadlines && core_.pending() != 0; ++i) {
        advance(*core_.next_deadline() + std::chrono::milliseconds(99) - now_);
    }
    require(core_.pending() == 0, "every request ends when nobody answers");
    for (const Job& job : jobs_) {
        require(job.end.has_value(), "every request has a completion");
        require(equal(job.buffer, job.should_be), "a buffer holds what replies brought, no more");
    }
}

/// Everything that the initiator does now by itself. A piece of a frame that was split when its
/// time had come is sent once and given up in the next round, and there are no more pieces than
/// sectors.
void InitiatorBench::settle() {
    for (std::size_t round = 0; round <= initiator_world.disk_sectors; ++round) {
        core_.advance(now_);
        take_completions();
        send();
        const auto deadline = core_.next_deadline();
        require(core_.pending() == 0 || deadline, "what is pending is waited for");
        if (!deadline || *deadline > now_) return;
    }
    require(false, "what is due is done");
}

void InitiatorBench::send() {
    buffer_.resize(std::max(largest_frame, options_.mtu + 14), std::byte{0xee});
    while (const std::size_t size = core_.next_frame(buffer_, now_)) {
        require(size <= buffer_.size(), "a frame fits its buffer");
        check_sent(Bytes(buffer_).first(size));
        sent_.emplace_back(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(size));
        std::fill_n(buffer_.begin(), size, std::byte{0xee});
    }
}

InitiatorJob* InitiatorBench::pending_job(Kind kind) {
    const auto found = std::ranges::find_if(
        jobs_, [&](const Job& job) { return !job.end && job.request.kind == kind; });
    return found == jobs_.end() ? nullptr : &*found;
}

void InitiatorBench::take_completions() {
    while (const auto completion = core_.next_completion()) {
        require(completion->id < jobs_.size(), "only what was asked for completes");
        Job& job = jobs_[completion->id];
        require(!job.end, "a request completes once");
        require(completion->error || std::ranges::count(job.done, false) == 0,
                "a request succeeds when every sector was answered");
        require(completion->error || job.request.moves_sectors() || job.parts[0].answered,
                "a question succeeds when it was answered");
        job.end = completion->error;
    }
}

}  // namespace aoe::fuzz
