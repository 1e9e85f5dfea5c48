// SPDX-License-Identifier: MIT
#include "initiator/cli/text.h"

#include <gtest/gtest.h>

#include "initiator/cli/progress_line.h"
#include "wire/memory_link.h"

namespace aoe::initiator {
namespace {

TEST(Text, NothingThatATerminalObeysIsPrinted) {
    EXPECT_EQ(escape("plain text ~"), "plain text ~");
    EXPECT_EQ(escape("\x1b[2J"), "\\x1b[2J");
    EXPECT_EQ(escape(std::string_view("a\0b\n\x7f\x80\xff", 7)), "a\\x00b\\x0a\\x7f\\x80\\xff");
    EXPECT_EQ(escape("back\\slash"), "back\\\\slash");
    EXPECT_EQ(hexadecimal(std::string_view("\0\xff", 2)), "00ff");
}

TEST(Text, SizesAreReadable) {
    EXPECT_EQ(readable_size(0), "0 bytes");
    EXPECT_EQ(readable_size(1023), "1023 bytes");
    EXPECT_EQ(readable_size(1024), "1.0 KiB");
    EXPECT_EQ(readable_size(1048575), "1.0 MiB");
    EXPECT_EQ(readable_size(std::uint64_t{3} << 40), "3.0 TiB");
    EXPECT_EQ(readable_size(~std::uint64_t{0}), "16.0 EiB");
    EXPECT_EQ(sectors_text(1), "1 sector");
    EXPECT_EQ(sectors_text(0), "0 sectors");
}

TEST(Text, NumbersAreDecimalOrHexadecimalAndNothingElse) {
    EXPECT_EQ(*parse_number("--start", "2048"), 2048U);
    EXPECT_EQ(*parse_number("--start", "0x800"), 2048U);
    EXPECT_EQ(*parse_number("--start", "010"), 10U) << "not octal";
    EXPECT_EQ(*parse_number("--start", "18446744073709551615"), ~std::uint64_t{0});
    for (const char* wrong : {"", "0x", "-1", "+1", " 1", "1k", "18446744073709551616", "0x-1"}) {
        const auto number = parse_number("--start", wrong);
        ASSERT_FALSE(number) << wrong;
        EXPECT_TRUE(number.error().starts_with("--start '")) << number.error();
    }
}

TEST(Text, ColumnsAreAsWideAsTheirWidestCellAndEndWithoutBlanks) {
    EXPECT_EQ(table({{"A", "LONG", "C"}, {"wide", "x", ""}}), "A     LONG  C\nwide  x\n");
}

TEST(ProgressLine, SaysHowFarAndHowFast) {
    const VirtualClock clock;
    const ProgressLine line("read", 4096, clock);
    EXPECT_EQ(line.text(2048, std::chrono::milliseconds(100)),
              "read 1.0 MiB of 2.0 MiB (50 %), 10.5 MB/s");
    const ProgressLine endless("written", std::nullopt, clock);
    EXPECT_EQ(endless.text(2048, {}), "written 1.0 MiB");
}

}  // namespace
}  // namespace aoe::initiator
