// SPDX-License-Identifier: MIT
// The runner's part that deals with targets and links that are rough: what is lost, late, dead,
// hung or locked out, and whom that is held against.
#include <chrono>

#include "conformance/describe.h"
#include "conformance/match.h"
#include "conformance/runner.h"

namespace aoe::conformance {

namespace {

bool is_down(const std::optional<LinkEvent>& event) {
    return event == LinkEvent::gone || event == LinkEvent::down;
}

}  // namespace

// A request that is sent again because its reply was lost is carried out twice, which may be what a
// case then finds: nothing is held against a target that it did not also do without losses.
CaseResult Runner::attempt_without_losses(const Case& test) {
    constexpr unsigned most = 4;
    CaseResult result;
    for (unsigned i = 0; i < most; ++i) {
        const std::size_t losses = peer_.losses();
        result = attempt(test);
        const bool bad = result.verdict == Verdict::fail || result.verdict == Verdict::warn ||
                         result.code == "setup";
        const bool lossy = peer_.losses() > losses || peer_.loses_many();
        if (!bad || crashed_ || outcome_.lost || !lossy) break;
    }
    return result;
}

// The target ended. When it does not do so again in this case alone, but after the case before,
// then that one is to blame: some die late.
void Runner::blame_earlier(const Case& test, CaseResult& result) {
    const CaseResult again = attempt(test);
    if (crashed_ || outcome_.lost) return;
    for (std::size_t i = outcome_.results.size(); i > 0; --i) {
        CaseResult& earlier = outcome_.results[i - 1];
        if (!is_judged(earlier.verdict)) continue;
        CaseResult before = attempt(*earlier.test);
        CaseResult after;
        if (!crashed_ && !outcome_.lost) after = attempt(test);
        if (!crashed_) break;
        earlier.verdict = Verdict::fail;
        earlier.liveness = result.liveness;
        earlier.reason = result.reason;
        expect(earlier);
        reporter_.case_amended(earlier);
        result = again;
        return;
    }
    result.reason += "; that did not happen when the case was run again";
}

void Runner::recover(const Case& test, CaseResult& result, bool fenced) {
    try {
        if (!fenced || control_ != nullptr) {
            Diagnosis diagnosis = diagnose(peer_, rescue_mac(), control_);
            crashed_ = diagnosis.liveness == Liveness::crashed;
            if (diagnosis.liveness == Liveness::hung && comes_back()) {
                diagnosis = {};
                silent_ = true;
            }
            const bool locked_out = diagnosis.liveness == Liveness::locked_out;
            if (locked_out) result.liveness = diagnosis.text;
            if (locked_out && rescue(peer_, options_.around.second_mac)) {
                result.verdict = Verdict::fail;
                result.reason = "after this case " + diagnosis.text + "; " + result.reason;
            } else if (diagnosis.liveness != Liveness::alive) {
                return lose(test, result, diagnosis.text);
            }
        }
        if (silent_ && result.liveness.empty()) {
            result.liveness = "the target answered nothing for a while, and then again";
            result.verdict = Verdict::fail;
            result.reason = "in this case " + result.liveness +
                            (result.reason.empty() ? "" : "; " + result.reason);
        }
        if (!put_back_lab(test)) {
            return lose(test, result, "the target does not answer with its surroundings put back");
        }
        put_back(test, result);
    } catch (const CaseSkipped& skipped) {
        end_stale(result, skipped);
    } catch (const std::exception& error) {
        lose(test, result, error.what());
    }
}

void Runner::end_stale(CaseResult& result, const CaseSkipped& skipped) {
    result.verdict = Verdict::skip;
    result.code = skipped.code;
    result.reason = skipped.why;
    result.findings.clear();
    result.liveness.clear();
}

// True when what was left changed keeps neither address of ours from being served.
bool Runner::serves_us() {
    const auto identity = peer_.ask(identify_request());
    if (!identity || (target_.identified && !AtaSucceeds().Matches(*identity))) return false;
    if (target_.sectors > 0) {
        const auto sector = peer_.ask(read_request(0, 1, target_.lba48));
        if (!sector || !AtaSucceeds().Matches(*sector)) return false;
    }
    const auto second = rescue_mac();
    if (!second) return true;
    Request request = config_request();
    request.source = *second;
    return peer_.ask(request).has_value();
}

// A target that nobody here can start again may be busy only.
bool Runner::comes_back() {
    using namespace std::chrono_literals;
    if (control_ != nullptr) return false;
    const Time deadline = peer_.now() + 10s;
    while (peer_.now() < deadline && !is_down(peer_.link_event())) {
        if (options_.stop != nullptr && options_.stop->load()) return false;
        if (peer_.fence()) return true;
    }
    return false;
}

bool Runner::put_back_lab(const Case& test) {
    if (options_.around.lab == nullptr || !test.needs.meets(lab_needs)) return true;
    return options_.around.lab->put_back() && peer_.fence();
}

// A target that we can start again is as good as new afterwards. That it would not be put back is
// not held against this case: setting and clearing have cases of their own.
void Runner::put_back(const Case& test, CaseResult& result) {
    const Doors changed = Doors(test.doors.bits & unsigned{home_.doors.bits});
    if (changed.empty()) return;
    const std::string left = restore_state(peer_, target_, home_, changed);
    if (left.empty()) return;
    const std::string how = left + " could not be put back as it was";
    if (control_ == nullptr && !serves_us()) return lose(test, result, how);
    result.liveness = how;
    if (control_ == nullptr) {
        shut_ = shut_ | changed;
        outcome_.left_changed = true;
        outcome_.problems.push_back(how + "; the case to blame is " + std::string(test.id));
        return;
    }
    if (!control_->restart() || !peer_.fence()) lose(test, result, how);
}

void Runner::lose(const Case& test, CaseResult& result, const std::string& how) {
    result.liveness = how;
    result.verdict = Verdict::fail;
    result.code.clear();
    std::string reason = "after this case " + how;
    if (control_ != nullptr) {
        const auto output = control_->last_output();
        if (!output.empty()) reason += "; its last line: " + quote(output.back());
    }
    result.reason = reason + (result.reason.empty() ? "" : "; " + result.reason);
    if (control_ != nullptr && control_->restart() && peer_.fence()) return;
    outcome_.lost = true;
    outcome_.problems.push_back("the target was lost: " + how + "; the case to blame is " +
                                std::string(test.id));
}

std::optional<Mac> Runner::rescue_mac() const {
    if (!options_.open.contains(Door::hostile)) return std::nullopt;
    return options_.around.second_mac;
}

}  // namespace aoe::conformance
