// SPDX-License-Identifier: MIT
// aoe: an ATA-over-Ethernet initiator for the command line, without a kernel module.
#include <cstdio>
#include <exception>
#include <fmt/format.h>
#include <system_error>

#include <CLI/CLI.hpp>

#include "cli/command_line_main.h"
#include "initiator/cli/exit_status.h"
#include "initiator/cli/interrupt.h"
#include "initiator/cli/options.h"

namespace {

using namespace aoe::initiator;

constexpr const char* footer =
    R"(Targets are written e7.3, 7.3 or e7.3@veth0: shelf, slot and interface.

Examples:
  aoe discover                                 who is there, on every interface
  aoe stat -i eth1                             with size, round trip, model
  aoe identify e7.3@veth0                      one device's size and features
  aoe ping e7.3 --count 100 --interval 0.1     is it there, and how fast
  aoe read e7.3 --count 2048 -o first.img      its first MiB into a file
  aoe read e7.3 | sha256sum                    all of it through a pipe
  aoe write e7.3 --start 0x800 -f part.img --yes
  aoe copy e7.3 disk.img                       zeros become holes
  aoe copy e7.3 e9.1@eth2 --yes                one device onto another
  aoe compare e7.3 disk.img                    nothing is changed
  aoe exercise e7.3 --count 4096 --yes         pattern out, pattern back
  aoe config e7.3 fset rack4 --yes             aoecfg's verbs
  aoe mask e7.3 --add me --yes                 serve this machine alone
  aoe reserve e7.3 --set me --yes              and let it alone do I/O
  aoe watch --json                             announcements as they come
  aoe raw -i veth0 --yes ffffffffffff 020000000001 88a2 10 00 ffff ff 01 80000001

What changes a target, in whatever way, asks for --yes.

Exit status:
  0    done
  1    the target or a file reported an error, or compare and exercise found a difference
  2    wrong arguments, no such interface, or no right to open it
  3    nobody answers, or the target has fallen silent
  130  interrupted by Ctrl-C (143: by SIGTERM)

Raw Ethernet needs root or CAP_NET_RAW: setcap cap_net_raw+ep $(command -v aoe))";

int run(int argc, char** argv) {
    CLI::App app("aoe: talk to ATA-over-Ethernet targets, without a kernel module", "aoe");
    app.set_version_flag("--version", "aoe " AOE_VERSION);
    app.require_subcommand(0, 1);
    app.footer(footer);
    app.fallthrough(false);
    AllOptions options;
    add_commands_that_ask(app, options);
    add_commands_that_move(app, options);
    add_commands_that_set(app, options);
    aoe::cli::describe_on_demand(app, "aoe");
    try {
        app.parse(argc, argv);
        if (app.get_subcommands().empty()) {
            throw CommandError(ExitStatus::usage,
                               "say what to do, for example discover; --help tells more");
        }
        return static_cast<int>(ExitStatus::success);
    } catch (const CLI::Success& wanted) {
        return app.exit(wanted);
    } catch (const CLI::ParseError& error) {
        fmt::print(stderr, "aoe: {}; --help tells more\n", error.what());
        return static_cast<int>(ExitStatus::usage);
    } catch (const CommandError& error) {
        fmt::print(stderr, "aoe: {}\n", error.what());
        return error.status();
    } catch (const std::system_error& error) {
        fmt::print(stderr, "aoe: {}\n", error.what());
        return static_cast<int>(ExitStatus::usage);
    }
}

}  // namespace

int main(int argc, char** argv) {
    watch_signals();
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "aoe: %s\n", error.what());
        return static_cast<int>(ExitStatus::failed);
    }
}
