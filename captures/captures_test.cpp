// SPDX-License-Identifier: MIT
// The captures are what manifest.json says: whole files of so many Ethernet frames, and nothing in
// them but AoE and the markers that name the stimuli.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include <gtest/gtest.h>
#include <pcap.h>
#include <tins/rawpdu.h>
#include <tins/sniffer.h>

namespace {

constexpr unsigned aoe_type = 0x88a2;
constexpr unsigned marker_type = 0x88b5;
const std::filesystem::path folder = AOE_SOURCE_DIR "/captures";

/// The manifest's entries; never none.
nlohmann::json entries() {
    std::ifstream file(folder / "manifest.json");
    nlohmann::json listed = nlohmann::json::parse(file).at("captures");
    EXPECT_FALSE(listed.empty());
    return listed;
}

std::filesystem::path path_of(const nlohmann::json& entry) {
    return folder / std::string(entry.at("file"));
}

std::size_t size_of(const nlohmann::json& entry) {
    return std::filesystem::file_size(path_of(entry));
}

struct Contents {
    std::size_t frames = 0;
    std::map<unsigned, std::size_t> by_ether_type;
    int link_type = -1;
    std::size_t file_bytes = 24;  // Headers included: what the file should be long.
};

Contents read_capture(const std::filesystem::path& path) {
    Tins::FileSniffer sniffer(path);
    sniffer.set_extract_raw_pdus(true);  // Else frames that libtins cannot read are left out.
    Contents contents;
    contents.link_type = sniffer.link_type();
    for (const auto& packet : sniffer) {
        const auto& bytes = packet.pdu()->rfind_pdu<Tins::RawPDU>().payload();
        ++contents.frames;
        contents.file_bytes += 16 + bytes.size();
        const bool whole = bytes.size() >= 14;
        ++contents.by_ether_type[whole ? unsigned{bytes[12]} << 8 | bytes[13] : 0];
    }
    return contents;
}

TEST(Captures, HoldTheFramesThatTheManifestSays) {
    for (const auto& entry : entries()) {
        SCOPED_TRACE(entry.at("file"));
        const Contents contents = read_capture(path_of(entry));
        EXPECT_EQ(contents.file_bytes, size_of(entry)) << "ends within a frame";
        EXPECT_EQ(contents.frames, entry.at("frames"));
        EXPECT_EQ(contents.link_type, DLT_EN10MB);
        EXPECT_EQ(entry.at("link_type"), "EN10MB");
    }
}

TEST(Captures, HoldNothingButAoeAndMarkers) {
    for (const auto& entry : entries()) {
        SCOPED_TRACE(entry.at("file"));
        const Contents contents = read_capture(path_of(entry));
        for (const auto& [type, frames] : contents.by_ether_type) {
            EXPECT_TRUE(type == aoe_type || type == marker_type)
                << frames << " frames of EtherType " << std::hex << type;
        }
    }
}

TEST(Captures, SayWhereTheyAreFrom) {
    for (const auto& entry : entries()) {
        SCOPED_TRACE(entry.at("file"));
        EXPECT_NE(entry.at("implementation"), "");
        EXPECT_NE(entry.at("version"), "");
        EXPECT_NE(entry.at("what"), "");
        EXPECT_LT(size_of(entry), 130000U);
    }
}

}  // namespace
