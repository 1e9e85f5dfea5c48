// SPDX-License-Identifier: MIT
#include "conformance/compare/targets_page.h"

#include <array>
#include <fmt/format.h>
#include <string_view>
#include <utility>

namespace aoe::conformance {

namespace {

// What people type in place of our placeholders, and where doubled braces are plain ones.
std::string for_people(std::string text) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 9> words{
        {{"{shelf}", "7"},
         {"{slot}", "3"},
         {"{iface}", "eth1"},
         {"{file}", "disk.img"},
         {"{loop}", "/dev/loop0"},
         {"{run}", "/run/aoe"},
         {"{mac}", "02:00:00:00:00:01"},
         {"{{", "{"},
         {"}}", "}"}}};
    // {ro:...} and {accept:...} are for who wants them.
    for (const std::string_view condition : {"{ro:", "{accept:"}) {
        for (auto at = text.find(condition); at != std::string::npos; at = text.find(condition)) {
            std::size_t depth = 1, end = at + condition.size();
            for (; end < text.size() && depth > 0; ++end) {
                if (text[end] == '{') ++depth;
                if (text[end] == '}') --depth;
            }
            if (end < text.size() && text[end] == ' ') ++end;
            text.erase(at, end - at);
        }
    }
    text.erase(text.find_last_not_of('\n') + 1);
    for (const auto& [placeholder, word] : words) {
        for (auto at = text.find(placeholder); at != std::string::npos;
             at = text.find(placeholder, at + word.size())) {
            text.replace(at, placeholder.size(), word);
        }
    }
    return text;
}

std::string with_program(std::string text, const std::string& program) {
    constexpr std::string_view mark = "{bin}";
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark)) {
        text.replace(at, mark.size(), program);
    }
    return text;
}

void write_plan(std::ostream& out, const Plan& plan) {
    out << fmt::format("\n## {}\n\n{}\n\n- **Building it today**: {}\n", plan.title,
                       plan.about.from, plan.about.build);
    out << fmt::format("- **Looked for**: {} `{}`; elsewhere with `--bin {}=PATH`\n",
                       plan.kind == PlanKind::vm ? "nowhere, it is a module:" : "in PATH, as",
                       plan.program, plan.name);
    if (plan.kind == PlanKind::vm) {
        out << "- **Kernel**: a module fits the one kernel that it was built for. `compare` boots "
               "the "
               "newest that `run_guest.py --fetch` got, Debian's `linux-image-amd64`, or that in "
               "`values = {kernel = FOLDER}`; on a machine of yours it is `uname -r`\n";
    }
    for (const auto& [name, text] : plan.files) {
        out << fmt::format("- **Smallest configuration**, `/run/aoe/{}`:\n\n```\n{}\n```\n\n", name,
                           for_people(text));
    }
    const auto write_command = [&](const char* what, const std::string& command) {
        if (command.empty()) return;
        out << fmt::format("- **{}**: `{}`\n", what,
                           for_people(with_program(command, plan.program)));
    };
    write_command("Load", plan.load);
    write_command("Start", plan.command);
    write_command("Stop", plan.stop);
    write_command("Unload", plan.unload);
    if (plan.stop.empty() && plan.unload.empty()) out << "- **Stop**: SIGTERM\n";
    for (const std::string& danger : plan.about.dangers) {
        out << fmt::format("- **Mind**: {}\n", danger);
    }
}

}  // namespace

void write_targets_page(std::ostream& out, const std::vector<Plan>& plans) {
    out << "# AoE targets\n\n"
           "Every implementation that `aoe-conform compare` can start: where it comes from, what "
           "building it takes today, and the\nsmallest way to export `disk.img` as e7.3 on eth1. "
           "This page is made of the data by which they are started\n"
           "(`aoe-conform compare --known`); [comparison.md](comparison.md) shows how they do.\n";
    for (const Plan& plan : plans) write_plan(out, plan);
}

}  // namespace aoe::conformance
