// SPDX-License-Identifier: MIT
#include "conformance/cases/steps.h"

#include <algorithm>
#include <array>

#include "conformance/cases/sector_steps.h"
#include "conformance/describe.h"
#include "conformance/field_notes.h"

namespace aoe::conformance {

namespace {

// The bytes that say something about the request: the tag as zeros, and the numbers of a config
// reply, which have cases of their own. How long that is follows from the argument; ATA data fills
// a frame far beyond the 60 bytes up to which there is padding.
ByteVector meaning(const Reply& reply) {
    std::size_t end = 24;
    if (reply.config) end = 32 + std::size_t{reply.config->string_length};
    if (reply.mask) end = 28 + std::size_t{reply.mask->directive_count} * 8;
    if (reply.reserve) end = 26 + std::size_t{reply.reserve->mac_count} * 6;
    if (reply.ata) end = reply.bytes.size() > 60 ? reply.bytes.size() : 36;
    end = std::min(end, reply.bytes.size());
    ByteVector bytes(reply.bytes.begin() + 12,
                     reply.bytes.begin() + static_cast<std::ptrdiff_t>(end));
    std::fill_n(bytes.begin() + 8, 4, std::uint8_t{0});
    if (reply.config) std::fill_n(bytes.begin() + 12, 5, std::uint8_t{0});
    return bytes;
}

// Of the fields, those that meaning() keeps.
bool has_meaning(const FieldRow& row) {
    constexpr std::array without{field::destination,       field::source,
                                 field::tag.name,          field::padding,
                                 field::buffer_count.name, field::firmware.name};
    // A config reply's Sector Count; that of an ATA reply lies elsewhere.
    const bool number = row.name == field::config_sector_count.name &&
                        row.offset == field::config_sector_count.offset;
    return !number && std::find(without.begin(), without.end(), row.name) == without.end();
}

MATCHER(AnswersNothing, "silence") {
    static_cast<void>(arg);
    return false;
}

MATCHER_P(MeansTheSame, other, "the same as " + describe(other)) {
    const bool same = meaning(arg) == meaning(other);
    for (const FieldRow& due : is_noting_fields() ? fields_of(other) : std::vector<FieldRow>()) {
        if (!has_meaning(due)) continue;
        const std::vector<FieldRow> rows = fields_of(arg);
        const auto row = std::find_if(rows.begin(), rows.end(),
                                      [&](const FieldRow& r) { return r.name == due.name; });
        note_field(due.name, due.actual, same || (row != rows.end() && row->actual == due.actual));
    }
    return same;
}

MATCHER_P(OnlyZerosFrom, offset, "only zeros from byte " + std::to_string(offset) + " on") {
    const auto skipped = static_cast<std::ptrdiff_t>(std::min(offset, arg.bytes.size()));
    const auto stray = std::count_if(arg.bytes.begin() + skipped, arg.bytes.end(),
                                     [](std::uint8_t byte) { return byte != 0; });
    if (stray > 0) *result_listener << stray << " bytes there are not zero";
    const auto first = std::find_if(arg.bytes.begin() + skipped, arg.bytes.end(),
                                    [](std::uint8_t byte) { return byte != 0; });
    FieldRow row{.name = std::string(field::padding),
                 .offset = static_cast<std::size_t>(first - arg.bytes.begin()),
                 .size = static_cast<std::size_t>(arg.bytes.end() - first),
                 .actual = {},
                 .expected = "only zeros",
                 .differs = stray != 0};
    note_field({.row = std::move(row), .unwanted = "not only zeros", .words = {}});
    return stray == 0;
}

}  // namespace

ReplyMatcher NoReply() {
    return AnswersNothing();
}

ReplyMatcher SaysTheSameAs(const Reply& reply) {
    return MeansTheSame(reply);
}

ReplyMatcher ZeroFrom(std::size_t offset) {
    return OnlyZerosFrom(offset);
}

void store(Exchange& x, const std::string& string) {
    x.prepare(config_request(ccmd::force_set, string), Succeeds());
    x.prepare(config_request(), ConfigStringIs(string));
}

void check_stored(Exchange& x, const std::string& string, std::string_view requirement) {
    x.check(x.ask(config_request(), requirement), ConfigStringIs(string), requirement);
}

void store_sector(Exchange& x, std::uint64_t lba, const ByteVector& sector) {
    need_scratch(x, 1);
    x.prepare(x.write(lba, sector), AtaSucceeds());
    x.prepare(x.read(lba, 1), DataStartsWith(sector));
}

void expect_error_2_or_silence(Exchange& x, const Request& request) {
    if (const auto reply = x.probe(request)) x.check(*reply, AoeErrorIs(2));
}

Request to_all(Request request) {
    request.shelf = 0xffff;
    request.slot = 0xff;
    return request;
}

std::vector<Reply> all_replies(Exchange& x, const Reply& first) {
    x.peer().fence();
    x.peer().listen(x.peer().patience().grace());
    return x.peer().replies(first.aoe.tag);
}

bool is_own(const Exchange& x, const Reply& reply) {
    return reply.aoe.shelf == x.target().shelf && reply.aoe.slot == x.target().slot;
}

void need_unpadded_link(Exchange& x) {
    if (x.target().private_link) return;
    x.skip("link-pads",
           "network cards fill short frames up to 60 bytes; the private network of "
           "--start does not");
}

void need_frame_size(Exchange& x, std::size_t bytes) {
    if (bytes <= x.target().mtu + 14) return;
    x.skip("mtu", "a frame of " + std::to_string(bytes) + " bytes exceeds the interface's MTU");
}

void need_buffers(Exchange& x, unsigned count) {
    if (x.target().config.buffer_count >= count) return;
    x.skip("buffer-count",
           "the target takes fewer than " + std::to_string(count) + " messages at a time");
}

}  // namespace aoe::conformance
