// SPDX-License-Identifier: MIT
// aoe-target as a service: many exports on many interfaces, as a configuration file says, until
// SIGTERM. Of its rights it keeps that to open raw sockets. SIGHUP reads the file again; one with
// mistakes changes nothing.
#pragma once

#include <string>

namespace aoe::target {

struct DaemonOptions {
    std::string config_path;
    std::string state_folder;  // In place of the file's, unless it is empty.
    bool lock = false;         // Give up all rights once everything is open.
};

/// Returns when `stop_descriptor` is readable. Throws ConfigError, or std::runtime_error with a
/// sentence, when what the file asks for cannot be had at the start.
void run_daemon(const DaemonOptions& options, int stop_descriptor);

}  // namespace aoe::target
