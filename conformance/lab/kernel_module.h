// SPDX-License-Identifier: MIT
// A target's kernel module on this machine: loaded for a run by a command, and unloaded by another
// one whatever becomes of the run. One that was there before is somebody else's: loading fails
// then, and it stays.
#pragma once

#include <string>

namespace aoe::conformance {

class KernelModule {
public:
    /// Commands for /bin/sh; either may be empty. `network` is a descriptor of the network
    /// namespace to run them in, which must outlive this.
    KernelModule(std::string load, std::string unload, int network);
    KernelModule(const KernelModule&) = delete;
    KernelModule& operator=(const KernelModule&) = delete;
    /// Unloads it. A failure of that goes to standard error, in one sentence.
    ~KernelModule();

    /// Loads it, after unloading it when it is. Empty, or one sentence: what went wrong. Nothing
    /// but time ends this, so that a module that is half loaded is not left so.
    std::string load();

private:
    std::string unload();

    std::string load_, unload_;
    int network_;
    bool loaded_ = false;
};

}  // namespace aoe::conformance
