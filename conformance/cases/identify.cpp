// SPDX-License-Identifier: MIT
// The chapter on what IDENTIFY DEVICE says: capacity, strings, and claims held against behaviour.
#include <algorithm>
#include <string>

#include <gmock/gmock-more-matchers.h>

#include "conformance/case.h"
#include "conformance/cases/sector_steps.h"
#include "conformance/describe.h"
#include "conformance/exchange.h"

namespace aoe::conformance {

namespace {

using testing::_;
using testing::AllOf;
using testing::AnyOf;
using testing::Ge;
using testing::Gt;
using testing::Matcher;
using testing::Ne;
using testing::Not;

// Bits of words 83 and 86.
constexpr int lba48_bit = 1 << 10, flush_bit = 1 << 12, flush_ext_bit = 1 << 13;
constexpr int bits_15_14 = 0xc000, valid = 0x4000;

/// The step that these cases start with; IDENTIFY DEVICE itself has cases of its own.
Reply identify(Exchange& x) {
    return x.prepare(identify_request(), AllOf(AtaSucceeds(), FrameSizeIs(Ge(ata_frame_bytes(1)))));
}

std::uint64_t number(const Reply& reply, std::size_t first_word, std::size_t words) {
    std::uint64_t value = 0;
    for (std::size_t i = words; i > 0; --i) value = (value << 16) | reply.word(first_word + i - 1);
    return value;
}

bool claims(const Reply& reply, std::size_t word, int bits) {
    return (reply.word(word) & bits) != 0;
}

/// Neither served nor failed: the target does not have the command.
ReplyMatcher Unserved() {
    return AnyOf(AoeErrorIs(_), AtaFails(0x04));
}

/// An ATA string is printable and filled up with spaces.
void check_string(Exchange& x, std::size_t first_word, std::size_t words) {
    const Reply reply = identify(x);
    std::string text;
    for (std::size_t i = first_word; i < first_word + words; ++i) {
        text += static_cast<char>(reply.word(i) >> 8);
        text += static_cast<char>(reply.word(i) & 0xff);
    }
    const bool printable =
        std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
    x.check_that(printable, std::to_string(text.size()) + " printable characters", quote(text));
}

void check_word(Exchange& x, std::size_t word, const Matcher<int>& value) {
    x.check(identify(x), WordIs(word, value));
}

/// A command that these bits of a word claim is there.
void check_claim(Exchange& x, std::size_t word, int bits, const Request& request) {
    if (!claims(identify(x), word, bits)) return;
    x.check(x.ask(request), Not(Unserved()));
}

std::vector<Case> layout_cases() {
    return {
        {.id = "atai.data.size",
         .requirements = {"AOE-ATAID-01"},
         .summary = "IDENTIFY data are 512 bytes, no more and no fewer.",
         .run =
             [](Exchange& x) {
                 const Reply reply = x.prepare(identify_request(), AtaSucceeds());
                 x.check(reply, FrameSizeIs(ata_frame_bytes(1)));
             }},
        {.id = "atai.data.stable",
         .requirements = {"AOE-ATAID-22"},
         .summary = "Two IDENTIFY DEVICE commands return the same data.",
         .run =
             [](Exchange& x) {
                 const ByteVector before = part(identify(x).data, 0);
                 x.check(identify(x), DataStartsWith(before));
             }},
        {.id = "atai.type.ata-device",
         .requirements = {"AOE-ATAID-02"},
         .summary = "Bit 15 of word 0 is 0.",
         .run = [](Exchange& x) { check_word(x, 0, Masked(0x8000, 0)); }},
        {.id = "atai.serial.text",
         .requirements = {"AOE-ATAID-03"},
         .summary = "The serial number in words 10 to 19 is printable and padded with spaces.",
         .run = [](Exchange& x) { check_string(x, 10, 10); }},
        {.id = "atai.firmware.text",
         .requirements = {"AOE-ATAID-04"},
         .summary = "The firmware revision in words 23 to 26 is printable, padded with spaces.",
         .run = [](Exchange& x) { check_string(x, 23, 4); }},
        {.id = "atai.model.text",
         .requirements = {"AOE-ATAID-05"},
         .summary = "The model in words 27 to 46 is printable and padded with spaces.",
         .run = [](Exchange& x) { check_string(x, 27, 20); }},
        {.id = "atai.multiple.marker",
         .requirements = {"AOE-ATAID-06"},
         .summary = "The high byte of word 47 is 0x80.",
         .run = [](Exchange& x) { check_word(x, 47, Masked(0xff00, 0x8000)); }},
        {.id = "atai.word50.valid",
         .requirements = {"AOE-ATAID-08"},
         .summary = "Bits 15 and 14 of word 50 are 01.",
         .run = [](Exchange& x) { check_word(x, 50, Masked(bits_15_14, valid)); }},
        {.id = "atai.word53.filled",
         .requirements = {"AOE-ATAID-09"},
         .summary = "Words that word 53 calls valid are filled: 54 to 58, 64 to 70, 88.",
         .run =
             [](Exchange& x) {
                 const Reply reply = identify(x);
                 const int valid_words = reply.word(53);
                 if ((valid_words & 1) != 0) x.check(reply, WordIs(54, Ne(0)));
                 if ((valid_words & 2) != 0) x.check(reply, WordIs(64, Masked(0xff00, 0)));
                 if ((valid_words & 4) != 0) x.check(reply, WordIs(88, Ne(0)));
             }},
        {.id = "atai.version.plausible",
         .requirements = {"AOE-ATAID-11"},
         .summary = "Word 80 reports nothing, or a version that fits the 48-bit addresses.",
         .run =
             [](Exchange& x) {
                 const Reply reply = identify(x);
                 // 48-bit addresses came with ATA-6, whose bit is 6; bits 0 and 15 mean nothing.
                 const int versions = claims(reply, 83, lba48_bit) ? 0x7fc0 : 0x7ffe;
                 const auto reported = AllOf(Masked(versions, Gt(0)), Masked(0x8001, 0));
                 x.check(reply, WordIs(80, AnyOf(0, 0xffff, reported)));
             }},
        {.id = "atai.words-84-87.valid",
         .requirements = {"AOE-ATAID-14"},
         .summary = "Bits 15 and 14 of words 84 and 87 are 01.",
         .run =
             [](Exchange& x) {
                 const Reply reply = identify(x);
                 x.check(reply, WordIs(84, Masked(bits_15_14, valid)));
                 x.check(reply, WordIs(87, Masked(bits_15_14, valid)));
             }},
        {.id = "atai.word83.valid",
         .requirements = {"AOE-ATAID-25"},
         .summary = "Bits 15 and 14 of word 83 are 01.",
         .run = [](Exchange& x) { check_word(x, 83, Masked(bits_15_14, valid)); }},
        {.id = "atai.word86.enabled",
         .requirements = {"AOE-ATAID-15"},
         .summary = "Bits 10, 12 and 13 of word 86 are those of word 83.",
         .run =
             [](Exchange& x) {
                 constexpr int bits = lba48_bit | flush_bit | flush_ext_bit;
                 const Reply reply = identify(x);
                 x.check(reply, WordIs(86, Masked(bits, reply.word(83) & bits)));
             }},
        {.id = "atai.word93.reset-result",
         .requirements = {"AOE-ATAID-16"},
         .summary = "Word 93 is 0, or a reset result with bits 15 and 14 at 01 and bit 0 set.",
         .run =
             [](Exchange& x) { check_word(x, 93, AnyOf(0, Masked(bits_15_14 | 1, valid | 1))); }},
        {.id = "atai.word106.sector-size",
         .requirements = {"AOE-ATAID-18"},
         .summary = "Word 106 does not claim logical sectors larger than 512 bytes.",
         .run =
             [](Exchange& x) { check_word(x, 106, AnyOf(0, Masked(bits_15_14 | 0x1000, valid))); }},
        {.id = "atai.word255.checksum",
         .requirements = {"AOE-ATAID-19"},
         .summary = "Word 255 is 0, or holds the signature and a checksum that adds up.",
         .run =
             [](Exchange& x) {
                 const Reply reply = identify(x);
                 if (reply.word(255) == 0) return;
                 unsigned sum = 0;
                 for (std::size_t i = 0; i < sector_bytes; ++i) sum += reply.data[i];
                 x.check(reply, WordIs(255, Masked(0xff, 0xa5)));
                 x.check_that(sum % 256 == 0, "bytes that add up to 0 modulo 256",
                              "the sum " + hex(sum % 256));
             }},
    };
}

std::vector<Case> capacity_cases() {
    return {
        {.id = "atai.capacity.words-60-61",
         .requirements = {"AOE-ATAID-10"},
         .summary = "Words 60 and 61 hold the capacity of words 100 to 103, at most 0x0FFFFFFF.",
         .needs = Need::lba48,
         .run =
             [](Exchange& x) {
                 const Reply reply = identify(x);
                 const std::uint64_t small = number(reply, 60, 2);
                 const std::uint64_t due =
                     std::min<std::uint64_t>(number(reply, 100, 4), 0x0fffffff);
                 x.check_that(small == due, std::to_string(due) + " sectors",
                              std::to_string(small) + " sectors");
             }},
        {.id = "atai.capacity.words-100-103",
         .requirements = {"AOE-ATAID-17"},
         .summary = "Words 100 to 103 hold a number of sectors above 0 and below 2^48.",
         .needs = Need::lba48,
         .run =
             [](Exchange& x) {
                 const Reply reply = identify(x);
                 x.check(reply, WordIs(103, 0));
                 x.check_that(number(reply, 100, 3) > 0, "at least one sector", "none");
             }},
        {.id = "atai.capacity.exact",
         .requirements = {"AOE-ATAID-20"},
         .summary = "The last sector that the capacity counts is readable, the next is not.",
         .needs = Need::identify,
         .run =
             [](Exchange& x) {
                 const std::uint64_t sectors = x.target().sectors;
                 x.check(x.ask(x.read(sectors - 1, 1)), AtaSucceeds());
                 x.check(x.ask(x.read(sectors, 1)), Refused());
             }},
        {.id = "atai.geometry.plausible",
         .requirements = {"AOE-ATAID-24"},
         .summary = "Words 54 to 56 are empty, or a geometry that the disk can hold.",
         .needs = Need::identify,
         .run =
             [](Exchange& x) {
                 const Reply reply = identify(x);
                 const std::uint64_t sectors =
                     std::uint64_t{reply.word(54)} * reply.word(55) * reply.word(56);
                 const bool empty = reply.word(54) + reply.word(55) + reply.word(56) == 0;
                 x.check_that(empty || (sectors > 0 && sectors <= x.target().sectors),
                              "at most " + std::to_string(x.target().sectors) + " sectors",
                              std::to_string(sectors) + " sectors");
                 x.note(empty ? "no geometry" : std::to_string(sectors) + " sectors by geometry");
             }},
    };
}

std::vector<Case> claim_cases() {
    return {
        {.id = "atai.claims.lba",
         .requirements = {"AOE-ATAID-07"},
         .summary = "Bit 9 of word 49 (LBA) is 1.",
         .run = [](Exchange& x) { check_word(x, 49, Masked(0x0200, 0x0200)); }},
        {.id = "atai.claims.dma",
         .requirements = {"AOE-ATAID-07"},
         .summary = "Bit 8 of word 49 (DMA) is 0, or READ DMA works.",
         .run =
             [](Exchange& x) {
                 if (!claims(identify(x), 49, 0x0100)) return;
                 const ByteVector sector = content(x, 0);
                 x.check(x.ask(ata_request(opcode::read_dma, 0, 1)), Reads(sector));
             }},
        {.id = "atai.claims.lba48",
         .requirements = {"AOE-ATAID-13"},
         .summary = "Bit 10 of word 83 is 1 if READ SECTORS EXT works, and 0 if it does not.",
         .run =
             [](Exchange& x) {
                 const Reply identity = identify(x);
                 const Reply reply = x.ask(read_request(0, 1, true));
                 const bool works = outcome(reply) == "success";
                 x.check(identity, WordIs(83, Masked(lba48_bit, works ? lba48_bit : 0)));
             }},
        {.id = "atai.claims.flush",
         .requirements = {"AOE-ATAID-13"},
         .summary = "Bit 12 of word 83 is 0, or FLUSH CACHE is served.",
         .run = [](Exchange& x) { check_claim(x, 83, flush_bit, ata_request(opcode::flush)); }},
        {.id = "atai.claims.flush-ext",
         .requirements = {"AOE-ATAID-13"},
         .summary = "Bit 13 of word 83 is 0, or FLUSH CACHE EXT is served.",
         .run =
             [](Exchange& x) {
                 check_claim(x, 83, flush_ext_bit, ata_request(opcode::flush_ext));
             }},
        {.id = "atai.claims.smart",
         .requirements = {"AOE-ATAID-12"},
         .summary = "Bit 0 of word 82 is 0, or SMART RETURN STATUS is served.",
         .doors = Door::disk,
         .run =
             [](Exchange& x) {
                 Request smart = ata_request(opcode::smart, 0xc24f00);
                 smart.ata().feature = 0xda;
                 check_claim(x, 82, 0x0001, smart);
             }},
        {.id = "atai.claims.write-cache",
         .requirements = {"AOE-ATAID-12"},
         .summary = "Bit 5 of word 82 is 0, or SET FEATURES sets the write cache as it is.",
         .doors = Door::disk,
         .run =
             [](Exchange& x) {
                 Request set = ata_request(opcode::set_features);
                 set.ata().feature = claims(identify(x), 85, 0x0020) ? 0x02 : 0x82;
                 check_claim(x, 82, 0x0020, set);
             }},
    };
}

}  // namespace

std::vector<Case> identify_cases() {
    std::vector<Case> cases;
    for (const auto& group : {layout_cases(), capacity_cases(), claim_cases()}) {
        cases.insert(cases.end(), group.begin(), group.end());
    }
    return cases;
}

}  // namespace aoe::conformance
