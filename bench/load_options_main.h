// SPDX-License-Identifier: MIT
// What the programs that load a target have in common: whom they ask, for what and how long.
//
// For main files only, which are the ones that may include CLI11; hence the name.
#pragma once

#include <cstdint>
#include <string>

#include "bench/load.h"
#include "bench/loop_program_main.h"

namespace aoe::bench {

/// As given; texts are checked by load_options().
struct LoadArguments {
    std::string interface;
    std::string mac;
    std::string target;  // Empty: every one.
    unsigned outstanding = 1;
    unsigned sectors = 2;
    std::uint64_t first_sector = 0;
    std::uint64_t span_sectors = 2048;
    double seconds = 2;
};

/// What they hold is each option's default.
void add_load_options(LoopProgram& program, LoadArguments& arguments);

/// Without a warm-up of their own. Throws UsageError.
LoadOptions load_options(const LoadArguments& arguments);

/// Throws UsageError when the link lets no request through that is as large as asked for.
void check_mtu(const LoadArguments& arguments, const Link& link);

}  // namespace aoe::bench
