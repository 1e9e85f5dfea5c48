// SPDX-License-Identifier: MIT
// One end of a link for a harness that is the other end: it hands frames in, says what happens to
// the link, and takes what was sent. The link holds its user to the rules of wire/link.h: buffers
// are sent or given back once each, and nothing is written but into a lent buffer.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "fuzz/fields.h"
#include "wire/link.h"

namespace aoe::fuzz {

class ScriptedLink final : public Link {
public:
    /// Lent buffers are full of `dirt`.
    ScriptedLink(const Mac& mac, std::size_t mtu, std::byte dirt);
    /// Ends the process unless every buffer is back.
    ~ScriptedLink() override;

    // What the harness does. Frames are copied into blocks of exactly their size.
    void deliver(Bytes frame, std::size_t cut_bytes = 0,
                 std::optional<std::uint16_t> vlan_tag = std::nullopt);
    void happen(LinkEvent event) { events_.push_back(event); }
    void set_mtu(std::size_t mtu) { mtu_ = mtu; }
    /// How many buffers there are, 1 to 32.
    void set_buffers(std::size_t buffers) { buffers_ = buffers; }
    /// Whether one more can be lent.
    bool has_room() const;
    /// What was sent, in order; it is forgotten here.
    std::vector<FrameBytes> take_sent();
    /// Ends the process unless every frame is back.
    void check_idle() const;

    Mac mac() const noexcept override { return mac_; }
    std::size_t mtu() const noexcept override { return mtu_; }
    int descriptor() const noexcept override { return -1; }
    int event_descriptor() const noexcept override { return -1; }
    std::size_t receive_capacity() const noexcept override { return 93; }
    std::span<const ReceivedFrame> receive(std::size_t most) override;
    void release(const ReceivedFrame& frame) noexcept override;
    std::optional<LentBuffer> lend() override;
    void queue(const LentBuffer& buffer, std::size_t size) override;
    void give_back(const LentBuffer& buffer) noexcept override;
    std::error_code flush() override;
    std::optional<LinkEvent> next_event() override;
    std::error_code join(const Mac& mac) override;

private:
    struct Waiting {
        std::unique_ptr<std::byte[]> bytes;
        std::size_t size = 0;
        std::size_t wire_size = 0;
        std::optional<std::uint16_t> vlan_tag;
    };
    static constexpr std::size_t most_buffers = 32;

    /// Of a frame, by the MTU.
    std::size_t most_bytes() const;

    Mac mac_;
    std::size_t mtu_;
    std::byte dirt_;
    std::size_t buffers_ = most_buffers;
    std::deque<Waiting> waiting_;
    std::vector<Waiting> held_;  // Received and not yet released, by number.
    std::size_t held_count_ = 0;
    std::vector<ReceivedFrame> batch_;
    std::vector<FrameBytes> storage_;  // Of the buffers, by number.
    std::vector<bool> lent_;
    std::vector<std::pair<std::uint32_t, std::size_t>> queued_;  // Buffers and sizes.
    std::vector<FrameBytes> sent_;
    std::deque<LinkEvent> events_;
};

}  // namespace aoe::fuzz
