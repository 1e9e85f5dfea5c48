// SPDX-License-Identifier: MIT
#include "conformance/cli/lockstep.h"

#include <algorithm>
#include <fmt/format.h>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <system_error>

#include "conformance/cli/commands.h"
#include "conformance/cli/compare_runs.h"
#include "conformance/cli/interruption.h"
#include "conformance/compare/contest.h"
#include "conformance/compare/plan.h"
#include "conformance/guard.h"
#include "conformance/lab/kept_network.h"
#include "conformance/lab/started_target.h"
#include "conformance/report/wrap.h"
#include "wire/address.h"
#include "wire/packet_link.h"

namespace aoe::conformance {

namespace {

constexpr std::uint16_t started_shelf = 258;  // Two different bytes, so that swapping them shows.

// Somebody's target that answers already: only what no target minds goes there, and the guard sees
// to it.
class WireSide final : public LockstepSide {
public:
    /// `number` of the two.
    WireSide(const TargetName& name, std::size_t number)
        : name_(target_name(name.shelf, name.slot) + '@' + name.interface),
          link_(open_packet_link({.interface = name.interface, .see_everything = true})),
          first_(*link_, clock_, name.shelf, name.slot, first_tag(number)),
          guard_(*link_, rules()),
          asker_(guard_, clock_, name.shelf, name.slot, first_tag(number) + 0x10000) {}

    std::string name() const override { return name_; }
    void reset() override {}
    std::string answer(const Request& request) override { return asker_.answer(request); }

private:
    static std::uint32_t first_tag(std::size_t number) {
        return 0x80000000U + static_cast<std::uint32_t>(number) * 0x40000000U;
    }
    GuardRules rules() const {
        const TargetFacts& facts = first_.facts();
        GuardRules rules;
        rules.ours = link_->mac();
        rules.target = facts.mac;
        rules.shelf = facts.shelf;
        rules.slot = facts.slot;
        rules.mtu = link_->mtu();
        rules.scratch = facts.scratch;
        rules.sectors = facts.sectors;
        rules.sectors_per_message = facts.sectors_per_message();
        rules.buffer_count = facts.config.buffer_count;
        return rules;
    }

    std::string name_;
    SystemClock clock_;
    LinkPtr link_;
    LinkAsker first_;
    GuardedLink guard_;
    LinkAsker asker_;
};

// One that we start, in a private network of its own, and start again for every try.
class StartedSide final : public LockstepSide {
public:
    StartedSide(const Plan& plan, const std::filesystem::path& bin)
        : name_(plan.name), started_(start_options(plan, bin, folder_.path()), clock_) {
        if (!started_.failure().empty()) throw std::runtime_error(started_.failure());
        network_ = KeptNetwork::current();
    }

    std::string name() const override { return name_; }
    void reset() override {
        // The other one may have a network of its own, in which we are now.
        network_.enter();
        if (!started_.restart()) throw std::runtime_error(name_ + " does not start again");
        asker_.emplace(started_.link(), clock_, started_shelf, std::uint8_t{0});
        asker_->undo();
    }
    std::string answer(const Request& request) override { return asker_->answer(request); }

private:
    static StartOptions start_options(const Plan& plan, const std::filesystem::path& bin,
                                      const std::filesystem::path& folder) {
        return {.command = plan.command,
                .stop_command = plan.stop,
                .interface = "veth0",
                .shelf = started_shelf,
                .slot = 0,
                .mtu = plan.mtu.value_or(1500),
                .first_tag = 1,
                .extras = start_extras(plan, bin, folder),
                .stop = &interrupted()};
    }

    std::string name_;
    TemporaryFolder folder_;
    SystemClock clock_;
    StartedTarget started_;
    std::optional<LinkAsker> asker_;
    KeptNetwork network_;
};

std::unique_ptr<LockstepSide> started_side(const std::string& name,
                                           const std::vector<std::string>& bins) {
    std::vector<Plan> plans = profiles();
    apply_bins(bins, plans);
    std::string known = "reference";
    for (const Plan& plan : plans) {
        if (plan.kind == PlanKind::process) known += ", " + plan.name;
        if (plan.name != name || plan.kind != PlanKind::process) continue;
        const auto bin = find_program(plan);
        if (!bin) throw std::runtime_error(fmt::format("{} is not installed: {}", name, plan.get));
        return std::make_unique<StartedSide>(plan, *bin);
    }
    throw UsageError(fmt::format("--lockstep takes targets like e7.3@veth0, or one of {}, not '{}'",
                                 known, name));
}

void print(const LockstepSide& left, const LockstepSide& right, const LockstepResult& result,
           std::uint64_t seed) {
    if (!result.divergence) {
        std::cout << fmt::format("{} and {} answered {} requests alike (--seed {})\n", left.name(),
                                 right.name(), result.compared, seed);
        return;
    }
    const Divergence& found = *result.divergence;
    std::cout << fmt::format(
        "{} and {} answered {} requests alike, and the next one not (--seed "
        "{})\n\n{} to see it:\n",
        left.name(), right.name(), result.compared, seed,
        found.shortest ? "The shortest way" : "A way");
    for (const Request& request : found.requests) {
        std::cout << "  > " << wrapped(request_text(request), "      ");
    }
    for (const auto& [side, answer] :
         {std::pair(&left, &found.left), std::pair(&right, &found.right)}) {
        std::cout << fmt::format("  {}: ", side->name()) << wrapped(*answer, "      ");
    }
}

}  // namespace

int lockstep(const LockstepArguments& arguments,
             const std::function<std::unique_ptr<LockstepSide>()>& reference) {
    catch_interruptions();
    std::vector<std::unique_ptr<LockstepSide>> sides;
    bool everything = true;
    try {
        for (const std::string& side : arguments.sides) {
            if (side == "reference") {
                sides.push_back(reference());
            } else if (const auto name = parse_target_name(side);
                       name && !name->interface.empty()) {
                everything = false;
                sides.push_back(std::make_unique<WireSide>(*name, sides.size()));
            } else {
                sides.push_back(started_side(side, arguments.bins));
            }
        }
        const auto requests = lockstep_requests(arguments.seed, arguments.requests, everything);
        const LockstepResult result = run_lockstep(*sides[0], *sides[1], requests, interrupted());
        if (interrupted().load()) return interrupted_status;
        print(*sides[0], *sides[1], result, arguments.seed);
        return result.divergence ? 1 : 0;
    } catch (const UsageError&) {
        throw;
    } catch (const std::system_error&) {
        throw;
    } catch (const std::runtime_error& not_there) {
        std::cerr << "aoe-conform: " << not_there.what() << '\n';
        return 3;
    }
}

}  // namespace aoe::conformance
