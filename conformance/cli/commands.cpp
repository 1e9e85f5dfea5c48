// SPDX-License-Identifier: MIT
#include "conformance/cli/commands.h"

#include <fmt/format.h>

#include "conformance/safekeeping.h"
#include "conformance/session.h"
#include "wire/packet_link.h"

namespace aoe::conformance {

int restore(const std::string& journal_file, const std::string& interface, double timeout_factor) {
    const auto journal = read_journal(journal_file);
    if (!journal) throw UsageError(journal.error());
    const LinkPtr link = open_packet_link(
        {.interface = interface.empty() ? journal->interface : interface, .see_everything = true});
    SystemClock clock;
    std::string text;
    const int status = restore_from_journal(*link, clock, *journal, timeout_factor, text);
    fmt::print(status == 0 ? stdout : stderr, "{}{}\n", status == 0 ? "" : "aoe-conform: ", text);
    if (status == 0) std::filesystem::remove(journal_file);
    return status;
}

}  // namespace aoe::conformance
