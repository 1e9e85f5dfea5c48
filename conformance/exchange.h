// SPDX-License-Identifier: MIT
// What a case sees: it asks the target, and says what must hold. Tags, waiting, retries, fences and
// the record of what was said belong to the exchange; restoring the target's state to the runner.
//
//     void run(Exchange& x) {
//         x.ask(config_request(force_set, "abc"));
//         x.check(x.ask(config_request(set, "xyz")), AoeErrorIs(4));
//         x.check(x.ask(config_request()), ConfigStringIs("abc"));
//     }
//
// Verbs end the case by an exception of the runner's when the target stays silent for good; a case
// never catches.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/facts.h"
#include "conformance/lab/lab.h"
#include "conformance/match.h"
#include "conformance/message.h"
#include "conformance/peer.h"
#include "conformance/verdict.h"

namespace aoe::conformance {

/// Thrown by the verbs below to end a case early; its findings count.
struct CaseEnded {};
/// The target answers nobody any more.
struct TargetLost {};
/// The case cannot be judged here; `code` is for machines.
struct CaseSkipped {
    std::string code;
    std::string why;
};

class Exchange {
public:
    Exchange(const Case& test, Peer& peer, const TargetFacts& target, const Surroundings& around,
             std::uint64_t seed);

    const TargetFacts& target() const { return target_; }
    Mac our_mac() { return peer_.link().mac(); }
    /// A second source address of ours; only for cases that need it.
    Mac second_mac() const { return around_.second_mac; }
    /// What the case's needs opened; cases/lab_steps.h has the verbs.
    const Surroundings& around() const { return around_; }
    Peer& peer() { return peer_; }

    /// Sends a request that every target must answer, again when a frame is lost. Silence is a
    /// finding against the case's first requirement, or the given one, and ends the case.
    Reply ask(const Request& request, std::string_view requirement = {});
    /// The same for a step on the way to what the case is about: when the reply does not match, the
    /// case is skipped, since the step has a case of its own that fails.
    Reply prepare(const Request& request, const ReplyMatcher& matcher);
    /// Sends a request that may be answered by silence, proved by a fence and not by waiting.
    std::optional<Reply> probe(const Request& request);
    /// The same, with every reply that came.
    std::vector<Reply> probe_all(const Request& request);
    /// Any reply is a finding.
    void expect_silence(const Request& request, std::string_view requirement = {});
    /// Sends all before reading anything, then collects the replies by request; fenced. Frames that
    /// got none are sent again, one by one, when `retry` is set.
    std::vector<std::optional<Reply>> burst(const std::vector<Request>& requests, bool retry);

    /// Records a finding when the reply does not match. The requirement is the case's first unless
    /// given. Returns whether it matched.
    bool check(const Reply& reply, const ReplyMatcher& matcher, std::string_view requirement = {});
    /// The same for what is not a reply: a condition with both sides in words.
    bool check_that(bool holds, std::string_view expected, std::string_view actual,
                    std::string_view requirement = {});
    /// Says which choice a target made where the protocol leaves one.
    void note(std::string_view what, std::string_view requirement = {});
    [[noreturn]] void skip(std::string_view code, std::string_view why);

    /// READ and WRITE as this disk takes them: the EXT commands when it serves 48 bits.
    Request read(std::uint64_t lba, std::uint8_t count) const;
    Request write(std::uint64_t lba, const ByteVector& sectors) const;
    /// Sector `offset` of the scratch range.
    std::uint64_t scratch(std::uint64_t offset = 0) const;
    /// Sectors of data unlike any other in this run.
    ByteVector pattern(std::size_t sectors);
    /// Replies to clean requests of every kind that leaves the target alone.
    std::vector<Reply> survey();

    const std::vector<Finding>& findings() const { return findings_; }
    /// Tags whose silence was taken for an answer, so that a late reply can still be held against
    /// the requirement.
    struct Silence {
        std::uint32_t tag = 0;
        const Requirement* requirement = nullptr;
    };
    const std::vector<Silence>& silences() const { return silences_; }
    /// True when the target answered a fence after everything else in this case.
    bool fenced() const { return fenced_; }

private:
    const Requirement& requirement(std::string_view id) const;
    Finding& add(const Requirement& about, Verdict severity, std::string expected,
                 std::string actual);
    Finding& add(const Requirement& about, std::string expected, std::string actual,
                 const Reply& reply, std::vector<FieldRow> fields);
    void fence_or_lose();

    const Case& test_;
    Peer& peer_;
    const TargetFacts& target_;
    const Surroundings& around_;
    std::mt19937_64 random_;
    std::vector<Finding> findings_;
    std::vector<Silence> silences_;
    std::vector<std::uint32_t> probed_;  // Tags of the last probe.
    bool fenced_ = false;
};

}  // namespace aoe::conformance
