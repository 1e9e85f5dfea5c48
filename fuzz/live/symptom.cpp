// SPDX-License-Identifier: MIT
#include "fuzz/live/symptom.h"

#include <algorithm>
#include <cctype>

namespace aoe::fuzz {
namespace {

bool has(std::string_view line, std::string_view text) {
    return line.find(text) != std::string_view::npos;
}

std::string without_numbers(std::string_view line) {
    std::string text;
    for (std::size_t i = 0; i < line.size();) {
        const bool begins = std::isdigit(static_cast<unsigned char>(line[i])) != 0 &&
                            (i == 0 || std::isalpha(static_cast<unsigned char>(line[i - 1])) == 0);
        if (!begins) {
            text += line[i++];
            continue;
        }
        text += '#';
        while (i < line.size() && std::isalnum(static_cast<unsigned char>(line[i])) != 0) ++i;
    }
    return text;
}

}  // namespace

std::string_view name(Kind kind) {
    switch (kind) {
        case Kind::crashed:
            return "crashed";
        case Kind::hung:
            return "hung";
        case Kind::locked_out:
            return "locked-out";
        case Kind::answered_response:
            return "answered-response";
        case Kind::answered_others:
            return "answered-others";
        case Kind::no_response:
            return "no-response";
        case Kind::too_long:
            return "too-long";
        case Kind::stale_bytes:
            return "stale-bytes";
        case Kind::too_many_replies:
            return "too-many-replies";
        case Kind::wrong_data:
            return "wrong-data";
        case Kind::refused_write_done:
            return "refused-write-done";
        case Kind::wrote_outside:
            return "wrote-outside";
    }
    return "";
}

std::string_view sentence(Kind kind) {
    switch (kind) {
        case Kind::crashed:
            return "the target ended";
        case Kind::hung:
            return "the target answers no request any more";
        case Kind::locked_out:
            return "the target does not answer our address any more";
        case Kind::answered_response:
            return "the target answered a response";
        case Kind::answered_others:
            return "the target answered what was not for it";
        case Kind::no_response:
            return "the target sent a reply without flag R";
        case Kind::too_long:
            return "the target sent a reply that is too long";
        case Kind::stale_bytes:
            return "the target sent bytes of an earlier frame or of its memory";
        case Kind::too_many_replies:
            return "the target answered one request more than once";
        case Kind::wrong_data:
            return "a read returned other bytes than were written";
        case Kind::refused_write_done:
            return "a write that was refused changed the disk";
        case Kind::wrote_outside:
            return "the disk changed where nothing was to be written";
    }
    return "";
}

bool is_deadly(Kind kind) {
    return kind == Kind::crashed || kind == Kind::hung || kind == Kind::locked_out;
}

std::string telling_line(const std::vector<std::string>& output) {
    const auto telling = std::ranges::find_if(output, [](const std::string& line) {
        return has(line, "SUMMARY: ") || has(line, "runtime error: ");
    });
    if (telling != output.end()) return without_numbers(*telling);
    return output.empty() ? std::string() : without_numbers(output.back());
}

std::string sentence(const Symptom& symptom) {
    if (symptom.kind == Kind::crashed) return "the target " + symptom.how;
    const std::string text(sentence(symptom.kind));
    return symptom.how.empty() ? text : text + " (" + symptom.how + ")";
}

}  // namespace aoe::fuzz
