// SPDX-License-Identifier: MIT
#include "wire/shrinker.h"

#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aoe {
namespace {

using testing::ElementsAre;
using Numbers = std::vector<int>;

Numbers counting(int count) {
    Numbers numbers(static_cast<std::size_t>(count));
    std::iota(numbers.begin(), numbers.end(), 0);
    return numbers;
}

Numbers none(int) {
    return {};
}

bool has(const Numbers& numbers, int wanted) {
    return std::find(numbers.begin(), numbers.end(), wanted) != numbers.end();
}

TEST(Shrink, FindsTheOneStepThatMatters) {
    const auto shrunk = shrink(
        counting(4096), [](const Numbers& n) { return has(n, 1234); }, none);
    EXPECT_THAT(shrunk.steps, ElementsAre(1234));
    EXPECT_LT(shrunk.tries, 60U);
    EXPECT_TRUE(shrunk.whole);
}

TEST(Shrink, FindsStepsThatLieFarApartAndKeepsTheirOrder) {
    const auto shrunk = shrink(
        counting(1000), [](const Numbers& n) { return has(n, 3) && has(n, 500) && has(n, 998); },
        none);
    EXPECT_THAT(shrunk.steps, ElementsAre(3, 500, 998));
    EXPECT_LT(shrunk.tries, 200U);
}

// No single one of the rest can be left out, whatever the shape of what matters.
TEST(Shrink, LeavesNoStepThatCanBeLeftOut) {
    for (unsigned seed = 0; seed < 200; ++seed) {
        const auto matters = [&](int n) {
            return (static_cast<unsigned>(n) * 7919U + seed) % 11 == 0;
        };
        const auto still = [&](const Numbers& n) {
            return std::count_if(n.begin(), n.end(), matters) >= 3;
        };
        const auto shrunk = shrink(counting(97), still, none);
        ASSERT_EQ(shrunk.steps.size(), 3U) << seed;
        ASSERT_TRUE(std::all_of(shrunk.steps.begin(), shrunk.steps.end(), matters)) << seed;
    }
}

TEST(Shrink, MakesStepsPlainerAndThenLeavesOutWhatThatMadeNeedless) {
    // Ten in sum; a step may be made smaller by one or larger by nothing.
    const auto still = [](const Numbers& n) {
        return std::accumulate(n.begin(), n.end(), 0) >= 10;
    };
    const auto smaller = [](int n) { return n > 0 ? Numbers{n / 2, n - 1} : Numbers{}; };
    const auto shrunk = shrink(Numbers{3, 40, 2}, still, smaller);
    EXPECT_THAT(shrunk.steps, ElementsAre(10));
}

TEST(Shrink, LeavesOutTogetherWhatIsNeedlessOnlyTogether) {
    const auto still = [](const Numbers& n) { return n == counting(4) || n == Numbers{1, 3}; };
    EXPECT_THAT(shrink(counting(4), still, none).steps, ElementsAre(1, 3));
    const auto alone = [](const Numbers& n) { return n == counting(5) || n == Numbers{2}; };
    EXPECT_THAT(shrink(counting(5), alone, none).steps, ElementsAre(2));
}

TEST(Shrink, LeavesOutAStepThatIsNeededOnlyWhileAnotherIsNotPlainer) {
    const auto still = [](const Numbers& n) { return n == Numbers{5, 7} || n == Numbers{3}; };
    const auto smaller = [](int n) { return n > 3 ? Numbers{n / 2, 3} : Numbers{}; };
    EXPECT_THAT(shrink(Numbers{5, 7}, still, smaller).steps, ElementsAre(3));
}

TEST(Shrink, NeverReturnsAnEmptyListOrOneThatDoesNotShowIt) {
    EXPECT_THAT(shrink(
                    Numbers{7}, [](const Numbers&) { return true; }, none)
                    .steps,
                ElementsAre(7));
    EXPECT_THAT(shrink(
                    counting(5), [](const Numbers&) { return false; }, none)
                    .steps,
                ElementsAre(0, 1, 2, 3, 4));
}

TEST(Shrink, EndsAtItsLimitsWithWhatItHas) {
    const auto still = [](const Numbers& n) { return has(n, 1) && has(n, 900); };
    const auto shrunk = shrink(counting(1000), still, none, {.most_tries = 5});
    EXPECT_EQ(shrunk.tries, 5U);
    EXPECT_FALSE(shrunk.whole);
    EXPECT_TRUE(still(shrunk.steps));
    int asked = 0;
    const auto given_up =
        shrink(counting(1000), still, none, {.give_up = [&] { return ++asked > 3; }});
    EXPECT_FALSE(given_up.whole);
    EXPECT_TRUE(still(given_up.steps));
}

TEST(Shrink, DoesTheSameEveryTime) {
    std::vector<Numbers> first, second;
    for (std::vector<Numbers>* asked : {&first, &second}) {
        shrink(
            counting(300),
            [&](const Numbers& n) {
                asked->push_back(n);
                return has(n, 10) && has(n, 290);
            },
            none);
    }
    EXPECT_EQ(first, second);
}

}  // namespace
}  // namespace aoe
