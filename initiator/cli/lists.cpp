// SPDX-License-Identifier: MIT
// aoe mask and aoe reserve: who is served, and who may use a device.
#include <algorithm>
#include <cstdio>
#include <fmt/format.h>

#include "initiator/cli/commands.h"
#include "initiator/cli/interrupt.h"
#include "initiator/cli/json_text.h"
#include "initiator/cli/streams.h"
#include "initiator/cli/support.h"
#include "initiator/error.h"
#include "wire/address.h"
#include "wire/mask.h"
#include "wire/reserve.h"

namespace aoe::initiator {
namespace {

void show(const Target& target, const std::vector<Mac>& list, bool as_json) {
    if (!as_json) {
        std::string text;
        for (const Mac& mac : list) text += to_string(mac) + '\n';
        print(text);
        return;
    }
    Json json = json_place(target.device().address, target.interface(), target.mac());
    json["macs"] = Json::array();
    for (const Mac& mac : list) json["macs"].push_back(to_string(mac));
    print(json_text(json));
}

void warn_when_shut_out(const Target& target, const std::vector<Mac>& list, const char* effect) {
    const Mac own = target.own_mac();
    if (list.empty() || std::find(list.begin(), list.end(), own) != list.end()) return;
    fmt::print(stderr, "aoe: this machine ({}) is not in the list, so {} {} from now on\n",
               to_string(own), target.name(), effect);
}

/// Some targets say that a directive is done without doing it. The last one about an address
/// decides (AOE-MASK-05).
void require_carried_out(const Target& target, const std::vector<MaskDirective>& directives) {
    const std::vector<Mac>& list = target.device().mask_list;
    for (std::size_t i = 0; i < directives.size(); ++i) {
        const auto later = [&](const MaskDirective& each) { return each.mac == directives[i].mac; };
        if (std::any_of(directives.begin() + static_cast<std::ptrdiff_t>(i) + 1, directives.end(),
                        later)) {
            continue;
        }
        const bool wanted = directives[i].command == mask_directive::add;
        const bool there = std::find(list.begin(), list.end(), directives[i].mac) != list.end();
        if (wanted == there) continue;
        throw CommandError(
            ExitStatus::failed,
            fmt::format("{} reports success, but its mask list {} {}", target.name(),
                        there ? "still holds" : "does not hold", to_string(directives[i].mac)));
    }
}

/// How a change ends that fails.
struct Endings {
    const char* refused;
    const char* unclear;  // Silence, too: the reply may be all that was lost.
};

void change(Target& target, Request request, const Endings& endings) {
    request.device = target.device().address;
    const auto error = target.session().perform(request);
    if (!error) return;
    if (error == std::errc::interrupted) throw interruption(endings.unclear);
    if (error == Failure::argument_too_long) throw target.failure("nothing was changed", error);
    throw target.failure(is_aoe_error(error) ? endings.refused : endings.unclear, error);
}

}  // namespace

void run_mask(const MaskOptions& options) {
    const bool edits = options.clear || !options.add.empty() || !options.remove.empty();
    if (edits) require_yes(options.yes, "changes whom " + options.target.target + " serves");
    Target target(options.target, Target::Use::control);
    std::vector<MaskDirective> directives;
    // Checked before anything is sent.
    for (const std::string& mac : options.remove) {
        directives.push_back({mask_directive::remove, address_of(target, "--remove", mac)});
    }
    for (const std::string& mac : options.add) {
        directives.push_back({mask_directive::add, address_of(target, "--add", mac)});
    }
    target.perform({.kind = Kind::mask}, "the mask list could not be read");
    if (options.clear) {
        std::vector<MaskDirective> all;
        for (const Mac& mac : target.device().mask_list) {
            all.push_back({mask_directive::remove, mac});
        }
        directives.insert(directives.begin(), all.begin(), all.end());
    }
    if (edits) {
        // A target may come to the directive that it refuses after others that it carried out.
        const char* const unclear = "the mask list may be changed, at least in part";
        change(target, {.kind = Kind::mask, .verb = mask_command::edit, .directives = directives},
               {.refused = unclear, .unclear = unclear});
        require_carried_out(target, directives);
        warn_when_shut_out(target, target.device().mask_list, "ignores it");
    }
    show(target, target.device().mask_list, options.json);
}

void run_reserve(const ReserveOptions& options) {
    if (options.release && !options.set.empty()) {
        throw CommandError(ExitStatus::usage, "--release and --set contradict one another");
    }
    const bool changes = options.release || !options.set.empty();
    if (options.force && !changes) {
        throw CommandError(ExitStatus::usage, "--force says how, not what; add --set or --release");
    }
    if (changes) require_yes(options.yes, "changes who may use " + options.target.target);
    Target target(options.target, Target::Use::control);
    std::vector<Mac> macs;
    for (const std::string& mac : options.set) macs.push_back(address_of(target, "--set", mac));
    if (changes) {
        change(target,
               {.kind = Kind::reserve,
                .verb = options.force ? reserve_command::force_set : reserve_command::set,
                .macs = macs},
               {.refused = options.force ? "the reservation was not changed"
                                         : "the reservation was not changed; --force takes it over",
                .unclear = "the reservation may have been changed; 'aoe reserve' shows it"});
        warn_when_shut_out(target, target.device().reserve_list, "refuses its I/O");
    } else {
        target.perform({.kind = Kind::reserve}, "the reservation could not be read");
    }
    show(target, target.device().reserve_list, options.json);
}

}  // namespace aoe::initiator
