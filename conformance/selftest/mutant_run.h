// SPDX-License-Identifier: MIT
// The suite against the target in memory, whole or broken, and what that says about a mutant. No
// privilege, no network, no waiting: time is virtual.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/selftest/mutants.h"
#include "conformance/session.h"
#include "wire/fault_link.h"

namespace aoe::conformance {

/// What the suite can do about a target that is no more.
enum class Control : std::uint8_t { none, starts_again, stays_down };

struct SuiteOptions {
    const Mutant* mutant = nullptr;  // None: the target as it is.
    std::string_view only_about{};   // A requirement: only the cases that judge it. Empty: all.
    Doors open = all_doors;
    std::uint64_t seed = 1;
    std::size_t mtu = 1500;
    unsigned repeat = 1;
    std::uint64_t sectors = mutant_disk_sectors;
    std::optional<FaultPlan> wire{};  // What happens on the way, as the tester sees it.
    std::function<LinkPtr(LinkPtr)> around_link{};  // What else stands before the tester's end.
    Control control = Control::starts_again;
};

struct SuiteRun {
    std::vector<CaseResult> results;
    std::vector<std::string> problems;
    int exit_status = 0;
    std::size_t changes = 0;  // Of what the target meant to do.
    bool disk_untouched = false;
};

SuiteRun run_suite(const SuiteOptions& options);

/// How a mutant's clause fared.
enum class Caught : std::uint8_t {
    no,
    told,   // The clause leaves a choice, and a case tells another one than that of the target.
    broken  // A case about the clause found it broken, or lost the target.
};

/// `clean` is the same run of the target as it is.
Caught judge_mutant(const Mutant& mutant, const SuiteRun& run, const SuiteRun& clean);

/// Ids of the cases that say something else than of the target as it is.
std::set<std::string_view> noticing_cases(const SuiteRun& run, const SuiteRun& clean);

/// One line for each result that is neither pass nor info nor skip.
std::string failures_of(const SuiteRun& run);

}  // namespace aoe::conformance
