// SPDX-License-Identifier: MIT
// The two kinds of matchers that match.h is made of, which tell both a reader and the table of
// fields what they looked at: one about a number in a reply, one about a property with words of its
// own.
#pragma once

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock-matchers.h>

#include "conformance/fields.h"
#include "conformance/message.h"

namespace aoe::conformance {

/// A number taken from a reply; absent when the frame is too short to have it. Printed in
/// hexadecimal, as the bytes of the frame will be.
class FieldMatcher {
public:
    using is_gtest_matcher = void;
    using Get = std::function<std::optional<int>(const Reply&)>;

    /// `name` is the field's in a sentence, and in the table when `field` has none.
    FieldMatcher(const Field& field, std::string name, Get get, testing::Matcher<int> inner)
        : field_(field), name_(std::move(name)), get_(std::move(get)), inner_(std::move(inner)) {}

    bool MatchAndExplain(const Reply& reply, std::ostream* os) const;
    void DescribeTo(std::ostream* os) const;
    void DescribeNegationTo(std::ostream* os) const;

private:
    void note(std::optional<int> value, bool matches, const std::string& words) const;

    Field field_;
    std::string name_;
    Get get_;
    testing::Matcher<int> inner_;
};

/// What one field has to do with a property.
struct Aspect {
    std::string_view field;  // By its name in fields.h.
    std::string expected;
    std::function<bool(const Reply&)> holds;
    // Where the table would not show the difference: `actual` in other words, and which bytes.
    std::function<FieldRow(const Reply&)> row = {};
};

/// A yes-or-no property of a reply.
class PropertyMatcher {
public:
    using is_gtest_matcher = void;

    /// Holds when `test` does, whose fields `aspects` tell one by one.
    PropertyMatcher(std::string yes, std::function<bool(const Reply&)> test,
                    std::vector<Aspect> aspects)
        : yes_(std::move(yes)), test_(std::move(test)), aspects_(std::move(aspects)) {}
    /// Holds when every aspect does.
    PropertyMatcher(std::string yes, std::vector<Aspect> aspects);

    bool MatchAndExplain(const Reply& reply, std::ostream* os) const;
    void DescribeTo(std::ostream* os) const { *os << yes_; }
    void DescribeNegationTo(std::ostream* os) const { *os << "not " << yes_; }

private:
    std::string yes_;
    std::function<bool(const Reply&)> test_;
    std::vector<Aspect> aspects_;
};

}  // namespace aoe::conformance
