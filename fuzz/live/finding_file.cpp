// SPDX-License-Identifier: MIT
#include "fuzz/live/finding_file.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <fmt/format.h>

#include "conformance/capture/pcapng_writer.h"
#include "conformance/describe.h"
#include "fuzz/live/shape.h"
#include "wire/frame.h"

namespace aoe::fuzz {
namespace {

constexpr std::size_t most_story_lines = 20;

std::string last_lines(const std::vector<std::string>& output) {
    std::string text;
    const std::size_t skipped =
        output.size() > most_story_lines ? output.size() - most_story_lines : 0;
    for (std::size_t i = skipped; i < output.size(); ++i) text += "\n    " + output[i];
    return text;
}

conformance::ByteVector bytes_of(const FrameBytes& frame) {
    conformance::ByteVector bytes(frame.size());
    if (!frame.empty()) std::memcpy(bytes.data(), frame.data(), frame.size());
    return bytes;
}

std::filesystem::path free_name(const FindingFileOptions& options, Kind kind) {
    for (int number = 1;; ++number) {
        auto path =
            options.folder / fmt::format("{}-{}-{}.pcapng", options.target, number, name(kind));
        if (!std::filesystem::exists(path)) return path;
    }
}

}  // namespace

std::string how_sure(const Finding& finding) {
    if (finding.attempts == 0) return "seen once, and the frames were not sent again";
    if (finding.tries == 0 && !finding.shape.empty()) return "seen again, and not confirmed";
    if (finding.confirmed == 0) return "seen, and not again when the frames were sent again";
    const auto count = fmt::format("{}/{}", finding.confirmed, finding.tries);
    return finding.confirmed == finding.tries ? count : "flaky, " + count;
}

std::string story(const Finding& finding) {
    std::string text =
        fmt::format("{} after {} frame{} [{}]", sentence(finding.symptom), finding.steps.size(),
                    finding.steps.size() == 1 ? "" : "s", how_sure(finding));
    if (!finding.shape.empty()) text += fmt::format("\n  last frame: {}", finding.shape);
    if (!finding.symptom.output.empty()) {
        text += "\n  the target's last output:" + last_lines(finding.symptom.output);
    }
    return text;
}

std::string replay_command(const std::filesystem::path& file, const FindingFileOptions& options) {
    return "aoe-conform replay " + file.string() + " --as-fast-as-possible " +
           options.replay_options;
}

std::filesystem::path write_finding(const Finding& finding, const FindingFileOptions& options) {
    std::filesystem::create_directories(options.folder);
    const std::filesystem::path path = free_name(options, finding.symptom.kind);
    conformance::PcapngWriter writer(path, {.application = "aoe-fuzz " + options.version,
                                            .comment = story(finding) + "\n" + options.command,
                                            .interfaces = {options.interface}});
    // The order is what counts; a microsecond apart, so that it survives sorting.
    auto time = std::chrono::duration_cast<std::chrono::nanoseconds>(
        std::chrono::system_clock::now().time_since_epoch());
    std::size_t number = 0;
    for (const Spoken& spoken : finding.said) {
        if (spoken.sent) ++number;
        const std::string comment = spoken.sent
                                        ? fmt::format("{} of {}: {}", number, finding.steps.size(),
                                                      shape_of(spoken.bytes, spoken.bytes.size()))
                                        : std::string("reply");
        writer.add({.time = time, .sent = spoken.sent, .comment = comment}, bytes_of(spoken.bytes));
        time += std::chrono::microseconds(1);
    }
    if (const std::error_code error = writer.flush()) throw std::system_error(error, path.string());
    return path;
}

}  // namespace aoe::fuzz
