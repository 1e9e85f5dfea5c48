// SPDX-License-Identifier: MIT
// The chapter on ATA commands, what a target serves: data, addresses, flags, registers, and the
// commands beyond reading and writing.
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
using testing::Le;
using testing::Matcher;
using testing::Ne;
using testing::Not;

constexpr std::uint8_t flag_w = 0x01, flag_a = 0x02, flag_d = 0x10, flag_e = 0x40;
constexpr std::uint8_t abort = 0x04;

/// Status 0x40, Error 0 and no data, as a flushed cache is reported.
ReplyMatcher Flushed() {
    return AllOf(Succeeds(), StatusIs(0x40), AtaErrorRegisterIs(0),
                 FrameSizeIs(Le(padded_frame_bytes)));
}

/// READ SECTORS of a sector that 28 bits reach, with a chosen upper half of lba3.
Request read28(std::uint64_t lba, std::uint64_t device_bits) {
    return ata_request(opcode::read, lba | (device_bits << 24), 1);
}

/// The reply to a request that must be good has a Status that says so.
void check_status(Exchange& x, const Request& request) {
    const Reply reply = x.ask(request);
    if (!x.check(reply, StatusIs(Masked(0xa9, 0)))) return;
    if ((reply.ata->command & 0x40) == 0) x.note("DRDY (0x40) is clear in Status");
}

/// A READ by another command gives the sector, or is aborted.
void read_or_abort(Exchange& x, const Request& request) {
    const ByteVector sector = content(x, 0);
    const Reply reply = x.ask(request);
    x.check(reply, AnyOf(Reads(sector), AtaFails(abort)));
    x.note("answered by " + outcome(reply));
}

/// A WRITE by another command is done, or is aborted and changes nothing.
void write_or_abort(Exchange& x, Request request) {
    const ByteVector before = fill(x, 0, 1);
    const ByteVector after = x.pattern(1);
    request.data = after;
    const Reply reply = x.ask(request);
    x.check(reply, AnyOf(AtaSucceeds(), AtaFails(abort)));
    x.note("answered by " + outcome(reply));
    const bool done = outcome(reply) == "success";
    x.check(x.ask(x.read(x.scratch(), 1)), Reads(done ? after : before), "AOE-ATA-19");
}

std::vector<Case> transfer_cases() {
    return {
        {.id = "ata.read.sector-size",
         .requirements = {"AOE-ATA-01"},
         .summary = "Two sectors read at once are the two sectors read one by one.",
         .needs = Need::two_sectors,
         .run =
             [](Exchange& x) {
                 ByteVector both = content(x, 0);
                 const ByteVector second = content(x, 1);
                 both.insert(both.end(), second.begin(), second.end());
                 x.check(x.ask(x.read(0, 2)), Reads(both));
             }},
        {.id = "ata.write.sector-size",
         .requirements = {"AOE-ATA-01"},
         .summary = "Two sectors written at once read back one by one, and at once.",
         .doors = Door::write,
         .needs = Need::two_sectors,
         .run =
             [](Exchange& x) {
                 need_scratch(x, 2);
                 const ByteVector both = x.pattern(2);
                 x.prepare(x.write(x.scratch(), both), AtaSucceeds());
                 x.check(x.ask(x.read(x.scratch(0), 1)), Reads(part(both, 0)));
                 x.check(x.ask(x.read(x.scratch(1), 1)), Reads(part(both, 1)));
                 x.check(x.ask(x.read(x.scratch(), 2)), Reads(both));
             }},
        {.id = "ata.write.neighbours",
         .requirements = {"AOE-ATA-01"},
         .summary = "A write of one sector leaves the sectors beside it as they were.",
         .doors = Door::write,
         .run =
             [](Exchange& x) {
                 const ByteVector before = fill(x, 0, 3);
                 x.prepare(x.write(x.scratch(1), x.pattern(1)), AtaSucceeds());
                 x.check(x.ask(x.read(x.scratch(0), 1)), Reads(part(before, 0)));
                 x.check(x.ask(x.read(x.scratch(2), 1)), Reads(part(before, 2)));
             }},
        {.id = "ata.read.enough-data",
         .requirements = {"AOE-ATA-14"},
         .summary = "The reply to a read holds at least the sectors that were asked for.",
         .run =
             [](Exchange& x) {
                 const auto most = static_cast<std::uint8_t>(x.target().sectors_per_message());
                 for (const std::uint8_t count : {std::uint8_t{1}, most}) {
                     const Reply reply = x.prepare(x.read(0, count), AtaSucceeds());
                     x.check(reply, FrameSizeIs(Ge(ata_frame_bytes(count))));
                 }
             }},
        {.id = "ata.read.exact-data",
         .requirements = {"AOE-ATA-45"},
         .summary = "The reply to a read holds nothing after the sectors that were asked for.",
         .run =
             [](Exchange& x) {
                 const auto most = static_cast<std::uint8_t>(x.target().sectors_per_message());
                 for (const std::uint8_t count : {std::uint8_t{1}, most}) {
                     const Reply reply = x.prepare(x.read(0, count), AtaSucceeds());
                     x.check(reply, FrameSizeIs(Le(ata_frame_bytes(count))));
                 }
             }},
        {.id = "ata.write.reply-without-data",
         .requirements = {"AOE-ATA-15"},
         .summary = "The reply to a write does not send the data back.",
         .doors = Door::write,
         .run =
             [](Exchange& x) {
                 const Request write = x.write(x.scratch(), x.pattern(1));
                 x.check(x.prepare(write, AtaSucceeds()), FrameSizeIs(Le(padded_frame_bytes)));
             }},
        {.id = "ata.write.visible",
         .requirements = {"AOE-ATA-19"},
         .summary = "A sector that was written reads back, and again after it was overwritten.",
         .doors = Door::write,
         .run =
             [](Exchange& x) {
                 for (int round = 0; round < 2; ++round) {
                     const ByteVector sector = fill(x, 0, 1);
                     x.check(x.ask(x.read(x.scratch(), 1)), Reads(sector));
                 }
             }},
        {.id = "ata.write.visible-to-others",
         .requirements = {"AOE-ATA-19"},
         .summary = "A sector that one address wrote, another address reads.",
         .doors = Door::write | Door::hostile,
         .needs = Need::second_mac,
         .run =
             [](Exchange& x) {
                 const ByteVector sector = fill(x, 0, 1);
                 Request read = x.read(x.scratch(), 1);
                 read.source = x.second_mac();
                 x.check(x.ask(read), Reads(sector));
             }},
        {.id = "ata.count.every-read",
         .requirements = {"AOE-ATA-20"},
         .summary = "Reads of every count from 1 to the advertised maximum return their sectors.",
         .run =
             [](Exchange& x) {
                 ByteVector sectors;
                 for (unsigned count = 1; count <= x.target().sectors_per_message(); ++count) {
                     const ByteVector last = content(x, count - 1);
                     sectors.insert(sectors.end(), last.begin(), last.end());
                     const Reply reply = x.ask(x.read(0, static_cast<std::uint8_t>(count)));
                     if (!x.check(reply, Reads(sectors))) return;
                 }
             }},
        {.id = "ata.count.every-write",
         .requirements = {"AOE-ATA-20"},
         .summary = "Writes of every count from 1 to the advertised maximum store their sectors.",
         .doors = Door::write,
         .run =
             [](Exchange& x) {
                 need_scratch(x, x.target().sectors_per_message());
                 for (unsigned count = 1; count <= x.target().sectors_per_message(); ++count) {
                     const ByteVector sectors = x.pattern(count);
                     const Reply reply = x.ask(x.write(x.scratch(), sectors));
                     if (!x.check(reply, AtaSucceeds())) return;
                     const Reply last = x.ask(x.read(x.scratch(count - 1), 1));
                     if (!x.check(last, Reads(part(sectors, count - 1)))) return;
                 }
             }},
    };
}

std::vector<Case> address_cases() {
    return {
        {.id = "ata.lba.every-bit",
         .requirements = {"AOE-ATA-02"},
         .summary = "Sectors whose addresses differ in one bit are different sectors.",
         .doors = Door::write,
         .needs = Need::identify,
         .run =
             [](Exchange& x) {
                 const ByteVector sector = fill(x, 0, 1);
                 for (std::uint64_t bit = 1; bit < x.target().sectors; bit *= 2) {
                     const std::uint64_t other = x.scratch() ^ bit;
                     if (other >= x.target().sectors) continue;
                     const Reply reply = x.prepare(x.read(other, 1), AtaSucceeds());
                     if (!x.check(reply, Not(DataStartsWith(sector)))) return;
                 }
             }},
        {.id = "ata.lba.byte-order",
         .requirements = {"AOE-ATA-02"},
         .summary = "The sector after one whose lba0 is 0xFF has lba0 0 and an lba1 one greater.",
         .doors = Door::write,
         .needs = Need::two_sectors,
         .run =
             [](Exchange& x) {
                 const std::uint64_t carry = (x.scratch() / 256 + 1) * 256;
                 if (!x.target().scratch.contains(carry - 1, 2)) {
                     x.skip("scratch-range", "no multiple of 256 lies inside the scratch range");
                 }
                 const ByteVector both = x.pattern(2);
                 x.prepare(x.write(carry - 1, both), AtaSucceeds());
                 x.check(x.ask(x.read(carry - 1, 1)), Reads(part(both, 0)));
                 x.check(x.ask(x.read(carry, 1)), Reads(part(both, 1)));
             }},
        {.id = "ata.read28.device-bits",
         .requirements = {"AOE-ATA-03"},
         .summary = "The upper half of lba3 does not change which sector a 28-bit read returns.",
         .needs = Need::scratch28,
         .run =
             [](Exchange& x) {
                 const ByteVector sector = content(x, x.scratch());
                 for (const std::uint64_t bits : {0x00U, 0x10U, 0x40U, 0xa0U, 0xe0U, 0xf0U}) {
                     x.check(x.ask(read28(x.scratch(), bits)), Reads(sector));
                 }
             }},
        {.id = "ata.write28.device-bits",
         .requirements = {"AOE-ATA-03"},
         .summary = "The upper half of lba3 does not change which sector a 28-bit write stores.",
         .doors = Door::write,
         .needs = Need::scratch28,
         .run =
             [](Exchange& x) {
                 for (const std::uint64_t bits : {0x00U, 0x40U, 0xe0U, 0xf0U}) {
                     const ByteVector sector = x.pattern(1);
                     Request write = write_request(x.scratch(), sector, false);
                     write.ata().lba = x.scratch() | (bits << 24);
                     if (!x.check(x.ask(write), AtaSucceeds())) continue;
                     x.check(x.ask(x.read(x.scratch(), 1)), Reads(sector));
                 }
             }},
        {.id = "ata.read28.high-bytes",
         .requirements = {"AOE-ATA-47"},
         .summary = "A 28-bit read with lba4 and lba5 set to 0xFF returns the same sector.",
         .needs = Need::scratch28,
         .run =
             [](Exchange& x) {
                 const ByteVector sector = content(x, x.scratch());
                 Request read = read_request(x.scratch(), 1, false);
                 read.ata().lba |= 0xffff00000000U;
                 x.check(x.ask(read), Reads(sector));
             }},
        {.id = "ata.lba48.every-byte",
         .requirements = {"AOE-ATA-04"},
         .summary = "Addresses of 2^24, 2^32 and 2^40 are served exactly as far as the disk goes.",
         .needs = Need::identify | Need::lba48,
         .run =
             [](Exchange& x) {
                 for (const unsigned bit : {24U, 32U, 40U}) {
                     const std::uint64_t lba = std::uint64_t{1} << bit;
                     const Reply reply = x.ask(x.read(lba, 1));
                     x.check(reply, lba < x.target().sectors ? AtaSucceeds() : Refused());
                 }
             }},
        {.id = "ata.read28.served",
         .requirements = {"AOE-ATA-30"},
         .summary = "READ SECTORS (0x20) is served.",
         .run =
             [](Exchange& x) {
                 const Reply reply = x.ask(read_request(0, 1, false));
                 x.check(reply, AllOf(AtaSucceeds(), FrameSizeIs(Ge(ata_frame_bytes(1)))));
             }},
        {.id = "ata.write28.served",
         .requirements = {"AOE-ATA-30"},
         .summary = "WRITE SECTORS (0x30) is served, and READ SECTORS returns what it wrote.",
         .doors = Door::write,
         .needs = Need::scratch28,
         .run =
             [](Exchange& x) {
                 const ByteVector sector = x.pattern(1);
                 x.check(x.ask(write_request(x.scratch(), sector, false)), AtaSucceeds());
                 x.check(x.ask(read_request(x.scratch(), 1, false)), Reads(sector));
             }},
        {.id = "ata.read48.served",
         .requirements = {"AOE-ATA-31"},
         .summary = "READ SECTORS EXT (0x24) is served where IDENTIFY promises 48-bit addresses.",
         .needs = Need::lba48,
         .run =
             [](Exchange& x) {
                 const Reply reply = x.ask(read_request(0, 1, true));
                 x.check(reply, AllOf(AtaSucceeds(), FrameSizeIs(Ge(ata_frame_bytes(1)))));
             }},
        {.id = "ata.write48.served",
         .requirements = {"AOE-ATA-31"},
         .summary = "WRITE SECTORS EXT (0x34) is served, and READ SECTORS EXT returns its data.",
         .doors = Door::write,
         .needs = Need::lba48,
         .run =
             [](Exchange& x) {
                 const ByteVector sector = x.pattern(1);
                 x.check(x.ask(write_request(x.scratch(), sector, true)), AtaSucceeds());
                 x.check(x.ask(read_request(x.scratch(), 1, true)), Reads(sector));
             }},
    };
}

std::vector<Case> flag_cases() {
    return {
        {.id = "ata.flag-e.missing",
         .requirements = {"AOE-ATA-05"},
         .summary = "READ SECTORS EXT without E, if it succeeds, returns the same sector.",
         .needs = Need::lba48,
         .run =
             [](Exchange& x) {
                 const ByteVector sector = content(x, 0);
                 const auto reply = x.probe(with_flags(read_request(0, 1, true), 0));
                 if (outcome(reply) == "success") x.check(*reply, Reads(sector));
                 x.note("answered by " + outcome(reply));
             }},
        {.id = "ata.flag-e.stray",
         .requirements = {"AOE-ATA-05"},
         .summary = "READ SECTORS with E, if it succeeds, returns the same sector.",
         .run =
             [](Exchange& x) {
                 const ByteVector sector = content(x, 0);
                 const auto reply = x.probe(with_flags(ata_request(opcode::read, 0, 1), flag_e));
                 if (outcome(reply) == "success") x.check(*reply, Reads(sector));
                 x.note("answered by " + outcome(reply));
             }},
        {.id = "ata.flag-w.missing",
         .requirements = {"AOE-ATA-07"},
         .summary = "A write without W is done if it succeeds, and changes nothing if it fails.",
         .doors = Door::write,
         .run =
             [](Exchange& x) {
                 const ByteVector before = fill(x, 0, 1);
                 const ByteVector after = x.pattern(1);
                 Request write = x.write(x.scratch(), after);
                 write.ata().flags &= static_cast<std::uint8_t>(~flag_w);
                 const auto reply = x.probe(write);
                 x.note("answered by " + outcome(reply));
                 const bool done = outcome(reply) == "success";
                 x.check(x.ask(x.read(x.scratch(), 1)), Reads(done ? after : before));
             }},
        {.id = "ata.flag-w.stray",
         .requirements = {"AOE-ATA-07"},
         .summary = "A read with W and without payload, if it succeeds, returns its data.",
         .doors = Door::write | Door::hostile,
         .run =
             [](Exchange& x) {
                 const ByteVector sector = content(x, x.scratch());
                 Request read = x.read(x.scratch(), 1);
                 read.ata().flags |= flag_w;
                 const auto reply = x.probe(read);
                 if (outcome(reply) == "success") x.check(*reply, Reads(sector));
                 x.note("answered by " + outcome(reply));
             }},
        {.id = "ata.flag-a.answered",
         .requirements = {"AOE-ATA-08", "AOE-ATA-19"},
         .summary = "A write with A is answered, and a later read returns its data.",
         .doors = Door::write,
         .run =
             [](Exchange& x) {
                 const ByteVector sector = x.pattern(1);
                 Request write = x.write(x.scratch(), sector);
                 write.ata().flags |= flag_a;
                 if (!x.check(x.ask(write), AtaSucceeds())) return;
                 x.check(x.ask(x.read(x.scratch(), 1)), Reads(sector), "AOE-ATA-19");
             }},
        {.id = "ata.flag-d.ignored",
         .requirements = {"AOE-ATA-09"},
         .summary = "A 48-bit read with D returns the sector as without, or is refused.",
         .needs = Need::lba48,
         .run =
             [](Exchange& x) {
                 const ByteVector sector = content(x, 0);
                 const Reply reply = x.ask(with_flags(read_request(0, 1, true), flag_e | flag_d));
                 x.check(reply, AnyOf(Refused(), Reads(sector)));
                 x.note("answered by " + outcome(reply));
             }},
        {.id = "ata.feature.not-echoed",
         .requirements = {"AOE-ATA-43"},
         .summary = "A good read with Feature 0xFF has 0 in the ATA Error register.",
         .run =
             [](Exchange& x) {
                 Request read = x.read(0, 1);
                 read.ata().feature = 0xff;
                 x.check(x.prepare(read, AtaSucceeds()), AtaErrorRegisterIs(0));
             }},
        {.id = "ata.read.payload-ignored",
         .requirements = {"AOE-ATA-44"},
         .summary = "A read whose request carries 1024 bytes of payload returns the sectors.",
         .needs = Need::two_sectors,
         .run =
             [](Exchange& x) {
                 const ByteVector sector = content(x, 0);
                 Request read = x.read(0, 1);
                 read.data = x.pattern(2);
                 x.check(x.ask(read), Reads(sector));
             }},
    };
}

std::vector<Case> register_cases() {
    return {
        {.id = "ata.reply.status-register",
         .requirements = {"AOE-ATA-10"},
         .summary = "The reply to a read has Status where the request had the ATA command.",
         .run =
             [](Exchange& x) {
                 const Request read = x.read(0, 1);
                 const int asked = std::get<AtaFields>(read.argument).command;
                 x.check(x.ask(read), AllOf(Succeeds(), StatusIs(Ne(asked))));
             }},
        {.id = "ata.reply.error-register",
         .requirements = {"AOE-ATA-10"},
         .summary = "The reply to a read that fails has Error where the request had Feature.",
         .needs = Need::identify,
         .run =
             [](Exchange& x) {
                 Request read = x.read(x.target().sectors, 1);
                 read.ata().feature = 0xff;
                 x.check(x.prepare(read, AtaFails(_)), AtaErrorRegisterIs(Ne(0xff)));
             }},
        {.id = "ata.reply.status-of-read",
         .requirements = {"AOE-ATA-11"},
         .summary = "A good read has none of BSY, DF, DRQ and ERR in Status.",
         .run = [](Exchange& x) { check_status(x, x.read(0, 1)); }},
        {.id = "ata.reply.status-of-write",
         .requirements = {"AOE-ATA-11"},
         .summary = "A good write has none of BSY, DF, DRQ and ERR in Status.",
         .doors = Door::write,
         .run = [](Exchange& x) { check_status(x, x.write(x.scratch(), x.pattern(1))); }},
        {.id = "ata.reply.status-of-identify",
         .requirements = {"AOE-ATA-11"},
         .summary = "A good IDENTIFY DEVICE has none of BSY, DF, DRQ and ERR in Status.",
         .run = [](Exchange& x) { check_status(x, identify_request()); }},
        {.id = "ata.reply.sector-count",
         .requirements = {"AOE-ATA-16"},
         .summary = "Sector Count of a good read's reply is 0 or the request's.",
         .run =
             [](Exchange& x) {
                 const Reply reply = x.prepare(x.read(0, 1), AtaSucceeds());
                 if (!x.check(reply, SectorCountRegisterIs(AnyOf(0, 1)))) return;
                 x.note(reply.ata->sector_count == 0 ? "0, none remaining" : "the request's");
             }},
        {.id = "ata.reply.lba",
         .requirements = {"AOE-ATA-17"},
         .summary = "The LBA of a good read's reply is the request's or just past the transfer.",
         .run =
             [](Exchange& x) {
                 const Request read = x.read(0, 1);
                 const std::uint64_t asked = std::get<AtaFields>(read.argument).lba;
                 const Reply reply = x.prepare(read, AtaSucceeds());
                 if (!x.check(reply, LbaIs(AnyOf(asked, asked + 1)))) return;
                 x.note(reply.ata->lba == asked ? "the request's" : "advanced past the transfer");
             }},
        {.id = "ata.reply.flags",
         .requirements = {"AOE-ATA-18"},
         .summary = "AFlags of a reply are the request's or 0, and its reserved bytes are 0.",
         .run =
             [](Exchange& x) {
                 const Request read = x.read(0, 1);
                 const int asked = std::get<AtaFields>(read.argument).flags;
                 const Reply reply = x.prepare(read, AtaSucceeds());
                 x.check(reply, AllOf(AtaFlagsAre(AnyOf(asked, 0)), AtaReservedIs(0)));
             }},
    };
}

std::vector<Case> command_cases() {
    return {
        {.id = "ata.identify.served",
         .requirements = {"AOE-ATA-32"},
         .summary = "IDENTIFY DEVICE succeeds and returns a sector of data.",
         .run =
             [](Exchange& x) {
                 const Reply reply = x.ask(identify_request());
                 x.check(reply, AllOf(AtaSucceeds(), FrameSizeIs(Ge(ata_frame_bytes(1)))));
             }},
        {.id = "ata.flush.served",
         .requirements = {"AOE-ATA-34"},
         .summary = "FLUSH CACHE (0xE7) has Status 0x40, Error 0 and no data.",
         .run = [](Exchange& x) { x.check(x.ask(ata_request(opcode::flush)), Flushed()); }},
        {.id = "ata.flush-ext.served",
         .requirements = {"AOE-ATA-35"},
         .summary = "FLUSH CACHE EXT (0xEA) has Status 0x40, Error 0 and no data, or is aborted.",
         .run =
             [](Exchange& x) {
                 const Reply reply = x.ask(ata_request(opcode::flush_ext));
                 x.check(reply, AnyOf(Flushed(), AtaFails(abort)));
             }},
        {.id = "ata.power.active",
         .requirements = {"AOE-ATA-36"},
         .summary = "CHECK POWER MODE (0xE5) reports an active device, or is aborted.",
         .run =
             [](Exchange& x) {
                 const Reply reply = x.ask(ata_request(opcode::power));
                 const ReplyMatcher active = AllOf(AtaSucceeds(), SectorCountRegisterIs(0xff));
                 x.check(reply, AnyOf(active, AtaFails(abort)));
                 x.note("answered by " + outcome(reply));
             }},
        {.id = "ata.dma.read",
         .requirements = {"AOE-ATA-37"},
         .summary = "READ DMA (0xC8) is served as READ SECTORS is, or is aborted.",
         .run = [](Exchange& x) { read_or_abort(x, ata_request(opcode::read_dma, 0, 1)); }},
        {.id = "ata.dma.read-ext",
         .requirements = {"AOE-ATA-37"},
         .summary = "READ DMA EXT (0x25) is served as READ SECTORS EXT is, or is aborted.",
         .run =
             [](Exchange& x) {
                 read_or_abort(x, with_flags(ata_request(opcode::read_dma_ext, 0, 1), flag_e));
             }},
        {.id = "ata.dma.write",
         .requirements = {"AOE-ATA-37", "AOE-ATA-19"},
         .summary = "WRITE DMA (0xCA) is done, or is aborted and changes nothing.",
         .doors = Door::write,
         .needs = Need::scratch28,
         .run =
             [](Exchange& x) {
                 const Request write = ata_request(opcode::write_dma, x.scratch(), 1);
                 write_or_abort(x, with_flags(write, flag_w));
             }},
        {.id = "ata.dma.write-ext",
         .requirements = {"AOE-ATA-37", "AOE-ATA-19"},
         .summary = "WRITE DMA EXT (0x35) is done, or is aborted and changes nothing.",
         .doors = Door::write,
         .run =
             [](Exchange& x) {
                 const Request write = ata_request(opcode::write_dma_ext, x.scratch(), 1);
                 write_or_abort(x, with_flags(write, flag_e | flag_w));
             }},
        {.id = "ata.smart.answered",
         .requirements = {"AOE-ATA-38"},
         .summary = "SMART RETURN STATUS (0xB0, 0xDA) is served or aborted.",
         .doors = Door::disk,
         .run =
             [](Exchange& x) {
                 Request smart = ata_request(opcode::smart, 0xc24f00);
                 smart.ata().feature = 0xda;
                 const Reply reply = x.ask(smart);
                 x.check(reply, AnyOf(AtaSucceeds(), AtaFails(abort)));
                 x.note("answered by " + outcome(reply));
             }},
        {.id = "ata.set-features.answered",
         .requirements = {"AOE-ATA-39"},
         .summary = "SET FEATURES (0xEF) that asks for the write cache as it is gets an answer.",
         .doors = Door::disk,
         .run =
             [](Exchange& x) {
                 const bool cached =
                     (x.prepare(identify_request(), AtaSucceeds()).word(85) & 32) != 0;
                 Request set = ata_request(opcode::set_features);
                 set.ata().feature = cached ? 0x02 : 0x82;
                 const Reply reply = x.ask(set);
                 x.check(reply, AnyOf(AtaSucceeds(), AtaFails(abort)));
                 x.note("answered by " + outcome(reply));
             }},
    };
}

}  // namespace

std::vector<Case> ata_cases() {
    std::vector<Case> cases;
    for (const auto& group :
         {transfer_cases(), address_cases(), flag_cases(), register_cases(), command_cases()}) {
        cases.insert(cases.end(), group.begin(), group.end());
    }
    return cases;
}

}  // namespace aoe::conformance
