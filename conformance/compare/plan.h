// SPDX-License-Identifier: MIT
// What a comparison is asked for: a TARGETS file, one [[target]] for each implementation. The
// ready-made ones of profiles.toml, which is compiled in, have the same format; a target of a file
// that names one by `profile` has its keys, but for those that it gives itself.
//
//     [[target]]
//     profile = "vblade"
//     bin = "/opt/vblade-26/vblade"
//     name = "vblade-26"
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/compare/performance.h"

namespace aoe::conformance {

enum class PlanKind : std::uint8_t {
    process,    // A command, in a private network.
    module,     // Commands on this machine, for a kernel module.
    vm,         // Commands in a guest with a private network's card, for kernel modules.
    wire,       // Something that answers on an interface already.
    recording,  // What `aoe-conform --record` kept of an earlier run.
    capture,    // Traffic of any kind, judged frame by frame.
    results     // The JSON lines of a run that is over.
};
std::string_view name(PlanKind kind);
bool starts_something(PlanKind kind);

/// What people want to know of an implementation; Markdown.
struct About {
    std::string from, build;
    std::vector<std::string> dangers;
};

struct Plan {
    std::string name{};   // Short: for --bin, and as a key.
    std::string title{};  // Above its column.
    PlanKind kind = PlanKind::process;
    std::string program{};                       // Looked for when there is no `bin`; may be empty.
    std::filesystem::path bin{};                 // {bin}
    std::string load{}, unload{};                // Of a kernel module, around it all.
    std::string command{};                       // As --start takes it.
    std::string stop{};                          // As --stop does.
    std::map<std::string, std::string> files{};  // To write into {run} first.
    std::map<std::string, std::string> values{};  // Further placeholders.
    std::string interface {};                     // Of kind wire.
    std::string allow{};                          // Its doors.
    std::optional<std::uint16_t> shelf{};
    std::optional<std::uint8_t> slot{};
    std::optional<std::size_t> mtu{};
    double timeout_factor = 1;
    std::vector<std::filesystem::path> sources{};  // Of kinds recording, capture and results.
    std::string get{};                             // What to do when it is not there.
    About about{};
};

/// One measured number, from elsewhere: a comparison carries it, with its conditions, as it is.
struct Measurement {
    std::string target;  // A plan's name.
    std::string what;    // "random reads of 2 sectors"
    double value = 0;
    std::string unit;        // "requests/s"
    std::string conditions;  // Machine, versions, load, how often.
    std::string note{};      // What else was so for this one alone.
};

struct Plans {
    std::vector<Plan> targets;
    std::vector<Measurement> measurements;
    std::vector<BenchReport> reports{};
};

/// The ready-made ones. Throws std::runtime_error when the compiled-in text is wrong.
const std::vector<Plan>& profiles();

/// Reads a TARGETS file; paths in it are relative to `folder`. Throws std::runtime_error with file
/// and line.
Plans parse_plans(std::string_view toml, const std::string& file,
                  const std::filesystem::path& folder);

/// Where the plan's program is, or nothing: its `bin`, beside this program, in PATH.
std::optional<std::filesystem::path> find_program(const Plan& plan);

}  // namespace aoe::conformance
