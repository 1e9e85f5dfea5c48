// SPDX-License-Identifier: MIT
// A disk that loses sectors, or all of them, under a running target.
#include <algorithm>

#include "conformance/cases/lab_steps.h"
#include "conformance/cases/sector_steps.h"
#include "conformance/cases/steps.h"

namespace aoe::conformance {

namespace {

using testing::AllOf;
using testing::AnyOf;

constexpr int unc_or_abort = 0x44;

/// An error of the medium, and no data, neither old nor new.
ReplyMatcher FailsToRead() {
    return AllOf(AtaFails(Masked(unc_or_abort, testing::Gt(0))),
                 FrameSizeIs(testing::Le(padded_frame_bytes)));
}

}  // namespace

std::vector<Case> failing_disk_cases() {
    return {
        {.id = "ata.lost-sectors.read-fails",
         .requirements = {"AOE-ATA-41"},
         .summary = "Reading sectors that the disk lost fails by UNC or ABRT, without data.",
         .doors = Door::write,
         .needs = Need::failing_disk | Need::identify,
         .run =
             [](Exchange& x) {
                 fill(x, 0, 1);
                 x.around().lab->lose_sectors(x.scratch());
                 x.check(x.ask(x.read(x.scratch(), 1)), FailsToRead());
             }},
        {.id = "ata.lost-sectors.some-of-them",
         .requirements = {"AOE-ATA-41", "AOE-ATA-42"},
         .summary = "A read of a sector that is there and one that was lost fails, without data.",
         .doors = Door::write,
         .needs = Need::failing_disk | Need::identify | Need::two_sectors,
         .run =
             [](Exchange& x) {
                 const ByteVector sectors = fill(x, 0, 2);
                 x.around().lab->lose_sectors(x.scratch(1));
                 const Reply reply = x.ask(x.read(x.scratch(), 2));
                 const auto none = FrameSizeIs(testing::Le(padded_frame_bytes));
                 if (!x.check(reply, AtaFails(Masked(unc_or_abort, testing::Gt(0))))) return;
                 // The sector that is there is at least not a stale one.
                 x.check(reply, AnyOf(none, DataStartsWith(part(sectors, 0))));
                 x.check(reply, none, "AOE-ATA-42");
             }},
        {.id = "ata.lost-sectors.others-served",
         .requirements = {"AOE-HDR-41"},
         .summary = "After a read that failed in the disk the sectors that are there are read.",
         .doors = Door::write,
         .needs = Need::failing_disk | Need::identify,
         .run =
             [](Exchange& x) {
                 const ByteVector kept = fill(x, 0, 1);
                 x.around().lab->lose_sectors(x.scratch(1));
                 x.ask(x.read(x.scratch(1), 1));
                 x.check(x.ask(x.read(x.scratch(), 1)), Reads(kept));
             }},
        {.id = "hdr.lost-disk.error",
         .requirements = {"AOE-HDR-40"},
         .summary = "A read from a disk that is gone gets error 3 or an ATA error.",
         .needs = Need::failing_disk | Need::identify,
         .run =
             [](Exchange& x) {
                 x.around().lab->lose_sectors(0);
                 const Reply reply = x.ask(x.read(0, 1));
                 if (x.check(reply, AnyOf(AoeErrorIs(3), AtaFails()))) {
                     x.note("answers with " + outcome(reply));
                 }
             }},
    };
}

}  // namespace aoe::conformance
