// SPDX-License-Identifier: MIT
// The captures are what manifest.json says: whole files of so many Ethernet frames, and nothing in
// them but AoE, the markers that name the exchanges, and the few others that it counts.
#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "conformance/capture/capture_reader.h"
#include "wire/address.h"

namespace {

using aoe::conformance::CapturedPacket;

constexpr unsigned aoe_type = 0x88a2;
constexpr unsigned marker_type = 0x88b5;
constexpr std::size_t ethernet_header_size = 14;
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

unsigned ether_type(const CapturedPacket& packet) {
    if (packet.bytes.size() < ethernet_header_size) return 0;
    return std::to_integer<unsigned>(packet.bytes[12]) << 8 |
           std::to_integer<unsigned>(packet.bytes[13]);
}

aoe::Mac source(const CapturedPacket& packet) {
    aoe::Mac mac{};
    if (packet.bytes.size() >= ethernet_header_size) {
        std::copy_n(packet.bytes.begin() + 6, mac.size(), mac.begin());
    }
    return mac;
}

/// A marker's text: up to the zeros that fill the frame.
std::string marker_name(const CapturedPacket& packet) {
    const aoe::Bytes text = packet.bytes.subspan(ethernet_header_size);
    const auto end = std::find(text.begin(), text.end(), std::byte{});
    EXPECT_TRUE(std::all_of(end, text.end(), [](std::byte byte) { return byte == std::byte{}; }));
    return {reinterpret_cast<const char*>(text.data()),
            static_cast<std::size_t>(end - text.begin())};
}

struct Contents {
    std::uint64_t frames = 0;
    std::uint64_t file_bytes = 0;  // That the frames and headers take.
    std::set<std::uint32_t> link_types;
    std::map<unsigned, std::size_t>
        other_types;  // How many frames that are neither AoE nor marker.
    std::vector<std::string> exchanges;
    std::set<aoe::Mac> sources;
};

Contents read_capture(const std::filesystem::path& path) {
    Contents contents;
    auto reader = aoe::conformance::open_capture(path);
    if (!reader) {
        ADD_FAILURE() << reader.error();
        return contents;
    }
    while (const auto packet = reader->next()) {
        contents.frames = packet->number;
        contents.link_types.insert(packet->link_type);
        contents.sources.insert(source(*packet));
        const unsigned type = ether_type(*packet);
        if (type == marker_type) contents.exchanges.push_back(marker_name(*packet));
        if (type != marker_type && type != aoe_type) ++contents.other_types[type];
    }
    EXPECT_EQ(reader->problem(), "");
    contents.file_bytes = reader->position();
    return contents;
}

TEST(Captures, HoldTheFramesThatTheManifestSays) {
    for (const auto& entry : entries()) {
        SCOPED_TRACE(entry.at("file"));
        const Contents contents = read_capture(path_of(entry));
        EXPECT_EQ(contents.file_bytes, size_of(entry));
        EXPECT_EQ(contents.frames, entry.at("frames"));
        EXPECT_EQ(contents.link_types, std::set{aoe::conformance::link_type::ethernet});
        EXPECT_EQ(entry.at("link_type"), "EN10MB");
    }
}

TEST(Captures, HoldNothingButAoeAndMarkersAndWhatTheManifestCounts) {
    for (const auto& entry : entries()) {
        SCOPED_TRACE(entry.at("file"));
        const auto counts = entry.value("other_ether_types", nlohmann::json::object());
        std::map<unsigned, std::size_t> listed;
        for (const auto& [digits, frames] : counts.items()) {
            unsigned type = 0;
            std::from_chars(digits.data(), digits.data() + digits.size(), type, 16);
            listed[type] = frames;
        }
        EXPECT_EQ(read_capture(path_of(entry)).other_types, listed);
    }
}

TEST(Captures, MarkersNameTheExchanges) {
    for (const auto& entry : entries()) {
        SCOPED_TRACE(entry.at("file"));
        const auto names = read_capture(path_of(entry)).exchanges;
        EXPECT_EQ(names.size(), entry.at("exchanges"));
        EXPECT_EQ(std::set(names.begin(), names.end()).size(), names.size()) << "a name came twice";
        const std::string group = path_of(entry).stem().string() + "/";
        for (const std::string& name : names) {
            EXPECT_TRUE(name.starts_with(group) && name.size() > group.size()) << name;
        }
    }
}

TEST(Captures, SayWhereTheyAreFrom) {
    for (const auto& entry : entries()) {
        SCOPED_TRACE(entry.at("file"));
        EXPECT_NE(entry.at("implementation"), "");
        EXPECT_NE(entry.at("version"), "");
        EXPECT_NE(entry.at("what"), "");
        const auto sources = read_capture(path_of(entry)).sources;
        EXPECT_TRUE(entry.contains("target") || entry.contains("initiator"));
        for (const char* role : {"target", "initiator"}) {
            if (!entry.contains(role)) continue;
            const auto mac = aoe::parse_mac(std::string(entry.at(role)));
            ASSERT_TRUE(mac.has_value()) << entry.at(role);
            EXPECT_TRUE(sources.contains(*mac)) << "nothing is from " << entry.at(role);
        }
    }
}

TEST(Captures, StaySmall) {
    std::size_t total = 0;
    for (const auto& entry : entries()) {
        EXPECT_LT(size_of(entry), 130'000U) << entry.at("file");
        total += size_of(entry);
    }
    EXPECT_LT(total, std::size_t{3} << 19);
}

}  // namespace
