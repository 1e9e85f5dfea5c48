// SPDX-License-Identifier: MIT
// Which fields a failed expectation marks, however the matchers are combined.
#include "conformance/field_notes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/cases/steps.h"
#include "conformance/describe.h"

namespace aoe::conformance {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Reply reply_to(Request request, std::uint8_t flags = 8) {
    request.destination = Mac{};
    request.source = Mac{};
    request.tag = 0x80000001U;
    request.shelf = 7;
    request.slot = 3;
    request.aoe.flags = flags;
    const ByteVector bytes = craft(request);
    return *dissect(std::as_bytes(std::span(bytes)));
}

Reply config_reply(std::string_view string = "abc") {
    return reply_to(config_request(0, string));
}

Reply ata_reply(std::uint8_t status, std::uint8_t error = 0) {
    Request request = ata_request(status);
    request.ata().feature = error;
    return reply_to(request);
}

/// "Name: expected <- actual" of each row that differs.
std::vector<std::string> marked(const Reply& reply, const ReplyMatcher& matcher) {
    EXPECT_FALSE(matcher.Matches(reply));
    std::vector<std::string> rows;
    for (const FieldRow& row : explain(reply, matcher).fields) {
        if (row.differs) rows.push_back(row.name + ": " + row.expected + " <- " + row.actual);
    }
    return rows;
}

FieldRow row_of(const Reply& reply, const std::string& name) {
    for (const FieldRow& row : fields_of(reply)) {
        if (row.name == name) return row;
    }
    ADD_FAILURE() << "no row " << name;
    return {};
}

TEST(Fields, EveryByteOfAFrameBelongsToARow) {
    Request read = ata_request(0x40);
    read.data = ByteVector(1024, 0x11);
    Request unassigned;
    unassigned.aoe.command = 0x7f;
    for (const Reply& reply :
         {config_reply(), ata_reply(0x40), reply_to(read), reply_to(mask_request(0, {{1, {}}})),
          reply_to(reserve_request(0, {Mac{}})), reply_to(unassigned)}) {
        std::vector<bool> covered(reply.bytes.size());
        for (const FieldRow& row : fields_of(reply)) {
            ASSERT_LE(row.offset + row.size, reply.bytes.size()) << row.name;
            std::fill_n(covered.begin() + static_cast<std::ptrdiff_t>(row.offset), row.size, true);
        }
        std::fill_n(covered.begin() + 12, 2, true);  // The EtherType goes without saying.
        EXPECT_THAT(covered, testing::Each(true)) << describe(reply);
    }
}

TEST(Fields, StandAtTheirPlacesInWords) {
    const Reply config = config_reply();
    EXPECT_EQ(row_of(config, "Flags").actual, "0x8 (R)");
    EXPECT_EQ(row_of(config, "Major").offset, 16U);
    EXPECT_EQ(row_of(config, "Config String").actual, "\"abc\"");
    EXPECT_EQ(row_of(config, "Config String").size, 3U);
    EXPECT_EQ(row_of(config, "Padding").offset, 35U);
    EXPECT_EQ(row_of(ata_reply(0x41, 0x14), "Status").actual, "0x41 (DRDY, ERR)");
    EXPECT_EQ(row_of(ata_reply(0x41, 0x14), "ATA Error").actual, "0x14 (IDNF, ABRT)");
}

TEST(Fields, ALengthBeyondTheFrameEndsWithIt) {
    Reply reply = config_reply();
    reply.bytes[30] = 4;
    const Reply lying = *dissect(std::as_bytes(std::span(reply.bytes)));
    EXPECT_EQ(row_of(lying, "Config String").size, 28U);
}

TEST(FieldNotes, NameTheFieldAndWriteItsValuesAlike) {
    EXPECT_THAT(marked(config_reply(), ErrorByteIs(2)),
                ElementsAre("Error: 2 (bad argument) <- 0"));
    EXPECT_THAT(marked(ata_reply(0x50), StatusIs(AnyOf(0x40, 0x41))),
                ElementsAre("Status: 0x40 (DRDY) or 0x41 (DRDY, ERR) <- 0x50 (DRDY)"));
    EXPECT_THAT(marked(config_reply(), BufferCountIs(testing::Ge(1))),
                ElementsAre("Buffer Count: is >= 1 <- 0"));
    EXPECT_THAT(marked(config_reply(), TagIs(5)), ElementsAre("Tag: 0x00000005 <- 0x80000001"));
}

TEST(FieldNotes, OnlyTheFieldsThatDifferAreMarked) {
    EXPECT_THAT(marked(ata_reply(0x41, 0x04), AtaSucceeds()),
                ElementsAre("Status: BSY, DF, DRQ and ERR clear <- 0x41 (DRDY, ERR)"));
    EXPECT_THAT(marked(config_reply(), ConfigStringIs("abd")),
                ElementsAre("Config String: \"abd\" <- \"abc\""));
    const auto rows = explain(config_reply(), ConfigStringIs("abd")).fields;
    EXPECT_THAT(rows, Contains(testing::AllOf(testing::Field(&FieldRow::name, "String Length"),
                                              testing::Field(&FieldRow::expected, "3"),
                                              testing::Field(&FieldRow::differs, false))));
}

TEST(FieldNotes, AllOfMarksWhatItStumbledOver) {
    EXPECT_THAT(marked(config_reply(), AllOf(Succeeds(), ConfigCommandIs(4), VersionIs(2))),
                ElementsAre("CCmd: 4 <- 0"));
}

TEST(FieldNotes, AnyOfMarksEveryAlternative) {
    EXPECT_THAT(marked(ata_reply(0x40), AnyOf(AoeErrorIs(2), AtaFails(0x04))),
                ElementsAre("Flags: E set <- 0x8 (R)", "Status: ERR set <- 0x40 (DRDY)"));
    EXPECT_THAT(marked(config_reply(), AnyOf(ErrorByteIs(2), ErrorByteIs(5))),
                ElementsAre("Error: 2 (bad argument) or 5 (unsupported version) <- 0"));
}

TEST(FieldNotes, AnAlternativeThatWasNotNeededIsNoFault) {
    EXPECT_THAT(
        marked(config_reply(), AllOf(AnyOf(ErrorByteIs(2), ErrorByteIs(0)), ConfigCommandIs(4))),
        ElementsAre("CCmd: 4 <- 0"));
}

TEST(FieldNotes, NotTurnsAnExpectationRound) {
    EXPECT_THAT(marked(config_reply(), Not(CommandIs(1))),
                ElementsAre("Command: not 1 (config) <- 1 (config)"));
    EXPECT_THAT(marked(ata_reply(0x41, 4), Not(AnyOf(AoeErrorIs(2), AtaFails(0x04)))),
                Contains(HasSubstr("Status: not ERR set")));
}

TEST(FieldNotes, DataSaysWhereItParts) {
    Request request = ata_request(0x40);
    request.data = ByteVector(512, 0x11);
    const Reply reply = reply_to(request);
    ByteVector due(512, 0x11);
    due[17] = 0x22;
    EXPECT_THAT(marked(reply, DataStartsWith(due)),
                ElementsAre(HasSubstr("byte 17 is 0x11, not 0x22")));
    EXPECT_THAT(marked(ata_reply(0x40), DataStartsWith(ByteVector(512, 0))),
                ElementsAre(testing::EndsWith("no more")));
}

TEST(FieldNotes, AFieldBeyondTheFrameIsNotThere) {
    Request request = config_request();
    request.cut = 30;
    EXPECT_THAT(marked(reply_to(request), BufferCountIs(16)),
                ElementsAre("Buffer Count: 16 <- not in this frame"));
    EXPECT_THAT(marked(config_reply(), FrameSizeIs(64)),
                ElementsAre("Frame size: is equal to 64 <- 60"));
}

TEST(FieldNotes, MatchersOfCasesNoteTheirsToo) {
    EXPECT_THAT(marked(config_reply("abc"), SaysTheSameAs(config_reply("abd"))),
                ElementsAre("Config String: \"abd\" <- \"abc\""));
    EXPECT_THAT(marked(config_reply("abc"), ZeroFrom(34)),
                ElementsAre("Padding: only zeros <- 25 zero bytes"));
    EXPECT_THAT(marked(config_reply("abc"), NoReply()), IsEmpty());
}

}  // namespace
}  // namespace aoe::conformance
