// SPDX-License-Identifier: MIT
// A link at whose other end a recording answers (playback.h).
#pragma once

#include <vector>

#include "conformance/capture/playback.h"
#include "wire/link.h"

namespace aoe::conformance {

class PlaybackLink final : public Link {
public:
    /// The link of the run, or with port 1 that to the target's second interface. `playback` must
    /// outlive this, and be the clock of whoever waits here.
    PlaybackLink(Playback& playback, std::uint32_t port);

    Mac mac() const noexcept override { return mac_; }
    std::size_t mtu() const noexcept override { return playback_.facts().mtu; }
    /// None: only the playback can wait here.
    int descriptor() const noexcept override { return -1; }
    int event_descriptor() const noexcept override { return -1; }
    std::size_t receive_capacity() const noexcept override {
        return playback_.facts().receive_capacity;
    }
    std::optional<Time> next_due() const override { return playback_.next_due(port_); }
    std::span<const ReceivedFrame> receive(std::size_t most) override;
    void release(const ReceivedFrame&) noexcept override {}
    std::optional<LentBuffer> lend() override;
    /// Throws CaseSkipped for what the recording cannot answer.
    void queue(const LentBuffer& buffer, std::size_t size) override;
    void give_back(const LentBuffer&) noexcept override { lent_ = false; }
    std::error_code flush() override;
    std::optional<LinkEvent> next_event() override { return playback_.next_link_event(port_); }
    std::error_code join(const Mac&) override { return {}; }

private:
    Playback& playback_;
    std::uint32_t port_;
    Mac mac_;
    std::vector<std::byte> buffer_;  // The one that is lent.
    bool lent_ = false;
    std::error_code error_;
    std::vector<Playback::Frame> frames_;  // Of the last receive().
    std::vector<ReceivedFrame> received_;
};

}  // namespace aoe::conformance
