// SPDX-License-Identifier: MIT
#include "conformance/capture/byte_window.h"

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <memory>
#include <unistd.h>

#include <sys/stat.h>

namespace aoe::conformance {

Bytes ByteWindow::peek(std::size_t size) {
    if (end_ - begin_ < size && !at_end_) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
        while (end_ < size && !at_end_) {
            // Grows as bytes come: that so many are asked for does not mean that they are there.
            if (end_ == buffer_.size()) buffer_.resize(std::min(size, 2 * end_));
            const auto more = source_(MutableBytes(buffer_).subspan(end_));
            if (!more) failure_ = more.error();
            at_end_ = !more || *more == 0;
            if (more) end_ += *more;
        }
    }
    return Bytes(buffer_).subspan(begin_, end_ - begin_);
}

void ByteWindow::skip(std::size_t size) {
    assert(size <= end_ - begin_);
    begin_ += size;
    position_ += size;
}

Expected<ByteWindow::Source, std::string> file_source(const std::string& file) {
    const int opened = file == "-" ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                                   : ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (opened < 0)
        return Unexpected{fmt::format("cannot open {}: {}", file, std::strerror(errno))};
    // Sources are copied, and the last copy closes.
    const std::shared_ptr<const int> descriptor(new int(opened), [](const int* owned) {
        ::close(*owned);
        delete owned;
    });
    struct stat about {};
    if (::fstat(opened, &about) == 0 && S_ISDIR(about.st_mode)) {
        return Unexpected{fmt::format("{} is a folder", file)};
    }
    return ByteWindow::Source(
        [descriptor](MutableBytes into) -> Expected<std::size_t, std::string> {
            // A signal that somebody catches ends the input: whoever waits is to notice.
            const ssize_t got = ::read(*descriptor, into.data(), into.size());
            if (got < 0) return Unexpected{std::string(std::strerror(errno))};
            return static_cast<std::size_t>(got);
        });
}

}  // namespace aoe::conformance
