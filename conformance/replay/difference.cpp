// SPDX-License-Identifier: MIT
#include "conformance/replay/difference.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "conformance/describe.h"

namespace aoe::conformance {

namespace {

constexpr std::uint8_t identify_opcode = 0xec;
constexpr std::size_t sector_bytes = 512;

struct Words {
    std::size_t first, last;
};
constexpr std::array<Words, 9> free_words{
    {{1, 1}, {3, 3}, {6, 6}, {10, 19}, {23, 26}, {27, 46}, {54, 58}, {60, 61}, {100, 103}}};

void blank(ByteVector& bytes, std::size_t from, std::size_t size) {
    const std::size_t end = std::min(bytes.size(), from + size);
    if (from < end) {
        std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(from),
                  bytes.begin() + static_cast<std::ptrdiff_t>(end), std::uint8_t{});
    }
}

bool has_data(const SeenFrame& request, const ByteVector& reply) {
    if (request.kind != FrameKind::aoe || request.command() != 0 || !request.has(36)) return false;
    const bool reads = is_ata_read(request.status()) || request.status() == identify_opcode;
    return reads && reply.size() >= 36 && (reply[14] & 4) == 0 && (reply[27] & 1) == 0;
}

// Where what the message means ends.
std::size_t end_of(const SeenFrame& request, const ByteVector& reply) {
    if (reply.size() < 24) return reply.size();
    if ((reply[14] & 4) != 0 && reply[19] == 0) return 24;
    std::size_t end = fixed_end(reply[19]);
    if (reply[19] == 0 && has_data(request, reply)) {
        const std::size_t asked =
            request.status() == identify_opcode ? sector_bytes : sector_bytes * request.count();
        // What is more than was asked for is told, padding to 60 bytes is not.
        end = reply.size() <= 60 ? end : std::max(reply.size(), end);
        end = reply.size() == 36 + asked ? 36 + asked : end;
    }
    if (reply.size() >= end) {
        if (reply[19] == 1) end += std::size_t{reply[30]} << 8 | reply[31];
        if (reply[19] == 2) end += std::size_t{8} * reply[27];
        if (reply[19] == 3) end += std::size_t{6} * reply[25];
    }
    return std::min(end, reply.size());
}

// The reply without what may differ.
ByteVector masked(const SeenFrame& request, ByteVector reply, bool moved,
                  const WrittenSectors& written) {
    reply.resize(end_of(request, reply));
    blank(reply, 0, 12);
    blank(reply, 20, 4);
    if (reply.size() < 24) return reply;
    if (reply[19] == 1) blank(reply, 24, 5);
    if (reply[19] == 0 && moved) blank(reply, 28, 6);
    if (!has_data(request, reply)) return reply;
    if (request.status() == identify_opcode) {
        for (const Words& words : free_words) {
            blank(reply, 36 + 2 * words.first, 2 * (words.last - words.first + 1));
        }
        return reply;
    }
    for (std::size_t i = 0; 36 + i * sector_bytes < reply.size(); ++i) {
        if (!written.contains(request.address() + i)) {
            blank(reply, 36 + i * sector_bytes, sector_bytes);
        }
    }
    return reply;
}

bool is_masked(const std::string& name) {
    constexpr std::array<std::string_view, 9> names{
        field::destination,   field::source,  field::tag.name, field::buffer_count.name,
        field::firmware.name, field::padding, field::data,     field::size,
        field::lba.name};
    return std::find(names.begin(), names.end(), name) != names.end();
}

// Which sectors or words of the data differ.
std::string data_text(const SeenFrame& request, const ByteVector& one, const ByteVector& other) {
    const std::size_t step = request.status() == identify_opcode ? 2 : sector_bytes;
    const char* what = step == 2 ? "word" : "sector";
    std::string text;
    constexpr std::size_t most = 8;
    std::size_t count = 0;
    for (std::size_t at = 36; at < std::min(one.size(), other.size()); at += step) {
        const std::size_t end = std::min({at + step, one.size(), other.size()});
        const auto from = static_cast<std::ptrdiff_t>(at), to = static_cast<std::ptrdiff_t>(end);
        if (std::equal(one.begin() + from, one.begin() + to, other.begin() + from)) continue;
        if (++count > most) continue;
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", what, (at - 36) / step);
        if (step == 2 && end == at + 2) {
            text += fmt::format(" 0x{:02x}{:02x}", one[at + 1], one[at]);
        }
    }
    if (count > most) text += fmt::format(" and {} more", count - most);
    return text;
}

}  // namespace

std::vector<FieldRow> difference(const SeenFrame& request, const ByteVector& recorded,
                                 const ByteVector& reply, bool moved,
                                 const WrittenSectors& written) {
    const ByteVector then = masked(request, recorded, moved, written);
    const ByteVector now = masked(request, reply, moved, written);
    if (then == now) return {};
    const auto recorded_fields = dissect(std::as_bytes(std::span(recorded)));
    const auto fields = dissect(std::as_bytes(std::span(reply)));
    if (!recorded_fields || !fields) {
        return {{.name = "Frame",
                 .offset = 12,
                 .size = 2,
                 .actual = describe_frame(std::as_bytes(std::span(reply))),
                 .expected = describe_frame(std::as_bytes(std::span(recorded))),
                 .differs = true}};
    }
    std::vector<FieldRow> rows = fields_of(*fields);
    const std::vector<FieldRow> before = fields_of(*recorded_fields);
    bool any = false;
    for (FieldRow& row : rows) {
        const bool lba = row.name == field::lba.name && !moved;
        const bool config_count = row.name == field::config_sector_count.name && now[19] == 1;
        const bool beyond = row.offset >= now.size() && row.offset >= then.size();
        if ((is_masked(row.name) && !lba) || config_count || beyond) continue;
        const auto old = std::find_if(before.begin(), before.end(), [&](const FieldRow& other) {
            return other.name == row.name && other.offset == row.offset;
        });
        const std::string was = old == before.end() ? "absent" : old->actual;
        if (was == row.actual) continue;
        row.expected = was;
        row.differs = any = true;
    }
    if (!any && now.size() != then.size()) {
        rows.push_back({.name = std::string(field::size),
                        .offset = 0,
                        .size = 0,
                        .actual = fmt::format("{} bytes that mean something", now.size()),
                        .expected = fmt::format("{}", then.size()),
                        .differs = true});
        any = true;
    }
    const std::string data = has_data(request, now) ? data_text(request, now, then) : "";
    if (!data.empty()) {
        rows.push_back({.name = std::string(field::data),
                        .offset = 36,
                        .size = now.size() - std::min<std::size_t>(now.size(), 36),
                        .actual = data,
                        .expected = data_text(request, then, now),
                        .differs = true});
        any = true;
    }
    if (!any) return {};
    return rows;
}

std::string difference_text(const std::vector<FieldRow>& rows) {
    std::string text;
    for (const FieldRow& row : rows) {
        if (!row.differs) continue;
        text += fmt::format("{}{} {}, recorded {}", text.empty() ? "" : "; ", row.name, row.actual,
                            row.expected);
    }
    return text;
}

}  // namespace aoe::conformance
