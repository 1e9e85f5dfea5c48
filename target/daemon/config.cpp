// SPDX-License-Identifier: MIT
#include "target/daemon/config.h"

#include <algorithm>
#include <filesystem>
#include <fnmatch.h>
#include <tuple>
#include <utility>

#include "target/daemon/identity.h"

namespace aoe::target {
namespace {

bool fits(const std::string& pattern, const std::string& name) {
    return ::fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

/// Where udev keeps a link for each file system and each partition.
std::string path_of_uuid(const std::string& uuid) {
    const std::string of_file_system = "/dev/disk/by-uuid/" + uuid;
    return std::filesystem::exists(of_file_system) ? of_file_system
                                                   : "/dev/disk/by-partuuid/" + uuid;
}

std::string in_one_line(std::string text) {
    std::ranges::replace_if(
        text, [](unsigned char c) { return c < ' ' || c == 0x7f; }, '?');
    return text;
}

}  // namespace

ConfigError::ConfigError(std::string sentence)
    : std::runtime_error(in_one_line(std::move(sentence))) {}

bool AccessRule::admits(const Mac& mac) const noexcept {
    const auto holds = [&](const std::vector<Mac>& list) {
        return std::ranges::find(list, mac) != list.end();
    };
    return (!accept || holds(*accept)) && !holds(deny);
}

FileDiskOptions ExportConfig::file() const {
    return {.path = uuid.empty() ? path : path_of_uuid(uuid),
            .offset_sectors = first_sector,
            .length_sectors = sectors,
            .direct = direct,
            .read_only = read_only};
}

ExportOptions ExportConfig::options(std::uint64_t disk_sectors) const {
    return {.address = address,
            .sectors = disk_sectors,
            .read_only = read_only,
            .serial = serial.empty() ? default_serial(address) : serial,
            .model = model,
            .firmware = AOE_VERSION,
            .buffer_count =
                static_cast<std::uint16_t>(std::min<std::size_t>(buffer_count, queue_length)),
            .write_cache = !sync,
            .mask = mask};
}

bool ExportConfig::is_on(const std::string& interface) const {
    return std::ranges::any_of(interfaces,
                               [&](const std::string& each) { return fits(each, interface); });
}

bool ExportConfig::has_disk_of(const ExportConfig& other) const {
    const auto disk = [](const ExportConfig& of) {
        return std::tie(of.name, of.path, of.uuid, of.first_sector, of.sectors, of.read_only,
                        of.direct);
    };
    return disk(*this) == disk(other);
}

InterfaceConfig Config::for_interface(const std::string& name) const {
    const auto found = std::ranges::find_if(
        interfaces, [&](const InterfaceConfig& each) { return fits(each.pattern, name); });
    return found == interfaces.end() ? InterfaceConfig{.pattern = name} : *found;
}

bool Config::serves(const std::string& interface) const {
    return std::ranges::any_of(exports,
                               [&](const ExportConfig& each) { return each.is_on(interface); });
}

}  // namespace aoe::target
