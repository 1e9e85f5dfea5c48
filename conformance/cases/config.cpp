// SPDX-License-Identifier: MIT
// Query config: reading, testing, and what a config reply says about the target.
#include <algorithm>
#include <string>

#include "conformance/cases/case_parts.h"
#include "conformance/cases/sector_steps.h"
#include "conformance/cases/steps.h"

namespace aoe::conformance {

namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::Ge;
using testing::Ne;

// What aoeping sends as the argument of its reads.
const std::string junk(1024, '\xed');

// A string of the same length that differs in its first byte; not empty.
std::string another(std::string string) {
    if (string.empty()) return "x";
    string.front() = static_cast<char>(string.front() ^ 1);
    return string;
}

// A reply without error is a finding; an error reply is another requirement's.
void expect_no_match(Exchange& x, std::uint8_t command, const std::string& string) {
    const auto reply = x.probe(config_request(command, string));
    if (reply && !reply->has_error()) x.check(*reply, NoReply());
}

// Most sectors of a message by the config reply, where 0 stands for 2.
unsigned announced_sectors(const Exchange& x) {
    const unsigned count = x.target().config.sector_count;
    return count == 0 ? 2 : count;
}

void reserve_for_another(Exchange& x) {
    Mac other = x.our_mac();
    other[5] ^= std::byte{1};
    x.prepare(reserve_request(2, {other}), AllOf(Succeeds(), ReserveListIs({other})));
}

std::size_t lost_of_burst(Exchange& x, std::size_t count) {
    const auto replies = x.burst(std::vector<Request>(count, x.read(0, 1)), false);
    return static_cast<std::size_t>(std::count(replies.begin(), replies.end(), std::nullopt));
}

// Where frames are lost also when only one is under way, a burst says nothing about the target.
void skip_if_single_reads_are_lost(Exchange& x, std::size_t count) {
    Peer& peer = x.peer();
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint32_t tag = peer.send(x.read(0, 1));
        if (peer.await(tag, peer.now() + peer.patience().reply())) continue;
        x.skip("lossy", "frames are lost also when they are sent one by one");
    }
}

std::vector<Case> read_cases() {
    return {
        {.id = "cfg.read.answered",
         .requirements = {"AOE-CFG-01"},
         .summary = "A read returns the string the target had at the start.",
         .run =
             [](Exchange& x) {
                 const std::string& string = x.target().config_string;
                 x.check(x.ask(config_request()), AllOf(Succeeds(), ConfigStringIs(string)));
             }},
        {.id = "cfg.read.stored-string",
         .requirements = {"AOE-CFG-01"},
         .summary = "A read returns the string that was set before it.",
         .doors = Door::config,
         .run =
             [](Exchange& x) {
                 for (const std::string string : {"one", "a second and longer one", ""}) {
                     x.prepare(config_request(ccmd::force_set, string),
                               AllOf(Succeeds(), ConfigStringIs(string)));
                     check_stored(x, string);
                 }
             }},
        {.id = "cfg.read.argument-ignored",
         .requirements = {"AOE-CFG-02"},
         .summary = "A read with 1024 bytes of argument, as aoeping sends it, is a read.",
         .run =
             [](Exchange& x) {
                 need_frame_size(x, 32 + junk.size());
                 const Reply plain = x.ask(config_request());
                 x.check(x.ask(config_request(ccmd::read, junk)), SaysTheSameAs(plain));
             }},
        {.id = "cfg.read.length-beyond-frame",
         .requirements = {"AOE-CFG-03"},
         .summary = "A read of 60 bytes whose length says 1024 is answered, or gets error 2.",
         .doors = Door::hostile,
         .run =
             [](Exchange& x) {
                 const Reply plain = x.ask(config_request());
                 Request request = config_request();
                 request.config().string_length = 1024;
                 x.check(x.ask(request), AnyOf(SaysTheSameAs(plain), AoeErrorIs(2)));
             }},
    };
}

std::vector<Case> exact_test_cases() {
    return {
        {.id = "cfg.test.current-answered",
         .requirements = {"AOE-CFG-04", "AOE-CFG-08"},
         .summary = "An exact test with the string of the target is answered with it.",
         .run =
             [](Exchange& x) {
                 const std::string& string = x.target().config_string;
                 const Reply reply = x.ask(config_request(ccmd::test, string));
                 x.check(reply, Succeeds());
                 x.check(reply, ConfigStringIs(string), "AOE-CFG-08");
             }},
        {.id = "cfg.test.other-unmatched",
         .requirements = {"AOE-CFG-04"},
         .summary = "An exact test with another string than the target's does not match.",
         .run =
             [](Exchange& x) {
                 expect_no_match(x, ccmd::test, another(x.target().config_string));
             }},
        {.id = "cfg.test.equal-answered",
         .requirements = {"AOE-CFG-04"},
         .summary = "An exact test with the string that was set is answered.",
         .doors = Door::config,
         .run =
             [](Exchange& x) {
                 store(x, "abcde");
                 x.check(x.ask(config_request(ccmd::test, "abcde")), Succeeds());
             }},
        {.id = "cfg.test.unequal-unmatched",
         .requirements = {"AOE-CFG-04"},
         .summary = "An exact test with a shorter, longer or different string does not match.",
         .doors = Door::config,
         .run =
             [](Exchange& x) {
                 store(x, "abcde");
                 for (const char* string : {"abcd", "abcdef", "abcdf", "bbcde", "ABCDE"}) {
                     expect_no_match(x, ccmd::test, string);
                 }
             }},
        {.id = "cfg.test.empty-with-empty",
         .requirements = {"AOE-CFG-07"},
         .summary = "With nothing stored an exact test with an empty string is answered.",
         .doors = Door::config,
         .run =
             [](Exchange& x) {
                 store(x, "");
                 x.check(x.ask(config_request(ccmd::test)), Succeeds());
             }},
        {.id = "cfg.test.empty-with-stored",
         .requirements = {"AOE-CFG-07"},
         .summary = "With a string stored an exact test with an empty string does not match.",
         .doors = Door::config,
         .run =
             [](Exchange& x) {
                 store(x, "abc");
                 expect_no_match(x, ccmd::test, "");
             }},
        {.id = "cfg.test.unmatched-without-error",
         .requirements = {"AOE-CFG-06"},
         .summary = "An exact or prefix test that does not match gets no error reply.",
         .run =
             [](Exchange& x) {
                 const std::string string = another(x.target().config_string);
                 for (const std::uint8_t command : {ccmd::test, ccmd::test_prefix}) {
                     const auto reply = x.probe(config_request(command, string));
                     if (reply && reply->has_error()) x.check(*reply, NoReply());
                 }
             }},
    };
}

std::vector<Case> prefix_test_cases() {
    return {
        {.id = "cfg.prefix.every-length-answered",
         .requirements = {"AOE-CFG-05"},
         .summary = "A prefix test with 1 to all bytes of the stored string is answered.",
         .doors = Door::config,
         .run =
             [](Exchange& x) {
                 const std::string stored = "abcdefgh";
                 store(x, stored);
                 for (std::size_t length = 1; length <= stored.size(); ++length) {
                     const std::string prefix = stored.substr(0, length);
                     x.check(x.ask(config_request(ccmd::test_prefix, prefix)), Succeeds());
                 }
             }},
        {.id = "cfg.prefix.longer-unmatched",
         .requirements = {"AOE-CFG-05"},
         .summary = "A prefix test with one byte more than is stored does not match.",
         .doors = Door::config,
         .run =
             [](Exchange& x) {
                 // Stale bytes behind the shorter string must not count.
                 store(x, "abcdefgh");
                 store(x, "abcd");
                 expect_no_match(x, ccmd::test_prefix, "abcde");
                 expect_no_match(x, ccmd::test_prefix, std::string("abcd\0", 5));
             }},
        {.id = "cfg.prefix.different-unmatched",
         .requirements = {"AOE-CFG-05"},
         .summary = "A prefix test with what is not the beginning of the string does not match.",
         .doors = Door::config,
         .run =
             [](Exchange& x) {
                 store(x, "abcd");
                 for (const char* string : {"b", "abd", "bcd"}) {
                     expect_no_match(x, ccmd::test_prefix, string);
                 }
             }},
        {.id = "cfg.prefix.empty-with-any",
         .requirements = {"AOE-CFG-07"},
         .summary = "A prefix test with an empty string is answered.",
         .run = [](Exchange& x) { x.check(x.ask(config_request(ccmd::test_prefix)), Succeeds()); }},
        {.id = "cfg.prefix.empty-with-stored",
         .requirements = {"AOE-CFG-07"},
         .summary = "A prefix test with an empty string is answered, whatever is stored.",
         .doors = Door::config,
         .run =
             [](Exchange& x) {
                 for (const char* string : {"", "abc"}) {
                     store(x, string);
                     x.check(x.ask(config_request(ccmd::test_prefix)), Succeeds());
                 }
             }},
        {.id = "cfg.prefix.whole-string-back",
         .requirements = {"AOE-CFG-08"},
         .summary = "The reply to a prefix test of one byte holds the whole stored string.",
         .doors = Door::config,
         .run =
             [](Exchange& x) {
                 store(x, "abcdefgh");
                 x.check(x.prepare(config_request(ccmd::test_prefix, "a"), Succeeds()),
                         ConfigStringIs("abcdefgh"));
             }},
    };
}

std::vector<Case> field_cases() {
    return {
        {.id = "cfg.reply.version-is-1",
         .requirements = {"AOE-CFG-20"},
         .summary = "Replies to reads and matching tests state AoE version 1.",
         .run =
             [](Exchange& x) {
                 x.check(x.ask(config_request()), ConfigVersionIs(1));
                 const std::string& string = x.target().config_string;
                 const auto tested = x.probe(config_request(ccmd::test, string));
                 if (tested && !tested->has_error()) x.check(*tested, ConfigVersionIs(1));
             }},
        {.id = "cfg.reply.command-echoed",
         .requirements = {"AOE-CFG-21"},
         .summary = "Replies to reads and matching tests repeat the sub-command.",
         .run =
             [](Exchange& x) {
                 x.check(x.ask(config_request()), ConfigCommandIs(ccmd::read));
                 const std::string& string = x.target().config_string;
                 for (const std::uint8_t command : {ccmd::test, ccmd::test_prefix}) {
                     const auto tested = x.probe(config_request(command, string));
                     if (tested && !tested->has_error()) x.check(*tested, ConfigCommandIs(command));
                 }
             }},
        {.id = "cfg.request.version-nibble-ignored",
         .requirements = {"AOE-CFG-22"},
         .summary = "The upper half of the sub-command byte does not change a read.",
         .run =
             [](Exchange& x) {
                 const Reply plain = x.ask(config_request());
                 for (const unsigned version : {1U, 2U, 15U}) {
                     Request request = config_request();
                     request.config().version = static_cast<std::uint8_t>(version);
                     x.check(x.ask(request), SaysTheSameAs(plain));
                 }
             }},
        {.id = "cfg.request.numbers-ignored",
         .requirements = {"AOE-CFG-31"},
         .summary = "The numbers in a read request do not come back and change nothing.",
         .run =
             [](Exchange& x) {
                 const ConfigFields& own = x.target().config;
                 Request request = config_request();
                 request.config().buffer_count = static_cast<std::uint16_t>(~own.buffer_count);
                 request.config().firmware_version =
                     static_cast<std::uint16_t>(~own.firmware_version);
                 request.config().sector_count = static_cast<std::uint8_t>(~own.sector_count);
                 const ConfigFields& sent = request.config();
                 for (const Request& read : {request, config_request()}) {
                     x.check(x.ask(read), AllOf(BufferCountIs(Ne(sent.buffer_count)),
                                                FirmwareIs(Ne(sent.firmware_version)),
                                                ConfigSectorCountIs(Ne(sent.sector_count))));
                 }
             }},
        {.id = "cfg.firmware.constant",
         .requirements = {"AOE-CFG-30"},
         .summary = "The Firmware Version is that of the first config reply.",
         .run =
             [](Exchange& x) {
                 x.check(x.ask(config_request()), FirmwareIs(x.target().config.firmware_version));
             }},
    };
}

std::vector<Case> buffer_cases() {
    return {
        {.id = "cfg.buffers.at-least-one",
         .requirements = {"AOE-CFG-23"},
         .summary = "The Buffer Count is at least 1.",
         .run = [](Exchange& x) { x.check(x.ask(config_request()), BufferCountIs(Ge(1))); }},
        {.id = "cfg.buffers.all-answered",
         .requirements = {"AOE-CFG-24"},
         .summary = "As many reads at once as the Buffer Count says are all answered.",
         .needs = Need::identify,
         .run =
             [](Exchange& x) {
                 need_buffers(x, 1);
                 // No more at once than our own side can take in.
                 const std::size_t count = std::min<std::size_t>(
                     x.target().config.buffer_count, x.peer().link().receive_capacity());
                 std::size_t lost = 0;
                 for (unsigned attempt = 0; attempt < Peer::tries; ++attempt) {
                     lost = lost_of_burst(x, count);
                     if (lost == 0) return;
                 }
                 skip_if_single_reads_are_lost(x, count);
                 x.check_that(false, std::to_string(count) + " replies",
                              std::to_string(lost) + " requests without a reply");
             }},
        {.id = "cfg.buffers.beyond-without-error",
         .requirements = {"AOE-CFG-25"},
         .summary = "Of ten times as many reads as the Buffer Count says none gets an error.",
         .doors = Door::hostile,
         .needs = Need::identify,
         .run =
             [](Exchange& x) {
                 const std::size_t count =
                     std::min<std::size_t>(x.target().config.buffer_count * std::size_t{10},
                                           x.peer().link().receive_capacity());
                 if (count <= x.target().config.buffer_count) {
                     x.skip("receive-capacity", "our interface cannot take in enough replies");
                 }
                 std::size_t lost = 0;
                 for (const auto& reply :
                      x.burst(std::vector<Request>(count, x.read(0, 1)), false)) {
                     if (reply && !x.check(*reply, AtaSucceeds())) return;
                     if (!reply) ++lost;
                 }
                 x.note("dropped " + std::to_string(lost) + " of " + std::to_string(count) +
                        " reads sent at once");
             }},
    };
}

std::vector<Case> sector_count_cases() {
    return {
        {.id = "cfg.sectors.read-served",
         .requirements = {"AOE-CFG-26"},
         .summary = "A read of as many sectors as the Sector Count says is served.",
         .needs = Need::identify,
         .run =
             [](Exchange& x) {
                 const unsigned count = x.target().sectors_per_message();
                 const Request request = x.read(0, static_cast<std::uint8_t>(count));
                 // A smaller MTU on the way may swallow less than what is announced.
                 if (count < announced_sectors(x) && !x.probe(request)) {
                     x.skip("mtu", "as many sectors as announced do not fit the interface's MTU");
                 }
                 x.check(x.ask(request),
                         AllOf(AtaSucceeds(), FrameSizeIs(Ge(36U + count * std::size_t{512}))));
             }},
        {.id = "cfg.sectors.write-served",
         .requirements = {"AOE-CFG-26"},
         .summary = "A write of as many sectors as the Sector Count says is served.",
         .doors = Door::write,
         .needs = Need::identify,
         .run =
             [](Exchange& x) {
                 const unsigned count = x.target().sectors_per_message();
                 need_scratch(x, count);
                 store_sector(x, x.scratch(), x.pattern(1));
                 const ByteVector data = x.pattern(count);
                 const Request request = x.write(x.scratch(), data);
                 if (count < announced_sectors(x) && !x.probe(request)) {
                     x.skip("mtu", "as many sectors as announced do not fit the interface's MTU");
                 }
                 x.check(x.ask(request), AtaSucceeds());
                 x.check(x.ask(x.read(x.scratch(), static_cast<std::uint8_t>(count))),
                         DataStartsWith(data));
             }},
        {.id = "cfg.sectors.fit-the-link",
         .requirements = {"AOE-CFG-28"},
         .summary = "A message of as many sectors as the Sector Count says fits the link's MTU.",
         .run =
             [](Exchange& x) {
                 const std::size_t needed = 22 + announced_sectors(x) * std::size_t{512};
                 if (needed <= x.target().mtu) return;
                 if (!x.target().private_link) {
                     x.skip("mtu",
                            "the announced messages exceed our MTU; the target's is unknown");
                 }
                 x.check_that(false,
                              "messages of at most " + std::to_string(x.target().mtu) + " bytes",
                              "a Sector Count that allows " + std::to_string(needed));
             }},
        {.id = "cfg.sectors.follow-mtu",
         .requirements = {"AOE-CFG-27"},
         .summary = "The Sector Count is what the interface's MTU has room for.",
         .run =
             [](Exchange& x) {
                 const auto fitting = [&](std::size_t taken) {
                     const std::size_t mtu = std::max(x.target().mtu, taken);
                     return static_cast<int>(std::min<std::size_t>((mtu - taken) / 512, 255));
                 };
                 x.check(x.ask(config_request()),
                         ConfigSectorCountIs(AnyOf(fitting(36), fitting(22))));
             }},
    };
}

std::vector<Case> sharing_cases() {
    return {
        {.id = "cfg.read.served-under-reservation",
         .requirements = {"AOE-CFG-32"},
         .summary = "Reads and tests are served while the target is reserved for someone else.",
         .doors = Door::reserve,
         .run =
             [](Exchange& x) {
                 const Request test = config_request(ccmd::test, x.target().config_string);
                 const bool tested = x.probe(test).has_value();
                 reserve_for_another(x);
                 x.check(x.ask(config_request()), Succeeds());
                 if (tested) x.check(x.ask(test), Succeeds());
             }},
        {.id = "cfg.set.served-under-reservation",
         .requirements = {"AOE-CFG-32"},
         .summary = "A force set is served while the target is reserved for someone else.",
         .doors = Door::reserve | Door::config,
         .run =
             [](Exchange& x) {
                 store(x, "before");
                 reserve_for_another(x);
                 x.check(x.ask(config_request(ccmd::force_set, "after")), Succeeds());
                 check_stored(x, "after");
             }},
        {.id = "cfg.set.seen-by-others",
         .requirements = {"AOE-CFG-34"},
         .summary = "An acknowledged set is what another initiator reads next.",
         .doors = Door::config | Door::hostile,
         .needs = Need::second_mac,
         .run =
             [](Exchange& x) {
                 Request read = config_request();
                 read.source = x.second_mac();
                 for (const std::string string : {"first", "second", "third"}) {
                     x.prepare(config_request(ccmd::force_set, string), Succeeds());
                     x.check(x.ask(read), ConfigStringIs(string));
                 }
             }},
    };
}

}  // namespace

std::vector<Case> config_cases() {
    return joined({read_cases(), exact_test_cases(), prefix_test_cases(), field_cases(),
                   buffer_cases(), sector_count_cases(), sharing_cases(), config_set_cases()});
}

}  // namespace aoe::conformance
