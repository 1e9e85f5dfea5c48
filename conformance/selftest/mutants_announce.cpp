// SPDX-License-Identifier: MIT
// Mistakes of announcements, and of what a target remembers or does when it is started otherwise.
#include <chrono>

#include "conformance/selftest/mutant_frame.h"

namespace aoe::conformance {

namespace {

Fault announces(std::function<void(FrameBytes& frame)> edit) {
    return {.on_announce = [=](std::vector<FrameBytes>& frames) {
        for (FrameBytes& frame : frames) edit(frame);
    }};
}

// After a set another frame says so to everyone.
Fault announces_sets() {
    return {.on_send = [](const FrameBytes& request, std::vector<FrameBytes>& frames) {
        if (!config({3, 4})(request) || frames.empty()) return;
        FrameBytes frame = frames.front();
        set_mac(frame, 0, broadcast_mac);
        set(frame, 29, 0x10);
        for (std::size_t i = 20; i < 24; ++i) set(frame, i, 0);
        frames.push_back(frame);
    }};
}

}  // namespace

std::vector<Mutant> announce_mutants() {
    return {
        {"starts-in-silence",
         "It does not announce itself.",
         "AOE-ANN-01",
         {.on_announce = [](std::vector<FrameBytes>& frames) { frames.clear(); }}},
        {"announces-twice",
         "It announces itself twice.",
         "AOE-ANN-01",
         {.on_announce =
              [](std::vector<FrameBytes>& frames) { frames.push_back(frames.front()); }}},
        {"announces-as-version-0", "Announcements carry Ver 0.", "AOE-ANN-02",
         announces(clear(14, 0xf0))},
        {"announces-without-response-flag", "Announcements lack flag R.", "AOE-ANN-02",
         announces(clear(14, 8))},
        {"announces-shelf-0", "Announcements carry shelf 0.", "AOE-ANN-02", announces(put(17, 0))},
        {"announces-ccmd-4", "Announcements carry CCmd 4.", "AOE-ANN-02", announces(put(29, 0x14))},
        {"announces-with-a-tag", "Announcements have tag 1.", "AOE-ANN-03", announces(put(23, 1))},
        {"announces-to-one", "Announcements go to one station.", "AOE-ANN-04",
         announces([](FrameBytes& frame) {
             if (mac_at(frame, 0) == broadcast_mac) {
                 set_mac(frame, 0, {std::byte{2}, {}, {}, {}, {}, std::byte{1}});
             }
         })},
        {"announces-to-all", "Announcements are broadcast also with an access list.", "AOE-ANN-04",
         announces([](FrameBytes& frame) { set_mac(frame, 0, broadcast_mac); })},
        {"announces-no-buffers", "Announcements have Buffer Count 0.", "AOE-ANN-05",
         announces([](FrameBytes& frame) { set_word(frame, 24, 0); })},
        {"announces-other-sectors", "Announcements have Sector Count 1.", "AOE-ANN-05",
         announces(put(28, 1))},
        {"answers-announcements", "Another target's announcement is answered.", "AOE-ANN-07",
         requests([](const FrameBytes& request) { return word(request, 22) == 0; }, clear(14, 8))},
        {"answers-neighbours", "The announcement of another shelf is answered.", "AOE-ANN-07",
         requests(
             [](const FrameBytes& request) {
                 return (at(request, 14) & 8U) != 0 && word(request, 22) == 0 &&
                        word(request, 16) != mutant_shelf;
             },
             [](FrameBytes& request) {
                 clear(14, 8)(request);
                 set_word(request, 16, mutant_shelf);
             })},
        {"announces-sets", "It announces itself after each config set.", "AOE-ANN-06",
         announces_sets()},
    };
}

}  // namespace aoe::conformance
