// SPDX-License-Identifier: MIT
// aoe compare: a device with a file or with another device, without changing either.
#include <algorithm>
#include <fmt/format.h>
#include <memory>

#include "initiator/cli/interrupt.h"
#include "initiator/cli/json_text.h"
#include "initiator/cli/progress_line.h"
#include "initiator/cli/streams.h"
#include "initiator/cli/support.h"
#include "initiator/cli/text.h"
#include "initiator/cli/transfers.h"
#include "initiator/transfer.h"

namespace aoe::initiator {
namespace {

/// One side, read a chunk at a time.
class Side {
public:
    Side(const CompareOptions& options, const std::string& name, std::uint64_t start) {
        if (names_target(name)) {
            target_ = std::make_unique<Target>(options.target.named(name));
            name_ = name;
            count_ = sectors_to_move(*target_, start, options.count);
            reader_ = std::make_unique<SectorReader>(target_->session(), target_->device().address,
                                                     start, *count_);
            return;
        }
        input_ = std::make_unique<Input>(name);
        name_ = input_->name();
        if (start != 0) input_->skip(start * sector_size);
        buffer_.resize(chunk_sectors * sector_size);
        if (!options.count.empty()) count_ = number("--count", options.count);
        left_bytes_ = count_ ? *count_ * sector_size : UINT64_MAX;
    }

    const std::string& name() const { return name_; }
    /// Sectors that will be compared, where that can be told.
    const std::optional<std::uint64_t>& count() const { return count_; }

    /// Empty at the end. CommandError when it cannot be read.
    Bytes next() {
        if (reader_) {
            const auto bytes = reader_->next();
            if (bytes) return *bytes;
            if (bytes.error() == std::errc::interrupted) throw interruption("not all was compared");
            reader_.reset();
            throw target_->failure("it could not be compared", bytes.error());
        }
        const auto most =
            static_cast<std::size_t>(std::min<std::uint64_t>(buffer_.size(), left_bytes_));
        const auto got = input_->read(MutableBytes(buffer_).first(most));
        if (!got) throw stream_failure(name_, got.error(), "it could not be compared");
        left_bytes_ -= *got;
        return Bytes(buffer_).first(*got);
    }

private:
    std::string name_;
    std::optional<std::uint64_t> count_;
    std::unique_ptr<Target> target_;
    std::unique_ptr<SectorReader> reader_;
    std::unique_ptr<Input> input_;
    std::vector<std::byte> buffer_;
    std::uint64_t left_bytes_ = 0;
};

struct Difference {
    std::uint64_t compared_bytes = 0;
    std::uint64_t sectors = 0;  // That differ.
    std::optional<std::uint64_t> first_sector{}, first_byte{};
    std::string longer{};  // The side that goes on when the other has ended.
};

void compare_chunk(Bytes left, Bytes right, Difference& difference) {
    for (std::size_t at = 0; at < left.size(); at += sector_size) {
        const std::size_t size = std::min(sector_size, left.size() - at);
        const Bytes one = left.subspan(at, size), other = right.subspan(at, size);
        const auto [place, same] = std::mismatch(one.begin(), one.end(), other.begin());
        (void)same;
        if (place == one.end()) continue;
        ++difference.sectors;
        if (difference.first_sector) continue;
        const std::uint64_t byte = difference.compared_bytes + at;
        difference.first_sector = byte / sector_size;
        difference.first_byte = byte + static_cast<std::uint64_t>(place - one.begin());
    }
}

Difference compare(Side& left, Side& right, ProgressLine& progress) {
    Difference difference;
    Bytes one, other;
    while (true) {
        if (interrupted()) throw interruption("not all was compared");
        if (one.empty()) one = left.next();
        if (other.empty()) other = right.next();
        if (one.empty() || other.empty()) break;
        const std::size_t size = std::min(one.size(), other.size());
        compare_chunk(one.first(size), other.first(size), difference);
        difference.compared_bytes += size;
        one = one.subspan(size);
        other = other.subspan(size);
        progress.update(difference.compared_bytes / sector_size);
    }
    if (!one.empty()) difference.longer = left.name();
    if (!other.empty()) difference.longer = right.name();
    return difference;
}

void show(const Difference& difference, bool as_json) {
    const std::uint64_t compared = difference.compared_bytes / sector_size;
    if (as_json) {
        Json json{{"equal", difference.sectors == 0 && difference.longer.empty()},
                  {"compared_sectors", compared},
                  {"different_sectors", difference.sectors}};
        if (difference.first_sector) {
            json["first_sector"] = *difference.first_sector;
            json["first_byte"] = *difference.first_byte;
        }
        if (!difference.longer.empty()) json["longer"] = difference.longer;
        print(json_text(json));
    } else if (difference.sectors == 0) {
        print(fmt::format("{} compared, all equal\n", sectors_text(compared)));
    } else {
        print(fmt::format("{} compared, {} different; the first is number {}, byte {}\n",
                          sectors_text(compared), difference.sectors, *difference.first_sector,
                          *difference.first_byte));
    }
}

}  // namespace

void run_compare(const CompareOptions& options) {
    if (!names_target(options.left) && !names_target(options.right)) {
        throw CommandError(ExitStatus::usage,
                           fmt::format("neither '{}' nor '{}' is a target like e7.3; cmp compares "
                                       "files",
                                       escape(options.left), escape(options.right)));
    }
    Side left(options, options.left, number("--left-start", options.left_start));
    Side right(options, options.right, number("--right-start", options.right_start));
    SystemClock clock;
    Difference difference;
    {
        ProgressLine progress("compared", left.count() ? left.count() : right.count(), clock);
        difference = compare(left, right, progress);
    }
    show(difference, options.json);
    if (!difference.longer.empty()) {
        throw CommandError(ExitStatus::failed,
                           fmt::format("{} goes on where the other ends, after {} bytes; --count "
                                       "compares a part",
                                       difference.longer, difference.compared_bytes));
    }
    if (difference.sectors > 0) {
        throw CommandError(ExitStatus::failed,
                           fmt::format("{} and {} differ", left.name(), right.name()));
    }
}

}  // namespace aoe::initiator
