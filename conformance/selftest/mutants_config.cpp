// SPDX-License-Identifier: MIT
// Mistakes of config queries: reading, testing, and the numbers of the reply.
#include <algorithm>
#include <cctype>
#include <memory>

#include "conformance/selftest/mutant_frame.h"

namespace aoe::conformance {

namespace {

bool tests(const FrameBytes& request) {
    return config({1, 2})(request);
}

// The string as the last reply showed it, and the store it is kept in, which is never cleared.
struct Stored {
    FrameBytes string;
    FrameBytes buffer = FrameBytes(1024);

    void learn(const FrameBytes& reply) {
        if (at(reply, 19) != 1 || !succeeds(reply)) return;
        string = aoe::conformance::config_string(reply);
        std::copy(string.begin(), string.end(), buffer.begin());
    }
};

bool begins_with(const FrameBytes& whole, const FrameBytes& part) {
    return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin());
}

// Tests find what `takes` says instead of what is due: the argument becomes what is stored.
Fault test_by(unsigned ccmd, std::function<bool(const Stored&, const FrameBytes& argument)> takes) {
    const auto stored = std::make_shared<Stored>();
    return {.on_request =
                [=](FrameBytes& request) {
                    if (!config({ccmd})(request)) return;
                    if (takes(*stored, config_string(request))) {
                        set_config_string(request, stored->string);
                    }
                },
            .on_reply = [=](const FrameBytes&, FrameBytes& reply) { stored->learn(reply); }};
}

std::vector<Mutant> read_mutants() {
    return {
        {"reads-are-empty", "CCmd 0 shows an empty string.", "AOE-CFG-01",
         replies(config({0}), [](FrameBytes& reply) { set_config_string(reply, {}); })},
        {"reads-in-upper-case", "CCmd 0 shows letters as capitals.", "AOE-CFG-01",
         replies(config({0}),
                 [](FrameBytes& reply) {
                     FrameBytes string = config_string(reply);
                     for (std::byte& byte : string) {
                         byte = static_cast<std::byte>(std::toupper(std::to_integer<int>(byte)));
                     }
                     set_config_string(reply, string);
                 })},
        {"reads-are-tests", "CCmd 0 with an argument is an exact test.", "AOE-CFG-02",
         requests(config({0}),
                  [](FrameBytes& request) {
                      const bool whole = word(request, 30) + 32 <= request.size();
                      if (whole && word(request, 30) > 0) set(request, 29, 1);
                  })},
        {"argument-in-read-reply",
         "CCmd 0 gives its own argument back.",
         "AOE-CFG-02",
         {.on_reply =
              [](const FrameBytes& request, FrameBytes& reply) {
                  const FrameBytes argument = config_string(request);
                  if (config({0})(request) && argument.size() == 1024) {
                      set_config_string(reply, argument);
                  }
              }}},
        {"reads-check-length", "CCmd 0 with a length beyond its frame is ignored.", "AOE-CFG-03",
         ignores([](const FrameBytes& request) {
             return config({0})(request) && word(request, 30) + 32 > request.size();
         })},
    };
}

std::vector<Mutant> test_mutants() {
    return {
        {"exact-test-takes-all", "CCmd 1 answers whatever the string.", "AOE-CFG-04",
         requests(config({1}), put(29, 0))},
        {"exact-test-takes-prefixes", "CCmd 1 answers to a prefix.", "AOE-CFG-04",
         requests(config({1}), put(29, 2))},
        {"exact-test-takes-longer", "CCmd 1 answers when its beginning is the string.",
         "AOE-CFG-04",
         test_by(1,
                 [](const Stored& stored, const FrameBytes& argument) {
                     return !stored.string.empty() && begins_with(argument, stored.string);
                 })},
        {"exact-test-without-case", "CCmd 1 takes capitals for small letters.", "AOE-CFG-04",
         test_by(1,
                 [](const Stored& stored, const FrameBytes& argument) {
                     return std::equal(argument.begin(), argument.end(), stored.string.begin(),
                                       stored.string.end(), [](std::byte a, std::byte b) {
                                           return std::tolower(std::to_integer<int>(a)) ==
                                                  std::tolower(std::to_integer<int>(b));
                                       });
                 })},
        {"exact-test-never-answers", "CCmd 1 is ignored when a string is stored.", "AOE-CFG-04",
         ignores([](const FrameBytes& request) {
             return config({1})(request) && word(request, 30) > 0;
         })},
        {"prefix-test-is-exact", "CCmd 2 answers to the whole string only.", "AOE-CFG-05",
         requests(config({2}), put(29, 1))},
        {"prefix-test-takes-longer", "CCmd 2 compares with stale bytes behind the string.",
         "AOE-CFG-05",
         test_by(2,
                 [](const Stored& stored, const FrameBytes& argument) {
                     return begins_with(stored.buffer, argument);
                 })},
        {"prefix-test-of-one-byte", "CCmd 2 compares the first byte only.", "AOE-CFG-05",
         test_by(2,
                 [](const Stored& stored, const FrameBytes& argument) {
                     return !argument.empty() && !stored.string.empty() &&
                            argument.front() == stored.string.front();
                 })},
        {"failed-test-is-an-error",
         "A failed test is answered with error 4.",
         "AOE-CFG-06",
         {.on_reply =
              [](const FrameBytes& request, FrameBytes& reply) {
                  const bool ours = word(request, 16) == mutant_shelf &&
                                    at(request, 18) == mutant_slot && at(request, 14) == 0x10;
                  if (!ours || !tests(request) || !reply.empty()) return;
                  reply = answer_to(request);
                  set_error(reply, 4);
              }}},
        {"empty-test-fails", "CCmd 1 with an empty argument is ignored.", "AOE-CFG-07",
         ignores([](const FrameBytes& request) {
             return config({1})(request) && word(request, 30) == 0;
         })},
        {"empty-prefix-fails", "CCmd 2 with an empty argument is ignored.", "AOE-CFG-07",
         ignores([](const FrameBytes& request) {
             return config({2})(request) && word(request, 30) == 0;
         })},
        {"empty-test-matches-all", "CCmd 1 with an empty argument matches any string.",
         "AOE-CFG-07",
         requests(
             [](const FrameBytes& request) {
                 return config({1})(request) && word(request, 30) == 0;
             },
             put(29, 0))},
        {"test-shows-argument",
         "A matching test shows the argument.",
         "AOE-CFG-08",
         {.on_reply =
              [](const FrameBytes& request, FrameBytes& reply) {
                  if (tests(request) && succeeds(reply)) {
                      set_config_string(reply, config_string(request));
                  }
              }}},
        {"test-shows-nothing", "A matching test has length 0.", "AOE-CFG-08",
         replies(tests, [](FrameBytes& reply) { set_config_string(reply, {}); })},
    };
}

std::vector<Mutant> field_mutants() {
    const auto count = std::make_shared<unsigned>(0);
    return {
        {"nibble-zero", "The AoE nibble of replies to reads is 0.", "AOE-CFG-20",
         replies(config({0, 1, 2}), clear(29, 0xf0))},
        {"nibble-zero-after-sets", "The AoE nibble of replies to sets is 0.", "AOE-CFG-20",
         replies(config({3, 4}), clear(29, 0xf0))},
        {"ccmd-not-echoed", "Replies to tests carry CCmd 0.", "AOE-CFG-21",
         replies(tests, clear(29, 15))},
        {"ccmd-not-echoed-after-sets", "Replies to sets carry CCmd 0.", "AOE-CFG-21",
         replies(config({3, 4}), clear(29, 15))},
        {"wants-nibble-0", "Requests whose AoE nibble is not 0 are ignored.", "AOE-CFG-22",
         ignores(both(command(1), has(29, 0xf0)))},
        {"nibble-echoed",
         "The request's AoE nibble comes back.",
         "AOE-CFG-22",
         {.on_reply =
              [](const FrameBytes& request, FrameBytes& reply) {
                  if (at(reply, 19) == 1 && at(request, 29) >> 4 > 1) {
                      set(reply, 29, at(request, 29));
                  }
              }}},
        {"no-buffers", "Buffer Count is 0.", "AOE-CFG-23",
         replies(command(1), [](FrameBytes& reply) { set_word(reply, 24, 0); })},
        {"half-the-buffers",
         "Half of the promised messages are dropped.",
         "AOE-CFG-24",
         {.on_batch =
              [](std::vector<FrameBytes>& waiting) {
                  if (waiting.size() > 32) waiting.resize(32);
              }}},
        {"overflow-is-an-error",
         "Reads above Buffer Count get an error.",
         "AOE-CFG-25",
         {.on_batch =
              [](std::vector<FrameBytes>& waiting) {
                  for (std::size_t i = 64; i < waiting.size(); ++i) put(27, 0xfe)(waiting[i]);
              }}},
        {"promise-of-sectors-broken", "Reads of as many sectors as announced are aborted.",
         "AOE-CFG-26",
         aborts([](const FrameBytes& request) { return reads(request) && at(request, 26) == 2; })},
        {"promise-of-writes-broken", "Writes of as many sectors as announced are aborted.",
         "AOE-CFG-26",
         aborts([](const FrameBytes& request) { return writes(request) && at(request, 26) == 2; })},
        {"one-sector-only", "Sector Count is 1 whatever the MTU.", "AOE-CFG-27",
         replies(command(1), put(28, 1))},
        {"promises-more-sectors", "Sector Count is one more than fits the link.", "AOE-CFG-28",
         replies(command(1), [](FrameBytes& reply) { set(reply, 28, at(reply, 28) + 1); })},
        {"firmware-counts", "Firmware Version is another one in each reply.", "AOE-CFG-30",
         replies(command(1), [count](FrameBytes& reply) { set_word(reply, 26, ++*count); })},
        {"numbers-echoed",
         "Buffer Count comes back from the request.",
         "AOE-CFG-31",
         {.on_reply =
              [](const FrameBytes& request, FrameBytes& reply) {
                  if (at(reply, 19) == 1 && word(request, 24) > 0) {
                      set_word(reply, 24, word(request, 24));
                  }
              }}},
    };
}

}  // namespace

std::vector<Mutant> config_mutants() {
    return joined({read_mutants(), test_mutants(), field_mutants()});
}

}  // namespace aoe::conformance
