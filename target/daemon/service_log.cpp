// SPDX-License-Identifier: MIT
// What Service says of what happens to an export, and who did it.
#include <algorithm>
#include <string>

#include "target/daemon/service.h"
#include "wire/address.h"

namespace aoe::target {
namespace {

constexpr std::size_t most_remembered = 256;

std::string count_of(std::size_t count, const char* one, const char* several) {
    return std::to_string(count) + " " + (count == 1 ? one : several);
}

std::string addresses(const MacList& list) {
    return count_of(list.size(), "address", "addresses");
}

std::string sentence_of(const Operation& operation) {
    const std::size_t size = std::max(operation.into.size(), operation.from.size());
    const std::string sectors = count_of(size / sector_size, "sector", "sectors") + " from " +
                                std::to_string(operation.sector) + " on";
    switch (operation.kind) {
        case Operation::Kind::read:
            return "to read " + sectors;
        case Operation::Kind::write:
            return "to write " + sectors;
        case Operation::Kind::flush:
            break;
    }
    return "to flush";
}

}  // namespace

void Service::say(const std::string& sentence) {
    around_.log.say(target_name(address().shelf, address().slot) + ": " + sentence);
}

/// What is no longer as it was saved.
void Service::say_changes(const std::string& who) {
    const ExportState now = export_->state();
    if (now.config_string != saved_.config_string) say(who + " changed the config string");
    if (!(now.mask == saved_.mask)) {
        say(who + " changed the mask list, which has " + addresses(now.mask) + " now");
    }
    if (!(now.reservation == saved_.reservation)) {
        say(who + (now.reservation.size() == 0 ? " ended the reservation"
                                               : " reserved it for " + addresses(now.reservation)));
    }
    if (now.write_cache_enabled != saved_.write_cache_enabled) {
        say(who + " switched the write cache " + (now.write_cache_enabled ? "on" : "off"));
    }
}

void Service::note_refused(const Mac& who) {
    ++counters_.refused;
    if (turned_away_.size() == most_remembered || !turned_away_.insert(who).second) return;
    say("the access lists turn " + to_string(who) + " away");
}

/// That a device is gone is said by who looks for it again.
void Service::note_failed(const Operation& operation, std::error_code error) {
    if (error == std::errc::no_such_device) return;
    say(to_string(operation.header.destination) + " asked " + sentence_of(operation) + ": " +
        error.message());
}

}  // namespace aoe::target
