// SPDX-License-Identifier: MIT
#include "conformance/liveness.h"

namespace aoe::conformance {

namespace {

bool answers(Peer& peer, const Request& request) {
    return peer.await(peer.send(request), peer.now() + peer.patience().reply()).has_value();
}

}  // namespace

Diagnosis diagnose(Peer& peer, const std::optional<Mac>& second_mac, TargetControl* control) {
    if (control != nullptr) {
        if (const auto end = control->ended()) return {Liveness::crashed, "the target " + *end};
    }
    if (peer.link_event() == LinkEvent::gone || peer.link_event() == LinkEvent::down) {
        return {Liveness::link_down, "the link went down"};
    }
    if (peer.fence()) return {};
    // It may have ended while the fence was waiting.
    if (control != nullptr) {
        if (const auto end = control->ended()) return {Liveness::crashed, "the target " + *end};
    }
    if (second_mac) {
        Request request = config_request();
        request.source = *second_mac;
        if (answers(peer, request)) {
            return {Liveness::locked_out,
                    "the target answers another address of ours but not this one any more"};
        }
    }
    return {Liveness::hung, "the target answers no request any more"};
}

bool rescue(Peer& peer, const Mac& second_mac) {
    Request request = mask_request(1, {{.command = 1, .mac = peer.link().mac()}});
    request.source = second_mac;
    return answers(peer, request) && peer.fence();
}

}  // namespace aoe::conformance
