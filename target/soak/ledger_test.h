// SPDX-License-Identifier: MIT
// What an initiator knows about the sectors it writes: what each may hold now, and what it may hold
// after the machine that serves it has lost its power. Every write has a number, which its sectors
// are filled from. Writes that overlap must not be under way together.
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "wire/ata.h"
#include "wire/bytes.h"

namespace aoe::target {

class Ledger {
public:
    /// All sectors are zeros at first. `lasts_at_once`: what is acknowledged is durable.
    Ledger(std::uint64_t sectors, bool lasts_at_once)
        : entries_(sectors, {Entry{}}), lasts_at_once_(lasts_at_once) {}

    std::uint64_t sectors() const noexcept { return entries_.size(); }

    /// Fills `data` with what is about to be written there. The write's number.
    std::uint32_t begin_write(std::uint64_t first, MutableBytes data) {
        const std::uint32_t number = ++last_number_;
        for (std::size_t i = 0; i < data.size() / sector_size; ++i) {
            entries_[first + i].push_back({.number = number});
            const auto content = content_of(first + i, number);
            std::ranges::copy(content, data.subspan(i * sector_size).begin());
        }
        return number;
    }
    void acknowledge_write(std::uint64_t first, std::size_t count, std::uint32_t number) {
        ++acknowledged_;
        ++now_;
        for (std::uint64_t sector = first; sector < first + count; ++sector) {
            auto& entries = entries_[sector];
            const auto found = std::ranges::find(entries, number, &Entry::number);
            if (found == entries.end()) continue;  // Its power was cut meanwhile.
            found->acknowledged = now_;
            if (lasts_at_once_) entries.erase(entries.begin(), found);
        }
    }
    /// A flush that is about to be sent; what acknowledge_flush() takes.
    std::uint64_t begin_flush() { return ++now_; }
    /// Everything acknowledged before it was sent lasts from now on.
    void acknowledge_flush(std::uint64_t begun) {
        ++flushes_;
        for (auto& entries : entries_) {
            for (std::size_t i = entries.size(); i-- > 1;) {
                if (entries[i].acknowledged == 0 || entries[i].acknowledged > begun) continue;
                entries.erase(entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(i));
                break;
            }
        }
    }

    /// What is wrong with a sector that was just read, if anything. No write to it is under way.
    std::optional<std::string> check(std::uint64_t sector, Bytes content) const {
        const auto& entries = entries_[sector];
        std::size_t first = entries.size() - 1;
        while (first > 0 && entries[first].acknowledged == 0) --first;
        if (find(sector, content, first)) return std::nullopt;
        return complaint(sector, content, first);
    }
    /// The same after a loss of power, sector by sector: what is there now is what lasted.
    std::optional<std::string> check_after_loss(std::uint64_t sector, Bytes content) {
        const auto found = find(sector, content, 0);
        if (!found) return complaint(sector, content, 0);
        auto& entries = entries_[sector];
        if (*found + 1 < entries.size()) ++forgotten_;
        entries = {Entry{.number = entries[*found].number, .acknowledged = now_}};
        return std::nullopt;
    }

    std::uint64_t acknowledged() const noexcept { return acknowledged_; }
    std::uint64_t flushes() const noexcept { return flushes_; }
    /// Sectors that a loss of power took back, as it may.
    std::uint64_t forgotten() const noexcept { return forgotten_; }

private:
    struct Entry {
        std::uint32_t number = 0;
        std::uint64_t acknowledged = 0;  // When; 0: never.
    };
    using Sector = std::array<std::byte, sector_size>;

    /// The number in every 16 bytes, so that a sector made of two is none of them.
    static Sector content_of(std::uint64_t sector, std::uint32_t number) {
        Sector content{};
        if (number == 0) return content;
        for (std::uint64_t i = 0; i < sector_size / 16; ++i) {
            const std::array<std::uint64_t, 2> words{sector << 8 | i, number};
            std::memcpy(content.data() + i * 16, words.data(), 16);
        }
        return content;
    }
    std::optional<std::size_t> find(std::uint64_t sector, Bytes content, std::size_t first) const {
        const auto& entries = entries_[sector];
        for (std::size_t i = first; i < entries.size(); ++i) {
            if (std::ranges::equal(content, content_of(sector, entries[i].number))) return i;
        }
        return std::nullopt;
    }
    std::string complaint(std::uint64_t sector, Bytes content, std::size_t first) const {
        std::uint64_t number = 0;
        std::memcpy(&number, content.data() + 8, sizeof number);
        std::string text = "sector " + std::to_string(sector) + " holds ";
        const bool whole =
            number <= last_number_ &&
            std::ranges::equal(content, content_of(sector, static_cast<std::uint32_t>(number)));
        text += whole ? "write " + std::to_string(number) : "what nobody wrote there";
        text += ", and should one of:";
        const std::size_t end = std::min(entries_[sector].size(), first + 10);
        for (std::size_t i = first; i < end; ++i) {
            text += " " + std::to_string(entries_[sector][i].number);
        }
        return end < entries_[sector].size() ? text + " ..." : text;
    }

    std::vector<std::vector<Entry>> entries_;  // Of each sector; the first is what lasts surely.
    bool lasts_at_once_;
    std::uint32_t last_number_ = 0;
    std::uint64_t now_ = 1;
    std::uint64_t acknowledged_ = 0;
    std::uint64_t flushes_ = 0;
    std::uint64_t forgotten_ = 0;
};

}  // namespace aoe::target
