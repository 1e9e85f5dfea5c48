// SPDX-License-Identifier: MIT
#include "conformance/schedule.h"

#include <random>
#include <utility>

namespace aoe::conformance {

Schedule::Schedule(std::span<const Case* const> cases, const Order& order)
    : cases_(cases), order_(order) {
    arrange();
}

// Not std::shuffle, which is another one in each library: a seed gives the same order everywhere.
void Schedule::arrange() {
    arranged_.assign(cases_.begin(), cases_.end());
    if (!order_.shuffle_seed) return;
    std::seed_seq seeds{*order_.shuffle_seed, *order_.shuffle_seed >> 32,
                        std::uint64_t{repetition_}};
    std::mt19937_64 random(seeds);
    for (std::size_t left = arranged_.size(); left > 1; --left) {
        std::swap(arranged_[left - 1], arranged_[random() % left]);
    }
}

std::optional<Step> Schedule::next() {
    while (repetition_ <= order_.repeat && !cases_.empty()) {
        if (position_ == arranged_.size()) {
            position_ = 0;
            ++repetition_;
            arrange();
            continue;
        }
        const Step step{arranged_[position_++], repetition_};
        if (number_++ % order_.parts == order_.part) return step;
    }
    return std::nullopt;
}

}  // namespace aoe::conformance
