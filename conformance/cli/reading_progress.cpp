// SPDX-License-Identifier: MIT
#include "conformance/cli/reading_progress.h"

#include <fmt/format.h>
#include <iostream>
#include <unistd.h>

#include <sys/stat.h>

#include "conformance/cli/terminal.h"

namespace aoe::conformance {

std::string progress_text(const std::string& file, std::uint64_t position, std::uint64_t size,
                          std::chrono::duration<double> elapsed, std::size_t columns) {
    const double read = static_cast<double>(position), all = static_cast<double>(size);
    const double rate = elapsed.count() > 0 ? read / elapsed.count() : 0;
    std::string text = file;
    if (size != 0) text += fmt::format(" {:.0f} %", 100 * read / all);
    text += fmt::format(", {:.0f} MB/s", rate / 1e6);
    if (size > position && rate > 0) text += fmt::format(", {:.0f} s left", (all - read) / rate);
    // A line that wraps could not be erased.
    return text.substr(0, columns > 0 ? columns - 1 : 0);
}

ReadingProgress::ReadingProgress(const std::string& file)
    : file_(file == "-" ? "standard input" : file), terminal_(is_terminal(STDERR_FILENO)) {
    struct stat about {};
    const bool known = ::stat(file.c_str(), &about) == 0 && S_ISREG(about.st_mode);
    if (known) size_ = static_cast<std::uint64_t>(about.st_size);
}

ReadingProgress::~ReadingProgress() {
    if (shown_) std::cerr << "\r\x1b[K" << std::flush;
}

void ReadingProgress::draw(std::uint64_t position) {
    const auto now = Clock::now();
    if (now < next_) return;
    next_ = now + std::chrono::milliseconds(200);
    shown_ = true;
    std::cerr << "\r\x1b[K"
              << progress_text(file_, position, size_, now - begin_, columns_of(STDERR_FILENO))
              << std::flush;
}

}  // namespace aoe::conformance
