// SPDX-License-Identifier: MIT
#include "conformance/replay/test_capture.h"

#include <algorithm>

namespace aoe::conformance {

namespace {

void put32(std::vector<std::byte>& bytes, std::uint64_t value) {
    for (unsigned shift = 0; shift < 32; shift += 8) {
        bytes.push_back(static_cast<std::byte>(value >> shift));
    }
}

Request complete(Request request, std::uint32_t tag) {
    request.shelf = request.shelf.value_or(then_shelf);
    request.slot = request.slot.value_or(then_slot);
    request.tag = request.tag.value_or(tag);
    return request;
}

}  // namespace

TestCapture::TestCapture(std::uint32_t link) {
    put32(bytes_, 0xa1b2c3d4U);
    put32(bytes_, 0x00040002U);
    put32(bytes_, 0);
    put32(bytes_, 0);
    put32(bytes_, 65535);
    put32(bytes_, link);
}

TestCapture& TestCapture::frame(const ByteVector& bytes, std::size_t length) {
    now_ += std::chrono::milliseconds(1);
    const auto microseconds = static_cast<std::uint64_t>(now_.count() / 1000);
    put32(bytes_, microseconds / 1'000'000);
    put32(bytes_, microseconds % 1'000'000);
    put32(bytes_, bytes.size());
    put32(bytes_, length == 0 ? bytes.size() : length);
    for (const std::uint8_t byte : bytes) bytes_.push_back(std::byte{byte});
    return *this;
}

TestCapture& TestCapture::marker(const std::string& text) {
    ByteVector bytes(12, 0);
    bytes.insert(bytes.end(), {0x88, 0xb5});
    bytes.insert(bytes.end(), text.begin(), text.end());
    bytes.resize(std::max<std::size_t>(60, bytes.size()));
    return frame(bytes);
}

ByteVector TestCapture::request_bytes(Request request, std::uint32_t tag) {
    request.destination = request.destination.value_or(then_target);
    request.source = request.source.value_or(then_first);
    return craft(complete(std::move(request), tag));
}

TestCapture& TestCapture::ask(Request request, std::uint32_t tag) {
    return frame(request_bytes(std::move(request), tag));
}

TestCapture& TestCapture::answer(Request reply, std::uint32_t tag) {
    reply.destination = reply.destination.value_or(then_first);
    reply.source = reply.source.value_or(then_target);
    reply.aoe.flags |= 8;
    return frame(craft(complete(std::move(reply), tag)));
}

Expected<Recording, std::string> TestCapture::read(const std::string& file) const {
    std::size_t at = 0;
    auto reader = CaptureReader::open(
        [this, at](MutableBytes into) mutable -> Expected<std::size_t, std::string> {
            const std::size_t size = std::min(into.size(), bytes_.size() - at);
            std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(at), size, into.begin());
            at += size;
            return size;
        });
    if (!reader) return Unexpected{reader.error()};
    return read_recording(*reader, file);
}

}  // namespace aoe::conformance
