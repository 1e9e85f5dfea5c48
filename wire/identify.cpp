// SPDX-License-Identifier: MIT
#include "wire/identify.h"

#include <algorithm>
#include <cassert>
#include <numeric>

#include "wire/ata.h"
#include "wire/endian.h"
#include "wire/layout.h"

namespace aoe {
namespace {

// Words by the names that the ATA standard gives them.
namespace word_index {
constexpr std::size_t general_configuration = 0;
constexpr std::size_t serial = 10;
constexpr std::size_t firmware = 23;
constexpr std::size_t model = 27;
constexpr std::size_t multiple_sectors = 47;
constexpr std::size_t capabilities = 49;
constexpr std::size_t more_capabilities = 50;
constexpr std::size_t sectors28 = 60;
constexpr std::size_t major_version = 80;
constexpr std::size_t supported_82 = 82;
constexpr std::size_t supported_83 = 83;
constexpr std::size_t supported_84 = 84;
constexpr std::size_t enabled_85 = 85;
constexpr std::size_t enabled_86 = 86;
constexpr std::size_t enabled_87 = 87;
constexpr std::size_t sectors48 = 100;
constexpr std::size_t integrity = 255;
}  // namespace word_index

constexpr std::size_t word_size = sizeof(Little16);
constexpr std::size_t signature_offset = word_index::integrity * word_size;
constexpr std::size_t checksum_offset = signature_offset + 1;
constexpr std::byte checksum_signature{0xa5};

constexpr unsigned bit(unsigned number) noexcept {
    return 1U << number;
}
// Bits 15:14 of many words, so that a reader can tell a filled one from zeros and ones.
constexpr unsigned filled = bit(14);
constexpr unsigned write_cache = bit(5);
constexpr unsigned lba48 = bit(10);
constexpr unsigned flush_cache = bit(12);
constexpr unsigned flush_cache_ext = bit(13);

void set_word(MutableBytes data, std::size_t index, unsigned value) noexcept {
    layout::to_wire(data.subspan(index * word_size),
                    store_little16(static_cast<std::uint16_t>(value)));
}

/// Least significant word first, as ATA has numbers of several words.
void set_number(MutableBytes data, std::size_t index, std::size_t words,
                std::uint64_t value) noexcept {
    for (std::size_t i = 0; i < words; ++i) {
        set_word(data, index + i, static_cast<unsigned>(value >> (16 * i) & 0xffff));
    }
}

/// Printable ASCII, the first character of each pair in the high byte, space padded.
void set_string(MutableBytes data, std::size_t index, std::size_t width,
                std::string_view text) noexcept {
    for (std::size_t i = 0; i < width; ++i) {
        const char given = i < text.size() ? text[i] : ' ';
        const char printable = given >= ' ' && given <= '~' ? given : '?';
        data[index * word_size + (i ^ 1)] = static_cast<std::byte>(printable);
    }
}

template <std::size_t width> AtaString<width> string_at(Bytes data, std::size_t index) noexcept {
    AtaString<width> text{.characters = {}, .size = width};
    for (std::size_t i = 0; i < width; ++i) {
        text.characters[i] = std::to_integer<char>(data[index * word_size + (i ^ 1)]);
    }
    // Spaces are the standard's padding; some targets use zeros.
    const auto last = text.view().find_last_not_of(std::string_view(" \0", 2));
    text.size = last == std::string_view::npos ? 0 : last + 1;
    return text;
}

unsigned sum(Bytes data) noexcept {
    return std::accumulate(data.begin(), data.end(), 0U, [](unsigned total, std::byte value) {
        return total + std::to_integer<unsigned>(value);
    });
}

}  // namespace

void write_identify(std::span<std::byte, identify_size> data,
                    const IdentifyFields& fields) noexcept {
    namespace at = word_index;
    // Zero says "not supported", "not valid" or "not reported" in every word left out below. That
    // is right for transfer modes (53, 63, 64-70, 88), queueing (75), Serial ATA (76-79) and the
    // parallel cable's reset result (93), because no ATA bus is here; for the cylinders, heads and
    // sectors of old (1, 3, 6, 54-58), because LBA is; for larger sectors (106, AOE-ATAID-18).
    std::ranges::fill(data, std::byte{});

    // An ATA device (bit 15 clear), fixed (AOE-ATAID-02).
    set_word(data, at::general_configuration, bit(6));
    set_string(data, at::serial, 20, fields.serial);     // AOE-ATAID-03
    set_string(data, at::firmware, 8, fields.firmware);  // AOE-ATAID-04
    set_string(data, at::model, 40, fields.model);       // AOE-ATAID-05
    // 0x80 is fixed; zero sectors: READ and WRITE MULTIPLE are not served (AOE-ATAID-06).
    set_word(data, at::multiple_sectors, 0x8000);
    // LBA; DMA, because the DMA commands are served like the PIO ones (AOE-ATAID-07).
    set_word(data, at::capabilities, bit(9) | bit(8));
    set_word(data, at::more_capabilities, filled);  // AOE-ATAID-08
    // What 28 bits can say of the size (AOE-ATAID-10).
    set_number(data, at::sectors28, 2, std::min(fields.sectors, lba28_limit - 1));
    // ATA-6, which brought the newest commands served: the 48-bit ones (AOE-ATAID-11).
    set_word(data, at::major_version, bit(6));
    // The write cache alone: no SMART, no NOP (AOE-ATAID-12).
    set_word(data, at::supported_82, fields.write_cache_supported ? write_cache : 0);
    // AOE-ATAID-13, -25
    set_word(data, at::supported_83, filled | lba48 | flush_cache | flush_cache_ext);
    set_word(data, at::supported_84, filled);  // Nothing more (AOE-ATAID-14).
    set_word(data, at::enabled_85, fields.write_cache_enabled ? write_cache : 0);
    // What word 83 supports is always on (AOE-ATAID-15); bit 14 means nothing here.
    set_word(data, at::enabled_86, lba48 | flush_cache | flush_cache_ext);
    set_word(data, at::enabled_87, filled);  // AOE-ATAID-14
    // The size; 48 bits can address no more (AOE-ATAID-17).
    set_number(data, at::sectors48, 4, std::min(fields.sectors, lba48_limit - 1));
    // The last byte makes all 512 add up to zero (AOE-ATAID-19).
    data[signature_offset] = checksum_signature;
    data[checksum_offset] = static_cast<std::byte>(0U - sum(data));
}

Expected<IdentifyView, Reject> IdentifyView::parse(Bytes data) noexcept {
    if (data.size() < identify_size) {
        return Unexpected{Reject::identify_short};  // AOE-ATAID-01
    }
    return IdentifyView(data.first(identify_size));
}

std::uint16_t IdentifyView::word(std::size_t index) const noexcept {
    assert(index < identify_size / word_size);
    return load_little16(layout::from_wire<Little16>(data_.subspan(index * word_size)));
}

AtaString<20> IdentifyView::serial() const noexcept {
    return string_at<20>(data_, word_index::serial);
}

AtaString<8> IdentifyView::firmware() const noexcept {
    return string_at<8>(data_, word_index::firmware);
}

AtaString<40> IdentifyView::model() const noexcept {
    return string_at<40>(data_, word_index::model);
}

bool IdentifyView::supports_lba48() const noexcept {
    return (word(word_index::supported_83) & lba48) != 0;
}

std::uint64_t IdentifyView::sectors28() const noexcept {
    return std::uint64_t{word(word_index::sectors28 + 1)} << 16 | word(word_index::sectors28);
}

std::uint64_t IdentifyView::sectors48() const noexcept {
    return load_little48(
        layout::from_wire<Little48>(data_.subspan(word_index::sectors48 * word_size)));
}

std::uint64_t IdentifyView::sectors() const noexcept {
    return supports_lba48() ? sectors48() : sectors28();
}

bool IdentifyView::checksum_valid() const noexcept {
    return data_[signature_offset] != checksum_signature || (sum(data_) & 0xff) == 0;
}

}  // namespace aoe
