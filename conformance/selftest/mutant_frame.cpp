// SPDX-License-Identifier: MIT
#include "conformance/selftest/mutant_frame.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace aoe::conformance {

unsigned at(const FrameBytes& frame, std::size_t offset) {
    return offset < frame.size() ? std::to_integer<unsigned>(frame[offset]) : 0U;
}
void set(FrameBytes& frame, std::size_t offset, unsigned value) {
    if (offset < frame.size()) frame[offset] = static_cast<std::byte>(value);
}
unsigned word(const FrameBytes& frame, std::size_t offset) {
    return at(frame, offset) * 256 + at(frame, offset + 1);
}
void set_word(FrameBytes& frame, std::size_t offset, unsigned value) {
    set(frame, offset, value >> 8);
    set(frame, offset + 1, value & 0xffU);
}
std::uint64_t lba(const FrameBytes& frame) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 6; ++i) value |= std::uint64_t{at(frame, 28 + i)} << (8 * i);
    return value;
}
void set_lba(FrameBytes& frame, std::uint64_t value) {
    for (std::size_t i = 0; i < 6; ++i) set(frame, 28 + i, (value >> (8 * i)) & 0xffU);
}
Mac mac_at(const FrameBytes& frame, std::size_t offset) {
    Mac mac{};
    if (offset + mac.size() <= frame.size()) {
        std::memcpy(mac.data(), frame.data() + offset, mac.size());
    }
    return mac;
}
void set_mac(FrameBytes& frame, std::size_t offset, const Mac& mac) {
    if (offset + mac.size() > frame.size()) return;
    std::memcpy(frame.data() + offset, mac.data(), mac.size());
}
std::vector<Mac> macs_at(const FrameBytes& frame, std::size_t offset, std::size_t count) {
    std::vector<Mac> macs;
    for (std::size_t i = 0; i < count; ++i) macs.push_back(mac_at(frame, offset + 6 * i));
    return macs;
}

FrameBytes config_string(const FrameBytes& frame) {
    if (frame.size() < 32) return {};
    const std::size_t size = std::min<std::size_t>(word(frame, 30), frame.size() - 32);
    return {frame.begin() + 32, frame.begin() + 32 + static_cast<std::ptrdiff_t>(size)};
}
void set_config_string(FrameBytes& frame, const FrameBytes& string) {
    if (frame.size() < 32) return;
    frame.resize(std::max<std::size_t>(60, 32 + string.size()));
    std::fill(frame.begin() + 32, frame.end(), std::byte{});
    std::copy(string.begin(), string.end(), frame.begin() + 32);
    set_word(frame, 30, static_cast<unsigned>(string.size()));
}

FrameBytes answer_to(const FrameBytes& request, std::size_t size) {
    FrameBytes reply(size);
    std::copy_n(request.begin(), std::min<std::size_t>(request.size(), 24), reply.begin());
    set_mac(reply, 0, mac_at(request, 6));
    set_mac(reply, 6, mutant_mac);
    set(reply, 14, 0x18);
    set(reply, 15, 0);
    set_word(reply, 16, mutant_shelf);
    set(reply, 18, mutant_slot);
    return reply;
}
void set_error(FrameBytes& reply, unsigned error) {
    set(reply, 14, 0x1c);
    set(reply, 15, error);
}
void set_abort(FrameBytes& reply, unsigned error) {
    set(reply, 25, error);
    set(reply, 27, 0x41);
}

bool succeeds(const FrameBytes& reply) {
    return !reply.empty() && (at(reply, 14) & 4U) == 0;
}
bool ata_succeeds(const FrameBytes& reply) {
    return succeeds(reply) && at(reply, 19) == 0 && (at(reply, 27) & 1U) == 0;
}

bool any(const FrameBytes& request) {
    static_cast<void>(request);
    return true;
}
Which command(unsigned number) {
    return [number](const FrameBytes& request) { return at(request, 19) == number; };
}
Which ata(std::initializer_list<unsigned> opcodes) {
    return [opcodes = std::vector(opcodes)](const FrameBytes& request) {
        return at(request, 19) == 0 &&
               std::find(opcodes.begin(), opcodes.end(), at(request, 27)) != opcodes.end();
    };
}
Which config(std::initializer_list<unsigned> ccmds) {
    return [ccmds = std::vector(ccmds)](const FrameBytes& request) {
        return at(request, 19) == 1 &&
               std::find(ccmds.begin(), ccmds.end(), at(request, 29) & 15U) != ccmds.end();
    };
}
Which mask(unsigned mcmd) {
    return [mcmd](const FrameBytes& request) {
        return at(request, 19) == 2 && at(request, 25) == mcmd;
    };
}
Which reserve(std::initializer_list<unsigned> rcmds) {
    return [rcmds = std::vector(rcmds)](const FrameBytes& request) {
        return at(request, 19) == 3 &&
               std::find(rcmds.begin(), rcmds.end(), at(request, 24)) != rcmds.end();
    };
}
bool transfers(const FrameBytes& request) {
    return reads(request) || writes(request);
}
bool reads(const FrameBytes& request) {
    return ata({0x20, 0x24})(request);
}
bool writes(const FrameBytes& request) {
    return ata({0x30, 0x34})(request);
}
bool to_everyone(const FrameBytes& request) {
    return mac_at(request, 0) == broadcast_mac;
}
bool by_wildcard(const FrameBytes& request) {
    return word(request, 16) == 0xffff && at(request, 18) == 0xff;
}
Which both(Which first, Which second) {
    return [=](const FrameBytes& request) { return first(request) && second(request); };
}
Which shorter_than(std::size_t bytes) {
    return [bytes](const FrameBytes& request) { return request.size() < bytes; };
}
Which has(std::size_t offset, unsigned bits) {
    return [=](const FrameBytes& request) { return (at(request, offset) & bits) != 0; };
}

Edit put(std::size_t offset, unsigned value) {
    return [=](FrameBytes& frame) { set(frame, offset, value); };
}
Edit flip(std::size_t offset, unsigned bits) {
    return [=](FrameBytes& frame) { set(frame, offset, at(frame, offset) ^ bits); };
}
Edit raise(std::size_t offset, unsigned bits) {
    return [=](FrameBytes& frame) { set(frame, offset, at(frame, offset) | bits); };
}
Edit clear(std::size_t offset, unsigned bits) {
    return [=](FrameBytes& frame) { set(frame, offset, at(frame, offset) & ~bits); };
}
Edit resize(std::size_t bytes) {
    return [=](FrameBytes& frame) { frame.resize(bytes); };
}

Fault requests(Which which, Edit edit) {
    return {.on_request = [=](FrameBytes& request) {
        if (which(request)) edit(request);
    }};
}
Fault replies(Which which, Edit edit) {
    return {.on_reply = [=](const FrameBytes& request, FrameBytes& reply) {
        if (!reply.empty() && which(request)) edit(reply);
    }};
}
Fault ignores(Which which) {
    return requests(std::move(which), [](FrameBytes& request) { request.clear(); });
}

namespace {

// Not executed: a config read takes its place, so that only a request that reaches the target is
// answered, by the bare header and what `edit` makes of it.
Fault answers(Which which, Edit edit) {
    Fault fault;
    fault.on_request = [=](FrameBytes& request) {
        if (!which(request)) return;
        request.resize(24);
        request.resize(60);
        set(request, 19, 1);
    };
    fault.on_reply = [=](const FrameBytes& request, FrameBytes& reply) {
        if (!succeeds(reply) || !which(request)) return;
        reply = answer_to(request);
        edit(reply);
    };
    return fault;
}

}  // namespace

Fault refuses(Which which, unsigned error) {
    return answers(std::move(which), [=](FrameBytes& reply) { set_error(reply, error); });
}
Fault aborts(Which which) {
    return answers(std::move(which), [](FrameBytes& reply) { set_abort(reply); });
}
Fault pretends(Which which) {
    return answers(std::move(which), put(27, 0x40));
}
Fault keeps_quiet(Which which) {
    return replies(std::move(which), [](FrameBytes& reply) { reply.clear(); });
}
Fault dies(Which which) {
    return requests(std::move(which), [](FrameBytes&) { throw Death{}; });
}

}  // namespace aoe::conformance
