// SPDX-License-Identifier: MIT
#include "initiator/testing/process.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <pty.h>
#include <stdexcept>
#include <thread>
#include <unistd.h>

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/wait.h>

namespace aoe::initiator::testing {
namespace {

constexpr int most_rounds = 6000;
constexpr std::chrono::milliseconds round_time{10};

/// A file without a name.
class TemporaryFile {
public:
    TemporaryFile() : file_(std::tmpfile()) {
        if (file_ == nullptr) throw std::runtime_error("no temporary file");
    }
    ~TemporaryFile() { std::fclose(file_); }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    int descriptor() const { return fileno(file_); }
    void fill(const std::string& text) {
        std::fwrite(text.data(), 1, text.size(), file_);
        std::rewind(file_);
    }
    std::string contents() {
        std::rewind(file_);
        std::string text;
        char buffer[65536];
        while (const std::size_t size = std::fread(buffer, 1, sizeof buffer, file_)) {
            text.append(buffer, size);
        }
        return text;
    }

private:
    std::FILE* file_;
};

[[noreturn]] void become(const std::vector<std::string>& words, int in, int out, int err) {
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    execvp(arguments[0], arguments.data());
    _exit(127);
}

int shell_status(int status) {
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void drain(int descriptor, std::string& text) {
    char buffer[4096];
    ssize_t size = 0;
    while ((size = read(descriptor, buffer, sizeof buffer)) > 0) {
        text.append(buffer, static_cast<std::size_t>(size));
    }
}

}  // namespace

Ended run_program(const std::vector<std::string>& words, const ProcessOptions& options) {
    TemporaryFile in;
    TemporaryFile out;
    TemporaryFile err;
    in.fill(options.input);
    int master = -1;
    int terminal = -1;
    if (openpty(&master, &terminal, nullptr, nullptr, nullptr) != 0) {
        throw std::runtime_error("no pseudo terminal");
    }
    fcntl(master, F_SETFL, O_NONBLOCK);
    const pid_t pid = fork();
    if (pid == 0) {
        if (options.without_raw_sockets) prctl(PR_CAPBSET_DROP, CAP_NET_RAW, 0, 0, 0);
        become(words, in.descriptor(), options.output_is_terminal ? terminal : out.descriptor(),
               options.errors_are_terminal ? terminal : err.descriptor());
    }
    Ended ended;
    int status = 0;
    int rounds = 0;
    while (waitpid(pid, &status, WNOHANG) == 0) {
        if (options.meanwhile) options.meanwhile(pid);
        if (++rounds == most_rounds) ::kill(pid, SIGKILL);
        drain(master, ended.terminal);
        std::this_thread::sleep_for(round_time);
    }
    drain(master, ended.terminal);
    close(master);
    close(terminal);
    ended.status = shell_status(status);
    ended.out = out.contents();
    ended.err = err.contents();
    return ended;
}

Background::Background(const std::vector<std::string>& words) : pid_(fork()) {
    if (pid_ != 0) return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int nowhere = open("/dev/null", O_RDWR);
    become(words, nowhere, nowhere, nowhere);
}

void Background::signal(int number) const {
    if (pid_ > 0) ::kill(pid_, number);
}

void Background::kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
}

}  // namespace aoe::initiator::testing
