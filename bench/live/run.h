// SPDX-License-Identifier: MIT
// From the words of aoe-bench's command line to measurements of one live target, or of two in
// turns.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "conformance/cli/target_arguments.h"

namespace aoe::bench {

/// As given; texts that need more than a number are checked by run_bench().
struct BenchArguments : conformance::TargetArguments {
    std::string vs;  // e7.4 or e7.4@IFACE
    std::string vs_start;
    std::optional<long> target_group, vs_target_group;
    std::uint64_t disk_bytes = std::uint64_t{64} << 20;
    bool no_pin = false;

    std::vector<std::string> work{"read"};
    std::vector<std::string> pattern{"random"};
    std::vector<unsigned> sectors{2};
    std::vector<unsigned> outstanding{1, 32};
    unsigned write_percent = 30;  // Of mixed work.
    double seconds = 2;
    std::optional<std::uint64_t> requests;
    double warm_up_s = 0.2;
    unsigned runs = 5;
    bool verify = false;
    std::uint64_t seed = 1;

    std::vector<std::string> output;  // "json=FILE", "html=FILE"
    std::string command;              // The whole line, for the files.
    std::string version;
};

using conformance::UsageError;

/// The exit status. Throws UsageError, and std::system_error for what the system refused.
int run_bench(const BenchArguments& arguments);

}  // namespace aoe::bench
