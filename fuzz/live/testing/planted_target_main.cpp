// SPDX-License-Identifier: MIT
// planted-target SHELF SLOT IFACE FILE: a target that aborts when it meets its mistake.
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "fuzz/live/testing/planted.h"
#include "target/file_disk.h"
#include "target/server.h"
#include "wire/packet_link.h"

int main(int argc, char** argv) {
    using namespace aoe;
    if (argc != 5) return 2;
    try {
        const auto disk = target::open_file_disk({.path = argv[4]});
        target::Export exported(
            {.address = {.shelf = static_cast<std::uint16_t>(std::atoi(argv[1])),
                         .slot = static_cast<std::uint8_t>(std::atoi(argv[2]))},
             .sectors = disk->sectors(),
             .serial = "planted"});
        fuzz::Planted planted(exported, fuzz::Mistake::ends, [] {
            std::fputs("planted: the list is not what it was\n", stderr);
            std::abort();
        });
        const LinkPtr link = open_packet_link({.interface = argv[3]});
        target::Server server(*link, planted, *disk);
        // Until a signal ends it.
        return server.run(-1) == target::Server::End::stopped ? 0 : 1;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "planted-target: %s\n", error.what());
        return 1;
    }
}
