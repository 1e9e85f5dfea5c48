// SPDX-License-Identifier: MIT
#include "conformance/cli/from.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <fmt/format.h>
#include <stdlib.h>
#include <utility>

#include "conformance/capture/playback_lab.h"
#include "conformance/capture/playback_link.h"
#include "conformance/selection.h"

namespace aoe::conformance {

namespace {

void refuse_what_was_recorded(const RunArguments& arguments) {
    const std::array options{
        std::pair{"--iface", !arguments.interface.empty()},
        std::pair{"--start", !arguments.start.empty()},
        std::pair{"--shelf", arguments.shelf.has_value()},
        std::pair{"--slot", arguments.slot.has_value()},
        std::pair{"--target-mac", !arguments.target_mac.empty()},
        std::pair{"--allow", !arguments.allow.empty()},
        std::pair{"--scratch", !arguments.scratch.empty()},
        std::pair{"--journal", !arguments.journal.empty()},
        std::pair{"--force", arguments.force},
        std::pair{"--revision", arguments.revision != "auto"},
        std::pair{"--soak", arguments.soak_s != 0},
        std::pair{"--timeout", arguments.timeout_factor != 1},
        std::pair{"--seed without --shuffle", arguments.seed && !arguments.shuffle},
        std::pair{"--max-time", arguments.max_time_s.has_value()},
        std::pair{"--pause", !arguments.pause.empty()},
        std::pair{"--record", !arguments.record.empty()},
        std::pair{"--jobs", arguments.jobs != 1}};
    for (const auto& [option, given] : options) {
        if (!given) continue;
        throw UsageError(fmt::format(
            "{} does not go with --from: a recording has its target, its network and its time",
            option));
    }
}

std::vector<std::string> recordings_in(const std::string& folder) {
    std::vector<std::string> files;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
        if (entry.path().extension() == ".pcapng") files.push_back(entry.path().string());
    }
    if (error) throw UsageError(fmt::format("--from: {}: {}", folder, error.message()));
    if (files.empty()) {
        throw UsageError(
            fmt::format("--from: {} has no recording, which is a .pcapng file of "
                        "--record",
                        folder));
    }
    std::sort(files.begin(), files.end());
    return files;
}

RecordedRun open_one(const std::string& file) {
    auto recording = open_recording(file);
    if (recording) return *std::move(recording);
    const bool is_capture = recording.error().ends_with(no_recording);
    throw UsageError(fmt::format("--from takes what --record wrote, but {}{}", recording.error(),
                                 is_capture ? ": other captures are for 'aoe-conform judge' and "
                                              "'aoe-conform replay'"
                                            : ""));
}

// Where the state of a target is saved that nobody can lose.
class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string name = std::filesystem::temp_directory_path() / "aoe-conform-XXXXXX";
        if (::mkdtemp(name.data()) == nullptr) {
            throw std::system_error(errno, std::generic_category(), name);
        }
        path_ = name;
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

SessionOptions recorded_options(const SessionOptions& given, const RecordingFacts& facts) {
    SessionOptions options = given;
    options.wanted = {.shelf = facts.shelf,
                      .slot = facts.slot,
                      .timeout_factor = facts.timeout_factor,
                      .first_tag = facts.first_tag};
    options.facts = {.revision = facts.revision, .scratch = facts.scratch};
    options.open = facts.open;
    options.contents_seed = facts.seed;
    options.soak = facts.soak;
    options.force = facts.force;
    options.private_network = options.own_target = facts.started;
    options.interface = facts.interface;
    return options;
}

RunEnd run_one(const RecordedRun& recording, const SessionOptions& given, Reporter& reporter) {
    SessionOptions options = recorded_options(given, recording.facts);
    std::optional<TemporaryFolder> folder;
    if (!options.own_target && !options.open.empty()) {
        options.journal = folder.emplace().path() / "journal";
    }
    Playback playback(recording);
    PlaybackLink link(playback, 0);
    PlaybackLab lab(playback);
    PlaybackReporter events(playback, reporter);
    try {
        return judge_targets(link, playback, options, events,
                             recording.facts.started ? &lab : nullptr);
    } catch (const CannotBegin& why) {
        return {.unjudged_left = true, .problems = {why.what()}};
    } catch (const CaseSkipped& stale) {
        return {.unjudged_left = true, .problems = {stale.why}};
    }
}

}  // namespace

std::vector<RecordedRun> open_recordings(const RunArguments& arguments) {
    refuse_what_was_recorded(arguments);
    std::vector<RecordedRun> recordings;
    for (const std::string& name : arguments.from) {
        std::error_code none;
        if (!std::filesystem::is_directory(name, none)) {
            recordings.push_back(open_one(name));
            continue;
        }
        for (const std::string& file : recordings_in(name)) recordings.push_back(open_one(file));
    }
    return recordings;
}

RunArguments with_recorded_options(const RunArguments& arguments, const RecordedRun& recording) {
    RunArguments all = arguments;
    const RecordingFacts& facts = recording.facts;
    if (all.tests.empty() && all.skip.empty() && all.as_of.empty()) {
        all.tests = facts.cases.tests;
        all.skip = facts.cases.skip;
        all.as_of = facts.cases.as_of;
    }
    if (!all.retries) all.retries = facts.retries;
    return all;
}

int run_from(const std::vector<RecordedRun>& recordings, const SessionOptions& options,
             Reporter& reporter) {
    using Clock = std::chrono::steady_clock;
    const auto started = Clock::now();
    RunRecord record(reporter);
    record.run_started(options.info);
    RunEnd end;
    for (const RecordedRun& recording : recordings) end.add(run_one(recording, options, record));
    return record.finish(end, options.failures(),
                         std::chrono::duration<double>(Clock::now() - started).count());
}

}  // namespace aoe::conformance
