// SPDX-License-Identifier: MIT
#include "conformance/capture/recorder.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

namespace aoe::conformance {

namespace {

// Of frames in memory; a case that says more is written before its verdict is known.
constexpr std::size_t most_pending_bytes = std::size_t{32} << 20;

const std::filesystem::path& with_folder(const std::filesystem::path& file) {
    if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path());
    return file;
}

// The system takes VLAN tags off what is received.
ByteVector on_the_wire(const TranscriptEntry& frame) {
    constexpr std::size_t addresses = 12;
    ByteVector bytes = frame.bytes;
    if (!frame.vlan_tag || bytes.size() < addresses) return bytes;
    const std::array<std::uint8_t, 4> tag{0x81, 0x00,
                                          static_cast<std::uint8_t>(*frame.vlan_tag >> 8),
                                          static_cast<std::uint8_t>(*frame.vlan_tag)};
    bytes.insert(bytes.begin() + addresses, tag.begin(), tag.end());
    return bytes;
}

}  // namespace

std::filesystem::path recording_file(const std::filesystem::path& folder, const std::string& target,
                                     std::size_t part, std::size_t parts) {
    const std::string which =
        parts > 1 ? fmt::format(".part-{}-of-{}", part + 1, parts) : std::string();
    return folder / (target + which + ".pcapng");
}

std::string recording_comment(const RunInfo& info) {
    std::string text = info.command;
    for (const auto& [key, value] : info.parameters) {
        if (!value.empty()) text += fmt::format("\n{}: {}", key, value);
    }
    return text;
}

Recorder::Recorder(Reporter& inner, const RecorderOptions& options)
    : inner_(inner), options_(options), writer_(with_folder(options.file), options.section) {}

Recorder::~Recorder() {
    write(now_);
}

void Recorder::begin(Time time) {
    if (begun_) return;
    begun_ = true;
    note(time, "begin " + now_);
}

void Recorder::note(Time time, std::string_view what) {
    begin(time);
    const Time since_1970 = options_.epoch + time;
    notes_ += fmt::format("{}{} {}", notes_.empty() ? "" : "\n", since_1970.count(), what);
}

void Recorder::frame(const TranscriptEntry& frame, std::uint32_t interface) {
    begin(frame.time);
    pending_.push_back({.frame = frame,
                        .interface = interface,
                        .comment = {},
                        .notes = std::exchange(notes_, {})});
    pending_bytes_ += frame.bytes.size();
    if (pending_bytes_ > most_pending_bytes) write(now_ + ": still running");
}

void Recorder::outside(std::string_view what) {
    write(now_);
    now_ = what;
    begun_ = false;
}

void Recorder::case_started(const Case& test) {
    outside(test.id);
    inner_.case_started(test);
}

void Recorder::case_finished(const CaseResult& result) {
    write(fmt::format("{}: {}", result.test->id, name(result.verdict)));
    outside("after the last case");
    CaseResult recorded = result;
    recorded.recording = options_.file.string();
    inner_.case_finished(recorded);
}

void Recorder::case_amended(const CaseResult& result) {
    // The reply came during a later case, whose frames are not written yet.
    for (Pending& pending : pending_) {
        for (const Finding& finding : result.findings) {
            if (finding.frame != pending.frame.number) continue;
            pending.comment =
                fmt::format("{}: {} (a late reply)", result.test->id, name(result.verdict));
        }
    }
    CaseResult recorded = result;
    recorded.recording = options_.file.string();
    inner_.case_amended(recorded);
}

std::string Recorder::failure() {
    write(now_);
    if (!error_) return {};
    return fmt::format("the recording {} is not whole: {}", options_.file.string(),
                       error_.message());
}

void Recorder::write(const std::string& comment) {
    // What followed the last frame would get lost when no other comes.
    if (!pending_.empty() && !notes_.empty()) {
        std::string& notes = pending_.back().notes;
        for (std::string_view rest = notes_; !rest.empty();) {
            const std::string_view line = rest.substr(0, rest.find('\n'));
            rest.remove_prefix(std::min(rest.size(), line.size() + 1));
            notes += fmt::format("{}+{}", notes.empty() ? "" : "\n", line);
        }
        notes_.clear();
    }
    for (const Pending& pending : pending_) {
        writer_.add({.time = options_.epoch + pending.frame.time,
                     .sent = pending.frame.sent,
                     .comment = pending.comment.empty() ? comment : pending.comment,
                     .interface = pending.interface,
                     .second_comment = pending.notes},
                    on_the_wire(pending.frame));
    }
    pending_.clear();
    pending_bytes_ = 0;
    if (const std::error_code error = writer_.flush()) error_ = error;
}

}  // namespace aoe::conformance
