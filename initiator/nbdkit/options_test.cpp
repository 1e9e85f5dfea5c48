// SPDX-License-Identifier: MIT
#include "initiator/nbdkit/options.h"

#include <gmock/gmock.h>

namespace aoe::initiator::nbdkit {
namespace {

using ::testing::HasSubstr;
using ::testing::Optional;

TEST(NbdkitOptions, AllAreUnderstood) {
    Options options;
    for (const auto& [key, value] :
         {std::pair("target", "e7.3"), std::pair("iface", "veth0"),
          std::pair("target-mac", "02:00:00:00:00:09"), std::pair("wait", "0.5"),
          std::pair("timeout", "60"), std::pair("probe", "no")}) {
        EXPECT_EQ(set_option(options, key, value), std::nullopt);
    }
    EXPECT_EQ(missing_option(options), std::nullopt);
    EXPECT_EQ(options.target->shelf, 7);
    EXPECT_EQ(options.target->slot, 3);
    EXPECT_EQ(options.interface(), "veth0");
    EXPECT_EQ(options.wait, std::chrono::milliseconds(500));
    EXPECT_EQ(options.timeout, std::chrono::seconds(60));
    EXPECT_FALSE(options.probe);
    ASSERT_TRUE(options.target_mac);
}

TEST(NbdkitOptions, TheTargetMayNameTheInterface) {
    Options options;
    EXPECT_EQ(set_option(options, "target", "7.3@veth9"), std::nullopt);
    EXPECT_EQ(missing_option(options), std::nullopt);
    EXPECT_EQ(options.interface(), "veth9");
    EXPECT_EQ(set_option(options, "iface", "veth0"), std::nullopt);
    EXPECT_THAT(missing_option(options), Optional(HasSubstr("leave out one")));
}

TEST(NbdkitOptions, MistakesAreSaidInASentence) {
    Options options;
    EXPECT_THAT(missing_option(options), Optional(HasSubstr("target=e7.3")));
    EXPECT_THAT(set_option(options, "target", "seven"), Optional(HasSubstr("seven")));
    EXPECT_EQ(set_option(options, "target", "e7.3"), std::nullopt);
    EXPECT_THAT(missing_option(options), Optional(HasSubstr("iface=veth0")));
    EXPECT_THAT(set_option(options, "target-mac", "02:00"), Optional(HasSubstr("six pairs")));
    for (const char* const wrong : {"", "0", "-1", "nan", "1e9", "3s", "90000"}) {
        EXPECT_THAT(set_option(options, "wait", wrong), Optional(HasSubstr("0.001 to 86400")));
    }
    EXPECT_THAT(set_option(options, "probe", "maybe"), Optional(HasSubstr("yes nor no")));
    EXPECT_THAT(set_option(options, "size", "1"), Optional(HasSubstr("there are target, iface")));
}

}  // namespace
}  // namespace aoe::initiator::nbdkit
