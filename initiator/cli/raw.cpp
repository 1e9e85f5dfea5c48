// SPDX-License-Identifier: MIT
// aoe raw: sends one frame exactly as given and shows the AoE frames that come back.
#include <fmt/format.h>

#include "initiator/cli/commands.h"
#include "initiator/cli/frame_text.h"
#include "initiator/cli/interrupt.h"
#include "initiator/cli/streams.h"
#include "initiator/cli/support.h"
#include "initiator/cli/text.h"
#include "wire/frame.h"

namespace aoe::initiator {
namespace {

constexpr std::size_t batch = 16;

std::string frame_of(const RawOptions& options) {
    if (options.bytes.empty()) {
        const Input input("");
        std::string bytes(65536, '\0');
        const auto size = input.read(std::as_writable_bytes(std::span(bytes)));
        if (!size) throw stream_failure(input.name(), size.error(), "nothing was sent");
        bytes.resize(*size);
        return bytes;
    }
    std::string text;
    for (const std::string& word : options.bytes) text += word;
    auto bytes = bytes_of_hexadecimal(text);
    if (!bytes) throw CommandError(ExitStatus::usage, "BYTES: " + bytes.error());
    return *std::move(bytes);
}

}  // namespace

void run_raw(const RawOptions& options) {
    if (options.interface.empty()) {
        throw CommandError(ExitStatus::usage,
                           "raw sends on one interface; name it, for example --iface veth0");
    }
    require_yes(options.yes, "sends bytes as they are, whatever they make a target do");
    const std::string bytes = frame_of(options);
    if (bytes.size() < ethernet_header_size) {
        throw CommandError(ExitStatus::usage,
                           fmt::format("BYTES are {}; a frame has at least the {} of its Ethernet "
                                       "header: destination, source and type",
                                       bytes.size(), ethernet_header_size));
    }
    const auto links = open_links({options.interface});
    Link& link = *links.front().link;
    SystemClock clock;
    if (const auto error = send_copy(link, std::as_bytes(std::span(bytes)))) {
        throw CommandError(ExitStatus::failed,
                           fmt::format("sending {} bytes on {} fails: {}", bytes.size(),
                                       options.interface, error.message()));
    }
    const Time end = clock.now() + seconds(options.wait_seconds);
    std::uint64_t seen = 0;
    const auto enough = [&] { return options.count != 0 && seen >= options.count; };
    while (clock.now() < end && !interrupted() && !enough()) {
        clock.wait(link, end);
        for (const ReceivedFrame& frame : link.receive(batch)) {
            if (frame.cast != Cast::other_host && !enough()) {
                ++seen;
                print(options.json ? json_line(frame_json(frame.bytes))
                                   : fmt::format("frame {}\n{}", seen, frame_text(frame.bytes)));
            }
            link.release(frame);
        }
        while (link.next_event()) {
        }
    }
    if (interrupted()) throw interruption(fmt::format("{} frames came back", seen));
    if (seen > 0) return;
    throw CommandError(ExitStatus::no_answer, fmt::format("nothing came back on {} within {} s",
                                                          options.interface, options.wait_seconds));
}

}  // namespace aoe::initiator
