// SPDX-License-Identifier: MIT
// The pattern of aoe exercise, and other small pieces of the newer verbs.
#include "initiator/cli/pattern.h"

#include <array>

#include <gmock/gmock.h>

#include "initiator/cli/frame_text.h"
#include "initiator/cli/progress_line.h"
#include "initiator/cli/text.h"
#include "wire/config.h"
#include "wire/frame.h"
#include "wire/memory_link.h"
#include "wire/random.h"

namespace aoe::initiator {
namespace {

using ::testing::HasSubstr;
using Sector = std::array<std::byte, sector_size>;

Sector filled(std::uint64_t seed, std::uint64_t pass, std::uint64_t sector) {
    Sector bytes{};
    Pattern(seed, pass).fill(sector, bytes);
    return bytes;
}

TEST(Pattern, IsFoundWhereItBelongsAndNowhereElse) {
    const Pattern pattern(7, 1);
    EXPECT_FALSE(pattern.check(5, filled(7, 1, 5)));
    EXPECT_EQ(pattern.check(5, filled(7, 1, 6)), "holds what sector 6 should");
    EXPECT_EQ(pattern.check(5, filled(7, 0, 5)), "holds pass 1 of this pattern");
    EXPECT_EQ(pattern.check(5, filled(8, 1, 5)), "holds the pattern of seed 8");
    EXPECT_EQ(pattern.check(5, Sector{}), "is all zero");
    Sector torn = filled(7, 1, 5);
    torn[100] ^= std::byte{1};
    torn[511] ^= std::byte{1};
    EXPECT_EQ(pattern.check(5, torn), "differs in 2 bytes from byte 100 on");
}

TEST(Hexadecimal, IsReadWithBlanksAndColons) {
    EXPECT_EQ(*bytes_of_hexadecimal("0a:FF 00"), std::string("\x0a\xff\0", 3));
    EXPECT_EQ(*bytes_of_hexadecimal(""), "");
    EXPECT_THAT(bytes_of_hexadecimal("0a f").error(), HasSubstr("odd"));
    EXPECT_THAT(bytes_of_hexadecimal("0\x1b").error(), HasSubstr("'\\x1b' is no hexadecimal"));
}

TEST(FrameText, NamesTheFields) {
    std::vector<std::byte> bytes(40);
    const FrameBuilder frame(bytes, {.flags = header_flag::response,
                                     .address = {.shelf = 7, .slot = 3},
                                     .command = command::config,
                                     .tag = 0x80000001});
    const std::string string = "a\x1b";
    const Bytes whole = frame.finish(
        write_config(frame.argument(), {.buffer_count = 16}, std::as_bytes(std::span(string))));
    const Json json = frame_json(whole);
    EXPECT_EQ(json["target"], "e7.3");
    EXPECT_EQ(json["buffer_count"], 16);
    EXPECT_EQ(json["config_string"], "a\\x1b");
    EXPECT_THAT(frame_text(whole), HasSubstr("tag               0x80000001\n"));
}

TEST(FrameText, SurvivesAnyBytes) {
    Random random(1);
    for (int i = 0; i < 3000; ++i) {
        std::vector<std::byte> bytes(random.below(80));
        for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.next());
        if (bytes.size() > 19) bytes[19] = static_cast<std::byte>(random.below(5));
        EXPECT_EQ(frame_json(bytes)["size"], bytes.size());
        EXPECT_FALSE(frame_text(bytes).empty() && !bytes.empty());
    }
}

TEST(Progress, TellsRateAndWhatIsLeft) {
    const VirtualClock clock;
    const ProgressLine line("read", 1000000, clock);
    EXPECT_EQ(line.text(250000, std::chrono::seconds(10)),
              "read 122.1 MiB of 488.3 MiB (25 %), 12.8 MB/s, 30 s left");
    EXPECT_THAT(line.text(1000, std::chrono::seconds(10)), HasSubstr(", 2:46:30 left"));
    EXPECT_THAT(line.text(1000000, std::chrono::seconds(10)), ::testing::Not(HasSubstr("left")));
}

}  // namespace
}  // namespace aoe::initiator
