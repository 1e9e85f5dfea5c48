// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "conformance/describe.h"
#include "conformance/state.h"
#include "conformance/synced_file.h"
#include "wire/address.h"

namespace aoe::conformance {

namespace {

constexpr int journal_version = 1;

template <typename Range> std::string to_hex(const Range& bytes) {
    std::string text;
    for (const auto byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    return text;
}

ByteVector from_hex(const std::string& text) {
    if (text.size() % 2 != 0) throw std::invalid_argument("an odd number of hexadecimal digits");
    ByteVector bytes;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        std::size_t used = 0;
        bytes.push_back(static_cast<std::uint8_t>(std::stoul(text.substr(i, 2), &used, 16)));
        if (used != 2) throw std::invalid_argument("something else than hexadecimal digits");
    }
    return bytes;
}

std::vector<std::string> mac_texts(const std::vector<Mac>& macs) {
    std::vector<std::string> texts;
    for (const Mac& mac : macs) texts.push_back(mac_text(mac));
    return texts;
}

Mac mac_from(const std::string& text) {
    const auto mac = parse_mac(text);
    if (!mac) throw std::invalid_argument("'" + text + "' is no MAC address");
    return *mac;
}

std::vector<Mac> macs_from(const nlohmann::json& texts) {
    std::vector<Mac> macs;
    for (const auto& text : texts) macs.push_back(mac_from(text.get<std::string>()));
    return macs;
}

}  // namespace

bool write_journal(const std::filesystem::path& path, const Journal& journal) {
    const TargetState& state = journal.state;
    const nlohmann::json json{
        {"aoe-conform-journal", journal_version},  {"target", journal.target},
        {"interface", journal.interface},          {"mac", mac_text(journal.mac)},
        {"doors", to_string(state.doors)},         {"config_string", to_hex(state.config_string)},
        {"mask_list", mac_texts(state.mask_list)}, {"reserve_list", mac_texts(state.reserve_list)},
        {"first_sector", state.range.first},       {"sectors", to_hex(state.sectors)},
    };
    return create_synced(path, json.dump());
}

Expected<Journal, std::string> read_journal(const std::filesystem::path& path) {
    std::ifstream file(path);
    if (!file) return Unexpected{fmt::format("cannot open the journal {}", path.string())};
    std::stringstream text;
    text << file.rdbuf();
    try {
        const auto json = nlohmann::json::parse(text.str());
        if (json.at("aoe-conform-journal") != journal_version) {
            return Unexpected{fmt::format("{} is a journal of another version", path.string())};
        }
        Journal journal;
        json.at("target").get_to(journal.target);
        json.at("interface").get_to(journal.interface);
        journal.mac = mac_from(json.at("mac").get<std::string>());
        TargetState& state = journal.state;
        const std::string doors = json.at("doors").get<std::string>();
        const auto parsed = parse_doors(doors == "none" ? "" : doors);
        if (!parsed) return Unexpected{parsed.error()};
        state.doors = *parsed;
        const ByteVector string = from_hex(json.at("config_string").get<std::string>());
        state.config_string.assign(string.begin(), string.end());
        state.mask_list = macs_from(json.at("mask_list"));
        state.reserve_list = macs_from(json.at("reserve_list"));
        state.sectors = from_hex(json.at("sectors").get<std::string>());
        state.range = {.first = json.at("first_sector").get<std::uint64_t>(),
                       .count = state.sectors.size() / 512};
        return journal;
    } catch (const std::exception& error) {
        return Unexpected{
            fmt::format("{} is no journal of aoe-conform: {}", path.string(), error.what())};
    }
}

}  // namespace aoe::conformance
