// SPDX-License-Identifier: MIT
// The chapter on the MAC mask list: whom it keeps out, and how it is read and edited. Every list
// that a case makes begins with our own address, so that we are not the ones kept out.
#include <algorithm>
#include <string>

#include <gmock/gmock-more-matchers.h>

#include "conformance/case.h"
#include "conformance/cases/sector_steps.h"
#include "conformance/describe.h"
#include "conformance/exchange.h"

namespace aoe::conformance {

namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::Each;
using testing::Eq;
using testing::Ge;
using testing::Le;
using testing::ResultOf;

// Sub-commands and directives.
constexpr std::uint8_t edit = 1, unknown_command = 5;
constexpr std::uint8_t none = 0, add = 1, erase = 2, unknown = 7;
constexpr int bad_directive = 2, list_full = 3;
constexpr std::size_t most_entries = 255;

/// Addresses that nobody has.
Mac stranger(std::size_t number) {
    return {std::byte{0x02}, std::byte{0xa0}, std::byte{0xe0},
            std::byte{0x00}, std::byte{0x01}, static_cast<std::byte>(number)};
}

/// An edit that is carried out.
ReplyMatcher Edits() {
    return AllOf(Succeeds(), MaskErrorIs(0));
}

/// What a read shows, in whatever order.
ReplyMatcher Shows(const std::vector<Mac>& macs) {
    return AllOf(Succeeds(), MaskListIs(macs));
}

std::vector<Mac> macs(const Reply& reply) {
    std::vector<Mac> listed;
    for (const Directive& entry : reply.directives()) listed.push_back(entry.mac);
    return listed;
}

ReplyMatcher EntriesFor(const Mac& mac, int count) {
    const auto entries = [mac](const Reply& reply) {
        const std::vector<Mac> listed = macs(reply);
        return static_cast<int>(std::count(listed.begin(), listed.end(), mac));
    };
    return ResultOf("number of entries for " + mac_text(mac), entries, Eq(count));
}

/// Byte 0 (reserved) or 1 (DCmd) of every directive.
ReplyMatcher EachDirectiveHas(std::size_t byte, const std::string& name, int value) {
    const auto bytes = [byte](const Reply& reply) {
        std::vector<int> values;
        for (std::size_t i = 0; i < reply.directives().size(); ++i) {
            values.push_back(reply.data[i * 8 + byte]);
        }
        return values;
    };
    return ResultOf(name + " of the directives", bytes, Each(value));
}

/// A step: empties the list, our own address last.
void clear(Exchange& x) {
    const std::vector<Directive> entries = x.prepare(mask_request(), Edits()).directives();
    if (entries.empty()) return;
    std::vector<Directive> edits;
    for (const Directive& entry : entries) {
        if (entry.mac != x.our_mac()) edits.push_back({erase, entry.mac});
    }
    edits.push_back({erase, x.our_mac()});
    x.prepare(mask_request(edit, edits), Edits());
}

/// A step: adds our own address and these to the empty list.
void add_all(Exchange& x, const std::vector<Mac>& others) {
    clear(x);
    std::vector<Directive> edits{{add, x.our_mac()}};
    for (const Mac& mac : others) edits.push_back({add, mac});
    x.prepare(mask_request(edit, edits), Edits());
}

/// A step: a list of our own address and these, and a read has shown it. Few of them, because there
/// are targets that lose some of many.
void start_with(Exchange& x, std::vector<Mac> others) {
    add_all(x, others);
    others.push_back(x.our_mac());
    x.prepare(mask_request(), Shows(others));
}

/// A list of our own address and these is what a read shows.
void check_list(Exchange& x, std::vector<Mac> others, std::string_view requirement = {}) {
    others.push_back(x.our_mac());
    x.check(x.ask(mask_request()), Shows(others), requirement);
}

/// A step: adds strangers to the list of our own address, one by one, until one is not taken.
/// Returns how many entries there are.
std::size_t fill_up(Exchange& x) {
    const ReplyMatcher taken = AllOf(Edits(), EntriesFor(x.our_mac(), 1));
    std::size_t entries = 1;
    while (entries < most_entries) {
        const auto reply = x.probe(mask_request(edit, {{add, stranger(entries)}}));
        if (!reply || !taken.Matches(*reply)) break;
        ++entries;
    }
    // The last reply may have shown no list; the guard believes what it sees.
    x.probe(mask_request());
    return entries;
}

/// A step: our own address and stranger 1 are in the list, and adding and deleting that works.
void start_editing(Exchange& x) {
    start_with(x, {stranger(1)});
    x.prepare(mask_request(edit, {{erase, stranger(1)}}), Edits());
    x.prepare(mask_request(), Shows({x.our_mac()}));
    x.prepare(mask_request(edit, {{add, stranger(1)}}), Edits());
    x.prepare(mask_request(), Shows({x.our_mac(), stranger(1)}));
}

Request from_second(Exchange& x, Request request) {
    request.source = x.second_mac();
    return request;
}

Request to_all(Request request) {
    request.shelf = 0xffff;
    request.slot = 0xff;
    return request;
}

/// The second address, which is not in the list, gets no answer to this.
void expect_kept_out(Exchange& x, const Request& request) {
    start_with(x, {stranger(1)});
    x.expect_silence(from_second(x, request));
}

/// The reply to an edit whose second directive is unknown, of a list that held our address.
Reply edit_badly(Exchange& x) {
    start_with(x, {});
    return x.ask(
        mask_request(edit, {{add, stranger(2)}, {unknown, stranger(3)}, {add, stranger(4)}}));
}

std::vector<Case> admission_cases() {
    return {
        {.id = "mask.empty.serves-everyone",
         .requirements = {"AOE-MASK-01"},
         .summary = "While the list is empty, another address of ours is served.",
         .doors = Door::mask | Door::hostile,
         .needs = Need::second_mac,
         .run =
             [](Exchange& x) {
                 clear(x);
                 x.check(x.ask(from_second(x, config_request())), Succeeds());
                 x.check(x.ask(from_second(x, identify_request())), AtaSucceeds());
             }},
        {.id = "mask.listed.serves-members",
         .requirements = {"AOE-MASK-02"},
         .summary = "Every address in the list is served.",
         .doors = Door::mask | Door::hostile,
         .needs = Need::second_mac,
         .run =
             [](Exchange& x) {
                 start_with(x, {x.second_mac()});
                 x.check(x.ask(config_request()), Succeeds());
                 x.check(x.ask(from_second(x, config_request())), Succeeds());
             }},
        {.id = "mask.listed.keeps-out-config",
         .requirements = {"AOE-MASK-02"},
         .summary = "An address outside the list gets no reply to a config read.",
         .doors = Door::mask | Door::hostile,
         .needs = Need::second_mac,
         .run = [](Exchange& x) { expect_kept_out(x, config_request()); }},
        {.id = "mask.listed.keeps-out-writes",
         .requirements = {"AOE-MASK-02"},
         .summary = "A write from an address outside the list is not answered and not done.",
         .doors = Door::mask | Door::write | Door::hostile,
         .needs = Need::second_mac,
         .run =
             [](Exchange& x) {
                 const ByteVector before = fill(x, 0, 1);
                 expect_kept_out(x, x.write(x.scratch(), x.pattern(1)));
                 x.check(x.ask(x.read(x.scratch(), 1)), Reads(before));
             }},
        {.id = "mask.listed.keeps-out-ata",
         .requirements = {"AOE-MASK-03"},
         .summary = "An address outside the list gets no reply to IDENTIFY DEVICE.",
         .doors = Door::mask | Door::hostile,
         .needs = Need::second_mac,
         .run = [](Exchange& x) { expect_kept_out(x, identify_request()); }},
        {.id = "mask.listed.keeps-out-mask",
         .requirements = {"AOE-MASK-03"},
         .summary = "An address outside the list gets no reply to a read of the mask list.",
         .doors = Door::mask | Door::hostile,
         .needs = Need::second_mac,
         .run = [](Exchange& x) { expect_kept_out(x, mask_request()); }},
        {.id = "mask.listed.keeps-out-edits",
         .requirements = {"AOE-MASK-03"},
         .summary = "An address outside the list cannot add itself.",
         .doors = Door::mask | Door::hostile,
         .needs = Need::second_mac,
         .run =
             [](Exchange& x) {
                 expect_kept_out(x, mask_request(edit, {{add, x.second_mac()}}));
                 check_list(x, {stranger(1)});
             }},
        {.id = "mask.listed.keeps-out-reserve",
         .requirements = {"AOE-MASK-03"},
         .summary = "An address outside the list gets no reply to a read of the reserve list.",
         .doors = Door::mask | Door::hostile,
         .needs = Need::second_mac,
         .run = [](Exchange& x) { expect_kept_out(x, reserve_request()); }},
        {.id = "mask.listed.keeps-out-wildcards",
         .requirements = {"AOE-MASK-03"},
         .summary = "An address outside the list gets no reply to a request for every shelf.slot.",
         .doors = Door::mask | Door::hostile,
         .needs = Need::second_mac,
         .run = [](Exchange& x) { expect_kept_out(x, to_all(config_request())); }},
    };
}

std::vector<Case> read_cases() {
    return {
        {.id = "mask.read.empty",
         .requirements = {"AOE-MASK-04"},
         .summary = "A read of the empty list has Dir Count 0 and MError 0.",
         .doors = Door::mask,
         .run =
             [](Exchange& x) {
                 clear(x);
                 x.check(x.ask(mask_request()), AllOf(Shows({}), MaskErrorIs(0)));
             }},
        {.id = "mask.read.entries",
         .requirements = {"AOE-MASK-04"},
         .summary = "A read returns every entry, and MError 0.",
         .doors = Door::mask,
         .run =
             [](Exchange& x) {
                 add_all(x, {stranger(1)});
                 const Reply reply = x.ask(mask_request());
                 x.check(reply, AllOf(Shows({x.our_mac(), stranger(1)}), MaskErrorIs(0)));
             }},
        {.id = "mask.read.plain-directives",
         .requirements = {"AOE-MASK-04"},
         .summary = "In a read's reply each directive has DCmd 0 and a reserved byte of 0.",
         .doors = Door::mask,
         .run =
             [](Exchange& x) {
                 start_with(x, {stranger(1)});
                 const Reply reply = x.prepare(mask_request(), Shows({x.our_mac(), stranger(1)}));
                 x.check(reply, EachDirectiveHas(1, "DCmd", 0));
                 x.check(reply, EachDirectiveHas(0, "reserved byte", 0));
             }},
        {.id = "mask.read.ignores-mask-error",
         .requirements = {"AOE-MASK-19"},
         .summary = "A read sent with MError 3 is answered with MError 0.",
         .run =
             [](Exchange& x) {
                 Request request = mask_request();
                 request.mask().error = 3;
                 x.check(x.ask(request), AllOf(Succeeds(), MaskErrorIs(0)));
             }},
        {.id = "mask.read.ignores-count",
         .requirements = {"AOE-MASK-20"},
         .summary = "A read with a Dir Count that its frame does not hold is answered.",
         .doors = Door::mask | Door::hostile,
         .run =
             [](Exchange& x) {
                 start_with(x, {stranger(1)});
                 Request request = mask_request();
                 request.mask().directive_count = 9;
                 x.check(x.ask(request), Shows({x.our_mac(), stranger(1)}));
             }},
        {.id = "mask.reserved-byte.tolerated",
         .requirements = {"AOE-MASK-18"},
         .summary = "A read whose reserved byte is 1 is served, refused with error 2 or ignored.",
         .run =
             [](Exchange& x) {
                 Request request = mask_request();
                 request.mask().reserved = 1;
                 const auto reply = x.probe(request);
                 if (reply) x.check(*reply, AnyOf(Succeeds(), AoeErrorIs(2)));
                 x.note("answered by " + outcome(reply));
             }},
    };
}

std::vector<Case> edit_cases() {
    return {
        {.id = "mask.edit.adds",
         .requirements = {"AOE-MASK-08"},
         .summary = "An added address is in the list.",
         .doors = Door::mask,
         .run =
             [](Exchange& x) {
                 clear(x);
                 x.check(x.ask(mask_request(edit, {{add, x.our_mac()}})), Edits());
                 check_list(x, {});
             }},
        {.id = "mask.edit.adds-several",
         .requirements = {"AOE-MASK-08"},
         .summary = "Addresses added one after the other are all in the list.",
         .doors = Door::mask,
         .run =
             [](Exchange& x) {
                 start_with(x, {});
                 std::vector<Mac> added;
                 for (std::size_t i = 1; i <= 8; ++i) {
                     added.push_back(stranger(i));
                     x.check(x.ask(mask_request(edit, {{add, added.back()}})), Edits());
                 }
                 check_list(x, added);
             }},
        {.id = "mask.edit.adds-once",
         .requirements = {"AOE-MASK-08"},
         .summary = "Adding an address that is there succeeds, and it is there once.",
         .doors = Door::mask,
         .run =
             [](Exchange& x) {
                 start_with(x, {stranger(1)});
                 x.check(x.ask(mask_request(edit, {{add, stranger(1)}})), Edits());
                 check_list(x, {stranger(1)});
             }},
        {.id = "mask.edit.adds-once-within-edit",
         .requirements = {"AOE-MASK-08"},
         .summary = "An address that one edit adds twice is there once.",
         .doors = Door::mask,
         .run =
             [](Exchange& x) {
                 start_with(x, {});
                 const Directive twice{add, stranger(1)};
                 x.check(x.ask(mask_request(edit, {twice, twice})), Edits());
                 check_list(x, {stranger(1)});
             }},
        {.id = "mask.edit.deletes",
         .requirements = {"AOE-MASK-09"},
         .summary = "A deleted address is no longer in the list.",
         .doors = Door::mask,
         .run =
             [](Exchange& x) {
                 start_with(x, {stranger(1)});
                 x.check(x.ask(mask_request(edit, {{erase, stranger(1)}})), Edits());
                 check_list(x, {});
             }},
        {.id = "mask.edit.deletes-one-of-several",
         .requirements = {"AOE-MASK-09"},
         .summary = "Deleting an address leaves those added before and after it in the list.",
         .doors = Door::mask,
         .run =
             [](Exchange& x) {
                 start_with(x, {stranger(1), stranger(2), stranger(3)});
                 x.check(x.ask(mask_request(edit, {{erase, stranger(2)}})), Edits());
                 check_list(x, {stranger(1), stranger(3)});
             }},
        {.id = "mask.edit.deletes-only-entry",
         .requirements = {"AOE-MASK-09"},
         .summary = "Deleting the only address leaves an empty list.",
         .doors = Door::mask,
         .run =
             [](Exchange& x) {
                 start_with(x, {});
                 x.check(x.ask(mask_request(edit, {{erase, x.our_mac()}})), Edits());
                 x.check(x.ask(mask_request()), Shows({}));
             }},
        {.id = "mask.edit.deletes-absent",
         .requirements = {"AOE-MASK-09"},
         .summary = "Deleting an address that is not there succeeds and changes nothing.",
         .doors = Door::mask,
         .run =
             [](Exchange& x) {
                 start_with(x, {stranger(1)});
                 x.check(x.ask(mask_request(edit, {{erase, stranger(9)}})), Edits());
                 check_list(x, {stranger(1)});
             }},
        {.id = "mask.edit.add-then-delete",
         .requirements = {"AOE-MASK-05"},
         .summary = "An address that an edit adds and then deletes is absent.",
         .doors = Door::mask,
         .run =
             [](Exchange& x) {
                 start_editing(x);
                 x.prepare(mask_request(edit, {{add, stranger(2)}, {erase, stranger(2)}}), Edits());
                 check_list(x, {stranger(1)});
             }},
        {.id = "mask.edit.delete-then-add",
         .requirements = {"AOE-MASK-05"},
         .summary = "An address that an edit deletes and then adds is present.",
         .doors = Door::mask,
         .run =
             [](Exchange& x) {
                 start_editing(x);
                 x.prepare(mask_request(edit, {{erase, stranger(1)}, {add, stranger(1)}}), Edits());
                 check_list(x, {stranger(1)});
             }},
        {.id = "mask.edit.replaces-list",
         .requirements = {"AOE-MASK-05"},
         .summary = "One edit can delete every entry and add others.",
         .doors = Door::mask,
         .run =
             [](Exchange& x) {
                 start_editing(x);
                 const std::vector<Directive> edits{{erase, stranger(1)},
                                                    {erase, x.our_mac()},
                                                    {add, x.our_mac()},
                                                    {add, stranger(2)}};
                 x.prepare(mask_request(edit, edits), Edits());
                 check_list(x, {stranger(2)});
             }},
        {.id = "mask.edit.replies-with-list",
         .requirements = {"AOE-MASK-06"},
         .summary = "The reply to an edit shows the list that it led to.",
         .doors = Door::mask,
         .run =
             [](Exchange& x) {
                 start_with(x, {});
                 const Reply reply = x.prepare(mask_request(edit, {{add, stranger(1)}}), Edits());
                 x.check(reply, Shows({x.our_mac(), stranger(1)}));
             }},
        {.id = "mask.edit.without-directives",
         .requirements = {"AOE-MASK-06"},
         .summary = "An edit with Dir Count 0 shows the list and changes nothing.",
         .doors = Door::mask,
         .run =
             [](Exchange& x) {
                 start_with(x, {stranger(1)});
                 x.check(x.ask(mask_request(edit)), Shows({x.our_mac(), stranger(1)}));
                 check_list(x, {stranger(1)});
             }},
        {.id = "mask.edit.none-changes-nothing",
         .requirements = {"AOE-MASK-07"},
         .summary = "A directive with DCmd 0 is accepted and changes nothing.",
         .doors = Door::mask,
         .run =
             [](Exchange& x) {
                 start_with(x, {stranger(1)});
                 const std::vector<Directive> edits{{none, stranger(1)}, {none, stranger(2)}};
                 x.check(x.ask(mask_request(edit, edits)), Edits());
                 check_list(x, {stranger(1)});
             }},
        {.id = "mask.edit.goes-on-after-none",
         .requirements = {"AOE-MASK-07"},
         .summary = "Directives after one with DCmd 0 are carried out.",
         .doors = Door::mask,
         .run =
             [](Exchange& x) {
                 start_with(x, {});
                 const std::vector<Directive> edits{{none, stranger(1)}, {add, stranger(2)}};
                 x.check(x.ask(mask_request(edit, edits)), Edits());
                 check_list(x, {stranger(2)});
             }},
        {.id = "mask.edit.removed-sender-answered",
         .requirements = {"AOE-MASK-17"},
         .summary = "An edit that takes its own sender off the list is answered.",
         .doors = Door::mask | Door::hostile,
         .needs = Need::second_mac,
         .run =
             [](Exchange& x) {
                 start_with(x, {x.second_mac()});
                 const Request leave = mask_request(edit, {{erase, x.second_mac()}});
                 x.check(x.ask(from_second(x, leave)), Edits());
             }},
        {.id = "mask.edit.removed-sender-kept-out",
         .requirements = {"AOE-MASK-17"},
         .summary = "After an edit that takes its own sender off the list, that gets silence.",
         .doors = Door::mask | Door::hostile,
         .needs = Need::second_mac,
         .run =
             [](Exchange& x) {
                 start_with(x, {x.second_mac()});
                 x.probe(from_second(x, mask_request(edit, {{erase, x.second_mac()}})));
                 x.prepare(mask_request(), Shows({x.our_mac()}));
                 x.expect_silence(from_second(x, config_request()));
             }},
    };
}

std::vector<Case> refusal_cases() {
    return {
        {.id = "mask.bad-directive.refused",
         .requirements = {"AOE-MASK-10"},
         .summary = "An edit with a directive of DCmd 7 is answered with MError 2.",
         .doors = Door::mask,
         .run = [](Exchange& x) { x.check(edit_badly(x), MaskErrorIs(bad_directive)); }},
        {.id = "mask.bad-directive.stops",
         .requirements = {"AOE-MASK-10"},
         .summary = "A directive of DCmd 7 and those after it are not carried out.",
         .doors = Door::mask,
         .run =
             [](Exchange& x) {
                 edit_badly(x);
                 const Reply list = x.ask(mask_request());
                 x.check(list, EntriesFor(stranger(3), 0));
                 x.check(list, EntriesFor(stranger(4), 0));
             }},
        {.id = "mask.bad-directive.first",
         .requirements = {"AOE-MASK-10"},
         .summary = "An edit whose first directive has DCmd 255 gets MError 2 and has no effect.",
         .doors = Door::mask,
         .run =
             [](Exchange& x) {
                 start_with(x, {stranger(1)});
                 const std::vector<Directive> edits{{0xff, stranger(2)}, {add, stranger(3)}};
                 x.check(x.ask(mask_request(edit, edits)), MaskErrorIs(bad_directive));
                 check_list(x, {stranger(1)});
             }},
        {.id = "mask.bad-directive.counts-done",
         .requirements = {"AOE-MASK-12"},
         .summary = "With MError 2 Dir Count is the number of directives carried out.",
         .doors = Door::mask,
         .run =
             [](Exchange& x) {
                 const Reply reply = edit_badly(x);
                 if (!MaskErrorIs(bad_directive).Matches(reply)) {
                     x.skip("setup", "the edit was not answered with MError 2");
                 }
                 x.check(reply, DirectiveCountIs(1));
             }},
        {.id = "mask.bad-directive.keeps-earlier",
         .requirements = {"AOE-MASK-13"},
         .summary = "Directives before one of DCmd 7 stay in force.",
         .doors = Door::mask,
         .run =
             [](Exchange& x) {
                 edit_badly(x);
                 x.check(x.ask(mask_request()), EntriesFor(stranger(2), 1));
             }},
        {.id = "mask.bad-directive.is-no-aoe-error",
         .requirements = {"AOE-MASK-14"},
         .summary = "A reply with MError 2 has flag E clear and Error 0.",
         .doors = Door::mask,
         .run = [](Exchange& x) { x.check(edit_badly(x), AllOf(Succeeds(), ErrorByteIs(0))); }},
        {.id = "mask.command.unknown",
         .requirements = {"AOE-MASK-15"},
         .summary = "MCmd 5 gets error 2 and changes nothing.",
         .doors = Door::mask,
         .run =
             [](Exchange& x) {
                 start_with(x, {stranger(1)});
                 x.check(x.ask(mask_request(unknown_command, {{add, stranger(2)}})), AoeErrorIs(2));
                 check_list(x, {stranger(1)});
             }},
        {.id = "mask.count.beyond-frame",
         .requirements = {"AOE-MASK-16"},
         .summary = "An edit of 200 directives in 60 bytes adds nothing that is not in them.",
         .doors = Door::mask | Door::hostile,
         .run =
             [](Exchange& x) {
                 start_with(x, {stranger(1)});
                 Request request = mask_request(edit, {{add, x.our_mac()}, {add, stranger(2)}});
                 request.mask().directive_count = 200;
                 const auto reply = x.probe(request);
                 const std::size_t known = 3;
                 const Reply list = x.ask(mask_request());
                 if (!x.check(list, AllOf(Succeeds(), DirectiveCountIs(Le(known))))) return;
                 if (reply) x.check(*reply, AoeErrorIs(2));
             }},
    };
}

std::vector<Case> capacity_cases() {
    return {
        {.id = "mask.capacity.at-least-one",
         .requirements = {"AOE-MASK-24"},
         .summary = "The list holds at least one entry, and how many it holds is noted.",
         .doors = Door::mask,
         .run =
             [](Exchange& x) {
                 clear(x);
                 x.check(x.ask(mask_request(edit, {{add, x.our_mac()}})), Edits());
                 x.note("room for " + std::to_string(fill_up(x)) + " entries");
             }},
        {.id = "mask.full.refused",
         .requirements = {"AOE-MASK-11"},
         .summary = "An addition to the full list gets MError 3, or silence past the MTU.",
         .doors = Door::mask,
         .run =
             [](Exchange& x) {
                 start_with(x, {});
                 const std::size_t entries = fill_up(x);
                 const auto reply = x.probe(mask_request(edit, {{add, stranger(entries)}}));
                 const std::size_t needed = 28 + (entries + 1) * 8;
                 if (reply) x.check(*reply, MaskErrorIs(list_full));
                 x.check_that(reply || needed > x.target().mtu + 14, "MError 3", "silence");
             }},
        {.id = "mask.full.changes-nothing",
         .requirements = {"AOE-MASK-11"},
         .summary = "Neither an addition that gets MError 3 nor what follows it is carried out.",
         .doors = Door::mask,
         .run =
             [](Exchange& x) {
                 start_with(x, {});
                 const std::size_t entries = fill_up(x);
                 const Reply before = x.prepare(mask_request(), Edits());
                 const std::vector<Directive> edits{{add, stranger(entries)},
                                                    {erase, stranger(entries - 1)}};
                 const auto reply = x.probe(mask_request(edit, edits));
                 if (!reply || !MaskErrorIs(list_full).Matches(*reply)) {
                     x.skip("setup", "the edit was not answered with MError 3");
                 }
                 x.check(x.ask(mask_request()), Shows(macs(before)));
             }},
        {.id = "mask.full.fits-mtu",
         .requirements = {"AOE-MASK-23"},
         .summary = "A read of the full list is whole and within the MTU, or not answered.",
         .doors = Door::mask,
         .run =
             [](Exchange& x) {
                 start_with(x, {});
                 const std::size_t entries = fill_up(x);
                 const auto reply = x.probe(mask_request());
                 if (!reply || !MaskErrorIs(0).Matches(*reply)) return;
                 x.check(*reply, FrameSizeIs(Le(x.target().mtu + std::size_t{14})));
                 x.check(*reply, DirectiveCountIs(static_cast<int>(reply->directives().size())));
                 x.check(*reply, DirectiveCountIs(Ge(static_cast<int>(entries))));
             }},
    };
}

}  // namespace

std::vector<Case> mask_cases() {
    std::vector<Case> cases;
    for (const auto& group :
         {admission_cases(), read_cases(), edit_cases(), refusal_cases(), capacity_cases()}) {
        cases.insert(cases.end(), group.begin(), group.end());
    }
    return cases;
}

}  // namespace aoe::conformance
