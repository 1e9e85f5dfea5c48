// SPDX-License-Identifier: MIT
// aoe watch: who announces itself, as it happens.
#include <chrono>
#include <ctime>
#include <fmt/format.h>
#include <map>
#include <tuple>

#include "initiator/cli/commands.h"
#include "initiator/cli/interrupt.h"
#include "initiator/cli/json_text.h"
#include "initiator/cli/streams.h"
#include "initiator/cli/support.h"
#include "initiator/cli/text.h"
#include "wire/address.h"

namespace aoe::initiator {
namespace {

constexpr std::size_t batch = 16;
// Only one link can be waited for, so several are looked at in turn.
constexpr Time turn_of_one_link = std::chrono::milliseconds(50);

/// What an address last announced, to tell what is new.
struct Known {
    Mac mac{};
    ConfigFields config;
    std::string config_string;
};

class Watcher {
public:
    explicit Watcher(bool json) : json_(json) {}

    void see(const Sighting& sighting, const std::string& interface) {
        const auto key = std::tuple(sighting.address.shelf, sighting.address.slot, interface);
        const Known now{sighting.mac, sighting.config, sighting.config_string};
        const auto [place, is_new] = known_.try_emplace(key, now);
        const char* what = is_new ? "new" : "again";
        if (!is_new && place->second.mac != now.mac)
            what = "another machine";
        else if (!is_new && !(place->second.config == now.config &&
                              place->second.config_string == now.config_string)) {
            what = "changed";
        }
        place->second = now;
        // More of them than anybody has: a flood of invented ones.
        if (known_.size() > most_sightings) known_.clear();
        show(sighting, interface, what);
        ++seen_;
    }
    std::uint64_t seen() const { return seen_; }

private:
    void show(const Sighting& sighting, const std::string& interface, const char* what) const {
        const std::time_t now = std::time(nullptr);
        std::tm time{};
        localtime_r(&now, &time);
        std::array<char, 32> stamp{};
        std::strftime(stamp.data(), stamp.size(), "%FT%T%z", &time);
        if (json_) {
            Json json = json_place(sighting.address, interface, sighting.mac);
            json["time"] = stamp.data();
            json["event"] = what;
            json["buffer_count"] = sighting.config.buffer_count;
            json["sector_count"] = sighting.config.sector_count;
            json["firmware_version"] = sighting.config.firmware_version;
            json["config_string"] = sighting.config_string;
            json["config_string_hex"] = hexadecimal(sighting.config_string);
            print(json_line(json));
            return;
        }
        print(fmt::format("{}  {} on {}, {}: {}; buffers {}, sectors {}, config string '{}'\n",
                          stamp.data(), target_name(sighting.address.shelf, sighting.address.slot),
                          interface, to_string(sighting.mac), what, sighting.config.buffer_count,
                          advertised_sectors(sighting.config), escape(sighting.config_string)));
    }

    bool json_;
    std::map<std::tuple<std::uint16_t, std::uint8_t, std::string>, Known> known_;
    std::uint64_t seen_ = 0;
};

}  // namespace

void run_watch(const WatchOptions& options) {
    const auto links = open_links(options.interfaces);
    SystemClock clock;
    Watcher watcher(options.json);
    const Time end = options.seconds > 0 ? clock.now() + seconds(options.seconds) : Time::max();
    const auto enough = [&] { return options.count != 0 && watcher.seen() >= options.count; };
    std::size_t turn = 0;
    while (clock.now() < end && !interrupted() && !enough()) {
        bool any = false;
        for (const NamedLink& named : links) {
            const auto frames = named.link->receive(batch);
            any = any || !frames.empty();
            for (const ReceivedFrame& frame : frames) {
                const auto sighting = read_announcement(frame.bytes);
                if (sighting && !enough()) watcher.see(*sighting, named.interface);
                named.link->release(frame);
            }
            while (named.link->next_event()) {
            }
        }
        if (any) continue;
        const Time now = clock.now();
        const Time until = links.size() > 1 ? std::min(end, now + turn_of_one_link) : end;
        clock.wait(*links[turn++ % links.size()].link, until);
    }
    if (interrupted() && options.count == 0 && options.seconds <= 0) return;
    if (interrupted())
        throw interruption(fmt::format("{} announcements were seen", watcher.seen()));
    if (options.count == 0 || enough()) return;
    throw CommandError(ExitStatus::no_answer,
                       fmt::format("{} of {} announcements came within {} s", watcher.seen(),
                                   options.count, options.seconds));
}

}  // namespace aoe::initiator
