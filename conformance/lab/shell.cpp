// SPDX-License-Identifier: MIT
#include "conformance/lab/shell.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <signal.h>
#include <system_error>
#include <unistd.h>

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

namespace aoe::conformance {

namespace {

constexpr std::size_t most_said_bytes = 4096;
constexpr unsigned look_again_us = 1000;

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

[[noreturn]] void become(const std::string& command, int said, int network) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int null = ::open("/dev/null", O_RDONLY);
    ::dup2(null, STDIN_FILENO);
    ::dup2(said, STDOUT_FILENO);
    ::dup2(said, STDERR_FILENO);
    if (network >= 0 && ::setns(network, CLONE_NEWNET) != 0) ::_exit(126);
    ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    ::_exit(127);
}

}  // namespace

ShellEnd run_shell(const std::string& command, std::chrono::milliseconds limit, int network) {
    // A file and no pipe: whoever it leaves running may hold it open.
    const int said = ::memfd_create("said", MFD_CLOEXEC);
    if (said < 0) fail("creating a file in memory");
    const pid_t pid = ::fork();
    if (pid == 0) become(command, said, network);
    if (pid < 0) {
        ::close(said);
        fail("starting a process");
    }
    ::setpgid(pid, pid);
    const auto until = std::chrono::steady_clock::now() + limit;
    ShellEnd end;
    int status = 0;
    while (::waitpid(pid, &status, WNOHANG) != pid) {
        if (std::chrono::steady_clock::now() < until) {
            ::usleep(look_again_us);
            continue;
        }
        ::kill(-pid, SIGKILL);
        ::waitpid(pid, nullptr, 0);
        status = -1;
        break;
    }
    end.status = status;
    end.said.resize(most_said_bytes);
    const ssize_t size = ::pread(said, end.said.data(), end.said.size(), 0);
    ::close(said);
    end.said.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    end.said.erase(end.said.find_last_not_of('\n') + 1);
    return end;
}

std::string end_text(int status) {
    if (status == -1) return "did not end in time";
    if (WIFSIGNALED(status)) {
        return fmt::format("was killed by signal {} ({})", WTERMSIG(status),
                           strsignal(WTERMSIG(status)));
    }
    return fmt::format("exited with status {}", WEXITSTATUS(status));
}

}  // namespace aoe::conformance
