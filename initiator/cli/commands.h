// SPDX-License-Identifier: MIT
// What the program does, one function a verb. Each returns when it succeeded, and ends in a
// CommandError or a std::system_error (of an interface) when not.
#pragma once

#include <string>
#include <vector>

#include "initiator/cli/target.h"

namespace aoe::initiator {

struct DiscoverOptions {
    std::vector<std::string> interfaces;
    double wait_seconds = 0.5;
    bool json = false;
};
void run_discover(const DiscoverOptions& options);

struct IdentifyOptions {
    TargetOptions target;
    bool raw = false;
    bool json = false;
};
void run_identify(const IdentifyOptions& options);

struct ReadOptions {
    TargetOptions target;
    std::string start = "0";
    std::string count;   // Empty: to the end.
    std::string output;  // Empty: standard output.
};
void run_read(const ReadOptions& options);

struct WriteCommandOptions {
    TargetOptions target;
    std::string start = "0";
    std::string input;  // Empty: standard input.
    bool pad = false;
    bool yes = false;
};
void run_write(const WriteCommandOptions& options);

}  // namespace aoe::initiator
