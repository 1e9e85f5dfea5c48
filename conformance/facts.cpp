// SPDX-License-Identifier: MIT
#include "conformance/facts.h"

#include <algorithm>

#include "wire/address.h"

namespace aoe::conformance {

namespace {

// ATA strings hold two characters a word, the first in the high byte, and pad with spaces.
std::string ata_string(const Reply& reply, std::size_t first_word, std::size_t words) {
    std::string text;
    for (std::size_t i = first_word; i < first_word + words; ++i) {
        text += static_cast<char>(reply.word(i) >> 8);
        text += static_cast<char>(reply.word(i) & 0xff);
    }
    const auto end = text.find_last_not_of(std::string_view(" \0", 2));
    text.resize(end == std::string::npos ? 0 : end + 1);
    return text;
}

}  // namespace

unsigned TargetFacts::sectors_per_message() const {
    const unsigned announced = config.sector_count == 0 ? 2U : config.sector_count;
    const auto fitting = static_cast<unsigned>(mtu < 22 ? 0 : (mtu - 22) / 512);
    return std::max(1U, std::min(announced, fitting));
}

std::string TargetFacts::name() const {
    return subject.empty() ? target_name(shelf, slot) : subject;
}

SectorRange default_scratch(std::uint64_t sectors) {
    constexpr std::uint64_t usual = 2048;
    sectors = std::min(sectors, std::uint64_t{1} << 28);
    const std::uint64_t count = sectors >= 4 * usual ? usual : sectors / 4;
    return {.first = sectors - 2 * count, .count = count};
}

void read_identify(TargetFacts& facts, const Reply& reply) {
    facts.identified = true;
    facts.identify_data.assign(
        reply.data.begin(),
        reply.data.begin() + std::min<std::ptrdiff_t>(512, std::ssize(reply.data)));
    facts.lba48 = (reply.word(83) & 0x0400) != 0;
    const std::uint64_t words28 =
        reply.word(60) | (static_cast<std::uint64_t>(reply.word(61)) << 16);
    std::uint64_t words48 = 0;
    for (std::size_t i = 0; i < 3; ++i) {
        words48 |= static_cast<std::uint64_t>(reply.word(100 + i)) << (16 * i);
    }
    facts.sectors = facts.lba48 ? words48 : words28;
    facts.serial = ata_string(reply, 10, 10);
    facts.firmware = ata_string(reply, 23, 4);
    facts.model = ata_string(reply, 27, 20);
}

}  // namespace aoe::conformance
