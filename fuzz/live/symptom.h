// SPDX-License-Identifier: MIT
// What a fuzzed target was seen to do wrong.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace aoe::fuzz {

enum class Kind : std::uint8_t {
    crashed,
    hung,
    locked_out,
    // Replies that no target may send.
    answered_response,
    answered_others,
    no_response,
    too_long,
    stale_bytes,
    too_many_replies,
    // What became of the disk.
    wrong_data,
    refused_write_done,
    wrote_outside,
};
inline constexpr std::array all_kinds{
    Kind::crashed,          Kind::hung,        Kind::locked_out,         Kind::answered_response,
    Kind::answered_others,  Kind::no_response, Kind::too_long,           Kind::stale_bytes,
    Kind::too_many_replies, Kind::wrong_data,  Kind::refused_write_done, Kind::wrote_outside};

/// "crashed", "stale-bytes": for machines and file names.
std::string_view name(Kind kind);
/// "the target sent bytes of an earlier frame or of its memory"
std::string_view sentence(Kind kind);
/// True of what ends or silences a target.
bool is_deadly(Kind kind);

/// Two are the same when everything but the output is.
struct Symptom {
    Kind kind{};
    // Of a crash how it ended, "was killed by signal 6 (Aborted)"; of a reply the request's
    // command, or what of its header was not the target's; else empty.
    std::string how;
    std::string last_words;           // Of a crash: its telling line, numbers left out.
    std::vector<std::string> output;  // As it came, the last lines.

    friend bool operator==(const Symptom& a, const Symptom& b) {
        return a.kind == b.kind && a.how == b.how && a.last_words == b.last_words;
    }
};

/// The line of a dying program's output that says most: a sanitizer's summary, else the last one.
/// Addresses, process ids and other numbers are replaced by #, so that two deaths can be compared.
std::string telling_line(const std::vector<std::string>& output);

/// One sentence, with how it ended.
std::string sentence(const Symptom& symptom);

}  // namespace aoe::fuzz
