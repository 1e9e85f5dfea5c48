// SPDX-License-Identifier: MIT
// Rules about the 512 bytes of IDENTIFY DEVICE, and the few that are about initiators.
#include <algorithm>
#include <fmt/format.h>
#include <numeric>

#include "conformance/describe.h"
#include "conformance/judge/rules/rule_words.h"

namespace aoe::conformance {

namespace {

constexpr std::uint8_t identify_opcode = 0xec;

bool has_identify_data(const Observation& seen) {
    return seen.request->has(36) && seen.request->status() == identify_opcode &&
           ata_succeeded(seen) && seen.reply->has(36 + 512);
}
unsigned word(const Observation& seen, std::size_t index) {
    return identify_word(*seen.reply, index);
}
std::uint64_t words(const Observation& seen, std::size_t first, std::size_t count) {
    std::uint64_t value = 0;
    for (std::size_t i = count; i-- > 0;) value = value << 16 | word(seen, first + i);
    return value;
}
bool says_lba48(const Observation& seen) {
    return (word(seen, 83) & 0x0400) != 0;
}

// Asked only about replies that have the data.
template <Outcome (*judge)(const Observation&, Words*)>
Outcome of_data(const Observation& seen, Words* words) {
    return has_identify_data(seen) ? judge(seen, words) : Outcome::not_about_it;
}

Outcome masked_word(const Observation& seen, Words* words, std::size_t index, unsigned mask,
                    unsigned value) {
    return expect((word(seen, index) & mask) == value, words, [&] {
        return Words{fmt::format("word {} & {:#06x} = {:#06x}", index, mask, value),
                     fmt::format("word {} is {:#06x}", index, word(seen, index))};
    });
}

// Two characters a word, the first in the high byte.
Outcome readable(const Observation& seen, Words* words, std::size_t first, std::size_t count) {
    std::string text;
    for (std::size_t i = first; i < first + count; ++i) {
        text += static_cast<char>(word(seen, i) >> 8);
        text += static_cast<char>(word(seen, i) & 0xff);
    }
    const bool good =
        std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
    return expect(good, words, [&] {
        return Words{"printable characters, padded with spaces", quote(text)};
    });
}

Outcome size(const Observation& seen, Words* words) {
    return expect(seen.reply->size == 36 + 512, words, [&] {
        return Words{"548 bytes", fmt::format("{} bytes", seen.reply->size)};
    });
}
Outcome ata_device(const Observation& seen, Words* words) {
    return masked_word(seen, words, 0, 0x8000, 0);
}
Outcome serial(const Observation& seen, Words* words) {
    return readable(seen, words, 10, 10);
}
Outcome firmware(const Observation& seen, Words* words) {
    return readable(seen, words, 23, 4);
}
Outcome model(const Observation& seen, Words* words) {
    return readable(seen, words, 27, 20);
}
Outcome multiple(const Observation& seen, Words* words) {
    return masked_word(seen, words, 47, 0xff00, 0x8000);
}
Outcome lba(const Observation& seen, Words* words) {
    return masked_word(seen, words, 49, 0x0200, 0x0200);
}
Outcome word50(const Observation& seen, Words* words) {
    return masked_word(seen, words, 50, 0xc000, 0x4000);
}
Outcome capacity28(const Observation& seen, Words* told) {
    if (!says_lba48(seen)) return Outcome::not_about_it;
    const std::uint64_t all = words(seen, 100, 4), shown = words(seen, 60, 2);
    const std::uint64_t right = std::min<std::uint64_t>(all, 0x0fffffffU);
    return expect(shown == right, told, [&] {
        return Words{fmt::format("words 60 and 61 say {}", right), fmt::format("{}", shown)};
    });
}
Outcome word84(const Observation& seen, Words* words) {
    const std::size_t index = (word(seen, 84) & 0xc000) == 0x4000 ? 87 : 84;
    return masked_word(seen, words, index, 0xc000, 0x4000);
}
Outcome enabled(const Observation& seen, Words* words) {
    const unsigned supported = word(seen, 83) & 0x3400;
    return masked_word(seen, words, 86, 0x3400, supported);
}
Outcome capacity48(const Observation& seen, Words* told) {
    if (!says_lba48(seen)) return Outcome::not_about_it;
    const std::uint64_t all = words(seen, 100, 4);
    return expect(all != 0 && all < std::uint64_t{1} << 48, told, [&] {
        return Words{"words 100 to 103 hold the number of sectors", fmt::format("{:#x}", all)};
    });
}
Outcome sector_size(const Observation& seen, Words* words) {
    const unsigned value = word(seen, 106);
    const bool right = value == 0 || ((value & 0xc000) == 0x4000 && (value & 0x1000) == 0);
    return expect(right, words, [&] {
        return Words{"word 106 says sectors of 512 bytes", fmt::format("{:#06x}", value)};
    });
}
Outcome checksum(const Observation& seen, Words* words) {
    if ((word(seen, 255) & 0xff) != 0xa5) {
        return expect(word(seen, 255) == 0, words, [&] {
            return Words{"word 255 is 0, or holds 0xa5 and a sum",
                         fmt::format("{:#06x}", word(seen, 255))};
        });
    }
    const std::string_view data = seen.reply->text(36, 512);
    const unsigned sum = std::accumulate(data.begin(), data.end(), 0U, [](unsigned so_far, char c) {
        return so_far + static_cast<unsigned char>(c);
    });
    return expect((sum & 0xff) == 0, words, [&] {
        return Words{"a sum of 0", fmt::format("{:#04x}", sum & 0xff)};
    });
}
Outcome constant(const Observation& seen, Words* words) {
    if (seen.known.identity == nullptr) return Outcome::not_about_it;
    return expect(digest(seen.reply->text(36, 512)) == seen.known.identity->digest, words, [] {
        return Words{"the same 512 bytes as before", "others"};
    });
}
Outcome word83(const Observation& seen, Words* words) {
    return masked_word(seen, words, 83, 0xc000, 0x4000);
}

Rule make(std::string_view id, std::string_view requirement, std::string_view summary,
          Outcome (*judge)(const Observation&, Words*)) {
    return {.test = {.id = id, .requirements = {requirement}, .summary = summary},
            .situations = Situation::reply,
            .commands = about::ata,
            .judge = judge};
}

Outcome w_only_for_data(const Observation& seen, Words* words) {
    const SeenFrame& request = *seen.request;
    if (!request.has(36)) return Outcome::not_about_it;
    const std::uint8_t opcode = request.status();
    const bool writes = is_ata_write(opcode);
    if (!writes && !is_ata_read(opcode) && opcode != identify_opcode) return Outcome::not_about_it;
    const bool w = (request.aflags() & 1) != 0;
    return expect(w == writes, words, [&] {
        return Words{writes ? "W set" : "W clear", fmt::format("ATA command {:#04x} with AFlags "
                                                               "{:#04x}",
                                                               opcode, request.aflags())};
    });
}

Outcome request_reserved_zero(const Observation& seen, Words* words) {
    return expect((seen.odd & odd::reserved) == 0, words, [&] {
        return Words{"reserved bits and bytes 0",
                     fmt::format("command {} with flags {:#x}, some of them set",
                                 seen.request->command(), seen.request->flags())};
    });
}

}  // namespace

std::vector<Rule> identify_rules() {
    return {
        make("seen.id.size", "AOE-ATAID-01", "There are 512 bytes.", of_data<size>),
        make("seen.id.ata-device", "AOE-ATAID-02", "Word 0 says: an ATA device.",
             of_data<ata_device>),
        make("seen.id.serial", "AOE-ATAID-03", "The serial number is readable.", of_data<serial>),
        make("seen.id.firmware", "AOE-ATAID-04", "The firmware is readable.", of_data<firmware>),
        make("seen.id.model", "AOE-ATAID-05", "The model is readable.", of_data<model>),
        make("seen.id.multiple", "AOE-ATAID-06", "Word 47 has the high byte 0x80.",
             of_data<multiple>),
        make("seen.id.lba", "AOE-ATAID-07", "Word 49 says: LBA.", of_data<lba>),
        make("seen.id.word-50", "AOE-ATAID-08", "Word 50 is valid.", of_data<word50>),
        make("seen.id.capacity-28", "AOE-ATAID-10", "Words 60 and 61 hold the sectors.",
             of_data<capacity28>),
        make("seen.id.words-84-87", "AOE-ATAID-14", "Words 84 and 87 are valid.", of_data<word84>),
        make("seen.id.enabled", "AOE-ATAID-15", "Word 86 enables what word 83 supports.",
             of_data<enabled>),
        make("seen.id.capacity-48", "AOE-ATAID-17", "Words 100 to 103 hold the sectors.",
             of_data<capacity48>),
        make("seen.id.sector-size", "AOE-ATAID-18", "Word 106 agrees with sectors of 512 bytes.",
             of_data<sector_size>),
        make("seen.id.checksum", "AOE-ATAID-19", "Word 255 is 0, or right.", of_data<checksum>),
        make("seen.id.constant", "AOE-ATAID-22", "The data do not change.", of_data<constant>),
        make("seen.id.word-83", "AOE-ATAID-25", "Word 83 is valid.", of_data<word83>),
    };
}

std::vector<Rule> initiator_rules() {
    constexpr Oddities any = ~odd::response;
    return {
        {.test = {.id = "seen.initiator.w-only-for-data",
                  .requirements = {"AOE-ATA-06"},
                  .summary = "An initiator sets W on requests with data for the device only."},
         .situations = Situation::request,
         .commands = about::ata,
         .tolerated = any,
         .judge = w_only_for_data},
        {.test = {.id = "seen.initiator.reserved-zero",
                  .requirements = {"AOE-HDR-03"},
                  .summary = "An initiator sends reserved bits and bytes as zero."},
         .situations = Situation::request,
         .tolerated = any,
         .judge = request_reserved_zero},
    };
}

}  // namespace aoe::conformance
