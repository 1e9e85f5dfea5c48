// SPDX-License-Identifier: MIT
// What a worker tells the process that started it, as bytes for a pipe: the events of its part of
// the run, and how that ended. Both are the same program, so there is no version in it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "conformance/run_record.h"

namespace aoe::conformance {

struct CaseFinished {
    CaseResult result;
};
struct CaseAmended {
    CaseResult result;
};
/// The system or the command line did not let the worker begin.
struct CannotWork {
    std::string why;
};
using Event = std::variant<TargetFacts, CaseFinished, CaseAmended, RunEnd, CannotWork>;

/// With the size in front.
std::vector<std::uint8_t> encode(const Event& event);

/// Takes bytes as they come from a pipe and gives whole events.
class EventReader {
public:
    void add(const std::uint8_t* bytes, std::size_t size);
    /// Nothing until the next one is whole. Throws std::exception for what no worker sends.
    std::optional<Event> next();

private:
    std::vector<std::uint8_t> bytes_;
};

/// Hands every event on, encoded.
class EventWriter final : public Reporter {
public:
    using Write = std::function<void(const std::vector<std::uint8_t>&)>;
    explicit EventWriter(Write write) : write_(std::move(write)) {}

    void target_started(const TargetFacts& target) override { write_(encode(target)); }
    void case_finished(const CaseResult& result) override { write_(encode(CaseFinished{result})); }
    void case_amended(const CaseResult& result) override { write_(encode(CaseAmended{result})); }

private:
    Write write_;
};

}  // namespace aoe::conformance
