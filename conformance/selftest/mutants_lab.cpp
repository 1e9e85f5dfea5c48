// SPDX-License-Identifier: MIT
// Mistakes that show in the laboratory only: a read-only export, lost sectors, a second interface,
// a flood of random frames.
#include <memory>

#include "conformance/selftest/mutant_frame.h"
#include "conformance/selftest/mutant_target.h"

namespace aoe::conformance {

namespace {

// A write that only a read-only export refuses.
bool is_good_write(const FrameBytes& request) {
    const unsigned count = at(request, 26);
    return writes(request) && (at(request, 24) & 1U) != 0 && count >= 1 && count <= 2 &&
           request.size() >= 36 + std::size_t{count} * 512;
}
bool is_aborted(const FrameBytes& reply) {
    return at(reply, 27) == 0x41 && at(reply, 25) == 0x04;
}
bool by_second_port(const FrameBytes& request) {
    return mac_at(request, 0) == MutantLinks::second_far;
}

// Reads whose disk fails, by what the target says about it.
Fault when_disk_fails(unsigned aoe_error, unsigned ata_error, Edit edit) {
    return {.on_reply = [=](const FrameBytes& request, FrameBytes& reply) {
        if (reply.empty() || !reads(request)) return;
        const bool gone = aoe_error != 0 && at(reply, 15) == aoe_error;
        const bool failed = ata_error != 0 && succeeds(reply) && at(reply, 27) == 0x41 &&
                            at(reply, 25) == ata_error;
        if (gone || failed) edit(reply);
    }};
}
void pretend_sectors(FrameBytes& reply) {
    reply.resize(36 + 512);
    set(reply, 14, 0x18);
    set(reply, 15, 0);
    set(reply, 25, 0);
    set(reply, 27, 0x40);
}

// After a sector could not be read no request is answered any more, a config read apart.
Fault gives_up_after_failure() {
    const auto failed = std::make_shared<bool>(false);
    return {.on_reply = [=](const FrameBytes& request, FrameBytes& reply) {
        if (*failed && reads(request)) reply.clear();
        if (reads(request) && at(reply, 27) == 0x41 && at(reply, 25) == 0x40) *failed = true;
    }};
}

// Reservations of one interface are not known on the other.
Fault reserves_one_port() {
    const auto owner = std::make_shared<Mac>();
    return {.on_request =
                [=](FrameBytes& request) {
                    if (by_second_port(request) && at(request, 19) == 0 && *owner != Mac{}) {
                        set_mac(request, 6, *owner);
                    }
                },
            .on_reply =
                [=](const FrameBytes& request, FrameBytes& reply) {
                    if (at(reply, 19) == 3 && succeeds(reply)) {
                        *owner = at(reply, 25) > 0 ? mac_at(reply, 26) : Mac{};
                    }
                    if (!reply.empty()) set_mac(reply, 0, mac_at(request, 6));
                }};
}

}  // namespace

std::vector<Mutant> lab_mutants() {
    return {
        {"read-only-pretends",
         "A read-only export says that it has written.",
         "AOE-ATA-40",
         {.on_reply =
              [](const FrameBytes& request, FrameBytes& reply) {
                  if (is_good_write(request) && is_aborted(reply)) {
                      set(reply, 25, 0);
                      set(reply, 27, 0x40);
                  }
              }}},
        {"read-only-is-aoe-error",
         "A read-only export answers writes with AoE error 2.",
         "AOE-ATA-40",
         {.on_reply =
              [](const FrameBytes& request, FrameBytes& reply) {
                  if (is_good_write(request) && is_aborted(reply)) set_error(reply, 2);
              }}},
        {"lost-sectors-pretended", "Sectors that cannot be read are returned as zeros.",
         "AOE-ATA-41", when_disk_fails(0, 0x40, pretend_sectors)},
        {"lost-sectors-are-aoe-errors", "Sectors that cannot be read are AoE error 3.",
         "AOE-ATA-41", when_disk_fails(0, 0x40, [](FrameBytes& reply) { set_error(reply, 3); })},
        {"lost-sectors-with-data", "The error of a lost sector comes with data.", "AOE-ATA-42",
         when_disk_fails(0, 0x40, resize(36 + 1024))},
        {"gives-up-after-failure", "After a sector could not be read no read is answered.",
         "AOE-HDR-41", gives_up_after_failure()},
        {"lost-disk-pretended", "When the disk is gone reads return zeros.", "AOE-HDR-40",
         when_disk_fails(3, 0, pretend_sectors)},
        {"second-port-deaf", "The second interface is not served.", "AOE-REL-10",
         ignores(by_second_port)},
        {"second-port-other-disk",
         "The second interface serves other data.",
         "AOE-REL-10",
         {.on_reply =
              [](const FrameBytes& request, FrameBytes& reply) {
                  const bool data = reads(request) && reply.size() > 60;
                  if (by_second_port(request) && data) flip(36, 0xff)(reply);
              }}},
        {"second-port-says-first", "Replies by the second interface come from the first's address.",
         "AOE-HDR-23",
         replies(by_second_port, [](FrameBytes& reply) { set_mac(reply, 6, mutant_mac); })},
        {"reservation-of-one-port", "The second interface does not heed the reservation.",
         "AOE-RES-22", reserves_one_port()},
        {"dies-of-strange-versions", "A request of version 11 is deadly.", "AOE-REL-13",
         dies([](const FrameBytes& request) {
             return request.size() >= 24 && at(request, 14) >> 4 == 11;
         })},
    };
}

}  // namespace aoe::conformance
