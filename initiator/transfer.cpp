// SPDX-License-Identifier: MIT
#include "initiator/transfer.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <vector>

#include "wire/ata.h"

namespace aoe::initiator {
namespace {

constexpr std::size_t chunk_sectors = 512;
constexpr std::size_t chunks_under_way = 8;

/// A ring of requests under way, in the order of their sectors.
class Pipeline {
public:
    Pipeline(Session& session, const Address& device) : session_(session), device_(device) {
        assert(session.initiator().pending() == 0);
    }
    Pipeline(const Pipeline&) = delete;
    Pipeline& operator=(const Pipeline&) = delete;
    /// The buffers end here, so nothing may use them any more.
    ~Pipeline() {
        session_.initiator().fail_all(std::make_error_code(std::errc::operation_canceled));
        while (session_.initiator().next_completion()) {
        }
    }

    bool full() const noexcept { return count_ == chunks_.size(); }
    bool empty() const noexcept { return count_ == 0; }

    /// Where the data of the next request goes, or comes from; not while full.
    MutableBytes room(std::size_t sectors) {
        std::vector<std::byte>& bytes = next().bytes;
        bytes.resize(sectors * sector_size);
        return bytes;
    }
    /// Submits the first `sectors` of the room.
    void start(Kind kind, std::uint64_t sector, std::size_t sectors) {
        Chunk& chunk = next();
        chunk.bytes.resize(sectors * sector_size);
        chunk.done = false;
        Request request{
            .kind = kind, .device = device_, .id = first_ + count_, .first_sector = sector};
        if (kind == Kind::read) request.read_into = chunk.bytes;
        if (kind == Kind::write) request.write_from = chunk.bytes;
        ++count_;
        session_.initiator().submit(request);
    }

    /// Waits for the oldest request; not while empty.
    std::error_code wait() {
        while (!oldest().done) {
            const auto completion = session_.wait_for_completion(Time::max());
            if (!completion) return std::make_error_code(std::errc::interrupted);
            Chunk& chunk = chunks_[completion->id % chunks_.size()];
            chunk.done = true;
            chunk.error = completion->error;
        }
        return oldest().error;
    }
    /// The data of the oldest request, valid until room() is called.
    Bytes take() {
        const Bytes bytes = oldest().bytes;
        ++first_;
        --count_;
        return bytes;
    }

private:
    struct Chunk {
        std::vector<std::byte> bytes;
        bool done = false;
        std::error_code error;
    };

    Chunk& oldest() { return chunks_[first_ % chunks_.size()]; }
    Chunk& next() { return chunks_[(first_ + count_) % chunks_.size()]; }

    Session& session_;
    Address device_;
    std::array<Chunk, chunks_under_way> chunks_;
    std::uint64_t first_ = 0;  // Number of the oldest request.
    std::size_t count_ = 0;
};

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
        if (sectors > 0) pipeline_.start(Kind::write, next_sector_, sectors);
        next_sector_ += sectors;
        return *got == room.size();
    }

    Pipeline pipeline_;
    std::uint64_t next_sector_;
    std::uint64_t end_;
    bool more_ = true;
    Transfer result_;
};

}  // namespace

Transfer read_sectors(Session& session, const Address& device, std::uint64_t first,
                      std::uint64_t count, const Sink& sink, const Progress& progress) {
    Transfer result;
    Pipeline pipeline(session, device);
    std::uint64_t started = 0;
    while (result.sectors < count) {
        while (!pipeline.full() && started < count) {
            const std::size_t sectors = std::min<std::uint64_t>(chunk_sectors, count - started);
            pipeline.room(sectors);
            pipeline.start(Kind::read, first + started, sectors);
            started += sectors;
        }
        result.device_error = pipeline.wait();
        if (result.device_error) return result;
        const Bytes bytes = pipeline.take();
        result.stream_error = sink(bytes);
        if (result.stream_error) return result;
        result.sectors += bytes.size() / sector_size;
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
