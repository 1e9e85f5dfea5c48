// SPDX-License-Identifier: MIT
#include "initiator/cli/describe.h"

#include <nlohmann/json.hpp>

#include <gmock/gmock.h>

#include "initiator/testing/core_bench.h"

namespace aoe::initiator {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string hostile("\x1b[2J\0\xff\"\n", 8);

SightingOn sighting(const std::string& config_string) {
    SightingOn result{.sighting = {}, .interface = "veth0"};
    result.sighting.address = {.shelf = 7, .slot = 3};
    result.sighting.mac = testing::target_mac;
    result.sighting.config = {.buffer_count = 16, .firmware_version = 0x4019, .sector_count = 0};
    result.sighting.config_string = config_string;
    return result;
}

bool printable(char character) {
    return character == '\n' || (character >= 0x20 && character < 0x7f);
}

TEST(Describe, ATableNamesEveryMachineThatAnswers) {
    const std::string text = discovery_table({sighting("one"), sighting("two")});
    EXPECT_EQ(text,
              "TARGET  INTERFACE  MAC                BUFFERS  SECTORS  FIRMWARE  CONFIG STRING\n"
              "e7.3    veth0      02:00:00:00:00:02  16       2        0x4019    one\n"
              "e7.3    veth0      02:00:00:00:00:02  16       2        0x4019    two\n");
}

TEST(Describe, HostileConfigStringsStayText) {
    const std::string text = discovery_table({sighting(hostile)});
    EXPECT_TRUE(std::all_of(text.begin(), text.end(), printable));
    EXPECT_THAT(text, HasSubstr("\\x1b[2J\\x00\\xff\"\\x0a"));
}

TEST(Describe, HostileConfigStringsStayJson) {
    const std::string text = discovery_json({sighting(hostile)});
    EXPECT_TRUE(std::all_of(text.begin(), text.end(), printable));
    const auto json = nlohmann::json::parse(text);
    ASSERT_EQ(json.size(), 1U);
    EXPECT_EQ(json[0]["target"], "e7.3");
    EXPECT_EQ(json[0]["interface"], "veth0");
    EXPECT_EQ(json[0]["mac"], "02:00:00:00:00:02");
    EXPECT_EQ(json[0]["buffer_count"], 16);
    EXPECT_EQ(json[0]["sector_count"], 0);
    EXPECT_EQ(json[0]["config_string"], std::string("\x1b[2J\0\xef\xbf\xbd\"\n", 10));
    EXPECT_EQ(json[0]["config_string_hex"], "1b5b324a00ff220a");
}

TEST(Describe, WithoutTargetsTheJsonIsAnEmptyArray) {
    EXPECT_EQ(discovery_json({}), "[]\n");
}

TEST(Describe, IdentifyIsDecoded) {
    testing::CoreBench bench;
    bench.attach();
    const Device& device = *bench.core.device(testing::device_address);
    const std::string text = identify_text(device, "veth0");
    EXPECT_THAT(text,
                AllOf(HasSubstr("e7.3 on veth0, 02:00:00:00:00:02"), HasSubstr("Fake target\n"),
                      HasSubstr("fake\n"), HasSubstr("1000 sectors, 500.0 KiB (512000 bytes)"),
                      HasSubstr("FLUSH CACHE EXT"), Not(HasSubstr("warning"))));
    const auto json = nlohmann::json::parse(identify_json(device, "veth0"));
    EXPECT_EQ(json["sectors"], 1000);
    EXPECT_EQ(json["size_bytes"], 512000);
    EXPECT_EQ(json["lba48"], true);
    EXPECT_EQ(json["model"], "Fake target");
    EXPECT_EQ(json["config_string"], "scratch");
}

TEST(Describe, FeaturesSayWhatIsDisabled) {
    testing::CoreBench bench;
    bench.attach();
    Device device = *bench.core.device(testing::device_address);
    auto& data = *device.identify;
    constexpr std::size_t supported = 164;  // Word 82,
    constexpr std::size_t enabled = 170;    // and word 85.
    data[supported] = std::byte{0x20};      // Write cache supported,
    data[enabled] = std::byte{0x00};        // and not enabled.
    EXPECT_THAT(features(device), Contains("write cache (disabled)"));
    data[enabled] = std::byte{0x20};
    EXPECT_THAT(features(device), Contains("write cache"));
    EXPECT_THAT(identify_text(device, "veth0"), HasSubstr("checksum in word 255 is wrong"));
}

TEST(Describe, HostileIdentifyStringsStayText) {
    testing::CoreBench bench;
    bench.attach();
    Device device = *bench.core.device(testing::device_address);
    for (std::size_t i = 54; i < 94; ++i) (*device.identify)[i] = std::byte{0x9b};
    const std::string text = identify_text(device, "veth0") + identify_json(device, "veth0");
    EXPECT_TRUE(std::all_of(text.begin(), text.end(), printable));
}

}  // namespace
}  // namespace aoe::initiator
