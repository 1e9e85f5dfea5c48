// SPDX-License-Identifier: MIT
// What the daemon is to serve, as a configuration file in TOML says it. docs/target.md tells what
// each key means; here every key has its default, every list is resolved, and every value is within
// its limits. Whether files and interfaces exist is not known yet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "target/daemon/access_lists.h"
#include "target/daemon/io_engine.h"
#include "target/export.h"
#include "target/file_disk.h"
#include "wire/bytes.h"

namespace aoe::target {

/// Who may: in `accept`, or anyone when there is no such list, and not in `deny`.
struct AccessRule {
    std::optional<std::vector<Mac>> accept{};
    std::vector<Mac> deny{};
    bool admits(const Mac& mac) const noexcept;
    friend bool operator==(const AccessRule&, const AccessRule&) = default;
};

struct Access {
    AccessRule all{};  // Asked first; each of the others narrows it down.
    AccessRule config_read{};
    AccessRule config_set{};
    AccessRule read{};
    AccessRule write{};
    friend bool operator==(const Access&, const Access&) = default;
};

struct ExportConfig {
    std::string name{};  // The table's: [export.NAME].
    Address address{};
    std::string path{};
    std::string uuid{};  // Of a file system or partition, in place of the path.
    std::uint64_t first_sector = 0;
    std::optional<std::uint64_t> sectors{};
    bool read_only = false;
    bool direct = false;
    bool sync = false;
    std::size_t queue_length = 64;          // Requests that may wait for the disk.
    std::uint16_t buffer_count = 64;        // Never shown to be more than queue_length.
    std::size_t most_sectors = 255;         // Of one request, where the MTU allows as many.
    std::vector<std::string> interfaces{};  // Names, and patterns like "eth*".
    bool broadcast = true;  // False: nothing that is for everyone is answered or sent.
    std::string serial{};   // Empty: default_serial().
    std::string model = "AoE target";
    std::vector<Mac> mask{};  // Where initiators left none.
    Access access{};
    friend bool operator==(const ExportConfig&, const ExportConfig&) = default;

    FileDiskOptions file() const;
    ExportOptions options(std::uint64_t disk_sectors) const;
    bool is_on(const std::string& interface) const;
    /// It is opened the same way, too.
    bool has_disk_of(const ExportConfig& other) const;
};

struct InterfaceConfig {
    std::string pattern{};
    std::size_t mtu = SIZE_MAX;  // Lowers what the interface has, never raises it.
    std::size_t socket_buffer_bytes = std::size_t{8} << 20;
    friend bool operator==(const InterfaceConfig&, const InterfaceConfig&) = default;
};

struct Config {
    std::string state_folder{};    // Empty: nothing outlives the process.
    std::string control_socket{};  // Empty: none.
    IoKind io = IoKind::any;
    std::vector<InterfaceConfig> interfaces{};  // As in the file; the first that fits counts.
    std::vector<ExportConfig> exports{};
    // What the file says for exports that are added later.
    ExportConfig defaults{};
    bool has_default_shelf = false;
    std::optional<AccessLists> lists{};

    InterfaceConfig for_interface(const std::string& name) const;
    bool serves(const std::string& interface) const;
};

/// "FILE:LINE: KEY: what is wrong; what would be right", in one line whatever the file holds.
struct ConfigError : std::runtime_error {
    explicit ConfigError(std::string sentence);
};

/// `ethers`: where names of machines are looked up, in the form of /etc/ethers.
/// Throws ConfigError, also when the file cannot be read.
Config read_config(const std::string& path, const std::string& ethers = "/etc/ethers");
/// The same of text that is here already; `path` is what errors call it.
Config parse_config(const std::string& text, const std::string& path,
                    const std::string& ethers = "/etc/ethers");
/// The exports of a text that comes later, with the defaults and access lists of the configuration.
std::vector<ExportConfig> parse_exports(const std::string& text, const std::string& path,
                                        const Config& config);

}  // namespace aoe::target
