// SPDX-License-Identifier: MIT
#include "conformance/cases/sector_steps.h"

#include <gmock/gmock-more-matchers.h>

#include "conformance/describe.h"

namespace aoe::conformance {

using testing::AllOf;
using testing::AnyOf;
using testing::Ge;

ReplyMatcher Reads(const ByteVector& sectors) {
    return AllOf(AtaSucceeds(), DataStartsWith(sectors));
}

ReplyMatcher RefusedAsBad() {
    return AnyOf(AoeErrorIs(2), AtaFails(0x04));
}

ByteVector part(const ByteVector& sectors, std::size_t first, std::size_t count) {
    const auto begin = sectors.begin() + static_cast<std::ptrdiff_t>(first * sector_bytes);
    return {begin, begin + static_cast<std::ptrdiff_t>(count * sector_bytes)};
}

void need_scratch(Exchange& x, std::uint64_t sectors) {
    if (x.target().scratch.count >= sectors) return;
    x.skip("scratch-range",
           "the scratch range has fewer than " + std::to_string(sectors) + " sectors");
}

ByteVector fill(Exchange& x, std::uint64_t offset, std::size_t sectors) {
    need_scratch(x, offset + sectors);
    ByteVector data = x.pattern(sectors);
    for (std::size_t i = 0; i < sectors; ++i) {
        x.prepare(x.write(x.scratch(offset + i), part(data, i)), AtaSucceeds());
    }
    return data;
}

ByteVector content(Exchange& x, std::uint64_t lba) {
    const Reply reply =
        x.prepare(x.read(lba, 1), AllOf(AtaSucceeds(), FrameSizeIs(Ge(ata_frame_bytes(1)))));
    return part(reply.data, 0);
}

Request with_flags(Request request, std::uint8_t flags) {
    request.ata().flags = flags;
    return request;
}

std::string outcome(const std::optional<Reply>& reply) {
    if (!reply) return "silence";
    if (reply->has_error()) return "AoE error " + std::to_string(reply->aoe.error);
    if (reply->ata && (reply->ata->command & 1) != 0)
        return "ATA error " + hex(reply->ata->feature);
    return "success";
}

}  // namespace aoe::conformance
