// SPDX-License-Identifier: MIT
#include "conformance/field_matcher.h"

#include <algorithm>

#include "conformance/describe.h"
#include "conformance/field_notes.h"

namespace aoe::conformance {

namespace {

// What a matcher accepts, in the field's own way of writing values where they are few.
std::string accepted_text(const testing::Matcher<int>& inner, const Field& field) {
    constexpr std::size_t most = 3;
    const int end = field.size == 1 ? 0x100 : 0x10000;
    std::vector<int> accepted;
    for (int value = 0; value < end && accepted.size() <= most; ++value) {
        if (inner.Matches(value)) accepted.push_back(value);
    }
    if (accepted.empty() || accepted.size() > most) return testing::DescribeMatcher<int>(inner);
    std::string text;
    for (const int value : accepted) {
        text += (text.empty() ? "" : " or ") + field.text(static_cast<unsigned>(value));
    }
    return text;
}

}  // namespace

bool FieldMatcher::MatchAndExplain(const Reply& reply, std::ostream* os) const {
    const std::optional<int> value = get_(reply);
    const bool matches = value && inner_.Matches(*value);
    std::string words;
    if (!value) words = "the reply is too short to have " + name_;
    if (value && !matches) words = name_ + " is " + hex(static_cast<unsigned>(*value));
    if (os != nullptr) *os << words;
    if (is_noting_fields()) note(value, matches, words);
    return matches;
}

void FieldMatcher::DescribeTo(std::ostream* os) const {
    *os << name_ << ' ';
    inner_.DescribeTo(os);
}

void FieldMatcher::DescribeNegationTo(std::ostream* os) const {
    *os << name_ << ' ';
    inner_.DescribeNegationTo(os);
}

void FieldMatcher::note(std::optional<int> value, bool matches, const std::string& words) const {
    FieldRow row{.name = field_.name.empty() ? name_ : std::string(field_.name),
                 .offset = field_.offset,
                 .size = field_.size,
                 .actual = {},
                 .expected = accepted_text(inner_, field_),
                 .differs = !matches};
    if (value) row.actual = field_.text(static_cast<unsigned>(*value));
    std::string unwanted = "not " + row.expected;
    note_field({.row = std::move(row), .unwanted = std::move(unwanted), .words = words});
}

PropertyMatcher::PropertyMatcher(std::string yes, std::vector<Aspect> aspects)
    : yes_(std::move(yes)), aspects_(std::move(aspects)) {
    test_ = [all = aspects_](const Reply& reply) {
        return std::ranges::all_of(all, [&](const Aspect& one) { return one.holds(reply); });
    };
}

bool PropertyMatcher::MatchAndExplain(const Reply& reply, std::ostream* os) const {
    const bool matches = test_(reply);
    if (matches && !is_noting_fields()) return true;
    const std::string words = matches ? "" : describe(reply);
    if (os != nullptr) *os << words;
    if (!is_noting_fields()) return matches;
    for (const Aspect& aspect : aspects_) {
        // Where the property holds, a part that does not was not needed.
        FieldRow row = aspect.row ? aspect.row(reply) : FieldRow();
        row.name = aspect.field;
        row.expected = aspect.expected;
        row.differs = !matches && !aspect.holds(reply);
        note_field({.row = std::move(row), .unwanted = "not " + aspect.expected, .words = words});
    }
    return matches;
}

}  // namespace aoe::conformance
