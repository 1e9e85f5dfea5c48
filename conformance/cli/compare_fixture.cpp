// SPDX-License-Identifier: MIT
#include "conformance/cli/compare_fixture.h"

#include <algorithm>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <unistd.h>

#include <sys/wait.h>

#include <gmock/gmock.h>

#include "conformance/compare/matrix_json.h"
#include "wire/private_network.h"

namespace aoe::conformance {

std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

Column column(const Matrix& matrix, const std::string& name) {
    for (const Column& each : matrix.columns) {
        if (each.name == name) return each;
    }
    ADD_FAILURE() << "no column " << name;
    return {};
}

std::size_t count(const Column& column, Verdict verdict) {
    return column.cases.at(static_cast<std::size_t>(verdict));
}

bool is_required(const std::string& word) {
    const char* list = std::getenv("AOE_REQUIRE");
    return list != nullptr && std::string(list).find(word) != std::string::npos;
}

void CompareLive::SetUpTestSuite() {
    const pid_t trial = ::fork();
    if (trial == 0) {
        try {
            enter_private_network();
        } catch (const std::system_error&) {
            ::_exit(1);
        }
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(trial, &status, 0);
    available_ = status == 0;
}

void CompareLive::SetUp() {
    std::string name = testing::TempDir() + "compare-live-XXXXXX";
    folder_ = ::mkdtemp(name.data());
    if (available_) return;
    if (is_required("net")) FAIL() << "no private network";
    GTEST_SKIP() << "no private network";
}

std::filesystem::path CompareLive::write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    std::filesystem::permissions(folder_ / name, std::filesystem::perms::owner_all);
    return folder_ / name;
}

pid_t CompareLive::begin(Words words, const Words& before) const {
    if (std::find(words.begin(), words.end(), "--lockstep") == words.end()) {
        words.insert(words.begin(), {"-o", "json=" + (folder_ / "matrix.json").string()});
    }
    words.insert(words.begin(), {AOE_BINARY_DIR "/bin/aoe-conform", "compare"});
    words.insert(words.begin(), before.begin(), before.end());
    const pid_t pid = ::fork();
    if (pid != 0) return pid;
    // What we start, and what that starts, is known by it; and its files are ours.
    ::setenv("TMPDIR", folder_.c_str(), 1);
    const int flags = O_WRONLY | O_CREAT | O_TRUNC;
    ::dup2(::open((folder_ / "out").c_str(), flags, 0600), STDOUT_FILENO);
    ::dup2(::open((folder_ / "err").c_str(), flags, 0600), STDERR_FILENO);
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
}

int CompareLive::end(pid_t pid) {
    int status = 0;
    ::waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

Matrix CompareLive::matrix() const {
    const auto read = read_matrix(text_of(folder_ / "matrix.json"), "matrix.json");
    EXPECT_TRUE(read.has_value()) << read.error() << text_of(folder_ / "err");
    return read ? *read : Matrix{};
}

std::size_t CompareLive::processes() const {
    std::size_t count = 0;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", none)) {
        const std::string environment = text_of(entry.path() / "environ");
        count += environment.find("TMPDIR=" + folder_.string()) != std::string::npos ? 1U : 0U;
    }
    return count;
}

std::vector<std::string> CompareLive::leftovers() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
        if (entry.path().filename().string().starts_with("aoe-")) found.push_back(entry.path());
    }
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator("/sys/block", none)) {
        const std::string file = text_of(entry.path() / "loop" / "backing_file");
        if (file.find(folder_.string()) != std::string::npos) found.push_back(entry.path());
    }
    return found;
}

void CompareLive::expect_nothing_left() const {
    for (int i = 0; i < 1500 && processes() > 0; ++i) ::usleep(10000);
    EXPECT_EQ(processes(), 0U);
    EXPECT_THAT(leftovers(), testing::IsEmpty());
}

}  // namespace aoe::conformance
