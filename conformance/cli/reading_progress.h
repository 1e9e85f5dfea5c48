// SPDX-License-Identifier: MIT
// How far a long file is read: percent, rate and what is left, on a line of standard error that
// comes and goes. Nothing where that is no terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace aoe::conformance {

/// "trace.pcap 42 %, 812 MB/s, 3 s left", at most so many columns. Nothing is said of what is left
/// when the size is 0, which is unknown.
std::string progress_text(const std::string& file, std::uint64_t position, std::uint64_t size,
                          std::chrono::duration<double> elapsed, std::size_t columns);

class ReadingProgress {
public:
    explicit ReadingProgress(const std::string& file);
    ReadingProgress(const ReadingProgress&) = delete;
    ReadingProgress& operator=(const ReadingProgress&) = delete;
    ~ReadingProgress();

    /// Called for each packet; draws five times a second.
    void at(std::uint64_t position) {
        if (terminal_ && ++calls_ % 4096 == 0) draw(position);
    }

private:
    using Clock = std::chrono::steady_clock;
    void draw(std::uint64_t position);

    std::string file_;
    std::uint64_t size_ = 0, calls_ = 0;
    Clock::time_point begin_ = Clock::now(), next_ = begin_ + std::chrono::milliseconds(500);
    bool terminal_ = false;
    bool shown_ = false;
};

}  // namespace aoe::conformance
