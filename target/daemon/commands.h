// SPDX-License-Identifier: MIT
// What can be asked of a running daemon, by words: those of aoe-targetctl, which docs/target.md
// explains.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "target/daemon/control_socket.h"
#include "target/daemon/hub.h"

namespace aoe::target {

class Commands {
public:
    struct Actions {
        /// Reads the configuration file again; throws what is wrong with it.
        std::function<void()> reload;
        /// Opens interfaces that are wanted now, closes those that nobody wants any more.
        std::function<void()> follow_interfaces;
        /// What serves the disks that would block.
        std::string served_by;
        Log& log;
        bool locked = false;  // Nothing new can be opened any more.
    };

    Commands(Hub& hub, const Clock& clock, Actions actions)
        : hub_(hub), clock_(clock), actions_(std::move(actions)) {}

    void run(const std::vector<std::string>& words, const ControlSocket::Reply& reply);

    /// The file's configuration with what was done by hand since the start: exports that were
    /// added stay until they are removed by hand, too; a disk that was put in place of another
    /// stays until the file names another one.
    Config with_changes(Config file) const;
    /// Forgets what the file, which is served by now, says otherwise.
    void follow(const Config& file);

private:
    using Words = std::vector<std::string>;
    struct Replaced {
        ExportConfig before;  // As the file has it.
        std::string path;
        bool is_of(const ExportConfig& in_file) const {
            return in_file.path == before.path && in_file.uuid == before.uuid;
        }
    };
    std::string list() const;
    std::string add(const Words& words);
    std::string remove(const Words& words);
    std::string replace(const Words& words);
    std::string show(const Words& words) const;
    void clear(const Words& words, const ControlSocket::Reply& reply);
    const ExportConfig& find_config(const std::string& name) const;
    Service& find(const std::string& name) const;
    void apply(const Config& config);

    Hub& hub_;
    const Clock& clock_;
    Actions actions_;
    std::set<std::string> added_;  // Names of exports.
    std::map<std::pair<unsigned, unsigned>, Replaced> replaced_;
};

}  // namespace aoe::target
