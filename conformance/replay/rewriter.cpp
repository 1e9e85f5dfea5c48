// SPDX-License-Identifier: MIT
#include "conformance/replay/rewriter.h"

#include <algorithm>
#include <array>

#include "conformance/replay/kept_frame.h"

namespace aoe::conformance {

namespace {

constexpr std::uint64_t sectors_of_28_bits = std::uint64_t{1} << 28;

// The fixed part of an ATA request or reply, by offset of an untagged frame.
class Registers {
public:
    explicit Registers(ByteVector& bytes) : bytes_(bytes), shift_(type_offset(bytes) - 12) {}

    bool is_ata() const {
        const std::size_t type = 12 + shift_;
        return bytes_.size() >= 36 + shift_ && bytes_[type] == 0x88 && bytes_[type + 1] == 0xa2 &&
               at(19) == 0;
    }
    bool moves_sectors() const { return is_ata() && (is_ata_read(at(27)) || is_ata_write(at(27))); }
    std::uint8_t at(std::size_t offset) const { return bytes_[offset + shift_]; }
    bool is_extended() const { return is_ata_extended(at(27)) || (at(24) & 0x40) != 0; }
    std::uint64_t count() const { return at(26); }
    std::uint64_t lba() const {
        std::uint64_t value = 0;
        for (std::size_t i = 6; i-- > 0;) value = value << 8 | at(28 + i);
        return is_extended() ? value : value & (sectors_of_28_bits - 1);
    }
    // Device bits of 28-bit commands stay.
    void set_lba(std::uint64_t value) {
        const std::size_t whole = is_extended() ? 6 : 3;
        for (std::size_t i = 0; i < whole; ++i) {
            put(28 + i, static_cast<std::uint8_t>(value >> (8 * i)));
        }
        if (!is_extended()) {
            put(31, static_cast<std::uint8_t>((at(31) & 0xf0) | ((value >> 24) & 0x0f)));
        }
    }

private:
    void put(std::size_t offset, std::uint8_t value) { bytes_[offset + shift_] = value; }
    ByteVector& bytes_;
    std::size_t shift_;
};

// Served, or not answered at all: then nobody knows.
bool was_refused(const RecordedRequest& recorded) {
    ByteVector reply = recorded.reply;
    const Registers registers(reply);
    if (reply.empty()) return false;
    return !registers.is_ata() || (registers.at(14) & 4) != 0 || (registers.at(27) & 1) != 0;
}

bool is_movable(const RecordedRequest& recorded) {
    ByteVector bytes = recorded.bytes;
    return Registers(bytes).moves_sectors() && !was_refused(recorded);
}

}  // namespace

std::optional<SectorMove> move_of(const Recording& recording, const SectorRange& into) {
    std::optional<SectorMove> move;
    for (const RecordedRequest& request : recording.requests) {
        if (!is_movable(request)) continue;
        ByteVector bytes = request.bytes;
        const std::uint64_t lba = Registers(bytes).lba();
        if (!move) move = SectorMove{.lowest = lba, .into = into};
        move->lowest = std::min(move->lowest, lba);
    }
    return into.count == 0 ? std::nullopt : move;
}

Rewriter::Rewriter(const Recording& recording, const Players& here, std::optional<SectorMove> move)
    : macs_{{recording.target.mac, here.target.mac}, {recording.first, here.first}},
      recorded_(recording.target),
      here_(here.target),
      move_(move) {
    if (recording.has_second) macs_.emplace_back(recording.second, here.second);
}

Mac Rewriter::mac(const Mac& recorded) const {
    for (const auto& [then, now] : macs_) {
        if (then == recorded) return now;
    }
    for (const auto& [then, now] : macs_) {
        if (now == recorded) return then;
    }
    return recorded;
}

void Rewriter::put_mac(ByteVector& bytes, std::size_t offset) const {
    if (offset + 6 > bytes.size()) return;
    Mac value;
    for (std::size_t i = 0; i < value.size(); ++i) value[i] = std::byte{bytes[offset + i]};
    if (is_group(value) || value == Mac{}) return;
    const Mac now = mac(value);
    for (std::size_t i = 0; i < now.size(); ++i) {
        bytes[offset + i] = std::to_integer<std::uint8_t>(now[i]);
    }
}

void Rewriter::put_addresses(ByteVector& bytes, std::uint32_t tag) const {
    put_mac(bytes, 0);
    put_mac(bytes, 6);
    const std::size_t at = type_offset(bytes) - 12;
    const auto swapped = [](unsigned value, unsigned then, unsigned now) {
        return value == then ? now : value == now ? then : value;
    };
    if (bytes.size() >= at + 18) {
        const unsigned shelf =
            swapped(unsigned{bytes[at + 16]} << 8 | bytes[at + 17], recorded_.shelf, here_.shelf);
        bytes[at + 16] = static_cast<std::uint8_t>(shelf >> 8);
        bytes[at + 17] = static_cast<std::uint8_t>(shelf);
    }
    if (bytes.size() >= at + 19) {
        bytes[at + 18] =
            static_cast<std::uint8_t>(swapped(bytes[at + 18], recorded_.slot, here_.slot));
    }
    if (bytes.size() < at + 24) return;
    for (std::size_t i = 0; i < 4; ++i) {
        bytes[at + 20 + i] = static_cast<std::uint8_t>(tag >> (24 - 8 * i));
    }
    put_lists(bytes, at);
}

// Addresses in mask and reserve lists are those of the same machines.
void Rewriter::put_lists(ByteVector& bytes, std::size_t at) const {
    const std::uint8_t command = bytes[at + 19];
    if (command == 2 && bytes.size() >= at + 28) {
        for (std::size_t i = 0; i < bytes[at + 27]; ++i) put_mac(bytes, at + 30 + 8 * i);
    }
    if (command == 3 && bytes.size() >= at + 26) {
        for (std::size_t i = 0; i < bytes[at + 25]; ++i) put_mac(bytes, at + 26 + 6 * i);
    }
}

bool Rewriter::moves(const RecordedRequest& recorded) const {
    return move_ && is_movable(recorded);
}

void Rewriter::move_sectors(ByteVector& bytes, std::string& refusal) const {
    Registers registers(bytes);
    const std::uint64_t lba = move_->to(registers.lba());
    if (!move_->into.contains(lba, registers.count())) {
        refusal = "its sectors would cross the end of the scratch range";
    } else if (!registers.is_extended() && lba + registers.count() > sectors_of_28_bits) {
        refusal = "its 28-bit command does not reach the scratch range";
    } else {
        registers.set_lba(lba);
    }
}

ByteVector Rewriter::request(const RecordedRequest& recorded, std::uint32_t tag,
                             std::string& refusal) const {
    ByteVector bytes = recorded.bytes;
    put_addresses(bytes, tag);
    if (moves(recorded)) move_sectors(bytes, refusal);
    return bytes;
}

ByteVector Rewriter::reply(const RecordedRequest& recorded, std::uint32_t tag) const {
    ByteVector bytes = recorded.reply;
    put_addresses(bytes, tag);
    return bytes;
}

}  // namespace aoe::conformance
