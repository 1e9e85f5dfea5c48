// SPDX-License-Identifier: MIT
#include "target/daemon/counters.h"

#include "wire/ata.h"
#include "wire/frame.h"

namespace aoe::target {

std::uint64_t LatencyCounter::below_us(double share) const noexcept {
    const auto wanted = static_cast<std::uint64_t>(share * static_cast<double>(count_));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
        seen += buckets_[i];
        if (seen > wanted) return std::min(std::uint64_t{1} << i, max_us_ + 1);
    }
    return count_ == 0 ? 0 : max_us_ + 1;
}

void ExportCounters::note_reply(Bytes frame) noexcept {
    ++replies;
    const auto view = FrameView::parse(frame);
    if (!view) return;
    const Header header = view->header();
    if ((header.flags & header_flag::error) != 0 && header.error < aoe_errors.size()) {
        ++aoe_errors[header.error];
    } else if (header.command == command::ata) {
        const auto ata = AtaView::parse(view->argument());
        if (!ata || (ata->registers().command_status & ata_status::error) == 0) return;
        const std::uint8_t error = ata->registers().error_feature;
        aborted += (error & ata_error::aborted) != 0 ? 1 : 0;
        id_not_found += (error & ata_error::id_not_found) != 0 ? 1 : 0;
        uncorrectable += (error & ata_error::uncorrectable) != 0 ? 1 : 0;
    }
}

void ExportCounters::note_done(const Operation& operation) noexcept {
    switch (operation.kind) {
        case Operation::Kind::read:
            ++reads;
            read_bytes += operation.into.size();
            break;
        case Operation::Kind::write:
            ++writes;
            written_bytes += operation.from.size();
            break;
        case Operation::Kind::flush:
            ++flushes;
            break;
    }
}

}  // namespace aoe::target
