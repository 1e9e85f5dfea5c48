// SPDX-License-Identifier: MIT
#include "wire/identify.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "wire/ata.h"
#include "wire/codec_test_support.h"
#include "wire/frame.h"
#include "wire/golden/identify.h"

namespace aoe {
namespace {

using Data = std::array<std::byte, identify_size>;

Data written(const IdentifyFields& fields) {
    Data data;
    data.fill(std::byte{0xee});
    write_identify(data, fields);
    return data;
}

constexpr IdentifyFields disk{.serial = "e7.3:host",
                              .firmware = "0.1.0",
                              .model = "AoE disk",
                              .sectors = 0x123456789abc,
                              .write_cache_supported = true,
                              .write_cache_enabled = true};

TEST(WriteIdentify, IsReadBack) {
    const Data data = written(disk);
    const auto identify = IdentifyView::parse(data);
    ASSERT_TRUE(identify);
    EXPECT_EQ(identify->serial().view(), disk.serial);
    EXPECT_EQ(identify->firmware().view(), disk.firmware);
    EXPECT_EQ(identify->model().view(), disk.model);
    EXPECT_TRUE(identify->supports_lba48());
    EXPECT_EQ(identify->sectors(), disk.sectors);
    EXPECT_EQ(identify->sectors48(), disk.sectors);
    EXPECT_EQ(identify->sectors28(), 0x0fffffffU);
    EXPECT_TRUE(identify->checksum_valid());
}

// Every word that is not zero, by the number that the standard gives it; strings apart.
TEST(WriteIdentify, FillsTheseWordsAndNoOther) {
    const Data data = written(disk);
    const auto identify = IdentifyView::parse(data);
    const std::map<std::size_t, std::uint16_t> expected = {
        {0, 0x0040},    // AOE-ATAID-02
        {47, 0x8000},   // AOE-ATAID-06
        {49, 0x0300},   // AOE-ATAID-07
        {50, 0x4000},   // AOE-ATAID-08
        {60, 0xffff},   // AOE-ATAID-10
        {61, 0x0fff},   //
        {80, 0x0040},   // AOE-ATAID-11
        {82, 0x0020},   // AOE-ATAID-12
        {83, 0x7400},   // AOE-ATAID-13, -25
        {84, 0x4000},   // AOE-ATAID-14
        {85, 0x0020},   //
        {86, 0x3400},   // AOE-ATAID-15
        {87, 0x4000},   // AOE-ATAID-14
        {100, 0x9abc},  // AOE-ATAID-17
        {101, 0x5678},  //
        {102, 0x1234},  //
    };
    const auto is_string = [](std::size_t index) {
        return (index >= 10 && index < 20) || (index >= 23 && index < 47);
    };
    for (std::size_t index = 0; index < 255; ++index) {
        const auto found = expected.find(index);
        if (!is_string(index)) {
            EXPECT_EQ(identify->word(index), found == expected.end() ? 0 : found->second) << index;
        }
    }
    EXPECT_EQ(identify->word(255) & 0xff, 0xa5);
}

// AOE-ATAID-03 to -05: the first character of each pair in the high byte, padded with spaces.
TEST(WriteIdentify, SwapsTheCharactersOfEachPair) {
    const Data data = written(disk);
    const Bytes bytes(data);
    EXPECT_EQ(to_hex(bytes.subspan(20, 20)),
              "3765332e683a736f2074"
              "20202020202020202020");
    EXPECT_EQ(to_hex(bytes.subspan(46, 8)), "2e302e3120302020");
    EXPECT_EQ(to_hex(bytes.subspan(54, 10)), "6f41204569646b732020");
}

TEST(WriteIdentify, SaysWhetherTheWriteCacheIsThereAndOn) {
    const Data none = written({});
    EXPECT_EQ(IdentifyView::parse(none)->word(82), 0U);
    EXPECT_EQ(IdentifyView::parse(none)->word(85), 0U);
    const Data off = written({.write_cache_supported = true});
    EXPECT_EQ(IdentifyView::parse(off)->word(82), 0x20U);
    EXPECT_EQ(IdentifyView::parse(off)->word(85), 0U);
}

// AOE-ATAID-10, -17
TEST(WriteIdentify, SaysTheSizeAsFarAsEachNumberGoes) {
    struct Size {
        std::uint64_t sectors, in28, in48;
    };
    for (const Size& size :
         {Size{0, 0, 0}, Size{131072, 131072, 131072}, Size{0x0ffffffe, 0x0ffffffe, 0x0ffffffe},
          Size{0x0fffffff, 0x0fffffff, 0x0fffffff}, Size{0x10000000, 0x0fffffff, 0x10000000},
          Size{0xffffffffffff, 0x0fffffff, 0xffffffffffff},
          Size{~std::uint64_t{0}, 0x0fffffff, 0xffffffffffff}}) {
        const Data data = written({.sectors = size.sectors});
        EXPECT_EQ(IdentifyView::parse(data)->sectors28(), size.in28) << size.sectors;
        EXPECT_EQ(IdentifyView::parse(data)->sectors48(), size.in48) << size.sectors;
        EXPECT_EQ(IdentifyView::parse(data)->word(103), 0U) << size.sectors;
        EXPECT_TRUE(IdentifyView::parse(data)->checksum_valid()) << size.sectors;
    }
}

TEST(WriteIdentify, CutsStringsAtTheirWidth) {
    const std::string longer(50, 'x');
    const Data data = written({.serial = longer, .firmware = longer, .model = longer});
    const auto identify = IdentifyView::parse(data);
    EXPECT_EQ(identify->serial().view(), longer.substr(0, 20));
    EXPECT_EQ(identify->firmware().view(), longer.substr(0, 8));
    EXPECT_EQ(identify->model().view(), longer.substr(0, 40));
    EXPECT_EQ(identify->word(20), 0U);
}

TEST(WriteIdentify, ReplacesWhatIsNotPrintableAscii) {
    using std::string_view_literals::operator""sv;
    const Data data = written({.serial = "a\0b\nc\x7f"
                                         "d ~"sv,
                               .model = "gr\xc3\xbc\xc3\x9f"});
    EXPECT_EQ(IdentifyView::parse(data)->serial().view(), "a?b?c?d ~");
    EXPECT_EQ(IdentifyView::parse(data)->model().view(), "gr????");
}

TEST(IdentifyView, Wants512Bytes) {
    const std::vector<std::byte> bytes(600);
    for (const std::size_t size : {0U, 1U, 511U}) {
        const auto identify = IdentifyView::parse(Bytes(bytes).first(size));
        ASSERT_FALSE(identify);
        EXPECT_EQ(identify.error(), Reject::identify_short);
    }
    EXPECT_TRUE(IdentifyView::parse(Bytes(bytes).first(512)));
    EXPECT_TRUE(IdentifyView::parse(bytes));
}

TEST(IdentifyView, IgnoresWhatFollowsTheData) {
    const Data data = written(disk);
    std::vector<std::byte> longer(data.begin(), data.end());
    longer.insert(longer.end(), 12, std::byte{0xee});
    EXPECT_TRUE(IdentifyView::parse(longer)->checksum_valid());
}

TEST(IdentifyView, TakesTheSmallNumberWithoutLba48) {
    Data data = written({.sectors = 0x20000000});
    EXPECT_EQ(IdentifyView::parse(data)->sectors(), 0x20000000U);
    data[83 * 2 + 1] &= ~std::byte{0x04};
    EXPECT_FALSE(IdentifyView::parse(data)->supports_lba48());
    EXPECT_EQ(IdentifyView::parse(data)->sectors(), 0x0fffffffU);
}

// AOE-ATAID-19
TEST(IdentifyView, ChecksTheSumOnlyWhereTheSignatureSaysThatThereIsOne) {
    Data data = written(disk);
    data[0] ^= std::byte{1};
    EXPECT_FALSE(IdentifyView::parse(data)->checksum_valid());
    data[510] = std::byte{0};
    EXPECT_TRUE(IdentifyView::parse(data)->checksum_valid());
}

TEST(IdentifyView, CutsTrailingSpacesAndZerosOnly) {
    Data data{};
    EXPECT_EQ(IdentifyView::parse(data)->serial().view(), "");
    data = written({.serial = " a b "});
    EXPECT_EQ(IdentifyView::parse(data)->serial().view(), " a b");
    data = written({});
    EXPECT_EQ(IdentifyView::parse(data)->serial().view(), "");
}

struct RecordedCase {
    golden::GoldenFrame frame;
    std::string_view serial, firmware, model;
    std::uint16_t word83;
};

// Each of these is the answer for a disk of 64 MiB. qaoed forgets to swap the characters.
TEST(IdentifyView, ReadsWhatRealTargetsSay) {
    using std::string_view_literals::operator""sv;
    const RecordedCase cases[] = {
        {golden::vblade_identify, "7.3:vm", "V25", "Coraid EtherDrive vblade", 0x5400},
        {golden::ggaoed_identify, "labdev", "1.1", "GGs AoE target", 0x7400},
        {golden::qaoed_identify, "s/vra/eoi/ameg/s0d\0/"sv, "",
         "21436587\0"
         "9"sv,
         0x0400},
        {golden::kvblade_identify, "SN HERE", "V0.2\n", "EtherDrive(R) kvblade", 0x5400}};
    for (const auto& expected : cases) {
        const auto bytes = recorded(expected.frame);
        const auto ata = AtaView::parse(FrameView::parse(bytes)->argument());
        const auto identify = IdentifyView::parse(ata->data());
        ASSERT_TRUE(identify);
        EXPECT_EQ(identify->serial().view(), expected.serial);
        EXPECT_EQ(identify->firmware().view(), expected.firmware);
        EXPECT_EQ(identify->model().view(), expected.model);
        EXPECT_EQ(identify->word(83), expected.word83);
        EXPECT_EQ(identify->word(49), 0x0200);
        EXPECT_EQ(identify->sectors28(), 131072U);
        EXPECT_EQ(identify->sectors48(), 131072U);
        EXPECT_EQ(identify->sectors(), 131072U);
        EXPECT_TRUE(identify->supports_lba48());
        EXPECT_TRUE(identify->checksum_valid());
    }
}

}  // namespace
}  // namespace aoe
