// SPDX-License-Identifier: MIT
// Keeps a run over one target as a pcapng file in which packet N is frame N of the verdicts. A
// case's frames are written once its verdict is known, with "case-id: verdict" as their comment, so
// that a crash of ours loses one case at most.
//
// A second comment of some packets is for playing the run back (recording.h): what happened before
// the packet, a line each, that was no frame. "TIME begin CASE" is where a case's frames start.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "conformance/capture/pcapng_writer.h"
#include "conformance/report/report.h"

namespace aoe::conformance {

struct RecorderOptions {
    std::filesystem::path file;
    PcapngSection section;
    std::chrono::nanoseconds epoch{};  // What the Unix time was when the run's clock showed 0.
};

/// "DIR/e7.3.pcapng", or "DIR/e7.3.part-2-of-4.pcapng" where a run is divided.
std::filesystem::path recording_file(const std::filesystem::path& folder, const std::string& target,
                                     std::size_t part, std::size_t parts);

/// The run as text for the file's comment: one parameter a line.
std::string recording_comment(const RunInfo& info);

/// Events pass through it, so that results name the file.
class Recorder final : public Reporter {
public:
    /// Creates folder and file. `inner` must outlive the recorder. Throws std::system_error, also
    /// when the file is there.
    Recorder(Reporter& inner, const RecorderOptions& options);
    ~Recorder() override;

    /// Each frame, in order, and through which of the section's interfaces it went.
    void frame(const TranscriptEntry& frame, std::uint32_t interface = 0);
    /// What happened between two frames and was none, for whoever plays the run back; `time` is on
    /// the run's clock.
    void note(Time time, std::string_view what);
    /// Frames of now are no case's: "before the first case", "what the run changed is put back".
    void outside(std::string_view what);
    /// Empty, or one sentence: the file is not whole, and why.
    std::string failure();

    void run_started(const RunInfo& info) override { inner_.run_started(info); }
    void target_started(const TargetFacts& target) override { inner_.target_started(target); }
    void case_started(const Case& test) override;
    void case_finished(const CaseResult& result) override;
    void case_amended(const CaseResult& result) override;
    void run_finished(const Summary& summary) override { inner_.run_finished(summary); }

private:
    struct Pending {
        TranscriptEntry frame;
        std::uint32_t interface = 0;
        std::string comment;  // Empty: that of its case.
        std::string notes;
    };
    void begin(Time time);
    void write(const std::string& comment);

    Reporter& inner_;
    RecorderOptions options_;
    PcapngWriter writer_;
    std::vector<Pending> pending_;
    std::size_t pending_bytes_ = 0;
    std::string now_ = "before the first case";  // What the pending frames belong to.
    bool begun_ = false;                         // It has a frame or a note already.
    std::string notes_;                          // Since the last frame.
    std::error_code error_;
};

}  // namespace aoe::conformance
