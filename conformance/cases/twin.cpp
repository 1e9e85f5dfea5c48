// SPDX-License-Identifier: MIT
// Two targets of one kind side by side, of which the second has a disk of more than 128 GiB whose
// size is no multiple of 512.
#include <algorithm>
#include <chrono>
#include <string>

#include "conformance/cases/case_parts.h"
#include "conformance/cases/lab_steps.h"
#include "conformance/cases/sector_steps.h"
#include "conformance/cases/steps.h"

namespace aoe::conformance {

namespace {

constexpr std::uint64_t beyond_28_bits = std::uint64_t{1} << 28;

std::uint64_t capacity(const Reply& identity) {
    std::uint64_t sectors = 0;
    for (std::size_t i = 4; i > 0; --i) sectors = (sectors << 16) | identity.word(99 + i);
    return sectors;
}

std::size_t answers_of(const Exchange& x, const std::vector<Reply>& replies, std::uint8_t slot) {
    return static_cast<std::size_t>(
        std::count_if(replies.begin(), replies.end(), [&](const Reply& reply) {
            return reply.aoe.shelf == x.target().shelf && reply.aoe.slot == slot;
        }));
}

/// Each of the two answers a request for all of them once. One may take longer than the other, and
/// one's frame may be lost.
void check_both_answer(Exchange& x, const Twin& twin, const Request& request) {
    std::vector<Reply> replies;
    for (unsigned i = 0; i < Peer::tries; ++i) {
        const std::uint32_t tag = x.ask(request).aoe.tag;
        const Time deadline = x.peer().now() + x.peer().patience().reply();
        const auto both = [&] {
            return answers_of(x, x.peer().replies(tag), x.target().slot) > 0 &&
                   answers_of(x, x.peer().replies(tag), twin.slot) > 0;
        };
        while (!both() && x.peer().now() < deadline) x.peer().listen(std::chrono::milliseconds(1));
        x.peer().listen(x.peer().patience().grace());
        replies = x.peer().replies(tag);
        if (both()) break;
    }
    for (const std::uint8_t slot : {x.target().slot, twin.slot}) {
        const std::size_t answers = answers_of(x, replies, slot);
        x.check_that(answers == 1, "one reply of slot " + std::to_string(slot),
                     std::to_string(answers));
    }
}

/// A sector of the twin's gets data of its own, by a 48-bit command.
ByteVector fill_twin(Exchange& x, const Twin& twin, std::uint64_t lba) {
    const ByteVector sector = x.pattern(1);
    x.prepare(to_twin(write_request(lba, sector, true), twin), AtaSucceeds());
    return sector;
}

std::vector<Case> side_by_side_cases() {
    return {
        {.id = "hdr.twin.wildcard",
         .requirements = {"AOE-HDR-19"},
         .summary = "Two targets answer a request for all once each, with their own address.",
         .needs = Need::twin,
         .run =
             [](Exchange& x) {
                 const Twin twin = start_twin(x);
                 Request everybody = to_all(config_request());
                 check_both_answer(x, twin, everybody);
                 everybody.destination = broadcast_mac;
                 check_both_answer(x, twin, everybody);
             }},
        {.id = "rel.twin.own-sectors",
         .requirements = {"AOE-REL-09"},
         .summary = "Two targets behind one MAC address keep their sectors apart.",
         .doors = Door::write | Door::disk,
         .needs = Need::twin | Need::lba48,
         .run =
             [](Exchange& x) {
                 const Twin twin = start_twin(x);
                 const ByteVector first = fill(x, 0, 1);
                 const ByteVector second = fill_twin(x, twin, x.scratch());
                 x.check(x.ask(x.read(x.scratch(), 1)), Reads(first));
                 x.check(x.ask(to_twin(x.read(x.scratch(), 1), twin)), Reads(second));
             }},
        {.id = "rel.twin.own-string",
         .requirements = {"AOE-REL-09"},
         .summary = "Two targets behind one MAC address keep their config strings apart.",
         .doors = Door::config,
         .needs = Need::twin,
         .run =
             [](Exchange& x) {
                 const Twin twin = start_twin(x);
                 const Reply before = x.ask(to_twin(config_request(), twin));
                 store(x, "the first's");
                 x.check(x.ask(to_twin(config_request(), twin)),
                         ConfigStringIs(before.config_string()));
             }},
        {.id = "atai.twin.serial",
         .requirements = {"AOE-ATAID-23"},
         .summary = "The serial numbers of two exports of one host differ.",
         .needs = Need::twin | Need::identify,
         .run =
             [](Exchange& x) {
                 const Reply other = identify_twin(x, start_twin(x));
                 const Reply own = x.prepare(identify_request(), AtaSucceeds());
                 bool same = true;
                 for (std::size_t i = 10; i < 20; ++i) same = same && own.word(i) == other.word(i);
                 x.check_that(!same, "two serial numbers", "the same one twice");
             }},
    };
}

std::vector<Case> large_disk_cases() {
    return {
        {.id = "atai.twin.size-rounded-down",
         .requirements = {"AOE-ATAID-21"},
         .summary = "Of a disk that is no multiple of 512 bytes the whole sectors count.",
         .needs = Need::twin | Need::lba48,
         .run =
             [](Exchange& x) {
                 const Twin twin = start_twin(x);
                 const std::uint64_t sectors = capacity(identify_twin(x, twin));
                 const std::uint64_t due = twin.size_bytes / sector_bytes;
                 x.check_that(sectors == due,
                              std::to_string(due) + " sectors of " +
                                  std::to_string(twin.size_bytes) + " bytes",
                              std::to_string(sectors) + " sectors");
             }},
        {.id = "atai.twin.words-60-61",
         .requirements = {"AOE-ATAID-10"},
         .summary = "Words 60 and 61 of a disk of more than 2^28 sectors hold 0x0FFFFFFF.",
         .needs = Need::twin | Need::lba48,
         .run =
             [](Exchange& x) {
                 const Reply identity = identify_twin(x, start_twin(x));
                 x.check(identity, testing::AllOf(WordIs(60, 0xffff), WordIs(61, 0x0fff)));
             }},
        {.id = "atai.twin.last-sector",
         .requirements = {"AOE-ATAID-20"},
         .summary = "Of a large disk with a bit of a sector at its end the last whole one is read.",
         .needs = Need::twin | Need::lba48,
         .run =
             [](Exchange& x) {
                 const Twin twin = start_twin(x);
                 const std::uint64_t sectors = capacity(identify_twin(x, twin));
                 x.check(x.ask(to_twin(read_request(sectors - 1, 1, true), twin)), AtaSucceeds());
                 x.check(x.ask(to_twin(read_request(sectors, 1, true), twin)), Refused());
             }},
        {.id = "ata.twin.beyond-2-to-28",
         .requirements = {"AOE-ATA-04"},
         .summary = "A sector at 2^28 and above is not the one that its lower 28 bits name.",
         .doors = Door::write | Door::disk,
         .needs = Need::twin | Need::lba48,
         .run =
             [](Exchange& x) {
                 const Twin twin = start_twin(x);
                 const ByteVector low = fill_twin(x, twin, x.scratch());
                 const ByteVector high = fill_twin(x, twin, beyond_28_bits + 7);
                 const ByteVector alias = fill_twin(x, twin, 7);
                 for (const auto& [lba, sector] :
                      {std::pair{x.scratch(), low}, std::pair{beyond_28_bits + 7, high},
                       std::pair{std::uint64_t{7}, alias}}) {
                     x.check(x.ask(to_twin(read_request(lba, 1, true), twin)), Reads(sector));
                 }
             }},
        {.id = "ata.twin.last-of-28-bits",
         .requirements = {"AOE-ATA-03"},
         .summary = "A 28-bit read reaches sector 2^28 - 1 of a larger disk.",
         .doors = Door::write | Door::disk,
         .needs = Need::twin | Need::lba48,
         .run =
             [](Exchange& x) {
                 const Twin twin = start_twin(x);
                 const ByteVector sector = fill_twin(x, twin, beyond_28_bits - 1);
                 x.check(x.ask(to_twin(read_request(beyond_28_bits - 1, 1, false), twin)),
                         Reads(sector));
             }},
    };
}

}  // namespace

std::vector<Case> twin_cases() {
    return joined({side_by_side_cases(), large_disk_cases()});
}

}  // namespace aoe::conformance
