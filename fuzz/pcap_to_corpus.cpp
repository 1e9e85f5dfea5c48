// SPDX-License-Identifier: MIT
// Makes seed corpora from captures. `frames`: each distinct AoE frame becomes a file of its bytes.
// `sessions`: a capture's requests become files of 32 in the order of the wire, in the form that
// session.h describes. Files are named by their hash.
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tins/rawpdu.h>
#include <tins/sniffer.h>

#include "fuzz/fields.h"
#include "fuzz/session.h"

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

std::vector<FrameBytes> sessions(const std::vector<FrameBytes>& frames) {
    std::vector<FrameBytes> inputs;
    Session session;
    const auto end_session = [&] {
        if (!session.frames.empty()) {
            inputs.push_back(session_bytes(session));
        }
        session = {};
    };
    for (const FrameBytes& frame : frames) {
        if ((get(frame, field_of(FieldKind::version_flags)) & response_flag) == 0) {
            session.frames.push_back(frame);
        }
        if (session.frames.size() == session_frames) {
            end_session();
        }
    }
    end_session();
    return inputs;
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
    if (argc < 4 || (form != "frames" && form != "sessions")) {
        std::fprintf(stderr, "Usage: pcap-to-corpus frames|sessions FOLDER CAPTURE...\n");
        return 2;
    }
    try {
        const std::filesystem::path folder = argv[2];
        std::filesystem::create_directories(folder);
        std::set<std::string> names;
        for (int i = 3; i < argc; ++i) {
            const auto frames = read_frames(argv[i]);
            for (const FrameBytes& input : form == "frames" ? frames : sessions(frames)) {
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
