// SPDX-License-Identifier: MIT
#include "target/daemon/calm_log.h"

#include <chrono>

namespace aoe::target {
namespace {

constexpr std::chrono::seconds a_while{10};
constexpr unsigned most_in_a_while = 5;
constexpr std::size_t most_remembered = 256;

}  // namespace

void CalmLog::say(std::string_view sentence) {
    const Time now = clock_.now();
    if (said_.size() >= most_remembered && !said_.contains(sentence)) {
        std::erase_if(said_, [&](const auto& each) { return now - each.second.since >= a_while; });
        if (said_.size() >= most_remembered) return;  // A flood of sentences, each another.
    }
    Repeated& repeated = said_.try_emplace(std::string(sentence), Repeated{now, 0}).first->second;
    unsigned left_out = 0;
    if (now - repeated.since >= a_while) {
        left_out = repeated.times > most_in_a_while ? repeated.times - most_in_a_while : 0;
        repeated = {now, 0};
    }
    if (++repeated.times > most_in_a_while) return;
    inner_.say(left_out == 0 ? std::string(sentence)
                             : std::string(sentence) + " (and " + std::to_string(left_out) +
                                   " times more before)");
}

}  // namespace aoe::target
