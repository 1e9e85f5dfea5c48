// SPDX-License-Identifier: MIT
// The reader of captures against whatever a file may hold. Packets are numbered from 1, lie within
// the input and come in its order; the end and a problem are final; and what is read depends
// neither on how the input arrives nor on how large the reader's buffer is. A file that cannot be
// read to its end is not taken for one that ends there.
#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "conformance/capture/capture_reader.h"
#include "fuzz/harness.h"
#include "fuzz/raw_bytes.h"
#include "fuzz/require.h"

namespace {

using namespace aoe;
using aoe::conformance::ByteWindow;
using aoe::conformance::CapturedPacket;
using aoe::conformance::CaptureReader;
using aoe::fuzz::require;
using Opened = Expected<CaptureReader, std::string>;

// Above it only the same blocks come again; engines need not be told.
constexpr std::size_t longest_file = 9018;

/// Hands out at most `most` bytes a call: 1, `most`, 1, ...
ByteWindow::Source chunks(Bytes input, std::size_t most) {
    return [input, most, single = true](MutableBytes into) mutable {
        require(!into.empty(), "the reader asks for bytes only where it has room");
        const std::size_t size = std::min({single ? 1 : most, into.size(), input.size()});
        single = !single;
        aoe::fuzz::copy(input.first(size), into.first(size));
        input = input.subspan(size);
        return size;
    };
}

/// The whole input at once, in a buffer that need not move.
Opened open_at_once(Bytes input) {
    return CaptureReader::open(ByteWindow(chunks(input, input.size()), longest_file + 1));
}

/// In a buffer that must grow and move whenever it can.
Opened open_in_pieces(Bytes input) {
    const std::size_t most =
        input.empty() ? 1 : std::to_integer<std::size_t>(input.back()) % 61 + 1;
    return CaptureReader::open(ByteWindow(chunks(input, most), 1));
}

bool equal(std::string_view left, std::string_view right) {
    return left.size() == right.size() &&
           (left.empty() || std::memcmp(left.data(), right.data(), left.size()) == 0);
}

void compare(const CapturedPacket& left, const CapturedPacket& right) {
    require(left.number == right.number && left.link_type == right.link_type &&
                left.time == right.time && left.length == right.length &&
                aoe::fuzz::equal(left.bytes, right.bytes) && equal(left.comment, right.comment),
            "the same packet comes however the input arrives");
}

void check_packet(const CapturedPacket& packet, std::uint64_t number, std::size_t input_size) {
    require(packet.number == number, "packets are numbered from 1");
    require(packet.bytes.size() <= packet.length, "a packet has no more bytes than its length");
    require(packet.bytes.size() + packet.comment.size() <= input_size,
            "a packet has no more bytes than the input");
}

void check_end(CaptureReader& reader, std::size_t input_size) {
    const std::string problem = reader.problem();
    const std::uint64_t position = reader.position();
    require(position <= input_size, "no more is read than there is");
    require(!problem.empty() || position == input_size, "without a problem all is read");
    for (int i = 0; i < 2; ++i) {
        require(!reader.next(), "after the end comes nothing");
        require(reader.problem() == problem && reader.position() == position, "the end is final");
    }
}

void check(Bytes input) {
    auto reader = open_at_once(input);
    auto other = open_in_pieces(input);
    require(reader.has_value() == other.has_value(), "both are opened or neither");
    if (!reader) {
        require(!reader.error().empty() && reader.error() == other.error(),
                "a file is refused in the same words");
        return;
    }
    std::uint64_t position = 0;
    std::size_t bytes = 0;
    for (std::uint64_t number = 1;; ++number) {
        const auto packet = reader->next();
        const auto again = other->next();
        require(packet.has_value() == again.has_value(), "both find as many packets");
        require(reader->position() == other->position(), "both are at one place");
        require(reader->position() >= position, "reading goes forward");
        position = reader->position();
        if (!packet) break;
        check_packet(*packet, number, input.size());
        compare(*packet, *again);
        bytes += packet->bytes.size();
    }
    require(bytes <= input.size(), "packets do not share bytes");
    require(reader->problem() == other->problem() && reader->comment() == other->comment(),
            "both say the same of the file");
    check_end(*reader, input.size());
    check_end(*other, input.size());
}

/// The same for a disk that fails when half of it has come.
void check_failing_source(Bytes input) {
    auto half = chunks(input.first(input.size() / 2), 61);
    const auto failing = [half](MutableBytes into) mutable -> Expected<std::size_t, std::string> {
        auto got = half(into);
        if (got && *got == 0) return Unexpected{std::string("broken")};
        return got;
    };
    auto reader = CaptureReader::open(ByteWindow(failing, 64));
    if (!reader) return require(!reader.error().empty(), "a refusal has words");
    while (reader->next()) {
    }
    require(!reader->problem().empty(), "a file that cannot be read to its end has a problem");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size <= longest_file) {
        check(std::as_bytes(std::span(data, size)));
        check_failing_source(std::as_bytes(std::span(data, size)));
    }
    return 0;
}
