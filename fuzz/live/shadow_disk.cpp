// SPDX-License-Identifier: MIT
#include "fuzz/live/shadow_disk.h"

#include <algorithm>

#include "fuzz/fields.h"
#include "fuzz/plain_transfer.h"
#include "fuzz/raw_bytes.h"
#include "wire/ata.h"
#include "wire/frame.h"

namespace aoe::fuzz {
namespace {

constexpr std::size_t data_offset = 36;

bool is_refusal(Bytes reply) {
    const bool error = (value_in(reply, FieldKind::version_flags) & header_flag::error) != 0;
    constexpr std::uint64_t failed = 0xa9;  // BSY, DF, DRQ or ERR in Status.
    return error || (value_in(reply, FieldKind::opcode) & failed) != 0;
}

}  // namespace

ShadowDisk::ShadowDisk(const conformance::SectorRange& range)
    : range_(range), states_(range.count, State::unknown), bytes_(range.count * sector_size) {}

ShadowDisk::Span ShadowDisk::inside(std::uint64_t lba, std::uint64_t count) const {
    const std::uint64_t first = std::max(lba, range_.first);
    const std::uint64_t end = std::min(lba + count, range_.first + range_.count);
    return first < end ? Span{.first = first - range_.first, .count = end - first} : Span{};
}

std::optional<Kind> ShadowDisk::answered(Bytes request, Bytes reply) {
    if (command_of(request) != command::ata) return std::nullopt;
    if ((value_in(request, FieldKind::version_flags) & header_flag::error) != 0) {
        // Some send it back, whatever they did.
        unclear(request);
        return std::nullopt;
    }
    const auto transfer = plain_transfer(request);
    const bool reads = transfer && transfer->direction == AtaTransfer::read;
    if (reply.empty() || reply.size() < data_offset || command_of(reply) != command::ata) {
        if (!reply.empty() && is_refusal(reply)) {
            mark(request, State::known, State::known_after_refusal);
        } else {
            unclear(request);
        }
        return std::nullopt;
    }
    if (is_refusal(reply)) {
        if (may_change_sectors(request)) mark(request, State::known, State::known_after_refusal);
        return std::nullopt;
    }
    if (!transfer) {
        unclear(request);
        return std::nullopt;
    }
    const Span span = inside(transfer->lba, transfer->count);
    const std::size_t data_bytes = transfer->count * sector_size;
    const Bytes from = reads ? reply : request;
    if (from.size() < data_offset + data_bytes) {
        unclear(request);
        return std::nullopt;
    }
    const Bytes data = from.subspan(data_offset, data_bytes);
    if (reads) return compare(span, transfer->lba, data);
    store(span, transfer->lba, data);
    return std::nullopt;
}

void ShadowDisk::unclear(Bytes request) {
    if (!may_change_sectors(request)) return;
    mark(request, State::known, State::unknown);
    mark(request, State::known_after_refusal, State::unknown);
}

void ShadowDisk::forget(bool is_new) {
    std::ranges::fill(states_, is_new ? State::known : State::unknown);
    if (is_new) std::ranges::fill(bytes_, std::byte{});
}

/// By every reading of the request's address and count.
void ShadowDisk::mark(Bytes request, State from, State to) {
    const std::uint64_t lba = value_in(request, FieldKind::lba);
    const std::uint64_t count = value_in(request, FieldKind::ata_count);
    for (const std::uint64_t first : {lba, lba & (lba28_limit - 1)}) {
        const Span span = inside(first, count != 0 ? count : 256);
        for (std::uint64_t i = span.first; i < span.first + span.count; ++i) {
            if (states_[i] == from) states_[i] = to;
        }
    }
}

void ShadowDisk::store(const Span& span, std::uint64_t lba, Bytes data) {
    if (span.count == 0) return;
    const std::size_t skip = (span.first + range_.first - lba) * sector_size;
    const Bytes kept = data.subspan(skip, span.count * sector_size);
    copy(kept, MutableBytes(bytes_).subspan(span.first * sector_size));
    std::fill_n(states_.begin() + static_cast<std::ptrdiff_t>(span.first), span.count,
                State::known);
}

std::optional<Kind> ShadowDisk::compare(const Span& span, std::uint64_t lba, Bytes data) {
    std::optional<Kind> broken;
    for (std::uint64_t i = span.first; i < span.first + span.count; ++i) {
        const Bytes came = data.subspan((i + range_.first - lba) * sector_size, sector_size);
        const Bytes known = Bytes(bytes_).subspan(i * sector_size, sector_size);
        if (states_[i] != State::unknown && !equal(came, known)) {
            broken = states_[i] == State::known ? Kind::wrong_data : Kind::refused_write_done;
        }
    }
    store(span, lba, data);
    return broken;
}

}  // namespace aoe::fuzz
