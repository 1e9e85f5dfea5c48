// SPDX-License-Identifier: MIT
#include "conformance/fields.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "conformance/describe.h"

namespace aoe::conformance {

namespace {

struct Bit {
    std::uint64_t mask = 0;
    std::string_view name;
};

// The value in hexadecimal, and the names of the bits that are set.
template <std::size_t count>
std::string bits_text(std::string number, std::uint64_t value, const std::array<Bit, count>& bits) {
    std::string names;
    for (const Bit& bit : bits) {
        if ((value & bit.mask) == 0) continue;
        names.append(names.empty() ? "" : ", ").append(bit.name);
    }
    return names.empty() ? number : number + " (" + names + ")";
}

class Table {
public:
    explicit Table(const Reply& frame) : frame_(frame) {}

    void add(const Field& field, std::uint64_t value) {
        add(field.name, field.offset, field.size, field.text(value));
    }
    void add(std::string_view name, std::size_t offset, std::size_t size, std::string actual) {
        rows_.push_back({.name = std::string(name),
                         .offset = offset,
                         .size = size,
                         .actual = std::move(actual),
                         .expected = {}});
    }
    /// What follows `offset`, of which the first `size` bytes mean something to the command; what
    /// is then left is padding.
    void add_rest(std::string_view name, std::size_t offset, std::size_t size,
                  const std::string& actual) {
        const std::size_t end = std::min(offset + size, frame_.bytes.size());
        if (size > 0) add(name, offset, end - offset, actual);
        if (end < frame_.bytes.size())
            add(field::padding, end, frame_.bytes.size() - end, rest(end));
    }
    std::string rest(std::size_t offset) const {
        const ByteVector bytes(frame_.bytes.begin() + static_cast<std::ptrdiff_t>(offset),
                               frame_.bytes.end());
        const auto other = std::count_if(bytes.begin(), bytes.end(), [](auto b) { return b != 0; });
        if (other == 0) return fmt::format("{} zero bytes", bytes.size());
        return fmt::format("{} bytes, {} of them not zero: {}", bytes.size(), other,
                           excerpt(bytes));
    }
    std::vector<FieldRow> take() { return std::move(rows_); }

private:
    const Reply& frame_;
    std::vector<FieldRow> rows_;
};

void add_ata(Table& table, const Reply& frame) {
    const AtaFields& ata = *frame.ata;
    const bool reply = frame.is_response();
    table.add(field::aflags, ata.flags);
    table.add(reply ? field::ata_error : field::feature, ata.feature);
    table.add(field::ata_sector_count, ata.sector_count);
    table.add(reply ? field::status : field::opcode, ata.command);
    table.add(field::lba, ata.lba);
    table.add(field::ata_reserved, ata.reserved);
    // No field says how much of it is data: a frame of Ethernet's least size is padded.
    const bool carries_data = frame.bytes.size() > 60;
    const std::size_t size = carries_data ? frame.data.size() : 0;
    table.add_rest(field::data, 36, size, fmt::format("{} bytes: {}", size, excerpt(frame.data)));
}

void add_config(Table& table, const Reply& frame) {
    const ConfigFields& config = *frame.config;
    table.add(field::buffer_count, config.buffer_count);
    table.add(field::firmware, config.firmware_version);
    table.add(field::config_sector_count, config.sector_count);
    table.add(field::aoe, config.version);
    table.add(field::ccmd, config.command);
    table.add(field::string_length, config.string_length);
    table.add_rest(field::string, 32, config.string_length, quote(frame.config_string()));
}

void add_mask(Table& table, const Reply& frame) {
    const MaskFields& mask = *frame.mask;
    table.add(field::mask_reserved, mask.reserved);
    table.add(field::mcmd, mask.command);
    table.add(field::merror, mask.error);
    table.add(field::directive_count, mask.directive_count);
    std::string list;
    for (const Directive& directive : frame.directives()) {
        list += (list.empty() ? "" : ", ") + mac_text(directive.mac);
        // In a list that is only shown every DCmd is 0.
        if (directive.command != 0) list += fmt::format(" (DCmd {})", directive.command);
    }
    table.add_rest(field::directives, 28, std::size_t{mask.directive_count} * 8,
                   list.empty() ? "none" : list);
}

void add_reserve(Table& table, const Reply& frame) {
    table.add(field::rcmd, frame.reserve->command);
    table.add(field::mac_count, frame.reserve->mac_count);
    std::string list;
    for (const Mac& mac : frame.macs()) list += (list.empty() ? "" : ", ") + mac_text(mac);
    table.add_rest(field::macs, 26, std::size_t{frame.reserve->mac_count} * 6,
                   list.empty() ? "none" : list);
}

}  // namespace

std::string decimal_text(std::uint64_t value) {
    return std::to_string(value);
}

std::string byte_text(std::uint64_t value) {
    return hex(value);
}

std::string word_text(std::uint64_t value) {
    return fmt::format("0x{:04x}", value);
}

std::string tag_text(std::uint64_t tag) {
    return fmt::format("0x{:08x}", tag);
}

std::string flags_text(std::uint64_t flags) {
    constexpr std::array<Bit, 3> bits{{{8, "R"}, {4, "E"}, {3, "reserved bits"}}};
    return bits_text(fmt::format("0x{:x}", flags), flags, bits);
}

std::string error_text(std::uint64_t error) {
    if (error == 0) return "0";
    if (error > 6) return fmt::format("{} ({}, no known error)", error, hex(error));
    return fmt::format("{} ({})", error, error_name(static_cast<std::uint8_t>(error)));
}

std::string command_text(std::uint64_t command) {
    return fmt::format("{} ({})", command, command_name(static_cast<std::uint8_t>(command)));
}

std::string aflags_text(std::uint64_t aflags) {
    constexpr std::array<Bit, 5> bits{
        {{0x40, "E"}, {0x10, "D"}, {0x02, "A"}, {0x01, "W"}, {0xac, "reserved bits"}}};
    return bits_text(hex(aflags), aflags, bits);
}

std::string status_text(std::uint64_t status) {
    constexpr std::array<Bit, 5> bits{
        {{0x80, "BSY"}, {0x40, "DRDY"}, {0x20, "DF"}, {0x08, "DRQ"}, {0x01, "ERR"}}};
    return bits_text(hex(status), status, bits);
}

std::string ata_error_text(std::uint64_t error) {
    constexpr std::array<Bit, 4> bits{
        {{0x80, "ICRC"}, {0x40, "UNC"}, {0x10, "IDNF"}, {0x04, "ABRT"}}};
    return bits_text(hex(error), error, bits);
}

std::string opcode_text(std::uint64_t value) {
    constexpr std::array<std::pair<std::uint8_t, std::string_view>, 15> names{
        {{opcode::read, "READ SECTORS"},
         {opcode::read_ext, "READ SECTORS EXT"},
         {opcode::read_dma, "READ DMA"},
         {opcode::read_dma_ext, "READ DMA EXT"},
         {opcode::write, "WRITE SECTORS"},
         {opcode::write_ext, "WRITE SECTORS EXT"},
         {opcode::write_dma, "WRITE DMA"},
         {opcode::write_dma_ext, "WRITE DMA EXT"},
         {opcode::identify, "IDENTIFY DEVICE"},
         {opcode::flush, "FLUSH CACHE"},
         {opcode::flush_ext, "FLUSH CACHE EXT"},
         {opcode::power, "CHECK POWER MODE"},
         {opcode::smart, "SMART"},
         {opcode::set_features, "SET FEATURES"},
         {std::uint8_t{0}, "NOP"}}};
    for (const auto& [code, name] : names) {
        if (code == value) return fmt::format("{} ({})", hex(value), name);
    }
    return hex(value);
}

std::vector<FieldRow> fields_of(const Reply& frame) {
    Table table(frame);
    table.add(field::destination, 0, 6, mac_text(frame.destination));
    table.add(field::source, 6, 6, mac_text(frame.source));
    table.add(field::version, frame.aoe.version);
    table.add(field::flags, frame.aoe.flags);
    table.add(field::error, frame.aoe.error);
    table.add(field::major, frame.aoe.shelf);
    table.add(field::minor, frame.aoe.slot);
    table.add(field::command, frame.aoe.command);
    table.add(field::tag, frame.aoe.tag);
    if (frame.ata) {
        add_ata(table, frame);
    } else if (frame.config) {
        add_config(table, frame);
    } else if (frame.mask) {
        add_mask(table, frame);
    } else if (frame.reserve) {
        add_reserve(table, frame);
    } else if (frame.bytes.size() > 24) {
        table.add(field::data, 24, frame.bytes.size() - 24, table.rest(24));
    }
    return table.take();
}

}  // namespace aoe::conformance
