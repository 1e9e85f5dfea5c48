// SPDX-License-Identifier: MIT
#include "conformance/capture/recorded_lab.h"

#include <fmt/format.h>

#include "conformance/capture/recording_facts.h"

namespace aoe::conformance {

namespace {

std::string_view yes_or_no(bool value) {
    return value ? "yes" : "no";
}

// Counts how often whoever starts a target asked whether it answers yet.
Lab::Answers counted(const Lab::Answers& answers, unsigned& count) {
    return [&answers, &count] {
        ++count;
        return answers();
    };
}

}  // namespace

namespace lab_call {

std::string start_again(Start how) {
    if (how == Start::read_only) return "start-again read-only";
    return how == Start::access_list ? "start-again access-list" : "start-again plain";
}

std::string set_mtu(LinkEnd end, std::size_t mtu) {
    return fmt::format("set-mtu {} {}", end == LinkEnd::ours ? "ours" : "theirs", mtu);
}

std::string lose_sectors(std::uint64_t from) {
    return fmt::format("lose-sectors {}", from);
}

}  // namespace lab_call

std::optional<std::string> RecordedLab::ended() {
    auto end = control_.ended();
    if (end && !end_is_known_) {
        recorder_.note(clock_.now(), "ended " + escaped(*end));
        end_is_known_ = true;
    }
    return end;
}

bool RecordedLab::restart() {
    call(lab_call::restart);
    const bool up = control_.restart();
    end_is_known_ = false;
    came_of_it(yes_or_no(up));
    return up;
}

std::vector<std::string> RecordedLab::last_output() {
    call(lab_call::last_output);
    std::vector<std::string> lines = control_.last_output();
    came_of_it(fmt::format("{}", fmt::join(lines, "\n")));
    return lines;
}

bool RecordedLab::start_again(Start how, const Answers& answers) {
    call(lab_call::start_again(how));
    unsigned questions = 0;
    const bool up = lab_->start_again(how, counted(answers, questions));
    end_is_known_ = false;
    came_of_it(yes_or_no(up), questions);
    return up;
}

bool RecordedLab::put_back() {
    call(lab_call::put_back);
    const bool up = lab_->put_back();
    end_is_known_ = false;
    came_of_it(yes_or_no(up));
    return up;
}

std::string RecordedLab::start_twin(const Answers& answers) {
    call(lab_call::start_twin);
    unsigned questions = 0;
    std::string failure = lab_->start_twin(counted(answers, questions));
    came_of_it(failure, questions);
    return failure;
}

void RecordedLab::set_mtu(LinkEnd end, std::size_t mtu) {
    call(lab_call::set_mtu(end, mtu));
    lab_->set_mtu(end, mtu);
    came_of_it({});
}

void RecordedLab::lose_sectors(std::uint64_t from) {
    call(lab_call::lose_sectors(from));
    lab_->lose_sectors(from);
    came_of_it({});
}

void RecordedLab::call(const std::string& what) {
    recorder_.note(clock_.now(), "call " + what);
}

void RecordedLab::came_of_it(std::string_view result, unsigned questions) {
    recorder_.note(clock_.now(), fmt::format("result {} {}", questions, escaped(result)));
}

}  // namespace aoe::conformance
