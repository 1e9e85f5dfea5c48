// SPDX-License-Identifier: MIT
// Mistakes in what IDENTIFY DEVICE says.
#include <algorithm>
#include <memory>

#include "conformance/selftest/mutant_frame.h"

namespace aoe::conformance {

namespace {

constexpr std::size_t data = 36;

bool identify(const FrameBytes& request) {
    return ata({0xec})(request);
}

// Words are little-endian.
unsigned value(const FrameBytes& reply, std::size_t index) {
    return at(reply, data + 2 * index) + 256 * at(reply, data + 2 * index + 1);
}
void set_value(FrameBytes& reply, std::size_t index, unsigned number) {
    set(reply, data + 2 * index, number & 0xffU);
    set(reply, data + 2 * index + 1, number >> 8);
}

Fault in_identity(Edit edit) {
    return replies(identify, std::move(edit));
}
Fault word_is(std::size_t index, unsigned number) {
    return in_identity([=](FrameBytes& reply) { set_value(reply, index, number); });
}
Fault word_has(std::size_t index, unsigned bits) {
    return in_identity(
        [=](FrameBytes& reply) { set_value(reply, index, value(reply, index) | bits); });
}
Fault word_lacks(std::size_t index, unsigned bits) {
    return in_identity(
        [=](FrameBytes& reply) { set_value(reply, index, value(reply, index) & ~bits); });
}
Fault capacity_is(std::uint64_t sectors) {
    return in_identity([=](FrameBytes& reply) {
        for (const std::size_t first : {60U, 100U}) {
            set_value(reply, first, static_cast<unsigned>(sectors & 0xffff));
            set_value(reply, first + 1, static_cast<unsigned>(sectors >> 16));
        }
    });
}
// The words of a text, each with its bytes exchanged, or the spaces behind it replaced.
Fault unswapped(std::size_t first, std::size_t words) {
    return in_identity([=](FrameBytes& reply) {
        for (std::size_t i = first; i < first + words; ++i) {
            const unsigned number = value(reply, i);
            set_value(reply, i, number >> 8 | (number & 0xffU) << 8);
        }
    });
}
Fault padded_with(std::byte padding, std::size_t first, std::size_t words) {
    return in_identity([=](FrameBytes& reply) {
        if (reply.size() < data + 512) return;
        const auto begin = reply.begin() + static_cast<std::ptrdiff_t>(data + 2 * first);
        std::replace(begin, begin + static_cast<std::ptrdiff_t>(2 * words), std::byte{0x20},
                     padding);
    });
}

std::vector<Mutant> text_mutants() {
    return {
        {"identity-too-long", "IDENTIFY data have two bytes too many.", "AOE-ATAID-01",
         in_identity([](FrameBytes& reply) { reply.resize(reply.size() + 2); })},
        {"identity-too-short", "IDENTIFY data lack word 255.", "AOE-ATAID-01",
         in_identity([](FrameBytes& reply) { reply.resize(reply.size() - 2); })},
        {"serial-padded-with-zeros", "The serial number's padding is zeros.", "AOE-ATAID-03",
         padded_with(std::byte{}, 10, 10)},
        {"serial-unswapped", "The serial number's bytes are not exchanged.", "AOE-ATAID-03",
         unswapped(10, 10),
         "Every order of printable characters is a serial number; what it is meant to be only the "
         "target knows."},
        {"firmware-with-newline", "The firmware revision holds a newline.", "AOE-ATAID-04",
         word_is(25, 0x0a20)},
        {"model-padded-with-zeros", "The model's padding is zeros.", "AOE-ATAID-05",
         padded_with(std::byte{}, 27, 20)},
        {"model-unswapped", "The model's bytes are not exchanged.", "AOE-ATAID-05",
         unswapped(27, 20),
         "Every order of printable characters is a model; what it is meant to be only the target "
         "knows."},
    };
}

std::vector<Mutant> word_mutants() {
    const auto count = std::make_shared<unsigned>(0);
    return {
        {"atapi-device", "Bit 15 of word 0 is set.", "AOE-ATAID-02", word_has(0, 0x8000)},
        {"no-multiple-marker", "Word 47 is 0.", "AOE-ATAID-06", word_is(47, 0)},
        {"word-50-zero", "Word 50 is 0.", "AOE-ATAID-08", word_is(50, 0)},
        {"geometry-promised", "Word 53 promises words 54 to 58, which are 0.", "AOE-ATAID-09",
         word_has(53, 1)},
        {"ultra-dma-promised", "Word 53 promises word 88, which is 0.", "AOE-ATAID-09",
         in_identity([](FrameBytes& reply) {
             set_value(reply, 53, 4);
             set_value(reply, 88, 0);
         })},
        {"version-of-1994", "Word 80 names ATA-1 only, with 48-bit addresses.", "AOE-ATAID-11",
         word_is(80, 0x0002)},
        {"word-83-invalid", "Bits 15 and 14 of word 83 are 00.", "AOE-ATAID-25",
         word_lacks(83, 0xc000)},
        {"word-84-invalid", "Word 84 is 0.", "AOE-ATAID-14", word_is(84, 0)},
        {"word-87-invalid", "Word 87 is 0.", "AOE-ATAID-14", word_is(87, 0)},
        {"nothing-enabled", "Word 86 has none of the bits of word 83.", "AOE-ATAID-15",
         word_lacks(86, 0x3400)},
        {"strange-reset-result", "Word 93 is 0x1234.", "AOE-ATAID-16", word_is(93, 0x1234)},
        {"sectors-of-4096", "Word 106 claims long logical sectors.", "AOE-ATAID-18",
         word_is(106, 0x5000)},
        {"signature-wrong", "Word 255 is neither 0 nor has the signature.", "AOE-ATAID-19",
         word_is(255, 0x1234)},
        {"checksum-wrong", "Word 255 has the signature and a wrong checksum.", "AOE-ATAID-19",
         in_identity([](FrameBytes& reply) {
             unsigned sum = 0xa5;
             for (std::size_t i = 0; i < 510; ++i) sum += at(reply, data + i);
             set_value(reply, 255, 0xa5U | (((256 - sum % 256) ^ 1U) & 0xffU) << 8);
         })},
        {"geometry-too-large", "Words 54 to 56 say more than the capacity.", "AOE-ATAID-24",
         in_identity([](FrameBytes& reply) {
             for (const std::size_t index : {54U, 55U, 56U}) set_value(reply, index, 255);
         })},
        {"geometry-filled", "Words 54 to 56 say 63 sectors, 16 heads, 69 cylinders.",
         "AOE-ATAID-24", in_identity([](FrameBytes& reply) {
             set_value(reply, 54, 69);
             set_value(reply, 55, 16);
             set_value(reply, 56, 63);
         })},
        {"identity-changes", "Word 200 counts IDENTIFY DEVICE commands.", "AOE-ATAID-22",
         in_identity([count](FrameBytes& reply) { set_value(reply, 200, ++*count); })},
    };
}

std::vector<Mutant> claim_mutants() {
    constexpr std::uint64_t sectors = mutant_disk_sectors;
    return {
        {"no-lba", "Bit 9 of word 49 is 0.", "AOE-ATAID-07", word_lacks(49, 0x0200)},
        {"dma-claimed", "Word 49 claims DMA, and READ DMA is aborted.", "AOE-ATAID-07",
         aborts(ata({0xc8}))},
        {"words-60-61-low", "Words 60 and 61 say 5 sectors.", "AOE-ATAID-10",
         in_identity([](FrameBytes& reply) {
             set_value(reply, 60, 5);
             set_value(reply, 61, 0);
         })},
        {"words-60-61-exchanged", "The words of the 28-bit capacity are exchanged.", "AOE-ATAID-10",
         in_identity([](FrameBytes& reply) {
             const unsigned low = value(reply, 60);
             set_value(reply, 60, value(reply, 61));
             set_value(reply, 61, low);
         })},
        {"smart-claimed", "Word 82 claims SMART, which is aborted.", "AOE-ATAID-12",
         word_has(82, 1)},
        {"write-cache-claimed", "Word 82 claims a write cache, and SET FEATURES is aborted.",
         "AOE-ATAID-12", aborts(ata({0xef}))},
        {"lba48-hidden", "Bit 10 of word 83 is 0 although 48-bit reads work.", "AOE-ATAID-13",
         word_lacks(83, 0x0400)},
        {"lba48-claimed", "Word 83 claims 48-bit commands, which are aborted.", "AOE-ATAID-13",
         aborts(ata({0x24, 0x34}))},
        {"flush-claimed", "Word 83 claims FLUSH CACHE, which is aborted.", "AOE-ATAID-13",
         aborts(ata({0xe7}))},
        {"flush-ext-claimed", "Word 83 claims FLUSH CACHE EXT, which is aborted.", "AOE-ATAID-13",
         aborts(ata({0xea}))},
        {"word-103-set", "Word 103 is 1.", "AOE-ATAID-17", word_is(103, 1)},
        {"words-100-103-empty", "Words 100 to 103 are 0.", "AOE-ATAID-17",
         in_identity([](FrameBytes& reply) {
             for (std::size_t i = 100; i < 104; ++i) set_value(reply, i, 0);
         })},
        {"capacity-off-by-one", "IDENTIFY announces one sector too many.", "AOE-ATAID-20",
         capacity_is(sectors + 1)},
        {"capacity-is-last-sector", "IDENTIFY announces the number of the last sector.",
         "AOE-ATAID-20", capacity_is(sectors - 1)},
    };
}

}  // namespace

std::vector<Mutant> identify_mutants() {
    return joined({text_mutants(), word_mutants(), claim_mutants()});
}

}  // namespace aoe::conformance
