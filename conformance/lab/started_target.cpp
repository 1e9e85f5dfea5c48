// SPDX-License-Identifier: MIT
#include "conformance/lab/started_target.h"

#include <stdexcept>

#include "conformance/peer.h"
#include "wire/packet_link.h"
#include "wire/private_network.h"

namespace aoe::conformance {

using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t scratch_disk_bytes = std::uint64_t{64} << 20;

constexpr Mac our_mac{std::byte{2}, {}, {}, {}, {}, std::byte{1}};
constexpr Mac their_mac{std::byte{2}, {}, {}, {}, {}, std::byte{2}};

std::string filled(const char* option, const std::string& text,
                   const std::map<std::string, std::string>& values) {
    auto command = fill_placeholders(text, values);
    if (!command) throw std::invalid_argument(std::string(option) + " " + command.error());
    return *std::move(command);
}

}  // namespace

StartedTarget::StartedTarget(const StartOptions& options, Clock& clock)
    : options_(options), clock_(clock), disk_(scratch_disk_bytes) {
    const std::string theirs = options.interface == "veth1" ? "veth2" : "veth1";
    const std::map<std::string, std::string> values{{"shelf", std::to_string(options.shelf)},
                                                    {"slot", std::to_string(options.slot)},
                                                    {"iface", theirs},
                                                    {"file", disk_.path()}};
    const std::string start = filled("--start", options.command, values);
    const std::string stop = filled("--stop", options.stop_command, values);

    enter_private_network();
    add_veth_pair(options.interface, theirs, options.mtu);
    // The same every time: a target that sorts by address must not do so by chance.
    set_mac(options.interface, our_mac);
    set_mac(theirs, their_mac);
    link_ = open_packet_link({.interface = options.interface, .see_everything = true});
    process_ = std::make_unique<TargetProcess>(LaunchOptions{
        .command = start, .stop_command = stop, .answers = [this] { return answers(); }});
    failure_ = process_->start();
}

bool StartedTarget::answers() {
    Peer peer(*link_, clock_,
              {.target = broadcast_mac,
               .shelf = options_.shelf,
               .slot = options_.slot,
               .first_tag = options_.first_tag});
    return peer.await(peer.send(config_request()), clock_.now() + 10ms).has_value();
}

}  // namespace aoe::conformance
