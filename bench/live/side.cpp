// SPDX-License-Identifier: MIT
#include "bench/live/side.h"

#include <fmt/format.h>
#include <fstream>
#include <limits>
#include <sched.h>
#include <thread>
#include <unistd.h>

#include "bench/live/cpu_time.h"
#include "wire/packet_link.h"

namespace aoe::bench {

using namespace std::chrono_literals;
using conformance::Door;

namespace {

constexpr std::chrono::nanoseconds retransmit_after = 100ms;
constexpr std::chrono::nanoseconds lost_after = 2s;

/// Not to measure how long our own core takes to wake; a disk may be what is waited for.
std::chrono::nanoseconds polling() {
    return std::thread::hardware_concurrency() > 1 ? 1ms : 0ms;
}

/// Where there are fewer cores than that, the scheduler knows better.
void pin_to_core(unsigned core) {
    if (::sysconf(_SC_NPROCESSORS_ONLN) < 2) return;
    cpu_set_t cores;
    CPU_ZERO(&cores);
    CPU_SET(core, &cores);
    ::sched_setaffinity(0, sizeof cores, &cores);
}

/// So that reads find bytes in the page cache and no holes in the file. Block by block: the cache
/// then holds it in single pages. Larger pieces come in sizes that the kernel chooses by luck, and
/// a small write pays for the size of its piece.
void fill(const std::string& path, std::uint64_t most_bytes) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    std::vector<char> block(4096);
    for (std::size_t i = 0; i < block.size(); ++i) block[i] = static_cast<char>(i * 31 + i / 512);
    for (std::uint64_t done = 0; done < most_bytes && file; done += block.size()) {
        file.write(block.data(), static_cast<std::streamsize>(
                                     std::min<std::uint64_t>(block.size(), most_bytes - done)));
    }
}

// A disk may be sparse and far larger than the machine's memory.
constexpr std::uint64_t most_filled_bytes = std::uint64_t{64} << 20;

}  // namespace

Side::Side(const SideOptions& options, std::span<const Job> jobs) : options_(options) {
    open();
    const conformance::SessionOptions& session = options_.session;
    const auto found = conformance::find_targets(*link_, clock_, session);
    if (found.empty()) throw SideLost(conformance::nobody_answers(*link_, session));
    meeting_ = std::make_unique<conformance::Meeting>(*link_, clock_, session, found.front());
    meeting_->learn();
    const conformance::TargetFacts& target = meeting_->facts();
    facts_ = {.name = target.name(),
              .model = target.model + (target.firmware.empty() ? "" : " " + target.firmware),
              .mtu = link_->mtu(),
              .sectors = target.sectors,
              .sectors_per_message = target.sectors_per_message(),
              .buffer_count = target.config.buffer_count,
              .most_outstanding = session.open.contains(Door::hostile)
                                      ? std::numeric_limits<unsigned>::max()
                                      : std::max(1U, unsigned{target.config.buffer_count})};
    for (const Job& job : jobs) expect_possible(job);
    meeting_->save();
}

void Side::open() {
    if (!options_.start) {
        opened_ = open_packet_link({.interface = options_.session.interface});
        link_ = opened_.get();
        return;
    }
    if (options_.pin) pin_to_core(0);
    started_ = std::make_unique<conformance::StartedTarget>(*options_.start, clock_);
    if (!started_->failure().empty()) throw SideLost(started_->failure());
    if (options_.pin) pin_to_core(1);
    fill(started_->disk_path(), std::min(options_.start->disk_bytes, most_filled_bytes));
    link_ = &started_->link();
}

/// Writes stay within the scratch range; reads go through the disk, or what was asked for.
conformance::SectorRange Side::range_of(const Job& job) const {
    const conformance::TargetFacts& target = meeting_->facts();
    if (!options_.session.own_target && job.write_percent > 0) return target.scratch;
    if (options_.session.facts.scratch) return target.scratch;
    // Of a started target's large disk the part that is filled, so that caches hold it.
    if (started_) {
        return {.first = 0,
                .count = std::min<std::uint64_t>(target.sectors, most_filled_bytes / 512)};
    }
    return {.first = 0, .count = target.sectors};
}

void Side::expect_possible(const Job& job) const {
    const conformance::SectorRange range = range_of(job);
    if (job.sectors > facts_.sectors_per_message) {
        throw std::invalid_argument(fmt::format("{} takes {} sectors a request at MTU {}, not {}",
                                                facts_.name, facts_.sectors_per_message, facts_.mtu,
                                                job.sectors));
    }
    if (range.count / job.sectors < 2 * std::uint64_t{job.outstanding}) {
        throw std::invalid_argument(
            fmt::format("{} sectors are too few for {} requests of {} sectors outstanding; "
                        "--scratch names more",
                        range.count, job.outstanding, job.sectors));
    }
}

Load& Side::load_for(const Job& job) {
    auto& load = loads_[job.number];
    if (load) return *load;
    const conformance::SectorRange range = range_of(job);
    const conformance::GuardRules& rules = meeting_->rules();
    load = std::make_unique<Load>(
        meeting_->link(), clock_,
        LoadOptions{.target = rules.target,
                    .address = {.shelf = rules.shelf, .slot = rules.slot},
                    .outstanding = std::min(job.outstanding, facts_.most_outstanding),
                    .workload = {.write_percent = job.write_percent,
                                 .random = job.random,
                                 .sectors = job.sectors,
                                 .first_sector = range.first,
                                 .range_sectors = range.count,
                                 .verify = job.verify,
                                 .seed = job.seed},
                    .warm_up = job.warm_up,
                    .duration = job.duration,
                    .most_requests = job.most_requests,
                    .retransmit_after = retransmit_after,
                    .lost_after = lost_after,
                    .polling = polling(),
                    .at_begin = [this] { begin_ = cpu_times(); },
                    .at_end = [this] { end_ = cpu_times(); },
                    .interrupted =
                        [this] {
                            return options_.session.stop->load() || (started_ && started_->ended());
                        }});
    return *load;
}

Side::CpuTimes Side::cpu_times() const {
    const auto group = started_ ? started_->process_id() : options_.target_group;
    return {own_cpu_time(), group ? group_cpu_time(*group) : std::nullopt};
}

Sample Side::run(const Job& job) {
    Load& load = load_for(job);
    const std::uint64_t lost_before = link_->frames_lost();
    Sample sample{.load = load.run()};
    sample.lost_here = link_->frames_lost() - lost_before;
    sample.our_cpu = end_.ours - begin_.ours;
    // Less when one of its processes ended meanwhile: then nobody knows.
    if (end_.target && begin_.target && *end_.target >= *begin_.target) {
        sample.target_cpu = *end_.target - *begin_.target;
        sample.target_cpu_known = true;
    }
    if (started_) {
        if (const auto how = started_->ended()) {
            lost_ = true;
            throw SideLost("the target " + *how);
        }
    }
    if (sample.load.heard == 0 && !options_.session.stop->load()) {
        lost_ = true;
        throw SideLost(facts_.name + " answers no more");
    }
    return sample;
}

std::string Side::finish() {
    return meeting_->give_back(lost_);
}

}  // namespace aoe::bench
