// SPDX-License-Identifier: MIT
// The laboratory of a run that is played back: does nothing, and says what the recorded one said.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "conformance/capture/playback.h"
#include "conformance/capture/playback_link.h"
#include "conformance/lab/lab.h"
#include "conformance/liveness.h"

namespace aoe::conformance {

/// What a case asks of it and the recording does not hold ends the case by CaseSkipped.
class PlaybackLab final : public TargetControl, public Lab {
public:
    /// `playback` must outlive this.
    explicit PlaybackLab(Playback& playback);

    std::optional<std::string> ended() override { return playback_.ended(); }
    bool restart() override;
    std::vector<std::string> last_output() override;
    Lab* lab() override { return this; }

    Needs offers() const override { return playback_.facts().offers; }
    bool start_again(Start how, const Answers& answers) override;
    bool put_back() override;
    Twin twin() const override { return playback_.facts().twin; }
    std::string start_twin(const Answers& answers) override;
    void set_mtu(LinkEnd end, std::size_t mtu) override;
    SecondPort second_port() override;
    void lose_sectors(std::uint64_t from) override;

private:
    std::string call(const std::string& what, const Answers& answers);

    Playback& playback_;
    std::optional<PlaybackLink> second_link_;
};

}  // namespace aoe::conformance
