// SPDX-License-Identifier: MIT
#include "initiator/cli/describe.h"

#include <array>
#include <cassert>
#include <cstdint>
#include <fmt/format.h>
#include <string_view>

#include "initiator/cli/json_text.h"
#include "initiator/cli/text.h"
#include "wire/address.h"
#include "wire/ata.h"

namespace aoe::initiator {
namespace {

void add_config(Json& json, const ConfigFields& config, const std::string& config_string) {
    json["buffer_count"] = config.buffer_count;
    json["sector_count"] = config.sector_count;
    json["firmware_version"] = config.firmware_version;
    json["config_string"] = config_string;
    json["config_string_hex"] = hexadecimal(config_string);
}

/// A bit of what is supported, and where another word says whether it is enabled.
struct Feature {
    std::size_t word;
    unsigned bit;
    std::size_t enabled_word;  // 0: always, where supported.
    std::string_view name;
};
constexpr std::array<Feature, 9> known_features{{{49, 9, 0, "LBA"},
                                                 {49, 8, 0, "DMA"},
                                                 {83, 10, 86, "LBA48"},
                                                 {83, 12, 86, "FLUSH CACHE"},
                                                 {83, 13, 86, "FLUSH CACHE EXT"},
                                                 {82, 0, 85, "SMART"},
                                                 {82, 3, 85, "power management"},
                                                 {82, 5, 85, "write cache"},
                                                 {82, 6, 85, "look-ahead"}}};

IdentifyView view(const Device& device) {
    assert(device.identify);
    return *IdentifyView::parse(*device.identify);
}

bool bit(const IdentifyView& identify, std::size_t word, unsigned number) {
    const unsigned value = identify.word(word);
    return (value >> number & 1U) != 0;
}

}  // namespace

std::string discovery_table(const std::vector<SightingOn>& sightings) {
    std::vector<std::vector<std::string>> rows{
        {"TARGET", "INTERFACE", "MAC", "BUFFERS", "SECTORS", "FIRMWARE", "CONFIG STRING"}};
    for (const auto& [sighting, interface] : sightings) {
        rows.push_back({target_name(sighting.address.shelf, sighting.address.slot), interface,
                        to_string(sighting.mac), fmt::to_string(sighting.config.buffer_count),
                        fmt::to_string(advertised_sectors(sighting.config)),
                        fmt::format("0x{:04x}", sighting.config.firmware_version),
                        escape(sighting.config_string)});
    }
    return table(rows);
}

std::string discovery_json(const std::vector<SightingOn>& sightings) {
    Json json = Json::array();
    for (const auto& [sighting, interface] : sightings) {
        auto entry = json_place(sighting.address, interface, sighting.mac);
        add_config(entry, sighting.config, sighting.config_string);
        json.push_back(std::move(entry));
    }
    return json_text(json);
}

std::vector<std::string> features(const Device& device) {
    const IdentifyView identify = view(device);
    std::vector<std::string> names;
    for (const Feature& feature : known_features) {
        if (!bit(identify, feature.word, feature.bit)) continue;
        const bool enabled =
            feature.enabled_word == 0 || bit(identify, feature.enabled_word, feature.bit);
        names.push_back(std::string(feature.name) + (enabled ? "" : " (disabled)"));
    }
    return names;
}

std::string identify_text(const Device& device, const std::string& interface) {
    const IdentifyView identify = view(device);
    const std::uint64_t sectors = identify.sectors();
    const std::uint64_t bytes = sectors * sector_size;
    std::string features_line;
    for (const std::string& name : features(device)) {
        features_line += (features_line.empty() ? "" : ", ") + name;
    }
    const auto line = [](std::string_view name, const std::string& value) {
        return fmt::format("{:<18}{}\n", name, value);
    };
    return line("target",
                fmt::format("{} on {}, {}", target_name(device.address.shelf, device.address.slot),
                            interface, to_string(*device.mac))) +
           line("model", escape(identify.model().view())) +
           line("serial", escape(identify.serial().view())) +
           line("firmware", escape(identify.firmware().view())) +
           line("size", fmt::format("{}, {} ({} bytes)", sectors_text(sectors),
                                    readable_size(bytes), bytes)) +
           line("LBA48", identify.supports_lba48() ? "yes" : "no") +
           line("features", features_line) +
           line("buffer count", fmt::to_string(device.config->buffer_count)) +
           line("sectors per frame", fmt::to_string(advertised_sectors(*device.config))) +
           line("config string", escape(device.config_string)) +
           (identify.checksum_valid() ? "" : line("warning", "the checksum in word 255 is wrong"));
}

std::string identify_json(const Device& device, const std::string& interface) {
    const IdentifyView identify = view(device);
    auto json = json_place(device.address, interface, *device.mac);
    json["model"] = identify.model().view();
    json["serial"] = identify.serial().view();
    json["firmware"] = identify.firmware().view();
    json["sectors"] = identify.sectors();
    json["size_bytes"] = identify.sectors() * sector_size;
    json["lba48"] = identify.supports_lba48();
    json["features"] = features(device);
    json["checksum_valid"] = identify.checksum_valid();
    add_config(json, *device.config, device.config_string);
    return json_text(json);
}

}  // namespace aoe::initiator
