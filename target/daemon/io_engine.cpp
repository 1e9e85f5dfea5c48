// SPDX-License-Identifier: MIT
#include "target/daemon/io_engine.h"

#include <cerrno>
#include <unistd.h>

#include <sys/uio.h>

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
    while (!left.data.empty()) {
        const iovec part{.iov_base = left.data.data(), .iov_len = left.data.size()};
        const auto offset = static_cast<off_t>(left.offset_bytes);
        const ssize_t moved =
            left.kind == Operation::Kind::read
                ? ::preadv2(left.file, &part, 1, offset, 0)
                : ::pwritev2(left.file, &part, 1, offset, left.durable ? RWF_DSYNC : 0);
        if (moved < 0 && errno == EINTR) continue;
        if (moved < 0) return last_error();
        if (moved == 0) return {EIO, std::system_category()};  // Somebody cut the file shorter.
        left.data = left.data.subspan(static_cast<std::size_t>(moved));
        left.offset_bytes += static_cast<std::uint64_t>(moved);
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

}  // namespace

std::unique_ptr<IoEngine> make_io_engine(IoKind kind) {
    if (kind == IoKind::threads) return std::make_unique<ThreadEngine>();
    try {
        return make_ring_engine();
    } catch (const std::system_error&) {
        if (kind == IoKind::io_uring) throw;
        return std::make_unique<ThreadEngine>();
    }
}

}  // namespace aoe::target
