// SPDX-License-Identifier: MIT
#include "conformance/capture/pcapng_writer.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace aoe::conformance {

namespace {

// Numbers go out in this machine's order; the section's magic number tells readers which it is.
class Block {
public:
    explicit Block(std::uint32_t type) {
        put(type);
        put(std::uint32_t{0});  // The length, once it is known.
    }

    template <typename Number> void put(Number number) {
        const std::size_t end = bytes_.size();
        bytes_.resize(end + sizeof number);
        std::memcpy(bytes_.data() + end, &number, sizeof number);
    }
    /// Filled up to four bytes.
    void put(const void* data, std::size_t size) {
        const auto* first = static_cast<const std::uint8_t*>(data);
        bytes_.insert(bytes_.end(), first, first + size);
        bytes_.resize((bytes_.size() + 3) / 4 * 4);
    }
    void option(std::uint16_t code, const void* data, std::size_t size) {
        put(code);
        put(static_cast<std::uint16_t>(size));
        put(data, size);
    }
    void option(std::uint16_t code, std::string_view text) {
        constexpr std::size_t longest = 0xffff;
        if (!text.empty()) option(code, text.data(), std::min(text.size(), longest));
    }
    std::vector<std::uint8_t> finish() {
        put(std::uint32_t{0});  // End of the options.
        const auto length = static_cast<std::uint32_t>(bytes_.size() + sizeof(std::uint32_t));
        std::memcpy(bytes_.data() + sizeof length, &length, sizeof length);
        put(length);
        return std::move(bytes_);
    }

private:
    std::vector<std::uint8_t> bytes_;
};

constexpr std::uint16_t comment_option = 1;

std::vector<std::uint8_t> section_header(const PcapngSection& section) {
    constexpr std::uint32_t type = 0x0a0d0d0a, magic = 0x1a2b3c4d;
    constexpr std::uint16_t application_option = 4;
    Block block(type);
    block.put(magic);
    block.put(std::uint16_t{1});
    block.put(std::uint16_t{0});
    block.put(~std::uint64_t{0});  // The section's length is not known.
    block.option(comment_option, section.comment);
    block.option(comment_option, section.second_comment);
    block.option(application_option, section.application);
    return block.finish();
}

std::vector<std::uint8_t> interface_description(const std::string& interface) {
    constexpr std::uint32_t type = 1;
    constexpr std::uint16_t ethernet = 1, name_option = 2, resolution_option = 9;
    constexpr std::uint8_t nanoseconds = 9;  // Ten to the power of minus nine.
    Block block(type);
    block.put(ethernet);
    block.put(std::uint16_t{0});
    block.put(std::uint32_t{0});  // No limit to what is captured of a frame.
    block.option(name_option, interface);
    block.option(resolution_option, &nanoseconds, sizeof nanoseconds);
    return block.finish();
}

}  // namespace

PcapngWriter::PcapngWriter(const std::filesystem::path& file, const PcapngSection& section) {
    constexpr mode_t mode = 0666;
    file_ = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (file_ < 0) throw std::system_error(errno, std::generic_category(), file.string());
    pending_ = section_header(section);
    for (const std::string& name : section.interfaces) {
        const std::vector<std::uint8_t> interface = interface_description(name);
        pending_.insert(pending_.end(), interface.begin(), interface.end());
    }
    if (const std::error_code error = flush()) {
        ::close(file_);
        throw std::system_error(error, file.string());
    }
}

PcapngWriter::~PcapngWriter() {
    flush();
    ::close(file_);
}

void PcapngWriter::add(const PcapngPacket& packet, const ByteVector& frame) {
    constexpr std::uint32_t type = 6, inbound = 1, outbound = 2;
    constexpr std::uint16_t flags_option = 2;
    const auto time = static_cast<std::uint64_t>(packet.time.count());
    const auto size = static_cast<std::uint32_t>(frame.size());
    const std::uint32_t flags = packet.sent ? outbound : inbound;
    Block block(type);
    block.put(packet.interface);
    block.put(static_cast<std::uint32_t>(time >> 32));
    block.put(static_cast<std::uint32_t>(time));
    block.put(size);
    block.put(size);
    block.put(frame.data(), frame.size());
    block.option(comment_option, packet.comment);
    block.option(comment_option, packet.second_comment);
    block.option(flags_option, &flags, sizeof flags);
    const std::vector<std::uint8_t> bytes = block.finish();
    pending_.insert(pending_.end(), bytes.begin(), bytes.end());
}

std::error_code PcapngWriter::flush() {
    std::size_t done = 0;
    while (!error_ && done < pending_.size()) {
        const ssize_t written = ::write(file_, pending_.data() + done, pending_.size() - done);
        if (written > 0) {
            done += static_cast<std::size_t>(written);
        } else if (errno != EINTR) {
            error_ = std::error_code(errno, std::generic_category());
            // Half a block would make the whole file look damaged.
            if (::ftruncate(file_, static_cast<off_t>(whole_bytes_)) != 0) break;
        }
    }
    if (!error_) whole_bytes_ += pending_.size();
    pending_.clear();
    return error_;
}

}  // namespace aoe::conformance
