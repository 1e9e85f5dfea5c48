// SPDX-License-Identifier: MIT
#include "initiator/error.h"

#include <set>
#include <string>

#include <gmock/gmock.h>

namespace aoe::initiator {
namespace {

using ::testing::HasSubstr;

TEST(Error, EveryFailureHasASentenceOfItsOwn) {
    std::set<std::string> sentences;
    for (int value = 1; value <= failure_count; ++value) {
        const std::error_code code = static_cast<Failure>(value);
        EXPECT_TRUE(code);
        EXPECT_THAT(code.message(), ::testing::Not(HasSubstr("unknown failure")));
        sentences.insert(code.message());
    }
    EXPECT_EQ(sentences.size(), static_cast<std::size_t>(failure_count));
}

TEST(Error, AoeErrorsCarryTheirStandardNames) {
    EXPECT_THAT(aoe_error(6).message(), HasSubstr("target is reserved"));
    EXPECT_TRUE(aoe_error(6) == std::errc::device_or_resource_busy);
    EXPECT_TRUE(aoe_error(3) == std::errc::no_such_device);
    EXPECT_TRUE(aoe_error(2) == std::errc::io_error);
    EXPECT_TRUE(is_aoe_error(aoe_error(255)));
    EXPECT_EQ(aoe_error(255).value(), 255);
}

TEST(Error, AnErrorFlagWithoutACodeIsStillAnError) {
    EXPECT_TRUE(aoe_error(0));
    EXPECT_EQ(aoe_error(0), Failure::unexplained_error);
}

TEST(Error, AtaErrorsNameTheBitsOfTheErrorRegister) {
    EXPECT_THAT(ata_error(0x41, 0x10).message(), HasSubstr("IDNF"));
    EXPECT_THAT(ata_error(0x41, 0x10).message(), HasSubstr("status 0x41 error 0x10"));
    EXPECT_THAT(ata_error(0x41, 0x04).message(), HasSubstr("ABRT"));
    EXPECT_THAT(ata_error(0x41, 0x44).message(), HasSubstr("UNC"));
    EXPECT_THAT(ata_error(0x61, 0x44).message(), HasSubstr("DF (device fault), UNC"));
    EXPECT_THAT(ata_error(0x01, 0x00).message(), HasSubstr("ERR without a cause"));
    EXPECT_THAT(ata_error(0xc1, 0x10).message(), HasSubstr("BSY"));
    EXPECT_THAT(ata_error(0x48, 0x10).message(), HasSubstr("DRQ"));
    EXPECT_TRUE(ata_error(0x41, 0x10) == std::errc::io_error);
}

TEST(Error, AnAbortIsToldFromOtherAtaErrors) {
    EXPECT_TRUE(is_abort(ata_error(0x41, 0x04)));
    EXPECT_FALSE(is_abort(ata_error(0x41, 0x44)));
    EXPECT_FALSE(is_abort(aoe_error(4)));
    EXPECT_TRUE(is_ata_error(ata_error(0x41, 0x10)));
    EXPECT_FALSE(is_ata_error(aoe_error(1)));
}

TEST(Error, TimingOutIsTheSystemsTimeOut) {
    const std::error_code code = Failure::timed_out;
    EXPECT_TRUE(code == std::errc::timed_out);
}

}  // namespace
}  // namespace aoe::initiator
