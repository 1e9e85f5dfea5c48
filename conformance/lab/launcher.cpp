// SPDX-License-Identifier: MIT
#include "conformance/lab/launcher.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <system_error>
#include <unistd.h>

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "conformance/lab/shell.h"

namespace aoe::conformance {

namespace {

constexpr std::size_t kept_lines = 100;
constexpr std::size_t longest_line = 500;
constexpr unsigned start_attempts = 1000;  // Each as long as answers() waits, some 10 ms.

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

// A single program takes the shell's place, so that we see its own end and not the shell's.
std::string shell_text(const std::string& command) {
    const bool assigns = command.find('=') < command.find(' ');
    const bool single = command.find_first_of(";&|()<>\n") == std::string::npos;
    const bool already = command.starts_with("exec ");
    return single && !assigns && !already ? "exec " + command : command;
}

// A stop command that hangs is not waited for.
constexpr std::chrono::seconds stop_limit(10);

}  // namespace

ScratchDisk::ScratchDisk(std::uint64_t size_bytes) {
    const char* folder = std::getenv("TMPDIR");
    std::string path = fmt::format("{}/aoe-scratch-XXXXXX", folder != nullptr ? folder : "/tmp");
    fd_ = ::mkostemp(path.data(), O_CLOEXEC);
    if (fd_ < 0) fail("creating a scratch disk");
    ::unlink(path.c_str());
    try {
        resize(size_bytes);
    } catch (...) {
        ::close(fd_);
        throw;
    }
    // A program with file capabilities hides its /proc entries; the target must find the disk
    // there.
    ::prctl(PR_SET_DUMPABLE, 1);
}

void ScratchDisk::resize(std::uint64_t size_bytes) {
    // Beyond this limit the system sends a signal instead of an error.
    rlimit most{};
    if (::getrlimit(RLIMIT_FSIZE, &most) == 0 && most.rlim_cur < size_bytes) {
        errno = EFBIG;
    } else if (::ftruncate(fd_, static_cast<off_t>(size_bytes)) == 0) {
        return;
    }
    fail("sizing the scratch disk");
}

ScratchDisk::~ScratchDisk() {
    ::close(fd_);
}

std::string ScratchDisk::path() const {
    return fmt::format("/proc/{}/fd/{}", ::getpid(), fd_);
}

TargetProcess::TargetProcess(LaunchOptions options) : options_(std::move(options)) {
    // A target that detaches stays our descendant, so that it can be ended.
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
}

TargetProcess::~TargetProcess() {
    stop();
    if (output_ >= 0) ::close(output_);
}

void TargetProcess::spawn() {
    int pipe_ends[2];
    if (::pipe2(pipe_ends, O_CLOEXEC) != 0) fail("creating a pipe");
    const pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ < 0) fail("starting a process");
    if (pid_ == 0) {
        if (options_.network >= 0 && ::setns(options_.network, CLONE_NEWNET) != 0) ::_exit(126);
        ::setpgid(0, 0);
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent) ::_exit(127);
        const int null = ::open("/dev/null", O_RDONLY);
        ::dup2(null, STDIN_FILENO);
        ::dup2(pipe_ends[1], STDOUT_FILENO);
        ::dup2(pipe_ends[1], STDERR_FILENO);
        ::execl("/bin/sh", "sh", "-c", shell_text(options_.command).c_str(), nullptr);
        ::_exit(127);
    }
    ::setpgid(pid_, pid_);
    ::close(pipe_ends[1]);
    if (output_ >= 0) ::close(output_);
    output_ = pipe_ends[0];
    ::fcntl(output_, F_SETFL, O_NONBLOCK);
    status_.reset();
}

std::string TargetProcess::start() {
    spawn();
    for (unsigned i = 0; i < start_attempts * options_.patience; ++i) {
        if (hurries()) return "interrupted before the target answered";
        if (options_.answers()) return {};
        const auto end = ended();
        // A daemon's first process ends well before its second one answers.
        if (end && (options_.stop_command.empty() || *status_ != 0)) {
            std::string text = fmt::format("the target '{}' {}", title(), *end);
            for (const std::string& line : last_output()) text += "\n  " + line;
            return text;
        }
    }
    stop();
    return fmt::format("the target '{}' runs, but nobody answers for its address", title());
}

void TargetProcess::kill_group(int signal) const {
    ::kill(-pid_, signal);
}

bool TargetProcess::wait_for_end(int milliseconds) {
    for (int waited = 0; waited < milliseconds && !ended(); ++waited) ::usleep(1000);
    return status_.has_value();
}

const std::string& TargetProcess::title() const {
    return options_.title.empty() ? options_.command : options_.title;
}

bool TargetProcess::hurries() const {
    return options_.stop != nullptr && options_.stop->load();
}

void TargetProcess::stop() {
    if (pid_ < 0) return;
    if (!options_.stop_command.empty()) {
        // Its status says nothing that the next start would not say better.
        static_cast<void>(run_shell(options_.stop_command, stop_limit, options_.network));
    } else if (!ended()) {
        kill_group(SIGTERM);
    }
    constexpr int in_a_hurry_ms = 200;
    wait_for_end(hurries() ? std::min(in_a_hurry_ms, options_.stop_patience_ms)
                           : options_.stop_patience_ms);
    // Whoever of its group is left, a shell's children say, goes too.
    kill_group(SIGKILL);
    if (!status_) wait_for_end(2000);
    drain();
    while (::waitpid(-pid_, nullptr, WNOHANG) > 0) {
    }
    pid_ = -1;
}

std::optional<std::string> TargetProcess::ended() {
    drain();
    int status = 0;
    if (!status_ && pid_ > 0 && ::waitpid(pid_, &status, WNOHANG) == pid_) status_ = status;
    if (!status_) return std::nullopt;
    // With a stop command the first process may have detached a daemon, and ended as it should.
    if (!options_.stop_command.empty() && *status_ == 0) return std::nullopt;
    return end_text(*status_);
}

bool TargetProcess::restart() {
    stop();
    return start().empty();
}

std::vector<std::string> TargetProcess::last_output() {
    drain();
    std::vector<std::string> lines(lines_.begin(), lines_.end());
    if (!lines.empty() && lines.back().empty()) lines.pop_back();
    return lines;
}

void TargetProcess::drain() {
    char buffer[4096];
    for (ssize_t size = 0; output_ >= 0 && (size = ::read(output_, buffer, sizeof buffer)) > 0;) {
        for (ssize_t i = 0; i < size; ++i) {
            if (lines_.empty()) lines_.emplace_back();
            if (buffer[i] == '\n') {
                lines_.emplace_back();
            } else if (lines_.back().size() < longest_line) {
                lines_.back() += buffer[i];
            }
        }
        while (lines_.size() > kept_lines) lines_.pop_front();
    }
}

}  // namespace aoe::conformance
