// SPDX-License-Identifier: MIT
// The codec against itself. For every frame: what is refused is refused for the reason that the
// bytes give; what is accepted and written again is the same message and the same bytes. What holds
// for arguments is in argument_checks.h.
#include <algorithm>
#include <vector>

#include "fuzz/argument_checks.h"
#include "fuzz/harness.h"
#include "fuzz/raw_bytes.h"
#include "fuzz/require.h"
#include "wire/frame.h"

namespace {

using namespace aoe;
using aoe::fuzz::check_argument;
using aoe::fuzz::copy;
using aoe::fuzz::equal;
using aoe::fuzz::require;
using Storage = std::vector<std::byte>;

// Larger than any frame of a real network, so that engines need not be told.
constexpr std::size_t longest_frame = 9018;

void check_header(const FrameView& frame) {
    const Header header = frame.header();
    static_cast<void>(sentence(AoeError{header.error}));
    const Bytes argument = frame.argument();
    Storage storage(frame.bytes().size(), std::byte{0xee});
    const FrameBuilder builder(storage, header);
    require(builder.argument().size() == argument.size(), "arguments begin behind the header");
    copy(argument, builder.argument());
    require(equal(builder.finish(argument.size()), frame.bytes()),
            "a frame is written as it was read");
    require(FrameView::parse(storage)->header() == header, "a header is read as written");

    Storage padded(std::max(minimum_frame_size, frame.bytes().size()), std::byte{0xee});
    const Bytes short_frame = FrameBuilder(padded, header).finish_padded(0);
    require(short_frame.size() == minimum_frame_size &&
                std::ranges::count(short_frame.subspan(header_size), std::byte{}) == 36,
            "padding is zeros up to Ethernet's minimum");
}

void check(Bytes bytes) {
    const auto frame = FrameView::parse(bytes);
    if (!frame) {
        static_cast<void>(sentence(frame.error()));
        const bool typed = bytes.size() >= header_size && bytes[12] == std::byte{0x88} &&
                           bytes[13] == std::byte{0xa2};
        require(!typed, "a whole AoE header is not refused");
        require((frame.error() == Reject::shorter_than_header) == (bytes.size() < header_size),
                "a frame is refused for the reason that it gives");
        return;
    }
    check_header(*frame);
    check_argument(frame->header().command, frame->argument());
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size <= longest_frame) {
        check(std::as_bytes(std::span(data, size)));
    }
    return 0;
}
