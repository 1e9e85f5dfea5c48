// SPDX-License-Identifier: MIT
#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>

#include "target/daemon/access_lists.h"
#include "target/daemon/config.h"
#include "target/daemon/identity.h"
#include "target/daemon/toml_table.h"
#include "target/mac_list.h"
#include "wire/address.h"
#include "wire/ata.h"
#include "wire/frame.h"

namespace aoe::target {
namespace {

constexpr std::size_t least_mtu = 68;  // Linux takes no smaller one.
constexpr std::size_t most_mtu = 65535;
constexpr std::size_t most_queued = 4096;
constexpr std::size_t most_name_length = 15;  // Of an interface.

class Reader {
public:
    Reader(const std::string& path, const std::string& ethers, const toml::table& root)
        : file_(path, "", root), lists_(ethers) {}

    /// One whose defaults and lists are there already.
    Reader(const std::string& path, const toml::table& root, const Config& config)
        : file_(path, "", root), lists_(*config.lists) {
        config_.defaults = config.defaults;
        config_.has_default_shelf = config.has_default_shelf;
    }

    Config read() {
        file_.take("state-dir", config_.state_folder);
        file_.take("control-socket", config_.control_socket);
        read_io();
        read_lists();
        read_interfaces();
        if (auto defaults = file_.below("defaults")) {
            read_common(*defaults, config_.defaults);
            config_.has_default_shelf = defaults->has("shelf");
            read_shelf(*defaults, config_.defaults);
            defaults->expect_no_more();
        }
        read_exports();
        config_.lists = std::move(lists_);
        return std::move(config_);
    }

    std::vector<ExportConfig> read_exports() {
        if (auto exports = file_.below("export")) {
            for (const std::string& name : exports->keys()) read_export(*exports, name);
        }
        file_.expect_no_more();
        return config_.exports;
    }

private:
    void read_io() {
        std::string name = "auto";
        file_.take("io", name);
        const std::map<std::string, IoKind> kinds{
            {"auto", IoKind::any}, {"io_uring", IoKind::io_uring}, {"threads", IoKind::threads}};
        const auto kind = kinds.find(name);
        if (kind == kinds.end()) {
            file_.fail("io", "\"" + name + "\" is not \"auto\", \"io_uring\" or \"threads\"");
        }
        config_.io = kind->second;
    }

    void read_lists() {
        auto table = file_.below("access");
        if (!table) return;
        for (const std::string& name : table->keys()) {
            if (parse_mac(name)) table->fail(name, "an address cannot be the name of a list");
            std::vector<std::string> words;
            table->take(name, words);
            lists_.define(name, std::move(words));
        }
        // Wrong ones are wrong even while nobody uses them.
        for (const std::string& name : table->keys()) resolve(*table, name, {name});
    }

    void read_interfaces() {
        auto tables = file_.below("interface");
        if (!tables) return;
        for (const std::string& name : tables->keys()) {
            auto table = *tables->below(name);
            InterfaceConfig interface { .pattern = name };
            table.take("mtu", interface.mtu, least_mtu, most_mtu);
            table.take("socket-buffer", interface.socket_buffer_bytes, 4096, std::size_t{1} << 30);
            table.expect_no_more();
            config_.interfaces.push_back(std::move(interface));
        }
    }

    std::vector<Mac> resolve(const TomlTable& table, const std::string& key,
                             const std::vector<std::string>& words) {
        auto macs = lists_.resolve(words);
        if (!macs) table.fail(key, macs.error());
        return *macs;
    }

    void read_rule(TomlTable& table, const std::string& suffix, AccessRule& rule) {
        std::vector<std::string> words;
        if (const std::string key = "accept" + suffix; table.take(key, words), table.has(key)) {
            rule.accept = resolve(table, key, words);
        }
        words.clear();
        if (const std::string key = "deny" + suffix; table.take(key, words), table.has(key)) {
            rule.deny = resolve(table, key, words);
        }
    }

    /// What [defaults] may say for all and each export for itself.
    void read_common(TomlTable& table, ExportConfig& one) {
        table.take("read-only", one.read_only);
        table.take("direct", one.direct);
        table.take("sync", one.sync);
        table.take("broadcast", one.broadcast);
        table.take("queue-length", one.queue_length, 1, most_queued);
        std::uint64_t buffers = one.buffer_count;
        table.take("buffer-count", buffers, 1, 65535);
        one.buffer_count = static_cast<std::uint16_t>(buffers);
        table.take("max-sectors", one.most_sectors, 1, 255);
        table.take("interfaces", one.interfaces);
        for (const std::string& name : one.interfaces) {
            const bool is_pattern = name.find_first_of("*?[") != std::string::npos;
            if (name.empty() || (name.size() > most_name_length && !is_pattern)) {
                table.fail("interfaces", "\"" + name +
                                             "\" is no interface's name: these have 1 to " +
                                             std::to_string(most_name_length) + " characters");
            }
        }
        take_text(table, "model", one.model, model_limit);
        if (std::vector<std::string> words; table.take("mask", words), table.has("mask")) {
            one.mask = resolve(table, "mask", words);
        }
        read_rule(table, "", one.access.all);
        read_rule(table, "-config-read", one.access.config_read);
        read_rule(table, "-config-set", one.access.config_set);
        read_rule(table, "-read", one.access.read);
        read_rule(table, "-write", one.access.write);
    }

    static void take_text(TomlTable& table, const char* key, std::string& text, std::size_t limit) {
        table.take(key, text);
        if (!is_identity_text(text, limit)) {
            table.fail(key, "at most " + std::to_string(limit) + " printable ASCII characters");
        }
    }

    static void read_shelf(TomlTable& table, ExportConfig& one) {
        std::uint64_t shelf = one.address.shelf;
        table.take("shelf", shelf, 0, any_shelf - 1);
        one.address.shelf = static_cast<std::uint16_t>(shelf);
    }

    void read_export(TomlTable& exports, const std::string& name) {
        TomlTable table = *exports.below(name);
        ExportConfig one = config_.defaults;
        one.name = name;
        table.take("path", one.path);
        table.take("uuid", one.uuid);
        if (one.path.empty() == one.uuid.empty()) {
            table.fail("", one.path.empty() ? "lacks a disk: path = \"/srv/disk.img\", or a uuid"
                                            : "has both path and uuid; one of them names the disk");
        }
        if (!one.path.empty() && one.path.front() != '/') {
            table.fail("path", "\"" + one.path + "\" must begin with /: a daemon has no folder");
        }
        if (one.uuid.find('/') != std::string::npos) {
            table.fail("uuid", "\"" + one.uuid + "\" is no UUID; for files there is path");
        }
        read_shelf(table, one);
        std::uint64_t slot = 0;
        table.take("slot", slot, 0, any_slot - 1);
        one.address.slot = static_cast<std::uint8_t>(slot);
        if (!table.has("shelf") && !config_.has_default_shelf) {
            table.fail("", "lacks shelf, a number from 0 to 65534");
        }
        if (!table.has("slot")) table.fail("", "lacks slot, a number from 0 to 254");
        table.take("first-sector", one.first_sector, 0, lba48_limit);
        if (std::uint64_t sectors = 0;
            table.take("sectors", sectors, 1, lba48_limit), table.has("sectors")) {
            one.sectors = sectors;
        }
        take_text(table, "serial", one.serial, serial_limit);
        read_common(table, one);
        table.expect_no_more();
        if (one.interfaces.empty()) {
            table.fail("", "lacks interfaces, like [\"eth0\"], here or in [defaults]");
        }
        expect_own_address(table, one);
        config_.exports.push_back(std::move(one));
    }

    void expect_own_address(const TomlTable& table, const ExportConfig& one) {
        const auto [other, is_first] =
            addresses_.emplace(std::pair(one.address.shelf, one.address.slot), one.name);
        if (!is_first) {
            table.fail("", target_name(one.address.shelf, one.address.slot) + " is export." +
                               other->second + " already; choose another slot");
        }
    }

    TomlTable file_;
    AccessLists lists_;
    Config config_;
    std::map<std::pair<unsigned, unsigned>, std::string> addresses_;
};

toml::table parse_toml(const std::string& text, const std::string& path) {
    try {
        return toml::parse(text, path);
    } catch (const toml::parse_error& error) {
        throw ConfigError(path + ":" + std::to_string(error.source().begin.line) + ": " +
                          std::string(error.description()));
    }
}

}  // namespace

Config parse_config(const std::string& text, const std::string& path, const std::string& ethers) {
    const toml::table root = parse_toml(text, path);
    return Reader(path, ethers, root).read();
}

std::vector<ExportConfig> parse_exports(const std::string& text, const std::string& path,
                                        const Config& config) {
    const toml::table root = parse_toml(text, path);
    return Reader(path, root, config).read_exports();
}

Config read_config(const std::string& path, const std::string& ethers) {
    std::ifstream file(path);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (!file.is_open() || file.bad()) {
        throw ConfigError(path + ": cannot be read: " + std::system_category().message(errno));
    }
    return parse_config(text, path, ethers);
}

}  // namespace aoe::target
