// SPDX-License-Identifier: MIT
#include "wire/endian.h"

#include <gtest/gtest.h>

namespace aoe {
namespace {

using std::byte;

TEST(Endian, BigEndianHasTheMostSignificantByteFirst) {
    static_assert(store_big16(0x0102) == Big16{byte{1}, byte{2}});
    static_assert(store_big32(0x01020304) == Big32{byte{1}, byte{2}, byte{3}, byte{4}});
    EXPECT_EQ(load_big16({byte{0xff}, byte{0x01}}), 0xff01U);
    EXPECT_EQ(load_big32({byte{0xff}, byte{0x02}, byte{0x03}, byte{0x04}}), 0xff020304U);
}

TEST(Endian, LittleEndianHasTheLeastSignificantByteFirst) {
    static_assert(store_little16(0x0102) == Little16{byte{2}, byte{1}});
    static_assert(store_little48(0x010203040506) ==
                  Little48{byte{6}, byte{5}, byte{4}, byte{3}, byte{2}, byte{1}});
    EXPECT_EQ(load_little16({byte{0x01}, byte{0xff}}), 0xff01U);
    EXPECT_EQ(load_little48({byte{6}, byte{5}, byte{4}, byte{3}, byte{2}, byte{0xff}}),
              0xff0203040506U);
}

}  // namespace
}  // namespace aoe
