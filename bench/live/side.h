// SPDX-License-Identifier: MIT
// One target under measurement: found on an interface, or started in a private network. Every frame
// passes the guard of the open doors, and what a measurement overwrites on a target that we did not
// start is saved first and put back.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>

#include "bench/live/job.h"
#include "conformance/lab/started_target.h"
#include "conformance/meeting.h"
#include "wire/clock.h"
#include "wire/link.h"

namespace aoe::bench {

struct SideOptions {
    conformance::SessionOptions session;             // With `stop`, which ends a measurement, too.
    std::optional<conformance::StartOptions> start;  // None: the target is there already.
    bool pin = true;                   // Target and load to a core each, where we start the target.
    std::optional<long> target_group;  // Process group of a local target that we did not start.
};

/// The target is not there, or is no more; what() is one sentence.
struct SideLost : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// What the target said of itself.
struct SideFacts {
    std::string name;   // "e7.3"
    std::string model;  // Model and firmware.
    std::size_t mtu = 0;
    std::uint64_t sectors = 0;
    unsigned sectors_per_message = 0;
    unsigned buffer_count = 0;
    unsigned most_outstanding = 1;  // That may be sent: Buffer Count, unless the doors allow more.
};

class Side {
public:
    /// Throws SideLost, conformance::CannotBegin, std::system_error, and std::invalid_argument: a
    /// placeholder that does not exist, or one of the `jobs` asks for what this target cannot do.
    Side(const SideOptions& options, std::span<const Job> jobs);

    const SideFacts& facts() const { return facts_; }
    /// One of the jobs, with no more than most_outstanding requests under way. Throws SideLost.
    Sample run(const Job& job);
    /// Puts back what was overwritten. Empty, or one sentence: what is not as it was.
    std::string finish();

private:
    struct CpuTimes {
        std::chrono::nanoseconds ours{0};
        std::optional<std::chrono::nanoseconds> target;
    };

    void open();
    void expect_possible(const Job& job) const;
    Load& load_for(const Job& job);
    conformance::SectorRange range_of(const Job& job) const;
    CpuTimes cpu_times() const;

    SideOptions options_;
    SystemClock clock_;
    std::unique_ptr<conformance::StartedTarget> started_;
    LinkPtr opened_;
    Link* link_ = nullptr;
    std::unique_ptr<conformance::Meeting> meeting_;
    SideFacts facts_;
    CpuTimes begin_, end_;  // Of what is counted in a run.
    std::map<std::uint32_t, std::unique_ptr<Load>> loads_;
    bool lost_ = false;
};

}  // namespace aoe::bench
