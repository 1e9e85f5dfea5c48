// SPDX-License-Identifier: MIT
// What can be asked of a running daemon, by words: those of aoe-targetctl, which docs/target.md
// explains.
#pragma once

#include <functional>
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
        bool locked = false;  // Nothing new can be opened any more.
    };

    Commands(Hub& hub, const Clock& clock, Actions actions)
        : hub_(hub), clock_(clock), actions_(std::move(actions)) {}

    void run(const std::vector<std::string>& words, const ControlSocket::Reply& reply);

    /// The configuration with what was added by hand, which stays until it is removed by hand, too.
    Config with_added(Config config) const;

private:
    using Words = std::vector<std::string>;
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
};

}  // namespace aoe::target
