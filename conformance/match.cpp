// SPDX-License-Identifier: MIT
#include "conformance/match.h"

#include <algorithm>
#include <functional>
#include <iterator>

#include <gmock/gmock-more-matchers.h>

#include "conformance/describe.h"

namespace aoe::conformance {

namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::Matcher;
using testing::ResultOf;

// A named number taken from a reply; absent when the frame is too short to have it. Printed in
// hexadecimal, as the bytes of the frame will be.
class FieldMatcher {
public:
    using is_gtest_matcher = void;
    using Get = std::function<std::optional<int>(const Reply&)>;

    FieldMatcher(std::string name, Get get, Matcher<int> inner)
        : name_(std::move(name)), get_(std::move(get)), inner_(std::move(inner)) {}

    bool MatchAndExplain(const Reply& reply, std::ostream* os) const {
        const std::optional<int> value = get_(reply);
        if (!value) {
            if (os != nullptr) *os << "the reply is too short to have " << name_;
            return false;
        }
        const bool matches = inner_.Matches(*value);
        if (!matches && os != nullptr) *os << name_ << " is " << hex(static_cast<unsigned>(*value));
        return matches;
    }
    void DescribeTo(std::ostream* os) const {
        *os << name_ << ' ';
        inner_.DescribeTo(os);
    }
    void DescribeNegationTo(std::ostream* os) const {
        *os << name_ << ' ';
        inner_.DescribeNegationTo(os);
    }

private:
    std::string name_;
    Get get_;
    Matcher<int> inner_;
};

ReplyMatcher field(std::string name, FieldMatcher::Get get, const Matcher<int>& inner) {
    return FieldMatcher(std::move(name), std::move(get), inner);
}

std::string list_text(const std::vector<Mac>& macs) {
    if (macs.empty()) return "no address";
    std::string text;
    for (const Mac& mac : macs) text += (text.empty() ? "" : ", ") + mac_text(mac);
    return text;
}

// A yes-or-no property with its own words for both.
class FlagMatcher {
public:
    using is_gtest_matcher = void;

    FlagMatcher(std::string yes, std::function<bool(const Reply&)> test)
        : yes_(std::move(yes)), test_(std::move(test)) {}

    bool MatchAndExplain(const Reply& reply, std::ostream* os) const {
        const bool matches = test_(reply);
        if (!matches && os != nullptr) *os << describe(reply);
        return matches;
    }
    void DescribeTo(std::ostream* os) const { *os << yes_; }
    void DescribeNegationTo(std::ostream* os) const { *os << "not " << yes_; }

private:
    std::string yes_;
    std::function<bool(const Reply&)> test_;
};

}  // namespace

ReplyMatcher Succeeds() {
    return FlagMatcher("a response without error",
                       [](const Reply& r) { return r.is_response() && !r.has_error(); });
}

ReplyMatcher AoeErrorIs(const Matcher<int>& code) {
    return AllOf(
        FlagMatcher("an AoE error (flag E set)", [](const Reply& r) { return r.has_error(); }),
        ErrorByteIs(code));
}

ReplyMatcher AtaSucceeds() {
    return FlagMatcher(
        "ATA success (flag E clear; BSY, DF, DRQ and ERR clear in Status)",
        [](const Reply& r) { return !r.has_error() && r.ata && (r.ata->command & 0xa9) == 0; });
}

ReplyMatcher AtaFails(const Matcher<int>& error) {
    return AllOf(FlagMatcher("an ATA error (flag E clear, ERR set in Status)",
                             [](const Reply& r) {
                                 return !r.has_error() && r.ata && (r.ata->command & 1) != 0;
                             }),
                 AtaErrorRegisterIs(error));
}

ReplyMatcher Refused() {
    return FlagMatcher("a refusal (an AoE error or an ATA error)", [](const Reply& r) {
        return r.has_error() || (r.ata && (r.ata->command & 1) != 0);
    });
}

ReplyMatcher VersionIs(const Matcher<int>& version) {
    return field(
        "Ver", [](const Reply& r) { return r.aoe.version; }, version);
}
ReplyMatcher FlagsAre(const Matcher<int>& flags) {
    return field(
        "Flags", [](const Reply& r) { return r.aoe.flags; }, flags);
}
ReplyMatcher ErrorByteIs(const Matcher<int>& error) {
    return field(
        "Error", [](const Reply& r) { return r.aoe.error; }, error);
}
ReplyMatcher ShelfIs(const Matcher<int>& shelf) {
    return field(
        "Major (shelf)", [](const Reply& r) { return r.aoe.shelf; }, shelf);
}
ReplyMatcher SlotIs(const Matcher<int>& slot) {
    return field(
        "Minor (slot)", [](const Reply& r) { return r.aoe.slot; }, slot);
}
ReplyMatcher CommandIs(const Matcher<int>& command) {
    return field(
        "Command", [](const Reply& r) { return r.aoe.command; }, command);
}

ReplyMatcher TagIs(std::uint32_t tag) {
    return FlagMatcher("Tag " + hex(tag), [tag](const Reply& r) { return r.aoe.tag == tag; });
}
ReplyMatcher DestinationIs(const Mac& mac) {
    return FlagMatcher("destination " + mac_text(mac),
                       [mac](const Reply& r) { return r.destination == mac; });
}
ReplyMatcher SourceIs(const Mac& mac) {
    return FlagMatcher("source " + mac_text(mac),
                       [mac](const Reply& r) { return r.source == mac; });
}
ReplyMatcher FrameSizeIs(const testing::Matcher<std::size_t>& bytes) {
    return FlagMatcher(
        "a frame whose size in bytes " + testing::DescribeMatcher<std::size_t>(bytes),
        [bytes](const Reply& r) { return bytes.Matches(r.bytes.size()); });
}

ReplyMatcher StatusIs(const Matcher<int>& status) {
    return field(
        "Status", [](const Reply& r) { return ata_field(r, &AtaFields::command); }, status);
}
ReplyMatcher AtaErrorRegisterIs(const Matcher<int>& error) {
    return field(
        "the ATA Error register", [](const Reply& r) { return ata_field(r, &AtaFields::feature); },
        error);
}
ReplyMatcher SectorCountRegisterIs(const Matcher<int>& count) {
    return field(
        "Sector Count", [](const Reply& r) { return ata_field(r, &AtaFields::sector_count); },
        count);
}

ReplyMatcher DataStartsWith(const ByteVector& bytes) {
    return FlagMatcher("data of " + std::to_string(bytes.size()) + " bytes: " + excerpt(bytes),
                       [bytes](const Reply& r) {
                           return r.data.size() >= bytes.size() &&
                                  std::equal(bytes.begin(), bytes.end(), r.data.begin());
                       });
}

ReplyMatcher ConfigStringIs(const std::string& string) {
    return FlagMatcher(
        "config string " + quote(string) + " (length " + std::to_string(string.size()) + ")",
        [string](const Reply& r) {
            return r.config && r.config->string_length == string.size() &&
                   r.config_string() == string;
        });
}

ReplyMatcher ConfigCommandIs(const Matcher<int>& ccmd) {
    return field(
        "CCmd", [](const Reply& r) { return config_field(r, &ConfigFields::command); }, ccmd);
}
ReplyMatcher ConfigVersionIs(const Matcher<int>& version) {
    return field(
        "the AoE nibble of the config reply",
        [](const Reply& r) { return config_field(r, &ConfigFields::version); }, version);
}
ReplyMatcher BufferCountIs(const Matcher<int>& count) {
    return field(
        "Buffer Count", [](const Reply& r) { return config_field(r, &ConfigFields::buffer_count); },
        count);
}
ReplyMatcher FirmwareIs(const Matcher<int>& version) {
    return field(
        "Firmware Version",
        [](const Reply& r) { return config_field(r, &ConfigFields::firmware_version); }, version);
}
ReplyMatcher ConfigSectorCountIs(const Matcher<int>& sectors) {
    return field(
        "Sector Count of the config reply",
        [](const Reply& r) { return config_field(r, &ConfigFields::sector_count); }, sectors);
}

ReplyMatcher MaskErrorIs(const Matcher<int>& merror) {
    return field(
        "MError",
        [](const Reply& r) -> std::optional<int> {
            if (!r.mask) return std::nullopt;
            return r.mask->error;
        },
        merror);
}
ReplyMatcher MaskListIs(std::vector<Mac> macs) {
    std::sort(macs.begin(), macs.end());
    return FlagMatcher("a mask list of " + list_text(macs), [macs](const Reply& r) {
        std::vector<Mac> listed;
        for (const Directive& directive : r.directives()) listed.push_back(directive.mac);
        std::sort(listed.begin(), listed.end());
        return r.mask && r.mask->directive_count == listed.size() && listed == macs;
    });
}
ReplyMatcher DirectiveCountIs(const Matcher<int>& count) {
    return field(
        "Dir Count",
        [](const Reply& r) -> std::optional<int> {
            if (!r.mask) return std::nullopt;
            return r.mask->directive_count;
        },
        count);
}
ReplyMatcher ReserveListIs(std::vector<Mac> macs) {
    std::sort(macs.begin(), macs.end());
    return FlagMatcher("a reserve list of " + list_text(macs), [macs](const Reply& r) {
        std::vector<Mac> listed = r.macs();
        std::sort(listed.begin(), listed.end());
        return r.reserve && r.reserve->mac_count == listed.size() && listed == macs;
    });
}

ReplyMatcher WordIs(std::size_t index, const Matcher<int>& value) {
    return field(
        "word " + std::to_string(index), [index](const Reply& r) { return r.word(index); }, value);
}

Matcher<int> Masked(int mask, const Matcher<int>& value) {
    return ResultOf(
        "the bits " + hex(static_cast<unsigned>(mask)), [mask](int v) { return v & mask; }, value);
}

}  // namespace aoe::conformance
