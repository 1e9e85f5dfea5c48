// SPDX-License-Identifier: MIT
#include "initiator/cli/target.h"

#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <random>
#include <system_error>
#include <utility>

#include "initiator/cli/exit_status.h"
#include "initiator/cli/interrupt.h"
#include "initiator/cli/support.h"
#include "initiator/error.h"
#include "wire/packet_link.h"

namespace aoe::initiator {
namespace {

// Long enough for a second machine that claims the same address.
constexpr Time settle_time = std::chrono::milliseconds(50);

/// A link that was just opened tells at once when it is down.
bool is_up(Link& link) {
    bool up = true;
    while (const auto event = link.next_event()) up = *event == LinkEvent::up;
    return up;
}

NamedLink open_named(const std::string& interface) {
    NamedLink named{interface, open_packet_link({.interface = interface})};
    if (!is_up(*named.link)) {
        throw CommandError(ExitStatus::usage,
                           fmt::format("{0} is down or has no carrier; 'ip link set {0} up' brings "
                                       "it up",
                                       interface));
    }
    return named;
}

std::vector<NamedLink> open_every_link() {
    std::vector<NamedLink> links;
    std::string problem;
    for (const std::string& interface : ethernet_interfaces()) {
        try {
            links.push_back(open_named(interface));
        } catch (const CommandError& error) {
            problem = error.what();
        } catch (const std::system_error& error) {
            // Without the right to open one there is none for the others either.
            if (error.code() == std::errc::operation_not_permitted) throw;
            problem = error.what();
        }
    }
    if (links.empty()) {
        throw CommandError(ExitStatus::usage, problem.empty()
                                                  ? "this machine has no Ethernet interface"
                                                  : "no Ethernet interface is usable: " + problem);
    }
    fmt::print(stderr, "aoe: looking on {}\n", interface_names(links));
    return links;
}

TargetName parse_target(const TargetOptions& options) {
    auto name = parse_target_name(options.target);
    if (!name) throw CommandError(ExitStatus::usage, name.error());
    if (!name->interface.empty() && !options.interfaces.empty()) {
        throw CommandError(
            ExitStatus::usage,
            fmt::format("'{}' names its interface already; leave out --iface", options.target));
    }
    return *std::move(name);
}

std::optional<Mac> parse_wanted_mac(const std::string& text) {
    if (text.empty()) return std::nullopt;
    const auto mac = parse_mac(text);
    if (!mac) {
        throw CommandError(
            ExitStatus::usage,
            fmt::format("--target-mac '{}' is no Ethernet address; give six pairs of hexadecimal "
                        "digits, for example 02:00:00:00:00:01",
                        text));
    }
    return mac;
}

CommandError several_answer(const std::string& target, const std::vector<NamedLink>& links,
                            const std::vector<Sighting>& sightings) {
    std::string who;
    for (const Sighting& sighting : sightings) {
        if (!who.empty()) who += " and ";
        who += to_string(sighting.mac) + " on " + links[sighting.link].interface;
    }
    return {ExitStatus::failed,
            fmt::format("{} is claimed by {}; choose one with {}@INTERFACE or --target-mac MAC",
                        target, who, target)};
}

}  // namespace

std::uint64_t fresh_seed() {
    std::random_device random;
    return std::uint64_t{random()} << 32 | random();
}

std::vector<NamedLink> open_links(const std::vector<std::string>& interfaces) {
    if (interfaces.empty()) return open_every_link();
    std::vector<NamedLink> links;
    links.reserve(interfaces.size());
    for (const std::string& interface : interfaces) links.push_back(open_named(interface));
    return links;
}

std::string interface_names(const std::vector<NamedLink>& links) {
    std::string names;
    for (const NamedLink& link : links) names += (names.empty() ? "" : ", ") + link.interface;
    return names;
}

Discovery look_for(const std::vector<NamedLink>& links, Clock& clock, const Address& wanted,
                   Time wait, std::optional<Time> settle) {
    std::vector<Link*> pointers;
    pointers.reserve(links.size());
    for (const NamedLink& link : links) pointers.push_back(link.link.get());
    const auto tag = 0x80000000 | static_cast<std::uint32_t>(fresh_seed());
    Discovery found = discover(
        pointers, clock,
        {.wanted = wanted, .tag = tag, .wait = wait, .settle = settle, .interrupted = interrupted});
    if (interrupted()) throw interruption("still waiting for answers");
    return found;
}

CommandError nobody_answers(const std::vector<NamedLink>& links, const Discovery& found,
                            const std::string& whom, Time wait) {
    std::string sentence =
        fmt::format("nobody answers {} on {} within {} s", whom, interface_names(links),
                    std::chrono::duration<double>(wait).count());
    for (std::size_t i = 0; i < links.size(); ++i) {
        if (!found.send_errors[i]) continue;
        sentence += fmt::format("; sending on {} fails: {}", links[i].interface,
                                found.send_errors[i].message());
    }
    sentence +=
        ". A target answers only on its own Ethernet segment, and only those whom its mask list "
        "lets in; one on the very interface that asks cannot be seen";
    return {ExitStatus::no_answer, sentence};
}

Target::Target(const TargetOptions& options, Use use, const std::optional<Timing>& timing) {
    find(options);
    Timing wanted = timing.value_or(Timing{});
    if (!timing) wanted.give_up_after = seconds(options.timeout_seconds);
    session_ = std::make_unique<Session>(
        *link_.link, clock_,
        SessionOptions{.tag_seed = fresh_seed(), .timing = wanted, .interrupted = interrupted});
    session_->initiator().add_device(address_, mac_);
    device_ = session_->initiator().device(address_);
    if (use == Use::control) return;
    if (const auto error = session_->attach(address_, mac_)) {
        if (error == std::errc::interrupted) throw interruption("nothing was transferred");
        throw failure("it could not be identified", error);
    }
}

void Target::find(const TargetOptions& options) {
    const TargetName wanted = parse_target(options);
    const auto wanted_mac = parse_wanted_mac(options.mac);
    address_ = {.shelf = wanted.shelf, .slot = wanted.slot};
    name_ = target_name(wanted.shelf, wanted.slot);
    auto links =
        open_links(wanted.interface.empty() ? options.interfaces : std::vector{wanted.interface});
    const Time wait = seconds(options.wait_seconds);
    Discovery found = look_for(links, clock_, address_, wait, settle_time);
    auto& sightings = found.sightings;
    if (wanted_mac) {
        std::erase_if(sightings, [&](const Sighting& each) { return each.mac != *wanted_mac; });
    }
    if (sightings.empty()) {
        const std::string who = wanted_mac ? name_ + " at " + to_string(*wanted_mac) : name_;
        throw nobody_answers(links, found, "for " + who, wait);
    }
    if (sightings.size() > 1) throw several_answer(name_, links, sightings);
    mac_ = sightings.front().mac;
    link_ = std::move(links[sightings.front().link]);
}

void Target::perform(Request request, const std::string& what) {
    request.device = address_;
    const auto error = session_->perform(request);
    if (!error) return;
    if (error == std::errc::interrupted) throw interruption(what + ", perhaps");
    throw failure(what, error);
}

std::string Target::reserved_for() {
    Request request{.kind = Kind::reserve, .device = address_};
    request.give_up_after = std::chrono::seconds(1);
    if (session_->perform(request)) return "";
    std::string names;
    for (const Mac& mac : device_->reserve_list) {
        names += (names.empty() ? " for " : ", ") + to_string(mac);
    }
    return names;
}

CommandError Target::failure(const std::string& what, const std::error_code& error) {
    if (error == aoe_error(static_cast<std::uint8_t>(AoeError::target_reserved))) {
        return {ExitStatus::failed,
                fmt::format("{}: {}{}; {}", name_, error.message(), reserved_for(), what)};
    }
    if (error != std::errc::timed_out) {
        return {ExitStatus::failed, fmt::format("{}: {}; {}", name_, error.message(), what)};
    }
    std::string sentence = fmt::format("{} has fallen silent; {}", name_, what);
    if (const auto send_error = session_->send_error()) {
        sentence += fmt::format("; sending on {} fails: {}", link_.interface, send_error.message());
    }
    return {ExitStatus::no_answer, sentence};
}

}  // namespace aoe::initiator
