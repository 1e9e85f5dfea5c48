// SPDX-License-Identifier: MIT
// A log that does not repeat itself for ever: of what is said again and again, a few in a while
// are kept, and how many were left out is said with the next.
#pragma once

#include <map>
#include <string>

#include "target/daemon/log.h"
#include "wire/clock.h"

namespace aoe::target {

class CalmLog final : public Log {
public:
    /// Borrows both.
    CalmLog(Log& inner, const Clock& clock) : inner_(inner), clock_(clock) {}

    void say(std::string_view sentence) override;
    void tell(std::string_view sentence) override { inner_.tell(sentence); }

private:
    struct Repeated {
        Time since{};
        unsigned times = 0;
    };
    Log& inner_;
    const Clock& clock_;
    std::map<std::string, Repeated, std::less<>> said_;
};

}  // namespace aoe::target
