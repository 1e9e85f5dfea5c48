// SPDX-License-Identifier: MIT
// What the daemon says, one sentence a line: complaints and events on standard error, what is
// served on standard output.
#pragma once

#include <iostream>
#include <string_view>

namespace aoe::target {

class Log {
public:
    Log() = default;
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;
    virtual ~Log() = default;
    /// Something happened.
    virtual void say(std::string_view sentence) = 0;
    /// All is as it was asked for.
    virtual void tell(std::string_view sentence) = 0;
};

class StreamLog final : public Log {
public:
    void say(std::string_view sentence) override {
        std::cerr << "aoe-target: " << sentence << std::endl;
    }
    void tell(std::string_view sentence) override { std::cout << sentence << std::endl; }
};

}  // namespace aoe::target
