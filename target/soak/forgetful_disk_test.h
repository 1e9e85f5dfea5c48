// SPDX-License-Identifier: MIT
// Disks that forget what was not flushed when their power is cut, around ones that keep all. Chance
// decides what a cut leaves of the rest: of every sector, what is durable or anything written
// later, each sector by itself.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "target/daemon/storage.h"
#include "target/disk.h"
#include "target/server.h"
#include "wire/random.h"

namespace aoe::target {

class ForgetfulDisk final : public Disk {
public:
    /// `platter`: what lasts; borrowed. The power is cut at the operation of that number.
    ForgetfulDisk(Disk& platter, std::uint64_t seed, std::uint64_t cut_at)
        : platter_(platter), random_(seed), left_(cut_at) {}

    std::uint64_t sectors() const noexcept override { return platter_.sectors(); }
    bool read_only() const noexcept override { return false; }

    std::error_code read(std::uint64_t sector, MutableBytes into) override {
        if (is_cut_after_this()) return gone();
        platter_.read(sector, into);
        for (std::size_t i = 0; i < into.size() / sector_size; ++i) {
            const auto cached = cache_.find(sector + i);
            if (cached == cache_.end()) continue;
            std::ranges::copy(cached->second.back().content, into.subspan(i * sector_size).begin());
        }
        return {};
    }
    std::error_code write(std::uint64_t sector, Bytes from) override {
        // Cut in the midst of it, some of its sectors may be there.
        if (!is_cut_) {
            for (std::size_t i = 0; i < from.size() / sector_size; ++i) {
                const Bytes part = from.subspan(i * sector_size, sector_size);
                cache_[sector + i].push_back({now_, {part.begin(), part.end()}});
            }
        }
        return is_cut_after_this() ? gone() : std::error_code{};
    }
    std::error_code flush() override { return flush_until(now_ + 1, 0, sectors()); }
    /// What was written to these sectors before begin_flush() gave the number.
    std::error_code flush_until(std::uint64_t begun, std::uint64_t first, std::uint64_t end) {
        if (is_cut_after_this()) return gone();
        for (auto each = cache_.lower_bound(first); each != cache_.end() && each->first < end;) {
            auto& [sector, versions] = *each;
            const auto later = std::ranges::find_if(
                versions, [&](const Version& version) { return version.written >= begun; });
            if (later != versions.begin()) platter_.write(sector, std::prev(later)->content);
            versions.erase(versions.begin(), later);
            each = versions.empty() ? cache_.erase(each) : std::next(each);
        }
        return {};
    }
    std::uint64_t begin_flush() noexcept { return now_; }

    void cut_power() {
        for (auto& [sector, versions] : cache_) {
            const std::uint64_t kept = random_.below(versions.size() + 1);
            if (kept != 0) platter_.write(sector, versions[kept - 1].content);
        }
        cache_.clear();
        is_cut_ = true;
    }
    bool is_cut() const noexcept { return is_cut_; }

private:
    struct Version {
        std::uint64_t written;
        std::vector<std::byte> content;
    };

    bool is_cut_after_this() {
        ++now_;
        if (!is_cut_ && --left_ == 0) cut_power();
        return is_cut_;
    }
    static std::error_code gone() { return std::make_error_code(std::errc::io_error); }

    Disk& platter_;
    Random random_;
    std::uint64_t left_;
    std::uint64_t now_ = 1;  // Counts operations.
    std::map<std::uint64_t, std::vector<Version>> cache_;
    bool is_cut_ = false;
};

/// The same as the daemon sees disks: what it starts is done later, in any order.
class ForgetfulStorage final : public Storage {
public:
    ForgetfulStorage(ForgetfulDisk& disk, std::uint64_t seed) : disk_(disk), random_(seed) {}

    std::uint64_t sectors() const noexcept override { return disk_.sectors(); }
    std::optional<std::error_code> at_once(const Operation& operation) override {
        if (operation.durable || operation.kind == Operation::Kind::flush) return std::nullopt;
        if (random_.chance(0.5)) return std::nullopt;
        return perform(operation, disk_);
    }
    bool has_unflushed() const noexcept override { return true; }
    void start(Work& work) override { works_.push_back({&work, disk_.begin_flush()}); }

    bool is_idle() const noexcept { return works_.empty(); }
    void finish_one() {
        const auto chosen =
            works_.begin() + static_cast<std::ptrdiff_t>(random_.below(works_.size()));
        const Started started = *chosen;
        works_.erase(chosen);
        started.work->done(result_of(*started.work, started.begun));
    }

private:
    struct Started {
        Work* work;
        std::uint64_t begun;
    };

    std::error_code result_of(Work& work, std::uint64_t begun) {
        if (work.kind == Operation::Kind::read) return disk_.read(work.sector, work.data);
        // What is written while a disk is being flushed may be left for the next time.
        if (work.kind == Operation::Kind::flush) {
            return disk_.flush_until(begun, 0, disk_.sectors());
        }
        const auto error = disk_.write(work.sector, work.data);
        if (error || !work.durable) return error;
        return disk_.flush_until(disk_.begin_flush(), work.sector, work.sector + work.sectors());
    }

    ForgetfulDisk& disk_;
    Random random_;
    std::vector<Started> works_;
};

}  // namespace aoe::target
