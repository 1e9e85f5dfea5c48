// SPDX-License-Identifier: MIT
// The chapter on ATA commands, what a target refuses: addresses past the end, counts and data that
// do not fit, commands it does not know.
#include <gmock/gmock-more-matchers.h>

#include "conformance/case.h"
#include "conformance/cases/sector_steps.h"
#include "conformance/exchange.h"

namespace aoe::conformance {

namespace {

using testing::_;
using testing::AllOf;
using testing::AnyOf;
using testing::Ge;
using testing::Le;

constexpr int abort = 0x04, id_not_found = 0x10;
constexpr std::uint64_t sectors_of_28_bits = std::uint64_t{1} << 28;
constexpr std::uint64_t sectors_of_32_bits = std::uint64_t{1} << 32;
constexpr std::uint64_t last_of_48_bits = (std::uint64_t{1} << 48) - 1;

/// An error for an address past the end. That it has to be an ATA error is a row of its own.
ReplyMatcher PastEnd() {
    return AnyOf(AoeErrorIs(_), AtaFails(AnyOf(id_not_found, abort)));
}

/// Most sectors a message, as the target announces it.
unsigned announced(const Exchange& x) {
    const unsigned sectors = x.target().config.sector_count;
    return sectors == 0 ? 2 : sectors;
}

/// The address, unless the disk is so large that it has it.
std::uint64_t past_end(Exchange& x, std::uint64_t lba) {
    if (lba < x.target().sectors)
        x.skip("disk-size", "the disk is so large that it has the sector");
    return lba;
}

/// A read that reaches past the end is refused.
void expect_refused(Exchange& x, std::uint64_t lba, std::uint8_t count) {
    x.check(x.ask(x.read(lba, count)), PastEnd());
}

/// A 48-bit write past the end is refused, and does not go to the scratch sector that the address
/// would name after losing its upper bits.
void expect_not_wrapped(Exchange& x, std::uint64_t reach) {
    const std::uint64_t lba = past_end(x, reach + x.scratch());
    const ByteVector before = fill(x, 0, 1);
    if (!x.check(x.ask(write_request(lba, x.pattern(1), true)), PastEnd())) return;
    x.check(x.ask(x.read(x.scratch(), 1)), Reads(before));
}

/// A write whose data do not fit its count is refused and changes none of these sectors.
void expect_write_refused(Exchange& x, const Request& write, std::size_t sectors) {
    const ByteVector before = fill(x, 0, sectors);
    if (!x.check(x.ask(write), RefusedAsBad())) return;
    for (std::size_t i = 0; i < sectors; ++i) {
        x.check(x.ask(x.read(x.scratch(i), 1)), Reads(part(before, i)));
    }
}

/// A read of more sectors than announced, refused or served whole.
void read_too_many(Exchange& x, unsigned count) {
    if (count > 255 || count <= announced(x)) {
        x.skip("announced-maximum", "no count is greater than what the target announces");
    }
    ByteVector sectors;
    for (unsigned i = 0; i < count; ++i) {
        const ByteVector sector = content(x, i);
        sectors.insert(sectors.end(), sector.begin(), sector.end());
    }
    const Reply reply = x.ask(x.read(0, static_cast<std::uint8_t>(count)));
    const auto fits =
        FrameSizeIs(AllOf(Ge(ata_frame_bytes(count)), Le(x.target().mtu + std::size_t{14})));
    x.check(reply, AnyOf(RefusedAsBad(), AllOf(Reads(sectors), fits)));
    x.note("answered by " + outcome(reply));
}

std::vector<Case> last_sector_cases() {
    return {
        {.id = "ata.read.last-sector",
         .requirements = {"AOE-ATA-25"},
         .summary = "The last sector can be read.",
         .needs = Need::identify,
         .run =
             [](Exchange& x) {
                 const Reply reply = x.ask(x.read(x.target().sectors - 1, 1));
                 x.check(reply, AllOf(AtaSucceeds(), FrameSizeIs(Ge(ata_frame_bytes(1)))));
             }},
        {.id = "ata.write.last-sector",
         .requirements = {"AOE-ATA-25"},
         .summary = "The last sector can be written, and reads back.",
         .doors = Door::write | Door::disk,
         .needs = Need::identify,
         .run =
             [](Exchange& x) {
                 const std::uint64_t last = x.target().sectors - 1;
                 const ByteVector before = content(x, last);
                 const ByteVector sector = x.pattern(1);
                 if (!x.check(x.ask(x.write(last, sector)), AtaSucceeds())) return;
                 const Reply now = x.ask(x.read(last, 1));
                 x.prepare(x.write(last, before), AtaSucceeds());
                 x.check(now, Reads(sector));
             }},
        {.id = "ata.past-end.ata-error",
         .requirements = {"AOE-ATA-12"},
         .summary = "A read past the end fails by an ATA error, not by an AoE error.",
         .needs = Need::identify,
         .run =
             [](Exchange& x) {
                 const Reply reply = x.prepare(x.read(x.target().sectors, 1), Refused());
                 x.check(reply, AtaFails(_));
             }},
        {.id = "ata.past-end.id-not-found",
         .requirements = {"AOE-ATA-46"},
         .summary = "The ATA error of a read past the end is IDNF (0x10).",
         .needs = Need::identify,
         .run =
             [](Exchange& x) {
                 const Reply reply =
                     x.prepare(x.read(x.target().sectors, 1), AtaFails(AnyOf(id_not_found, abort)));
                 x.check(reply, AtaErrorRegisterIs(id_not_found));
             }},
        {.id = "ata.past-end.no-data",
         .requirements = {"AOE-ATA-42"},
         .summary = "The refusal of a read past the end carries no sector data.",
         .needs = Need::identify,
         .run =
             [](Exchange& x) {
                 const Reply reply = x.prepare(x.read(x.target().sectors, 1), Refused());
                 x.check(reply, FrameSizeIs(Le(padded_frame_bytes)));
             }},
    };
}

std::vector<Case> read_past_end_cases() {
    return {
        {.id = "ata.past-end.read28",
         .requirements = {"AOE-ATA-26"},
         .summary = "A 28-bit read of the sector after the last one is refused.",
         .needs = Need::identify,
         .run =
             [](Exchange& x) {
                 const std::uint64_t end = x.target().sectors;
                 if (end >= sectors_of_28_bits) {
                     x.skip("disk-size", "the disk is so large that 28 bits do not reach its end");
                 }
                 x.check(x.ask(read_request(end, 1, false)), PastEnd());
             }},
        {.id = "ata.past-end.crossing-read",
         .requirements = {"AOE-ATA-26"},
         .summary = "A read of the last sector and the one after it is refused.",
         .needs = Need::identify | Need::two_sectors,
         .run = [](Exchange& x) { expect_refused(x, x.target().sectors - 1, 2); }},
        {.id = "ata.past-end.read-2-to-28",
         .requirements = {"AOE-ATA-26"},
         .summary = "A read at 2^28 is refused, and not taken for one at 0.",
         .needs = Need::identify | Need::lba48,
         .run = [](Exchange& x) { expect_refused(x, past_end(x, sectors_of_28_bits), 1); }},
        {.id = "ata.past-end.read-2-to-32",
         .requirements = {"AOE-ATA-26"},
         .summary = "A read at 2^32 is refused, and not taken for one at 0.",
         .needs = Need::identify | Need::lba48,
         .run = [](Exchange& x) { expect_refused(x, past_end(x, sectors_of_32_bits), 1); }},
        {.id = "ata.past-end.read-highest",
         .requirements = {"AOE-ATA-26"},
         .summary = "A read at the highest 48-bit address is refused.",
         .needs = Need::identify | Need::lba48,
         .run = [](Exchange& x) { expect_refused(x, last_of_48_bits, 1); }},
        {.id = "ata.past-end.sum-overflow",
         .requirements = {"AOE-ATA-28"},
         .summary = "A read of two sectors from the highest 48-bit address on is refused.",
         .needs = Need::identify | Need::lba48 | Need::two_sectors,
         .run = [](Exchange& x) { expect_refused(x, last_of_48_bits, 2); }},
        {.id = "ata.past-end.sum-overflow-28",
         .requirements = {"AOE-ATA-28"},
         .summary = "A read of two sectors from the highest 28-bit address on is refused.",
         .needs = Need::identify | Need::two_sectors,
         .run =
             [](Exchange& x) {
                 const std::uint64_t highest = past_end(x, sectors_of_28_bits - 1);
                 x.check(x.ask(read_request(highest, 2, false)), PastEnd());
             }},
    };
}

std::vector<Case> write_past_end_cases() {
    return {
        {.id = "ata.past-end.write",
         .requirements = {"AOE-ATA-26"},
         .summary = "A write of the sector after the last one is refused.",
         .doors = Door::write | Door::disk,
         .needs = Need::identify,
         .run =
             [](Exchange& x) {
                 x.check(x.ask(x.write(x.target().sectors, x.pattern(1))), PastEnd());
             }},
        {.id = "ata.past-end.write-2-to-28",
         .requirements = {"AOE-ATA-26"},
         .summary = "A write at 2^28 and more is refused, and changes nothing at the rest.",
         .doors = Door::write | Door::disk,
         .needs = Need::identify | Need::lba48 | Need::scratch28,
         .run = [](Exchange& x) { expect_not_wrapped(x, sectors_of_28_bits); }},
        {.id = "ata.past-end.write-2-to-32",
         .requirements = {"AOE-ATA-26"},
         .summary = "A write at 2^32 and more is refused, and changes nothing at the rest.",
         .doors = Door::write,
         .needs = Need::identify | Need::lba48 | Need::scratch28,
         .run = [](Exchange& x) { expect_not_wrapped(x, sectors_of_32_bits); }},
        {.id = "ata.past-end.crossing-write",
         .requirements = {"AOE-ATA-27"},
         .summary = "A refused write of the last sector and the one after it changes neither.",
         .doors = Door::write | Door::disk,
         .needs = Need::identify | Need::two_sectors,
         .run =
             [](Exchange& x) {
                 const std::uint64_t last = x.target().sectors - 1;
                 const ByteVector before = content(x, last);
                 const Reply reply = x.ask(x.write(last, x.pattern(2)));
                 const Reply now = x.ask(x.read(last, 1));
                 x.prepare(x.write(last, before), AtaSucceeds());
                 if (outcome(reply) == "success") x.skip("setup", "the write was not refused");
                 x.check(now, Reads(before));
             }},
        {.id = "ata.past-end.crossing-write-refused",
         .requirements = {"AOE-ATA-26"},
         .summary = "A write of the last sector and the one after it is refused.",
         .doors = Door::write | Door::disk,
         .needs = Need::identify | Need::two_sectors,
         .run =
             [](Exchange& x) {
                 const std::uint64_t last = x.target().sectors - 1;
                 ByteVector data = content(x, last);
                 data.resize(2 * sector_bytes);
                 x.check(x.ask(x.write(last, data)), PastEnd());
             }},
    };
}

std::vector<Case> count_cases() {
    return {
        {.id = "ata.count.one-too-many",
         .requirements = {"AOE-ATA-21"},
         .summary = "A read of one sector more than announced is refused, or served whole.",
         .doors = Door::hostile,
         .run = [](Exchange& x) { read_too_many(x, announced(x) + 1); }},
        {.id = "ata.count.largest",
         .requirements = {"AOE-ATA-21"},
         .summary = "A read of 255 sectors is refused, or served whole if they fit the MTU.",
         .doors = Door::hostile,
         .run = [](Exchange& x) { read_too_many(x, 255); }},
        {.id = "ata.count.ata-error",
         .requirements = {"AOE-ATA-13"},
         .summary = "A read of more sectors than announced is not refused by an AoE error.",
         .doors = Door::hostile,
         .run =
             [](Exchange& x) {
                 if (announced(x) >= 255) {
                     x.skip("announced-maximum",
                            "no count is greater than what the target announces");
                 }
                 const auto count = static_cast<std::uint8_t>(announced(x) + 1);
                 x.check(x.prepare(x.read(0, count), _), Succeeds());
             }},
        {.id = "ata.count.zero-read",
         .requirements = {"AOE-ATA-22"},
         .summary = "A read of count 0 is refused, or done as no data.",
         .run =
             [](Exchange& x) {
                 const Reply reply = x.ask(x.read(0, 0));
                 const auto no_data = FrameSizeIs(Le(padded_frame_bytes));
                 x.check(reply, AnyOf(Refused(), AllOf(AtaSucceeds(), no_data)));
                 x.note("answered by " + outcome(reply));
             }},
        {.id = "ata.count.zero-write",
         .requirements = {"AOE-ATA-22"},
         .summary = "A write of count 0 without data is answered, and changes nothing.",
         .doors = Door::write,
         .needs = Need::scratch28,
         .run =
             [](Exchange& x) {
                 need_scratch(x, 256);
                 const ByteVector before = fill(x, 0, 2);
                 const Reply reply = x.ask(write_request(x.scratch(), {}, false));
                 x.check(x.ask(x.read(x.scratch(0), 1)), Reads(part(before, 0)));
                 x.check(x.ask(x.read(x.scratch(1), 1)), Reads(part(before, 1)));
                 x.note("answered by " + outcome(reply));
             }},
        {.id = "ata.identify.count-zero",
         .requirements = {"AOE-ATA-33"},
         .summary = "IDENTIFY DEVICE with count 0 is refused, or served as with count 1.",
         .run =
             [](Exchange& x) {
                 const Reply reply = x.ask(ata_request(opcode::identify, 0, 0));
                 const auto data = FrameSizeIs(Ge(ata_frame_bytes(1)));
                 x.check(reply, AnyOf(RefusedAsBad(), AllOf(AtaSucceeds(), data)));
                 x.note("answered by " + outcome(reply));
             }},
        {.id = "ata.identify.count-two",
         .requirements = {"AOE-ATA-33"},
         .summary = "IDENTIFY DEVICE with count 2 is refused, or served as with count 1.",
         .run =
             [](Exchange& x) {
                 const Reply reply = x.ask(ata_request(opcode::identify, 0, 2));
                 const auto data = FrameSizeIs(Ge(ata_frame_bytes(1)));
                 x.check(reply, AnyOf(RefusedAsBad(), AllOf(AtaSucceeds(), data)));
                 x.note("answered by " + outcome(reply));
             }},
    };
}

std::vector<Case> data_cases() {
    return {
        {.id = "ata.write.half-a-sector-short",
         .requirements = {"AOE-ATA-23"},
         .summary = "A write of two sectors that brings one and a half is refused, without effect.",
         .doors = Door::write | Door::hostile,
         .needs = Need::two_sectors,
         .run =
             [](Exchange& x) {
                 Request write = x.write(x.scratch(), x.pattern(2));
                 write.data.resize(sector_bytes + sector_bytes / 2);
                 expect_write_refused(x, write, 2);
             }},
        {.id = "ata.write.byte-short",
         .requirements = {"AOE-ATA-23"},
         .summary = "A write of one sector that brings 511 bytes is refused, without effect.",
         .doors = Door::write | Door::hostile,
         .run =
             [](Exchange& x) {
                 Request write = x.write(x.scratch(), x.pattern(1));
                 write.data.pop_back();
                 expect_write_refused(x, write, 1);
             }},
        {.id = "ata.write.without-data",
         .requirements = {"AOE-ATA-23"},
         .summary = "A write of one sector that brings no data is refused, without effect.",
         .doors = Door::write | Door::hostile,
         .run =
             [](Exchange& x) {
                 Request write = x.write(x.scratch(), x.pattern(1));
                 write.data.clear();
                 expect_write_refused(x, write, 1);
             }},
        {.id = "ata.write.too-much-data",
         .requirements = {"AOE-ATA-24"},
         .summary = "A write of one sector that brings two stores the first, or is refused.",
         .doors = Door::write,
         .needs = Need::two_sectors,
         .run =
             [](Exchange& x) {
                 const ByteVector before = fill(x, 0, 2);
                 Request write = x.write(x.scratch(), x.pattern(2));
                 write.ata().sector_count = 1;
                 const Reply reply = x.ask(write);
                 const bool done = outcome(reply) == "success";
                 const ByteVector first = part(done ? write.data : before, 0);
                 x.check(x.ask(x.read(x.scratch(0), 1)), Reads(first));
                 x.check(x.ask(x.read(x.scratch(1), 1)), Reads(part(before, 1)));
             }},
        {.id = "ata.command.unassigned",
         .requirements = {"AOE-ATA-29"},
         .summary = "The unassigned ATA command 0xFF is aborted.",
         .doors = Door::disk,
         .run = [](Exchange& x) { x.check(x.ask(ata_request(0xff)), AtaFails(abort)); }},
        {.id = "ata.command.zero",
         .requirements = {"AOE-ATA-29"},
         .summary = "ATA command 0x00 (NOP) is aborted, as the standard has it.",
         .doors = Door::disk,
         .run = [](Exchange& x) { x.check(x.ask(ata_request(0x00)), AtaFails(abort)); }},
    };
}

}  // namespace

std::vector<Case> ata_error_cases() {
    std::vector<Case> cases;
    for (const auto& group : {last_sector_cases(), read_past_end_cases(), write_past_end_cases(),
                              count_cases(), data_cases()}) {
        cases.insert(cases.end(), group.begin(), group.end());
    }
    return cases;
}

}  // namespace aoe::conformance
