// SPDX-License-Identifier: MIT
#include "target/daemon/commands.h"

#include <algorithm>
#include <stdexcept>

#include "target/daemon/stats.h"
#include "wire/address.h"

namespace aoe::target {
namespace {

void expect_words(const std::vector<std::string>& words, std::size_t least, std::size_t most,
                  const std::string& usage) {
    if (words.size() < least || words.size() > most) {
        throw std::runtime_error("expected: " + usage);
    }
}

std::string quoted(const std::string& text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') result += '\\';
        result += c;
    }
    return result + '"';
}

std::string name_of(const Address& address) {
    return target_name(address.shelf, address.slot);
}

std::pair<unsigned, unsigned> key_of(const Address& address) {
    return {address.shelf, address.slot};
}

void set_disk(ExportConfig& config, const std::string& path) {
    config.path = path;
    config.uuid.clear();
}

std::string printable(const std::vector<std::byte>& bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const std::byte each : bytes) {
        const auto c = std::to_integer<unsigned>(each);
        if (c >= ' ' && c <= '~' && c != '\\') {
            text += static_cast<char>(c);
        } else {
            text += std::string("\\x") + digits[c >> 4] + digits[c & 0xf];
        }
    }
    return text;
}

std::string lines_of(const MacList& list) {
    std::string lines;
    for (const Mac& mac : list.macs()) lines += to_string(mac) + "\n";
    return lines;
}

}  // namespace

void Commands::run(const std::vector<std::string>& words, const ControlSocket::Reply& reply) {
    try {
        const std::string verb = words.empty() ? "" : words[0];
        if (verb == "clear") return clear(words, reply);
        if (verb == "list") return reply({.text = list()});
        if (verb == "stats") {
            return reply({.text = stats_json(hub_, clock_, actions_.served_by) + "\n"});
        }
        if (verb == "show") return reply({.text = show(words)});
        if (verb == "add") return reply({.text = add(words)});
        if (verb == "remove") return reply({.text = remove(words)});
        if (verb == "replace") return reply({.text = replace(words)});
        if (verb == "reload") {
            actions_.reload();
            return reply({.text = "reloaded\n"});
        }
        if (verb == "announce") {
            hub_.announce();
            return reply({.text = "announced\n"});
        }
        reply({.done = false, .text = "there is no command \"" + verb + "\""});
    } catch (const std::exception& error) {
        reply({.done = false, .text = error.what()});
    }
}

/// By its address, with or without the e, or by its name in the configuration.
const ExportConfig& Commands::find_config(const std::string& name) const {
    for (const ExportConfig& each : hub_.config().exports) {
        const std::string address = name_of(each.address);
        if (name == address || "e" + name == address || name == each.name) return each;
    }
    throw std::runtime_error("there is no export \"" + name + "\"");
}

/// The same; throws when it is not served yet.
Service& Commands::find(const std::string& name) const {
    const Address& address = find_config(name).address;
    const auto running = hub_.services().find({address.shelf, address.slot});
    if (running != hub_.services().end()) return *running->second;
    throw std::runtime_error(name_of(address) + " waits for its disk: " +
                             hub_.absent().at({address.shelf, address.slot}).why);
}

void Commands::apply(const Config& config) {
    if (actions_.locked) {
        throw std::runtime_error("not possible with --lock: nothing can be opened any more");
    }
    hub_.apply(config);
    actions_.follow_interfaces();
}

Config Commands::with_changes(Config config) const {
    for (ExportConfig& each : config.exports) {
        const auto replaced = replaced_.find(key_of(each.address));
        if (replaced == replaced_.end() || !replaced->second.is_of(each)) continue;
        set_disk(each, replaced->second.path);
    }
    for (const ExportConfig& running : hub_.config().exports) {
        const bool is_there = std::ranges::any_of(config.exports, [&](const ExportConfig& other) {
            return other.address == running.address || other.name == running.name;
        });
        if (added_.contains(running.name) && !is_there) config.exports.push_back(running);
    }
    return config;
}

void Commands::follow(const Config& file) {
    std::map<std::pair<unsigned, unsigned>, Replaced> still;
    for (const ExportConfig& each : file.exports) {
        added_.erase(each.name);
        const auto replaced = replaced_.find(key_of(each.address));
        if (replaced == replaced_.end()) continue;
        if (replaced->second.is_of(each)) {
            actions_.log.say(name_of(each.address) + " stays " + replaced->second.path +
                             ", which replaced " + each.file().path);
            still.insert(*replaced);
        } else {
            actions_.log.say(name_of(each.address) + " is " + each.file().path +
                             " now, as the file says, and no longer " + replaced->second.path);
        }
    }
    replaced_ = std::move(still);
}

std::string Commands::list() const {
    std::string text;
    for (const auto& [key, service] : hub_.services()) {
        text += name_of(service->address()) + "  " + service->config().name + "  " +
                service->config().file().path + "  " +
                std::to_string(service->storage().sectors()) + " sectors" +
                (service->config().read_only ? ", read-only" : "") + " ";
        for (const auto& [name, link] : hub_.links()) {
            if (!service->config().is_on(name)) continue;
            text += " " + name + (link->is_up() ? "" : " (down)");
        }
        text += "\n";
    }
    for (const auto& [key, absent] : hub_.absent()) {
        text += name_of(absent.config.address) + "  " + absent.config.name + "  " +
                absent.config.file().path + "  not served: " + absent.why + "\n";
    }
    return text;
}

std::string Commands::add(const Words& words) {
    expect_words(words, 6, 64, "add NAME SHELF SLOT IFACE[,IFACE...] PATH [KEY=VALUE...]");
    const std::string& name = words[1];
    std::string interfaces = quoted(words[4]);
    for (std::size_t at = 0; (at = interfaces.find(',', at)) != std::string::npos; at += 3) {
        interfaces.replace(at, 1, "\",\"");
    }
    std::string text = "[export." + quoted(name) + "]\npath = " + quoted(words[5]) +
                       "\nshelf = " + words[2] + "\nslot = " + words[3] + "\ninterfaces = [" +
                       interfaces + "]\n";
    for (std::size_t i = 6; i < words.size(); ++i) text += words[i] + "\n";
    Config config = hub_.config();
    for (ExportConfig& each : parse_exports(text, "add", hub_.config())) {
        for (const ExportConfig& other : config.exports) {
            if (other.name == each.name || other.address == each.address) {
                throw std::runtime_error(target_name(other.address.shelf, other.address.slot) +
                                         " is export." + other.name + " already");
            }
        }
        config.exports.push_back(std::move(each));
    }
    apply(config);
    added_.insert(name);
    return "added " + name_of(find_config(name).address) + "\n";
}

std::string Commands::remove(const Words& words) {
    expect_words(words, 2, 2, "remove TARGET");
    const ExportConfig gone = find_config(words[1]);
    Config config = hub_.config();
    std::erase_if(config.exports,
                  [&](const ExportConfig& each) { return each.address == gone.address; });
    added_.erase(gone.name);
    replaced_.erase(key_of(gone.address));
    hub_.apply(config);
    actions_.follow_interfaces();
    return "removed " + name_of(gone.address) + "\n";
}

std::string Commands::replace(const Words& words) {
    expect_words(words, 3, 3, "replace TARGET PATH");
    const ExportConfig before = find_config(words[1]);
    const Address& address = before.address;
    if (!words[2].starts_with('/')) {
        throw std::runtime_error("\"" + words[2] + "\" must begin with /: a daemon has no folder");
    }
    Config config = hub_.config();
    for (ExportConfig& each : config.exports) {
        if (each.address == address) set_disk(each, words[2]);
    }
    apply(config);
    replaced_.try_emplace(key_of(address), Replaced{before, ""}).first->second.path = words[2];
    return name_of(address) + " is " + words[2] + " now\n";
}

std::string Commands::show(const Words& words) const {
    constexpr auto usage = "show TARGET config|mask|reserve";
    expect_words(words, 3, 3, usage);
    const ExportState state = find(words[1]).state();
    if (words[2] == "config") return printable(state.config_string) + "\n";
    if (words[2] == "mask") return lines_of(state.mask);
    if (words[2] == "reserve") return lines_of(state.reservation);
    throw std::runtime_error(std::string("expected: ") + usage);
}

void Commands::clear(const Words& words, const ControlSocket::Reply& reply) {
    constexpr auto usage = "clear TARGET config|mask|reserve|stats";
    expect_words(words, 3, 3, usage);
    Service& service = find(words[1]);
    ExportState state = service.state();
    const std::string& what = words[2];
    if (what == "stats") {
        service.clear_counters();
        return reply({.text = "cleared\n"});
    }
    if (what == "config") {
        state.config_string.clear();
    } else if (what == "mask") {
        state.mask = {};
    } else if (what == "reserve") {
        state.reservation = {};
    } else {
        throw std::runtime_error(std::string("expected: ") + usage);
    }
    service.change_state(state, [reply](std::error_code error) {
        reply(error ? ControlAnswer{.done = false, .text = "not cleared: " + error.message()}
                    : ControlAnswer{.text = "cleared\n"});
    });
}

}  // namespace aoe::target
