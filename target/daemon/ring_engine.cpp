// SPDX-License-Identifier: MIT
#include "target/daemon/ring_engine.h"

#include <array>
#include <cerrno>
#include <deque>
#include <liburing.h>
#include <memory>
#include <unordered_map>

namespace aoe::target {
namespace {

constexpr unsigned ring_entries = 256;
// Of io_uring's own threads, which do what would block: with no more than 16 of one export running,
// this is room for 64 exports whose disks all hang.
constexpr unsigned most_threads = 1024;

class RingEngine final : public IoEngine {
public:
    RingEngine() {
        if (const int error = io_uring_queue_init(ring_entries, &ring_, IORING_SETUP_CLAMP)) {
            throw std::system_error(-error, std::system_category(), "io_uring");
        }
        std::array<unsigned, 2> threads{most_threads, most_threads};
        io_uring_register_iowq_max_workers(&ring_, threads.data());  // Kernels before 5.15 refuse.
    }
    ~RingEngine() override { io_uring_queue_exit(&ring_); }

    std::unique_ptr<Queue> make_queue() override { return std::make_unique<RingQueue>(*this); }
    std::string_view name() const noexcept override { return "io_uring"; }
    int descriptor() const noexcept override { return ring_.ring_fd; }

    void submit() override {
        while (!waiting_.empty() && prepare(*waiting_.front())) waiting_.pop_front();
        if (io_uring_sq_ready(&ring_) != 0) io_uring_submit(&ring_);
    }

    void finish_ready() override {
        io_uring_cqe* done = nullptr;
        while (io_uring_peek_cqe(&ring_, &done) == 0) {
            auto* const running = static_cast<Running*>(io_uring_cqe_get_data(done));
            const int result = done->res;
            io_uring_cqe_seen(&ring_, done);
            go_on(*running, result);
        }
        submit();
    }

private:
    struct Running {
        FileTransfer left;
        Work* work;
    };

    class RingQueue final : public Queue {
    public:
        explicit RingQueue(RingEngine& engine) : engine_(engine) {}
        void start(const FileTransfer& transfer, Work& work) override {
            auto running = std::make_unique<Running>(Running{.left = transfer, .work = &work});
            engine_.enqueue(*running);
            engine_.running_.emplace(running.get(), std::move(running));
        }

    private:
        RingEngine& engine_;
    };

    void enqueue(Running& running) {
        if (prepare(running)) return;
        io_uring_submit(&ring_);
        if (!prepare(running)) waiting_.push_back(&running);
    }

    /// False while the ring has no room, which it has again when something is finished.
    bool prepare(Running& running) {
        io_uring_sqe* const entry = io_uring_get_sqe(&ring_);
        if (entry == nullptr) return false;
        const FileTransfer& left = running.left;
        const auto count = static_cast<unsigned>(left.pieces.size());
        switch (left.kind) {
            case Operation::Kind::read:
                io_uring_prep_readv(entry, left.file, left.pieces.data(), count, left.offset_bytes);
                break;
            case Operation::Kind::write:
                io_uring_prep_writev(entry, left.file, left.pieces.data(), count,
                                     left.offset_bytes);
                entry->rw_flags = left.durable ? RWF_DSYNC : 0;
                break;
            case Operation::Kind::flush:
                io_uring_prep_fsync(entry, left.file, IORING_FSYNC_DATASYNC);
                break;
        }
        // Of the file systems some wait though they are asked not to, FUSE for one.
        if (!left.is_device) io_uring_sqe_set_flags(entry, IOSQE_ASYNC);
        io_uring_sqe_set_data(entry, &running);
        return true;
    }

    void go_on(Running& running, int result) {
        FileTransfer& left = running.left;
        if (result == -EINTR || result == -EAGAIN) return enqueue(running);
        std::error_code error;
        if (result < 0) {
            error = {-result, std::system_category()};
        } else if (left.kind != Operation::Kind::flush) {
            left.drop_front(static_cast<std::size_t>(result));
            if (result != 0 && !left.pieces.empty()) return enqueue(running);
            // Somebody cut the file shorter.
            if (!left.pieces.empty()) error = {EIO, std::system_category()};
        }
        Work& work = *running.work;
        running_.erase(&running);
        work.done(error);
    }

    io_uring ring_{};
    std::deque<Running*> waiting_;
    std::unordered_map<Running*, std::unique_ptr<Running>> running_;
};

}  // namespace

std::unique_ptr<IoEngine> make_ring_engine() {
    return std::make_unique<RingEngine>();
}

}  // namespace aoe::target
