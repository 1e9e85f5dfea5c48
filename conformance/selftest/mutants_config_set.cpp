// SPDX-License-Identifier: MIT
// Mistakes of config sets: what is stored, how much of it, and what is refused.
#include <algorithm>
#include <memory>

#include "conformance/selftest/mutant_frame.h"

namespace aoe::conformance {

namespace {

bool set_if_empty(const FrameBytes& request) {
    return config({3})(request);
}
bool force_set(const FrameBytes& request) {
    return config({4})(request);
}
bool sets(const FrameBytes& request) {
    return config({3, 4})(request);
}

Edit with_string(std::function<FrameBytes(FrameBytes string)> change) {
    return [=](FrameBytes& frame) { set_config_string(frame, change(config_string(frame))); };
}

Edit shortened_to(std::size_t most) {
    return with_string([=](FrameBytes string) {
        string.resize(std::min(string.size(), most));
        return string;
    });
}

// Up to the first zero byte, as C has its strings.
FrameBytes c_string(FrameBytes string) {
    string.erase(std::find(string.begin(), string.end(), std::byte{}), string.end());
    return string;
}

bool is_too_long(const FrameBytes& request) {
    return word(request, 30) > 1024 && 32 + word(request, 30) <= request.size();
}
bool exceeds_frame(const FrameBytes& request) {
    return 32 + word(request, 30) > request.size();
}
bool is_reserved_command(const FrameBytes& request) {
    return at(request, 19) == 1 && (at(request, 29) & 15U) > 5;
}

// What the target stores lags: other initiators read the former string once after each set.
Fault lags_for_others() {
    struct State {
        FrameBytes now, before;
        Mac setter{};
    };
    const auto state = std::make_shared<State>();
    return {.on_reply = [=](const FrameBytes& request, FrameBytes& reply) {
        if (at(reply, 19) != 1 || !succeeds(reply)) return;
        if (sets(request)) {
            state->before = state->now;
            state->now = config_string(reply);
            state->setter = mac_at(request, 6);
        } else if (config({0})(request) && mac_at(request, 6) != state->setter) {
            set_config_string(reply, state->before);
        }
    }};
}

// A string is not shortened: a shorter one overwrites the beginning of the former.
Fault keeps_the_tail() {
    const auto stored = std::make_shared<FrameBytes>();
    return {.on_request =
                [=](FrameBytes& request) {
                    FrameBytes string = config_string(request);
                    if (!force_set(request) || string.empty()) return;
                    if (string.size() >= stored->size()) return;
                    string.insert(string.end(),
                                  stored->begin() + static_cast<std::ptrdiff_t>(string.size()),
                                  stored->end());
                    set_config_string(request, string);
                },
            .on_reply =
                [=](const FrameBytes&, FrameBytes& reply) {
                    if (at(reply, 19) == 1 && succeeds(reply)) *stored = config_string(reply);
                }};
}

// Where a set is refused it is done all the same, and said to be refused.
Fault stores_refused_sets() {
    const auto stored = std::make_shared<FrameBytes>();
    const auto refused = std::make_shared<bool>(false);
    return {.on_request =
                [=](FrameBytes& request) {
                    *refused = set_if_empty(request) && !stored->empty() &&
                               config_string(request) != *stored;
                    if (*refused) set(request, 29, 4);
                },
            .on_reply =
                [=](const FrameBytes&, FrameBytes& reply) {
                    if (at(reply, 19) == 1 && succeeds(reply)) *stored = config_string(reply);
                    if (*refused && !reply.empty()) set_error(reply, 4);
                }};
}

// A string that is there already is there: error 4, though it is the very same.
Fault refuses_repeated_sets() {
    const auto stored = std::make_shared<FrameBytes>();
    return {.on_reply = [=](const FrameBytes& request, FrameBytes& reply) {
        if (at(reply, 19) != 1 || !succeeds(reply)) return;
        if (set_if_empty(request) && !stored->empty()) set_error(reply, 4);
        *stored = config_string(reply);
    }};
}

// While there is a reservation, nobody outside it may set the config string.
Fault heeds_reservations() {
    const auto held_by = std::make_shared<std::vector<Mac>>();
    Fault fault = refuses(
        [=](const FrameBytes& request) {
            const auto& macs = *held_by;
            return force_set(request) && !macs.empty() &&
                   std::find(macs.begin(), macs.end(), mac_at(request, 6)) == macs.end();
        },
        6);
    fault.on_reply = [=, refuse = fault.on_reply](const FrameBytes& request, FrameBytes& reply) {
        if (at(reply, 19) == 3 && succeeds(reply)) *held_by = macs_at(reply, 26, at(reply, 25));
        refuse(request, reply);
    };
    return fault;
}

std::vector<Mutant> set_mutants() {
    return {
        {"set-stores-nothing", "CCmd 3 is a read.", "AOE-CFG-09",
         requests(set_if_empty, put(29, 0))},
        {"set-shows-nothing", "The reply to CCmd 3 has length 0.", "AOE-CFG-09",
         replies(set_if_empty,
                 [](FrameBytes& reply) {
                     if (succeeds(reply)) set_config_string(reply, {});
                 })},
        {"set-overwrites", "CCmd 3 replaces a string that is there.", "AOE-CFG-10",
         requests(set_if_empty, put(29, 4))},
        {"refused-set-stores", "CCmd 3 replaces a string that is there, and says error 4.",
         "AOE-CFG-10", stores_refused_sets()},
        {"refused-set-says-error-2", "CCmd 3 over another string gets error 2.", "AOE-CFG-10",
         replies(set_if_empty,
                 [](FrameBytes& reply) {
                     if (!succeeds(reply)) set(reply, 15, 2);
                 })},
        {"set-again-is-an-error", "CCmd 3 with the stored string gets error 4.", "AOE-CFG-11",
         refuses_repeated_sets()},
        {"error-4-without-string", "Error 4 comes without the stored string.", "AOE-CFG-12",
         replies(set_if_empty,
                 [](FrameBytes& reply) {
                     if (!succeeds(reply)) set_config_string(reply, {});
                 })},
        {"force-set-asks", "CCmd 4 is refused where CCmd 3 is.", "AOE-CFG-13",
         requests(
             [](const FrameBytes& request) { return force_set(request) && word(request, 30) > 0; },
             put(29, 3))},
        {"tail-kept", "A shorter string leaves the former one's end behind it.", "AOE-CFG-13",
         keeps_the_tail()},
        {"clears-nothing", "CCmd 4 with an empty string does nothing.", "AOE-CFG-14",
         requests(
             [](const FrameBytes& request) { return force_set(request) && word(request, 30) == 0; },
             put(29, 0))},
        {"lags-for-others", "Other initiators read the former string after a set.", "AOE-CFG-34",
         lags_for_others()},
        {"config-is-reserved", "Config sets are refused under a reservation.", "AOE-CFG-32",
         heeds_reservations()},
    };
}

std::vector<Mutant> length_mutants() {
    return {
        {"string-of-1023", "Strings are cut to 1023 bytes.", "AOE-CFG-15",
         requests(force_set,
                  [](FrameBytes& request) {
                      if (word(request, 30) == 1024) shortened_to(1023)(request);
                  })},
        {"length-of-8-bits", "Only the low byte of the length counts.", "AOE-CFG-15",
         requests(sets, put(30, 0))},
        {"string-of-28", "Strings are kept as far as 60 bytes show them.", "AOE-CFG-15",
         requests(sets,
                  [](FrameBytes& request) {
                      if (word(request, 30) <= 1024 && !exceeds_frame(request)) {
                          shortened_to(28)(request);
                      }
                  })},
        {"overlong-force-stored", "Of 1025 bytes CCmd 4 stores 1024.", "AOE-CFG-16",
         requests(both(force_set, is_too_long), shortened_to(1024))},
        {"overlong-set-stored", "Of 1025 bytes CCmd 3 stores 1024.", "AOE-CFG-16",
         requests(both(set_if_empty, is_too_long), shortened_to(1024))},
        {"overlong-test-cut", "Of 1025 bytes tests compare 1024.", "AOE-CFG-16",
         requests(both(config({1, 2}), is_too_long), shortened_to(1024))},
        {"overlong-is-error-4", "1025 bytes get error 4.", "AOE-CFG-16",
         replies(both(command(1), is_too_long), put(15, 4))},
        {"dies-of-overlong-strings", "1025 bytes are deadly.", "AOE-CFG-16",
         dies(both(force_set, is_too_long))},
        {"stale-bytes-stored", "What is missing of a string is what was in the buffer.",
         "AOE-CFG-17",
         requests(
             both(force_set, exceeds_frame),
             [](FrameBytes& request) { request.resize(32 + word(request, 30), std::byte{0xa5}); })},
        {"length-against-frame", "The length is held against the whole frame's size.", "AOE-CFG-17",
         requests(
             [](const FrameBytes& request) {
                 return sets(request) && exceeds_frame(request) &&
                        word(request, 30) <= request.size();
             },
             [](FrameBytes& request) { request.resize(32 + word(request, 30)); })},
        {"short-set-is-error-1", "A length beyond the frame gets error 1.", "AOE-CFG-17",
         replies(both(sets, exceeds_frame), put(15, 1))},
        {"strings-end-at-zero", "Strings are stored up to their first zero byte.", "AOE-CFG-18",
         requests(sets,
                  [](FrameBytes& request) {
                      if (word(request, 30) <= 1024 && !exceeds_frame(request)) {
                          with_string(c_string)(request);
                      }
                  })},
    };
}

// Tests compare up to the first zero byte.
Fault compares_c_strings() {
    const auto stored = std::make_shared<FrameBytes>();
    return {.on_request =
                [=](FrameBytes& request) {
                    if (!config({1})(request) || word(request, 30) > 1024) return;
                    if (c_string(config_string(request)) == c_string(*stored)) {
                        set_config_string(request, *stored);
                    }
                },
            .on_reply =
                [=](const FrameBytes&, FrameBytes& reply) {
                    if (at(reply, 19) == 1 && succeeds(reply)) *stored = config_string(reply);
                }};
}

std::vector<Mutant> refusal_mutants() {
    return {
        {"tests-end-at-zero", "Tests compare up to the first zero byte.", "AOE-CFG-18",
         compares_c_strings()},
        {"unknown-ccmd-reads", "Unknown CCmds are taken for a read.", "AOE-CFG-19",
         requests(is_reserved_command, put(29, 0))},
        {"unknown-ccmd-error-1", "Unknown CCmds get error 1.", "AOE-CFG-19",
         replies(is_reserved_command, put(15, 1))},
        {"ccmd-of-3-bits", "CCmd 8 to 15 are taken for 0 to 7.", "AOE-CFG-19",
         requests(is_reserved_command, clear(29, 8))},
        {"refused-ccmd-stores",
         "CCmd 9 stores its argument and says error 2.",
         "AOE-CFG-19",
         {.on_request =
              [](FrameBytes& request) {
                  if (config({9})(request)) set(request, 29, 4);
              },
          .on_reply =
              [](const FrameBytes& request, FrameBytes& reply) {
                  if (config({9})(request) && !reply.empty()) set_error(reply, 2);
              }}},
        {"ccmd-5-sets", "CCmd 5 is a set.", "AOE-CFG-35", requests(config({5}), put(29, 4))},
        {"ccmd-5-error-1", "CCmd 5 gets error 1.", "AOE-CFG-35", replies(config({5}), put(15, 1))},
    };
}

}  // namespace

std::vector<Mutant> config_set_mutants() {
    return joined({set_mutants(), length_mutants(), refusal_mutants()});
}

}  // namespace aoe::conformance
