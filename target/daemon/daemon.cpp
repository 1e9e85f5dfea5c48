// SPDX-License-Identifier: MIT
#include "target/daemon/daemon.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <map>
#include <optional>
#include <vector>

#include <net/if.h>

#include "target/daemon/calm_log.h"
#include "target/daemon/commands.h"
#include "target/daemon/config.h"
#include "target/daemon/control_socket.h"
#include "target/daemon/event_loop.h"
#include "target/daemon/file_storage.h"
#include "target/daemon/hub.h"
#include "target/daemon/io_engine.h"
#include "target/daemon/log.h"
#include "target/daemon/privileges.h"
#include "target/daemon/service_manager.h"
#include "target/daemon/signals.h"
#include "target/daemon/state_file.h"
#include "target/daemon/workers.h"
#include "wire/clock.h"
#include "wire/descriptor.h"
#include "wire/netlink.h"
#include "wire/packet_link.h"

namespace aoe::target {
namespace {

constexpr std::chrono::seconds most_draining{5};
constexpr std::chrono::seconds between_looks{1};
const std::vector<std::string> no_names;

class Daemon {
public:
    explicit Daemon(const DaemonOptions& options)
        : options_(options),
          config_(read()),
          engine_(make_io_engine(config_.io)),
          hub_(
              {.clock = clock_, .log = log_, .save = saver()},
              [this](const ExportConfig& wanted) {
                  return open_file_storage(wanted, *engine_, clock_, log_);
              },
              [this](const Address& address) {
                  return folder_ ? folder_->load(address) : std::nullopt;
              }) {}

    void run(int stop_descriptor) {
        bool stopped = false;
        loop_.watch(stop_descriptor, [&] { stopped = true; });
        loop_.watch(hangups_.get(), [this] { hang_up(); });
        loop_.watch(interfaces_.descriptor(), [this] { look_at_interfaces(); });
        loop_.watch(completions_.descriptor(), [this] { completions_.run(); });
        loop_.watch(engine_->descriptor(), [this] { engine_->finish_ready(); });
        if (!config_.control_socket.empty()) {
            control_.emplace(config_.control_socket, loop_, [this](const auto& words, auto reply) {
                commands_.run(words, reply);
            });
        }
        hub_.apply(config_, Hub::IfAbsent::wait);
        open_links(true);
        drop_capabilities(options_.lock);
        is_started_ = true;
        tell_service_manager("READY=1");
        while (!stopped) {
            send();
            wait();
        }
        tell_service_manager("STOPPING=1");
        drain();
    }

private:
    Config read() const {
        Config config = read_config(options_.config_path);
        if (!options_.state_folder.empty()) config.state_folder = options_.state_folder;
        return config;
    }

    /// Disks that are not there are looked for again once in a while; else nothing happens that
    /// nobody asked for.
    void wait() {
        if (hub_.absent().empty()) return loop_.wait();
        next_look_ = std::min(next_look_, clock_.now() + between_looks);
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(next_look_ - clock_.now());
        loop_.wait(std::max(left, std::chrono::milliseconds(0)));
        if (clock_.now() < next_look_) return;
        hub_.look_for_absent();
        next_look_ = clock_.now() + between_looks;
    }

    /// What was taken on is answered before the end, unless a disk hangs. Nothing more is taken on.
    void drain() {
        const Time deadline = clock_.now() + most_draining;
        for (const auto& [name, link] : hub_.links()) forget(link->link());
        send();
        while (!hub_.is_idle() && clock_.now() < deadline) {
            loop_.wait(std::chrono::milliseconds(100));
            send();
        }
        if (hub_.is_idle()) return;
        // Nobody can take back what a disk that hangs has been given: not even its memory.
        log_.say("a disk still hangs; what waits for it is not answered");
        std::_Exit(EXIT_FAILURE);
    }

    /// Replies, and what disks are asked for: all that a turn of the loop left behind.
    void send() {
        hub_.flush();
        engine_->submit();
    }

    decltype(Surroundings::save) saver() {
        if (config_.state_folder.empty()) return {};
        folder_.emplace(config_.state_folder);
        return [this](const Address& address, const ExportState& state, Surroundings::Then then) {
            savers_.submit([this, address, state] { return folder_->save(address, state); },
                           std::move(then));
        };
    }

    void hang_up() {
        clear_signals(hangups_);
        tell_service_manager_of_reload();
        try {
            reload();
        } catch (const std::exception& error) {
            log_.say(std::string(error.what()) + "; the running configuration stays");
        }
        tell_service_manager("READY=1");
    }

    void reload() {
        const Config config = read();
        if (config.state_folder != config_.state_folder ||
            config.control_socket != config_.control_socket || config.io != config_.io) {
            log_.say("state-dir, control-socket and io count from the next start on");
        }
        hub_.apply(commands_.with_changes(config), Hub::IfAbsent::wait);
        commands_.follow(config);
        follow_interfaces();
        log_.say("reloaded " + options_.config_path);
    }

    void follow_interfaces() {
        close_links();
        open_links(true);
    }

    /// Interfaces come and go; which ones there are is asked for anew each time.
    void look_at_interfaces() {
        bool any = false;
        for (auto states = interfaces_.notified(); !states || !states->empty();
             states = interfaces_.notified()) {
            any = true;
        }
        if (!any) return;
        close_renamed_links();
        open_links(false);
    }

    /// Sockets follow an interface to its new name, under which it is perhaps wanted by nobody, or
    /// by others.
    void close_renamed_links() {
        std::vector<std::string> renamed;
        for (const auto& [name, link] : hub_.links()) {
            std::array<char, IF_NAMESIZE> current{};
            if (::if_indextoname(opened_.at(name).index, current.data()) == nullptr) continue;
            if (name == current.data()) continue;
            log_.say(name + " is called " + current.data() + " now");
            renamed.push_back(name);
        }
        for (const std::string& name : renamed) close_link(name);
    }

    bool may_open() const { return !(is_started_ && options_.lock); }

    void open_links(bool say_what_is_missing) {
        for (const std::string& name : may_open() ? ethernet_interfaces() : no_names) {
            if (hub_.config().serves(name) && !hub_.links().contains(name)) open_link(name);
        }
        if (!say_what_is_missing) return;
        for (const ExportConfig& each : hub_.config().exports) {
            for (const std::string& pattern : each.interfaces) {
                const auto fits = [&](const auto& link) {
                    return ExportConfig{.interfaces = {pattern}}.is_on(link.first);
                };
                if (std::ranges::none_of(hub_.links(), fits)) {
                    log_.say("export." + each.name + ": there is no Ethernet interface \"" +
                             pattern + "\"; waiting for it");
                }
            }
        }
    }

    void open_link(const std::string& name) {
        const InterfaceConfig config = hub_.config().for_interface(name);
        const unsigned index = ::if_nametoindex(name.c_str());
        LinkPtr link;
        try {
            link = open_packet_link(
                {.interface = name, .socket_buffer_bytes = config.socket_buffer_bytes});
        } catch (const std::system_error& error) {
            if (!is_started_ && error.code() == std::errc::operation_not_permitted) throw;
            log_.say(error.what());  // It went away meanwhile, perhaps.
            return;
        }
        for (const int descriptor : {link->descriptor(), link->event_descriptor()}) {
            loop_.watch(descriptor, [this, name] {
                if (hub_.step(name)) return;
                close_link(name);
                open_links(false);  // Another one may have that name by now.
            });
        }
        opened_[name] = {.index = index, .buffer_bytes = config.socket_buffer_bytes};
        hub_.add_link(name, std::move(link));
    }

    void close_link(const std::string& name) {
        forget(hub_.links().at(name)->link());
        hub_.remove_link(name);
    }

    void forget(const Link& link) {
        loop_.forget(link.descriptor());
        loop_.forget(link.event_descriptor());
    }

    /// Those that nobody wants any more, or with another socket buffer than before.
    void close_links() {
        std::vector<std::string> unwanted;
        for (const auto& [name, link] : hub_.links()) {
            const std::size_t wanted = hub_.config().for_interface(name).socket_buffer_bytes;
            const bool resized = opened_.at(name).buffer_bytes != wanted;
            if (!hub_.config().serves(name) || (resized && may_open())) unwanted.push_back(name);
        }
        for (const std::string& name : unwanted) close_link(name);
    }

    DaemonOptions options_;
    Config config_;  // That of the start.
    SystemClock clock_;
    StreamLog stream_;
    CalmLog log_{stream_, clock_};
    bool is_started_ = false;
    Time next_look_ = Time::max();
    struct Opened {
        unsigned index = 0;
        std::size_t buffer_bytes = 0;  // Asked for.
    };
    std::map<std::string, Opened> opened_;  // Interfaces, by the name that they had then.
    EventLoop loop_;
    Descriptor hangups_ = await_signals({SIGHUP});
    NetlinkSocket interfaces_{RTMGRP_LINK};  // Before looking which there are: no change is missed.
    std::optional<StateFolder> folder_;
    Completions completions_;
    std::unique_ptr<IoEngine> engine_;
    Hub hub_;
    Commands commands_{hub_,
                       clock_,
                       {.reload = [this] { reload(); },
                        .follow_interfaces = [this] { follow_interfaces(); },
                        .served_by = std::string(engine_->name()),
                        .log = log_,
                        .locked = options_.lock}};
    std::optional<ControlSocket> control_;
    Workers savers_{completions_, 1};  // Ends first: what it saves is of the others.
};

}  // namespace

void run_daemon(const DaemonOptions& options, int stop_descriptor) {
    Daemon(options).run(stop_descriptor);
}

}  // namespace aoe::target
