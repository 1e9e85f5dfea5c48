// SPDX-License-Identifier: MIT
// For tests that run whole programs as their users do: a shell, and a folder for what they write.
#pragma once

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <sys/wait.h>

#include <gtest/gtest.h>

namespace aoe::testing_cli {

struct Ended {
    int status = -1;  // As a shell has it: 128 and the number after a signal.
    std::string out;  // Standard output and standard error, as they came.
};

inline Ended shell(const std::string& command) {
    Ended ended;
    // In brackets, so that the streams of all of it are meant.
    FILE* const pipe = ::popen(("{ " + command + "\n} 2>&1").c_str(), "r");
    if (pipe == nullptr) return ended;
    std::array<char, 4096> part{};
    while (const std::size_t size = std::fread(part.data(), 1, part.size(), pipe)) {
        ended.out.append(part.data(), size);
    }
    const int status = ::pclose(pipe);
    ended.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return ended;
}

/// The whole of a file; empty when there is none.
inline std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// A temporary folder, gone with all that is in it at the end.
class Folder {
public:
    Folder() {
        std::string name = testing::TempDir() + "aoe-test-XXXXXX";
        if (::mkdtemp(name.data()) != nullptr) path_ = name;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        if (!path_.empty()) std::filesystem::remove_all(path_);
    }

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path operator/(const std::filesystem::path& name) const {
        return path_ / name;
    }

private:
    std::filesystem::path path_;
};

}  // namespace aoe::testing_cli
