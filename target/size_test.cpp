// SPDX-License-Identifier: MIT
// A target that is to be read in one sitting has to stay short.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

namespace {

std::ptrdiff_t lines_of(const std::filesystem::path& path) {
    std::ifstream file(path);
    return std::count(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>(), '\n');
}

TEST(SizeTest, TheTargetHasAtMost1500LinesWithoutItsTests) {
    std::ptrdiff_t lines = 0;
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(AOE_SOURCE_DIR "/target")) {
        const std::filesystem::path& path = entry.path();
        const bool is_test = path.stem().string().ends_with("_test");
        if ((path.extension() == ".h" || path.extension() == ".cpp") && !is_test) {
            lines += lines_of(path);
            ++files;
        }
    }
    EXPECT_GE(files, 4) << "looked in the wrong folder";
    EXPECT_LE(lines, 1500);
    RecordProperty("lines", static_cast<int>(lines));
}

}  // namespace
