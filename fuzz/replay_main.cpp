// SPDX-License-Identifier: MIT
// Runs a fuzz harness on files, without any fuzzing engine: every build can tell whether the inputs
// found so far still pass, and some mutants of each, which are the same in every run.
//
//     frame_fuzzer [--mutants=20] corpus/frame regressions/frame one-more-file
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/harness.h"

namespace {

using Path = std::filesystem::path;
using Input = std::vector<std::uint8_t>;

constexpr std::size_t longest_mutant = 9018;

/// The files named, and those in the folders named, in an order that is always the same.
std::vector<Path> files_of(const std::vector<Path>& arguments) {
    std::vector<Path> files;
    for (const Path& argument : arguments) {
        if (!std::filesystem::is_directory(argument)) {
            files.push_back(argument);
            continue;
        }
        for (const auto& entry : std::filesystem::recursive_directory_iterator(argument)) {
            if (entry.is_regular_file()) {
                files.push_back(entry.path());
            }
        }
    }
    std::ranges::sort(files);
    return files;
}

Input read(const Path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) {
        throw std::runtime_error("cannot open " + file.string());
    }
    return {std::istreambuf_iterator<char>(stream), {}};
}

void run(const Input& input) {
    // A block of exactly this size, which a vector does not promise.
    const auto exact = std::make_unique<std::uint8_t[]>(input.size());
    std::ranges::copy(input, exact.get());
    LLVMFuzzerTestOneInput(exact.get(), input.size());
}

/// Each mutant is made of the one before, as an engine would that liked them all.
void run_mutants(Input input, unsigned count) {
    for (unsigned seed = 1; seed <= count; ++seed) {
        const std::size_t most = std::max(longest_mutant, input.size());
        const std::size_t size = input.size();
        input.resize(most);
        input.resize(LLVMFuzzerCustomMutator(input.data(), size, most, seed));
        run(input);
    }
}

unsigned parse_count(std::string_view text) {
    unsigned count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{} || end != text.data() + text.size()) {
        throw std::runtime_error("--mutants=" + std::string(text) + ": expected a number");
    }
    return count;
}

int replay(std::vector<Path> arguments) {
    constexpr std::string_view option = "--mutants=";
    unsigned mutants = 0;
    if (!arguments.empty() && arguments[0].string().starts_with(option)) {
        mutants = parse_count(arguments[0].string().substr(option.size()));
        arguments.erase(arguments.begin());
    }
    const auto files = files_of(arguments);
    for (const Path& file : files) {
        // Shown when the harness ends the process: the last line names the culprit.
        std::fprintf(stderr, "%s\n", file.c_str());
        run(read(file));
        run_mutants(read(file), mutants);
    }
    std::printf("%zu inputs passed, and %u mutants of each\n", files.size(), mutants);
    if (files.empty()) {
        throw std::runtime_error("name files or folders that hold inputs");
    }
    return 0;
}

}  // namespace

/// What the engine does when it is left to itself: here, one byte becomes another one.
std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most) {
    if (size == 0) {
        data[0] = 0;
        return std::min<std::size_t>(most, 1);
    }
    std::uint8_t& byte = data[size / 2];
    byte = static_cast<std::uint8_t>(byte * 5 + 1);
    return size;
}

int main(int argc, char** argv) {
    try {
        return replay({argv + 1, argv + argc});
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
        return 1;
    }
}
