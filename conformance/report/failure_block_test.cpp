// SPDX-License-Identifier: MIT
// Failures as people see them, to the letter.
#include "conformance/report/failure_block.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/field_notes.h"
#include "conformance/report/wrap.h"

namespace aoe::conformance {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

constexpr Mac ours{std::byte{2}, {}, {}, {}, {}, std::byte{1}};
constexpr Mac theirs{std::byte{2}, {}, {}, {}, {}, std::byte{2}};

ByteVector bytes_of(Request request, bool reply, std::uint8_t flags = 0) {
    request.destination = reply ? ours : theirs;
    request.source = reply ? theirs : ours;
    request.tag = 0x80000001U;
    request.shelf = 7;
    request.slot = 3;
    request.aoe.flags = flags;
    return craft(request);
}

Reply reply_of(const ByteVector& bytes) {
    return *dissect(std::as_bytes(std::span(bytes)));
}

const Case& the_case() {
    static const Case test{
        .id = "cfg.x.y", .requirements = {"AOE-HDR-15"}, .summary = "It serves a stray flag."};
    return test;
}

const BlockStyle plain{.again = "aoe-conform -i eth1 --shelf 7"};

// A config read with flag E, and a reply with the same flag.
CaseResult stray_flag() {
    CaseResult result;
    result.test = &the_case();
    result.target = "e7.3";
    result.verdict = Verdict::warn;
    Finding finding;
    finding.requirement = find_requirement("AOE-HDR-15");
    finding.severity = Verdict::warn;
    finding.expected = "a response without error";
    finding.request = bytes_of(config_request(), false, 4);
    finding.request_frame = 17;
    finding.reply = bytes_of(config_request(0, "abc"), true, 0xc);
    finding.frame = 18;
    finding.fields = explain(reply_of(finding.reply), Succeeds()).fields;
    result.reason = "AOE-HDR-15: expected a response without error, got another";
    result.last_frames = {{.number = 17, .sent = true, .time = {}, .bytes = finding.request},
                          {.number = 18, .sent = false, .time = {}, .bytes = finding.reply},
                          {.number = 19, .sent = true, .time = {}, .bytes = finding.request}};
    result.first_frame = 17;
    result.last_frame = 19;
    result.findings.push_back(std::move(finding));
    return result;
}

TEST(FailureBlock, TellsWhatWhyAndWhere) {
    EXPECT_EQ("\n" + failure_block(stray_flag(), plain),
              R"(
  AOE-HDR-15 (SHOULD, impact: cosmetic): A request that arrives with the error flag E set is served
    as if it were clear, or ignored, and the flag in a reply is the target's own.
  why it matters: A reply with the error flag and no error makes Linux drop a good answer and an
    administrator's tool report "error 0".
  basis: one implementation; no words of the specification seen; agreeing: kvblade; differing:
    vblade, Coraid SRX, Coraid VSX, ggaoed, qaoed, aoeserver (all of it: aoe-conform explain
    AOE-HDR-15)
  what was said (> sent, < received):
    #17 > config read, flag E with Error 0
  * #18 < config read reply, string "abc", flag E with Error 0
  expected: a response without error
    field  byte  expected        actual
  * Flags    14  R set, E clear  0xc (R, E)
    Error    15                  0
  asked in frame 17, 60 bytes:
    0000  02 00 00 00 00 02 02 00 00 00 00 01 88 a2 14 00
    0010  00 07 03 01 80 00 00 01
    the other 36 are zero
  answered in frame 18, 60 bytes:
    0000  02 00 00 00 00 01 02 00 00 00 00 02 88 a2[1c]00
    0010  00 07 03 01 80 00 00 01 00 00 00 00 00 00 00 03
    0020  61 62 63
    the other 25 are zero
  frames 17-19 of the run
  again: aoe-conform -i eth1 --shelf 7 --tests cfg.x.y
)");
}

TEST(FailureBlock, EverythingIsThereWhenAskedFor) {
    const std::string all = failure_block(stray_flag(), {.all = true, .again = {}});
    EXPECT_THAT(all, HasSubstr("    Destination          0                  02:00:00:00:00:01\n"));
    EXPECT_THAT(all, HasSubstr("    Firmware Version    26                  0x0000\n"));
    EXPECT_THAT(all, HasSubstr("    0030  00 00 00 00 00 00 00 00 00 00 00 00\n"));
    EXPECT_THAT(all, Not(HasSubstr("are zero")));
}

TEST(FailureBlock, NamesTheRecording) {
    CaseResult result = stray_flag();
    result.recording = "runs/e7.3.pcapng";
    EXPECT_THAT(failure_block(result, plain), HasSubstr("\n  frames 17-19 of runs/e7.3.pcapng\n"));
}

TEST(FailureBlock, SilenceIsShownByWhatWasAsked) {
    CaseResult result = stray_flag();
    Finding& finding = result.findings.front();
    finding.expected = "a reply";
    finding.actual =
        "silence, while the target answers other requests: asked 4 times, waited 3.0 s";
    finding.frame = 0;
    finding.reply.clear();
    finding.fields.clear();
    const std::string text = failure_block(result, plain);
    EXPECT_THAT(text,
                HasSubstr("  expected: a reply\n  actual:   silence, while the target answers "
                          "other requests: asked 4 times, waited 3.0 s\n"
                          "  asked in frame 17, 60 bytes:\n"));
    EXPECT_THAT(text, HasSubstr("    #19 > config read, flag E with Error 0\n"));
    EXPECT_THAT(text, Not(HasSubstr("answered")));
}

TEST(FailureBlock, WhatBecameOfTheTargetIsToldOnce) {
    CaseResult result = stray_flag();
    result.liveness = "the target was killed by signal 6 (Aborted)";
    result.reason = "after this case " + result.liveness + "; " + result.reason;
    EXPECT_THAT(failure_block(result, plain),
                HasSubstr("\n  after this case the target was killed by signal 6 (Aborted)\n  fr"));
    result.reason = "AOE-HDR-15: whatever";
    result.liveness = "the mask list could not be put back as it was";
    EXPECT_THAT(failure_block(result, plain),
                HasSubstr("\n  after this case the mask list could not be put back as it was\n"));
    result.findings.clear();
    result.reason = "after this case it died";
    EXPECT_THAT(failure_block(result, plain), HasSubstr("\n  after this case it died\n"));
}

TEST(FailureBlock, ManyFindingsAreCountedAndLongCasesCut) {
    CaseResult result = stray_flag();
    for (int i = 0; i < 3; ++i) result.findings.push_back(result.findings.front());
    for (std::size_t number = 1; number < 17; ++number) {
        TranscriptEntry frame = result.last_frames.front();
        frame.number = number;
        result.last_frames.insert(result.last_frames.end() - 3, frame);
    }
    result.first_frame = 1;
    const std::string text = failure_block(result, plain);
    EXPECT_THAT(text, HasSubstr("\n  and 2 more in this case; -v shows them\n"));
    EXPECT_THAT(text, HasSubstr("received):\n      ...\n    #13 > "));
    EXPECT_THAT(text, HasSubstr("\n  frames 1-19 of the run\n"));
}

TEST(FailureBlock, HoldsNothingThatATerminalWouldObey) {
    CaseResult result = stray_flag();
    result.findings.front().reply = bytes_of(config_request(0, "\x1b[31m\r\n\x07"), true, 0xc);
    const Reply hostile = reply_of(result.findings.front().reply);
    result.findings.front().fields = explain(hostile, ConfigStringIs("\x1b")).fields;
    result.last_frames[1].bytes = hostile.bytes;
    const std::string text = failure_block(result, {.all = true, .again = {}});
    EXPECT_THAT(text, HasSubstr("\"\\x1b[31m\\x0d\\x0a\\x07\""));
    EXPECT_TRUE(std::all_of(text.begin(), text.end(),
                            [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); }));
}

TEST(FieldTable, WhatIsTooWideForTwoColumnsStandsBelowEachOther) {
    EXPECT_EQ(field_table({{.name = "Data",
                            .offset = 36,
                            .size = 2,
                            .actual = "short",
                            .expected = "a text that is longer than its column",
                            .differs = true}},
                          false),
              "    field  byte  expected  actual\n"
              "  * Data     36  expected  a text that is longer than its column\n"
              "                 actual    short\n");
}

TEST(MarkedDump, BracketsRunOnIntoTheNextLine) {
    const ByteVector bytes(40, 0x11);
    EXPECT_EQ(
        marked_dump(
            bytes,
            {{.name = "X", .offset = 14, .size = 4, .actual = {}, .expected = {}, .differs = true}},
            false),
        "    0000  11 11 11 11 11 11 11 11 11 11 11 11 11 11[11 11]\n"
        "    0010 [11 11]11 11 11 11 11 11 11 11 11 11 11 11 11 11\n"
        "    0020  11 11 11 11 11 11 11 11\n");
}

TEST(MarkedDump, OfALongFrameTheHeaderAndWhatDiffers) {
    const ByteVector bytes(548, 0x22);
    const std::vector<FieldRow> rows{
        {.name = "X", .offset = 300, .size = 1, .actual = {}, .expected = {}, .differs = true}};
    EXPECT_EQ(marked_dump(bytes, rows, false),
              "    0000  22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22\n"
              "    0010  22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22\n"
              "    ...\n"
              "    0120  22 22 22 22 22 22 22 22 22 22 22 22[22]22 22 22\n"
              "    ... 548 bytes in all\n");
    const std::string all = marked_dump(bytes, rows, true);
    EXPECT_EQ(std::count(all.begin(), all.end(), '\n'), 35);
}

TEST(Wrapped, BreaksAtSpacesOnly) {
    EXPECT_EQ(wrapped("one two three", "  ", 9), "one two\n  three\n");
    EXPECT_EQ(wrapped("short", "  ", 9), "short\n");
    EXPECT_EQ(wrapped("  averyverylongword and", "    ", 9), "  averyverylongword\n    and\n");
    EXPECT_EQ(wrapped("", "  ", 9), "\n");
}

}  // namespace
}  // namespace aoe::conformance
