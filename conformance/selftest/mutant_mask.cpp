// SPDX-License-Identifier: MIT
#include "conformance/selftest/mutant_mask.h"

#include <algorithm>
#include <memory>

namespace aoe::conformance::mask_list {

bool edits(const FrameBytes& request) {
    return mask(1)(request);
}
unsigned count(const FrameBytes& frame) {
    return at(frame, 27);
}
unsigned dcmd(const FrameBytes& frame, std::size_t index) {
    return index < count(frame) ? at(frame, 29 + 8 * index) : 0;
}
Mac mac_of(const FrameBytes& frame, std::size_t index) {
    return mac_at(frame, 30 + 8 * index);
}
void put_directive(FrameBytes& frame, std::size_t index, unsigned directive, const Mac& mac) {
    frame.resize(std::max(frame.size(), 36 + 8 * index));
    set(frame, 28 + 8 * index, 0);
    set(frame, 29 + 8 * index, directive);
    set_mac(frame, 30 + 8 * index, mac);
}
Fault lets_in(Which which) {
    const auto member = std::make_shared<Mac>();
    return {.on_request =
                [=](FrameBytes& request) {
                    if (request.size() < 24) return;
                    if (edits(request) && !by_second(request)) *member = mac_at(request, 6);
                    if (*member != Mac{} && which(request)) set_mac(request, 6, *member);
                },
            .on_reply =
                [=](const FrameBytes& request, FrameBytes& reply) {
                    if (!reply.empty()) set_mac(reply, 0, mac_at(request, 6));
                }};
}
bool by_second(const FrameBytes& request) {
    return mac_at(request, 6) != Mac{std::byte{2}, {}, {}, {}, {}, std::byte{1}};
}

}  // namespace aoe::conformance::mask_list
