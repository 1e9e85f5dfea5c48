// SPDX-License-Identifier: MIT
#include "conformance/compare/plan.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/compare/targets_page.h"
#include "conformance/lab/placeholders.h"

namespace aoe::conformance {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Plans parsed(const std::string& text) {
    return parse_plans(text, "t.toml", "/folder");
}

std::string refusal(const std::string& text) {
    try {
        static_cast<void>(parsed(text));
        return "nothing was wrong";
    } catch (const std::runtime_error& error) {
        return error.what();
    }
}

const Plan& profile(const std::string& name) {
    return *std::find_if(profiles().begin(), profiles().end(),
                         [&](const Plan& plan) { return plan.name == name; });
}

TEST(Profiles, AreOfEveryKnownImplementation) {
    std::vector<std::string> names;
    for (const Plan& plan : profiles()) names.push_back(plan.name);
    EXPECT_THAT(names, ElementsAre("bundled", "vblade", "ggaoed", "ggaoed-0.9", "qaoed", "sqaoed",
                                   "kvblade", "aoeserver", "vblade-kernel"));
}

TEST(Profiles, SayWhatToDoAndWhatIsKnown) {
    for (const Plan& plan : profiles()) {
        EXPECT_NE(plan.program, "") << plan.name;
        EXPECT_NE(plan.get, "") << plan.name;
        EXPECT_NE(plan.about.from, "") << plan.name;
        EXPECT_NE(plan.about.build, "") << plan.name;
        EXPECT_THAT(plan.about.dangers, testing::Not(IsEmpty())) << plan.name;
    }
}

// A kernel module of somebody else's is not loaded into the kernel of who only said `compare`.
TEST(Profiles, OfModulesRunInAGuest) {
    for (const Plan& plan : profiles()) {
        const bool module = plan.program.ends_with(".ko");
        EXPECT_EQ(plan.kind == PlanKind::vm, module) << plan.name;
    }
}

TEST(Profiles, HaveNoPlaceholderThatThereIsNot) {
    const Placeholders known{.values = {{"bin", "b"},
                                        {"shelf", "7"},
                                        {"slot", "3"},
                                        {"iface", "veth1"},
                                        {"file", "f"},
                                        {"loop", "l"},
                                        {"run", "r"},
                                        {"mac", "m"}},
                             .conditions = {{"ro", true}, {"accept", true}}};
    for (const Plan& plan : profiles()) {
        std::vector<std::string> texts{plan.command, plan.stop};
        for (const auto& [name, text] : plan.files) texts.push_back(text);
        for (const std::string& text : texts) {
            const auto filled = fill_placeholders(text, known);
            EXPECT_TRUE(filled.has_value()) << plan.name << ": " << filled.error();
        }
    }
}

TEST(Plans, HaveAllKeys) {
    const Plans plans = parsed(R"(
        [[target]]
        name = "mine"
        title = "My target"
        kind = "process"
        bin = "bin/mine"
        command = "{bin} -c {run}/mine.conf"
        stop = "kill"
        mtu = 9000
        shelf = 7
        slot = 3
        timeout = 2.5
        get = "make"
        files = {"mine.conf" = "path {file}"}
        values = {mode = "fast"}
        [[measurement]]
        target = "mine"
        what = "reads"
        value = 12.5
        unit = "requests/s"
        conditions = "here"
        note = "alone"
        [[performance]]
        file = "../both.json"
        targets = ["mine", "-"]
    )");
    ASSERT_EQ(plans.targets.size(), 1U);
    const Plan& plan = plans.targets.front();
    EXPECT_EQ(plan.title, "My target");
    EXPECT_EQ(plan.bin, "/folder/bin/mine");
    EXPECT_EQ(plan.stop, "kill");
    EXPECT_EQ(plan.mtu, 9000U);
    EXPECT_EQ(plan.shelf, 7U);
    EXPECT_EQ(plan.slot, 3U);
    EXPECT_EQ(plan.timeout_factor, 2.5);
    EXPECT_EQ(plan.files.at("mine.conf"), "path {file}");
    EXPECT_EQ(plan.values.at("mode"), "fast");
    ASSERT_EQ(plans.measurements.size(), 1U);
    EXPECT_EQ(plans.measurements.front().value, 12.5);
    EXPECT_EQ(plans.measurements.front().note, "alone");
    ASSERT_EQ(plans.reports.size(), 1U);
    EXPECT_EQ(plans.reports.front().file, "/both.json");
    EXPECT_THAT(plans.reports.front().targets, ElementsAre("mine", "-"));
}

TEST(Plans, TakeFromAProfileWhatTheyDoNotSay) {
    const Plans plans = parsed(
        "[[target]]\nprofile = 'vblade'\nbin = '/opt/v'\n"
        "[[target]]\nprofile = 'vblade'\nname = 'v26'\n");
    EXPECT_EQ(plans.targets[0].name, "vblade");
    EXPECT_EQ(plans.targets[0].bin, "/opt/v");
    EXPECT_EQ(plans.targets[0].command, profile("vblade").command);
    EXPECT_EQ(plans.targets[1].title, "v26") << "two columns with one title";
}

TEST(Plans, AreRefusedWithTheLine) {
    EXPECT_THAT(refusal("[[target]]\nname = 'a'\ncomand = 'b'\n"),
                AllOf(HasSubstr("t.toml, line 3: unknown key 'comand'"), HasSubstr("command")));
    EXPECT_THAT(refusal("[[target]]\nname = 'a'\n"), HasSubstr("needs 'command'"));
    EXPECT_THAT(refusal("[[target]]\nname = 'a'\nkind = 'wire'\ninterface = 'eth1'\nshelf = 1\n"),
                HasSubstr("needs 'slot'"));
    EXPECT_THAT(refusal("[[target]]\nname = 'a'\nkind = 'results'\n"), HasSubstr("needs 'source'"));
    EXPECT_THAT(refusal("[[target]]\nname = 'a'\nkind = 'results'\nsource = ['a', 'b']\n"),
                HasSubstr("takes one source"));
    for (const char* timeout : {"0", "-1", "1001", "nan", "inf"}) {
        EXPECT_THAT(
            refusal(std::string("[[target]]\nprofile = 'vblade'\ntimeout = ") + timeout + "\n"),
            HasSubstr("from 0.1 to 1000"));
    }
    EXPECT_THAT(refusal("[[target]]\nname = 'a'\nkind = 'magic'\n"),
                AllOf(HasSubstr("'magic'"), HasSubstr("process, module, vm, wire")));
    EXPECT_THAT(refusal("[[target]]\nprofile = 'v'\n"),
                AllOf(HasSubstr("no profile 'v'"), HasSubstr("kvblade")));
    EXPECT_THAT(refusal("[[target]]\ncommand = 'v'\n"), HasSubstr("needs a 'name'"));
    EXPECT_THAT(refusal("[[target]]\nname = 'a'\ncommand = 'v'\nslot = 255\n"),
                HasSubstr("from 0 to 254"));
    EXPECT_THAT(refusal("[[target]]\nname = 'a'\ncommand = 1\n"), HasSubstr("must be a text"));
    EXPECT_THAT(refusal("[[target]]\nprofile = 'vblade'\n[[target]]\nprofile = 'vblade'\n"),
                HasSubstr("a second target 'vblade'"));
    EXPECT_THAT(refusal(""), HasSubstr("no [[target]]"));
    EXPECT_THAT(refusal("[[target]\n"), HasSubstr("t.toml, line 1"));
    // The parser's own asserts do not hold for these.
    for (const char* text : {"[ }", "[}", "[[ }", "[a. }", "a = [ }", "a = { [ }", "a. = 1"}) {
        EXPECT_THAT(refusal(text), HasSubstr("t.toml, line 1")) << text;
    }
    EXPECT_THAT(refusal("[[target]]\nprofile = 'vblade'\n[[measurement]]\ntarget = 'x'\n"
                        "what = 'w'\nunit = 'u'\nconditions = 'c'\n"),
                HasSubstr("no target of this file"));
    EXPECT_THAT(refusal("[[target]]\nprofile = 'vblade'\n[[measurement]]\ntarget = 'vblade'\n"
                        "what = 'w'\nunit = 'u'\n"),
                HasSubstr("its 'conditions'"));
    EXPECT_THAT(refusal("[[target]]\nprofile = 'vblade'\n[[performance]]\nfile = 'x.json'\n"),
                AllOf(HasSubstr("line 3"), HasSubstr("'targets'")));
    EXPECT_THAT(refusal("[[target]]\nprofile = 'vblade'\n[[performance]]\nfile = 'x.json'\n"
                        "targets = 'x'\n"),
                HasSubstr("the performance of 'x', which is no target of this file"));
}

// Made again with: aoe-conform compare --known > docs/targets.md
TEST(TargetsPage, IsMadeOfTheProfiles) {
    std::ifstream file(AOE_SOURCE_DIR "/docs/targets.md");
    const std::string page{std::istreambuf_iterator<char>(file), {}};
    std::ostringstream made;
    write_targets_page(made, profiles());
    EXPECT_EQ(page, made.str());
}

TEST(FindProgram, LooksWhereItWasTold) {
    const std::string file = testing::TempDir() + "find-program-" + std::to_string(::getpid());
    Plan plan{.name = "a", .program = "sh"};
    EXPECT_TRUE(find_program(plan).has_value());
    plan.bin = file;
    EXPECT_EQ(find_program(plan), std::nullopt) << "what was named is not there";
    std::ofstream(file) << "x";
    EXPECT_EQ(find_program(plan), file);
    std::remove(file.c_str());
    EXPECT_EQ(find_program({.name = "a", .program = "no-such-program-anywhere"}), std::nullopt);
}

}  // namespace
}  // namespace aoe::conformance
