// SPDX-License-Identifier: MIT
// aoe-target, or another program, as a process of its own.
#pragma once

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <poll.h>
#include <sstream>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <vector>

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

namespace aoe::target {

inline constexpr std::chrono::milliseconds long_enough{20'000};  // For whatever must come.

/// Killed when it goes out of scope, if it still runs.
class Program {
public:
    explicit Program(std::vector<std::string> arguments,
                     const std::string& program = AOE_BINARY_DIR "/bin/aoe-target") {
        arguments.insert(arguments.begin(), program);
        std::vector<char*> words;
        words.reserve(arguments.size() + 1);
        for (std::string& argument : arguments) {
            words.push_back(argument.data());
        }
        words.push_back(nullptr);
        int out[2];
        int errors[2];
        if (::pipe(out) != 0 || ::pipe(errors) != 0) {
            throw std::runtime_error("no pipe");
        }
        process_ = ::fork();
        if (process_ == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // Nor does it outlive a test that is killed.
            ::dup2(out[1], STDOUT_FILENO);
            ::dup2(errors[1], STDERR_FILENO);
            for (const int each : {out[0], out[1], errors[0], errors[1]}) {
                ::close(each);
            }
            ::execvp(words[0], words.data());
            ::_exit(127);
        }
        ::close(out[1]);
        ::close(errors[1]);
        out_ = out[0];
        errors_ = errors[0];
        ended_ = static_cast<int>(::syscall(SYS_pidfd_open, process_, 0));
    }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    ~Program() {
        if (!status_) {
            ::kill(process_, SIGKILL);
            exit_status();
        }
        for (const int each : {out_, errors_, ended_}) {
            ::close(each);
        }
    }

    pid_t process() const noexcept { return process_; }
    /// Memory that is its own or in use now, and what it has computed so far.
    int resident_kib() const {
        std::ifstream file("/proc/" + std::to_string(process_) + "/status");
        for (std::string line; std::getline(file, line);) {
            if (line.starts_with("VmRSS:")) return std::stoi(line.substr(6));
        }
        return 0;
    }
    long cpu_ticks() const {
        std::ifstream file("/proc/" + std::to_string(process_) + "/stat");
        std::string line;
        std::getline(file, line);
        std::istringstream words(line.substr(line.rfind(')')));
        std::string word;
        for (int i = 0; i < 12; ++i) words >> word;
        long in_kernel = 0;
        words >> in_kernel;
        return std::stol(word) + in_kernel;
    }

    void signal(int number) const { ::kill(process_, number); }

    /// Waits for the end. 128 and the signal's number when it was killed; nothing when it still
    /// runs after `patience`.
    std::optional<int> exit_status(std::chrono::milliseconds patience = long_enough) {
        pollfd end{.fd = ended_, .events = POLLIN, .revents = 0};
        if (!status_ && ::poll(&end, 1, static_cast<int>(patience.count())) == 1) {
            int status = 0;
            ::waitpid(process_, &status, 0);
            status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        }
        return status_;
    }

    /// The next line on standard output or standard error; shorter when nothing more comes.
    std::string line() const { return line_from(out_); }
    std::string error_line() const { return line_from(errors_); }

private:
    static std::string line_from(int descriptor) {
        std::string line;
        char next = 0;
        pollfd ready{.fd = descriptor, .events = POLLIN, .revents = 0};
        while (::poll(&ready, 1, static_cast<int>(long_enough.count())) == 1 &&
               ::read(descriptor, &next, 1) == 1 && next != '\n') {
            line += next;
        }
        return line;
    }

    pid_t process_ = 0;
    int out_ = -1;
    int errors_ = -1;
    int ended_ = -1;
    std::optional<int> status_;
};

/// A file in a folder of its own; both end with it.
class ScratchFile {
public:
    explicit ScratchFile(std::size_t size_bytes) {
        std::string pattern = (std::filesystem::temp_directory_path() / "aoe-file-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        std::ofstream(path()) << "";
        std::filesystem::resize_file(path(), size_bytes);
    }
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;
    ~ScratchFile() { std::filesystem::remove_all(folder_); }
    std::string path() const { return (folder_ / "disk.img").string(); }

private:
    std::filesystem::path folder_;
};

}  // namespace aoe::target
