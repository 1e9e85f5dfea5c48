// SPDX-License-Identifier: MIT
// A good conversation keeps every rule; one small change of one frame breaks the rule about it and
// no other, so that one cause is counted once.
#include <algorithm>
#include <cstring>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/catalogue.h"
#include "conformance/judge/test_talk.h"

namespace aoe::conformance {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Mutation {
    std::string_view rule;
    std::function<void(Talk&)> play;
};

// A change of byte `at` of the good reply to the request.
std::function<void(Talk&)> reply_byte(const Request& request, std::size_t at, int value) {
    return [=](Talk& talk) {
        talk.ask(request, [=](ByteVector& frame) { frame[at] = static_cast<std::uint8_t>(value); });
    };
}
std::function<void(Talk&)> reply_size(const Request& request, std::size_t size) {
    return [=](Talk& talk) { talk.ask(request, [=](ByteVector& frame) { frame.resize(size); }); };
}
std::function<void(Talk&)> error_reply(const Request& request, int error) {
    return [=](Talk& talk) {
        talk.ask(request, [=](ByteVector& frame) {
            frame[14] = 0x1c;
            frame[15] = static_cast<std::uint8_t>(error);
        });
    };
}
std::function<void(Talk&)> registers(const Request& request, int status, int error) {
    return [=](Talk& talk) {
        talk.ask(request, [=](ByteVector& frame) {
            frame.resize(36);
            frame.resize(60);
            frame[27] = static_cast<std::uint8_t>(status);
            frame[25] = static_cast<std::uint8_t>(error);
        });
    };
}
std::function<void(Talk&)> served(const Request& request) {
    return [=](Talk& talk) { talk.ask(request); };
}
std::function<void(Talk&)> in_vain(const Request& request) {
    return [=](Talk& talk) { talk.ask_in_vain(request); };
}
std::function<void(Talk&)> identify_word(std::size_t index, int value) {
    return [=](Talk& talk) {
        talk.ask(identify_request(), [=](ByteVector& frame) {
            frame[36 + 2 * index] = static_cast<std::uint8_t>(value);
            frame[37 + 2 * index] = static_cast<std::uint8_t>(value >> 8);
        });
    };
}
// After this request was served.
std::function<void(Talk&)> after(const Request& first, std::function<void(Talk&)> then) {
    return [=](Talk& talk) {
        talk.ask(first);
        then(talk);
    };
}

Request with(Request request, const std::function<void(Request&)>& change) {
    change(request);
    return request;
}
Request padded_to(Request request, std::size_t size) {
    request.pad_to = size;
    return request;
}
Request cut_to(Request request, std::size_t size) {
    request.cut = size;
    return request;
}
Request promising(std::uint8_t ccmd, std::uint16_t length) {
    return with(config_request(ccmd, "x"), [=](Request& r) { r.config().string_length = length; });
}
Request command(std::uint8_t number) {
    return with(config_request(), [=](Request& r) {
        r.aoe.command = number;
        r.argument = std::monostate{};
    });
}
Request read(std::uint64_t lba, std::uint8_t count) {
    return read_request(lba, count, true);
}
Request write(std::uint64_t lba, std::size_t sectors) {
    return write_request(lba, ByteVector(512 * sectors, 0x55), true);
}
Request from(Request request, const Mac& mac) {
    request.source = mac;
    return request;
}
Request to(Request request, const Mac& mac) {
    request.destination = mac;
    return request;
}

void append(std::vector<Mutation>& all, std::vector<Mutation> more) {
    for (Mutation& one : more) all.push_back(std::move(one));
}

std::vector<Mutation> header_mutations() {
    const Request query = config_request();
    return {
        {"seen.hdr.response-flag", reply_byte(query, 14, 0x10)},
        {"seen.hdr.version", reply_byte(query, 14, 0x28)},
        {"seen.hdr.command-echoed", reply_byte(write(0, 1), 19, 1)},
        {"seen.hdr.reserved-zero", reply_byte(query, 14, 0x19)},
        {"seen.hdr.reserved-zero", reply_byte(read(0, 1), 34, 1)},
        {"seen.hdr.reserved-zero", reply_byte(mask_request(), 24, 1)},
        {"seen.hdr.error-code", error_reply(query, 0)},
        {"seen.hdr.error-code", error_reply(query, 7)},
        {"seen.hdr.error-zero", reply_byte(query, 15, 9)},
        {"seen.hdr.own-address", reply_byte(query, 18, 0xff)},
        {"seen.hdr.padded", reply_size(query, 32)},
        {"seen.hdr.padding-zero", reply_byte(query, 50, 0x77)},
        {"seen.hdr.reply-to-requester", reply_byte(query, 5, 0x44)},
        {"seen.hdr.reply-source", reply_byte(query, 6, 0x03)},
        {"seen.hdr.tag-echoed",
         [](Talk& talk) {
             talk.ask(config_request());
             const ByteVector asked = talk.craft_request(read(0, 1));
             ByteVector reply = Talk::good_reply(asked);
             reply[20] ^= 0x40;
             talk.show(asked);
             talk.show(reply);
             const ByteVector next = talk.craft_request(config_request());
             talk.show_after(std::chrono::milliseconds(100), next);
             talk.show(Talk::good_reply(next));
         }},
        {"seen.rel.one-reply",
         [](Talk& talk) {
             const ByteVector asked = talk.craft_request(config_request());
             talk.show(asked);
             talk.show(Talk::good_reply(asked));
             talk.show(Talk::good_reply(asked));
         }},
        {"seen.hdr.one-reply-to-wildcard",
         [](Talk& talk) {
             const ByteVector asked =
                 talk.craft_request(with(config_request(), [](Request& r) { r.shelf = 0xffff; }));
             talk.show(asked);
             talk.show(Talk::good_reply(asked));
             talk.show(Talk::good_reply(asked));
         }},
        {"seen.hdr.other-target", served(with(query, [](Request& r) { r.shelf = 8; }))},
        {"seen.hdr.wildcards", in_vain(with(query,
                                            [](Request& r) {
                                                r.shelf = 0xffff;
                                                r.slot = 0xff;
                                            }))},
        {"seen.hdr.wildcards-other-commands", in_vain(with(read(0, 1),
                                                           [](Request& r) {
                                                               r.shelf = 0xffff;
                                                               r.slot = 0xff;
                                                           }))},
        {"seen.hdr.one-wildcard", in_vain(with(query, [](Request& r) { r.slot = 0xff; }))},
        {"seen.hdr.broadcast", in_vain(to(query, broadcast_mac))},
        {"seen.hdr.foreign-destination", served(to(query, test_other))},
        {"seen.hdr.group-source", served(from(query, broadcast_mac))},
        {"seen.hdr.own-source", served(from(query, test_target))},
        {"seen.hdr.tag-zero", in_vain(with(query, [](Request& r) { r.tag = 0; }))},
        {"seen.hdr.short-frame", in_vain(padded_to(query, 32))},
    };
}

std::vector<Mutation> odd_header_mutations() {
    const Request query = config_request();
    const auto version = [](Request request) {
        request.aoe.version = 2;
        return request;
    };
    const Request answer = with(query, [](Request& r) { r.aoe.flags = 8; });
    return {
        {"seen.hdr.version-not-carried-out", served(version(write(0, 1)))},
        {"seen.hdr.version-refused", served(version(query))},
        {"seen.hdr.version-stated",
         [=](Talk& talk) {
             talk.ask(version(query), [](ByteVector& frame) {
                 frame[14] = 0x2c;
                 frame[15] = 5;
             });
         }},
        {"seen.hdr.error-flag-own",
         [=](Talk& talk) {
             talk.ask(with(query, [](Request& r) { r.aoe.flags = 4; }),
                      [](ByteVector& frame) { frame[14] = 0x1c; });
         }},
        {"seen.hdr.reserved-tolerated",
         error_reply(with(query, [](Request& r) { r.aoe.flags = 1; }), 1)},
        {"seen.hdr.unknown-no-success",
         [](Talk& talk) { talk.ask(command(0x7f), [](ByteVector& frame) { frame[14] = 0x18; }); }},
        {"seen.hdr.unknown-error", in_vain(command(0x7f))},
        {"seen.hdr.vendor-error", in_vain(command(0xf5))},
        {"seen.hdr.short-argument", served(cut_to(query, 30))},
        {"seen.hdr.trailing-ignored", error_reply(padded_to(query, 100), 2)},
        {"seen.hdr.response-ignored", served(answer)},
        {"seen.hdr.runt-ignored",
         [=](Talk& talk) {
             talk.show(talk.craft_request(cut_to(query, 20)));
             talk.show(Talk::good_reply(talk.craft_request(query)));
         }},
        {"seen.initiator.reserved-zero", served(with(query, [](Request& r) { r.aoe.flags = 1; }))},
    };
}

std::vector<Mutation> config_mutations() {
    const Request query = config_request();
    const Request set = config_request(4, "abc");
    return {
        {"seen.cfg.read", after(set, served(query))},
        {"seen.cfg.read-ignores-argument", error_reply(config_request(0, "junk"), 2)},
        {"seen.cfg.read-beyond-frame", error_reply(promising(0, 1000), 1)},
        {"seen.cfg.unknown-ccmd", error_reply(config_request(9), 1)},
        {"seen.cfg.ccmd-5", served(config_request(5))},
        {"seen.cfg.version", reply_byte(query, 29, 0)},
        {"seen.cfg.ccmd-echoed", reply_byte(config_request(4), 29, 0x10)},
        {"seen.cfg.version-nibble-ignored",
         error_reply(with(query, [](Request& r) { r.config().version = 1; }), 2)},
        {"seen.cfg.buffer-count", reply_byte(query, 25, 0)},
        {"seen.cfg.firmware-constant", reply_byte(query, 26, 0x41)},
        {"seen.cfg.numbers-ignored",
         error_reply(with(query, [](Request& r) { r.config().buffer_count = 9; }), 2)},
        {"seen.cfg.served-while-reserved",
         after(reserve_request(2, {test_other}), error_reply(config_request(4, ""), 6))},
        {"seen.cfg.exact-test", after(set, in_vain(config_request(1, "abc")))},
        {"seen.cfg.prefix-test", after(set, in_vain(config_request(2, "ab")))},
        {"seen.cfg.failed-test-silent", error_reply(config_request(1, "abc"), 4)},
        {"seen.cfg.empty-test", after(set, in_vain(config_request(2, "")))},
        {"seen.cfg.test-shows-all", after(set, served(config_request(2, "ab")))},
        {"seen.cfg.set-when-empty", reply_byte(config_request(3, "abc"), 32, 'x')},
        {"seen.cfg.set-refused", after(set, served(config_request(3, "xyz")))},
        {"seen.cfg.set-same", after(set, error_reply(config_request(3, "abc"), 2))},
        {"seen.cfg.error-4-string", after(set,
                                          [](Talk& talk) {
                                              talk.ask(config_request(3, "xyz"),
                                                       [](ByteVector& frame) {
                                                           frame[14] = 0x1c;
                                                           frame[15] = 4;
                                                       });
                                          })},
        {"seen.cfg.force-set", reply_byte(set, 32, 'x')},
        {"seen.cfg.force-clear", error_reply(config_request(4, ""), 4)},
        {"seen.cfg.longest", error_reply(config_request(4, std::string(1024, 'x')), 2)},
        {"seen.cfg.above-limit", served(promising(4, 1025))},
        {"seen.cfg.beyond-frame", served(promising(4, 40))},
    };
}

std::vector<Mutation> announcement_mutations() {
    const auto announce = [](const std::function<void(ByteVector&)>& change) {
        return [=](Talk& talk) {
            talk.ask(config_request(4, "abc"));
            ByteVector frame = Talk::good_reply(
                talk.craft_request(with(config_request(), [](Request& r) { r.tag = 0; })));
            std::fill_n(frame.begin(), 6, std::uint8_t{0xff});
            frame[31] = 3;
            std::memcpy(frame.data() + 32, "abc", 3);
            change(frame);
            talk.show(frame);
        };
    };
    return {
        {"seen.ann.header", announce([](ByteVector& frame) { frame[14] = 0x08; })},
        {"seen.ann.tag", announce([](ByteVector& frame) { frame[20] = 1; })},
        {"seen.ann.fields", announce([](ByteVector& frame) { frame[25] = 0; })},
        {"seen.cfg.survives-restart", announce([](ByteVector& frame) { frame[31] = 0; })},
    };
}

std::vector<Mutation> mask_mutations() {
    const Directive me{1, test_initiator}, other{1, test_other}, gone{2, test_other};
    const Request add_me = mask_request(1, {me});
    const auto bad = [=](const std::function<void(ByteVector&)>& change) {
        return [=](Talk& talk) {
            talk.ask(mask_request(1, {me, {7, test_other}}), [=](ByteVector& frame) {
                frame[26] = 2;
                frame[27] = 1;
                change(frame);
            });
        };
    };
    return {
        {"seen.mask.kept-out", after(mask_request(1, {other}), served(config_request()))},
        {"seen.mask.kept-out-of-all", after(mask_request(1, {other}), served(read(0, 1)))},
        {"seen.mask.read", after(add_me, served(mask_request()))},
        {"seen.mask.in-order", served(mask_request(1, {other, gone}))},
        {"seen.mask.edit-answered", reply_byte(add_me, 26, 1)},
        {"seen.mask.adds", reply_byte(add_me, 35, 0x55)},
        {"seen.mask.deletes",
         after(mask_request(1, {me, other}), reply_byte(mask_request(1, {gone}), 35, 0x55))},
        {"seen.mask.nothing", served(mask_request(1, {{0, test_other}}))},
        {"seen.mask.add-again", after(add_me,
                                      [=](Talk& talk) {
                                          talk.ask(add_me, [](ByteVector& frame) {
                                              frame[27] = 2;
                                              std::copy_n(frame.begin() + 28, 8,
                                                          frame.begin() + 36);
                                          });
                                      })},
        {"seen.mask.delete-absent", served(mask_request(1, {gone}))},
        {"seen.mask.bad-directive", bad([](ByteVector& frame) { frame[26] = 0; })},
        {"seen.mask.done-count", bad([](ByteVector& frame) { frame[27] = 2; })},
        {"seen.mask.no-aoe-error", bad([](ByteVector& frame) {
             frame[14] = 0x1c;
             frame[15] = 2;
         })},
        {"seen.mask.no-rollback",
         [=](Talk& talk) {
             bad([](ByteVector&) {})(talk);
             talk.ask(mask_request());
         }},
        {"seen.mask.unknown-mcmd", served(mask_request(5))},
        {"seen.mask.too-many-directives",
         [](Talk& talk) {
             Request edit = mask_request(1);
             edit.mask().directive_count = 200;
             talk.ask(edit, [](ByteVector& frame) {
                 frame[26] = 2;
                 frame[27] = 0;
                 frame.resize(60);
             });
         }},
        {"seen.mask.reserved-byte",
         error_reply(with(mask_request(), [](Request& r) { r.mask().reserved = 1; }), 3)},
        {"seen.mask.merror-ignored",
         reply_byte(with(mask_request(), [](Request& r) { r.mask().error = 3; }), 26, 3)},
        {"seen.mask.read-ignores-count",
         error_reply(with(mask_request(), [](Request& r) { r.mask().directive_count = 99; }), 2)},
        {"seen.hdr.later-commands", [](Talk&) {}},
    };
}

std::vector<Mutation> reserve_mutations() {
    const Request mine = reserve_request(1, {test_initiator});
    const Request others = reserve_request(2, {test_other});
    const auto refused = [](const std::function<void(ByteVector&)>& change) {
        return [=](Talk& talk) {
            talk.ask(reserve_request(2, {test_other}));
            talk.ask(reserve_request(1, {test_initiator}), [=](ByteVector& frame) {
                frame[14] = 0x1c;
                frame[15] = 6;
                std::memcpy(frame.data() + 26, test_other.data(), 6);
                change(frame);
            });
        };
    };
    return {
        {"seen.res.read", after(mine, served(reserve_request()))},
        {"seen.res.set", error_reply(mine, 6)},
        {"seen.res.set-refused",
         refused([](ByteVector& frame) { frame[14] = 0x18, frame[15] = 0; })},
        {"seen.res.error-6-list", refused([](ByteVector& frame) { frame[25] = 0; })},
        {"seen.res.force-set", error_reply(others, 6)},
        {"seen.res.release", error_reply(reserve_request(2), 2)},
        {"seen.res.set-shows-list", reply_byte(mine, 31, 0x77)},
        {"seen.res.io-refused", after(others, served(read(0, 1)))},
        {"seen.res.identify-served", after(others, error_reply(identify_request(), 6))},
        {"seen.res.member-served", after(mine, error_reply(read(0, 1), 6))},
        {"seen.res.others-served", after(others, error_reply(reserve_request(), 6))},
        {"seen.res.unknown-rcmd", served(reserve_request(9))},
        {"seen.res.too-many-macs",
         error_reply(with(reserve_request(1), [](Request& r) { r.reserve().mac_count = 50; }), 4)},
        {"seen.res.without-sender", error_reply(reserve_request(1, {test_other}), 2)},
        {"seen.res.set-again", after(mine, error_reply(mine, 6))},
        {"seen.res.read-ignores-count",
         error_reply(with(reserve_request(), [](Request& r) { r.reserve().mac_count = 50; }), 4)},
    };
}

std::vector<Mutation> ata_mutations() {
    const auto flags = [](Request request, int value) {
        request.ata().flags = static_cast<std::uint8_t>(value);
        return request;
    };
    const auto count = [](Request request, int value) {
        request.ata().sector_count = static_cast<std::uint8_t>(value);
        return request;
    };
    const auto feature = [](Request request) {
        request.ata().feature = 0x33;
        return request;
    };
    const std::uint64_t last = test_sectors - 1, lba_end = std::uint64_t{1} << 48;
    return {
        {"seen.ata.width", in_vain(flags(read(0, 1), 0))},
        {"seen.ata.good-status", reply_byte(read(0, 1), 27, 0xc0)},
        {"seen.ata.error", registers(read(0, 1), 0x41, 0)},
        {"seen.ata.read-whole", reply_size(read(0, 2), 36 + 512)},
        {"seen.ata.read-exact", reply_size(read(0, 1), 36 + 512 + 12)},
        {"seen.ata.write-without-data", reply_size(write(0, 1), 36 + 512)},
        {"seen.ata.flags-echoed", reply_byte(read(0, 1), 24, 0x42)},
        {"seen.ata.count-served", registers(read(0, 2), 0x41, 0x10)},
        {"seen.ata.last-sector", registers(read(last, 1), 0x41, 0x10)},
        {"seen.ata.above-maximum", reply_size(read(0, 3), 36 + 512)},
        {"seen.ata.count-zero", reply_size(read(0, 0), 36 + 512)},
        {"seen.ata.short-write", served(count(write(0, 1), 2))},
        {"seen.ata.error-without-data",
         [](Talk& talk) {
             talk.ask(read(0, 1), [](ByteVector& frame) {
                 frame[27] = 0x41;
                 frame[25] = 0x40;
             });
         }},
        {"seen.ata.feature-not-copied", reply_byte(feature(read(0, 1)), 25, 0x33)},
        {"seen.ata.payload-ignored", error_reply(padded_to(read(0, 1), 500), 2)},
        {"seen.ata.unknown-command", registers(ata_request(0x91), 0x41, 0x10)},
        {"seen.ata.identify", registers(identify_request(), 0x41, 0x04)},
        {"seen.ata.identify-count", registers(count(identify_request(), 2), 0x41, 0x10)},
        {"seen.ata.flush", registers(ata_request(opcode::flush), 0x00, 0)},
        {"seen.ata.flush-ext", registers(ata_request(opcode::flush_ext), 0xea, 0)},
        {"seen.ata.power-mode", registers(ata_request(opcode::power), 0x41, 0x10)},
        {"seen.ata.dma", served(flags(ata_request(opcode::read_dma_ext, 0, 1), 0x40))},
        {"seen.ata.smart", registers(ata_request(opcode::smart, 0xc24f00), 0x40, 0)},
        {"seen.ata.set-features", in_vain(ata_request(opcode::set_features))},
        {"seen.ata.past-end", registers(read(last, 2), 0x41, 0x40)},
        {"seen.ata.past-end", served(read(test_sectors, 1))},
        {"seen.ata.wrapped", registers(read(lba_end - 1, 2), 0x40, 0)},
        {"seen.ata.past-end-idnf", registers(read(test_sectors, 1), 0x41, 0x04)},
    };
}

std::vector<Mutation> identify_mutations() {
    return {
        {"seen.id.size", reply_size(identify_request(), 36 + 512 + 12)},
        {"seen.id.constant", identify_word(30, 0x4141)},
    };
}

std::vector<Mutation> mutations() {
    std::vector<Mutation> all = header_mutations();
    append(all, odd_header_mutations());
    append(all, config_mutations());
    append(all, announcement_mutations());
    append(all, mask_mutations());
    append(all, reserve_mutations());
    append(all, ata_mutations());
    append(all, identify_mutations());
    return all;
}

// A breach that cannot come alone: the second rule is about the same byte from another side.
std::set<std::string_view> allowed_beside(std::string_view rule) {
    if (rule == "seen.hdr.reserved-tolerated") return {"seen.initiator.reserved-zero"};
    if (rule == "seen.mask.reserved-byte") return {"seen.initiator.reserved-zero"};
    if (rule == "seen.ata.past-end-idnf") return {};
    return {};
}

TEST(Rules, AreEachBrokenByOneChangeOfAGoodFrame) {
    for (const Mutation& mutation : mutations()) {
        if (mutation.rule == "seen.hdr.later-commands") continue;  // Has a test of its own.
        SCOPED_TRACE(mutation.rule);
        Talk talk;
        talk.introduce();
        mutation.play(talk);
        talk.end();
        std::set<std::string_view> broken = talk.broken();
        EXPECT_TRUE(broken.erase(mutation.rule) == 1) << testing::PrintToString(broken);
        for (const std::string_view beside : allowed_beside(mutation.rule)) broken.erase(beside);
        EXPECT_THAT(broken, IsEmpty());
    }
}

// Words of IDENTIFY are about the first data seen: they may not change afterwards either.
TEST(Rules, AreEachBrokenByOneWordOfIdentifyData) {
    const std::vector<std::tuple<std::string_view, std::size_t, int>> words{
        {"seen.id.ata-device", 0, 0x8000},    {"seen.id.serial", 10, 0},
        {"seen.id.firmware", 23, 0x0a31},     {"seen.id.model", 27, 0},
        {"seen.id.multiple", 47, 0},          {"seen.id.lba", 49, 0},
        {"seen.id.word-50", 50, 0},           {"seen.id.capacity-28", 60, 1},
        {"seen.id.words-84-87", 84, 0},       {"seen.id.words-84-87", 87, 0},
        {"seen.id.enabled", 86, 0},           {"seen.id.capacity-48", 103, 1},
        {"seen.id.sector-size", 106, 0x5000}, {"seen.id.checksum", 255, 0x00a5},
        {"seen.id.word-83", 83, 0x1400}};
    for (const auto& [rule, index, value] : words) {
        SCOPED_TRACE(rule);
        Talk talk;
        identify_word(index, value)(talk);
        talk.end();
        std::set<std::string_view> broken = talk.broken();
        // A capacity that does not fit is seen in both places where it stands.
        if (rule == "seen.id.capacity-48") broken.erase("seen.id.capacity-28");
        EXPECT_THAT(broken, ElementsAre(rule));
    }
}

TEST(Rules, LaterCommandsMayBeMissingButNotSilent) {
    for (const Request& request : {mask_request(), reserve_request()}) {
        Talk talk;
        talk.ask_in_vain(request);
        talk.end();
        EXPECT_THAT(talk.broken(), ElementsAre("seen.hdr.later-commands"));
    }
    Talk talk;
    talk.ask(mask_request(), [](ByteVector& frame) {
        frame[14] = 0x1c;
        frame[15] = 1;
    });
    talk.end();
    EXPECT_THAT(talk.broken(), IsEmpty());
    EXPECT_EQ(talk.kept("seen.hdr.later-commands"), 1U);
}

TEST(Rules, RepliesInAnotherVlanAreTold) {
    const auto tagged = [](ByteVector frame, std::uint8_t id) {
        frame.insert(frame.begin() + 12, {0x81, 0, 0, id});
        return frame;
    };
    for (const std::uint8_t id : {std::uint8_t{5}, std::uint8_t{6}}) {
        Talk talk;
        const ByteVector asked = talk.craft_request(config_request());
        talk.show(tagged(asked, 5));
        talk.show(tagged(Talk::good_reply(asked), id));
        talk.end();
        EXPECT_EQ(talk.kept("seen.hdr.vlan"), id == 5 ? 1U : 0U);
        EXPECT_EQ(talk.broken().size(), id == 5 ? 0U : 1U);
    }
}

TEST(Rules, MergedReservationsAreTold) {
    Talk talk;
    talk.introduce();
    talk.ask(reserve_request(1, {test_initiator, test_other}));
    talk.ask(reserve_request(1, {test_initiator}), [](ByteVector& frame) {
        frame[25] = 2;
        frame.resize(60);
        std::memcpy(frame.data() + 32, test_other.data(), 6);
    });
    talk.end();
    EXPECT_TRUE(talk.broken().contains("seen.res.replaced"));
}

TEST(Rules, TheBitWIsForWritesOnly) {
    Talk talk;
    talk.introduce();
    talk.ask(with(read(0, 1), [](Request& r) { r.ata().flags = 0x41; }),
             [](ByteVector& frame) { frame.resize(60); });
    talk.end();
    EXPECT_THAT(talk.broken(),
                ElementsAre("seen.ata.w-not-misread", "seen.initiator.w-only-for-data"));
}

TEST(Rules, AGoodConversationKeepsThemAll) {
    Talk talk;
    talk.introduce();
    for (const Request& request :
         {read(0, 1), read(test_sectors - 2, 2), write(5, 2), read_request(7, 1, false),
          ata_request(opcode::flush), ata_request(0x91), config_request(3, "abc"),
          config_request(4, ""), mask_request(1, {{1, test_initiator}}),
          reserve_request(1, {test_initiator}), reserve_request(1), command(0x7f), command(0xf0)}) {
        talk.ask(request);
    }
    talk.end();
    EXPECT_THAT(talk.broken(), IsEmpty());
    EXPECT_GT(talk.kept("seen.hdr.version"), 10U);
}

TEST(Rules, PaddingOfEarlierFramesIsToldOfUnderAShortWriteToo) {
    Talk talk;
    talk.introduce();
    Request short_write = write(0, 1);
    short_write.cut = 36;
    talk.ask(short_write, [](ByteVector& frame) {
        frame[14] = 0x1c;
        frame[15] = 2;
        frame[44] = 0x77;
    });
    talk.end();
    EXPECT_THAT(talk.broken(), ElementsAre("seen.hdr.padding-zero"));
}

TEST(Rules, ARefusalByBothFlagsCountsOnce) {
    Talk talk;
    talk.introduce();
    talk.ask(read(test_sectors, 1), [](ByteVector& frame) {
        frame[14] = 0x1c;
        frame[27] = 0x41;
        frame[25] = 0x04;
    });
    talk.end();
    EXPECT_THAT(talk.broken(), ElementsAre("seen.ata.error"));
}

TEST(Rules, ARefusalForAReservationsSakeIsNoFailureOfTheDevice) {
    Talk talk;
    talk.introduce();
    talk.ask(reserve_request(2, {test_other}));
    talk.ask(read(0, 1), [](ByteVector& frame) {
        frame[14] = 0x1c;
        frame[15] = 6;
        frame[27] = 0x41;
        frame[25] = 0x04;
    });
    talk.end();
    EXPECT_EQ(talk.broken().count("seen.ata.error"), 0U);
}

TEST(Rules, AreChosenAsCasesAre) {
    const auto chosen = choose_rules({.tests = "seen.cfg.*,AOE-HDR-09", .skip = "level:may"});
    ASSERT_TRUE(chosen) << chosen.error();
    const auto rules = all_rules();
    for (std::size_t i = 0; i < rules.size(); ++i) {
        const Requirement& about = *find_requirement(rules[i].test.requirements.front());
        const bool wanted =
            rules[i].test.id == "seen.hdr.version" ||
            (rules[i].test.id.starts_with("seen.cfg.") && about.level != Level::may);
        EXPECT_EQ((*chosen)[i], wanted) << rules[i].test.id;
    }
    EXPECT_FALSE(choose_rules({.tests = "moon.*"}));
    Talk talk({.first_violations = 8, .on_broken = {}, .chosen = *chosen});
    talk.ask(config_request(), [](ByteVector& frame) {
        frame[14] = 0x28;
        frame[15] = 7;
    });
    talk.end();
    EXPECT_THAT(talk.broken(), ElementsAre("seen.hdr.version"));
}

TEST(Rules, HaveAnIdARequirementAndASentence) {
    std::set<std::string_view> ids;
    for (const Rule& rule : all_rules()) {
        SCOPED_TRACE(rule.test.id);
        EXPECT_TRUE(ids.insert(rule.test.id).second);
        EXPECT_TRUE(rule.test.id.starts_with("seen."));
        ASSERT_FALSE(rule.test.requirements.empty());
        EXPECT_NE(find_requirement(rule.test.requirements.front()), nullptr);
        EXPECT_TRUE(rule.test.summary.ends_with('.'));
        EXPECT_NE(rule.judge, nullptr);
        EXPECT_NE(rule.situations.bits, 0);
    }
}

}  // namespace
}  // namespace aoe::conformance
