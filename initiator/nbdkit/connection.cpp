// SPDX-License-Identifier: MIT
#include "initiator/nbdkit/connection.h"

#include <array>
#include <random>
#include <stdexcept>
#include <string>

#include "initiator/discovery.h"
#include "wire/packet_link.h"

namespace aoe::initiator::nbdkit {
namespace {

// Long enough for a second machine that claims the same address.
constexpr Time settle_time = std::chrono::milliseconds(50);

std::uint64_t fresh_seed() {
    std::random_device random;
    return std::uint64_t{random()} << 32 | random();
}

std::string seconds_text(Time time) {
    std::string text = std::to_string(std::chrono::duration<double>(time).count());
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text + " s";
}

/// The one machine that answers for the target.
Mac find(Link& link, const Options& options, const Address& address, const std::string& name) {
    SystemClock clock;
    std::array<Link*, 1> links{&link};
    Discovery found = discover(links, clock,
                               {.wanted = address,
                                .tag = 0x80000000 | static_cast<std::uint32_t>(fresh_seed()),
                                .wait = options.wait,
                                .settle = settle_time,
                                .interrupted = {}});
    auto& sightings = found.sightings;
    if (options.target_mac) {
        std::erase_if(sightings,
                      [&](const Sighting& each) { return each.mac != *options.target_mac; });
    }
    if (sightings.empty()) {
        std::string sentence = "nobody answers for " + name;
        if (options.target_mac) sentence += " at " + to_string(*options.target_mac);
        sentence += " on " + options.interface() + " within " + seconds_text(options.wait);
        if (const auto error = found.send_errors.front()) {
            sentence += "; sending fails: " + error.message();
        }
        throw std::runtime_error(sentence);
    }
    if (sightings.size() > 1) {
        throw std::runtime_error(name + " is claimed by " + to_string(sightings[0].mac) + " and " +
                                 to_string(sightings[1].mac) + "; target-mac= chooses one of them");
    }
    return sightings.front().mac;
}

}  // namespace

Connection::Connection(const Options& options)
    : link_(open_packet_link({.interface = options.interface()})) {
    const Address address{.shelf = options.target->shelf, .slot = options.target->slot};
    const std::string name = target_name(address.shelf, address.slot);
    const Mac mac = find(*link_, options, address, name);
    thread_ = std::make_unique<SessionThread>(*link_, fresh_seed(),
                                              Timing{.give_up_after = options.timeout});
    Session& session = thread_->session();
    if (const auto error = session.attach(address, mac)) {
        throw std::runtime_error(name + " could not be identified: " + error.message());
    }
    const Device& device = *session.initiator().device(address);
    can_flush_ = device.flush_command().has_value();
    disk_ = std::make_unique<ByteDevice>(
        [this](const Request& request) { return thread_->perform(request); }, address,
        device.sectors());
}

}  // namespace aoe::initiator::nbdkit
