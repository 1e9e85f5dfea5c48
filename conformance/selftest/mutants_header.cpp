// SPDX-License-Identifier: MIT
// Mistakes in the header: type, version, flags, errors, length, padding and command.
#include <memory>

#include "conformance/selftest/mutant_frame.h"

namespace aoe::conformance {

namespace {

bool is_of_other_version(const FrameBytes& request) {
    return at(request, 14) >> 4 != 1;
}
bool is_unknown(const FrameBytes& request) {
    return at(request, 19) >= 4;
}

void say_version_1(FrameBytes& request) {
    set(request, 14, (at(request, 14) & 15U) | 0x10U);
}

// Serves requests that are too short for their argument as if zeros followed.
Fault fills_up(unsigned number, std::size_t whole_size) {
    return requests(
        [=](const FrameBytes& request) {
            return request.size() >= 24 && request.size() < whole_size && at(request, 19) == number;
        },
        resize(60));
}

// What is behind the end of a frame is what the frame before it left there.
Fault reads_stale_bytes() {
    const auto buffer = std::make_shared<FrameBytes>(60);
    return {.on_request = [=](FrameBytes& request) {
        FrameBytes whole = *buffer;
        std::copy_n(request.begin(), std::min(request.size(), whole.size()), whole.begin());
        *buffer = whole;
        if (request.size() < 24) request = whole;
    }};
}

// After an error reply the next request is lost.
Fault stumbles_over_errors() {
    const auto stumbled = std::make_shared<bool>(false);
    return {.on_reply = [=](const FrameBytes&, FrameBytes& reply) {
        const bool error = !reply.empty() && !succeeds(reply);
        if (*stumbled) reply.clear();
        *stumbled = error;
    }};
}

std::vector<Mutant> flag_mutants() {
    return {
        {"any-type", "EtherType 0x88A3 is taken for AoE.", "AOE-HDR-01",
         requests(any, put(13, 0xa2))},
        {"length-little-endian", "The config string's length has its low byte first.", "AOE-HDR-02",
         replies(command(1), [](FrameBytes& reply) { std::swap(reply[30], reply[31]); })},
        {"reserved-flags-set", "Replies have a reserved flag set.", "AOE-HDR-03",
         replies(any, raise(14, 2))},
        {"reserved-ata-bytes-set", "ATA replies have a reserved byte set.", "AOE-HDR-03",
         replies(command(0), put(35, 1))},
        {"reserved-mask-byte-set", "Mask list replies have their reserved byte set.", "AOE-HDR-03",
         replies(command(2), put(24, 1))},
        {"dislikes-reserved-flags", "Requests with reserved flags are ignored.", "AOE-HDR-04",
         ignores(has(14, 3))},
        {"dislikes-reserved-bytes", "ATA requests with reserved bytes get error 1.", "AOE-HDR-04",
         refuses(both(command(0), has(34, 0xff)), 1)},
        {"no-response-flag", "Replies lack flag R.", "AOE-HDR-07", replies(any, clear(14, 8))},
        {"no-response-flag-in-ata", "ATA replies lack flag R.", "AOE-HDR-07",
         replies(command(0), clear(14, 8))},
        {"answers-responses", "Frames with flag R are answered.", "AOE-HDR-08",
         requests(any, clear(14, 8))},
        {"answers-ata-responses", "ATA frames with flag R are carried out.", "AOE-HDR-08",
         requests(command(0), clear(14, 8))},
        {"error-flag-without-code", "Error replies carry Error 0.", "AOE-HDR-13",
         replies(any, put(15, 0))},
        {"flag-without-error", "Mask list replies have flag E and Error 0.", "AOE-HDR-13",
         replies(mask(0), raise(14, 4))},
        {"error-code-7", "Unknown commands get an error that there is not.", "AOE-HDR-13",
         replies(is_unknown, put(15, 7))},
        {"error-4-without-code", "A refused set has flag E and Error 0.", "AOE-HDR-13",
         replies(config({3}), put(15, 0))},
        {"stray-error-echoed",
         "The request's Error byte comes back.",
         "AOE-HDR-14",
         {.on_reply =
              [](const FrameBytes& request, FrameBytes& reply) {
                  if (succeeds(reply)) set(reply, 15, at(request, 15));
              }}},
        {"success-with-error-byte",
         "Error is 1 in replies without flag E.",
         "AOE-HDR-14",
         {.on_reply =
              [](const FrameBytes&, FrameBytes& reply) {
                  if (succeeds(reply)) set(reply, 15, 1);
              }}},
        {"stray-error-flag-echoed", "The request's flag E comes back.", "AOE-HDR-15",
         replies(has(14, 4), raise(14, 4))},
        {"stumbles-over-errors", "After an error reply the next request is lost.", "AOE-HDR-41",
         stumbles_over_errors()},
    };
}

std::vector<Mutant> version_mutants() {
    return {
        {"version-zero", "Replies carry Ver 0.", "AOE-HDR-09", replies(any, clear(14, 0xf0))},
        {"version-2-in-reserve", "Reserve replies carry Ver 2.", "AOE-HDR-09",
         replies(command(3), put(14, 0x28))},
        {"any-version", "Requests of any version are executed.", "AOE-HDR-10",
         requests(is_of_other_version, say_version_1)},
        {"any-version-writes",
         "Writes of any version are executed and answered with error 5.",
         "AOE-HDR-10",
         {.on_request =
              [](FrameBytes& request) {
                  if (writes(request)) say_version_1(request);
              },
          .on_reply =
              [](const FrameBytes& request, FrameBytes& reply) {
                  if (writes(request) && is_of_other_version(request)) set_error(reply, 5);
              }}},
        {"any-version-echoed",
         "Config reads of any version are served under that version.",
         "AOE-HDR-11",
         {.on_request =
              [](FrameBytes& request) {
                  if (config({0})(request)) say_version_1(request);
              },
          .on_reply =
              [](const FrameBytes& request, FrameBytes& reply) {
                  if (config({0})(request) && succeeds(reply)) {
                      set(reply, 14, (at(request, 14) & 0xf0U) | 8U);
                  }
              }}},
        {"version-error-2", "Other versions get error 2.", "AOE-HDR-11",
         replies(is_of_other_version, put(15, 2))},
        {"version-error-echoes-version",
         "Error 5 comes under the version that is refused.",
         "AOE-HDR-12",
         {.on_reply =
              [](const FrameBytes& request, FrameBytes& reply) {
                  if (is_of_other_version(request) && !reply.empty()) {
                      set(reply, 14, (at(request, 14) & 0xf0U) | 0xcU);
                  }
              }}},
        {"silent-to-versions", "Other versions are ignored where error 5 is due.", "AOE-HDR-11",
         ignores(is_of_other_version)},
    };
}

std::vector<Mutant> size_mutants() {
    return {
        {"headers-from-stale-bytes", "What a short header lacks is taken from the frame before.",
         "AOE-HDR-06", reads_stale_bytes()},
        {"dies-of-runts", "A frame shorter than the header is deadly.", "AOE-HDR-06",
         dies(shorter_than(24))},
        {"short-ata-served", "What an ATA request lacks is taken for zeros.", "AOE-HDR-33",
         fills_up(0, 36)},
        {"short-config-served", "What a config request lacks is taken for zeros.", "AOE-HDR-33",
         fills_up(1, 32)},
        {"short-mask-served", "What a mask list request lacks is taken for zeros.", "AOE-HDR-33",
         fills_up(2, 28)},
        {"short-reserve-served", "What a reserve request lacks is taken for zeros.", "AOE-HDR-33",
         fills_up(3, 26)},
        {"dies-of-short-ata", "An ATA request without its registers is deadly.", "AOE-HDR-33",
         dies(both(command(0), shorter_than(28)))},
        {"dies-of-short-sets", "A config set without its length is deadly.", "AOE-HDR-33",
         dies(both(config({4}), shorter_than(32)))},
        {"exact-reserve-size", "Reserve requests with padding get error 2.", "AOE-HDR-34",
         refuses(
             [](const FrameBytes& request) {
                 return at(request, 19) == 3 && request.size() != 26 + 6 * at(request, 25);
             },
             2)},
        {"needs-padding", "Requests shorter than 60 bytes are ignored.", "AOE-HDR-35",
         ignores(shorter_than(60))},
        {"needs-36-bytes", "Requests shorter than 36 bytes are ignored.", "AOE-HDR-35",
         ignores(shorter_than(36))},
        {"unpadded-replies",
         "Replies end where their argument does.",
         "AOE-HDR-36",
         {.on_reply =
              [](const FrameBytes&, FrameBytes& reply) {
                  if (at(reply, 19) == 1 && reply.size() == 60) reply.resize(32 + word(reply, 30));
              }}},
        {"dirty-padding",
         "Padding holds bytes of earlier frames.",
         "AOE-HDR-37",
         {.on_reply =
              [](const FrameBytes&, FrameBytes& reply) {
                  if (reply.size() == 60) set(reply, 59, 0xa5);
              }}},
        {"request-as-padding",
         "What follows a mask list is what the request had there.",
         "AOE-HDR-37",
         {.on_reply =
              [](const FrameBytes& request, FrameBytes& reply) {
                  if (at(reply, 19) != 2 || !succeeds(reply)) return;
                  for (std::size_t i = 28 + 8 * at(reply, 27); i < reply.size(); ++i) {
                      set(reply, i, at(request, i));
                  }
              }}},
        {"dislikes-trailers", "Requests with trailing bytes are ignored.", "AOE-HDR-44",
         ignores([](const FrameBytes& request) {
             return config({0})(request) && request.size() > 60;
         })},
        {"dislikes-full-frames", "Mask list reads that fill a frame get error 2.", "AOE-HDR-44",
         refuses(
             [](const FrameBytes& request) { return mask(0)(request) && request.size() >= 1514; },
             2)},
    };
}

std::vector<Mutant> command_mutants() {
    return {
        {"unknown-command-succeeds",
         "Unknown commands are answered as a success.",
         "AOE-HDR-30",
         {.on_reply =
              [](const FrameBytes& request, FrameBytes& reply) {
                  if (is_unknown(request) && !reply.empty()) reply = answer_to(request);
              }}},
        {"command-5-reads-config", "Command 5 is taken for command 1.", "AOE-HDR-30",
         requests(command(5), put(19, 1))},
        {"unknown-command-error-2", "Unknown commands get error 2.", "AOE-HDR-43",
         replies(is_unknown, put(15, 2))},
        {"unknown-command-ignored", "Unknown commands are ignored.", "AOE-HDR-43",
         ignores([](const FrameBytes& request) {
             return is_unknown(request) && at(request, 19) < 0xf0;
         })},
        {"vendor-command-error-3", "Vendor commands get error 3.", "AOE-HDR-31",
         replies([](const FrameBytes& request) { return at(request, 19) >= 0xf0; }, put(15, 3))},
        {"vendor-command-ignored", "Vendor commands are ignored.", "AOE-HDR-31",
         ignores([](const FrameBytes& request) { return at(request, 19) >= 0xf0; })},
        {"mask-command-error-3", "Mask commands get error 3.", "AOE-HDR-32",
         refuses(command(2), 3)},
        {"reserve-command-ignored", "Reserve commands are ignored.", "AOE-HDR-32",
         ignores(command(3))},
    };
}

}  // namespace

std::vector<Mutant> header_mutants() {
    return joined({flag_mutants(), version_mutants(), size_mutants(), command_mutants()});
}

}  // namespace aoe::conformance
