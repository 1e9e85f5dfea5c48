// SPDX-License-Identifier: MIT
#include "conformance/cli/lockstep_sides.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <stdexcept>

#include "conformance/cli/commands.h"
#include "conformance/cli/compare_runs.h"
#include "conformance/cli/interruption.h"
#include "conformance/compare/contest.h"
#include "conformance/compare/plan.h"
#include "conformance/guard.h"
#include "conformance/lab/kept_network.h"
#include "conformance/lab/started_target.h"
#include "conformance/safekeeping.h"
#include "conformance/session.h"
#include "wire/packet_link.h"

namespace aoe::conformance {

namespace {

constexpr std::uint16_t started_shelf = 258;  // Two different bytes, so that swapping them shows.

// Who is not among the holders gets errors only, and could not undo it.
bool reserves_for_others(const Request& request) {
    const auto* fields = std::get_if<ReserveFields>(&request.argument);
    if (fields == nullptr || fields->command == 0 || fields->mac_count == 0) return false;
    Reply list;
    list.reserve = *fields;
    list.data = request.data;
    const std::vector<Mac> holders = list.macs();
    return std::find(holders.begin(), holders.end(), us) == holders.end();
}

class WireSide final : public LockstepSide {
public:
    WireSide(const TargetName& name, std::size_t number, Doors open)
        : name_(target_name(name.shelf, name.slot) + '@' + name.interface),
          open_(open),
          link_(open_packet_link({.interface = name.interface, .see_everything = true})),
          first_(*link_, clock_, name.shelf, name.slot, first_tag(number)),
          guard_(*link_, rules()),
          asker_(guard_, clock_, name.shelf, name.slot, first_tag(number) + 0x10000),
          safe_(asker_.peer(), asker_.facts(),
                {.open = open,
                 .interface = name.interface,
                 .journal = fmt::format("aoe-conform-{}-{}.journal", name.interface,
                                        target_name(name.shelf, name.slot))}) {}

    std::string name() const override { return name_; }
    void reset() override { asker_.undo(open_); }
    std::string answer(const Request& request) override {
        return asker_.answer(request, compares_contents);
    }
    Doors open() const override { return open_; }
    // What the guard would stop.
    bool may_ask(const Request& request) const override {
        if (reserves_for_others(request)) return false;
        const TargetFacts& facts = asker_.facts();
        Request sent = asker_.as_sent(request);
        sent.destination = sent.destination.value_or(facts.mac);
        sent.source = sent.source.value_or(link_->mac());
        sent.shelf = sent.shelf.value_or(facts.shelf);
        sent.slot = sent.slot.value_or(facts.slot);
        sent.tag = 0;
        const ByteVector bytes = craft(sent);
        const Judgement judgement = judge_frame(std::as_bytes(std::span(bytes)), guard_.rules());
        return judgement.never.empty() && open_.contains(judgement.needs);
    }
    std::string give_back() override {
        return safe_.give_back(asker_.peer(), asker_.facts(), false);
    }

private:
    static std::uint32_t first_tag(std::size_t number) {
        return 0x80000000U + static_cast<std::uint32_t>(number) * 0x40000000U;
    }
    GuardRules rules() const {
        const TargetFacts& facts = first_.facts();
        GuardRules rules;
        rules.open = open_;
        rules.ours = link_->mac();
        rules.second = second_address(link_->mac());
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
    Doors open_;
    SystemClock clock_;
    LinkPtr link_;
    LinkAsker first_;
    GuardedLink guard_;
    LinkAsker asker_;
    Safekeeping safe_;
};

class StartedSide final : public LockstepSide {
public:
    StartedSide(const Plan& plan, const std::filesystem::path& bin)
        : name_(plan.name),
          timeout_factor_(plan.timeout_factor),
          started_(start_options(plan, bin, folder_.path()), clock_) {
        if (!started_.failure().empty()) throw std::runtime_error(started_.failure());
        network_ = KeptNetwork::current();
    }

    std::string name() const override { return name_; }
    void reset() override {
        // The other one may have a network of its own, in which we are now.
        network_.enter();
        if (!started_.restart()) throw std::runtime_error(name_ + " does not start again");
        asker_.emplace(started_.link(), clock_, started_shelf, std::uint8_t{0}, 0x80000000U,
                       timeout_factor_);
        asker_->undo();
    }
    std::string answer(const Request& request) override {
        return asker_->answer(request, compares_contents);
    }

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
    double timeout_factor_;
    TemporaryFolder folder_;
    SystemClock clock_;
    StartedTarget started_;
    std::optional<LinkAsker> asker_;
    KeptNetwork network_;
};

}  // namespace

std::unique_ptr<LockstepSide> wire_side(const TargetName& target, std::size_t number, Doors open) {
    return std::make_unique<WireSide>(target, number, open);
}

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
    throw UsageError(fmt::format(
        "--lockstep takes targets like e7.3@veth0, a file of --record, or one of {}, not '{}'",
        known, name));
}

}  // namespace aoe::conformance
