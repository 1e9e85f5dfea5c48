// SPDX-License-Identifier: MIT
#include "conformance/compare/contest.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <iostream>
#include <poll.h>
#include <signal.h>
#include <sstream>
#include <system_error>
#include <unistd.h>

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

namespace aoe::conformance {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int look_again_ms = 5;
constexpr std::size_t most_said_bytes = 4096;

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

// Of /proc/PID/stat; 0 when the process has gone. Its name may hold anything, brackets too.
pid_t parent_of(const std::filesystem::path& process) {
    std::ifstream file(process / "stat");
    std::string line;
    std::getline(file, line);
    const std::size_t end = line.rfind(')');
    if (end == std::string::npos) return 0;
    std::istringstream rest(line.substr(end + 1));
    char state = 0;
    pid_t parent = 0;
    rest >> state >> parent;
    return parent;
}

std::vector<pid_t> children_of(pid_t parent) {
    std::vector<pid_t> children;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", none)) {
        const std::string name = entry.path().filename();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        if (parent_of(entry.path()) == parent) children.push_back(std::stoi(name));
    }
    return children;
}

// All others, and whatever they leave behind in turn.
void end_children(const std::vector<pid_t>& spared) {
    for (bool found = true; found;) {
        found = false;
        for (const pid_t child : children_of(::getpid())) {
            if (std::count(spared.begin(), spared.end(), child) > 0) continue;
            ::kill(child, SIGKILL);
            found = ::waitpid(child, nullptr, 0) == child || found;
        }
    }
}

class Contest {
public:
    Contest(const std::vector<Entrant>& entrants, const ContestOptions& options,
            const OnFinish& on_finish)
        : entrants_(entrants),
          options_(options),
          on_finish_(on_finish),
          finishes_(entrants.size()),
          not_ours_(children_of(::getpid())) {
        // What a worker left behind becomes our child.
        ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    }
    Contest(const Contest&) = delete;
    Contest& operator=(const Contest&) = delete;
    ~Contest() {
        for (const Worker& worker : workers_) {
            ::kill(worker.pid, SIGKILL);
            ::waitpid(worker.pid, nullptr, 0);
        }
        workers_.clear();
        sweep();
    }

    void run() {
        while (next_ < entrants_.size() || !workers_.empty()) {
            const bool stopping = options_.stop != nullptr && options_.stop->load();
            while (!stopping && next_ < entrants_.size() && workers_.size() < options_.at_once) {
                start(next_++);
            }
            if (stopping) next_ = entrants_.size();
            for (Worker& worker : workers_) watch(worker, stopping);
            collect();
            ::poll(nullptr, 0, look_again_ms);
        }
    }

private:
    struct Worker {
        std::size_t entrant = 0;
        pid_t pid = -1;
        int said = -1;  // A file in memory.
        Clock::time_point until{};
        bool told_to_end = false;
    };

    void start(std::size_t entrant) {
        Worker worker{.entrant = entrant, .until = Clock::now() + options_.limit};
        worker.said = ::memfd_create("said", MFD_CLOEXEC);
        if (worker.said < 0) fail("creating a file in memory");
        const pid_t parent = ::getpid();
        std::cout.flush();
        worker.pid = ::fork();
        if (worker.pid == 0) work(entrants_[entrant], worker.said, parent);
        if (worker.pid < 0) fail("starting a process");
        ::setpgid(worker.pid, worker.pid);
        workers_.push_back(worker);
    }

    [[noreturn]] static void work(const Entrant& entrant, int said, pid_t parent) {
        // What a terminal sends to our group is for our parent, who tells us.
        ::setpgid(0, 0);
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (::getppid() != parent) ::_exit(127);
        const int null = ::open("/dev/null", O_RDWR);
        ::dup2(null, STDIN_FILENO);
        ::dup2(null, STDOUT_FILENO);
        ::dup2(said, STDERR_FILENO);
        const int status = entrant.run();
        // Our parent would do it, if it still were there.
        end_children({});
        std::cerr.flush();
        ::_exit(status);
    }

    void watch(Worker& worker, bool stopping) {
        Finish& finish = finishes_[worker.entrant];
        const Clock::time_point now = Clock::now();
        if (worker.told_to_end) {
            if (now > worker.until) ::kill(worker.pid, SIGKILL);
            return;
        }
        if (stopping) finish.interrupted = true;
        if (now > worker.until) finish.timed_out = true;
        if (!finish.interrupted && !finish.timed_out) return;
        ::kill(worker.pid, SIGTERM);
        worker.told_to_end = true;
        worker.until = now + entrants_[worker.entrant].patience;
    }

    void collect() {
        for (std::size_t i = 0; i < workers_.size();) {
            int status = 0;
            if (::waitpid(workers_[i].pid, &status, WNOHANG) != workers_[i].pid) {
                ++i;
                continue;
            }
            const Worker ended = workers_[i];
            workers_.erase(workers_.begin() + static_cast<std::ptrdiff_t>(i));
            Finish& finish = finishes_[ended.entrant];
            if (WIFEXITED(status)) finish.status = WEXITSTATUS(status);
            std::string text(most_said_bytes, '\0');
            const ssize_t size = ::pread(ended.said, text.data(), text.size(), 0);
            finish.said = text.substr(0, size > 0 ? static_cast<std::size_t>(size) : 0);
            ::close(ended.said);
            sweep();
            on_finish_(ended.entrant, finish);
        }
    }

    // Ends what nobody looks after any more.
    void sweep() const {
        std::vector<pid_t> spared = not_ours_;
        for (const Worker& worker : workers_) spared.push_back(worker.pid);
        end_children(spared);
    }

    const std::vector<Entrant>& entrants_;
    const ContestOptions& options_;
    const OnFinish& on_finish_;
    std::vector<Finish> finishes_;
    std::vector<pid_t> not_ours_;  // Children that this process had before.
    std::vector<Worker> workers_;
    std::size_t next_ = 0;
};

}  // namespace

void run_contest(const std::vector<Entrant>& entrants, const ContestOptions& options,
                 const OnFinish& on_finish) {
    Contest(entrants, options, on_finish).run();
}

TemporaryFolder::TemporaryFolder() {
    const char* folder = std::getenv("TMPDIR");
    std::string name = std::string(folder != nullptr ? folder : "/tmp") + "/aoe-compare-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) fail("creating a temporary folder");
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code none;
    std::filesystem::remove_all(path_, none);
}

}  // namespace aoe::conformance
