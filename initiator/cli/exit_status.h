// SPDX-License-Identifier: MIT
// How a run of the program ends, as its --help documents it.
#pragma once

#include <stdexcept>
#include <string>

namespace aoe::initiator {

enum class ExitStatus : int {
    success = 0,
    failed = 1,     // The target or a file reported an error.
    usage = 2,      // Wrong arguments, no right to open the interface, no such interface.
    no_answer = 3,  // Nobody answers, or the target has fallen silent.
};

/// Ends the program with a sentence on standard error.
class CommandError : public std::runtime_error {
public:
    CommandError(ExitStatus status, const std::string& sentence)
        : std::runtime_error(sentence), status_(static_cast<int>(status)) {}
    /// For 128 and the signal's number.
    CommandError(int status, const std::string& sentence)
        : std::runtime_error(sentence), status_(status) {}

    int status() const noexcept { return status_; }

private:
    int status_;
};

}  // namespace aoe::initiator
