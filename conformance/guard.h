// SPDX-License-Identifier: MIT
// The last word before a frame leaves: a link around the link that judges the final bytes, whoever
// made them, by the doors that the user opened. It reads bytes itself and shares no code with the
// crafting of requests.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "conformance/doors.h"
#include "conformance/facts.h"
#include "wire/link.h"

namespace aoe::conformance {

struct GuardRules {
    Doors open{};
    bool private_network = false;  // Nobody else is there to be hurt.
    Mac ours{};
    Mac second{};  // A further source address of ours.
    Mac target{};
    std::uint16_t shelf = 0;
    std::uint8_t slot = 0;
    std::optional<std::uint8_t> twin{};  // Slot of a second target of ours, whose disk is scratch.
    std::size_t mtu = 1500;
    // Known once the target was asked; until then nothing that depends on them may leave.
    SectorRange scratch{};
    std::uint64_t sectors = 0;  // Of the disk.
    unsigned sectors_per_message = 2;
    unsigned buffer_count = 1;
};

/// What a frame would need, and whether it may leave at all.
struct Judgement {
    Doors needs;
    std::string why;    // Of the doors, in words.
    std::string never;  // Not empty: no door allows it.
};

/// Pure: the same frame and rules give the same answer. Bursts and the mask list, which depend on
/// what went before, are the guarded link's.
Judgement judge_frame(Bytes frame, const GuardRules& rules);

/// Thrown by queue(): a case, or we, tried to send what was not allowed. A mistake of ours.
struct GuardRefusal : std::logic_error {
    using std::logic_error::logic_error;
};

/// The same for a mask list edit that would shut us out, because the target's list lacks our
/// address although it was told to hold it.
struct LockOutRefusal : GuardRefusal {
    using GuardRefusal::GuardRefusal;
};

class GuardedLink final : public Link {
public:
    /// `inner` must outlive this.
    GuardedLink(Link& inner, const GuardRules& rules) : inner_(inner), rules_(rules) {}

    void set_rules(const GuardRules& rules) { rules_ = rules; }
    const GuardRules& rules() const { return rules_; }

    Mac mac() const noexcept override { return inner_.mac(); }
    std::size_t mtu() const noexcept override { return inner_.mtu(); }
    int descriptor() const noexcept override { return inner_.descriptor(); }
    int event_descriptor() const noexcept override { return inner_.event_descriptor(); }
    std::size_t receive_capacity() const noexcept override { return inner_.receive_capacity(); }
    std::optional<Time> next_due() const override { return inner_.next_due(); }
    std::span<const ReceivedFrame> receive(std::size_t most) override;
    void release(const ReceivedFrame& frame) noexcept override { inner_.release(frame); }
    std::optional<LentBuffer> lend() override { return inner_.lend(); }
    /// Throws GuardRefusal; the buffer is then given back.
    void queue(const LentBuffer& buffer, std::size_t size) override;
    void give_back(const LentBuffer& buffer) noexcept override { inner_.give_back(buffer); }
    std::error_code flush() override { return inner_.flush(); }
    std::optional<LinkEvent> next_event() override { return inner_.next_event(); }
    std::error_code join(const Mac& mac) override { return inner_.join(mac); }

private:
    std::string refusal(Bytes frame);
    bool shuts_us_out(Bytes frame) const;
    void learn_mask(Bytes frame);

    Link& inner_;
    GuardRules rules_;
    unsigned unanswered_ = 0;     // Frames sent since the last receive().
    std::vector<Mac> mask_list_;  // As the target last showed it.
};

}  // namespace aoe::conformance
