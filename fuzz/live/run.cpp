// SPDX-License-Identifier: MIT
#include "fuzz/live/run.h"

#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <memory>
#include <system_error>
#include <unistd.h>

#include "conformance/cli/interruption.h"
#include "conformance/lab/started_target.h"
#include "conformance/meeting.h"
#include "fuzz/live/campaign.h"
#include "fuzz/live/console.h"
#include "fuzz/live/json.h"
#include "fuzz/live/run_options.h"
#include "wire/packet_link.h"
#include "wire/private_network.h"

namespace aoe::fuzz {

using namespace std::chrono_literals;
using conformance::Door;

namespace {

enum ExitStatus { nothing_found = 0, found = 1, target_lost = 3, our_error = 4, interrupted = 130 };

constexpr std::size_t most_window = 32;
constexpr Time usual_time = 60s;
constexpr Time time_of_a_finding = 30s;
// Room for a VLAN tag lets frames through to the target that are larger than its MTU by this.
constexpr std::size_t beyond_mtu_bytes = 4;
constexpr std::size_t most_mtu = 65535;  // Of a virtual interface.

class Run {
public:
    explicit Run(const FuzzArguments& arguments)
        : arguments_(arguments),
          session_(conformance::one_target(arguments)),
          json_file_(json_file(arguments.output)) {}

    int run() {
        conformance::catch_interruptions();
        if (!json_file_.empty() && !std::ofstream(json_file_, std::ios::app)) {
            throw UsageError(json_file_ + " of -o cannot be written");
        }
        open_link();
        const auto found_targets = conformance::find_targets(*link_, clock_, session_);
        if (found_targets.empty()) {
            std::cerr << "aoe-fuzz: " << conformance::nobody_answers(*link_, session_) << '\n';
            return target_lost;
        }
        meeting_ =
            std::make_unique<conformance::Meeting>(*link_, clock_, session_, found_targets.front());
        meeting_->learn();
        meeting_->listen_as_second();
        meeting_->save();
        return fuzz();
    }

private:
    void open_link() {
        if (arguments_.start.empty()) {
            opened_ = open_packet_link({.interface = session_.interface, .see_everything = true});
            link_ = opened_.get();
            mtu_ = link_->mtu();
            return;
        }
        // A scratch disk in memory: flushes are among the commonest commands, and nothing of it
        // is to be kept.
        ::setenv("TMPDIR", "/dev/shm", 0);
        const auto start = conformance::start_options(arguments_, session_);
        mtu_ = start.mtu;
        started_ = std::make_unique<conformance::StartedTarget>(start, clock_);
        if (!started_->failure().empty()) throw TargetLost(started_->failure());
        set_mtu(session_.interface, std::min(mtu_ + beyond_mtu_bytes, most_mtu));
        link_ = &started_->link();
        while (link_->next_event()) {
        }
    }

    const conformance::GuardRules& rules() const { return meeting_->rules(); }
    const conformance::TargetFacts& facts() const { return meeting_->facts(); }

    conformance::TargetState home() const {
        conformance::TargetState home = meeting_->home();
        // Frames that nobody expects may change lists, too, of which a target tells nothing.
        if (started_) home.doors = conformance::Doors(Door::config) | Door::mask | Door::reserve;
        return home;
    }

    World world() const {
        return {.target = rules().target,
                .ours = rules().ours,
                .second = rules().second,
                .address = {.shelf = rules().shelf, .slot = rules().slot},
                .disk_sectors = std::max<std::uint64_t>(rules().sectors, 1),
                .frame_limit_bytes = rules().mtu + ethernet_header_size};
    }

    /// Frames that a target with that Buffer Count can hold, the fence among them.
    std::size_t window() const {
        if (rules().open.contains(Door::hostile)) return most_window;
        return std::min<std::size_t>(most_window, std::max(2U, rules().buffer_count) - 1);
    }

    CampaignOptions campaign_options() const {
        CampaignOptions options{.seed = arguments_.seed,
                                .cases = arguments_.cases,
                                .max_time = std::nullopt,
                                .window = window(),
                                .reproducer = {.rules = {.target = rules().target,
                                                         .address = world().address,
                                                         .most_bytes = mtu_ + ethernet_header_size},
                                               .scratch = rules().scratch,
                                               .watch = watch_.get(),
                                               .group = window(),
                                               .most_time = time_of_a_finding,
                                               .stop = &conformance::interrupted()},
                                .stop = &conformance::interrupted()};
        if (arguments_.max_time_s) {
            options.max_time = std::chrono::duration_cast<Time>(
                std::chrono::duration<double>(*arguments_.max_time_s));
        } else if (!arguments_.cases) {
            options.max_time = usual_time;
        }
        return options;
    }

    int fuzz() {
        if (started_) watch_ = std::make_unique<DiskWatch>(started_->disk_path(), rules().scratch);
        const CampaignOptions options = campaign_options();
        Console console(std::cout, {.terminal = ::isatty(STDOUT_FILENO) == 1,
                                    .cases = options.cases,
                                    .max_time = options.max_time,
                                    .files = {.folder = arguments_.findings,
                                              .target = facts().name(),
                                              .interface = session_.interface,
                                              .version = arguments_.version,
                                              .command = arguments_.command,
                                              .replay_options = replay_options()}});
        std::cout << fmt::format("{} on {}: {}, {} sectors; seed {}, doors {}\n", facts().name(),
                                 session_.interface,
                                 facts().model.empty() ? "no model" : facts().model,
                                 facts().sectors, arguments_.seed, to_string(rules().open));
        LiveTarget target(*link_, clock_, started_ ? &started_->control() : nullptr,
                          {.rules = rules(),
                           .facts = facts(),
                           .home = home(),
                           .world = world(),
                           .timeout_factor = arguments_.timeout_factor});
        Campaign campaign(target, clock_, options, console);
        int status = nothing_found;
        std::string why;
        try {
            campaign.run();
        } catch (const TargetLost& lost) {
            why = std::string("the target was lost: ") + lost.what();
            status = target_lost;
        } catch (const std::exception& error) {
            why = error.what();  // What was changed is put back all the same.
            status = our_error;
        }
        console.finish(campaign.tally());
        if (!why.empty()) std::cerr << "aoe-fuzz: " << why << '\n';
        if (!put_back(status == target_lost) && status != our_error) status = target_lost;
        if (status == nothing_found && !campaign.findings().empty()) status = found;
        if (conformance::interrupted().load() && status <= found) status = interrupted;
        if (!console.failure().empty()) {
            std::cerr << "aoe-fuzz: " << console.failure() << '\n';
            status = our_error;
        }
        return write_json(campaign, status);
    }

    std::string replay_options() const {
        if (started_) return start_words(arguments_);
        return fmt::format("-i {} --shelf {} --slot {} --allow {}", session_.interface,
                           rules().shelf, rules().slot,
                           rules().open.empty() ? "hostile" : to_string(rules().open));
    }

    bool put_back(bool lost) {
        const std::string left = meeting_->give_back(lost);
        if (!left.empty()) std::cerr << "aoe-fuzz: " << left << '\n';
        return left.empty();
    }

    int write_json(const Campaign& campaign, int status) const {
        if (json_file_.empty()) return status;
        std::ofstream file(json_file_);
        file << json_text({.version = arguments_.version,
                           .target = facts().name(),
                           .seed = arguments_.seed,
                           .exit_status = status,
                           .tally = campaign.tally(),
                           .findings = campaign.findings()});
        if (file.flush()) return status;
        std::cerr << "aoe-fuzz: " << json_file_ << " could not be written whole\n";
        return our_error;
    }

    FuzzArguments arguments_;
    conformance::SessionOptions session_;
    std::string json_file_;
    SystemClock clock_;
    std::unique_ptr<conformance::StartedTarget> started_;
    LinkPtr opened_;
    Link* link_ = nullptr;
    std::size_t mtu_ = 0;
    std::unique_ptr<conformance::Meeting> meeting_;
    std::unique_ptr<DiskWatch> watch_;
};

}  // namespace

int run_fuzz(const FuzzArguments& arguments) {
    try {
        return Run(arguments).run();
    } catch (const TargetLost& lost) {
        std::cerr << "aoe-fuzz: " << lost.what() << '\n';
        return target_lost;
    } catch (const std::invalid_argument& unknown_placeholder) {
        throw UsageError(unknown_placeholder.what());
    }
}

}  // namespace aoe::fuzz
