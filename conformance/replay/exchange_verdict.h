// SPDX-License-Identifier: MIT
// What one exchange of a replay comes to: rules that were kept and broken, differences from the
// recording, requests that were not sent, and a target that did not survive it.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/judge/rule.h"
#include "conformance/verdict.h"

namespace aoe::conformance {

/// Which frames a finding is about. Numbers are 0 where there is no frame.
struct Place {
    std::uint64_t recorded = 0;           // Of the request, within the capture.
    std::uint64_t request_frame = 0;      // Within the run.
    const ByteVector* request = nullptr;  // As it was sent.
    std::uint64_t reply_frame = 0;
    const ByteVector* reply = nullptr;
};

/// Not of the catalogue: what "differs from the recording" is said of.
const Requirement& recorded_requirement();

class ExchangeVerdict {
public:
    void sent() { ++sent_; }
    void rule(std::uint16_t index, Outcome outcome, const Words& words, const Place& place);
    /// `rows` of the reply may be empty.
    void differs(const std::string& what, std::vector<FieldRow> rows, const Place& place);
    /// `code` as of a skipped case: "door", ...
    void not_sent(std::uint64_t recorded, const std::string& code, const std::string& why);
    /// The target did not survive it: "was killed by signal 11 (...)".
    void ended(const std::string& how, const std::string& after);

    bool anything_sent() const { return sent_ > 0; }
    /// Requirements of the rules that were asked, for the case.
    std::vector<std::string_view> requirements() const;
    /// All but who, when and which frames.
    CaseResult result(const Case& test) const;

private:
    bool is_one_too_many(const std::string& what);
    void add(Finding finding, const Place& place);

    std::size_t sent_ = 0;
    std::set<std::uint16_t> asked_;  // Rules, which stand in the catalogue's order.
    std::vector<Finding> findings_;
    std::map<std::string, std::size_t> times_;
    std::map<std::string, std::size_t> shut_;  // Reasons and how many requests were not sent.
    std::string first_code_, first_why_;
    std::string liveness_, after_;
};

}  // namespace aoe::conformance
