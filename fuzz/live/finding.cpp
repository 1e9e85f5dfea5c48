// SPDX-License-Identifier: MIT
#include "fuzz/live/finding.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <sstream>

namespace aoe::fuzz {

namespace {

bool has_shape(const Finding& finding, const std::string& shape) {
    return finding.shape == shape ||
           std::ranges::find(finding.other_shapes, shape) != finding.other_shapes.end();
}

/// What a last frame does and how, without the order: "mask edit add delete" does all that "mask
/// edit delete" does.
bool does_all_of(const std::string& shape, const std::string& less) {
    const auto words_of = [](std::string text) {
        std::ranges::replace(text, ',', ' ');
        std::istringstream words(text);
        return std::set<std::string>(std::istream_iterator<std::string>(words), {});
    };
    return std::ranges::includes(words_of(shape), words_of(less));
}

/// "mask edit delete": "mask".
std::string command_in(const std::string& shape) {
    return shape.substr(0, shape.find_first_of(" ,"));
}

bool is_the_same_death(const Finding& later, const Finding& earlier) {
    const bool is_longer = later.steps.size() > earlier.steps.size();
    return does_all_of(later.shape, earlier.shape) ||
           (is_longer && command_in(later.shape) == command_in(earlier.shape));
}

}  // namespace

Finding* Findings::known(const Symptom& symptom, std::span<const std::string> shapes) {
    const auto found = std::ranges::find_if(all_, [&](const Finding& finding) {
        if (!(finding.symptom == symptom)) return false;
        // What could not be made to happen again says nothing about shapes.
        if (finding.confirmed == 0) return finding.seen >= most_attempts;
        return !is_deadly(symptom.kind) ||
               std::ranges::any_of(
                   shapes, [&](const std::string& shape) { return has_shape(finding, shape); });
    });
    return found == all_.end() ? nullptr : &*found;
}

const Finding* Findings::add(Finding finding) {
    const auto same = std::ranges::find_if(all_, [&](const Finding& other) {
        if (!(other.symptom == finding.symptom)) return false;
        if (finding.confirmed == 0 || other.confirmed == 0) return true;
        return !is_deadly(finding.symptom.kind) || is_the_same_death(finding, other);
    });
    if (same != all_.end()) {
        same->seen += finding.seen;
        if (finding.confirmed == 0 && same->confirmed == 0) {
            return same->seen == most_attempts ? &*same : nullptr;
        }
        if (finding.confirmed == 0) return nullptr;
        if (same->confirmed > 0) {
            same->other_shapes.insert(same->other_shapes.end(), finding.other_shapes.begin(),
                                      finding.other_shapes.end());
            same->other_shapes.push_back(finding.shape);
            return nullptr;
        }
        finding.seen = same->seen;
        all_.erase(same);
    }
    any_deadly_ = any_deadly_ || (is_deadly(finding.symptom.kind) && finding.confirmed > 0);
    all_.push_back(std::move(finding));
    return all_.back().confirmed > 0 ? &all_.back() : nullptr;
}

bool Findings::deadly(const std::string& shape) const {
    return std::ranges::any_of(all_, [&](const Finding& finding) {
        return is_deadly(finding.symptom.kind) && finding.confirmed > 0 &&
               has_shape(finding, shape);
    });
}

}  // namespace aoe::fuzz
