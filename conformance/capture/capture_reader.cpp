// SPDX-License-Identifier: MIT
#include "conformance/capture/capture_reader.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <utility>

namespace aoe::conformance {

namespace {

// The first four bytes of a file tell its kind and, of pcap, byte order and resolution. The third
// pcap is that of Linux distributions of the nineties, which libpcap and Wireshark still read; its
// packets have eight bytes more of header.
constexpr std::uint32_t section_block = 0x0a0d0d0aU, pcap_microseconds = 0xa1b2c3d4U,
                        pcap_nanoseconds = 0xa1b23c4dU, pcap_modified = 0xa1b2cd34U;
constexpr std::size_t pcap_header_size = 24, pcap_record_size = 16, modified_record_size = 24;

constexpr bool is_pcap(std::uint32_t magic) {
    return magic == pcap_microseconds || magic == pcap_nanoseconds || magic == pcap_modified;
}

// Larger than any packet that a network card or a tunnel makes of many; a length above it is a lie.
constexpr std::uint32_t longest_packet = std::uint32_t{1} << 20;

}  // namespace

// The clock's ticks as nanoseconds, without overflow for any time of this era.
Time CaptureReader::to_time(std::uint64_t ticks, std::uint64_t per_second,
                            std::uint64_t offset_seconds) {
    const std::uint64_t seconds = ticks / per_second + offset_seconds;
    const std::uint64_t rest = ticks % per_second;
    const long double part = static_cast<long double>(rest) * 1e9L;
    const auto nanoseconds =
        per_second == 1'000'000
            ? rest * 1000
            : static_cast<std::uint64_t>(part / static_cast<long double>(per_second));
    return Time(static_cast<Time::rep>(seconds * 1'000'000'000U + nanoseconds));
}

std::uint16_t CaptureReader::u16(Bytes bytes, std::size_t at) const {
    std::uint16_t value = 0;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return swapped_ ? __builtin_bswap16(value) : value;
}

std::uint32_t CaptureReader::u32(Bytes bytes, std::size_t at) const {
    std::uint32_t value = 0;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return swapped_ ? __builtin_bswap32(value) : value;
}

std::uint64_t CaptureReader::u64(Bytes bytes, std::size_t at) const {
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return swapped_ ? __builtin_bswap64(value) : value;
}

std::nullopt_t CaptureReader::stop(std::string why) {
    problem_ = std::move(why);
    return std::nullopt;
}

Expected<CaptureReader, std::string> CaptureReader::open(ByteWindow window) {
    CaptureReader reader(std::move(window));
    if (std::string why = reader.begin(); !why.empty()) return Unexpected{std::move(why)};
    return reader;
}

std::string CaptureReader::begin() {
    const Bytes head = window_.peek(pcap_header_size);
    if (!window_.failure().empty()) return "cannot be read: " + window_.failure();
    if (head.empty()) return "is empty";
    if (head.size() < 4) return "is no capture: it has fewer than four bytes";
    std::uint32_t magic = u32(head, 0);
    if (magic == section_block) {
        blocks_ = true;
        return head.size() < pcap_header_size ? "is cut within its first block" : "";
    }
    swapped_ = is_pcap(__builtin_bswap32(magic));
    magic = u32(head, 0);
    if (!is_pcap(magic)) {
        return "is no capture: it begins neither as pcap nor as pcapng does";
    }
    if (head.size() < pcap_header_size) return "is cut within its header";
    record_size_ = magic == pcap_modified ? modified_record_size : pcap_record_size;
    // The upper bits of the link type's word are about checksums.
    interfaces_.push_back(
        {.link_type = u32(head, 20) & 0xffffU,
         .ticks_per_second = magic == pcap_nanoseconds ? 1'000'000'000U : 1'000'000U,
         .snap_length = u32(head, 16)});
    window_.skip(pcap_header_size);
    return "";
}

std::optional<CapturedPacket> CaptureReader::next() {
    window_.skip(std::exchange(pending_, 0));
    if (!problem_.empty()) return std::nullopt;
    auto packet = blocks_ ? next_block() : next_record();
    if (!packet && !window_.failure().empty()) {
        problem_ = fmt::format("cannot be read after packet {}: {}", packets_, window_.failure());
    }
    return packet;
}

std::optional<CapturedPacket> CaptureReader::next_record() {
    Bytes record = window_.peek(record_size_);
    if (record.empty()) return std::nullopt;
    const std::uint64_t number = packets_ + 1;
    if (record.size() < record_size_) {
        return stop(fmt::format("is cut within the header of packet {}", number));
    }
    const std::uint32_t size = u32(record, 8);
    if (size > longest_packet) {
        return stop(
            fmt::format("says that packet {} has {} bytes, which no packet has", number, size));
    }
    record = window_.peek(record_size_ + size);
    if (record.size() < record_size_ + size) {
        return stop(fmt::format("is cut within packet {}", number));
    }
    const Interface& interface = interfaces_.front();
    const auto ticks = interface.ticks_per_second;
    packets_ = number;
    pending_ = record_size_ + size;
    return CapturedPacket{.number = number,
                          .link_type = interface.link_type,
                          .time = to_time(u32(record, 0) * ticks + u32(record, 4), ticks, 0),
                          .length = std::max(u32(record, 12), size),
                          .bytes = record.subspan(record_size_, size)};
}

Expected<CaptureReader, std::string> open_capture(const std::string& file) {
    auto source = file_source(file);
    if (!source) return Unexpected{source.error()};
    auto reader = CaptureReader::open(*std::move(source));
    if (!reader) return Unexpected{fmt::format("{} {}", file, reader.error())};
    return reader;
}

}  // namespace aoe::conformance
