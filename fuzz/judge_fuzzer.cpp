// SPDX-License-Identifier: MIT
// The judge against whatever a capture may hold: it ends, holds no more than it has room for, and
// what it tells adds up. Judged in one go or with nothing to remember between two files, a file
// that is judged twice is judged alike.
#include <sstream>
#include <string>
#include <vector>

#include "conformance/capture/capture_reader.h"
#include "conformance/judge/judge.h"
#include "conformance/judge/judge_report.h"
#include "conformance/judge/listing.h"
#include "conformance/judge/verdicts.h"
#include "fuzz/harness.h"
#include "fuzz/raw_bytes.h"
#include "fuzz/require.h"

namespace {

using namespace aoe;
using namespace aoe::conformance;
using aoe::fuzz::require;

constexpr std::size_t longest_file = 9018;
constexpr std::size_t few_pending = 16;  // So that short files fill it.

ByteWindow::Source memory(Bytes input) {
    return [input](MutableBytes into) mutable {
        const std::size_t size = std::min(into.size(), input.size());
        aoe::fuzz::copy(input.first(size), into.first(size));
        input = input.subspan(size);
        return size;
    };
}

void read_into(Judge& judge, Bytes input) {
    auto reader = CaptureReader::open(memory(input));
    if (!reader) return;
    judge.begin_file();
    while (const auto packet = reader->next()) {
        const SeenFrame frame = look_at(*packet);
        require(!list_frame(frame, Time(0)).empty(), "every frame has a line");
        judge.see(frame);
    }
    judge.end_file();
}

void add_up(const std::vector<RuleCount>& counts, std::size_t& broken) {
    for (const RuleCount& count : counts) {
        require(count.first.size() == std::min<std::uint64_t>(count.broken, 2),
                "the first violations are kept");
        broken += count.broken;
    }
}

void check_traffic(const Traffic& traffic, std::size_t told) {
    std::size_t broken = 0;
    for (const auto& target : traffic.targets()) add_up(target->counts, broken);
    for (const auto& initiator : traffic.initiators()) add_up(initiator->counts, broken);
    require(broken == told, "every violation is told of once");
    for (const auto& both : traffic.conversations()) {
        require(both->round_trips.count() <= both->replies, "a round trip is of a reply");
        require(both->unanswered + both->replies >= both->round_trips.count(),
                "requests are answered or not");
    }
}

std::string report_of(const Judge& judge) {
    std::ostringstream text;
    print_conversations(text, judge.traffic());
    print_violations(text, judge.traffic(), {"one", "two"}, {});
    return text.str();
}

void check(Bytes input) {
    std::size_t told = 0;
    Judge judge({.first_violations = 2,
                 .on_broken = [&](const Violation&) { ++told; },
                 .most_pending = few_pending,
                 .chosen = {}});
    read_into(judge, input);
    check_traffic(judge.traffic(), told);
    Judge again(
        {.first_violations = 2, .on_broken = {}, .most_pending = few_pending, .chosen = {}});
    read_into(again, input);
    require(report_of(judge) == report_of(again), "a file is judged alike each time");
    read_into(judge, input);
    check_traffic(judge.traffic(), told);
    Reporters nobody;
    report_verdicts(judge.traffic(), {"one", "two"}, nobody);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size <= longest_file) check(std::as_bytes(std::span(data, size)));
    return 0;
}
