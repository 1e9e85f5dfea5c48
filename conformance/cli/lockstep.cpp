// SPDX-License-Identifier: MIT
#include "conformance/cli/lockstep.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <system_error>

#include "conformance/cli/commands.h"
#include "conformance/cli/interruption.h"
#include "conformance/cli/lockstep_sides.h"
#include "conformance/compare/recorded_steps.h"
#include "conformance/report/wrap.h"
#include "conformance/session.h"

namespace aoe::conformance {

namespace {

// Left and right, as they were given; of a recording there are its steps.
struct Sides {
    std::vector<std::string> names;
    std::vector<std::unique_ptr<LockstepSide>> asked;
    std::optional<RecordedSteps> recorded;
    bool recorded_is_right = false;
};

void add_recording(Sides& sides, const std::string& file) {
    if (sides.recorded) {
        throw UsageError("--lockstep takes one recording: the other side is asked what it holds");
    }
    const auto recording = open_recording(file);
    if (!recording) throw UsageError("--lockstep: " + recording.error());
    sides.recorded = recorded_steps(*recording);
    sides.recorded_is_right = !sides.asked.empty();
    sides.names.push_back(std::filesystem::path(file).filename());
}

void open_sides(Sides& sides, const LockstepArguments& arguments,
                const std::function<std::unique_ptr<LockstepSide>()>& reference) {
    const auto doors = parse_doors(arguments.allow);
    if (!doors) throw UsageError(doors.error());
    for (const std::string& side : arguments.sides) {
        std::error_code none;
        if (std::filesystem::is_regular_file(side, none)) {
            add_recording(sides, side);
            continue;
        }
        const auto target = parse_target_name(side);
        if (side == "reference") {
            sides.asked.push_back(reference());
        } else if (target && !target->interface.empty()) {
            sides.asked.push_back(wire_side(*target, sides.asked.size(), *doors));
        } else {
            sides.asked.push_back(started_side(side, arguments.bins));
        }
        sides.names.push_back(sides.asked.back()->name());
    }
}

LockstepResult run(Sides& sides, const LockstepArguments& arguments) {
    Doors open = all_doors;
    for (const auto& side : sides.asked) open = open - (all_doors - side->open());
    // What is on a disk that nobody here has written is each target's own.
    const bool known = !sides.recorded || (sides.recorded->contents_known && open == all_doors);
    for (auto& side : sides.asked) side->compares_contents = known && open.contains(Door::write);
    if (!sides.recorded) {
        const auto requests = lockstep_requests(arguments.seed, arguments.requests, open);
        return run_lockstep(*sides.asked[0], *sides.asked[1], requests, interrupted());
    }
    auto& steps = sides.recorded->steps;
    steps.resize(std::min(steps.size(), arguments.requests));
    LockstepResult result = run_lockstep(steps, *sides.asked[0], interrupted());
    if (sides.recorded_is_right && result.divergence) {
        std::swap(result.divergence->left, result.divergence->right);
    }
    return result;
}

constexpr const char* by_chance =
    "Before that they answered one differently, which did not repeat: frames may have been lost.\n";

void print(const Sides& sides, const LockstepResult& result, std::uint64_t seed) {
    const std::string &left = sides.names[0], &right = sides.names[1];
    const std::string from =
        sides.recorded ? "those of the recording" : fmt::format("--seed {}", seed);
    const std::string alike = fmt::format("{} and {} answered {} request{} alike", left, right,
                                          result.compared, result.compared == 1 ? "" : "s");
    if (result.both_gone) {
        std::cout << fmt::format("{}, and after the next one neither answers any more ({}):\n  > ",
                                 alike, from)
                  << wrapped(request_text(*result.both_gone), "      ");
        return;
    }
    if (!result.divergence) {
        std::cout << fmt::format("{} ({})\n", alike, from);
        if (result.unrepeated > 0) std::cout << by_chance;
        return;
    }
    const Divergence& found = *result.divergence;
    std::cout << fmt::format("{}, and the next one not ({})\n\n{}:\n", alike, from,
                             !found.repeated  ? "It did not repeat when all was asked again"
                             : found.shortest ? "The shortest way to see it"
                                              : "A way to see it");
    for (const Request& request : found.requests) {
        std::cout << "  > " << wrapped(request_text(request), "      ");
    }
    for (const auto& [side, answer] :
         {std::pair(&left, &found.left), std::pair(&right, &found.right)}) {
        std::cout << fmt::format("  {}: ", *side) << wrapped(*answer, "      ");
    }
}

bool give_back(const Sides& sides) {
    bool whole = true;
    for (const auto& side : sides.asked) {
        const std::string left = side->give_back();
        if (left.empty()) continue;
        whole = false;
        std::cerr << fmt::format("aoe-conform: {}: {}\n", side->name(), left);
    }
    return whole;
}

}  // namespace

int lockstep(const LockstepArguments& arguments,
             const std::function<std::unique_ptr<LockstepSide>()>& reference) {
    catch_interruptions();
    Sides sides;
    try {
        open_sides(sides, arguments, reference);
        const LockstepResult result = run(sides, arguments);
        if (!give_back(sides)) return 3;
        if (interrupted().load()) return interrupted_status;
        print(sides, result, arguments.seed);
        if (result.both_gone) return 3;
        return result.divergence ? 1 : 0;
    } catch (const UsageError&) {
        give_back(sides);
        throw;
    } catch (const CannotBegin& why) {
        give_back(sides);
        throw UsageError(why.what());
    } catch (const std::system_error&) {
        give_back(sides);
        throw;
    } catch (const std::runtime_error& not_there) {
        give_back(sides);
        std::cerr << "aoe-conform: " << not_there.what() << '\n';
        return 3;
    }
}

}  // namespace aoe::conformance
