// SPDX-License-Identifier: MIT
#include "wire/address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aoe {
namespace {

using testing::AllOf;
using testing::HasSubstr;

struct Good {
    const char* text;
    std::uint16_t shelf;
    std::uint8_t slot;
    const char* interface;
};

class GoodTargetName : public testing::TestWithParam<Good> {};

TEST_P(GoodTargetName, IsReadWhole) {
    const auto name = parse_target_name(GetParam().text);
    ASSERT_TRUE(name) << name.error();
    EXPECT_EQ(name->shelf, GetParam().shelf);
    EXPECT_EQ(name->slot, GetParam().slot);
    EXPECT_EQ(name->interface, GetParam().interface);
}

INSTANTIATE_TEST_SUITE_P(Table, GoodTargetName,
                         testing::Values(Good{"e7.3", 7, 3, ""}, Good{"7.3", 7, 3, ""},
                                         Good{"E7.3", 7, 3, ""}, Good{"e0.0", 0, 0, ""},
                                         Good{"e65534.254", 65534, 254, ""},
                                         Good{"e07.003", 7, 3, ""},
                                         Good{"e7.3@veth0", 7, 3, "veth0"},
                                         Good{"7.3@eth0.100", 7, 3, "eth0.100"}));

struct Bad {
    const char* text;
    const char* why;
};

class BadTargetName : public testing::TestWithParam<Bad> {};

TEST_P(BadTargetName, IsRefusedWithASentence) {
    const auto name = parse_target_name(GetParam().text);
    ASSERT_FALSE(name);
    EXPECT_THAT(name.error(), AllOf(HasSubstr("\"" + std::string(GetParam().text) + "\""),
                                    HasSubstr(GetParam().why)));
}

constexpr const char* form = "expected SHELF.SLOT, as in e7.3";
constexpr const char* shelf = "shelf must be a number from 0 to 65534";
constexpr const char* slot = "slot must be a number from 0 to 254";
constexpr const char* interface = "an interface must follow the @";

INSTANTIATE_TEST_SUITE_P(Table, BadTargetName,
                         testing::Values(Bad{"", form}, Bad{"e", form}, Bad{"7", form},
                                         Bad{"veth0", form}, Bad{"@veth0", form}, Bad{"e.3", shelf},
                                         Bad{".3", shelf}, Bad{"e7.", slot}, Bad{"ee7.3", shelf},
                                         Bad{" 7.3", shelf}, Bad{"7.3 ", slot}, Bad{"-7.3", shelf},
                                         Bad{"+7.3", shelf}, Bad{"7.+3", slot}, Bad{"7.3.1", slot},
                                         Bad{"0x7.3", shelf}, Bad{"65535.3", shelf},
                                         Bad{"65536.3", shelf}, Bad{"4294967303.3", shelf},
                                         Bad{"99999999999999999999.3", shelf}, Bad{"7.255", slot},
                                         Bad{"7.256", slot}, Bad{"7.3@", interface}));

TEST(BadTargetNameWithNul, IsRefused) {
    EXPECT_FALSE(parse_target_name(std::string_view("7.3\0", 4)));
}

TEST(TargetNameText, IsReadBackAsItWasWritten) {
    EXPECT_EQ(target_name(7, 3), "e7.3");
    EXPECT_EQ(target_name(65534, 254), "e65534.254");
    EXPECT_EQ(parse_target_name(target_name(65534, 254))->shelf, 65534);
}

constexpr Mac mixed{std::byte{0x02}, std::byte{0x00}, std::byte{0xab},
                    std::byte{0xCD}, std::byte{0x9f}, std::byte{0xff}};

TEST(MacText, IsLowerCaseWithTwoDigitsEach) {
    EXPECT_EQ(to_string(mixed), "02:00:ab:cd:9f:ff");
}

TEST(MacText, IsReadInEitherCase) {
    EXPECT_EQ(parse_mac("02:00:ab:cd:9f:ff"), mixed);
    EXPECT_EQ(parse_mac("02:00:AB:CD:9F:FF"), mixed);
}

TEST(MacText, IsRefusedUnlessItIsExactlySixPairs) {
    for (const char* text :
         {"", "02:00", "02:00:ab:cd:9f", "02:00:ab:cd:9f:ff:00", "02:00:ab:cd:9f:f",
          "02-00-ab-cd-9f-ff", "0200abcd9fff", "02:00:ab:cd:9f:fg", " 2:00:ab:cd:9f:ff",
          "02:00:ab:cd:9f:ff ", "02:00:ab:cd:9f:ff:", "0x:00:ab:cd:9f:ff", "zz:zz:zz:zz:zz:zz",
          "2:0:ab:cd:9f:ff:00:00"}) {
        EXPECT_EQ(parse_mac(text), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace aoe
