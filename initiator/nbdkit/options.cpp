// SPDX-License-Identifier: MIT
#include "initiator/nbdkit/options.h"

#include <charconv>
#include <cmath>

namespace aoe::initiator::nbdkit {
namespace {

constexpr double least_seconds = 0.001;
constexpr double most_seconds = 86400;

std::string quoted(std::string_view key, std::string_view value) {
    return std::string(key) + "='" + std::string(value) + "'";
}

std::optional<std::string> set_seconds(Time& time, std::string_view key, std::string_view value) {
    double seconds = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
    if (error != std::errc{} || end != value.data() + value.size() ||
        !(seconds >= least_seconds && seconds <= most_seconds)) {
        return quoted(key, value) + " is no time; give seconds from 0.001 to 86400";
    }
    time = std::chrono::duration_cast<Time>(std::chrono::duration<double>(seconds));
    return std::nullopt;
}

std::optional<std::string> set_switch(bool& on, std::string_view key, std::string_view value) {
    for (const std::string_view word : {"yes", "true", "on", "1"}) {
        if (value == word) {
            on = true;
            return std::nullopt;
        }
    }
    for (const std::string_view word : {"no", "false", "off", "0"}) {
        if (value == word) {
            on = false;
            return std::nullopt;
        }
    }
    return quoted(key, value) + " is neither yes nor no";
}

}  // namespace

const char* const options_help =
    "target=e7.3        (required) The AoE target: e7.3, 7.3 or e7.3@veth0;\n"
    "                   target= may be left out.\n"
    "iface=veth0        (required unless the target names it) The Ethernet interface.\n"
    "target-mac=MAC     The machine to talk to, when several answer for one address.\n"
    "wait=SECONDS       How long to look for the target at the start, 3.\n"
    "timeout=SECONDS    How long to go on asking a target that has fallen silent\n"
    "                   before a request fails, 180.\n"
    "probe=no           Without -r, each connection writes the target's last sector as it\n"
    "                   was read, to learn whether it can be written; this leaves that\n"
    "                   out and calls every target writable.";

std::optional<std::string> set_option(Options& options, std::string_view key,
                                      std::string_view value) {
    if (key == "iface") {
        options.iface = value;
        return std::nullopt;
    }
    if (key == "target") {
        auto name = parse_target_name(value);
        if (!name) return name.error();
        options.target = *std::move(name);
        return std::nullopt;
    }
    if (key == "target-mac") {
        options.target_mac = parse_mac(value);
        if (options.target_mac) return std::nullopt;
        return quoted(key, value) +
               " is no Ethernet address; give six pairs of hexadecimal digits, for example "
               "02:00:00:00:00:01";
    }
    if (key == "wait") return set_seconds(options.wait, key, value);
    if (key == "timeout") return set_seconds(options.timeout, key, value);
    if (key == "probe") return set_switch(options.probe, key, value);
    return "unknown parameter '" + std::string(key) +
           "'; there are target, iface, target-mac, wait, timeout and probe";
}

std::optional<std::string> missing_option(const Options& options) {
    if (!options.target) return "which target? target=e7.3 names it";
    if (options.interface().empty()) {
        return "which Ethernet interface? iface=veth0 names it, or target=e7.3@veth0";
    }
    if (!options.iface.empty() && !options.target->interface.empty() &&
        options.iface != options.target->interface) {
        return "the target names the interface " + options.target->interface +
               ", and iface= " + options.iface + "; leave out one of them";
    }
    return std::nullopt;
}

}  // namespace aoe::initiator::nbdkit
