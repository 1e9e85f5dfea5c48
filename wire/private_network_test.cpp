// SPDX-License-Identifier: MIT
#include "wire/private_network.h"

#include <cstdio>
#include <fstream>
#include <functional>

#include <linux/capability.h>
#include <net/if.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/net_test.h"
#include "wire/packet_link.h"

namespace aoe {
namespace {

using namespace testing_link;
using testing::HasSubstr;

class PrivateNetwork : public NetTest {
protected:
    void TearDown() override { remove_interface("left"); }
    static std::string refusal(const std::function<void()>& attempt) {
        try {
            attempt();
        } catch (const std::system_error& error) {
            return error.what();
        }
        return "";
    }
};

TEST_F(PrivateNetwork, HoldsNothingThatWasOutside) {
    EXPECT_TRUE(in_private_network());
    EXPECT_THAT(ethernet_interfaces(), testing::IsEmpty());
}

TEST_F(PrivateNetwork, HasPairsWithBothEndsRunning) {
    add_veth_pair("left", "right", 4000);
    for (const char* name : {"left", "right"}) {
        const auto state = query_interface(name);
        ASSERT_TRUE(state);
        EXPECT_EQ(state->mtu, 4000U);
        EXPECT_EQ(state->flags & (IFF_UP | IFF_RUNNING), unsigned{IFF_UP | IFF_RUNNING});
    }
}

TEST_F(PrivateNetwork, ChangesOneEndAtATime) {
    add_veth_pair("left", "right", 1500);
    set_mtu("left", 9000);
    set_up("right", false);
    EXPECT_EQ(query_interface("left")->mtu, 9000U);
    EXPECT_EQ(query_interface("right")->mtu, 1500U);
    EXPECT_NE(query_interface("left")->flags & IFF_UP, 0U);
    EXPECT_EQ(query_interface("right")->flags & IFF_UP, 0U);
}

TEST_F(PrivateNetwork, GivesAnEndAnotherAddress) {
    constexpr Mac wanted{std::byte{2}, {}, {}, {}, {}, std::byte{7}};
    add_veth_pair("left", "right", 1500);
    const LinkPtr link = open_packet_link({.interface = "left"});
    set_mac("left", wanted);
    EXPECT_EQ(query_interface("left")->mac, wanted);
    EXPECT_EQ(link->next_event(), std::nullopt);
    EXPECT_EQ(link->mac(), wanted);
    EXPECT_EQ(open_packet_link({.interface = "left"})->mac(), wanted);
}

TEST_F(PrivateNetwork, SaysWhatCouldNotBeDone) {
    add_veth_pair("left", "right", 1500);
    EXPECT_THAT(refusal([] { add_veth_pair("left", "other", 1500); }),
                HasSubstr("adding the virtual Ethernet pair \"left\", \"other\": File exists"));
    EXPECT_THAT(refusal([] { add_veth_pair("much-too-long-a-name", "other", 1500); }),
                HasSubstr("\"much-too-long-a-name\""));
    EXPECT_THAT(refusal([] { set_mtu("nowhere", 1500); }),
                HasSubstr("setting the MTU of \"nowhere\" to 1500: No such device"));
    EXPECT_THAT(refusal([] { set_mtu("left", 1); }), HasSubstr("\"left\" to 1: "));
    EXPECT_THAT(refusal([] { set_mac("nowhere", Mac{}); }),
                HasSubstr("setting the MAC address of \"nowhere\""));
    EXPECT_THAT(refusal([] { set_up("nowhere", true); }), HasSubstr("bringing \"nowhere\" up"));
    EXPECT_THAT(refusal([] { set_up("nowhere", false); }), HasSubstr("bringing \"nowhere\" down"));
}

TEST_F(PrivateNetwork, IsSilentByItself) {
    std::ifstream setting("/proc/sys/net/ipv6/conf/default/disable_ipv6");
    int disabled = 1;  // Where there is no IPv6 there is no file.
    setting >> disabled;
    EXPECT_EQ(disabled, 1);
}

TEST_F(PrivateNetwork, LetsStartedProgramsUseRawSockets) {
    FILE* const started = popen("grep '^CapEff:' /proc/self/status", "r");
    ASSERT_NE(started, nullptr);
    unsigned long long effective = 0;
    EXPECT_EQ(fscanf(started, "CapEff: %llx", &effective), 1);
    EXPECT_EQ(pclose(started), 0);
    EXPECT_NE(effective & (1ULL << CAP_NET_RAW), 0U);
}

}  // namespace
}  // namespace aoe
