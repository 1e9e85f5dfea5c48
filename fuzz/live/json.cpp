// SPDX-License-Identifier: MIT
#include "fuzz/live/json.h"

#include <chrono>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace aoe::fuzz {
namespace {

using nlohmann::ordered_json;

double seconds(Time time) {
    return std::chrono::duration<double>(time).count();
}

std::string hexadecimal(const FrameBytes& frame) {
    std::string text;
    for (const std::byte byte : frame) text += fmt::format("{:02x}", std::to_integer<int>(byte));
    return text;
}

ordered_json json_of(const Finding& finding) {
    ordered_json frames = ordered_json::array();
    for (const FrameBytes& step : finding.steps) frames.push_back(hexadecimal(step));
    return {{"kind", name(finding.symptom.kind)},
            {"sentence", sentence(finding.symptom)},
            {"phase", name(finding.phase)},
            {"shape", finding.shape},
            {"confirmed", finding.confirmed},
            {"tries", finding.tries},
            {"attempts", finding.attempts},
            {"seen", finding.seen},
            {"at_case", finding.at_case},
            {"output", finding.symptom.output},
            {"frames", frames}};
}

}  // namespace

std::string json_text(const CampaignResult& result) {
    const Tally& tally = result.tally;
    ordered_json findings = ordered_json::array();
    for (const Finding& finding : result.findings) findings.push_back(json_of(finding));
    const ordered_json all{{"program", "aoe-fuzz"},
                           {"version", result.version},
                           {"target", result.target},
                           {"seed", result.seed},
                           {"exit_status", result.exit_status},
                           {"cases", tally.cases},
                           {"elapsed_s", seconds(tally.elapsed)},
                           {"living_s", seconds(tally.living)},
                           {"reply_classes", tally.classes},
                           {"slow_fences", tally.slow_fences},
                           {"restarts", tally.restarts},
                           {"avoided", tally.avoided},
                           {"occurrences", tally.occurrences},
                           {"memory_bytes",
                            {{"first", tally.memory_first_bytes},
                             {"most", tally.memory_most_bytes},
                             {"last", tally.memory_last_bytes}}},
                           {"findings", findings}};
    // Output of a target may be no UTF-8.
    return all.dump(1, ' ', false, ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace aoe::fuzz
