// SPDX-License-Identifier: MIT
// What explain prints, with the frames of the real rehearsal.
#include "conformance/cli/explain.h"

#include <algorithm>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/cli/commands.h"
#include "conformance/cli/reference.h"

namespace aoe::conformance {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string explained(const std::string& id, bool bytes = false) {
    std::ostringstream out;
    explain_ids(out, {id}, bytes, rehearse);
    return out.str();
}

TEST(Explain, ARequirementWithItsBasisCasesAndFrames) {
    EXPECT_THAT(
        explained("AOE-CFG-09"),
        AllOf(HasSubstr("AOE-CFG-09 (MUST, since r8, section 3.2, impact: interoperation)\n"),
              HasSubstr("  why it matters: The claim on a free disk"), HasSubstr("  for it: "),
              HasSubstr("    qaoed: stores the string but"), HasSubstr("  judged by "),
              HasSubstr(" --slot N --allow config --tests cfg."), HasSubstr("#1 > config "),
              HasSubstr("#2 < config ")));
}

TEST(Explain, ACaseWithItsRequirements) {
    const std::string text = explained("cfg.set.refused-when-present");
    EXPECT_THAT(text, AllOf(HasSubstr("    doors: config; needs: nothing; since 0.1\n"),
                            HasSubstr("error 4 (config string set)"), HasSubstr("\nAOE-CFG-10 (")));
}

TEST(Explain, BytesWhenAskedFor) {
    EXPECT_THAT(explained("cfg.set.refused-when-present"), Not(HasSubstr("    0000  ")));
    EXPECT_THAT(explained("cfg.set.refused-when-present", true),
                HasSubstr("    0000  02 00 00 00 00 02 02 00 00 00 00 01 88 a2 10 00\n"));
}

TEST(Explain, WhatNoCaseJudgesSaysWhy) {
    EXPECT_THAT(explained("AOE-ATA-06"), HasSubstr("  no case judges it: "));
}

TEST(Explain, AnUnknownIdNamesItsNeighbours) {
    try {
        explained("cfg.set.refused-when-presnt");
        FAIL() << "accepted";
    } catch (const UsageError& error) {
        EXPECT_THAT(error.what(),
                    AllOf(HasSubstr("'cfg.set.refused-when-presnt' is no requirement and no case"),
                          HasSubstr("did you mean cfg.set.refused-when-present")));
    }
}

// A case that cannot be shown says what is missing; everything else shows itself.
TEST(Explain, EveryCaseHasFramesOrAReason) {
    std::size_t shown = 0;
    for (const Case& test : all_cases()) {
        const Rehearsal rehearsal = rehearse(test);
        const bool silent = rehearsal.frames.empty() && !is_judged(rehearsal.result.verdict);
        EXPECT_TRUE(!silent || !rehearsal.result.reason.empty()) << test.id;
        EXPECT_NE(rehearsal.result.verdict, Verdict::fail) << test.id;
        shown += rehearsal.frames.empty() ? 0U : 1U;
    }
    EXPECT_GT(shown, all_cases().size() * 8 / 10);
}

}  // namespace
}  // namespace aoe::conformance
