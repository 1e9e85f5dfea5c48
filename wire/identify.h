// SPDX-License-Identifier: MIT
// The 512 bytes that IDENTIFY DEVICE returns: 256 little-endian words (AOE-ATAID-01).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "wire/bytes.h"
#include "wire/expected.h"
#include "wire/reject.h"

namespace aoe {

inline constexpr std::size_t identify_size = 512;

/// Characters of a fixed-width ATA string, trailing spaces and zeros cut; view() borrows from it.
/// They are as the target sent them: there are line feeds and zeros in the field.
template <std::size_t width> struct AtaString {
    std::array<char, width> characters{};
    std::size_t size = 0;
    std::string_view view() const noexcept { return {characters.data(), size}; }
};

/// What our target says about itself; strings beyond their width are cut.
struct IdentifyFields {
    std::string_view serial = {};        // Words 10-19, 20 characters.
    std::string_view firmware = {};      // Words 23-26, 8 characters.
    std::string_view model = {};         // Words 27-46, 40 characters.
    std::uint64_t sectors = 0;           // Words 60-61 (at most 0x0fffffff) and 100-103.
    bool write_cache_supported = false;  // Word 82 bit 5.
    bool write_cache_enabled = false;    // Word 85 bit 5.
};

/// Fills all 512 bytes: LBA, DMA and LBA48, FLUSH CACHE and FLUSH CACHE EXT, checksum in word 255.
void write_identify(std::span<std::byte, identify_size> data,
                    const IdentifyFields& fields) noexcept;

/// Someone's IDENTIFY data. Borrows: valid only while the bytes are.
class IdentifyView {
public:
    static Expected<IdentifyView, Reject> parse(Bytes data) noexcept;  // 512 bytes or more.

    std::uint16_t word(std::size_t index) const noexcept;  // 0..255
    AtaString<20> serial() const noexcept;
    AtaString<8> firmware() const noexcept;
    AtaString<40> model() const noexcept;
    bool supports_lba48() const noexcept;      // Word 83 bit 10.
    std::uint64_t sectors28() const noexcept;  // Words 60-61.
    std::uint64_t sectors48() const noexcept;  // Words 100-103, the low 48 bits.
    std::uint64_t sectors() const noexcept;    // Whichever of the two applies.
    /// Word 255: true when its signature is absent, or present with a right sum (AOE-ATAID-19).
    bool checksum_valid() const noexcept;

private:
    explicit IdentifyView(Bytes data) noexcept : data_(data) {}
    Bytes data_;
};

}  // namespace aoe
