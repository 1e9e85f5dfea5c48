// SPDX-License-Identifier: MIT
#include "initiator/transfer.h"

#include <algorithm>
#include <cassert>

#include "initiator/pipeline.h"
#include "wire/ata.h"

namespace aoe::initiator {
namespace {

/// What is left to write, and what came of it.
class Writer {
public:
    Writer(Session& session, const Address& device, std::uint64_t first, std::uint64_t end)
        : pipeline_(session, device), next_sector_(first), end_(end) {
        assert(first <= end);
    }

    Transfer run(const Source& source, const WriteOptions& options, const Progress& progress) {
        while (true) {
            while (more_ && !pipeline_.full()) more_ = start_chunk(source, options);
            if (pipeline_.empty()) return result_;
            if (const auto error = pipeline_.wait()) {
                result_.device_error = error;
                result_.uncertain_sectors = pipeline_.sectors_started();
                return result_;
            }
            result_.sectors += pipeline_.take().size() / sector_size;
            progress(result_.sectors);
        }
    }

private:
    /// False when there is nothing more to start.
    bool start_chunk(const Source& source, const WriteOptions& options) {
        const MutableBytes room = pipeline_.room(chunk_sectors);
        const auto got = source(room);
        if (!got) {
            result_.stream_error = got.error();
            return false;
        }
        std::size_t size = *got;
        if (const std::size_t odd = size % sector_size; odd != 0 && options.pad) {
            const MutableBytes padding = room.subspan(size, sector_size - odd);
            std::fill(padding.begin(), padding.end(), std::byte{});
            size += padding.size();
        } else {
            result_.odd_bytes = odd;
        }
        const std::size_t sectors = size / sector_size;
        if (sectors > end_ - next_sector_) {
            result_.device_error = std::make_error_code(std::errc::no_space_on_device);
            return false;
        }
        if (sectors > 0 && options.skip_zeros && is_zero(Bytes(room).first(size))) {
            pipeline_.skip(sectors);
        } else if (sectors > 0) {
            pipeline_.start(Kind::write, next_sector_, sectors);
        }
        next_sector_ += sectors;
        return *got == room.size();
    }

    detail::Pipeline pipeline_;
    std::uint64_t next_sector_;
    std::uint64_t end_;
    bool more_ = true;
    Transfer result_;
};

}  // namespace

bool is_zero(Bytes bytes) noexcept {
    return std::all_of(bytes.begin(), bytes.end(),
                       [](std::byte byte) { return byte == std::byte{}; });
}

SectorReader::SectorReader(Session& session, const Address& device, std::uint64_t first,
                           std::uint64_t count)
    : pipeline_(std::make_unique<detail::Pipeline>(session, device)),
      next_sector_(first),
      end_(first + count) {}

SectorReader::~SectorReader() = default;

Expected<Bytes, std::error_code> SectorReader::next() {
    while (!pipeline_->full() && next_sector_ < end_) {
        const std::size_t sectors = std::min<std::uint64_t>(chunk_sectors, end_ - next_sector_);
        pipeline_->room(sectors);
        pipeline_->start(Kind::read, next_sector_, sectors);
        next_sector_ += sectors;
    }
    if (pipeline_->empty()) return Bytes{};
    if (const auto error = pipeline_->wait()) return Unexpected{error};
    return pipeline_->take();
}

Transfer read_sectors(Session& session, const Address& device, std::uint64_t first,
                      std::uint64_t count, const Sink& sink, const Progress& progress) {
    Transfer result;
    SectorReader reader(session, device, first, count);
    while (result.sectors < count) {
        const auto bytes = reader.next();
        if (!bytes) {
            result.device_error = bytes.error();
            return result;
        }
        result.stream_error = sink(*bytes);
        if (result.stream_error) return result;
        result.sectors += bytes->size() / sector_size;
        progress(result.sectors);
    }
    return result;
}

Transfer write_sectors(Session& session, const Address& device, std::uint64_t first,
                       std::uint64_t end, const Source& source, const WriteOptions& options,
                       const Progress& progress) {
    return Writer(session, device, first, end).run(source, options, progress);
}

}  // namespace aoe::initiator
