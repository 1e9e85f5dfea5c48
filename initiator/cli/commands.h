// SPDX-License-Identifier: MIT
// What the program does to ask, one function a verb; transfers.h has those that move sectors. Each
// returns when it succeeded, and ends in a CommandError or a std::system_error (of an interface)
// when not.
#pragma once

#include <cstdint>
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
/// The same targets, each of them identified. Fails when one of them cannot be.
void run_stat(const DiscoverOptions& options);

struct IdentifyOptions {
    TargetOptions target;
    bool raw = false;
    bool json = false;
};
void run_identify(const IdentifyOptions& options);

struct PingOptions {
    TargetOptions target;
    std::uint64_t count = 5;  // 0: until interrupted.
    double interval_seconds = 1;
    double reply_seconds = 1;  // How long a reply may take.
    bool identify = false;     // IDENTIFY instead of config queries.
    bool json = false;
};
void run_ping(const PingOptions& options);

struct WatchOptions {
    std::vector<std::string> interfaces;
    std::uint64_t count = 0;  // 0: without end.
    double seconds = 0;       // 0: without end.
    bool json = false;
};
void run_watch(const WatchOptions& options);

struct FlushOptions {
    TargetOptions target;
};
void run_flush(const FlushOptions& options);

struct ConfigOptions {
    TargetOptions target;
    std::string verb = "read";  // As aoecfg calls them.
    std::string string;
    bool hexadecimal = false;  // `string` is.
    double test_seconds = 1;   // Silence for so long is a test that did not hold.
    bool yes = false;
    bool json = false;
};
void run_config(const ConfigOptions& options);

struct MaskOptions {
    TargetOptions target;
    std::vector<std::string> add, remove;
    bool clear = false;
    bool yes = false;
    bool json = false;
};
void run_mask(const MaskOptions& options);

struct ReserveOptions {
    TargetOptions target;
    std::vector<std::string> set;
    bool release = false;
    bool force = false;
    bool yes = false;
    bool json = false;
};
void run_reserve(const ReserveOptions& options);

struct RawOptions {
    std::string interface;
    std::vector<std::string> bytes;  // Hexadecimal; empty: standard input, as they are.
    double wait_seconds = 1;
    std::uint64_t count = 0;  // Replies after which it ends; 0: the wait decides.
    bool yes = false;
    bool json = false;
};
void run_raw(const RawOptions& options);

}  // namespace aoe::initiator
