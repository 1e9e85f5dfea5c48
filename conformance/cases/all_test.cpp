// SPDX-License-Identifier: MIT
// The cases as data: complete, consistent with the catalogue, and nothing of the catalogue left out
// without a reason.
#include <algorithm>
#include <cctype>
#include <fstream>
#include <map>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/case.h"
#include "conformance/catalogue.h"

namespace aoe::conformance {
namespace {

bool is_case_id(std::string_view id) {
    const auto fits = [](unsigned char c) {
        return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '.' || c == '-';
    };
    return std::count(id.begin(), id.end(), '.') == 2 && std::all_of(id.begin(), id.end(), fits);
}

TEST(Cases, AreCompleteAndNamedOnce) {
    std::set<std::string_view> ids;
    for (const Case& test : all_cases()) {
        EXPECT_TRUE(is_case_id(test.id)) << test.id;
        EXPECT_TRUE(ids.insert(test.id).second) << test.id << " stands twice";
        EXPECT_FALSE(test.requirements.empty()) << test.id;
        EXPECT_TRUE(test.summary.ends_with('.')) << test.id;
        EXPECT_NE(test.run, nullptr) << test.id;
        EXPECT_FALSE(test.since.empty()) << test.id;
    }
}

// Ids of released cases are in other people's files: they stay, and so does the release that added
// them. A new case is added to the lock by the command that the failure names.
TEST(Cases, AreThoseOfTheLockFile) {
    std::ifstream file(AOE_SOURCE_DIR "/conformance/cases/ids.lock");
    ASSERT_TRUE(file);
    std::map<std::string, std::string> locked;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line.front() == '#') continue;
        const std::string id = line.substr(0, line.find(' '));
        EXPECT_TRUE(locked.emplace(id, line.substr(id.size() + 1)).second) << id << " stands twice";
    }
    std::map<std::string, std::string> cases;
    for (const Case& test : all_cases()) cases.emplace(test.id, test.since);
    for (const auto& [id, since] : locked) {
        ASSERT_TRUE(cases.contains(id)) << "the case " << id << " of release " << since
                                        << " is gone: a released id stays as it is";
        EXPECT_EQ(cases[id], since) << "the case " << id << " is of release " << since;
    }
    for (const auto& [id, since] : cases) {
        EXPECT_TRUE(locked.contains(id))
            << "the case " << id << " is new; from the top of the tree:\n  echo '" << id << ' '
            << since << "' >>conformance/cases/ids.lock";
    }
}

TEST(Cases, NameOnlyRequirementsThatExistAndAreForTargets) {
    for (const Case& test : all_cases()) {
        for (const std::string_view id : test.requirements) {
            const Requirement* requirement = find_requirement(id);
            ASSERT_NE(requirement, nullptr) << test.id << " names " << id;
            EXPECT_EQ(requirement->applies_to, AppliesTo::target) << test.id << " names " << id;
        }
    }
}

TEST(Coverage, EveryRequirementHasACaseOrAReasonAndNeverBoth) {
    std::map<std::string_view, std::string_view> judged;
    for (const Case& test : all_cases()) {
        for (const std::string_view id : test.requirements) judged[id] = test.id;
    }
    for (const Requirement& requirement : catalogue()) {
        if (judged.contains(requirement.id)) {
            EXPECT_EQ(requirement.unjudged, "")
                << requirement.id << " is judged by " << judged[requirement.id];
        } else {
            EXPECT_NE(requirement.unjudged, "") << requirement.id << " has no case";
        }
    }
}

TEST(Coverage, AtLeast216RequirementsHaveACase) {
    std::set<std::string_view> judged;
    for (const Case& test : all_cases()) {
        judged.insert(test.requirements.begin(), test.requirements.end());
    }
    EXPECT_GE(judged.size(), 216U);
}

}  // namespace
}  // namespace aoe::conformance
