// SPDX-License-Identifier: MIT
#include "conformance/lab/kernel_module.h"

#include <fmt/format.h>
#include <iostream>
#include <system_error>
#include <utility>

#include "conformance/lab/shell.h"

namespace aoe::conformance {

namespace {

constexpr std::chrono::seconds limit(30);

std::string failed(const char* what, const ShellEnd& end) {
    return fmt::format("its module could not be {}: that {}{}{}", what, end_text(end.status),
                       end.said.empty() ? "" : "\n  ", end.said);
}

}  // namespace

KernelModule::KernelModule(std::string load, std::string unload, int network)
    : load_(std::move(load)), unload_(std::move(unload)), network_(network) {}

KernelModule::~KernelModule() {
    try {
        const std::string wrong = unload();
        if (!wrong.empty()) std::cerr << wrong << '\n';
    } catch (const std::system_error& error) {
        std::cerr << "its module could not be unloaded: " << error.what() << '\n';
    }
}

std::string KernelModule::load() {
    std::string wrong = unload();
    if (!wrong.empty() || load_.empty()) return wrong;
    const ShellEnd end = run_shell(load_, limit, network_);
    // Of one that took too long nobody knows.
    loaded_ = end.status == 0 || end.status == -1;
    return end.status == 0 ? std::string() : failed("loaded", end);
}

std::string KernelModule::unload() {
    if (!std::exchange(loaded_, false) || unload_.empty()) return {};
    const ShellEnd end = run_shell(unload_, limit, network_);
    return end.status == 0 ? std::string() : failed("unloaded", end);
}

}  // namespace aoe::conformance
