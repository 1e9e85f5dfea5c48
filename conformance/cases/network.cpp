// SPDX-License-Identifier: MIT
// Links with other MTUs, a second interface, and frames with a VLAN tag.
#include <algorithm>
#include <chrono>
#include <string>

#include "conformance/cases/case_parts.h"
#include "conformance/cases/lab_steps.h"
#include "conformance/cases/sector_steps.h"
#include "conformance/cases/steps.h"
#include "conformance/describe.h"

namespace aoe::conformance {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t standard_mtu = 1500, jumbo_mtu = 9000;
constexpr std::uint16_t vlan = 7;

void write_each(Exchange& x, const ByteVector& data) {
    for (std::size_t i = 0; i < data.size() / sector_bytes; ++i) {
        x.prepare(x.write(x.scratch(i), part(data, i)), AtaSucceeds());
    }
}

void check_each(Exchange& x, const ByteVector& data) {
    for (std::size_t i = 0; i < data.size() / sector_bytes; ++i) {
        if (!x.check(x.ask(x.read(x.scratch(i), 1)), Reads(part(data, i)))) return;
    }
}

std::vector<Case> mtu_cases() {
    return {
        {.id = "cfg.mtu.change-shows",
         .requirements = {"AOE-CFG-29"},
         .summary = "A change of the target's MTU shows in the Sector Count of a config reply.",
         .needs = Need::other_mtu,
         .run =
             [](Exchange& x) {
                 const unsigned before = announced_sectors(x);
                 const std::size_t mtu = x.target().mtu > 4000 ? standard_mtu : jumbo_mtu;
                 x.around().lab->set_mtu(LinkEnd::theirs, mtu);
                 // The system tells the target, which may hear of it a moment later.
                 const Time deadline = x.peer().now() + x.peer().patience().reply();
                 unsigned after = announced_sectors(x);
                 while (after == before && x.peer().now() < deadline) {
                     x.peer().listen(1ms);
                     after = announced_sectors(x);
                 }
                 x.check_that(after != before,
                              "another Sector Count than " + std::to_string(before) +
                                  " at an MTU of " + std::to_string(mtu),
                              std::to_string(after));
             }},
        {.id = "rel.mtu.large-frame-lost",
         .requirements = {"AOE-REL-11"},
         .summary = "A write that exceeds the target's MTU does nothing, to the target neither.",
         .doors = Door::write | Door::hostile,
         .needs = Need::other_mtu | Need::identify,
         .run =
             [](Exchange& x) {
                 need_scratch(x, 8);
                 use_mtus(x, jumbo_mtu, standard_mtu);
                 const ByteVector before = x.pattern(8);
                 write_each(x, before);
                 const auto reply = x.probe(x.write(x.scratch(), x.pattern(8)));
                 if (reply) x.check(*reply, Refused());
                 check_each(x, before);
             }},
        {.id = "rel.mtu.slightly-large-frames",
         .requirements = {"AOE-REL-11"},
         .summary = "Frames that exceed the target's MTU by 1 to 4 bytes do no harm.",
         .doors = Door::hostile,
         .needs = Need::other_mtu,
         .run =
             [](Exchange& x) {
                 use_mtus(x, jumbo_mtu, standard_mtu);
                 // Room for a VLAN tag lets these through to the target, and no larger ones.
                 for (std::size_t more = 1; more <= 4; ++more) {
                     Request request = config_request();
                     request.pad_to = standard_mtu + 14 + more;
                     x.probe(request);
                 }
                 x.check(x.ask(config_request()), Succeeds());
             }},
        {.id = "rel.mtu.small-target",
         .requirements = {"AOE-REL-12"},
         .summary = "A target on a small MTU announces what fits, whatever ours is.",
         .needs = Need::other_mtu | Need::identify,
         .run =
             [](Exchange& x) {
                 use_mtus(x, jumbo_mtu, standard_mtu);
                 const unsigned sectors = announced_sectors(x);
                 if (!x.check_that(22 + sectors * sector_bytes <= standard_mtu,
                                   "a Sector Count that fits an MTU of 1500",
                                   std::to_string(sectors))) {
                     return;
                 }
                 x.check(x.ask(x.read(0, static_cast<std::uint8_t>(sectors))), AtaSucceeds());
             }},
        {.id = "rel.mtu.small-path",
         .requirements = {"AOE-REL-12"},
         .summary = "A target whose large replies are lost still serves 2 sectors at a time.",
         .doors = Door::write | Door::hostile,
         .needs = Need::other_mtu | Need::identify,
         .run =
             [](Exchange& x) {
                 need_scratch(x, 2);
                 use_mtus(x, jumbo_mtu, jumbo_mtu);
                 // Nobody looks at what comes: the path is one that loses it.
                 const auto sectors = static_cast<std::uint8_t>(announced_sectors(x));
                 for (unsigned i = 0; i < 3 && sectors > 2; ++i) {
                     x.peer().send(x.read(0, sectors));
                 }
                 const ByteVector data = x.pattern(2);
                 x.check(x.ask(x.write(x.scratch(), data)), AtaSucceeds());
                 x.check(x.ask(x.read(x.scratch(), 2)), Reads(data));
             }},
    };
}

/// Asks by the second interface; silence there is a finding.
std::optional<Reply> ask_second(Exchange& x, const Request& request) {
    auto reply = x.around().second_port->ask(request);
    x.check_that(reply.has_value(), "a reply by the second interface", "silence");
    return reply;
}

std::vector<Case> second_interface_cases() {
    return {
        {.id = "rel.second-interface.same-disk",
         .requirements = {"AOE-REL-10"},
         .summary = "What is written through one interface is read through the other.",
         .doors = Door::write,
         .needs = Need::second_interface | Need::identify,
         .run =
             [](Exchange& x) {
                 const ByteVector data = fill(x, 0, 1);
                 if (const auto reply = ask_second(x, x.read(x.scratch(), 1))) {
                     x.check(*reply, Reads(data));
                 }
             }},
        {.id = "hdr.second-interface.reply-stays",
         .requirements = {"AOE-HDR-23"},
         .summary = "A reply leaves by the interface and with the address that were asked.",
         .needs = Need::second_interface,
         .run =
             [](Exchange& x) {
                 x.check(x.ask(config_request()), SourceIs(x.target().mac));
                 if (const auto reply = ask_second(x, config_request())) {
                     x.check(*reply, SourceIs(x.around().second_port->settings().target));
                 }
             }},
        {.id = "res.second-interface.same-holder",
         .requirements = {"AOE-RES-22"},
         .summary = "Who holds a reservation does so by MAC address, on each interface.",
         .doors = Door::reserve | Door::hostile,
         .needs = Need::second_interface | Need::identify,
         .run =
             [](Exchange& x) {
                 x.prepare(reserve_request(1, {x.our_mac()}), ReserveListIs({x.our_mac()}));
                 Request holder = x.read(0, 1);
                 holder.source = x.our_mac();
                 if (const auto reply = ask_second(x, holder)) x.check(*reply, AtaSucceeds());
                 // The second interface's own address is a stranger's.
                 if (const auto reply = ask_second(x, x.read(0, 1))) {
                     x.check(*reply, AoeErrorIs(6));
                 }
             }},
    };
}

std::vector<Case> vlan_cases() {
    return {
        {.id = "hdr.vlan.reply-in-vlan",
         .requirements = {"AOE-HDR-38"},
         .summary = "A request with a VLAN tag is answered with that tag, or not at all.",
         .doors = Door::hostile,
         .run =
             [](Exchange& x) {
                 if (!x.target().private_link) {
                     x.skip("private-network",
                            "who else hears of a VLAN is known in the private network of --start "
                            "only");
                 }
                 Request request = config_request();
                 request.vlan_tag = vlan;
                 const auto reply = x.probe(request);
                 if (!reply) return x.note("leaves tagged frames to VLAN interfaces of the system");
                 const bool kept = reply->vlan_tag && (*reply->vlan_tag & 0xfff) == vlan;
                 x.check_that(kept, "a reply in VLAN 7, or silence",
                              reply->vlan_tag ? "a reply with the tag " + hex(*reply->vlan_tag)
                                              : "a reply without a tag");
             }},
    };
}

}  // namespace

std::vector<Case> network_cases() {
    return joined({mtu_cases(), second_interface_cases(), vlan_cases()});
}

}  // namespace aoe::conformance
