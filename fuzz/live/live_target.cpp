// SPDX-License-Identifier: MIT
#include "fuzz/live/live_target.h"

#include <array>
#include <fstream>
#include <sstream>
#include <unistd.h>

#include "conformance/lab/lab.h"

namespace aoe::fuzz {

using namespace std::chrono_literals;
using conformance::Door;
using conformance::Doors;

namespace {

SenderOptions sender_options(const LiveTargetOptions& options,
                             conformance::TargetControl* control) {
    SenderOptions made{.target = options.rules.target,
                       .address = {.shelf = options.rules.shelf, .slot = options.rules.slot},
                       .has_neighbours = !options.rules.private_network,
                       .timeout_factor = options.timeout_factor,
                       .least_patience = options.rules.private_network ? 50ms : 200ms};
    if (control != nullptr) made.ended = [control] { return control->ended().has_value(); };
    return made;
}

/// Elsewhere than at home the second address may be one that a switch lets not pass: a list of it
/// alone would shut us out.
conformance::GuardRules guard_rules(const LiveTargetOptions& options) {
    conformance::GuardRules rules = options.rules;
    if (!rules.private_network) rules.second = rules.ours;
    return rules;
}

/// Clock ticks that a process has used.
std::uint64_t ticks_of(long pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string text;
    std::getline(file, text);
    // The name in parentheses may hold anything; user and system time are the 12th and 13th word
    // after it.
    const auto end = text.rfind(')');
    if (end == std::string::npos) return 0;
    std::istringstream words(text.substr(end + 1));
    std::string word;
    std::uint64_t user = 0, system = 0;
    for (int i = 0; i < 11; ++i) words >> word;
    words >> user >> system;
    return user + system;
}

}  // namespace

LiveTarget::LiveTarget(Link& link, Clock& clock, conformance::TargetControl* control,
                       const LiveTargetOptions& options)
    : clock_(clock),
      control_(control),
      options_(options),
      gate_(options.rules),
      recipes_(options.world, {}),
      guarded_(link, guard_rules(options)),
      sender_(guarded_, clock, sender_options(options, control)) {}

Volley LiveTarget::send(std::span<const FrameBytes> frames, Phase phase) {
    Volley volley = sender_.send(frames, fences(phase));
    if (sender_.link_event() == LinkEvent::gone) throw TargetLost("the interface is gone");
    return volley;
}

/// At home a mask edit may take one of our addresses off the list, and none takes both.
std::vector<FrameBytes> LiveTarget::fences(Phase phase) const {
    std::vector<FrameBytes> made{recipes_.config_read(options_.rules.ours)};
    if (phase == Phase::mask && has_second() && options_.rules.private_network) {
        made.push_back(recipes_.config_read(options_.rules.second));
    }
    return made;
}

std::vector<FrameBytes> LiveTarget::opening(Phase phase) const {
    if (phase != Phase::mask) return {};
    const auto& rules = options_.rules;
    const FrameBytes ours = recipes_.admit(rules.ours, rules.ours);
    if (!has_second()) return {ours};
    // At home the address that is never deleted stands first, where no deletion moves it.
    if (rules.private_network) {
        return {recipes_.admit(rules.second, rules.ours), recipes_.admit(rules.ours, rules.second)};
    }
    // Elsewhere ours: a list of the other one shuts us out wherever its frames do not arrive.
    return {ours, recipes_.admit(rules.second, rules.ours)};
}

std::optional<Symptom> LiveTarget::ended() {
    if (control_ == nullptr) return std::nullopt;
    const auto how = control_->ended();
    if (!how) return std::nullopt;
    Symptom symptom{.kind = Kind::crashed, .how = *how, .last_words = {}, .output = {}};
    symptom.output = control_->last_output();
    symptom.last_words = telling_line(symptom.output);
    return symptom;
}

std::optional<Symptom> LiveTarget::look(Phase phase) {
    if (auto crashed = ended()) return crashed;
    if (sender_.link_event() == LinkEvent::down) throw TargetLost("the link went down");
    if (sender_.answers(fences(phase))) return std::nullopt;
    // It may have ended while the fence was waiting.
    if (auto crashed = ended()) return crashed;
    Symptom symptom{.kind = Kind::hung, .how = {}, .last_words = {}, .output = {}};
    if (control_ != nullptr) symptom.output = control_->last_output();
    const bool answers_other =
        has_second() && sender_.answers(std::array{recipes_.config_read(options_.rules.second)});
    if (answers_other || (phase == Phase::mask && control_ != nullptr && !process_is_busy())) {
        symptom.kind = Kind::locked_out;
    }
    return symptom;
}

/// A target that is locked up in a loop uses its processor; one whose list lacks us does not.
bool LiveTarget::process_is_busy() const {
    const auto pid = control_->process_id();
    if (!pid) return true;
    const std::uint64_t before = ticks_of(*pid);
    ::usleep(100'000);
    return ticks_of(*pid) - before >= 5;
}

bool LiveTarget::can_renew_after(Kind kind) {
    if (control_ != nullptr || !is_deadly(kind)) return true;
    if (kind != Kind::locked_out || !has_second() || !gate_.allows(Door::mask)) return false;
    return rescue();
}

bool LiveTarget::rescue() {
    const auto& rules = options_.rules;
    conformance::Peer asking = peer();
    if (!conformance::rescue(asking, rules.second)) return false;
    // For the next time, until the list is put back.
    sender_.send(std::array{recipes_.admit(rules.second, rules.ours)}, fences(Phase::general));
    return true;
}

void LiveTarget::renew() {
    if (control_ != nullptr) return restart();
    constexpr Doors all = Doors(Door::config) | Door::mask | Door::reserve;
    std::string left = put_back(all);
    // What locks us out may be met while putting back.
    if (!left.empty() && can_renew_after(Kind::locked_out)) left = put_back(all);
    if (!left.empty()) throw TargetLost(left + " could not be put back as it was");
    if (!sender_.answers(fences(Phase::general))) {
        throw TargetLost("it does not answer our address any more");
    }
}

void LiveTarget::restart() {
    ++restarts_;
    // Its disk is a hole again. Elsewhere there is no laboratory, and no disk of ours.
    conformance::Lab* const lab = control_->lab();
    if (lab != nullptr && lab->offers().contains(conformance::Need::failing_disk)) {
        lab->lose_sectors(0);
    }
    if (!control_->restart()) throw TargetLost("the target does not answer when started again");
    sender_.drain();
    // So that the guard knows the list.
    if (gate_.allows(Door::mask)) {
        sender_.send(std::array{recipes_.mask_read(options_.rules.ours)}, fences(Phase::general));
    }
}

conformance::Peer LiveTarget::peer() {
    const auto& rules = options_.rules;
    conformance::Peer made(guarded_, clock_,
                           {.target = rules.target,
                            .shelf = rules.shelf,
                            .slot = rules.slot,
                            .first_tag = 0xc0000000U + (++peers_ << 12U),
                            .timeout_factor = options_.timeout_factor});
    if (control_ != nullptr) {
        made.set_ended([this] { return control_->ended().has_value(); });
    }
    return made;
}

std::string LiveTarget::put_back(Doors doors) {
    const bool may_be_out = has_second() && gate_.allows(Door::mask) && doors.contains(Door::mask);
    // Where nobody can start it again, no edit of ours took our address off the list.
    if (may_be_out && (control_ != nullptr || !sender_.answers(fences(Phase::general)))) {
        rescue();
    }
    conformance::Peer asking = peer();
    return conformance::restore_state(asking, options_.facts, options_.home, doors);
}

bool LiveTarget::end_phase(Phase phase) {
    if (phase == Phase::general) return false;
    std::string left = "what it failed to put back before";
    if (puts_back_) left = put_back(phase == Phase::mask ? Door::mask : Door::reserve);
    if (left.empty()) return false;
    if (control_ == nullptr) throw TargetLost(left + " could not be put back as it was");
    // Not every target does with its lists as it is told: such a one is not asked again.
    puts_back_ = false;
    restart();
    return true;
}

std::size_t LiveTarget::memory_bytes() const {
    if (control_ == nullptr || !control_->process_id()) return 0;
    std::ifstream file("/proc/" + std::to_string(*control_->process_id()) + "/statm");
    std::size_t all_pages = 0, resident_pages = 0;
    file >> all_pages >> resident_pages;
    return resident_pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace aoe::fuzz
