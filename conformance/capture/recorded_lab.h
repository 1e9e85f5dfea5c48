// SPDX-License-Identifier: MIT
// A laboratory around a laboratory: does what it is told by the inner one and tells a recorder what
// was asked for and what came of it, so that the run can be played back (playback_lab.h).
#pragma once

#include "conformance/capture/recorder.h"
#include "conformance/lab/lab.h"
#include "conformance/liveness.h"
#include "wire/clock.h"

namespace aoe::conformance {

class RecordedLab final : public TargetControl, public Lab {
public:
    /// All must outlive this.
    RecordedLab(TargetControl& control, Recorder& recorder, const Clock& clock)
        : control_(control), lab_(control.lab()), recorder_(recorder), clock_(clock) {}

    std::optional<std::string> ended() override;
    bool restart() override;
    std::vector<std::string> last_output() override;
    Lab* lab() override { return lab_ != nullptr ? this : nullptr; }
    std::optional<long> process_id() const override { return control_.process_id(); }

    Needs offers() const override { return lab_->offers(); }
    bool start_again(Start how, const Answers& answers) override;
    bool put_back() override;
    Twin twin() const override { return lab_->twin(); }
    std::string start_twin(const Answers& answers) override;
    void end_twin() override { lab_->end_twin(); }
    void set_mtu(LinkEnd end, std::size_t mtu) override;
    SecondPort second_port() override { return lab_->second_port(); }
    void lose_sectors(std::uint64_t from) override;

private:
    void call(const std::string& what);
    void came_of_it(std::string_view result, unsigned questions = 0);

    TargetControl& control_;
    Lab* lab_;
    Recorder& recorder_;
    const Clock& clock_;
    bool end_is_known_ = false;
};

// How calls are written, by whoever records and whoever plays back.
namespace lab_call {
std::string start_again(Start how);
std::string set_mtu(LinkEnd end, std::size_t mtu);
std::string lose_sectors(std::uint64_t from);
inline constexpr const char *restart = "restart", *put_back = "put-back",
                            *start_twin = "start-twin", *last_output = "last-output";
}  // namespace lab_call

}  // namespace aoe::conformance
