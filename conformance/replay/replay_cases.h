// SPDX-License-Identifier: MIT
// The exchanges of recordings as cases, by which reports, expectations and --tests name them.
//
// A case is called FILE.EXCHANGE, by the file's name without folder and ending and the marker's
// text, so that reports have a chapter for each file; "all" is the only exchange of a capture
// without markers. Two files of one name get their folder's before it.
#pragma once

#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "conformance/case.h"
#include "conformance/replay/recording.h"

namespace aoe::conformance {

class ReplayCases {
public:
    /// `recordings` must outlive this.
    explicit ReplayCases(const std::vector<Recording>& recordings);
    ReplayCases(const ReplayCases&) = delete;
    ReplayCases& operator=(const ReplayCases&) = delete;

    std::span<const Case> all() const { return cases_; }
    /// Null for what stands before the first marker and holds no request.
    Case* find(std::size_t recording, std::size_t exchange);

private:
    std::deque<std::string> texts_;
    std::vector<Case> cases_;
    std::vector<std::vector<std::optional<std::size_t>>> index_;
};

}  // namespace aoe::conformance
