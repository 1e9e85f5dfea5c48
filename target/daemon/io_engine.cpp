// SPDX-License-Identifier: MIT
#include "target/daemon/io_engine.h"

#include <cerrno>
#include <numeric>
#include <unistd.h>

#include <sys/uio.h>

#include "target/daemon/merging_engine.h"
#include "target/daemon/ring_engine.h"
#include "target/daemon/workers.h"

namespace aoe::target {
namespace {

constexpr std::size_t threads_per_file = 4;

std::error_code last_error() {
    return {errno, std::system_category()};
}

std::error_code flush(int file) {
    while (::fdatasync(file) != 0) {
        if (errno != EINTR) return last_error();
    }
    return {};
}

/// As a thread does it: every call waits.
std::error_code transfer_all(FileTransfer left) {
    if (left.kind == Operation::Kind::flush) return flush(left.file);
    while (!left.pieces.empty()) {
        const auto count = static_cast<int>(left.pieces.size());
        const auto offset = static_cast<off_t>(left.offset_bytes);
        const ssize_t moved = left.kind == Operation::Kind::read
                                  ? ::preadv2(left.file, left.pieces.data(), count, offset, 0)
                                  : ::pwritev2(left.file, left.pieces.data(), count, offset,
                                               left.durable ? RWF_DSYNC : 0);
        if (moved < 0 && errno == EINTR) continue;
        if (moved < 0) return last_error();
        if (moved == 0) return {EIO, std::system_category()};  // Somebody cut the file shorter.
        left.drop_front(static_cast<std::size_t>(moved));
    }
    return {};
}

class ThreadEngine final : public IoEngine {
public:
    std::unique_ptr<Queue> make_queue() override {
        return std::make_unique<ThreadQueue>(completions_);
    }
    std::string_view name() const noexcept override { return "threads"; }
    int descriptor() const noexcept override { return completions_.descriptor(); }
    void finish_ready() override { completions_.run(); }

private:
    class ThreadQueue final : public Queue {
    public:
        explicit ThreadQueue(Completions& completions) : workers_(completions, threads_per_file) {}
        void start(const FileTransfer& transfer, Work& work) override {
            workers_.submit([transfer] { return transfer_all(transfer); },
                            [&work](std::error_code result) { work.done(result); });
        }

    private:
        Workers workers_;
    };

    Completions completions_;
};

std::unique_ptr<IoEngine> make_bare_engine(IoKind kind) {
    if (kind == IoKind::threads) return std::make_unique<ThreadEngine>();
    try {
        return make_ring_engine();
    } catch (const std::system_error&) {
        if (kind == IoKind::io_uring) throw;
        return std::make_unique<ThreadEngine>();
    }
}

}  // namespace

std::uint64_t FileTransfer::end_bytes() const noexcept {
    return std::accumulate(
        pieces.begin(), pieces.end(), offset_bytes,
        [](std::uint64_t end, const iovec& piece) { return end + piece.iov_len; });
}

void FileTransfer::drop_front(std::size_t size_bytes) {
    offset_bytes += size_bytes;
    auto piece = pieces.begin();
    for (; piece != pieces.end() && size_bytes >= piece->iov_len; ++piece) {
        size_bytes -= piece->iov_len;
    }
    piece = pieces.erase(pieces.begin(), piece);
    if (size_bytes == 0) return;
    piece->iov_base = static_cast<std::byte*>(piece->iov_base) + size_bytes;
    piece->iov_len -= size_bytes;
}

std::unique_ptr<IoEngine> make_io_engine(IoKind kind) {
    return make_merging_engine(make_bare_engine(kind));
}

}  // namespace aoe::target
