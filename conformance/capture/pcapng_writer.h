// SPDX-License-Identifier: MIT
// Writes a pcapng file of Ethernet frames, each with a comment and its direction, times in
// nanoseconds. Blocks reach the file whole: whoever is killed leaves a file that can be read up to
// the last flush(). Format: draft-ietf-opsawg-pcapng; one section.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "conformance/message.h"

namespace aoe::conformance {

struct PcapngSection {
    std::string application;  // "aoe-conform 0.1.0"
    std::string comment;      // Of the whole file; UTF-8, as all texts here.
    std::vector<std::string> interfaces;
    std::string second_comment{};  // Both kinds for programs rather than people; may be empty.
};

struct PcapngPacket {
    std::chrono::nanoseconds time{};  // Since the Unix epoch.
    bool sent = false;                // From the interface's point of view.
    std::string comment;
    std::uint32_t interface = 0;  // Of those of the section.
    std::string second_comment{};
};

class PcapngWriter {
public:
    /// Creates the file, which must not be there. Throws std::system_error.
    PcapngWriter(const std::filesystem::path& file, const PcapngSection& section);
    PcapngWriter(const PcapngWriter&) = delete;
    PcapngWriter& operator=(const PcapngWriter&) = delete;
    ~PcapngWriter();

    /// Keeps the packet until flush().
    void add(const PcapngPacket& packet, const ByteVector& frame);
    /// Writes what was added. After an error the file ends with the last block that is whole, and
    /// everything later is dropped with the same error.
    std::error_code flush();

private:
    int file_ = -1;
    std::uint64_t whole_bytes_ = 0;
    std::vector<std::uint8_t> pending_;
    std::error_code error_;
};

}  // namespace aoe::conformance
