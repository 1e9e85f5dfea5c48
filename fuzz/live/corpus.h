// SPDX-License-Identifier: MIT
// Sequences that a target answered in a way it had not answered before, to be changed further. In
// memory, for one run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_set>
#include <vector>

#include "fuzz/session.h"
#include "wire/random.h"

namespace aoe::fuzz {

class Corpus {
public:
    static constexpr std::size_t most_sequences = 2048;

    /// True when no reply was of this class before.
    bool is_new(std::uint64_t reply_class) { return classes_.insert(reply_class).second; }
    std::size_t classes() const { return classes_.size(); }

    /// Takes the place of any when the corpus is full.
    void add(Session sequence, Random& random) {
        if (sequences_.size() < most_sequences) {
            sequences_.push_back(std::move(sequence));
        } else {
            sequences_[random.below(most_sequences)] = std::move(sequence);
        }
    }
    bool empty() const { return sequences_.empty(); }
    const Session& pick(Random& random) const {
        return sequences_[random.below(sequences_.size())];
    }

private:
    std::unordered_set<std::uint64_t> classes_;
    std::vector<Session> sequences_;
};

}  // namespace aoe::fuzz
