// SPDX-License-Identifier: MIT
// What the tests of `aoe-conform compare` with whole programs have in common: the program, run in a
// folder of its own, the matrix that it wrote, and what it left behind.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

#include <gtest/gtest.h>

#include "conformance/compare/matrix.h"

namespace aoe::conformance {

using Words = std::vector<std::string>;

/// Empty when there is none.
std::string text_of(const std::filesystem::path& file);
Column column(const Matrix& matrix, const std::string& name);
std::size_t count(const Column& column, Verdict verdict);
/// Whether a word of AOE_REQUIRE turns this kind of skip into a failure.
bool is_required(const std::string& word);

/// Skips where no private network can be had.
class CompareLive : public testing::Test {
protected:
    static void SetUpTestSuite();
    void SetUp() override;
    void TearDown() override { std::filesystem::remove_all(folder_); }

    /// A file that may be executed.
    std::filesystem::path write(const std::string& name, const std::string& text) const;
    /// Starts compare; `before` are words in front of the program's.
    pid_t begin(Words words, const Words& before = {}) const;
    /// Waits for it: its exit status, or 128 and the signal.
    static int end(pid_t pid);
    int run(const Words& words, const Words& before = {}) const {
        return end(begin(words, before));
    }
    Matrix matrix() const;
    /// Processes, with what they run in the namespaces that they hold, that this test has started.
    std::size_t processes() const;
    /// Files and loop devices of theirs.
    std::vector<std::string> leftovers() const;
    void expect_nothing_left() const;

    const std::filesystem::path& folder() const { return folder_; }
    std::string out() const { return text_of(folder_ / "out"); }
    std::string err() const { return text_of(folder_ / "err"); }

private:
    std::filesystem::path folder_;
    static inline bool available_ = false;
};

}  // namespace aoe::conformance
