// SPDX-License-Identifier: MIT
#include "fuzz/live/reply_class.h"

#include <algorithm>
#include <bit>

#include "fuzz/fields.h"
#include "wire/frame.h"

namespace aoe::fuzz {
namespace {

class Hash {
public:
    void add(std::uint64_t value) {
        // FNV-1a over whole numbers: few features, and none that somebody would forge.
        hash_ = (hash_ ^ value) * 0x100000001b3U;
        hash_ ^= hash_ >> 29;
    }
    std::uint64_t value() const { return hash_; }

private:
    std::uint64_t hash_ = 0xcbf29ce484222325U;
};

std::uint64_t magnitude(std::uint64_t value) {
    return std::bit_width(value);
}

/// What a request is told to do, without its numbers.
std::uint64_t verb(Bytes request) {
    switch (command_of(request)) {
        case command::ata:
            return value_in(request, FieldKind::opcode);
        case command::config:
            return value_in(request, FieldKind::version_ccmd) & 0xf;
        case command::mac_mask:
            return value_in(request, FieldKind::mcmd);
        case command::reserve:
            return value_in(request, FieldKind::rcmd);
        default:
            return 0;
    }
}

void add_argument(Hash& hash, Bytes request, Bytes reply) {
    switch (command_of(reply)) {
        case command::ata:
            hash.add(value_in(reply, FieldKind::opcode));   // Status.
            hash.add(value_in(reply, FieldKind::feature));  // Error.
            return;
        case command::config:
            hash.add(magnitude(value_in(reply, FieldKind::string_length)));
            hash.add(value_in(reply, FieldKind::version_ccmd) & 0xf);
            hash.add(value_in(reply, FieldKind::string_length) ==
                     value_in(request, FieldKind::string_length));
            return;
        case command::mac_mask:
            hash.add(value_in(reply, FieldKind::merror));
            hash.add(magnitude(value_in(reply, FieldKind::directive_count)));
            return;
        case command::reserve:
            hash.add(magnitude(value_in(reply, FieldKind::mac_count)));
            return;
        default:
            return;
    }
}

}  // namespace

std::uint64_t reply_class(Bytes request, Bytes reply) {
    Hash hash;
    // Commands that nobody has defined are all alike, but for their end of the range.
    const std::uint8_t command = command_of(request);
    hash.add(command < command::vendor_first ? std::min<std::uint8_t>(command, 4) : command);
    if (reply.empty()) {
        hash.add(magnitude(request.size()));
        return hash.value();
    }
    hash.add(verb(request));
    hash.add(value_in(reply, FieldKind::version_flags) & 0xc);  // R and E.
    const bool failed = (value_in(reply, FieldKind::version_flags) & header_flag::error) != 0;
    hash.add(failed ? std::min<std::uint64_t>(value_in(reply, FieldKind::error), 7) : 0);
    hash.add(command_of(reply) == command);
    hash.add(magnitude(reply.size()));
    hash.add(reply.size() == request.size());
    add_argument(hash, request, reply);
    return hash.value();
}

}  // namespace aoe::fuzz
