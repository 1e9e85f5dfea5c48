// SPDX-License-Identifier: MIT
// The verbs that move sectors. Each returns when it succeeded, and ends in a CommandError or a
// std::system_error (of an interface) when not; the sentence says what was done by then.
#pragma once

#include <cstdint>
#include <string>

#include "initiator/cli/target.h"

namespace aoe::initiator {

struct ReadOptions {
    TargetOptions target;
    std::string start = "0";
    std::string count;   // Empty: to the end.
    std::string output;  // Empty: standard output.
    bool yes = false;    // It may be a block device.
};
void run_read(const ReadOptions& options);

struct WriteCommandOptions {
    TargetOptions target;
    std::string start = "0";
    std::string count;  // Empty: all that the file holds.
    std::string input;  // Empty: standard input.
    bool pad = false;
    bool yes = false;
};
void run_write(const WriteCommandOptions& options);

/// Each side is a device if its name reads like a target, else a file.
struct CopyOptions {
    std::string from, to;
    TargetOptions target;  // Without a name: the options that hold for both.
    std::string from_start = "0", to_start = "0";
    std::string count;  // Empty: all.
    bool target_is_zero = false;
    bool pad = false;
    bool yes = false;
};
void run_copy(const CopyOptions& options);

struct CompareOptions {
    std::string left, right;
    TargetOptions target;
    std::string left_start = "0", right_start = "0";
    std::string count;
    bool json = false;
};
void run_compare(const CompareOptions& options);

struct ExerciseOptions {
    TargetOptions target;
    std::string start = "0";
    std::string count;
    std::uint64_t passes = 1;
    std::uint64_t seed = 1;
    bool yes = false;
    bool json = false;
};
void run_exercise(const ExerciseOptions& options);

}  // namespace aoe::initiator
