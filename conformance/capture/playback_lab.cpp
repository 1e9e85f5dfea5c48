// SPDX-License-Identifier: MIT
#include "conformance/capture/playback_lab.h"

#include "conformance/capture/recorded_lab.h"

namespace aoe::conformance {

namespace {

bool nobody_asks() {
    return false;
}

}  // namespace

PlaybackLab::PlaybackLab(Playback& playback) : playback_(playback) {
    if (playback.facts().second_ours) second_link_.emplace(playback, 1);
}

bool PlaybackLab::restart() {
    return call(lab_call::restart, nobody_asks) == "yes";
}

std::vector<std::string> PlaybackLab::last_output() {
    std::string text = call(lab_call::last_output, nobody_asks);
    std::vector<std::string> lines;
    if (text.empty()) return lines;
    for (std::size_t at = 0; at != std::string::npos;) {
        const std::size_t end = text.find('\n', at);
        lines.push_back(text.substr(at, end - at));
        at = end == std::string::npos ? end : end + 1;
    }
    return lines;
}

bool PlaybackLab::start_again(Start how, const Answers& answers) {
    return call(lab_call::start_again(how), answers) == "yes";
}

bool PlaybackLab::put_back() {
    return call(lab_call::put_back, nobody_asks) == "yes";
}

std::string PlaybackLab::start_twin(const Answers& answers) {
    return call(lab_call::start_twin, answers);
}

void PlaybackLab::set_mtu(LinkEnd end, std::size_t mtu) {
    call(lab_call::set_mtu(end, mtu), nobody_asks);
}

SecondPort PlaybackLab::second_port() {
    if (!second_link_) return {};
    return {.link = &*second_link_, .target = *playback_.facts().second_target};
}

void PlaybackLab::lose_sectors(std::uint64_t from) {
    call(lab_call::lose_sectors(from), nobody_asks);
}

// Asks as often as whoever started a target did.
std::string PlaybackLab::call(const std::string& what, const Answers& answers) {
    const RecordedEvent& result = playback_.call(what);
    for (unsigned i = 0; i < result.number; ++i) answers();
    playback_.conclude(result);
    return result.text;
}

}  // namespace aoe::conformance
