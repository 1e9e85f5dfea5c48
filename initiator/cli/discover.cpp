// SPDX-License-Identifier: MIT
#include "initiator/cli/commands.h"
#include "initiator/cli/describe.h"
#include "initiator/cli/exit_status.h"
#include "initiator/cli/streams.h"
#include "initiator/cli/support.h"

namespace aoe::initiator {

void run_discover(const DiscoverOptions& options) {
    const auto links = open_links(options.interfaces);
    SystemClock clock;
    const Time wait = seconds(options.wait_seconds);
    const Discovery found = look_for(links, clock, everybody, wait, std::nullopt);
    std::vector<SightingOn> sightings;
    for (const Sighting& sighting : found.sightings) {
        sightings.push_back({sighting, links[sighting.link].interface});
    }
    if (options.json) print(discovery_json(sightings));
    if (sightings.empty()) throw nobody_answers(links, found, "the broadcast", wait);
    if (!options.json) print(discovery_table(sightings));
}

void run_identify(const IdentifyOptions& options) {
    if (options.raw) refuse_terminal_output("512 bytes of IDENTIFY data");
    const Target target(options.target);
    const Device& device = target.device();
    if (options.raw) {
        print({reinterpret_cast<const char*>(device.identify->data()), device.identify->size()});
    } else if (options.json) {
        print(identify_json(device, target.interface()));
    } else {
        print(identify_text(device, target.interface()));
    }
}

}  // namespace aoe::initiator
