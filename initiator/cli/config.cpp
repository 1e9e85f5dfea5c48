// SPDX-License-Identifier: MIT
// aoe config: the config string, with aoecfg's verbs.
#include "wire/config.h"

#include <array>
#include <fmt/format.h>

#include "initiator/cli/commands.h"
#include "initiator/cli/interrupt.h"
#include "initiator/cli/json_text.h"
#include "initiator/cli/streams.h"
#include "initiator/cli/support.h"
#include "initiator/cli/text.h"
#include "initiator/error.h"

namespace aoe::initiator {
namespace {

struct Verb {
    std::string_view name;
    std::uint8_t command;
    bool changes;
};
constexpr std::array<Verb, 5> verbs{{{"read", config_command::read, false},
                                     {"test", config_command::test, false},
                                     {"prefix", config_command::test_prefix, false},
                                     {"set", config_command::set, true},
                                     {"fset", config_command::force_set, true}}};

Verb verb_of(const std::string& name) {
    for (const Verb& verb : verbs) {
        if (verb.name == name) return verb;
    }
    throw CommandError(ExitStatus::usage,
                       fmt::format("'{}' is no verb of config; say read, test, prefix, set or fset",
                                   escape(name)));
}

std::string string_of(const ConfigOptions& options) {
    std::string string = options.string;
    if (options.hexadecimal) {
        const auto bytes = bytes_of_hexadecimal(options.string);
        if (!bytes) throw CommandError(ExitStatus::usage, "STRING: " + bytes.error());
        string = *bytes;
    }
    if (string.size() <= config_string_limit) return string;
    throw CommandError(ExitStatus::usage,
                       fmt::format("STRING has {} bytes; {} is the most that a target keeps",
                                   string.size(), config_string_limit));
}

void show(const Target& target, const ConfigOptions& options, std::optional<bool> holds) {
    const std::string& string = target.device().config_string;
    if (!options.json) {
        print(escape(string) + '\n');
        return;
    }
    Json json = json_place(target.device().address, target.interface(), target.mac());
    json["config_string"] = string;
    json["config_string_hex"] = hexadecimal(string);
    if (holds) json["holds"] = *holds;
    print(json_text(json));
}

Request request_of(const Verb& verb, const std::string& string) {
    return {.kind = Kind::query_config,
            .verb = verb.command,
            .string = std::as_bytes(std::span(string))};
}

/// Silence is an answer here, if the target is there otherwise.
void test(Target& target, const ConfigOptions& options, const Verb& verb,
          const std::string& string) {
    Request request = request_of(verb, string);
    request.device = target.device().address;
    request.give_up_after = seconds(options.test_seconds);
    const auto error = target.session().perform(request);
    if (!error) {
        show(target, options, true);
        return;
    }
    if (error == std::errc::interrupted) throw interruption("the test has no answer yet");
    if (error != std::errc::timed_out) throw target.failure("the test was refused", error);
    target.perform({.kind = Kind::query_config}, "the test has no answer");
    show(target, options, false);
    throw CommandError(ExitStatus::failed,
                       fmt::format("the config string of {} is not that, nor was the test answered "
                                   "within {} s",
                                   target.name(), options.test_seconds));
}

}  // namespace

void run_config(const ConfigOptions& options) {
    const Verb verb = verb_of(options.verb);
    const std::string string = string_of(options);
    if (verb.changes)
        require_yes(options.yes, "changes the config string of " + options.target.target);
    Target target(options.target, Target::Use::control);
    if (verb.command == config_command::test || verb.command == config_command::test_prefix) {
        test(target, options, verb, string);
        return;
    }
    Request request = request_of(verb, string);
    request.device = target.device().address;
    const auto error = target.session().perform(request);
    if (error == aoe_error(static_cast<std::uint8_t>(AoeError::config_string_present))) {
        throw target.failure(
            fmt::format("it is '{}'; fset replaces it", escape(target.device().config_string)),
            error);
    }
    if (error == std::errc::interrupted) throw interruption("the config string may be changed");
    if (error) throw target.failure(fmt::format("{} failed", verb.name), error);
    show(target, options, std::nullopt);
}

}  // namespace aoe::initiator
