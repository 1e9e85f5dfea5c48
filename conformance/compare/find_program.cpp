// SPDX-License-Identifier: MIT
// find_program() of plan.h.
#include <cstdlib>
#include <sstream>
#include <unistd.h>

#include "conformance/compare/plan.h"

namespace aoe::conformance {

namespace {

bool is_file(const std::filesystem::path& path) {
    std::error_code none;
    return std::filesystem::is_regular_file(path, none);
}

}  // namespace

std::optional<std::filesystem::path> find_program(const Plan& plan) {
    std::error_code none;
    if (!plan.bin.empty()) {
        if (!is_file(plan.bin)) return std::nullopt;
        return std::filesystem::absolute(plan.bin, none);
    }
    const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", none);
    const std::filesystem::path beside = self.parent_path() / plan.program;
    if (!self.empty() && is_file(beside)) return beside;
    const char* path = std::getenv("PATH");
    // Where daemons are is not in everybody's PATH.
    std::istringstream folders(std::string(path == nullptr ? "" : path) +
                               ":/usr/local/sbin:/usr/sbin:/sbin");
    for (std::string folder; std::getline(folders, folder, ':');) {
        const std::filesystem::path program = std::filesystem::path(folder) / plan.program;
        const bool runs = ::access(program.c_str(), X_OK) == 0;
        if (!folder.empty() && runs && is_file(program)) return program;
    }
    return std::nullopt;
}

}  // namespace aoe::conformance
