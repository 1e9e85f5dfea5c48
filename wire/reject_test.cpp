// SPDX-License-Identifier: MIT
// Every way in which bytes are refused, each brought about and each with its own sentence.
#include "wire/reject.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "wire/ata.h"
#include "wire/codec_test_support.h"
#include "wire/config.h"
#include "wire/frame.h"
#include "wire/identify.h"
#include "wire/mask.h"
#include "wire/reserve.h"

namespace aoe {
namespace {

template <typename Refused> Reject reason(const Refused& refused) {
    EXPECT_FALSE(refused.has_value());
    return refused.error();
}

std::vector<std::byte> zeros(std::size_t size) {
    return std::vector<std::byte>(size);
}

TEST(Reject, EachIsBroughtAbout) {
    const auto too_long = from_hex("0000000000000401");
    const auto no_string = from_hex("0000000000000001");
    const auto no_directive = from_hex("00000001");
    const auto no_address = from_hex("0001");
    const std::map<Reject, Reject> brought_about = {
        {Reject::shorter_than_header, reason(FrameView::parse(zeros(23)))},
        {Reject::not_aoe, reason(FrameView::parse(zeros(24)))},
        {Reject::ata_argument_short, reason(AtaView::parse(zeros(11)))},
        {Reject::config_argument_short, reason(ConfigView::parse(zeros(7)))},
        {Reject::config_string_too_long, reason(ConfigView::parse(too_long)->string())},
        {Reject::config_string_truncated, reason(ConfigView::parse(no_string)->string())},
        {Reject::mask_argument_short, reason(MaskView::parse(zeros(3)))},
        {Reject::mask_list_truncated, reason(MaskView::parse(no_directive)->directives())},
        {Reject::reserve_argument_short, reason(ReserveView::parse(zeros(1)))},
        {Reject::reserve_list_truncated, reason(ReserveView::parse(no_address)->macs())},
        {Reject::identify_short, reason(IdentifyView::parse(zeros(511)))}};
    for (const auto& [expected, given] : brought_about) {
        EXPECT_EQ(given, expected);
    }
    EXPECT_EQ(brought_about.size(), reject_count);
}

TEST(Reject, EachHasASentenceOfItsOwn) {
    std::set<std::string_view> sentences;
    for (std::size_t i = 0; i < reject_count; ++i) {
        const std::string_view said = sentence(static_cast<Reject>(i));
        EXPECT_FALSE(said.empty()) << i;
        EXPECT_TRUE(said.ends_with('.')) << said;
        EXPECT_TRUE(sentences.insert(said).second) << said;
    }
    // What is no Reject has a sentence too, and none of theirs: reject_count counts them all.
    EXPECT_TRUE(sentences.insert(sentence(static_cast<Reject>(reject_count))).second);
    EXPECT_EQ(sentence(static_cast<Reject>(reject_count)), sentence(Reject{255}));
}

}  // namespace
}  // namespace aoe
