// SPDX-License-Identifier: MIT
// The language of expectations: GoogleMock matchers over replies. Their descriptions become the
// "expected" of a failure, their explanations part of the "actual".
//
// Each also notes the fields that it looked at (field_notes.h), so that a failure can mark them.
//
//     x.check(reply, AoeErrorIs(4));
//     x.check(reply, AllOf(Succeeds(), ConfigStringIs("abc")), "AOE-CFG-09");
#pragma once

#include <string>
#include <vector>

#include <gmock/gmock-matchers.h>

#include "conformance/message.h"

namespace aoe::conformance {

using ReplyMatcher = testing::Matcher<const Reply&>;

/// Flag R set and flag E clear.
ReplyMatcher Succeeds();
/// Flag E set, and the Error byte.
ReplyMatcher AoeErrorIs(const testing::Matcher<int>& code);
/// An ATA reply without E whose Status has none of BSY, DF, DRQ and ERR.
ReplyMatcher AtaSucceeds();
/// An ATA reply without E whose Status has ERR; `error` is about the Error register.
ReplyMatcher AtaFails(const testing::Matcher<int>& error = testing::_);
/// Refused either way: flag E with any error, or ATA's ERR.
ReplyMatcher Refused();

// Fields of the header.
ReplyMatcher VersionIs(const testing::Matcher<int>& version);
ReplyMatcher FlagsAre(const testing::Matcher<int>& flags);
ReplyMatcher ErrorByteIs(const testing::Matcher<int>& error);
ReplyMatcher ShelfIs(const testing::Matcher<int>& shelf);
ReplyMatcher SlotIs(const testing::Matcher<int>& slot);
ReplyMatcher CommandIs(const testing::Matcher<int>& command);
ReplyMatcher TagIs(std::uint32_t tag);
ReplyMatcher DestinationIs(const Mac& mac);
ReplyMatcher SourceIs(const Mac& mac);
ReplyMatcher FrameSizeIs(const testing::Matcher<std::size_t>& bytes);

// Fields of the arguments; a reply that is too short for them does not match.
ReplyMatcher StatusIs(const testing::Matcher<int>& status);
ReplyMatcher AtaErrorRegisterIs(const testing::Matcher<int>& error);
ReplyMatcher SectorCountRegisterIs(const testing::Matcher<int>& count);
ReplyMatcher LbaIs(const testing::Matcher<std::uint64_t>& lba);
ReplyMatcher AtaFlagsAre(const testing::Matcher<int>& flags);
ReplyMatcher AtaReservedIs(const testing::Matcher<int>& reserved);
/// The data begins with these bytes.
ReplyMatcher DataStartsWith(const ByteVector& bytes);
ReplyMatcher ConfigStringIs(const std::string& string);
ReplyMatcher ConfigCommandIs(const testing::Matcher<int>& ccmd);
ReplyMatcher ConfigVersionIs(const testing::Matcher<int>& version);
ReplyMatcher BufferCountIs(const testing::Matcher<int>& count);
ReplyMatcher FirmwareIs(const testing::Matcher<int>& version);
ReplyMatcher ConfigSectorCountIs(const testing::Matcher<int>& sectors);
ReplyMatcher MaskErrorIs(const testing::Matcher<int>& merror);
/// Exactly these addresses, in any order.
ReplyMatcher MaskListIs(std::vector<Mac> macs);
ReplyMatcher DirectiveCountIs(const testing::Matcher<int>& count);
/// Exactly these addresses, in any order.
ReplyMatcher ReserveListIs(std::vector<Mac> macs);
/// Word `index` of IDENTIFY data.
ReplyMatcher WordIs(std::size_t index, const testing::Matcher<int>& value);

/// `value & mask` matches.
testing::Matcher<int> Masked(int mask, const testing::Matcher<int>& value);

}  // namespace aoe::conformance
