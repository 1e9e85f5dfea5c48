// SPDX-License-Identifier: MIT
#include "wire/expected.h"

#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace aoe {
namespace {

Expected<int, std::string> half(int number) {
    if (number % 2 != 0) {
        return Unexpected{std::to_string(number) + " is odd."};
    }
    return number / 2;
}

TEST(Expected, HoldsAValue) {
    const auto result = half(8);
    EXPECT_TRUE(result);
    EXPECT_TRUE(result.has_value());
    EXPECT_EQ(*result, 4);
}

TEST(Expected, HoldsTheReasonWhyThereIsNone) {
    const auto result = half(7);
    EXPECT_FALSE(result);
    EXPECT_FALSE(result.has_value());
    EXPECT_EQ(result.error(), "7 is odd.");
}

TEST(Expected, TellsValueFromErrorWhenBothAreOfOneType) {
    const Expected<int, int> value(1);
    const Expected<int, int> error(Unexpected{1});
    EXPECT_TRUE(value);
    EXPECT_FALSE(error);
}

TEST(Expected, CarriesWhatCanOnlyBeMoved) {
    Expected<std::unique_ptr<std::string>, int> result(std::make_unique<std::string>("moved"));
    EXPECT_EQ(result->get()->size(), 5U);
    const std::unique_ptr<std::string> out = std::move(*result);
    EXPECT_EQ(*out, "moved");
}

}  // namespace
}  // namespace aoe
