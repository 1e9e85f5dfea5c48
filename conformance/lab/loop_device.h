// SPDX-License-Identifier: MIT
// A block device on a file, for targets that take nothing else. The system detaches it when the
// last who has it open closes it, so it does not stay behind, however we end.
#pragma once

#include <string>

namespace aoe::conformance {

class LoopDevice {
public:
    /// Needs root. Throws std::system_error.
    explicit LoopDevice(const std::string& file);
    LoopDevice(const LoopDevice&) = delete;
    LoopDevice& operator=(const LoopDevice&) = delete;
    ~LoopDevice();

    /// "/dev/loop3", good as long as this object lives.
    const std::string& path() const { return path_; }

private:
    int fd_ = -1;
    std::string path_;
};

}  // namespace aoe::conformance
