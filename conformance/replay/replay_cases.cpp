// SPDX-License-Identifier: MIT
#include "conformance/replay/replay_cases.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <map>

namespace aoe::conformance {

namespace {

// Of exchanges without a judged rule.
constexpr std::string_view whatever_comes = "AOE-HDR-05";

}  // namespace

ReplayCases::ReplayCases(const std::vector<Recording>& recordings) {
    std::map<std::string, std::size_t> same_name;
    for (const Recording& recording : recordings) ++same_name[recording.name];
    const auto keep = [&](std::string text) -> std::string_view {
        return texts_.emplace_back(std::move(text));
    };
    for (const Recording& recording : recordings) {
        std::string file = recording.name;
        if (same_name[file] > 1) {
            const auto whole = std::filesystem::absolute(recording.file);
            file = whole.parent_path().filename().string() + "/" + file;
        }
        // A dot ends the name of a chapter.
        std::replace(file.begin(), file.end(), '.', '-');
        auto& index = index_.emplace_back();
        for (std::size_t i = 0; i < recording.exchanges.size(); ++i) {
            const RecordedExchange& exchange = recording.exchanges[i];
            index.emplace_back();
            const bool only_one = recording.exchanges.size() == 1;
            if (exchange.requests == 0 && i == 0 && !only_one) continue;
            index.back() = cases_.size();
            Case test;
            test.id = keep(file + "." + exchange.name);
            test.requirements = {whatever_comes};
            test.summary = keep(fmt::format("{} request{} from frame {} of {} on",
                                            exchange.requests, exchange.requests == 1 ? "" : "s",
                                            exchange.first_frame, recording.file));
            cases_.push_back(test);
        }
    }
}

Case* ReplayCases::find(std::size_t recording, std::size_t exchange) {
    const auto index = index_[recording][exchange];
    return index ? &cases_[*index] : nullptr;
}

}  // namespace aoe::conformance
