// SPDX-License-Identifier: MIT
// Makes seed corpora from captures. `frames`: each distinct AoE frame becomes a file of its bytes.
// `arguments-N`: the same of command N without the header. `sessions`: a capture's requests become
// files of 32 in the order of the wire, in the form that session.h describes; `replies`: its
// replies do. Files are named by their hash.
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tins/rawpdu.h>
#include <tins/sniffer.h>

#include "fuzz/fields.h"
#include "fuzz/session.h"
#include "wire/frame.h"

namespace {

using namespace aoe::fuzz;

constexpr std::size_t session_frames = 32;
constexpr std::uint64_t response_flag = 0x08;

/// The AoE frames of a capture, malformed ones too: they are the best seeds.
std::vector<FrameBytes> read_frames(const std::string& capture) {
    std::vector<FrameBytes> frames;
    Tins::FileSniffer sniffer(capture);
    sniffer.set_extract_raw_pdus(true);
    for (const auto& packet : sniffer) {
        const auto& payload = packet.pdu()->rfind_pdu<Tins::RawPDU>().payload();
        const auto bytes = std::as_bytes(std::span(payload));
        if (looks_like_aoe(bytes)) {
            frames.emplace_back(bytes.begin(), bytes.end());
        }
    }
    return frames;
}

std::vector<FrameBytes> sessions(const std::vector<FrameBytes>& frames, bool of_replies) {
    std::vector<FrameBytes> inputs;
    Session session;
    const auto end_session = [&] {
        if (!session.frames.empty()) {
            inputs.push_back(session_bytes(session));
        }
        session = {};
    };
    for (const FrameBytes& frame : frames) {
        const bool is_reply = (get(frame, field_of(FieldKind::version_flags)) & response_flag) != 0;
        if (is_reply == of_replies) {
            session.frames.push_back(frame);
        }
        if (session.frames.size() == session_frames) {
            end_session();
        }
    }
    end_session();
    return inputs;
}

std::vector<FrameBytes> arguments(const std::vector<FrameBytes>& frames, char command) {
    std::vector<FrameBytes> inputs;
    for (const FrameBytes& frame : frames) {
        if (command_of(frame) == command - '0') {
            inputs.emplace_back(frame.begin() + aoe::header_size, frame.end());
        }
    }
    return inputs;
}

/// Nothing when there is no such form.
std::optional<std::vector<FrameBytes>> inputs_of(const std::vector<FrameBytes>& frames,
                                                 std::string_view form) {
    if (form == "frames") return frames;
    if (form == "sessions") return sessions(frames, false);
    if (form == "replies") return sessions(frames, true);
    const bool is_command = form.size() == 11 && form.back() >= '0' && form.back() <= '3';
    if (form.starts_with("arguments-") && is_command) return arguments(frames, form.back());
    return std::nullopt;
}

/// FNV-1a: enough to tell a few thousand inputs apart.
std::string name_of(const FrameBytes& input) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const std::byte byte : input) {
        hash = (hash ^ std::to_integer<std::uint64_t>(byte)) * 0x100000001b3;
    }
    std::string name(16, '0');
    std::snprintf(name.data(), name.size() + 1, "%016llx", static_cast<unsigned long long>(hash));
    return name;
}

void write(const std::filesystem::path& path, const FrameBytes& input) {
    std::ofstream file(path, std::ios::binary);
    file.exceptions(std::ios::failbit | std::ios::badbit);
    for (const std::byte byte : input) {
        file.put(std::to_integer<char>(byte));
    }
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view form = argc > 1 ? argv[1] : "";
    if (argc < 4 || !inputs_of({}, form)) {
        std::fprintf(stderr,
                     "Usage: pcap-to-corpus frames|arguments-0|...|arguments-3|sessions|replies "
                     "FOLDER CAPTURE...\n");
        return 2;
    }
    try {
        const std::filesystem::path folder = argv[2];
        std::filesystem::create_directories(folder);
        std::set<std::string> names;
        for (int i = 3; i < argc; ++i) {
            const auto inputs = inputs_of(read_frames(argv[i]), form);
            for (const FrameBytes& input : *inputs) {
                const std::string name = name_of(input);
                if (names.insert(name).second) {
                    write(folder / name, input);
                }
            }
        }
        std::printf("%zu inputs in %s\n", names.size(), argv[2]);
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "pcap-to-corpus: %s\n", error.what());
        return 1;
    }
}
