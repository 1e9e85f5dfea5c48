// SPDX-License-Identifier: MIT
#include "fuzz/live/run.h"

#include <atomic>
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <memory>
#include <signal.h>
#include <system_error>
#include <unistd.h>

#include "conformance/lab/started_target.h"
#include "conformance/safekeeping.h"
#include "conformance/session.h"
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

std::atomic<bool> stopped{false};

void on_signal(int) {
    stopped.store(true);
}

void catch_signals() {
    struct sigaction action {};
    action.sa_handler = on_signal;
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) {
        ::sigaction(signal, &action, nullptr);
    }
}

class Run {
public:
    explicit Run(const FuzzArguments& arguments)
        : arguments_(arguments),
          session_(conformance::one_target(arguments)),
          json_file_(json_file(arguments.output)) {}

    int run() {
        catch_signals();
        if (!json_file_.empty() && !std::ofstream(json_file_, std::ios::app)) {
            throw UsageError(json_file_ + " of -o cannot be written");
        }
        open_link();
        const auto found_targets = conformance::find_targets(*link_, clock_, session_);
        if (found_targets.empty()) {
            std::cerr << "aoe-fuzz: " << conformance::nobody_answers(*link_, session_) << '\n';
            return target_lost;
        }
        meet(found_targets.front());
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
        mtu_ = arguments_.mtu.value_or(1500);
        started_ = std::make_unique<conformance::StartedTarget>(
            conformance::StartOptions{.command = arguments_.start,
                                      .stop_command = arguments_.stop,
                                      .interface = session_.interface,
                                      .shelf = session_.wanted.shelf,
                                      .slot = *session_.wanted.slot,
                                      .mtu = mtu_,
                                      .first_tag = 0xc8000000U},
            clock_);
        if (!started_->failure().empty()) throw TargetLost(started_->failure());
        set_mtu(session_.interface, std::min(mtu_ + beyond_mtu_bytes, most_mtu));
        link_ = &started_->link();
        while (link_->next_event()) {
        }
    }

    /// Learns all about it, and saves what is going to be changed.
    void meet(const conformance::Reply& reply) {
        rules_ = {.open = session_.open,
                  .private_network = session_.private_network,
                  .ours = link_->mac(),
                  .second = second_address(link_->mac()),
                  .target = reply.source,
                  .shelf = reply.aoe.shelf,
                  .slot = reply.aoe.slot,
                  .mtu = link_->mtu(),
                  .buffer_count = reply.config->buffer_count};
        guarded_ = std::make_unique<conformance::GuardedLink>(*link_, rules_);
        peer_ = std::make_unique<conformance::Peer>(
            *guarded_, clock_,
            conformance::PeerSettings{.target = reply.source,
                                      .shelf = reply.aoe.shelf,
                                      .slot = reply.aoe.slot,
                                      .first_tag = 0xd0000000U,
                                      .timeout_factor = arguments_.timeout_factor});
        auto facts = conformance::learn_facts(*peer_, reply, session_.facts);
        if (!facts) throw UsageError(facts.error());
        facts_ = *std::move(facts);
        rules_.scratch = facts_.scratch;
        rules_.sectors = facts_.sectors;
        rules_.sectors_per_message = facts_.sectors_per_message();
        guarded_->set_rules(rules_);
        if (rules_.open.contains(Door::hostile)) {
            if (const std::error_code error = link_->join(rules_.second)) {
                throw std::system_error(error, "joining a second address");
            }
        }
        if (session_.own_target) return;
        safe_ = std::make_unique<conformance::Safekeeping>(
            *peer_, facts_,
            conformance::SafekeepingOptions{.open = session_.open,
                                            .force = arguments_.force,
                                            .interface = session_.interface,
                                            .journal = arguments_.journal});
    }

    /// Locally administered, made from the interface's own.
    static Mac second_address(Mac mac) {
        mac[0] = std::byte{0x02} | (mac[0] & std::byte{0xfc});
        mac[1] ^= std::byte{0x5a};
        mac[5] ^= std::byte{0xa5};
        return mac;
    }

    conformance::TargetState home() const {
        if (safe_) return safe_->home();
        conformance::TargetState empty;
        empty.doors = conformance::Doors(Door::config) | Door::mask | Door::reserve;
        return empty;
    }

    World world() const {
        return {.target = rules_.target,
                .ours = rules_.ours,
                .second = rules_.second,
                .address = {.shelf = rules_.shelf, .slot = rules_.slot},
                .disk_sectors = std::max<std::uint64_t>(rules_.sectors, 1),
                .frame_limit_bytes = rules_.mtu + ethernet_header_size};
    }

    /// Frames that a target with that Buffer Count can hold, the fence among them.
    std::size_t window() const {
        if (rules_.open.contains(Door::hostile)) return most_window;
        return std::min<std::size_t>(most_window, std::max(2U, rules_.buffer_count) - 1);
    }

    CampaignOptions campaign_options() const {
        CampaignOptions options{.seed = arguments_.seed,
                                .cases = arguments_.cases,
                                .max_time = std::nullopt,
                                .window = window(),
                                .reproducer = {.rules = {.target = rules_.target,
                                                         .address = world().address,
                                                         .most_bytes = mtu_ + ethernet_header_size},
                                               .scratch = rules_.scratch,
                                               .watch = watch_.get(),
                                               .group = window(),
                                               .most_time = time_of_a_finding,
                                               .stop = &stopped},
                                .stop = &stopped};
        if (arguments_.max_time_s) {
            options.max_time = std::chrono::duration_cast<Time>(
                std::chrono::duration<double>(*arguments_.max_time_s));
        } else if (!arguments_.cases) {
            options.max_time = usual_time;
        }
        return options;
    }

    int fuzz() {
        if (started_) watch_ = std::make_unique<DiskWatch>(started_->disk_path(), rules_.scratch);
        const CampaignOptions options = campaign_options();
        Console console(std::cout, {.terminal = ::isatty(STDOUT_FILENO) == 1,
                                    .cases = options.cases,
                                    .max_time = options.max_time,
                                    .files = {.folder = arguments_.findings,
                                              .target = facts_.name(),
                                              .interface = session_.interface,
                                              .version = arguments_.version,
                                              .command = arguments_.command,
                                              .replay_options = replay_options()}});
        std::cout << fmt::format("{} on {}: {}, {} sectors; seed {}, doors {}\n", facts_.name(),
                                 session_.interface,
                                 facts_.model.empty() ? "no model" : facts_.model, facts_.sectors,
                                 arguments_.seed, to_string(rules_.open));
        LiveTarget target(*link_, clock_, started_ ? &started_->control() : nullptr,
                          {.rules = rules_,
                           .facts = facts_,
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
        if (stopped.load() && status <= found) status = interrupted;
        if (!console.failure().empty()) {
            std::cerr << "aoe-fuzz: " << console.failure() << '\n';
            status = our_error;
        }
        return write_json(campaign, status);
    }

    std::string replay_options() const {
        if (started_) return start_words(arguments_);
        return fmt::format("-i {} --shelf {} --slot {} --allow {}", session_.interface,
                           rules_.shelf, rules_.slot,
                           rules_.open.empty() ? "hostile" : to_string(rules_.open));
    }

    bool put_back(bool lost) {
        if (!safe_) return true;
        const std::string left = safe_->give_back(*peer_, facts_, lost);
        if (!left.empty()) std::cerr << "aoe-fuzz: " << left << '\n';
        return left.empty();
    }

    int write_json(const Campaign& campaign, int status) const {
        if (json_file_.empty()) return status;
        std::ofstream file(json_file_);
        file << json_text({.version = arguments_.version,
                           .target = facts_.name(),
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
    conformance::GuardRules rules_;
    std::unique_ptr<conformance::GuardedLink> guarded_;
    std::unique_ptr<conformance::Peer> peer_;
    conformance::TargetFacts facts_;
    std::unique_ptr<conformance::Safekeeping> safe_;
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
