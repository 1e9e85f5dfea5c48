// SPDX-License-Identifier: MIT
// A recording of a run (recorder.h) as it is played back: what was said and what happened, case by
// case, and which frames came because of what. All of it is in memory.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/capture/capture_reader.h"
#include "conformance/capture/recording_facts.h"
#include "conformance/message.h"

namespace aoe::conformance {

struct RecordedEvent {
    enum class Kind : std::uint8_t {
        begin,     // A case, or what is before and after them.
        sent,      // A frame of ours.
        received,  // A frame that somebody sent.
        call,      // `text` was asked of the laboratory.
        result,    // Of the call before: `text`, and `number` times was asked whether it answers.
        ended,     // The target was seen to have ended; `text` says how.
        unsent,    // The frame before did not leave, for the error `number`.
        link       // `number` is a LinkEvent.
    };
    Kind kind = Kind::begin;
    std::uint32_t port = 0;  // Which interface.
    Time time{};             // Since 1970.
    ByteVector bytes;        // As Link hands them out: without a VLAN tag when received.
    std::optional<std::uint16_t> vlan_tag;
    std::string text;
    unsigned number = 0;
    std::vector<std::size_t> follow;  // What came because of this: replies, or with this in time.
    std::size_t sent_before = 0;      // How many frames its case had sent by then,
    std::size_t starts_before = 0;    // and how often the target was started again.
};

/// A case as it ran once, or what was said outside all cases.
struct RecordedVisit {
    std::string name;                 // "cfg.read.answered", "before the first case".
    std::vector<std::size_t> events;  // In order; the first is a begin.
};

inline constexpr std::string_view before_cases = "before the first case",
                                  after_cases = "after the last case";

struct RecordedRun {
    RecordingFacts facts;
    std::vector<RecordedEvent> events;
    std::vector<RecordedVisit> visits;
};

/// What a request asks, whenever and by whichever run: its bytes without the tag.
ByteVector canonical_form(Bytes frame);
/// Of a sent frame or a reply; nothing when it is too short to have one.
std::optional<std::uint32_t> tag_of(Bytes frame);
/// Puts a tag where tag_of() found one.
void set_tag(ByteVector& frame, std::uint32_t tag);

/// On failure one sentence without a subject, as CaptureReader's: "is no recording of a run".
Expected<RecordedRun, std::string> read_recording(CaptureReader& reader);
/// The same with the file's name in front.
Expected<RecordedRun, std::string> open_recording(const std::string& file);

}  // namespace aoe::conformance
