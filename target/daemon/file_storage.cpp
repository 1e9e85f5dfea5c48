// SPDX-License-Identifier: MIT
#include "target/daemon/file_storage.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <exception>
#include <fcntl.h>
#include <list>
#include <stdexcept>
#include <unistd.h>
#include <utility>

#include <sys/stat.h>
#include <sys/uio.h>

#include "target/daemon/flushing_together.h"
#include "target/file_disk.h"

namespace aoe::target {
namespace {

constexpr std::chrono::seconds between_attempts{1};

const std::error_code device_gone = std::make_error_code(std::errc::no_such_device);

const std::error_code cut_shorter = std::make_error_code(std::errc::io_error);

/// What the kernel says of a device that was taken away, or of a file system whose server ended.
bool means_gone(std::error_code error) {
    return error == std::errc::no_such_device || error == std::errc::no_such_device_or_address ||
           error == std::errc::not_connected || error == std::errc::connection_aborted ||
           error.value() == ESHUTDOWN || error.value() == ENOMEDIUM;
}

bool is_block_device(const OpenedFile& file) {
    struct stat status {};
    return ::fstat(file.descriptor.get(), &status) == 0 && S_ISBLK(status.st_mode);
}

/// A file, and how many writes it took that a loss of power may take back.
struct Cached : OpenedFile {
    explicit Cached(OpenedFile file) : OpenedFile(std::move(file)) {}
    std::uint64_t written = 0;
    std::uint64_t flushed = 0;
    FileEnd end;
};

class FileStorage final : public Storage {
public:
    FileStorage(ExportConfig config, OpenedFile file, IoEngine& engine, const Clock& clock,
                Log& log)
        : config_(std::move(config)),
          file_(std::make_shared<Cached>(std::move(file))),
          sectors_(file_->sectors),
          queue_(engine.make_queue()),
          clock_(clock),
          log_(log),
          is_device_(is_block_device(*file_)) {}

    std::uint64_t sectors() const noexcept override { return sectors_; }

    bool has_unflushed() const noexcept override {
        return has_lost_ || file_->written != file_->flushed;
    }

    std::optional<std::error_code> at_once(const Operation& operation) override {
        if (!is_there()) return device_gone;
        if (config_.direct || operation.durable || operation.kind == Operation::Kind::flush) {
            return std::nullopt;
        }
        const bool writes = operation.kind == Operation::Kind::write;
        if (writes ? !writes_at_once_ : !reads_at_once_) return std::nullopt;
        const std::size_t size = writes ? operation.from.size() : operation.into.size();
        if (writes && is_cut_before(operation.sector, size)) return cut_shorter;
        // A write does not touch what it is given.
        const iovec part{.iov_base = writes ? const_cast<std::byte*>(operation.from.data())
                                            : operation.into.data(),
                         .iov_len = size};
        const auto offset = static_cast<off_t>(offset_of(operation.sector));
        const int file = file_->descriptor.get();
        const ssize_t moved = writes ? ::pwritev2(file, &part, 1, offset, RWF_NOWAIT)
                                     : ::preadv2(file, &part, 1, offset, RWF_NOWAIT);
        if (moved == static_cast<ssize_t>(size)) {
            file_->written += writes ? 1 : 0;
            return std::error_code{};
        }
        // File systems differ in what they can do without waiting.
        if (moved < 0 && (errno == EOPNOTSUPP || errno == EINVAL)) {
            (writes ? writes_at_once_ : reads_at_once_) = false;
        }
        return std::nullopt;
    }

    void start(Work& work) override {
        jobs_.push_front({});
        auto& job = *(jobs_.front() = std::make_unique<Job>(*this, work));
        job.place = jobs_.begin();
        FileTransfer transfer{
            .file = file_->descriptor.get(),
            .is_device = is_device_,
            .offset_bytes = offset_of(work.sector),
            .kind = work.kind,
            .durable = work.durable,
            .pieces = {{.iov_base = work.data.data(), .iov_len = work.data.size()}}};
        if (work.kind == Operation::Kind::write && is_cut_before(work.sector, work.data.size())) {
            job.is_cut = true;  // Writes nothing, and is told of as every other.
            transfer.pieces.clear();
        }
        queue_->start(transfer, job);
    }

private:
    /// A work on its way, with the file that it is about: a reopened one is another.
    struct Job final : Work {
        Job(FileStorage& of, Work& work)
            : owner(of),
              asked(work),
              file(of.file_),
              begun_after(file->written),
              tells_of_loss(work.kind == Operation::Kind::flush &&
                            std::exchange(of.has_lost_, false)) {}
        void done(std::error_code result) override { owner.finish(*this, result); }
        FileStorage& owner;
        Work& asked;
        std::shared_ptr<Cached> file;
        std::uint64_t begun_after;  // So many writes: a flush is of those.
        bool tells_of_loss;
        bool is_cut = false;
        std::list<std::unique_ptr<Job>>::iterator place;
    };

    std::uint64_t offset_of(std::uint64_t sector) const noexcept {
        return (file_->first_sector + sector) * sector_size;
    }

    bool is_cut_before(std::uint64_t sector, std::size_t size) {
        return !file_->end.reaches(file_->descriptor.get(), offset_of(sector) + size);
    }

    void finish(Job& job, std::error_code result) {
        if (!result && job.is_cut) result = cut_shorter;
        if (result && job.file == file_ && (means_gone(result) || has_no_device(result))) {
            result = device_gone;
            if (!gone_) log_.say(path() + " is gone: " + config_.name + " answers with error 3");
            gone_ = true;
            next_attempt_ = clock_.now() + between_attempts;
        }
        Work& asked = job.asked;
        if (job.tells_of_loss && result == device_gone) has_lost_ = true;  // It did not tell of it.
        if (!result) note_done(asked, job);
        if (!result && job.tells_of_loss) result = std::make_error_code(std::errc::io_error);
        jobs_.erase(job.place);
        asked.done(result);
    }

    void note_done(const Work& work, const Job& job) {
        if (work.kind == Operation::Kind::flush) {
            job.file->flushed = std::max(job.file->flushed, job.begun_after);
        }
        if (work.kind != Operation::Kind::write || work.durable) return;
        ++job.file->written;
        has_lost_ = has_lost_ || job.file != file_;
    }

    /// Some devices fail like a bad sector when they are taken away, but then there is no end to
    /// seek to.
    bool has_no_device(std::error_code error) const {
        return error == std::errc::io_error && is_device_ &&
               ::lseek(file_->descriptor.get(), 0, SEEK_END) <= 0;
    }

    /// False while the device is gone.
    bool is_there() {
        if (!gone_) return true;
        if (clock_.now() < next_attempt_) return false;
        next_attempt_ = clock_.now() + between_attempts;
        try {
            FileDiskOptions wanted = config_.file();
            wanted.length_sectors = sectors_;
            const auto before =
                std::exchange(file_, std::make_shared<Cached>(open_exported_file(wanted)));
            // A device may have had its power cut, and the page cache of the one before is no more:
            // the next flush must not say that all is well.
            has_lost_ = has_lost_ || before->written != before->flushed;
        } catch (const std::exception&) {
            return false;
        }
        is_device_ = is_block_device(*file_);
        gone_ = false;
        log_.say(path() + " is back: " + config_.name + " is served again" +
                 (has_lost_ ? "; what was not flushed may be lost, so the next flush fails" : ""));
        return true;
    }

    std::string path() const { return config_.file().path; }

    ExportConfig config_;
    std::shared_ptr<Cached> file_;
    std::uint64_t sectors_;
    std::unique_ptr<IoEngine::Queue> queue_;
    std::list<std::unique_ptr<Job>> jobs_;
    const Clock& clock_;
    Log& log_;
    bool reads_at_once_ = true;
    bool writes_at_once_ = true;
    bool is_device_;  // Asked once: even that may wait for a file system that hangs.
    bool gone_ = false;
    bool has_lost_ = false;  // Writes that no flush was told of yet.
    Time next_attempt_{};
};

/// Writing beside a file system that is mounted here ruins it.
void expect_unused(const FileDiskOptions& disk) {
    struct stat status {};
    if (disk.read_only || ::stat(disk.path.c_str(), &status) != 0 || !S_ISBLK(status.st_mode)) {
        return;
    }
    const Descriptor alone(::open(disk.path.c_str(), O_RDONLY | O_EXCL | O_CLOEXEC));
    if (!alone && errno == EBUSY) {
        throw std::runtime_error("cannot export " + disk.path +
                                 " for writing: it is mounted, or part of something else");
    }
}

}  // namespace

StoragePtr open_file_storage(const ExportConfig& config, IoEngine& engine, const Clock& clock,
                             Log& log) {
    expect_unused(config.file());
    // Better told now than by every request: some devices move no less than 4096 bytes directly.
    if (config.direct) open_file_disk(config.file());
    return flushing_together(std::make_unique<FileStorage>(
        config, open_exported_file(config.file()), engine, clock, log));
}

}  // namespace aoe::target
