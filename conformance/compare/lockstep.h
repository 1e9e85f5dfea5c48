// SPDX-License-Identifier: MIT
// Two targets in step: the same sequence of requests to both, and what they answer compared in a
// canonical form that holds no choice which the protocol leaves. The first request to which they
// answer differently ends it, and the sequence is made as short as it can be and still show it.
// No rule is needed to find a mistake that the other target does not have.
//
//     const auto steps = lockstep_requests(seed, 1000, true);
//     const LockstepResult result = run_lockstep(left, right, steps, stop);
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "conformance/doors.h"
#include "conformance/facts.h"
#include "conformance/message.h"
#include "conformance/peer.h"
#include "wire/clock.h"
#include "wire/link.h"

namespace aoe::conformance {

/// One of the two. Sector addresses of requests are counted from the beginning of its scratch
/// range.
class LockstepSide {
public:
    virtual ~LockstepSide() = default;
    virtual std::string name() const = 0;
    /// To the state that it had before the first request. Throws std::exception when it cannot.
    virtual void reset() = 0;
    /// Everything that it answers, in canonical form; "nothing" where it is silent, and "it answers
    /// no request any more" where it is gone.
    virtual std::string answer(const Request& request) = 0;
    /// Whether it is asked this; else nobody is.
    virtual bool may_ask(const Request&) const { return true; }
    /// Which of its doors are open.
    virtual Doors open() const { return all_doors; }
    /// What was changed for good goes back. Empty, or one sentence: what could not.
    virtual std::string give_back() { return {}; }

    /// Whether what sectors hold is compared: not when it is none of our doing.
    bool compares_contents = true;
};

/// What two targets must agree on of the replies to one request; of sectors that were read, what
/// they hold only with `contents`.
std::string canonical(const Request& request, const std::vector<Reply>& replies,
                      const PeerSettings& settings, const Mac& ours, bool contents = true);

bool addresses_sectors(std::uint8_t opcode);
/// Wherever it is in the data.
void replace_mac(ByteVector& data, const Mac& from, const Mac& to);

/// Asks over a link: what every kind of side has in common.
class LinkAsker {
public:
    /// Finds the target; all must outlive this. Two on one interface must not share tags. Throws
    /// std::runtime_error when nobody answers.
    LinkAsker(Link& link, Clock& clock, std::uint16_t shelf, std::uint8_t slot,
              std::uint32_t first_tag = 0x80000000U, double timeout_factor = 1);
    const TargetFacts& facts() const { return facts_; }
    Peer& peer() { return *peer_; }
    /// With the sectors and addresses that it has there.
    Request as_sent(const Request& request) const;
    /// A request that stays unanswered is sent once more: a frame may have been lost.
    std::string answer(const Request& request, bool contents = true);
    /// Undoes what lockstep_requests() may have changed through these doors.
    void undo(Doors open = all_doors);

private:
    Link& link_;
    TargetFacts facts_;
    std::optional<Peer> peer_;
    bool joined_ = false;  // The link hears our second address.
};

/// The same for the same seed and doors; nothing that these do not let through.
std::vector<Request> lockstep_requests(std::uint64_t seed, std::size_t count, Doors open);

/// Stands for our own address in the lists of these requests.
inline constexpr Mac us{std::byte{2},    std::byte{0xa0}, std::byte{0xe0},
                        std::byte{0xff}, std::byte{0xff}, std::byte{0xff}};
/// Likewise, for a second address of ours (second_address()), as source too.
inline constexpr Mac us_too{std::byte{2},    std::byte{0xa0}, std::byte{0xe0},
                            std::byte{0xff}, std::byte{0xff}, std::byte{0xfe}};
/// What undoes them.
std::vector<Request> lockstep_undoing(Doors open);

/// The request with less that is odd, or fewer entries: each once.
std::vector<Request> plainer_requests(const Request& request);

struct Divergence {
    std::vector<Request> requests;  // The answers to the last one differ.
    std::string left, right;
    bool shortest = true;  // False: it was not tried to the end.
    bool repeated = true;  // False: the same requests were not answered differently again.
};

struct LockstepResult {
    std::size_t compared = 0;  // Requests that were asked and answered alike, from the beginning.
    std::optional<Divergence> divergence;
    std::optional<Request> both_gone{};  // None of the two answers any more since this one.
    std::size_t unrepeated = 0;  // Differences that were none when all was asked again: by chance.
};

/// A difference that does not show again with the same requests is no divergence, and all is asked
/// from the beginning; where that happens each time, the last one is told as what it is.
inline constexpr std::size_t lockstep_attempts = 3;

LockstepResult run_lockstep(LockstepSide& left, LockstepSide& right,
                            const std::vector<Request>& requests, const std::atomic<bool>& stop);

/// "config read", with what is odd about it: one line for people.
std::string request_text(const Request& request);

}  // namespace aoe::conformance
