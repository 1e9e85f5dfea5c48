// SPDX-License-Identifier: MIT
// What a program's command line is, for the programs that read it instead of people: the hidden
// flag --describe-command-line prints as JSON the very data from which CLI11 prints --help. Manual
// pages and completions are made of it when the tree is built, so none of them can say other than
// the program does.
//
// For main files only, which are the ones that may include CLI11; hence the name.
#pragma once

#include <iostream>
#include <optional>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

namespace aoe::cli {

inline std::string json_text(std::string_view text) {
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '\n') {
            quoted += "\\n";
        } else {
            if (c == '"' || c == '\\') quoted += '\\';
            quoted += c;
        }
    }
    return quoted + '"';
}

/// "[...]" of what `make` makes of each.
template <typename Range, typename Make> std::string json_list(const Range& range, Make make) {
    std::string list;
    for (const auto& each : range) list += (list.empty() ? "" : ",") + make(each);
    return '[' + list + ']';
}

inline std::string json_of(const CLI::Option& option) {
    const auto long_or_short = [&] {
        std::vector<std::string> names;
        for (const std::string& name : option.get_snames()) names.push_back('-' + name);
        for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
        return names;
    };
    const auto name_of = [](const CLI::Option* other) { return json_text(other->get_name()); };
    const bool takes_value = option.get_type_size() != 0 && option.get_items_expected_max() != 0;
    return "{\"names\":" + json_list(long_or_short(), json_text) +
           ",\"positional\":" + json_text(option.get_name(true, false)) +
           ",\"hidden\":" + (option.get_group().empty() ? "true" : "false") +
           ",\"type\":" + json_text(takes_value ? option.get_type_name() : "") +
           ",\"value\":" + (takes_value ? "true" : "false") +
           ",\"many\":" + (option.get_items_expected_max() > 1 ? "true" : "false") +
           ",\"required\":" + (option.get_required() ? "true" : "false") +
           ",\"default\":" + json_text(option.get_default_str()) +
           ",\"help\":" + json_text(option.get_description()) +
           ",\"needs\":" + json_list(option.get_needs(), name_of) +
           ",\"excludes\":" + json_list(option.get_excludes(), name_of) + '}';
}

inline std::string json_of(const CLI::App& app, const std::string& name) {
    const auto of_option = [](const CLI::Option* option) { return json_of(*option); };
    const auto of_command = [&](const CLI::App* command) {
        return json_of(*command, name + ' ' + command->get_name());
    };
    const auto all = [](const CLI::Option*) { return true; };
    const auto named = [](const CLI::App* command) { return !command->get_name().empty(); };
    const std::string text = app.get_formatter()->make_help(&app, name, CLI::AppFormatMode::Normal);
    return "{\"name\":" + json_text(name) + ",\"help\":" + json_text(app.get_description()) +
           ",\"text\":" + json_text(text) + ",\"footer\":" + json_text(app.get_footer()) +
           ",\"options\":" + json_list(app.get_options(all), of_option) +
           ",\"commands\":" + json_list(app.get_subcommands(named), of_command) + "}";
}

/// Reads the words. What ends the program at once is its exit status: 0 after --help and its kin, 2
/// after a mistake, which is named on standard error.
inline std::optional<int> read_words(CLI::App& app, int argc, char** argv) {
    try {
        app.parse(argc, argv);
        return std::nullopt;
    } catch (const CLI::Success& wanted) {
        return app.exit(wanted);
    } catch (const CLI::ParseError& error) {
        const std::string name = app.get_name();
        std::cerr << name << ": " << error.what() << "; see " << name << " --help\n";
        return 2;
    }
}

/// Adds the flag. What prints --help and --version prints this too: a CLI::Success.
inline void describe_on_demand(CLI::App& app, const std::string& name) {
    const auto describe = [&app, name] { throw CLI::CallForVersion(json_of(app, name), 0); };
    app.add_flag_callback("--describe-command-line", describe)->group("");
}

}  // namespace aoe::cli
