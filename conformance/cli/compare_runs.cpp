// SPDX-License-Identifier: MIT
#include "conformance/cli/compare_runs.h"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <iostream>
#include <sstream>

#include "conformance/cli/commands.h"

namespace aoe::conformance {

namespace {

std::string json_in(const std::filesystem::path& folder) {
    return "json=" + (folder / results_file_name).string();
}

// For a shell.
std::string shell_word(const std::string& path) {
    std::string out = "'";
    for (const char c : path) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + '\'';
}

// Beside an installed program, or in the tree that it was built in.
std::filesystem::path guest_runner() {
    const std::filesystem::path bin = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    const std::filesystem::path installed = bin / "../share/aoe-conform/guest/run_guest.py";
    if (std::filesystem::exists(installed)) return installed.lexically_normal();
    return (bin / "../../../conformance/lab/guest/run_guest.py").lexically_normal();
}

constexpr const char* guest_run = "/target/run";

bool has_kernel(const std::filesystem::path& folder) {
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "boot", none)) {
        if (entry.path().filename().string().starts_with("vmlinuz-")) return true;
    }
    return false;
}

// Where the plan says, in the cache of what fetches it, or in the tree that we were built in.
std::filesystem::path guest_kernel(const Plan& plan) {
    if (const auto given = plan.values.find("kernel"); given != plan.values.end()) {
        return given->second;
    }
    const char* cache = std::getenv("XDG_CACHE_HOME");
    const char* home = std::getenv("HOME");
    std::filesystem::path folder =
        cache != nullptr && *cache != 0
            ? std::filesystem::path(cache)
            : std::filesystem::path(home != nullptr ? home : "/root") / ".cache";
    folder = folder / "aoe-conform" / "guest";
    const std::filesystem::path built =
        std::filesystem::read_symlink("/proc/self/exe").parent_path() / "../../guest";
    return !has_kernel(folder) && has_kernel(built) ? built.lexically_normal() : folder;
}

void replace_all(std::string& text, std::string_view from, const std::string& to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
}

// The plan's commands become the guest's script; its card and disk have names of their own there.
void run_in_guest(RunArguments& run, const Plan& plan, const std::filesystem::path& bin) {
    const std::string inside = "/target/" + bin.filename().string();
    const auto as_there = [&](std::string text) {
        for (const auto& [from, to] : {std::pair<std::string_view, std::string>("{iface}", "eth0"),
                                       {"{loop}", "/dev/vda"},
                                       {"{file}", "/dev/vda"},
                                       {"{run}", guest_run},
                                       {"{bin}", shell_word(inside)}}) {
            replace_all(text, from, to);
        }
        return text;
    };
    // What is not loaded cannot be started, and says why.
    std::string script = fmt::format("mkdir -p {}\n", guest_run);
    if (!plan.load.empty()) script += "(\n" + plan.load + "\n) || exit\n";
    script += plan.command;
    for (auto& [name, text] : run.extras.files) text = as_there(text);
    run.extras.files["guest.sh"] = as_there(script) + "\n";
    run.extras.values["brought"] = shell_word(bin.string() + '=' + inside);
    run.extras.values["runner"] = shell_word(guest_runner());
    run.extras.in_guest = true;
    run.start =
        "exec python3 {runner} --join {iface} --disk {file} --file {brought} "
        "--script \"{run}\"/guest.sh --stay --kernel " +
        shell_word(guest_kernel(plan));
    for (const auto& [name, text] : plan.files) {
        run.start += fmt::format(" --file \"{{run}}\"/{0}={1}/{0}", shell_word(name), guest_run);
    }
    for (const auto& [option, value] : plan.values) {
        if (option == "modules") run.start += " --module " + shell_word(value);
        if (option == "bring") {
            std::istringstream words(value);
            for (std::string word; words >> word;) run.start += " --file " + shell_word(word);
        }
    }
    // A guest ends with its program, and takes its time to answer.
    run.stop.clear();
    run.timeout_factor *= 4;
}

// A folder stands for the captures in it.
std::vector<std::string> files_of(const std::vector<std::filesystem::path>& sources) {
    std::vector<std::string> files;
    for (const std::filesystem::path& source : sources) {
        if (!std::filesystem::is_directory(source)) {
            files.push_back(source);
            continue;
        }
        std::vector<std::string> inside;
        for (const auto& entry : std::filesystem::directory_iterator(source)) {
            const std::string kind = entry.path().extension();
            if (kind == ".pcap" || kind == ".pcapng") inside.push_back(entry.path());
        }
        std::sort(inside.begin(), inside.end());
        files.insert(files.end(), inside.begin(), inside.end());
    }
    return files;
}

// What one target's own process is told to do.
RunArguments run_arguments(const CompareArguments& compare, const Plan& plan,
                           const std::filesystem::path& bin, const std::filesystem::path& folder) {
    RunArguments run;
    run.tests = compare.tests;
    run.skip = compare.skip;
    run.as_of = compare.as_of;
    run.outputs = {json_in(folder)};
    run.color = "never";
    run.quiet = true;
    run.again = "aoe-conform";
    if (plan.kind == PlanKind::recording) {
        run.from = files_of(plan.sources);
        return run;
    }
    run.max_time_s = compare.max_time_s;
    run.timeout_factor = plan.timeout_factor;
    run.shelf = plan.shelf;
    run.slot = plan.slot;
    if (plan.kind == PlanKind::wire) {
        run.interface = plan.interface;
        run.allow = plan.allow;
        return run;
    }
    run.start = plan.command;
    run.stop = plan.stop;
    run.mtu = plan.mtu;
    run.extras = start_extras(plan, bin, folder);
    if (plan.kind == PlanKind::vm) run_in_guest(run, plan, bin);
    if (plan.kind == PlanKind::module) {
        run.extras.in_kernel = true;
        // Its command returns while the target goes on, whatever stops it.
        if (run.stop.empty()) run.stop = ":";
    }
    // The same frames every time: nobody else is in a private network.
    run.first_tag = 1;
    return run;
}

JudgeArguments judge_arguments(const CompareArguments& compare, const Plan& plan,
                               const std::filesystem::path& folder) {
    return {.files = files_of(plan.sources),
            .outputs = {json_in(folder)},
            .tests = compare.tests,
            .skip = compare.skip,
            .as_of = compare.as_of,
            .color = "never",
            .quiet = true};
}

template <typename Work> int quietly(const Work& work) {
    try {
        return work();
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 2;
    }
}

}  // namespace

void apply_bins(const std::vector<std::string>& bins, std::vector<Plan>& plans) {
    for (const std::string& bin : bins) {
        const std::size_t equals = bin.find('=');
        const auto plan = std::find_if(plans.begin(), plans.end(), [&](const Plan& each) {
            return each.name == bin.substr(0, equals);
        });
        if (equals == std::string::npos || plan == plans.end()) {
            std::string names;
            for (const Plan& each : plans) names += (names.empty() ? "" : ", ") + each.name;
            throw UsageError(
                fmt::format("--bin takes NAME=PATH, not '{}'; the names are {}", bin, names));
        }
        plan->bin = bin.substr(equals + 1);
    }
}

StartExtras start_extras(const Plan& plan, const std::filesystem::path& bin,
                         const std::filesystem::path& folder) {
    StartExtras extras{.files = plan.files,
                       .values = plan.values,
                       .run_folder = folder / "run",
                       .title = plan.title,
                       .load = plan.load,
                       .unload = plan.unload};
    extras.values["bin"] = shell_word(bin);
    return extras;
}

std::string why_no_guest(const Plan& plan) {
    const std::filesystem::path kernel = guest_kernel(plan);
    if (!has_kernel(kernel)) {
        return fmt::format("there is no kernel for its guest: python3 {} --fetch --kernel {}",
                           shell_word(guest_runner()), shell_word(kernel));
    }
    Plan qemu;
    qemu.program = "qemu-system-x86_64";
    return find_program(qemu) ? "" : "its guest needs QEMU: apt-get install qemu-system-x86";
}

std::function<int()> run_of(const CompareArguments& compare, const Plan& plan,
                            const std::filesystem::path& bin, const std::filesystem::path& folder) {
    if (plan.kind == PlanKind::capture) {
        return [=] {
            return quietly([&] { return judge_captures(judge_arguments(compare, plan, folder)); });
        };
    }
    const RunArguments run = run_arguments(compare, plan, bin, folder);
    return [run] { return quietly([&] { return run_live(run); }); };
}

}  // namespace aoe::conformance
