// SPDX-License-Identifier: MIT
#include "conformance/match.h"

#include <algorithm>
#include <utility>

#include <gmock/gmock-more-matchers.h>

#include "conformance/describe.h"
#include "conformance/field_matcher.h"

namespace aoe::conformance {

namespace {

using testing::AllOf;
using testing::DescribeMatcher;
using testing::Matcher;
using testing::ResultOf;

ReplyMatcher field_is(const Field& field, FieldMatcher::Get get, const Matcher<int>& inner) {
    return FieldMatcher(field, std::string(field.name), std::move(get), inner);
}
ReplyMatcher field_is(const Field& field, std::string name, FieldMatcher::Get get,
                      const Matcher<int>& inner) {
    return FieldMatcher(field, std::move(name), std::move(get), inner);
}

std::string list_text(const std::vector<Mac>& macs) {
    if (macs.empty()) return "no address";
    std::string text;
    for (const Mac& mac : macs) text += (text.empty() ? "" : ", ") + mac_text(mac);
    return text;
}

bool has_err(const Reply& r) {
    return r.ata && (r.ata->command & 1) != 0;
}

Aspect error_flag(bool set) {
    return {field::flags.name, set ? "E set" : "E clear",
            [set](const Reply& r) { return r.has_error() == set; }};
}

std::size_t common_bytes(const ByteVector& a, const ByteVector& b) {
    const auto ends = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    return static_cast<std::size_t>(ends.first - a.begin());
}

// The data in short, and where they part from what is due.
FieldRow data_row(const ByteVector& data, const ByteVector& due) {
    FieldRow row;
    row.actual = std::to_string(data.size()) + " bytes: " + excerpt(data);
    const std::size_t first = common_bytes(data, due);
    if (first == due.size()) return row;
    if (first == data.size()) {
        row.actual += "; no more";
        return row;
    }
    std::size_t last = std::min(data.size(), due.size()) - 1;
    while (data[last] == due[last]) --last;
    row.offset = 36 + first;
    row.size = last - first + 1;
    row.actual +=
        "; byte " + std::to_string(first) + " is " + hex(data[first]) + ", not " + hex(due[first]);
    return row;
}

}  // namespace

ReplyMatcher Succeeds() {
    return PropertyMatcher("a response without error",
                           {{field::flags.name, "R set, E clear",
                             [](const Reply& r) { return r.is_response() && !r.has_error(); }}});
}

ReplyMatcher AoeErrorIs(const Matcher<int>& code) {
    return AllOf(PropertyMatcher("an AoE error (flag E set)", {error_flag(true)}),
                 ErrorByteIs(code));
}

ReplyMatcher AtaSucceeds() {
    return PropertyMatcher(
        "ATA success (flag E clear; BSY, DF, DRQ and ERR clear in Status)",
        {error_flag(false), {field::status.name, "BSY, DF, DRQ and ERR clear", [](const Reply& r) {
                                 return r.ata && (r.ata->command & 0xa9) == 0;
                             }}});
}

ReplyMatcher AtaFails(const Matcher<int>& error) {
    return AllOf(PropertyMatcher("an ATA error (flag E clear, ERR set in Status)",
                                 {error_flag(false), {field::status.name, "ERR set", has_err}}),
                 AtaErrorRegisterIs(error));
}

ReplyMatcher Refused() {
    return PropertyMatcher("a refusal (an AoE error or an ATA error)",
                           [](const Reply& r) { return r.has_error() || has_err(r); },
                           {error_flag(true), {field::status.name, "ERR set", has_err}});
}

ReplyMatcher VersionIs(const Matcher<int>& version) {
    return field_is(
        field::version, [](const Reply& r) { return r.aoe.version; }, version);
}
ReplyMatcher FlagsAre(const Matcher<int>& flags) {
    return field_is(
        field::flags, [](const Reply& r) { return r.aoe.flags; }, flags);
}
ReplyMatcher ErrorByteIs(const Matcher<int>& error) {
    return field_is(
        field::error, [](const Reply& r) { return r.aoe.error; }, error);
}
ReplyMatcher ShelfIs(const Matcher<int>& shelf) {
    return field_is(
        field::major, "Major (shelf)", [](const Reply& r) { return r.aoe.shelf; }, shelf);
}
ReplyMatcher SlotIs(const Matcher<int>& slot) {
    return field_is(
        field::minor, "Minor (slot)", [](const Reply& r) { return r.aoe.slot; }, slot);
}
ReplyMatcher CommandIs(const Matcher<int>& command) {
    return field_is(
        field::command, [](const Reply& r) { return r.aoe.command; }, command);
}

ReplyMatcher TagIs(std::uint32_t tag) {
    return PropertyMatcher("Tag " + hex(tag),
                           {{field::tag.name, field::tag.text(tag),
                             [tag](const Reply& r) { return r.aoe.tag == tag; }}});
}
ReplyMatcher DestinationIs(const Mac& mac) {
    return PropertyMatcher("destination " + mac_text(mac),
                           {{field::destination, mac_text(mac),
                             [mac](const Reply& r) { return r.destination == mac; }}});
}
ReplyMatcher SourceIs(const Mac& mac) {
    return PropertyMatcher(
        "source " + mac_text(mac),
        {{field::source, mac_text(mac), [mac](const Reply& r) { return r.source == mac; }}});
}
ReplyMatcher FrameSizeIs(const testing::Matcher<std::size_t>& bytes) {
    const std::string accepted = DescribeMatcher<std::size_t>(bytes);
    return PropertyMatcher(
        "a frame whose size in bytes " + accepted,
        {{field::size, accepted, [bytes](const Reply& r) { return bytes.Matches(r.bytes.size()); },
          [](const Reply& r) {
              FieldRow row;
              row.actual = std::to_string(r.bytes.size());
              return row;
          }}});
}

ReplyMatcher StatusIs(const Matcher<int>& status) {
    return field_is(
        field::status, [](const Reply& r) { return ata_field(r, &AtaFields::command); }, status);
}
ReplyMatcher AtaErrorRegisterIs(const Matcher<int>& error) {
    return field_is(
        field::ata_error, "the ATA Error register",
        [](const Reply& r) { return ata_field(r, &AtaFields::feature); }, error);
}
ReplyMatcher SectorCountRegisterIs(const Matcher<int>& count) {
    return field_is(
        field::ata_sector_count,
        [](const Reply& r) { return ata_field(r, &AtaFields::sector_count); }, count);
}

ReplyMatcher LbaIs(const Matcher<std::uint64_t>& lba) {
    const std::string accepted = DescribeMatcher<std::uint64_t>(lba);
    return PropertyMatcher("LBA " + accepted, {{field::lba.name, accepted, [lba](const Reply& r) {
                                                    return r.ata && lba.Matches(r.ata->lba);
                                                }}});
}
ReplyMatcher AtaFlagsAre(const Matcher<int>& flags) {
    return field_is(
        field::aflags, [](const Reply& r) { return ata_field(r, &AtaFields::flags); }, flags);
}
ReplyMatcher AtaReservedIs(const Matcher<int>& reserved) {
    return field_is(
        field::ata_reserved, "the reserved bytes",
        [](const Reply& r) { return ata_field(r, &AtaFields::reserved); }, reserved);
}

ReplyMatcher DataStartsWith(const ByteVector& bytes) {
    const auto holds = [bytes](const Reply& r) {
        return r.data.size() >= bytes.size() &&
               std::equal(bytes.begin(), bytes.end(), r.data.begin());
    };
    const std::string due = std::to_string(bytes.size()) + " bytes: " + excerpt(bytes);
    return PropertyMatcher(
        "data of " + due,
        {{field::data, due, holds, [bytes](const Reply& r) { return data_row(r.data, bytes); }}});
}

ReplyMatcher ConfigStringIs(const std::string& string) {
    return PropertyMatcher(
        "config string " + quote(string) + " (length " + std::to_string(string.size()) + ")",
        {{field::string_length.name, std::to_string(string.size()),
          [string](const Reply& r) {
              return r.config && r.config->string_length == string.size();
          }},
         {field::string, quote(string),
          [string](const Reply& r) { return r.config_string() == string; }}});
}

ReplyMatcher ConfigCommandIs(const Matcher<int>& ccmd) {
    return field_is(
        field::ccmd, [](const Reply& r) { return config_field(r, &ConfigFields::command); }, ccmd);
}
ReplyMatcher ConfigVersionIs(const Matcher<int>& version) {
    return field_is(
        field::aoe, "the AoE nibble of the config reply",
        [](const Reply& r) { return config_field(r, &ConfigFields::version); }, version);
}
ReplyMatcher BufferCountIs(const Matcher<int>& count) {
    return field_is(
        field::buffer_count,
        [](const Reply& r) { return config_field(r, &ConfigFields::buffer_count); }, count);
}
ReplyMatcher FirmwareIs(const Matcher<int>& version) {
    return field_is(
        field::firmware,
        [](const Reply& r) { return config_field(r, &ConfigFields::firmware_version); }, version);
}
ReplyMatcher ConfigSectorCountIs(const Matcher<int>& sectors) {
    return field_is(
        field::config_sector_count, "Sector Count of the config reply",
        [](const Reply& r) { return config_field(r, &ConfigFields::sector_count); }, sectors);
}

ReplyMatcher MaskErrorIs(const Matcher<int>& merror) {
    return field_is(
        field::merror,
        [](const Reply& r) -> std::optional<int> {
            if (!r.mask) return std::nullopt;
            return r.mask->error;
        },
        merror);
}
ReplyMatcher MaskListIs(std::vector<Mac> macs) {
    std::sort(macs.begin(), macs.end());
    const auto same = [macs](const Reply& r) {
        std::vector<Mac> listed;
        for (const Directive& directive : r.directives()) listed.push_back(directive.mac);
        std::sort(listed.begin(), listed.end());
        return r.mask && listed == macs;
    };
    const auto counted = [count = macs.size()](const Reply& r) {
        return r.mask && r.mask->directive_count == count;
    };
    return PropertyMatcher("a mask list of " + list_text(macs),
                           {{field::directive_count.name, std::to_string(macs.size()), counted},
                            {field::directives, list_text(macs), same}});
}
ReplyMatcher DirectiveCountIs(const Matcher<int>& count) {
    return field_is(
        field::directive_count,
        [](const Reply& r) -> std::optional<int> {
            if (!r.mask) return std::nullopt;
            return r.mask->directive_count;
        },
        count);
}
ReplyMatcher ReserveListIs(std::vector<Mac> macs) {
    std::sort(macs.begin(), macs.end());
    const auto same = [macs](const Reply& r) {
        std::vector<Mac> listed = r.macs();
        std::sort(listed.begin(), listed.end());
        return r.reserve && listed == macs;
    };
    const auto counted = [count = macs.size()](const Reply& r) {
        return r.reserve && r.reserve->mac_count == count;
    };
    return PropertyMatcher("a reserve list of " + list_text(macs),
                           {{field::mac_count.name, std::to_string(macs.size()), counted},
                            {field::macs, list_text(macs), same}});
}

ReplyMatcher WordIs(std::size_t index, const testing::Matcher<int>& value) {
    const std::string name = "word " + std::to_string(index);
    const Field field{{}, 36 + index * 2, 2, word_text};
    return field_is(
        field, name, [index](const Reply& r) { return r.word(index); }, value);
}

Matcher<int> Masked(int mask, const Matcher<int>& value) {
    return ResultOf(
        "the bits " + hex(static_cast<unsigned>(mask)), [mask](int v) { return v & mask; }, value);
}

}  // namespace aoe::conformance
