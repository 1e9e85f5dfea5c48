// SPDX-License-Identifier: MIT
// A run read back from its JSON lines (docs/aoe-conform-results.schema.json). Every report but the
// console is written from this, whether the run has just ended or the file is years old.
//
// Strings can be shown as they are: valid UTF-8 without control characters, which are written as
// \x1b, and without marks that turn the direction of text, written as \u{202e}; only `bytes`,
// `request` and `problems` have line feeds. Targets put anything into their strings.
#pragma once

#include <array>
#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "conformance/verdict.h"
#include "wire/expected.h"

namespace aoe::conformance {

/// A field of the frame in question; `offset` and `size` in bytes of the frame.
struct FieldRecord {
    std::string name;
    std::uint64_t offset = 0, size = 0;
    std::string actual;
    std::string expected;  // Empty when nothing is expected of it.
    bool differs = false;
};

struct FindingRecord {
    std::string requirement;
    std::string requirement_text;
    Verdict severity{};
    std::string expected;  // Empty when there is only something to tell.
    std::string actual;
    std::uint64_t frame = 0;          // 0: there was none.
    std::string bytes;                // Lines of hexadecimal.
    std::uint64_t request_frame = 0;  // Of what was answered, or was not.
    std::string request;              // Its bytes.
    std::vector<FieldRecord> fields;
};

struct CaseRecord {
    std::string id, summary, target;
    std::vector<std::string> requirements;
    std::string requirement;  // The one that the verdict is about; the following are its.
    std::string requirement_text, level, condition, since, basis, impact, why;
    std::string doors;
    Verdict verdict{};
    std::string reason, code, liveness;
    std::vector<FindingRecord> findings;
    std::vector<std::string> frames;  // Described.
    std::uint64_t repetition = 1;
    double duration_us = 0;

    /// "cfg" of "cfg.set.refused-when-present".
    std::string group() const;
};

struct TargetRecord {
    std::string name;  // "e7.3"
    std::string mac, model, serial, firmware, revision, revision_reason;
    std::uint64_t sectors = 0, buffer_count = 0, sector_count = 0, mtu = 0;
};

struct RunDetails {
    std::string version;
    std::string started;  // When, in ISO 8601; may be empty.
    std::string command;  // To run again; cases are added to it.
    std::vector<std::pair<std::string, std::string>> parameters;
    std::vector<std::string> remarks;
    std::uint64_t cases = 0;     // To run for each target.
    bool strict = false;         // A warn counts as a failure.
    bool flaky_excused = false;  // A flaky case does not.
};

struct LevelRecord {
    std::string level;
    std::uint64_t judged = 0, in_all = 0;  // Requirements.
};

struct SummaryRecord {
    std::vector<std::string> problems;
    std::uint64_t requirements_judged = 0, requirements_in_all = 0;
    std::vector<LevelRecord> coverage;
    double seconds = 0;
    int exit_status = 0;
    std::vector<std::string> remarks{};  // On targets.
};

struct Results {
    RunDetails run;
    std::vector<TargetRecord> targets;
    std::vector<CaseRecord> cases;  // In the order in which they ran; each of one of the targets.
    /// None: the run was cut short, and the rest is what was known until then.
    std::optional<SummaryRecord> summary;

    std::array<std::size_t, verdict_count> counts() const;
};

/// Reads a whole run; `name` is the file's, for the sentence that says what is wrong and in which
/// line: not JSON, cut in the middle of a line, of another schema, a key missing.
Expected<Results, std::string> read_results(std::istream& in, const std::string& name);

}  // namespace aoe::conformance
