// SPDX-License-Identifier: MIT
// Reads the first and the last sector of e7.3, both at the same time: what docs/initiator.md shows
// of the library.
#include <array>
#include <cstdio>
#include <exception>
#include <optional>
#include <vector>

#include "initiator/session.h"
#include "wire/packet_link.h"

int main(int argc, char** argv) try {
    const aoe::LinkPtr link = aoe::open_packet_link({.interface = argc > 1 ? argv[1] : "eth1"});
    aoe::SystemClock clock;
    const auto seed = static_cast<std::uint64_t>(clock.now().count());
    aoe::initiator::Session session(*link, clock, {.tag_seed = seed});
    const aoe::Address e7_3{.shelf = 7, .slot = 3};
    if (const auto error = session.attach(e7_3, std::nullopt)) {
        std::fprintf(stderr, "e7.3: %s\n", error.message().c_str());
        return 1;
    }
    aoe::initiator::Initiator& initiator = session.initiator();
    const std::uint64_t last = initiator.device(e7_3)->sectors() - 1;
    std::array<std::vector<std::byte>, 2> sectors;
    for (std::uint64_t id = 0; id < 2; ++id) {
        sectors[id].resize(512);
        initiator.submit({.kind = aoe::initiator::Kind::read,
                          .device = e7_3,
                          .id = id,
                          .first_sector = id == 0 ? 0 : last,
                          .read_into = sectors[id]});
    }
    while (const auto done = session.wait_for_completion(clock.now() + std::chrono::minutes(1))) {
        std::printf("%s sector: %s, its first byte is 0x%02x\n", done->id == 0 ? "first" : "last",
                    done->error ? done->error.message().c_str() : "read",
                    std::to_integer<unsigned>(sectors[done->id][0]));
        if (initiator.pending() == 0 && !initiator.has_completion()) return 0;
    }
    return 1;
} catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
}
