// SPDX-License-Identifier: MIT
// Mistakes of ATA commands: the end of the disk, counts and data that do not fit, and the commands
// beyond reading and writing.
#include <algorithm>

#include "conformance/selftest/mutant_frame.h"

namespace aoe::conformance {

namespace {

constexpr std::uint64_t end = mutant_disk_sectors;

bool extended(const FrameBytes& request) {
    return ata({0x24, 0x34})(request);
}
std::uint64_t address(const FrameBytes& request) {
    return extended(request) ? lba(request) : lba(request) & 0x0fffffff;
}
bool is_last(const FrameBytes& request) {
    return transfers(request) && address(request) == end - 1 && at(request, 26) == 1;
}
bool crosses(const FrameBytes& request) {
    return transfers(request) && address(request) == end - 1 && at(request, 26) == 2;
}
bool is_past_end(const FrameBytes& request) {
    return transfers(request) && address(request) >= end;
}
bool lacks_data(const FrameBytes& request) {
    return writes(request) && request.size() < 36 + std::size_t{at(request, 26)} * 512;
}
void bring_data(FrameBytes& request) {
    request.resize(36 + std::size_t{at(request, 26)} * 512);
}
Edit masked(std::uint64_t bits) {
    return [=](FrameBytes& request) { set_lba(request, lba(request) & bits); };
}
Edit at_sector(std::uint64_t sector) {
    return [=](FrameBytes& request) { set_lba(request, sector); };
}
Which counts(Which which, unsigned least, unsigned most) {
    return [=](const FrameBytes& request) {
        return which(request) && at(request, 26) >= least && at(request, 26) <= most;
    };
}

// Carried out as `edit` changes it, and answered as if it had been refused.
Fault refused_but_done(Which which, Edit edit, unsigned error) {
    Fault fault = requests(which, std::move(edit));
    fault.on_reply = [=](const FrameBytes& request, FrameBytes& reply) {
        if (!reply.empty() && which(request)) set_abort(reply, error);
    };
    return fault;
}

Fault in_failure(Which which, Edit edit) {
    return {.on_reply = [=](const FrameBytes& request, FrameBytes& reply) {
        const bool failed = !reply.empty() && at(reply, 19) == 0 && (at(reply, 14) & 4U) == 0 &&
                            (at(reply, 27) & 1U) != 0;
        if (failed && which(request)) edit(reply);
    }};
}

std::vector<Mutant> end_mutants() {
    return {
        {"last-sector-lost", "The last sector is refused.", "AOE-ATA-25",
         requests(is_last, [](FrameBytes& q) { set_lba(q, lba(q) + 1); })},
        {"last-write-lost", "Writes of the last sector succeed and store nothing.", "AOE-ATA-25",
         pretends(both(writes, is_last))},
        {"reads-past-the-end", "Reads past the end return sector 0.", "AOE-ATA-26",
         requests(both(ata({0x24}), is_past_end), at_sector(0))},
        {"reads-28-past-the-end", "28-bit reads past the end return sector 0.", "AOE-ATA-26",
         requests(both(ata({0x20}), is_past_end), at_sector(0))},
        {"writes-past-the-end", "Writes past the end succeed and store nothing.", "AOE-ATA-26",
         pretends(both(writes, is_past_end))},
        {"crossing-reads", "Reads over the end succeed.", "AOE-ATA-26",
         requests(both(reads, crosses), at_sector(end - 2))},
        {"crossing-writes", "Writes over the end succeed and store nothing.", "AOE-ATA-26",
         pretends(both(writes, crosses))},
        {"wraps-at-28-bits", "48-bit addresses are masked to 28 bits.", "AOE-ATA-26",
         requests(extended, masked(0x0fffffff))},
        {"writes-wrap-at-28-bits", "48-bit writes are masked to 28 bits.", "AOE-ATA-26",
         requests(ata({0x34}), masked(0x0fffffff))},
        {"writes-wrap-at-32-bits", "48-bit writes are masked to 32 bits, and said to be refused.",
         "AOE-ATA-26", refused_but_done(both(ata({0x34}), is_past_end), masked(0xffffffff), 0x10)},
        {"highest-address-served", "The highest 48-bit address is taken for -1, nowhere.",
         "AOE-ATA-26",
         requests(
             [](const FrameBytes& q) {
                 return ata({0x24})(q) && lba(q) == 0xffffffffffff && at(q, 26) == 1;
             },
             at_sector(0))},
        {"ends-are-aoe-errors", "Reads past the end get AoE error 2 besides ATA's.", "AOE-ATA-12",
         in_failure(is_past_end, [](FrameBytes& reply) { set_error(reply, 2); })},
        {"io-error-code-0", "ATA errors have flag E and Error 0.", "AOE-ATA-12",
         in_failure(any, [](FrameBytes& reply) { set_error(reply, 0); })},
        {"crossing-half-written", "A refused write over the end stores its first sector.",
         "AOE-ATA-27", refused_but_done(both(writes, crosses), put(26, 1), 0x10)},
        {"sum-of-48-bits", "Address plus count overflows in 48 bits.", "AOE-ATA-28",
         requests(
             [](const FrameBytes& q) {
                 return ata({0x24})(q) && lba(q) + at(q, 26) > 0xffffffffffff && at(q, 26) == 2;
             },
             at_sector(0))},
        {"sum-of-28-bits", "Address plus count overflows in 28 bits.", "AOE-ATA-28",
         requests(
             [](const FrameBytes& q) {
                 return ata({0x20})(q) && address(q) + at(q, 26) > 0x0fffffff;
             },
             at_sector(0))},
        {"dies-of-far-addresses", "Addresses above 32 bits are deadly.", "AOE-ATA-26",
         dies([](const FrameBytes& q) { return ata({0x24})(q) && lba(q) > 0xffffffff; })},
        {"refusals-with-data", "Refused reads send a sector along.", "AOE-ATA-42",
         in_failure(reads, resize(548))},
        {"ends-are-abrt", "The error past the end is ABRT.", "AOE-ATA-46",
         in_failure(is_past_end, put(25, 4))},
    };
}

std::vector<Mutant> count_mutants() {
    return {
        {"too-many-cut", "Reads of more sectors than announced return fewer.", "AOE-ATA-21",
         requests(counts(reads, 3, 255), put(26, 2))},
        {"many-ignored", "Reads of 255 sectors are not answered.", "AOE-ATA-21",
         ignores(counts(reads, 255, 255))},
        {"too-many-aoe-error", "Reads of more sectors than announced get AoE error 2.",
         "AOE-ATA-13", refuses(counts(reads, 3, 255), 2)},
        {"zero-is-one", "Count 0 reads one sector.", "AOE-ATA-22",
         requests(counts(reads, 0, 0), put(26, 1))},
        {"zero-ignored", "Reads of count 0 are not answered.", "AOE-ATA-22",
         ignores(counts(reads, 0, 0))},
        {"zero-writes-one", "Writes of count 0 clear a sector.", "AOE-ATA-22",
         requests(counts(writes, 0, 0),
                  [](FrameBytes& request) {
                      set(request, 26, 1);
                      bring_data(request);
                  })},
        {"zero-identify-empty", "IDENTIFY DEVICE with count 0 has no data.", "AOE-ATA-33",
         replies(counts(ata({0xec}), 0, 0), resize(60))},
        {"two-identify-ignored", "IDENTIFY DEVICE with count 2 is not answered.", "AOE-ATA-33",
         ignores(counts(ata({0xec}), 2, 2))},
        {"short-writes-filled", "What a write lacks is taken for zeros.", "AOE-ATA-23",
         requests(lacks_data, bring_data)},
        {"short-writes-stored", "A write that lacks data is stored and said to be refused.",
         "AOE-ATA-23", refused_but_done(lacks_data, bring_data, 0x04)},
        {"short-writes-ignored", "A write without data succeeds and stores nothing.", "AOE-ATA-23",
         pretends([](const FrameBytes& q) { return lacks_data(q) && q.size() <= 60; })},
        {"extra-data-stored", "All the data of a write is stored, whatever its count.",
         "AOE-ATA-24",
         requests([](const FrameBytes& q) { return writes(q) && q.size() >= 1060; }, put(26, 2))},
    };
}

std::vector<Mutant> command_mutants() {
    return {
        {"unknown-ata-ignored", "Unknown ATA commands are not answered.", "AOE-ATA-29",
         ignores(ata({0xff, 0x00}))},
        {"unknown-ata-succeeds", "ATA command 0xFF succeeds.", "AOE-ATA-29", pretends(ata({0xff}))},
        {"nop-aoe-error", "ATA command 0 gets AoE error 2.", "AOE-ATA-29", refuses(ata({0}), 2)},
        {"identify-aborted", "IDENTIFY DEVICE is aborted.", "AOE-ATA-32", aborts(ata({0xec}))},
        {"identify-without-data", "IDENTIFY DEVICE succeeds without data.", "AOE-ATA-32",
         pretends(ata({0xec}))},
        {"flush-echoes-command", "FLUSH CACHE answers Status 0xE7.", "AOE-ATA-34",
         replies(ata({0xe7}), put(27, 0xe7))},
        {"flush-status-0", "FLUSH CACHE answers Status 0 and any Error.", "AOE-ATA-34",
         replies(ata({0xe7}),
                 [](FrameBytes& reply) {
                     set(reply, 25, 0xed);
                     set(reply, 27, 0);
                 })},
        {"flush-aborted", "FLUSH CACHE is aborted.", "AOE-ATA-34", aborts(ata({0xe7}))},
        {"flush-ext-echoes-command", "FLUSH CACHE EXT answers Status 0xEA.", "AOE-ATA-35",
         replies(ata({0xea}), put(27, 0xea))},
        {"power-mode-unknown", "CHECK POWER MODE answers 0x55.", "AOE-ATA-36",
         replies(ata({0xe5}), put(26, 0x55))},
        {"power-mode-aborted", "CHECK POWER MODE is aborted.", "AOE-ATA-36", aborts(ata({0xe5}))},
        {"read-dma-wrong", "READ DMA returns the next sector.", "AOE-ATA-37",
         requests(ata({0xc8}), flip(28, 1))},
        {"read-dma-ext-wrong", "READ DMA EXT returns the next sector.", "AOE-ATA-37",
         requests(ata({0x25}), flip(28, 1))},
        {"write-dma-ignored", "WRITE DMA is not answered.", "AOE-ATA-37", ignores(ata({0xca}))},
        {"write-dma-lost", "WRITE DMA succeeds and stores nothing.", "AOE-ATA-19",
         pretends(ata({0xca}))},
        {"write-dma-ext-lost", "WRITE DMA EXT succeeds and stores nothing.", "AOE-ATA-19",
         pretends(ata({0x35}))},
        {"smart-ignored", "SMART is not answered.", "AOE-ATA-38", ignores(ata({0xb0}))},
        {"set-features-ignored", "SET FEATURES is not answered.", "AOE-ATA-39",
         ignores(ata({0xef}))},
        {"set-features-aborted", "SET FEATURES is aborted.", "AOE-ATA-39", aborts(ata({0xef}))},
    };
}

}  // namespace

std::vector<Mutant> ata_error_mutants() {
    return joined({end_mutants(), count_mutants(), command_mutants()});
}

}  // namespace aoe::conformance
