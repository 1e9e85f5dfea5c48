// SPDX-License-Identifier: MIT
// The words that mutants are written in: bytes of a frame, which requests a mistake is about, and
// what it does to them. Offsets count from the first byte of the Ethernet header.
//
//     replies(config({3, 4}), put(29, 0x10))      replies to sets do not repeat the sub-command
//     refuses(ata({0x24}), 2)                     READ SECTORS EXT gets AoE error 2
//     ignores(both(command(0), to_everyone))      ATA commands to the broadcast address
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <vector>

#include "conformance/selftest/mutants.h"
#include "wire/bytes.h"

namespace aoe::conformance {

// Bytes; beyond the end they read as 0, and writing does nothing.
unsigned at(const FrameBytes& frame, std::size_t offset);
void set(FrameBytes& frame, std::size_t offset, unsigned value);
unsigned word(const FrameBytes& frame, std::size_t offset);  // 16 bits, high byte first.
void set_word(FrameBytes& frame, std::size_t offset, unsigned value);
std::uint64_t lba(const FrameBytes& frame);
void set_lba(FrameBytes& frame, std::uint64_t value);
Mac mac_at(const FrameBytes& frame, std::size_t offset);
void set_mac(FrameBytes& frame, std::size_t offset, const Mac& mac);
std::vector<Mac> macs_at(const FrameBytes& frame, std::size_t offset, std::size_t count);

/// Where a config reply or request says its string is, as far as it is there.
FrameBytes config_string(const FrameBytes& frame);
/// Puts another string there, and its length.
void set_config_string(FrameBytes& frame, const FrameBytes& string);

/// The target's answer of this size to a request, all zero behind the header.
FrameBytes answer_to(const FrameBytes& request, std::size_t size = 60);
/// Makes an AoE error of a reply.
void set_error(FrameBytes& reply, unsigned error);
/// Makes an ATA error of a reply.
void set_abort(FrameBytes& reply, unsigned error = 0x04);

/// A reply without flag E, and an ATA reply whose Status is good.
bool succeeds(const FrameBytes& reply);
bool ata_succeeds(const FrameBytes& reply);

/// Which requests a mistake is about.
using Which = std::function<bool(const FrameBytes& request)>;
bool any(const FrameBytes& request);
Which command(unsigned number);
Which ata(std::initializer_list<unsigned> opcodes);
Which config(std::initializer_list<unsigned> ccmds);
Which mask(unsigned mcmd);
Which reserve(std::initializer_list<unsigned> rcmds);
/// The four commands that every target has, and all that write.
bool transfers(const FrameBytes& request);
bool reads(const FrameBytes& request);
bool writes(const FrameBytes& request);
bool to_everyone(const FrameBytes& request);
bool by_wildcard(const FrameBytes& request);
Which both(Which first, Which second);
Which shorter_than(std::size_t bytes);
Which has(std::size_t offset, unsigned bits);  // Any of them.

using Edit = std::function<void(FrameBytes& frame)>;
Edit put(std::size_t offset, unsigned value);
Edit flip(std::size_t offset, unsigned bits);
Edit raise(std::size_t offset, unsigned bits);
Edit clear(std::size_t offset, unsigned bits);
Edit resize(std::size_t bytes);  // Filled up with zeros.

/// Requests reach the target changed.
Fault requests(Which which, Edit edit);
/// Replies, where there are any, leave it changed.
Fault replies(Which which, Edit edit);
/// Requests are not executed: silence, an AoE error, an ATA error, or success that is a lie.
Fault ignores(Which which);
Fault refuses(Which which, unsigned error);
Fault aborts(Which which);
Fault pretends(Which which);
/// Requests are executed, and the reply is lost.
Fault keeps_quiet(Which which);
/// The target dies of such a request.
Fault dies(Which which);

}  // namespace aoe::conformance
