// SPDX-License-Identifier: MIT
#include "wire/packet_socket.h"

#include <fcntl.h>
#include <system_error>
#include <unistd.h>

#include <linux/capability.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/net_test.h"

namespace aoe {
namespace {

using namespace testing_link;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

struct Refusal {
    std::error_code error;
    std::string sentence;
};

Refusal try_open(const std::string& interface) {
    try {
        open_packet_link({.interface = interface});
    } catch (const std::system_error& error) {
        return {error.code(), error.what()};
    }
    return {};
}

/// Gives up every capability, as a program has none that an ordinary user starts.
bool drop_capabilities() {
    __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    const __user_cap_data_struct none[2] = {};
    return syscall(SYS_capset, &header, none) == 0;
}

/// An interface that carries bare IP packets, while its descriptor is open.
Descriptor make_tunnel(std::string_view name) {
    Descriptor tunnel(open("/dev/net/tun", O_RDWR | O_CLOEXEC));
    ifreq request{};
    name.copy(request.ifr_name, sizeof request.ifr_name - 1);
    request.ifr_flags = IFF_TUN;
    const bool made = tunnel && ioctl(tunnel.get(), TUNSETIFF, &request) == 0;
    return made ? std::move(tunnel) : Descriptor();
}

class PacketSocketTest : public NetTest {
protected:
    void TearDown() override { remove_interface("alpha"); }
};

TEST_F(PacketSocketTest, NamesTheInterfacesThereAreWhenOneIsMissing) {
    EXPECT_THAT(try_open("nowhere").sentence,
                AllOf(HasSubstr("there is no interface \"nowhere\""),
                      HasSubstr("there is no Ethernet interface here")));
    add_veth_pair("alpha", "beta", 1500);  // The second end has the lower number.
    for (const char* name : {"nowhere", "", "a-name-longer-than-any-interface-has"}) {
        const Refusal refusal = try_open(name);
        EXPECT_EQ(refusal.error, std::errc::no_such_device);
        EXPECT_THAT(refusal.sentence, HasSubstr("the Ethernet interfaces here are: alpha, beta"));
    }
    EXPECT_THAT(ethernet_interfaces(), ElementsAre("alpha", "beta"));
}

TEST_F(PacketSocketTest, RefusesTheLoopbackInterface) {
    const Refusal refusal = try_open("lo");
    EXPECT_EQ(refusal.error, std::errc::invalid_argument);
    EXPECT_THAT(refusal.sentence, AllOf(HasSubstr("\"lo\""), HasSubstr("all zeros")));
}

TEST_F(PacketSocketTest, RefusesAnInterfaceThatIsNotEthernet) {
    const Descriptor tunnel = make_tunnel("alpha");
    if (!tunnel) GTEST_SKIP() << "/dev/net/tun may not be used here";
    const Refusal refusal = try_open("alpha");
    EXPECT_EQ(refusal.error, std::errc::invalid_argument);
    EXPECT_THAT(refusal.sentence, HasSubstr("\"alpha\" is not an Ethernet interface"));
    EXPECT_THAT(ethernet_interfaces(), ElementsAre());
}

TEST_F(PacketSocketTest, NamesTheMissingCapabilityAndWhatGrantsIt) {
    add_veth_pair("alpha", "beta", 1500);
    EXPECT_EXIT(
        {
            if (!drop_capabilities()) _exit(1);
            const Refusal refusal = try_open("alpha");
            fputs(refusal.sentence.c_str(), stderr);
            _exit(refusal.error == std::errc::operation_not_permitted ? 0 : 1);
        },
        testing::ExitedWithCode(0),
        "opening \"alpha\" needs the capability CAP_NET_RAW.*"
        "sudo setcap cap_net_raw\\+ep /.*packet_socket_test");
}

TEST_F(PacketSocketTest, NamesAMissingInterfaceEvenWithoutTheCapability) {
    EXPECT_EXIT(
        {
            if (!drop_capabilities()) _exit(1);
            _exit(try_open("nowhere").error == std::errc::no_such_device ? 0 : 1);
        },
        testing::ExitedWithCode(0), "");
}

// What a frame costs on veth, measured: the promise must never exceed what that leaves room for.
TEST(FramesHeld, IsNeverMoreThanWasMeasured) {
    constexpr std::size_t granted_bytes = 212992;  // Debian's default.
    EXPECT_LE(frames_held(granted_bytes, 1500), 93U);
    EXPECT_LE(frames_held(granted_bytes, 9000), 17U);
    EXPECT_GE(frames_held(granted_bytes, 1500), 32U);
    EXPECT_GE(frames_held(granted_bytes, 9000), 8U);
    EXPECT_EQ(frames_held(0, 9000), 1U) << "one frame always passes";
}

}  // namespace
}  // namespace aoe
