// SPDX-License-Identifier: MIT
// For tests: a conversation made by hand between an initiator and a good target, frame by frame, so
// that a test changes one thing and sees what the judge says.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/judge/judge.h"
#include "conformance/message.h"

namespace aoe::conformance {

inline constexpr Mac test_target{std::byte{2}, {}, {}, {}, {}, std::byte{1}};
inline constexpr Mac test_initiator{std::byte{2}, {}, {}, {}, {}, std::byte{2}};
inline constexpr Mac test_other{std::byte{2}, {}, {}, {}, {}, std::byte{3}};
inline constexpr std::uint16_t test_shelf = 7;
inline constexpr std::uint8_t test_slot = 3;
inline constexpr std::uint64_t test_sectors = 131072;

class Talk {
public:
    explicit Talk(JudgeOptions options = {});

    /// The bytes of a request: to the target from the initiator under a fresh tag, unless it says
    /// otherwise.
    ByteVector craft_request(Request request);
    /// What a good target with no string, no lists and 131072 sectors replies; 60 bytes at least.
    static ByteVector good_reply(const ByteVector& request);

    /// Shows a frame to the judge, a millisecond after the one before.
    void show(const ByteVector& frame);
    /// As show(), later.
    void show_after(Time pause, const ByteVector& frame);
    /// A request and the good reply.
    void ask(const Request& request);
    /// A request and the good reply after a change.
    void ask(const Request& request, const std::function<void(ByteVector&)>& change);
    /// A request that stays unanswered, between two that are answered.
    void ask_in_vain(const Request& request);
    /// The target says what it is and holds: config read, IDENTIFY, both lists.
    void introduce();
    void end() { judge.end_file(); }

    /// Ids of broken rules, of all targets and initiators.
    std::set<std::string_view> broken() const;
    std::uint64_t kept(std::string_view rule) const;
    const Violation& first(std::string_view rule) const;
    std::uint64_t number() const { return number_; }

    Judge judge;

private:
    std::uint32_t tag_ = 0x10000000;
    std::uint64_t number_ = 0;
    Time now_ = std::chrono::seconds(1000);
};

}  // namespace aoe::conformance
