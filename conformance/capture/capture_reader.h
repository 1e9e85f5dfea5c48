// SPDX-License-Identifier: MIT
// Packets of a capture, one after the other: pcap with micro- or nanoseconds and pcapng, of either
// byte order. Reads each byte once, in memory that does not grow with the file, and trusts no
// length in it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "conformance/capture/byte_window.h"
#include "wire/bytes.h"
#include "wire/clock.h"
#include "wire/expected.h"

namespace aoe::conformance {

/// Of the packets' first bytes: the registered LINKTYPE_ numbers.
namespace link_type {
inline constexpr std::uint32_t ethernet = 1, linux_sll = 113, linux_sll2 = 276;
}

struct CapturedPacket {
    std::uint64_t number = 0;  // Within the file, from 1.
    std::uint32_t link_type = link_type::ethernet;
    Time time{};               // Since 1970, UTC.
    std::uint32_t length = 0;  // On the wire; more than there are bytes when the capture cut it.
    Bytes bytes;               // Valid until the next packet is read.
    // Of pcapng only; texts are valid as long as `bytes`.
    std::string_view comment{}, second_comment{};
    std::uint32_t interface = 0;  // Within the section.
    bool sent = false;            // By the machine that captured, as far as the file says.
};

class CaptureReader {
public:
    /// Reads what stands before the first packet. On failure one sentence: empty, or no capture.
    static Expected<CaptureReader, std::string> open(ByteWindow window);
    static Expected<CaptureReader, std::string> open(ByteWindow::Source source) {
        return open(ByteWindow(std::move(source)));
    }

    /// Nothing at the end, and where the file makes no sense any more: problem() then says why.
    std::optional<CapturedPacket> next();

    /// Empty, or one sentence: what is wrong from here on. What was read before is good.
    const std::string& problem() const { return problem_; }
    /// Bytes of the file that were read.
    std::uint64_t position() const { return window_.position(); }
    /// The comment of a pcapng file's first section; else empty.
    const std::string& comment() const { return comment_; }
    const std::string& second_comment() const { return second_comment_; }

private:
    // An interface as a section of a pcapng file describes it, or the whole of a pcap file.
    struct Interface {
        std::uint32_t link_type = link_type::ethernet;
        std::uint64_t ticks_per_second = 1'000'000;
        std::uint64_t offset_seconds = 0;
        std::uint32_t snap_length = 0;
    };

    explicit CaptureReader(ByteWindow window) : window_(std::move(window)) {}

    std::string begin();
    std::optional<CapturedPacket> next_record();
    std::optional<CapturedPacket> next_block();
    bool start_section();
    bool add_interface(Bytes body);
    std::optional<CapturedPacket> enhanced_packet(Bytes body, bool old);
    std::optional<CapturedPacket> simple_packet(Bytes body);
    // The first option of that code, or a later one of several.
    std::optional<Bytes> option(Bytes options, std::uint16_t code, unsigned which = 0) const;
    std::string_view text_option(Bytes options, unsigned which) const;
    std::nullopt_t stop(std::string why);

    static Time to_time(std::uint64_t ticks, std::uint64_t per_second,
                        std::uint64_t offset_seconds);
    std::uint16_t u16(Bytes bytes, std::size_t at) const;
    std::uint32_t u32(Bytes bytes, std::size_t at) const;
    std::uint64_t u64(Bytes bytes, std::size_t at) const;

    ByteWindow window_;
    bool swapped_ = false;         // Numbers are in the other byte order than this machine's.
    bool blocks_ = false;          // pcapng.
    std::size_t record_size_ = 0;  // Of a packet's header in a pcap file.
    std::size_t pending_ = 0;      // Bytes of the packet shown last, to be moved past.
    std::vector<Interface> interfaces_;
    std::uint64_t packets_ = 0;
    std::string comment_, second_comment_;
    std::string problem_;
};

/// Opens a file, or standard input for "-". On failure one sentence with the file's name.
Expected<CaptureReader, std::string> open_capture(const std::string& file);

}  // namespace aoe::conformance
