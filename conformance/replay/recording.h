// SPDX-License-Identifier: MIT
// What a capture holds for whoever sends it again: the requests in their order, what came back for
// each, who asked and who was asked. All of it is in memory; nothing in a capture is trusted.
//
// A request is what somebody other than the target sent: also a frame with the response flag, a
// runt, or one of another EtherType, apart from those of the Internet's protocols. Marker frames
// (EtherType 0x88B5) name the exchange that begins with them; a capture without markers is one
// exchange.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "conformance/capture/capture_reader.h"
#include "conformance/judge/oddities.h"
#include "conformance/message.h"

namespace aoe::conformance {

enum class Sender : std::uint8_t {
    first,   // The initiator with the most requests.
    second,  // The one after that.
    odd,     // A group address, none at all, or the target's own: part of what is asked.
    further  // One initiator too many.
};

struct RecordedRequest {
    std::uint64_t number = 0;  // Of its frame, within the file.
    Time time{};
    ByteVector bytes;  // As an Ethernet frame, VLAN tags included.
    std::size_t exchange = 0;
    Sender sender = Sender::first;
    bool cut = false;        // The capture lacks bytes that were on the wire.
    bool elsewhere = false;  // For another target that answers in this capture.
    /// Number of an unanswered frame before that has the same bytes, tag included.
    std::optional<std::uint64_t> retransmits;
    ByteVector reply;  // Of the recorded target, without VLAN tags; empty when there was none.
    std::uint64_t reply_number = 0;
};

struct RecordedExchange {
    std::string name;  // Of the marker, made fit for an id.
    std::size_t requests = 0;
    std::uint64_t first_frame = 0;
};

struct Recording {
    std::string file;  // As it was given.
    std::string name;  // Without folder and ending.
    std::vector<RecordedExchange> exchanges;
    std::vector<RecordedRequest> requests;
    Address target;  // Who answered most, or was asked most when nobody answered.
    Mac first{}, second{};
    bool has_second = false;
    bool answered = false;  // Somebody answered something.
};

/// Reads to the end. On failure one sentence: no AoE frame, or the file makes no sense from some
/// place on.
Expected<Recording, std::string> read_recording(CaptureReader& reader, const std::string& file);

}  // namespace aoe::conformance
