// SPDX-License-Identifier: MIT
#include "target/mac_list.h"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aoe::target {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Mac mac(unsigned number) {
    return {std::byte{2}, {}, {}, {}, std::byte(number / 256), std::byte(number % 256)};
}

TEST(MacListTest, AdmitsEveryoneWhileEmpty) {
    MacList list;
    EXPECT_TRUE(list.admits(mac(1)));
    EXPECT_FALSE(list.contains(mac(1)));
    EXPECT_TRUE(list.add(mac(1)));
    EXPECT_TRUE(list.admits(mac(1)));
    EXPECT_FALSE(list.admits(mac(2)));
    list.assign({});
    EXPECT_TRUE(list.admits(mac(2)));
}

TEST(MacListTest, KeepsTheOrderAndNoDuplicates) {
    MacList list;
    for (const unsigned number : {3U, 1U, 2U, 1U}) {
        EXPECT_TRUE(list.add(mac(number)));
    }
    EXPECT_THAT(list.macs(), ElementsAre(mac(3), mac(1), mac(2)));
    list.remove(mac(1));
    list.remove(mac(9));
    EXPECT_THAT(list.macs(), ElementsAre(mac(3), mac(2)));
    list.remove(mac(3));
    list.remove(mac(2));
    EXPECT_THAT(list.macs(), IsEmpty());
}

TEST(MacListTest, StopsAtItsLimit) {
    MacList list;
    EXPECT_TRUE(list.add(mac(1), 2));
    EXPECT_TRUE(list.add(mac(2), 2));
    EXPECT_FALSE(list.add(mac(3), 2));
    EXPECT_TRUE(list.add(mac(2), 2)) << "it is there already";
    for (unsigned i = 0; i < MacList::capacity; ++i) {
        list.add(mac(i), 1000);
    }
    EXPECT_EQ(list.size(), MacList::capacity);
    EXPECT_FALSE(list.add(mac(999), 1000));
}

TEST(MacListTest, StaysAsItIsGiven) {
    MacList list;
    list.add(mac(2));
    list.assign(std::array{mac(1), mac(1)});
    EXPECT_THAT(list.macs(), ElementsAre(mac(1), mac(1)));
}

}  // namespace
}  // namespace aoe::target
