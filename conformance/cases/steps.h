// SPDX-License-Identifier: MIT
// Steps and expectations that cases of several chapters share.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/exchange.h"
#include "conformance/match.h"

namespace aoe::conformance {

/// Sub-commands of command 1, the CCmd field.
namespace ccmd {
inline constexpr std::uint8_t read = 0, test = 1, test_prefix = 2, set_if_empty = 3, force_set = 4;
}  // namespace ccmd

/// No reply satisfies it: for replies to what must stay unanswered.
ReplyMatcher NoReply();
/// The same type, header and argument; addresses, tag, padding and the numbers of a config reply
/// may differ.
ReplyMatcher SaysTheSameAs(const Reply& reply);
/// Every byte from this offset to the end of the frame is zero.
ReplyMatcher ZeroFrom(std::size_t offset);

/// Force-sets the config string and reads it back; a target that fails at that skips the case.
void store(Exchange& x, const std::string& string);
/// A read must show this string.
void check_stored(Exchange& x, const std::string& string, std::string_view requirement = {});
/// Writes a sector of the scratch range and reads it back; a target that fails at that skips the
/// case.
void store_sector(Exchange& x, std::uint64_t lba, const ByteVector& sector);
/// An answer is not required, but must be error 2 if it comes.
void expect_error_2_or_silence(Exchange& x, const Request& request);

/// The request for every shelf and every slot, sent to the target's MAC address.
Request to_all(Request request);
/// What came for a request that several targets may answer, besides the reply in hand.
std::vector<Reply> all_replies(Exchange& x, const Reply& first);
/// True when the reply names the shelf and the slot under test.
bool is_own(const Exchange& x, const Reply& reply);

/// Skips the case unless frames reach the target exactly as they were sent.
void need_unpadded_link(Exchange& x);
/// Skips the case unless frames of this size, Ethernet header included, may be sent.
void need_frame_size(Exchange& x, std::size_t bytes);
/// Skips the case unless the target takes so many messages at a time.
void need_buffers(Exchange& x, unsigned count);

}  // namespace aoe::conformance
