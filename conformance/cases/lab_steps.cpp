// SPDX-License-Identifier: MIT
#include "conformance/cases/lab_steps.h"

#include <cassert>
#include <chrono>

#include "conformance/cases/sector_steps.h"

namespace aoe::conformance {

using namespace std::chrono_literals;

namespace {

Lab& lab_of(Exchange& x) {
    assert(x.around().lab != nullptr);
    return *x.around().lab;
}

/// Whether a config read is answered within a moment.
bool answers(Exchange& x, const Request& request) {
    return x.peer().await(x.peer().send(request), x.peer().now() + 5ms).has_value();
}

// Collects what comes unasked for as long as it lives.
class Unasked {
public:
    explicit Unasked(Peer& peer) : peer_(peer) {
        peer_.on_unsolicited = [this](const Reply& reply) { frames.push_back(reply); };
    }
    Unasked(const Unasked&) = delete;
    Unasked& operator=(const Unasked&) = delete;
    ~Unasked() { peer_.on_unsolicited = nullptr; }

    std::vector<Reply> frames;

private:
    Peer& peer_;
};

}  // namespace

std::vector<Reply> start_again(Exchange& x, Start how, Time patience) {
    Unasked unasked(x.peer());
    const bool up = lab_of(x).start_again(how, [&x] { return answers(x, config_request()); });
    if (!up) throw TargetLost{};
    const Time deadline = x.peer().now() + patience;
    while (unasked.frames.empty() && x.peer().now() < deadline) x.peer().listen(10ms);
    // One may be followed by others, to further addresses.
    x.peer().listen(x.peer().patience().grace());
    return std::move(unasked.frames);
}

Twin start_twin(Exchange& x) {
    const Twin twin = lab_of(x).twin();
    const std::string failure =
        lab_of(x).start_twin([&x, &twin] { return answers(x, to_twin(config_request(), twin)); });
    if (!failure.empty()) x.skip("twin", failure);
    return twin;
}

Request to_twin(Request request, const Twin& twin) {
    request.slot = twin.slot;
    return request;
}

Reply identify_twin(Exchange& x, const Twin& twin) {
    return x.prepare(to_twin(identify_request(), twin),
                     testing::AllOf(AtaSucceeds(), FrameSizeIs(testing::Ge(ata_frame_bytes(1)))));
}

unsigned announced_sectors(Exchange& x) {
    const Reply reply = x.prepare(config_request(), Succeeds());
    const unsigned sectors = reply.config ? reply.config->sector_count : 0U;
    return sectors == 0 ? 2 : sectors;
}

void use_mtus(Exchange& x, std::size_t ours, std::size_t theirs) {
    const unsigned before = announced_sectors(x);
    lab_of(x).set_mtu(LinkEnd::ours, ours);
    lab_of(x).set_mtu(LinkEnd::theirs, theirs);
    if (theirs == x.target().mtu) return;
    const Time deadline = x.peer().now() + 50ms;
    while (announced_sectors(x) == before) {
        if (x.peer().now() > deadline) {
            start_again(x);
            return;
        }
        x.peer().listen(1ms);
    }
}

}  // namespace aoe::conformance
