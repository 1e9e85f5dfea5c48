// SPDX-License-Identifier: MIT
// The compiled-in catalogue is complete and consistent, and the reader refuses every other kind of
// text with a message that names the place and the remedy.
#include "conformance/catalogue.h"

#include <cstddef>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aoe::conformance {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string group_of(const Requirement& requirement) {
    return requirement.id.substr(4, requirement.id.size() - 7);
}

TEST(Catalogue, HasEveryGroupInOrder) {
    const std::vector<std::pair<std::string, int>> sizes{{"HDR", 44},   {"CFG", 35}, {"ANN", 7},
                                                         {"MASK", 24},  {"RES", 23}, {"ATA", 47},
                                                         {"ATAID", 25}, {"REL", 13}};
    std::vector<std::string> expected;
    for (const auto& [group, size] : sizes) {
        for (int number = 1; number <= size; ++number) {
            const std::string digits = std::to_string(number);
            expected.push_back("AOE-" + group + (number < 10 ? "-0" : "-") + digits);
        }
    }
    std::vector<std::string> ids;
    for (const Requirement& requirement : catalogue()) {
        ids.push_back(requirement.id);
    }
    EXPECT_EQ(ids.size(), 218U);
    EXPECT_EQ(ids, expected);
}

TEST(Catalogue, HasTheLevelsThatWereCounted) {
    std::map<std::string, int> counts;
    for (const Requirement& requirement : catalogue()) {
        std::string kind(name(requirement.level));
        kind += requirement.condition.empty() ? "" : " (" + requirement.condition + ")";
        kind += requirement.applies_to == AppliesTo::target ? "" : " of the initiator";
        ++counts[kind];
    }
    const std::map<std::string, int> expected{
        {"MUST", 105},  {"MUST (if sent)", 3}, {"MUST of the initiator", 1},
        {"SHOULD", 80}, {"MAY", 19},           {"PRACTICE", 10}};
    EXPECT_EQ(counts, expected);
}

void expect_single_sentence(const std::string& text) {
    ASSERT_FALSE(text.empty());
    EXPECT_EQ(text.back(), '.');
    EXPECT_EQ(text.find(". "), std::string::npos) << "more than one sentence";
    EXPECT_EQ(text.find("  "), std::string::npos) << "a line badly continued";
    EXPECT_EQ(text.find('\n'), std::string::npos) << "a line not continued";
}

TEST(Catalogue, TextsAreSingleSentences) {
    for (const Requirement& requirement : catalogue()) {
        SCOPED_TRACE(requirement.id);
        expect_single_sentence(requirement.text);
    }
}

TEST(Catalogue, EveryReasonIsASentenceOfItsOwn) {
    std::set<std::string> seen;
    for (const Requirement& requirement : catalogue()) {
        SCOPED_TRACE(requirement.id);
        expect_single_sentence(requirement.why);
        EXPECT_GE(requirement.why.size(), 60U) << "too short to be specific";
        EXPECT_LE(requirement.why.size(), 240U) << "too long for a failure on a console";
        EXPECT_TRUE(seen.insert(requirement.why).second) << "told of another requirement already";
        EXPECT_NE(requirement.why, requirement.text);
    }
}

TEST(Catalogue, RevisionsAreThoseThatBroughtTheCommands) {
    const std::set<std::string> since_r10{"AOE-CFG-26", "AOE-CFG-27", "AOE-CFG-28"};
    const std::set<std::string> since_r11{"AOE-HDR-32", "AOE-CFG-32"};
    for (const Requirement& requirement : catalogue()) {
        SCOPED_TRACE(requirement.id);
        const std::string group = group_of(requirement);
        Revision expected = Revision::r8;
        if (group == "MASK" || group == "RES" || since_r11.contains(requirement.id)) {
            expected = Revision::r11;
        } else if (since_r10.contains(requirement.id)) {
            expected = Revision::r10;
        }
        EXPECT_EQ(name(requirement.since), name(expected));
    }
}

TEST(Catalogue, InitiatorsAreNotJudgedLive) {
    for (const Requirement& requirement : catalogue()) {
        if (requirement.applies_to == AppliesTo::initiator) {
            EXPECT_FALSE(requirement.unjudged.empty()) << requirement.id;
        }
    }
}

TEST(Catalogue, NamesOfImplementationsAreSpelledOneWay) {
    const std::set<std::string> known{
        "vblade",       "Coraid SRX",       "Coraid VSX", "ggaoed",    "ggaoed 0.9",  "qaoed",
        "kvblade",      "aoeserver",        "jaoed",      "illumos",   "OpenBSD aoe", "tcpdump",
        "mdlayher/aoe", "Linux aoe driver", "iPXE",       "Wireshark", "Plan 9",      "aoetools"};
    for (const Requirement& requirement : catalogue()) {
        SCOPED_TRACE(requirement.id);
        std::set<std::string> seen;
        for (const std::string& implementation : requirement.agreeing) {
            EXPECT_TRUE(known.contains(implementation)) << implementation;
            EXPECT_TRUE(seen.insert(implementation).second) << implementation << " is there twice";
        }
        for (const Deviation& deviation : requirement.differing) {
            EXPECT_TRUE(known.contains(deviation.implementation)) << deviation.implementation;
            EXPECT_TRUE(seen.insert(deviation.implementation).second)
                << deviation.implementation << " is there twice";
        }
    }
}

TEST(Catalogue, FindsByIdOnly) {
    const Requirement* found = find_requirement("AOE-MASK-02");
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->id, "AOE-MASK-02");
    EXPECT_EQ(found->impact, Impact::leak);
    EXPECT_EQ(find_requirement("AOE-MASK-2"), nullptr);
    EXPECT_EQ(find_requirement(""), nullptr);
}

TEST(Catalogue, BasisNamesWhoAgreesAndWhoDiffers) {
    Requirement requirement;
    requirement.confidence = Confidence::restated;
    EXPECT_EQ(basis(requirement), "restated by a source that cites the specification");
    requirement.agreeing = {"vblade", "ggaoed"};
    requirement.differing = {{"qaoed", "is silent"}, {"kvblade", "answers"}};
    EXPECT_EQ(basis(requirement),
              "restated by a source that cites the specification; agreeing: vblade, ggaoed; "
              "differing: qaoed (is silent), kvblade (answers)");
}

TEST(Catalogue, EveryConfidenceHasASentenceOfItsOwn) {
    std::set<std::string> sentences;
    for (const Confidence confidence :
         {Confidence::spec, Confidence::restated, Confidence::two_agree, Confidence::one_lineage,
          Confidence::one, Confidence::inferred}) {
        Requirement requirement;
        requirement.confidence = confidence;
        sentences.insert(basis(requirement));
    }
    EXPECT_THAT(sentences, SizeIs(6));
}

/// A catalogue of one requirement, each of whose lines a test may replace or remove.
class OneRequirement {
public:
    OneRequirement& set(const std::string& key, const std::string& value) {
        values_[key] = value;
        return *this;
    }
    OneRequirement& remove(const std::string& key) {
        values_.erase(key);
        return *this;
    }
    std::string text() const {
        std::string lines = "[[requirement]]\n";
        for (const auto& [key, value] : values_) {
            lines.append(key).append(" = ").append(value).append("\n");
        }
        return lines;
    }

private:
    std::map<std::string, std::string> values_{
        {"agreeing", R"(["vblade"])"}, {"applies_to", R"("target")"}, {"confidence", R"("one")"},
        {"differing", "[]"},           {"id", R"("AOE-HDR-07")"},     {"impact", R"("leak")"},
        {"level", R"("MUST")"},        {"section", R"("")"},          {"since", R"("r8")"},
        {"text", R"("It works.")"},    {"why", R"("Else it hangs.")"}};
};

/// What the reader says about a text it must refuse.
std::string refusal(const std::string& toml) {
    try {
        parse_catalogue(toml);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "accepted";
}

TEST(CatalogueReader, ReadsEveryKey) {
    OneRequirement one;
    one.set("condition", R"("if sent")").set("unjudged", R"("no way")").set("section", R"("2.5?")");
    one.set("differing", R"([{implementation = "qaoed", what = "is silent"}])");
    const std::vector<Requirement> requirements = parse_catalogue(one.text());
    ASSERT_THAT(requirements, SizeIs(1));
    const Requirement& read = requirements.front();
    EXPECT_EQ(read.id, "AOE-HDR-07");
    EXPECT_EQ(read.text, "It works.");
    EXPECT_EQ(read.why, "Else it hangs.");
    EXPECT_EQ(read.section, "2.5?");
    EXPECT_EQ(read.condition, "if sent");
    EXPECT_EQ(read.unjudged, "no way");
    EXPECT_THAT(read.agreeing, ::testing::ElementsAre("vblade"));
    ASSERT_THAT(read.differing, SizeIs(1));
    EXPECT_EQ(read.differing.front().implementation, "qaoed");
    EXPECT_EQ(read.differing.front().what, "is silent");
}

TEST(CatalogueReader, OptionalKeysMayBeMissing) {
    const std::vector<Requirement> requirements = parse_catalogue(OneRequirement().text());
    ASSERT_THAT(requirements, SizeIs(1));
    EXPECT_THAT(requirements.front().condition, IsEmpty());
    EXPECT_THAT(requirements.front().unjudged, IsEmpty());
    EXPECT_THAT(requirements.front().differing, IsEmpty());
}

/// The names of all values of an enumeration, after each was read back from its own name.
template <class Enum>
std::vector<std::string> round_trip(const std::string& key, Enum Requirement::*member, Enum last) {
    std::vector<std::string> names;
    for (std::size_t value = 0; value <= static_cast<std::size_t>(last); ++value) {
        const Enum original = static_cast<Enum>(value);
        names.emplace_back(name(original));
        const std::string text = OneRequirement().set(key, '"' + names.back() + '"').text();
        EXPECT_EQ(parse_catalogue(text).at(0).*member, original) << names.back();
    }
    return names;
}

TEST(CatalogueReader, NamesRoundTrip) {
    using ::testing::ElementsAre;
    EXPECT_THAT(round_trip("level", &Requirement::level, Level::practice),
                ElementsAre("MUST", "SHOULD", "MAY", "PRACTICE"));
    EXPECT_THAT(round_trip("since", &Requirement::since, Revision::r11),
                ElementsAre("r8", "r10", "r11"));
    EXPECT_THAT(round_trip("applies_to", &Requirement::applies_to, AppliesTo::initiator),
                ElementsAre("target", "initiator"));
    EXPECT_THAT(round_trip("confidence", &Requirement::confidence, Confidence::inferred),
                ElementsAre("spec", "restated", "two agree", "one lineage", "one", "inferred"));
    EXPECT_THAT(round_trip("impact", &Requirement::impact, Impact::cosmetic),
                ElementsAre("data loss", "leak", "crash", "hang", "lock-out", "interoperation",
                            "cosmetic"));
}

TEST(CatalogueReader, RefusesWhatIsNotToml) {
    EXPECT_THAT(refusal("\n\n[[requirement\n"), AllOf(HasSubstr("line 3"), HasSubstr("not TOML")));
}

TEST(CatalogueReader, RefusesAFileWithoutRequirements) {
    EXPECT_THAT(refusal(""), HasSubstr("[[requirement]]"));
    EXPECT_THAT(refusal("requirement = \"one\"\n"), HasSubstr("[[requirement]]"));
    EXPECT_THAT(refusal("\nrequirement = [1]\n"),
                AllOf(HasSubstr("line 2"), HasSubstr("[[requirement]]")));
}

TEST(CatalogueReader, RefusesAnUnknownKeyOfTheFile) {
    EXPECT_THAT(refusal(OneRequirement().text() + "[requirements]\n"),
                AllOf(HasSubstr("line 13"), HasSubstr("\"requirements\""),
                      HasSubstr("known are requirement")));
}

TEST(CatalogueReader, RefusesAnUnknownKey) {
    EXPECT_THAT(refusal(OneRequirement().set("since_when", R"("r8")").text()),
                AllOf(HasSubstr("line 11"), HasSubstr("AOE-HDR-07"), HasSubstr("\"since_when\""),
                      HasSubstr("applies_to")));
}

TEST(CatalogueReader, RefusesAMissingKey) {
    for (const std::string key : {"id", "text", "why", "section", "level", "since", "applies_to",
                                  "confidence", "impact", "agreeing", "differing"}) {
        EXPECT_THAT(refusal(OneRequirement().remove(key).text()),
                    AllOf(HasSubstr("line 1,"), HasSubstr("\"" + key + "\" is missing"),
                          HasSubstr(key == "id" ? "a requirement" : "AOE-HDR-07")));
    }
}

TEST(CatalogueReader, RefusesAnUnknownWord) {
    for (const std::string key : {"level", "since", "applies_to", "confidence", "impact"}) {
        EXPECT_THAT(refusal(OneRequirement().set(key, R"("must")").text()),
                    AllOf(HasSubstr("AOE-HDR-07"), HasSubstr("\"" + key + "\" is \"must\""),
                          HasSubstr("must be one of: ")));
    }
    EXPECT_THAT(refusal(OneRequirement().set("level", R"("must")").text()),
                AllOf(HasSubstr("line 8"), HasSubstr("MUST, SHOULD, MAY, PRACTICE")));
}

TEST(CatalogueReader, RefusesAnIdOfAnotherForm) {
    for (const std::string id : {"", "HDR-07", "AOE-07", "AOE--07", "AOE-HDR-7", "AOE-HDR-007",
                                 "AOE-hdr-07", "AOE-HDR-0x", "AOE-HDR", "AOE-HDR-07-01"}) {
        EXPECT_THAT(refusal(OneRequirement().set("id", '"' + id + '"').text()),
                    AllOf(HasSubstr("line 1,"), HasSubstr("AOE-GROUP-NN")))
            << id;
    }
}

TEST(CatalogueReader, RefusesAnIdTwice) {
    const std::string one = OneRequirement().text();
    EXPECT_THAT(refusal(one + one), AllOf(HasSubstr("line 13"), HasSubstr("AOE-HDR-07"),
                                          HasSubstr("taken by line 1;")));
}

TEST(CatalogueReader, RefusesAnotherType) {
    for (const std::string key :
         {"id", "text", "why", "section", "level", "condition", "unjudged"}) {
        EXPECT_THAT(refusal(OneRequirement().set(key, "7").text()),
                    HasSubstr("\"" + key + "\" must hold text"));
    }
    for (const std::string key : {"agreeing", "differing"}) {
        EXPECT_THAT(refusal(OneRequirement().set(key, R"("vblade")").text()),
                    HasSubstr("\"" + key + "\" must be a list"));
    }
    EXPECT_THAT(refusal(OneRequirement().set("agreeing", "[7]").text()),
                HasSubstr("\"agreeing\" must hold text"));
    EXPECT_THAT(refusal(OneRequirement().set("differing", R"(["vblade"])").text()),
                HasSubstr("\"differing\" must hold tables"));
}

TEST(CatalogueReader, RefusesEmptyText) {
    for (const std::string key : {"text", "why", "condition", "unjudged"}) {
        EXPECT_THAT(refusal(OneRequirement().set(key, R"("")").text()),
                    AllOf(HasSubstr("AOE-HDR-07"), HasSubstr(key + "\" must not be empty")));
    }
}

TEST(CatalogueReader, RefusesAnIncompleteDeviation) {
    const auto refusal_of = [](const std::string& deviation) {
        return refusal(OneRequirement().set("differing", "[{" + deviation + "}]").text());
    };
    EXPECT_THAT(refusal_of(R"(implementation = "qaoed")"),
                AllOf(HasSubstr("AOE-HDR-07"), HasSubstr("\"what\" is missing")));
    EXPECT_THAT(refusal_of(R"(what = "is silent")"), HasSubstr("\"implementation\" is missing"));
    EXPECT_THAT(refusal_of(R"(implementation = "", what = "is silent")"),
                HasSubstr("\"implementation\" must not be empty"));
    EXPECT_THAT(refusal_of(R"(implementation = "qaoed", what = "is silent", why = "?")"),
                AllOf(HasSubstr("\"why\""), HasSubstr("known are implementation, what")));
}

}  // namespace
}  // namespace aoe::conformance
