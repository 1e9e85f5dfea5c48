// SPDX-License-Identifier: MIT
// Query config: setting the string, and how long it may be.
#include <algorithm>
#include <string>

#include "conformance/cases/case_parts.h"
#include "conformance/cases/steps.h"

namespace aoe::conformance {

namespace {

using testing::AllOf;
using testing::AnyOf;

constexpr std::size_t longest = 1024;

// Letters whose order repeats only far beyond the longest string.
std::string letters(std::size_t length) {
    std::string string(length, 'a');
    for (std::size_t i = 0; i < length; ++i) {
        string[i] = static_cast<char>('a' + (i * 7 + i / 26) % 26);
    }
    return string;
}

// A force set whose length field promises more than the 28 bytes that follow it.
void expect_overlong_refused(Exchange& x, std::uint16_t length) {
    store(x, "before");
    Request request = config_request(ccmd::force_set, "abcdefgh");
    request.config().string_length = length;
    expect_error_2_or_silence(x, request);
    check_stored(x, "before");
}

std::vector<Case> set_if_empty_cases() {
    return {
        {.id = "cfg.set.stores-when-empty",
         .requirements = {"AOE-CFG-09"},
         .summary = "With nothing stored a set stores its string and replies with it.",
         .doors = Door::config,
         .run =
             [](Exchange& x) {
                 store(x, "");
                 x.check(x.ask(config_request(ccmd::set_if_empty, "abc")),
                         AllOf(Succeeds(), ConfigStringIs("abc")));
                 check_stored(x, "abc");
             }},
        {.id = "cfg.set.refused-when-present",
         .requirements = {"AOE-CFG-10"},
         .summary = "A set over another string gets error 4 and changes nothing.",
         .doors = Door::config,
         .run =
             [](Exchange& x) {
                 store(x, "abc");
                 for (const char* string : {"xyz", "ab", "abcd", ""}) {
                     const Reply reply = x.ask(config_request(ccmd::set_if_empty, string));
                     const bool refused = x.check(reply, AoeErrorIs(4));
                     check_stored(x, "abc");
                     if (!refused) return;
                 }
             }},
        {.id = "cfg.set.same-again",
         .requirements = {"AOE-CFG-11"},
         .summary = "A set with the very string that is stored succeeds or gets error 4.",
         .doors = Door::config,
         .run =
             [](Exchange& x) {
                 store(x, "abc");
                 const Reply reply = x.ask(config_request(ccmd::set_if_empty, "abc"));
                 if (!x.check(reply, AnyOf(Succeeds(), AoeErrorIs(4)))) return;
                 x.note(reply.has_error() ? "error 4 for a set with the string that is stored"
                                          : "success for a set with the string that is stored");
             }},
        {.id = "cfg.set.error-shows-string",
         .requirements = {"AOE-CFG-12"},
         .summary = "Whether a reply with error 4 carries the stored string.",
         .doors = Door::config,
         .run =
             [](Exchange& x) {
                 store(x, "abc");
                 const Reply reply =
                     x.prepare(config_request(ccmd::set_if_empty, "xyz"), AoeErrorIs(4));
                 x.note(ConfigStringIs("abc").Matches(reply)
                            ? "error 4 comes with the stored string"
                            : "error 4 comes without the stored string");
             }},
    };
}

std::vector<Case> force_set_cases() {
    return {
        {.id = "cfg.force.replaces",
         .requirements = {"AOE-CFG-13"},
         .summary = "A force set replaces what is stored and replies with the new string.",
         .doors = Door::config,
         .run =
             [](Exchange& x) {
                 for (const char* string : {"first", "a second and longer one", "3rd"}) {
                     x.check(x.ask(config_request(ccmd::force_set, string)),
                             AllOf(Succeeds(), ConfigStringIs(string)));
                     check_stored(x, string);
                 }
             }},
        {.id = "cfg.force.empty-clears",
         .requirements = {"AOE-CFG-14"},
         .summary = "A force set of length 0 clears the string.",
         .doors = Door::config,
         .run =
             [](Exchange& x) {
                 store(x, "abc");
                 x.check(x.ask(config_request(ccmd::force_set)),
                         AllOf(Succeeds(), ConfigStringIs("")));
                 check_stored(x, "");
             }},
        {.id = "cfg.reply.version-after-set",
         .requirements = {"AOE-CFG-20"},
         .summary = "Replies to sets state AoE version 1.",
         .doors = Door::config,
         .run =
             [](Exchange& x) {
                 x.check(x.prepare(config_request(ccmd::force_set), Succeeds()),
                         ConfigVersionIs(1));
                 x.check(x.prepare(config_request(ccmd::set_if_empty, "abc"), Succeeds()),
                         ConfigVersionIs(1));
             }},
        {.id = "cfg.reply.command-echoed-after-set",
         .requirements = {"AOE-CFG-21"},
         .summary = "Replies to sets repeat the sub-command.",
         .doors = Door::config,
         .run =
             [](Exchange& x) {
                 x.check(x.prepare(config_request(ccmd::force_set), Succeeds()),
                         ConfigCommandIs(ccmd::force_set));
                 x.check(x.prepare(config_request(ccmd::set_if_empty, "abc"), Succeeds()),
                         ConfigCommandIs(ccmd::set_if_empty));
             }},
    };
}

std::vector<Case> length_cases() {
    return {
        {.id = "cfg.length.up-to-1024-stored",
         .requirements = {"AOE-CFG-15"},
         .summary = "Strings of 28, 29, 1023 and 1024 bytes are stored and returned whole.",
         .doors = Door::config,
         .run =
             [](Exchange& x) {
                 need_frame_size(x, 32 + longest);
                 for (const std::size_t length : {28U, 29U, 1023U, 1024U}) {
                     const std::string string = letters(length);
                     x.check(x.ask(config_request(ccmd::force_set, string)), Succeeds());
                     check_stored(x, string);
                 }
             }},
        {.id = "cfg.length.any-byte-stored",
         .requirements = {"AOE-CFG-18"},
         .summary = "A string of all 256 byte values is stored and returned.",
         .doors = Door::config,
         .run =
             [](Exchange& x) {
                 std::string string(256, '\0');
                 for (std::size_t i = 0; i < string.size(); ++i) string[i] = static_cast<char>(i);
                 x.check(x.ask(config_request(ccmd::force_set, string)), Succeeds());
                 check_stored(x, string);
             }},
        {.id = "cfg.length.any-byte-tested",
         .requirements = {"AOE-CFG-18"},
         .summary = "Strings that differ behind a zero byte are different.",
         .doors = Door::config,
         .run =
             [](Exchange& x) {
                 const std::string stored("a\0b", 3);
                 store(x, stored);
                 x.prepare(config_request(ccmd::test, stored), Succeeds());
                 const auto reply = x.probe(config_request(ccmd::test, std::string("a\0c", 3)));
                 if (reply && !reply->has_error()) x.check(*reply, NoReply());
             }},
    };
}

std::vector<Case> excess_length_cases() {
    return {
        {.id = "cfg.length.force-above-1024",
         .requirements = {"AOE-CFG-16"},
         .summary = "A force set of 1025 bytes stores nothing and gets error 2 or silence.",
         .doors = Door::config | Door::hostile,
         .run =
             [](Exchange& x) {
                 need_frame_size(x, 32 + longest + 1);
                 store(x, "before");
                 expect_error_2_or_silence(x,
                                           config_request(ccmd::force_set, letters(longest + 1)));
                 check_stored(x, "before");
             }},
        {.id = "cfg.length.set-above-1024",
         .requirements = {"AOE-CFG-16"},
         .summary = "A set of 1025 bytes over nothing stores nothing; error 2 or silence.",
         .doors = Door::config | Door::hostile,
         .run =
             [](Exchange& x) {
                 need_frame_size(x, 32 + longest + 1);
                 store(x, "");
                 expect_error_2_or_silence(
                     x, config_request(ccmd::set_if_empty, letters(longest + 1)));
                 check_stored(x, "");
             }},
        {.id = "cfg.length.test-above-1024",
         .requirements = {"AOE-CFG-16"},
         .summary = "A test with 1025 bytes gets error 2 or silence, even if 1024 of them match.",
         .doors = Door::config | Door::hostile,
         .run =
             [](Exchange& x) {
                 need_frame_size(x, 32 + longest + 1);
                 store(x, letters(longest));
                 for (const std::uint8_t command : {ccmd::test, ccmd::test_prefix}) {
                     expect_error_2_or_silence(x, config_request(command, letters(longest + 1)));
                 }
             }},
        {.id = "cfg.length.beyond-frame",
         .requirements = {"AOE-CFG-17"},
         .summary = "A force set of 60 bytes whose length says 100 stores nothing.",
         .doors = Door::config | Door::hostile,
         .run = [](Exchange& x) { expect_overlong_refused(x, 100); }},
        {.id = "cfg.length.beyond-data",
         .requirements = {"AOE-CFG-17"},
         .summary = "A force set of 60 bytes whose length says 40, of 28 present, stores nothing.",
         .doors = Door::config | Door::hostile,
         .run = [](Exchange& x) { expect_overlong_refused(x, 40); }},
    };
}

std::vector<Case> unknown_command_cases() {
    return {
        {.id = "cfg.command.unknown-error-2",
         .requirements = {"AOE-CFG-19"},
         .summary = "Sub-commands 6 to 15 get error 2 and change nothing.",
         .doors = Door::config | Door::hostile,
         .run =
             [](Exchange& x) {
                 store(x, "before");
                 for (std::uint8_t command = 6; command < 16; ++command) {
                     if (!x.check(x.ask(config_request(command, "after")), AoeErrorIs(2))) break;
                 }
                 check_stored(x, "before");
             }},
        {.id = "cfg.command.5-error-2",
         .requirements = {"AOE-CFG-35"},
         .summary = "Sub-command 5 gets error 2.",
         .doors = Door::config | Door::hostile,
         .run =
             [](Exchange& x) {
                 store(x, "before");
                 x.check(x.ask(config_request(5, "after")), AoeErrorIs(2));
             }},
    };
}

}  // namespace

std::vector<Case> config_set_cases() {
    return joined({set_if_empty_cases(), force_set_cases(), length_cases(), excess_length_cases(),
                   unknown_command_cases()});
}

}  // namespace aoe::conformance
