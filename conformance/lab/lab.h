// SPDX-License-Identifier: MIT
// What surrounds a target that the suite started, and what a case may do to it: end the target and
// start it again in another way, start a second one beside it, change the link's MTU, take the
// disk away under it. Only there when somebody who started the target offers it.
//
// A case asks for a part of it by a Need and is skipped, with that need's code and sentence, where
// it is not offered. It reaches the laboratory by the steps of cases/lab_steps.h:
//
//     {.id = "cfg.restart.keeps-string", ..., .needs = Need::restart,
//      .run = [](Exchange& x) {
//          store(x, "kept");
//          start_again(x);  // Waits until it answers, and returns the announcements.
//          check_stored(x, "kept");
//      }}
//
// A case leaves the laboratory as it likes: the runner calls put_back() after each.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "conformance/case.h"
#include "wire/bytes.h"
#include "wire/clock.h"
#include "wire/link.h"

namespace aoe::conformance {

class Peer;

enum class Start : std::uint8_t {
    plain,
    read_only,    // Need::read_only
    access_list,  // Need::access_list: our address is permitted and no other.
};

/// Which end of the link.
enum class LinkEnd : std::uint8_t { ours, theirs };

/// A second target of the same kind: same shelf, same interface, a disk of its own.
struct Twin {
    std::uint8_t slot = 0;
    std::uint64_t size_bytes = 0;  // More than 2^28 sectors, and no multiple of 512.
};

/// The link to a target's second interface, and the target's address there.
struct SecondPort {
    Link* link = nullptr;
    Mac target{};
};

/// Required functions throw std::system_error for what the system refuses; optional ones are called
/// only where offers() holds their need.
class Lab {
public:
    virtual ~Lab() = default;

    /// Waits a little and says whether the target answers; frames that come meanwhile are the
    /// caller's.
    using Answers = std::function<bool()>;

    /// Which needs a case may rely on. Required.
    virtual Needs offers() const = 0;
    /// Ends the target and starts it again. False when it does not answer. Need::restart.
    virtual bool start_again(Start how, const Answers& answers) = 0;
    /// Undoes what was done by the functions of this class, the twin apart; false when the target
    /// does not answer after that. Does nothing when nothing was done. Required.
    virtual bool put_back() = 0;

    /// What the twin is or will be. Need::twin.
    virtual Twin twin() const { return {}; }
    /// Starts the twin unless it runs. Empty, or one sentence: why there is none. Need::twin.
    virtual std::string start_twin(const Answers&) { return {}; }
    /// Called before each case that does not need the twin.
    virtual void end_twin() {}
    /// Need::other_mtu.
    virtual void set_mtu(LinkEnd, std::size_t) {}
    /// Its link is null where there is none. Need::second_interface.
    virtual SecondPort second_port() { return {}; }
    /// Sectors from this one on are lost: reading them fails. All of them when 0: the disk is
    /// gone. Need::failing_disk.
    virtual void lose_sectors(std::uint64_t /*from*/) {}
};

/// What a case may use besides the target. Null and zero where there is none.
struct Surroundings {
    Mac second_mac{};
    Lab* lab = nullptr;
    Peer* second_port =
        nullptr;  // The same target by its second interface. Need::second_interface.
    Time soak{};  // Need::soak
    const std::atomic<bool>* stop = nullptr;  // Set when the user wants the run to end.
};

}  // namespace aoe::conformance
