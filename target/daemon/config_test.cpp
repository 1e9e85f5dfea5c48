// SPDX-License-Identifier: MIT
#include "target/daemon/config.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "target/daemon/identity.h"
#include "wire/address.h"
#include "wire/random.h"

namespace aoe::target {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr auto smallest = R"(
[export.root]
path = "/srv/root.img"
shelf = 7
slot = 3
interfaces = ["eth0"]
)";

Config parse(const std::string& text) {
    return parse_config(text, "aoe.toml", "/nowhere");
}

std::string complaint(const std::string& text) {
    try {
        parse(text);
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "";
}

std::string example(bool with_what_is_commented_out) {
    std::ifstream file(AOE_SOURCE_DIR "/target/daemon/aoe-target.toml");
    std::string text;
    for (std::string line; std::getline(file, line);) {
        const bool is_key = line.size() > 1 && line[0] == '#' && line[1] != ' ';
        text += (with_what_is_commented_out && is_key ? line.substr(1) : line) + "\n";
    }
    return text;
}

Mac mac(unsigned last) {
    return {std::byte{2}, {}, {}, {}, {}, std::byte(last)};
}

TEST(ConfigTest, TheSmallestHasDefaultsForTheRest) {
    const Config config = parse(smallest);
    ASSERT_EQ(config.exports.size(), 1U);
    EXPECT_EQ(
        config.exports[0],
        (ExportConfig{
            .name = "root", .address = {7, 3}, .path = "/srv/root.img", .interfaces = {"eth0"}}));
    EXPECT_EQ(config.state_folder, "");
    EXPECT_TRUE(config.serves("eth0"));
    EXPECT_FALSE(config.serves("eth1"));
    EXPECT_EQ(config.for_interface("eth0").mtu, SIZE_MAX);
    const ExportOptions options = config.exports[0].options(100);
    EXPECT_EQ(options.serial, default_serial({7, 3}));
    EXPECT_EQ(options.sectors, 100U);
    EXPECT_TRUE(options.write_cache);
}

TEST(ConfigTest, EveryKeyIsRead) {
    const Config config = parse(R"(
state-dir = "/var/lib/aoe-target"
control-socket = "/run/aoe-target/control"
[defaults]
shelf = 9
interfaces = ["eth*", "lab0"]
queue-length = 32
model = "Shop disk"
[interface.eth0]
mtu = 4000
[interface."eth*"]
socket-buffer = 100000
[access]
lab = ["02:00:00:00:00:01", "02:00:00:00:00:02"]
all = ["lab", "02:00:00:00:00:03", "02:00:00:00:00:01"]
[export.one]
uuid = "1234-ABCD"
slot = 0
first-sector = 8
sectors = 100
read-only = true
direct = true
sync = true
queue-length = 16
buffer-count = 20
max-sectors = 4
broadcast = false
serial = "S1"
mask = ["lab"]
accept = ["all"]
deny = ["02:00:00:00:00:03"]
accept-config-read = []
deny-config-set = ["lab"]
accept-read = ["lab"]
accept-write = ["02:00:00:00:00:02"]
)");
    EXPECT_EQ(config.state_folder, "/var/lib/aoe-target");
    EXPECT_EQ(config.control_socket, "/run/aoe-target/control");
    EXPECT_EQ(config.for_interface("eth0").mtu, 4000U);
    EXPECT_EQ(config.for_interface("eth1").socket_buffer_bytes, 100000U);
    ASSERT_EQ(config.exports.size(), 1U);
    const ExportConfig& one = config.exports[0];
    EXPECT_EQ(one.address, (Address{9, 0}));
    EXPECT_EQ(one.interfaces, (std::vector<std::string>{"eth*", "lab0"}));
    EXPECT_EQ(one.uuid, "1234-ABCD");
    EXPECT_EQ(one.first_sector, 8U);
    EXPECT_EQ(one.sectors, 100U);
    EXPECT_TRUE(one.read_only && one.direct && one.sync && !one.broadcast);
    EXPECT_EQ(one.most_sectors, 4U);
    EXPECT_EQ(one.model, "Shop disk");
    EXPECT_EQ(one.serial, "S1");
    EXPECT_THAT(one.mask, ElementsAre(mac(1), mac(2)));
    EXPECT_THAT(*one.access.all.accept, ElementsAre(mac(1), mac(2), mac(3)));
    EXPECT_TRUE(one.access.all.admits(mac(1)));
    EXPECT_FALSE(one.access.all.admits(mac(3)));
    EXPECT_FALSE(one.access.config_read.admits(mac(1))) << "an empty list is nobody";
    EXPECT_FALSE(one.access.config_set.admits(mac(2)));
    EXPECT_TRUE(one.access.config_set.admits(mac(4)));
    EXPECT_FALSE(one.access.write.admits(mac(1)));
    const ExportOptions options = one.options(5);
    EXPECT_EQ(options.buffer_count, 16) << "not more than may wait";
    EXPECT_FALSE(options.write_cache);
    EXPECT_THAT(one.file().path, HasSubstr("1234-ABCD"));
}

TEST(ConfigTest, MistakesAreNamedWithTheirPlaceAndWhatWouldBeRight) {
    const std::string text = smallest;
    EXPECT_EQ(complaint(text + "slott = 4\n"),
              "aoe.toml:7: export.root.slott: no such key; did you mean slot?");
    EXPECT_THAT(complaint("statedir = \"/x\"\n" + text),
                StartsWith("aoe.toml:1: statedir: no such key; did you mean state-dir?"));
    EXPECT_EQ(complaint("io = \"fast\"\n" + text),
              "aoe.toml:1: io: \"fast\" is not \"auto\", \"io_uring\" or \"threads\"");
    EXPECT_THAT(complaint(text + "zebra = 4\n"), HasSubstr("these can be here: accept, "));
    EXPECT_EQ(complaint(text + "queue-length = 0\n"),
              "aoe.toml:7: export.root.queue-length: 0 is not a number from 1 to 4096");
    EXPECT_EQ(complaint(text + "sync = 1\n"),
              "aoe.toml:7: export.root.sync: 1 is not true or false");
    EXPECT_EQ(complaint(text + "model = 5\n"),
              "aoe.toml:7: export.root.model: 5 is not text in quotes, like \"this\"");
    EXPECT_THAT(complaint(text + "serial = \"123456789012345678901\"\n"),
                HasSubstr("aoe.toml:7: export.root.serial: at most 20 printable"));
    EXPECT_THAT(complaint(text + "deny = \"lab\"\n"), HasSubstr("is not a list of texts"));
    EXPECT_THAT(complaint(text + "deny = [\"lab\"]\n"),
                StartsWith("aoe.toml:7: export.root.deny: \"lab\" is neither an address like"));
    EXPECT_THAT(complaint(text + "deny = [\"ff:ff:ff:ff:ff:ff\"]\n"), HasSubstr("of a group"));
    EXPECT_THAT(complaint(text + "uuid = \"1\"\n"), HasSubstr("has both path and uuid"));
    EXPECT_THAT(complaint(text + "[export.two]\npath = \"/x\"\nshelf = 7\nslot = 3\n"
                                 "interfaces = [\"eth1\"]\n"),
                StartsWith("aoe.toml:7: export.two: e7.3 is export.root already"));
    EXPECT_THAT(complaint("[export.a]\nshelf = 1\nslot = 1\n"), HasSubstr("lacks a disk"));
    EXPECT_THAT(complaint("[export.a]\npath = \"x\"\n"), HasSubstr("must begin with /"));
    EXPECT_THAT(complaint("[export.a]\npath = \"/x\"\nslot = 1\n"), HasSubstr("lacks shelf"));
    EXPECT_THAT(complaint("[export.a]\npath = \"/x\"\nshelf = 1\n"), HasSubstr("lacks slot"));
    EXPECT_THAT(complaint("[export.a]\npath = \"/x\"\nshelf = 1\nslot = 1\n"),
                HasSubstr("lacks interfaces"));
    EXPECT_THAT(complaint("[export]\na = 5\n"), HasSubstr("is not a table, like [export.a]"));
    EXPECT_THAT(complaint("[interface.eth0]\nmtu = 20\n"),
                HasSubstr("aoe.toml:2: interface.eth0.mtu: 20 is not a number from 68 to 65535"));
    EXPECT_THAT(complaint("[export.root\n"), StartsWith("aoe.toml:1: "));
    EXPECT_THAT(complaint("[access]\na = [\"b\"]\nb = [\"a\"]\n"), HasSubstr("holds itself"));
    EXPECT_THAT(complaint(text + "interfaces = [\"sixteencharacter\"]\n"),
                StartsWith("aoe.toml:7: "));
}

TEST(ConfigTest, WhateverIsWrongHasAPlaceAndOneLine) {
    const std::string right = example(true);
    Random random(4);
    const std::string_view letters = "\"'[]{}=#\n\\.,-0a \t\x01\xff";
    int mistakes = 0;
    for (int i = 0; i < 3000; ++i) {
        std::string text = right;
        for (std::uint64_t change = 0; change <= random.below(3); ++change) {
            const auto place = random.below(text.size());
            const auto size = random.below(8);
            const char letter = letters[random.below(letters.size())];
            text.replace(place, size, random.chance(0.3) ? "" : std::string(1, letter));
        }
        const std::string said = complaint(text);
        if (said.empty()) continue;
        ++mistakes;
        ASSERT_THAT(said, testing::MatchesRegex("aoe.toml:[1-9][0-9]*: [^\n]*")) << text;
    }
    EXPECT_GT(mistakes, 500);
}

TEST(ConfigTest, NamesOfMachinesComeFromEthers) {
    const auto path = std::filesystem::temp_directory_path() / "aoe-ethers-test";
    std::ofstream(path)
        << "# machines\n2:0:0:0:0:a  alice  # hers\n\n02:00:00:00:00:0b bob\nzz c\n";
    const std::string text = std::string(smallest) + "accept = [\"alice\", \"bob\"]\n";
    const Config config = parse_config(text, "aoe.toml", path.string());
    std::filesystem::remove(path);
    EXPECT_THAT(*config.exports[0].access.all.accept, ElementsAre(mac(0xa), mac(0xb)));
    EXPECT_THAT(complaint(text), HasSubstr("\"alice\" is neither"));
}

TEST(ConfigTest, WhatIsAddedLaterHasTheDefaultsAndListsOfTheFile) {
    const Config config = parse(R"(
[access]
desk = ["02:00:00:00:00:01"]
[defaults]
shelf = 9
read-only = true
accept = ["desk"]
interfaces = ["ethernet-of-the-lab*"]
)");
    const auto more = parse_exports(
        "[export.more]\npath = \"/more\"\nslot = 4\ndeny-write = [\"desk\"]\n", "add", config);
    ASSERT_EQ(more.size(), 1U);
    EXPECT_EQ(more[0].address, (Address{9, 4}));
    EXPECT_TRUE(more[0].read_only);
    EXPECT_THAT(*more[0].access.all.accept, ElementsAre(mac(1)));
    EXPECT_THAT(more[0].access.write.deny, ElementsAre(mac(1)));
    EXPECT_TRUE(more[0].is_on("ethernet-of-the-lab1"));
    EXPECT_THROW(parse_exports("[export.more]\n[defaults]\n", "add", config), ConfigError);
}

TEST(ConfigTest, AFileThatIsNotThereIsNamed) {
    try {
        read_config("/nowhere/aoe.toml");
        FAIL();
    } catch (const ConfigError& error) {
        EXPECT_STREQ(error.what(), "/nowhere/aoe.toml: cannot be read: No such file or directory");
    }
}

TEST(ConfigTest, TheExampleIsRight) {
    const Config config = parse(example(false));
    ASSERT_EQ(config.exports.size(), 2U);
    EXPECT_EQ(config.exports[0].name, "root");
    EXPECT_TRUE(config.exports[1].access.all.accept);
}

TEST(ConfigTest, WhatTheExampleLeavesOutIsTheDefault) {
    const Config all = parse(example(true));
    ExportConfig plain = all.exports[0];
    EXPECT_EQ(plain.queue_length, ExportConfig{}.queue_length);
    EXPECT_EQ(plain.buffer_count, ExportConfig{}.buffer_count);
    EXPECT_EQ(plain.most_sectors, ExportConfig{}.most_sectors);
    EXPECT_EQ(plain.model, ExportConfig{}.model);
    EXPECT_EQ(plain.broadcast, ExportConfig{}.broadcast);
    EXPECT_EQ(all.interfaces[0].socket_buffer_bytes, InterfaceConfig{}.socket_buffer_bytes);
}

}  // namespace
}  // namespace aoe::target
