// SPDX-License-Identifier: MIT
#include "target/daemon/hub.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "wire/address.h"
#include "wire/frame.h"
#include "wire/sizes.h"

namespace aoe::target {
namespace {

// Larger batches make target and initiator take turns; smaller ones cost system calls.
constexpr std::size_t batch_size = 16;
// Then the other interfaces have their turn.
constexpr int batches_per_step = 8;
constexpr unsigned vlan_id_mask = 0xfff;

std::pair<unsigned, unsigned> key_of(const Address& address) {
    return {address.shelf, address.slot};
}

std::string name_of(const Address& address) {
    return target_name(address.shelf, address.slot);
}

}  // namespace

Hub::Hub(const Surroundings& surroundings, OpenStorage open_storage, LoadState load_state)
    : around_(surroundings),
      log_(surroundings.log),
      open_storage_(std::move(open_storage)),
      load_state_(std::move(load_state)) {}

/// Everything that may fail, before anything is changed.
Hub::Changes Hub::prepare(const Config& config, IfAbsent if_absent) {
    Changes changes;
    for (const ExportConfig& wanted : config.exports) {
        const auto key = key_of(wanted.address);
        const auto running = services_.find(key);
        const bool runs = running != services_.end();
        if (runs && running->second->config() == wanted) continue;
        const auto waiting = absent_.find(key);
        const bool waits = waiting != absent_.end() && waiting->second.config == wanted;
        try {
            const bool keeps = runs && wanted.has_disk_of(running->second->config());
            // Its last writes would come behind the first ones of the new export.
            if (!runs && still_finishes(wanted.address)) {
                throw std::runtime_error("what was asked of " + name_of(wanted.address) +
                                         " before it was removed still waits for its disk");
            }
            Change change{&wanted, keeps ? running->second->disk() : open_storage_(wanted), {}};
            if (!runs) change.state = load_state_(wanted.address);
            changes.ready.push_back(std::move(change));
        } catch (const std::exception& error) {
            if (runs || (if_absent == IfAbsent::refuse && !waits)) throw;
            if (!waits || waiting->second.why != error.what()) {
                log_.say("export." + wanted.name + ": " + error.what() + "; waiting for it");
            }
            changes.absent[key] = {wanted, error.what()};
        }
    }
    return changes;
}

bool Hub::still_finishes(const Address& address) const {
    return std::ranges::any_of(
        retired_, [&](const auto& each) { return each->address() == address && !each->is_idle(); });
}

void Hub::retire_all_but(const Config& config) {
    for (auto each = services_.begin(); each != services_.end();) {
        const bool stays = std::ranges::any_of(config.exports, [&](const ExportConfig& wanted) {
            return wanted.address == each->second->address();
        });
        if (stays) {
            ++each;
        } else {
            log_.say(name_of(each->second->address()) + " is no longer served");
            retired_.push_back(std::move(each->second));
            each = services_.erase(each);
        }
    }
}

void Hub::apply(const Config& config, IfAbsent if_absent) {
    Changes changes = prepare(config, if_absent);
    retire_all_but(config);
    config_ = config;
    absent_ = std::move(changes.absent);
    std::vector<ServedLink*> resized;
    for (const auto& [name, link] : links_) {
        const std::size_t before = link->mtu();
        link->set_config(config_.for_interface(name));
        if (link->mtu() != before) resized.push_back(link.get());
    }
    carry_out(std::move(changes.ready));
    for (ServedLink* const link : resized) announce_on(*link);  // AOE-CFG-29
}

void Hub::look_for_absent() {
    Changes changes = prepare(config_, IfAbsent::wait);
    absent_ = std::move(changes.absent);
    carry_out(std::move(changes.ready));
}

void Hub::carry_out(std::vector<Change> changes) {
    std::vector<Service*> changed;
    for (Change& change : changes) {
        auto& service = services_[key_of(change.config->address)];
        if (service) {
            service->configure(*change.config, std::move(change.storage));
        } else {
            service = std::make_unique<Service>(*change.config, std::move(change.storage), around_,
                                                change.state);
        }
        changed.push_back(service.get());
    }
    connect();
    for (Service* const service : changed) announce(*service);
}

/// Who is on which interface, after either has changed.
void Hub::connect() {
    std::erase_if(retired_, [](const auto& each) { return each->is_idle(); });
    on_link_.clear();
    for (const auto& [key, service] : services_) {
        std::size_t smallest = SIZE_MAX;
        for (const auto& [name, link] : links_) {
            if (!service->config().is_on(name)) continue;
            on_link_[link.get()].push_back(service.get());
            smallest = std::min(smallest, service->mtu_on(*link));
        }
        service->set_smallest_mtu(smallest);
    }
}

void Hub::say_serving(const Service& service, const ServedLink& link) {
    log_.tell("serving " + name_of(service.address()) + " on " + link.name() + " (MTU " +
              std::to_string(service.mtu_on(link)) + "): " + service.config().file().path + ", " +
              std::to_string(service.storage().sectors()) + " sectors" +
              (service.config().read_only ? ", read-only" : ""));
}

void Hub::announce(Service& service) {
    for (const auto& [name, link] : links_) {
        if (!service.config().is_on(name)) continue;
        service.announce(*link);  // AOE-ANN-01
        say_serving(service, *link);
    }
    flush();
}

void Hub::announce() {
    for (const auto& [name, link] : links_) announce_on(*link);
}

void Hub::announce_on(ServedLink& link) {
    for (Service* const service : on_link_[&link]) service->announce(link);
    link.flush();
}

void Hub::add_link(const std::string& name, LinkPtr link) {
    auto& served = links_[name];
    served = std::make_shared<ServedLink>(name, std::move(link), config_.for_interface(name));
    connect();
    for (Service* const service : on_link_[served.get()]) say_serving(*service, *served);
    if (max_sectors(served->mtu()) == 0) {
        log_.say("the MTU of " + name +
                 " is too small for one sector: reads and writes are refused");
    }
    announce_on(*served);
}

void Hub::remove_link(const std::string& name) {
    links_.erase(name);
    connect();
}

bool Hub::follow_events(ServedLink& link) {
    while (const auto event = link.link().next_event()) {
        switch (*event) {
            case LinkEvent::gone:
                log_.say(link.name() + " is gone; waiting for it");
                return false;
            case LinkEvent::down:
                link.set_up(false);
                log_.say(link.name() + " is down; waiting for it");
                break;
            case LinkEvent::up:
                link.set_up(true);
                log_.say(link.name() + " is up again");
                announce_on(link);  // AOE-ANN-06
                break;
            case LinkEvent::mtu_changed:
                log_.say("the MTU of " + link.name() + " is now " +
                         std::to_string(link.link().mtu()));
                connect();
                announce_on(link);  // AOE-CFG-29
                break;
        }
    }
    return true;
}

bool Hub::step(const std::string& link_name) {
    const auto found = links_.find(link_name);
    if (found == links_.end()) return true;
    const std::shared_ptr<ServedLink> link = found->second;
    bool is_there = true;
    for (int i = 0; is_there && i < batches_per_step; ++i) {
        const auto frames = link->link().receive(batch_size);
        // What happened before them counts for their replies.
        if (i == 0 || !frames.empty()) is_there = follow_events(*link);
        for (const ReceivedFrame& frame : frames) {
            route(frame, link);
            link->link().release(frame);
        }
        if (frames.size() < batch_size) break;
        link->flush();
    }
    return is_there;
}

void Hub::route(const ReceivedFrame& frame, const std::shared_ptr<ServedLink>& link) {
    InterfaceCounters& counters = link->counters();
    ++counters.received;
    counters.received_bytes += frame.wire_size;
    if (frame.wire_size > frame.bytes.size()) {
        ++counters.truncated;  // AOE-REL-11
        return;
    }
    if ((frame.vlan_tag.value_or(0) & vlan_id_mask) != 0) {
        ++counters.tagged;  // AOE-HDR-38
        return;
    }
    const auto view = FrameView::parse(frame.bytes);
    const auto here = on_link_.find(link.get());
    bool any = false;
    if (view && here != on_link_.end()) {
        const Address wanted = view->header().address;
        for (Service* const service : here->second) {
            if (!matches(wanted, service->address())) continue;
            any = true;
            service->serve(frame.bytes, link);
        }
    }
    counters.for_nobody += any ? 0 : 1;
}

void Hub::flush() {
    for (const auto& [name, link] : links_) link->flush();
    if (!retired_.empty()) {
        std::erase_if(retired_, [](const auto& each) { return each->is_idle(); });
    }
}

bool Hub::is_idle() const {
    return std::ranges::all_of(services_,
                               [](const auto& each) { return each.second->is_idle(); }) &&
           std::ranges::all_of(retired_, [](const auto& each) { return each->is_idle(); });
}

}  // namespace aoe::target
