// SPDX-License-Identifier: MIT
// A campaign for people: one line that stands still on a terminal, a line now and then elsewhere,
// each finding as it comes, and the sum at the end.
#pragma once

#include <ostream>
#include <string>

#include "fuzz/live/campaign.h"
#include "fuzz/live/finding_file.h"

namespace aoe::fuzz {

struct ConsoleOptions {
    bool terminal = false;
    std::optional<std::uint64_t> cases;
    std::optional<Time> max_time;
    FindingFileOptions files;
};

/// "12 s, 400000 cases, 33000 a second, 210 reply classes, 2 findings, about 48 s left".
std::string progress_text(const Tally& tally, const ConsoleOptions& options);
/// Several lines.
std::string summary_text(const Tally& tally);

class Console final : public CampaignListener {
public:
    /// `out` must outlive the console.
    Console(std::ostream& out, ConsoleOptions options) : out_(out), options_(std::move(options)) {}
    ~Console() override { erase(); }

    void progress(const Tally& tally) override;
    void noticed(const Symptom& symptom) override;
    /// Writes the finding's file too.
    void found(const Finding& finding) override;
    void finish(const Tally& tally);
    /// Why a file could not be written, in a sentence; empty when all were.
    const std::string& failure() const { return failure_; }

private:
    void erase();

    std::ostream& out_;
    ConsoleOptions options_;
    Time next_{};
    std::size_t findings_ = 0;
    std::string failure_;
    bool shown_ = false;
};

}  // namespace aoe::fuzz
