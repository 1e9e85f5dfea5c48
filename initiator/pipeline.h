// SPDX-License-Identifier: MIT
// Requests of one kind under way in the order of their sectors, with their buffers: what transfers
// are made of. Internal to transfer.cpp.
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <system_error>
#include <vector>

#include "initiator/session.h"
#include "wire/ata.h"

namespace aoe::initiator::detail {

inline constexpr std::size_t chunks_under_way = 8;

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

    /// Takes the first `sectors` of the room for done, without a request.
    void skip(std::size_t sectors) {
        Chunk& chunk = next();
        chunk.bytes.resize(sectors * sector_size);
        chunk.done = true;
        chunk.error = {};
        ++count_;
    }
    /// Of all that were started and not taken.
    std::uint64_t sectors_started() const noexcept {
        std::uint64_t sectors = 0;
        for (std::size_t i = 0; i < count_; ++i) {
            sectors += chunks_[(first_ + i) % chunks_.size()].bytes.size() / sector_size;
        }
        return sectors;
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

}  // namespace aoe::initiator::detail
