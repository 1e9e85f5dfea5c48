// SPDX-License-Identifier: MIT
// A faulty cable between two Ethernet interfaces, for tests with programs of others:
//
//     faulty_wire IFACE IFACE [loss=0.01] [duplicate=P] [reorder=P] [delay=P] [truncate=P] [seed=N]
//
// AoE frames that arrive at one interface leave by the other as they are, but for what chance does
// to them, in both directions alike. Says "carrying" when it is there; ends with SIGTERM, and says
// then what it has done.
#include <array>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <map>
#include <poll.h>
#include <string>
#include <string_view>

#include "wire/clock.h"
#include "wire/fault_link.h"
#include "wire/packet_link.h"

namespace {

using namespace aoe;

volatile std::sig_atomic_t stopped = 0;

constexpr std::size_t batch = 64;

[[noreturn]] void give_up(const std::string& sentence) {
    std::cerr << "faulty_wire: " << sentence << '\n';
    std::exit(2);
}

FaultPlan parse(int count, char** words) {
    FaultPlan plan;
    Faults& faults = plan.sent;
    const std::map<std::string_view, double*> chances{{"loss", &faults.loss},
                                                      {"duplicate", &faults.duplicate},
                                                      {"reorder", &faults.reorder},
                                                      {"delay", &faults.delay},
                                                      {"truncate", &faults.truncate}};
    for (int i = 3; i < count; ++i) {
        const std::string_view word(words[i]);
        const std::size_t equal = std::min(word.find('='), word.size());
        const std::string_view name = word.substr(0, equal);
        const std::string_view value = word.substr(std::min(equal + 1, word.size()));
        const char* const end = value.data() + value.size();
        std::from_chars_result read{};
        if (name == "seed") {
            read = std::from_chars(value.data(), end, plan.seed);
        } else if (const auto found = chances.find(name); found != chances.end()) {
            read = std::from_chars(value.data(), end, *found->second);
        } else {
            give_up("unknown word '" + std::string(word) + "'");
        }
        if (read.ec != std::errc{} || read.ptr != end) {
            give_up("'" + std::string(word) + "' has no number");
        }
    }
    plan.received = plan.sent;
    return plan;
}

void carry(Link& from, Link& to) {
    for (const ReceivedFrame& frame : from.receive(batch)) {
        (void)send_copy(to, frame.bytes);  // What cannot be sent is lost.
        from.release(frame);
    }
    while (from.next_event()) {
    }
}

void run(const std::string& first, const std::string& second, const FaultPlan& plan) {
    SystemClock clock;
    const auto open = [](const std::string& name) {
        return open_packet_link({.interface = name, .see_everything = true});
    };
    const auto one = make_fault_link(open(first), plan, clock);
    const LinkPtr two = open(second);
    std::cout << "carrying" << std::endl;
    while (stopped == 0) {
        std::array<pollfd, 2> ready{{{.fd = one->descriptor(), .events = POLLIN, .revents = 0},
                                     {.fd = two->descriptor(), .events = POLLIN, .revents = 0}}};
        constexpr int idle_ms = 100;  // A signal that comes just before poll() is noticed then.
        constexpr int late_ms = 1;
        ::poll(ready.data(), ready.size(), one->next_due() ? late_ms : idle_ms);
        carry(*one, *two);
        carry(*two, *one);
    }
    const FaultCounts counts = one->counts();
    std::cout << counts.passed << " passed, " << counts.lost << " lost, " << counts.duplicated
              << " duplicated, " << counts.reordered << " reordered, " << counts.delayed
              << " delayed, " << counts.truncated << " truncated" << std::endl;
}

}  // namespace

int main(int count, char** words) {
    if (count < 3) give_up("which two interfaces?");
    struct sigaction stop {};
    stop.sa_handler = [](int) { stopped = 1; };
    sigaction(SIGTERM, &stop, nullptr);
    try {
        run(words[1], words[2], parse(count, words));
    } catch (const std::exception& error) {
        give_up(error.what());
    }
    return 0;
}
