// SPDX-License-Identifier: MIT
#include "conformance/lab/placeholders.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aoe::conformance {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const Placeholders plain{.values = {{"slot", "3"}, {"file", "/a b"}, {"mac", "02:00"}},
                         .conditions = {{"ro", false}, {"accept", false}}};
const Placeholders special{.values = plain.values, .conditions = {{"ro", true}, {"accept", true}}};

TEST(Placeholders, AreFilledIn) {
    EXPECT_EQ(*fill_placeholders("x {slot} {file}{slot}", plain), "x 3 /a b3");
    EXPECT_EQ(*fill_placeholders("${{HOME}}", plain), "${HOME}");
    EXPECT_EQ(*fill_placeholders("", plain), "");
}

TEST(Placeholders, AConditionsTextIsThereOnlyWhenItIsMet) {
    const std::string command = "vblade {ro:-r} {accept:-m {mac}} {slot}";
    EXPECT_EQ(*fill_placeholders(command, plain), "vblade   3");
    EXPECT_EQ(*fill_placeholders(command, special), "vblade -r -m 02:00 3");
    EXPECT_EQ(*fill_placeholders("{ro:{accept:both}}.", special), "both.");
    EXPECT_EQ(*fill_placeholders("{ro:{accept:both}}.", plain), ".");
    EXPECT_EQ(*fill_placeholders("{ro:-r}}}", special), "-r}");
}

TEST(Placeholders, UnknownOnesAreRefusedWithThoseThereAre) {
    EXPECT_THAT(fill_placeholders("x {disk}", plain).error(),
                AllOf(HasSubstr("'{disk}'"), HasSubstr("{file} {mac} {slot} {accept:...}")));
    for (const char* wrong : {"x {slot", "x }", "{slot:3}", "{ro}", "{ro:-r", "{ro:{disk}}", "{",
                              "{:}", "{ro:-m {mac}"}) {
        EXPECT_FALSE(fill_placeholders(wrong, plain)) << wrong;
        EXPECT_FALSE(fill_placeholders(wrong, special)) << wrong;
    }
}

TEST(Placeholders, AreFoundUnlessTheyAreBraces) {
    EXPECT_TRUE(has_placeholder("a {iface2}", "iface2"));
    EXPECT_TRUE(has_placeholder("{ro:-r}", "ro"));
    EXPECT_TRUE(has_placeholder("{{{ro:-r}", "ro"));
    EXPECT_TRUE(has_placeholder("{ro:-f {file}}", "file"));
    EXPECT_FALSE(has_placeholder("a {{iface2}}", "iface2"));
    EXPECT_FALSE(has_placeholder("a {iface}", "iface2"));
    EXPECT_FALSE(has_placeholder("iface2", "iface2"));
}

}  // namespace
}  // namespace aoe::conformance
