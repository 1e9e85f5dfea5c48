// SPDX-License-Identifier: MIT
// aoe stat: what aoe-stat prints, and what a device says about itself.
#include <fmt/format.h>

#include "initiator/cli/commands.h"
#include "initiator/cli/describe.h"
#include "initiator/cli/interrupt.h"
#include "initiator/cli/json_text.h"
#include "initiator/cli/streams.h"
#include "initiator/cli/support.h"
#include "initiator/cli/text.h"
#include "wire/address.h"

namespace aoe::initiator {
namespace {

// Enough for a mean, and over in a moment.
constexpr int samples = 5;
constexpr Time patience = std::chrono::seconds(2);

struct Row {
    Sighting sighting;
    std::string interface;
    std::error_code error{};
    Device device{};
    std::size_t sectors_per_frame = 0;
    std::optional<Time> round_trip{};
};

Row look_at(const NamedLink& link, Clock& clock, const Sighting& sighting) {
    Row row{.sighting = sighting, .interface = link.interface};
    Session session(*link.link, clock,
                    {.tag_seed = fresh_seed(),
                     .timing = {.give_up_after = patience},
                     .interrupted = interrupted});
    row.error = session.attach(sighting.address, sighting.mac);
    for (int i = 1; i < samples && !row.error; ++i) {
        row.error = session.perform({.kind = Kind::identify, .device = sighting.address});
    }
    if (row.error == std::errc::interrupted) throw interruption("not every target was identified");
    const Initiator& initiator = session.initiator();
    row.device = *initiator.device(sighting.address);
    row.sectors_per_frame = initiator.sectors_per_frame(sighting.address);
    row.round_trip = initiator.round_trip(sighting.address)->mean();
    return row;
}

double milliseconds(Time time) {
    return std::chrono::duration<double, std::milli>(time).count();
}

std::vector<std::string> cells(const Row& row) {
    const std::string name = target_name(row.sighting.address.shelf, row.sighting.address.slot);
    if (row.error) {
        return {name,          "(NA)",
                row.interface, "down",
                "(NA)",        "(NA)",
                "(NA)",        fmt::to_string(row.sighting.config.buffer_count),
                "(NA)",        row.error.message()};
    }
    const IdentifyView identify = *IdentifyView::parse(*row.device.identify);
    return {name,
            fmt::format("{:.3f}GB", static_cast<double>(identify.sectors() * sector_size) / 1e9),
            row.interface,
            "up",
            fmt::to_string(row.sectors_per_frame * sector_size),
            fmt::to_string(row.sectors_per_frame),
            fmt::format("{:.3f} ms", milliseconds(*row.round_trip)),
            fmt::to_string(row.device.config->buffer_count),
            escape(identify.serial().view()),
            escape(identify.model().view())};
}

Json json_of(const Row& row) {
    Json json = json_place(row.sighting.address, row.interface, row.sighting.mac);
    json["state"] = row.error ? "down" : "up";
    json["buffer_count"] = row.sighting.config.buffer_count;
    if (row.error) {
        json["error"] = row.error.message();
        return json;
    }
    const IdentifyView identify = *IdentifyView::parse(*row.device.identify);
    json["sectors"] = identify.sectors();
    json["size_bytes"] = identify.sectors() * sector_size;
    json["payload_bytes"] = row.sectors_per_frame * sector_size;
    json["sectors_per_frame"] = row.sectors_per_frame;
    json["round_trip_ms"] = milliseconds(*row.round_trip);
    json["model"] = identify.model().view();
    json["serial"] = identify.serial().view();
    json["firmware"] = identify.firmware().view();
    return json;
}

}  // namespace

void run_stat(const DiscoverOptions& options) {
    const auto links = open_links(options.interfaces);
    SystemClock clock;
    const Time wait = seconds(options.wait_seconds);
    const Discovery found = look_for(links, clock, everybody, wait, std::nullopt);
    std::vector<std::vector<std::string>> rows{{"DEVICE", "SIZE", "IFNAME", "STATE", "PAYLOAD",
                                                "SECTORS", "ROUND TRIP", "BUFFERS", "SERIAL",
                                                "MODEL"}};
    Json json = Json::array();
    std::string down;
    for (const Sighting& sighting : found.sightings) {
        const Row row = look_at(links[sighting.link], clock, sighting);
        rows.push_back(cells(row));
        json.push_back(json_of(row));
        if (!row.error) continue;
        down += (down.empty() ? "" : ", ") + rows.back().front();
    }
    if (options.json) print(json_text(json));
    if (found.sightings.empty()) throw nobody_answers(links, found, "the broadcast", wait);
    if (!options.json) print(table(rows));
    if (down.empty()) return;
    throw CommandError(ExitStatus::failed, down + " could not be identified");
}

}  // namespace aoe::initiator
