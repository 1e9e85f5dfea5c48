// SPDX-License-Identifier: MIT
#include "conformance/workers/crew.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <system_error>
#include <unistd.h>

#include <sys/wait.h>

#include "conformance/session.h"

namespace aoe::conformance {

namespace {

constexpr int look_again_ms = 100;  // For the signal that stops the run.
constexpr int patience_ms = 10000;  // With a worker that was told to end.

// Nobody listens any more.
struct PipeBroken {};

void write_all(int pipe, const std::vector<std::uint8_t>& bytes) {
    for (std::size_t done = 0; done < bytes.size();) {
        const ssize_t written = ::write(pipe, bytes.data() + done, bytes.size() - done);
        if (written < 0 && errno != EINTR) throw PipeBroken();
        if (written > 0) done += static_cast<std::size_t>(written);
    }
}

[[noreturn]] void work(int pipe, const Part& part) {
    try {
        EventWriter writer(
            [pipe](const std::vector<std::uint8_t>& bytes) { write_all(pipe, bytes); });
        Event last;
        try {
            last = part(writer);
        } catch (const CannotBegin& why) {
            last = RunEnd{.unjudged_left = true, .problems = {why.what()}};
        } catch (const std::system_error& error) {
            last = CannotWork{error.what()};
        } catch (const std::invalid_argument& error) {
            last = CannotWork{error.what()};
        } catch (const std::exception& error) {
            last = RunEnd{.our_error = true,
                          .problems = {std::string("our own error: ") + error.what()}};
        }
        write_all(pipe, encode(last));
    } catch (const PipeBroken&) {
        ::_exit(1);
    }
    // Without what our parent has not written yet and registered for its own end.
    ::_exit(0);
}

class Crew {
public:
    Crew(const std::vector<Part>& parts, const CrewOptions& options, Reporter& reporter)
        : parts_(parts), options_(options), merge_(parts.size(), options.turns, reporter) {}
    Crew(const Crew&) = delete;
    Crew& operator=(const Crew&) = delete;
    ~Crew() {
        tell_to_end();
        for (int waited = 0; running() && waited < patience_ms; waited += 5) {
            for (Worker& worker : workers_) {
                if (worker.pid > 0 && ::waitpid(worker.pid, nullptr, WNOHANG) != 0) worker.pid = -1;
            }
            if (running()) ::usleep(5000);
        }
        for (const Worker& worker : workers_) {
            if (worker.pid > 0) ::kill(worker.pid, SIGKILL);
            if (worker.pid > 0) ::waitpid(worker.pid, nullptr, 0);
            if (worker.pipe >= 0) ::close(worker.pipe);
        }
    }

    RunEnd run() {
        while (workers_.size() < parts_.size() && workers_.size() < options_.at_once) start_next();
        while (running()) {
            if (options_.stop != nullptr && options_.stop->load()) tell_to_end();
            listen();
        }
        if (workers_.size() < parts_.size() && !failed_) {
            end_.add({.unjudged_left = true, .problems = {std::string(interrupted_text)}});
        }
        return std::move(end_);
    }

private:
    struct Worker {
        pid_t pid = -1;
        int pipe = -1;
        EventReader events{};
        bool told_end = false;  // It said how its part ended.
    };

    bool running() const {
        for (const Worker& worker : workers_) {
            if (worker.pid > 0) return true;
        }
        return false;
    }

    void start_next() {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
            throw std::system_error(errno, std::generic_category(), "creating a pipe");
        }
        const pid_t pid = ::fork();
        if (pid == 0) {
            ::close(ends[0]);
            for (const Worker& worker : workers_) ::close(worker.pipe);
            work(ends[1], parts_[workers_.size()]);
        }
        const int error = errno;
        ::close(ends[1]);
        if (pid < 0) {
            ::close(ends[0]);
            throw std::system_error(error, std::generic_category(), "starting a worker");
        }
        workers_.push_back({.pid = pid, .pipe = ends[0]});
    }

    void tell_to_end() {
        if (!stopping_) {
            for (const Worker& worker : workers_) {
                if (worker.pid > 0) ::kill(worker.pid, SIGTERM);
            }
        }
        stopping_ = true;
    }

    void listen() {
        std::vector<pollfd> pipes;
        for (const Worker& worker : workers_) pipes.push_back({worker.pipe, POLLIN, 0});
        ::poll(pipes.data(), pipes.size(), look_again_ms);
        for (std::size_t i = 0; i < pipes.size(); ++i) {
            if (pipes[i].revents != 0) hear(i);
        }
    }

    void hear(std::size_t index) {
        std::array<std::uint8_t, 65536> buffer{};
        Worker& worker = workers_[index];
        const ssize_t size = ::read(worker.pipe, buffer.data(), buffer.size());
        if (size < 0 && errno == EINTR) return;
        if (size <= 0) return lay_off(index);
        worker.events.add(buffer.data(), static_cast<std::size_t>(size));
        while (auto event = workers_[index].events.next()) take(index, *std::move(event));
    }

    void take(std::size_t index, Event event) {
        if (const auto* cannot = std::get_if<CannotWork>(&event)) throw WorkerRefused(cannot->why);
        if (const auto* end = std::get_if<RunEnd>(&event)) {
            workers_[index].told_end = true;
            // That the others were interrupted, then, is how the run was to end.
            if (!failed_ || end->our_error) end_.add(*end);
            return;
        }
        if (const auto* finished = std::get_if<CaseFinished>(&event)) {
            failed_ = failed_ || (options_.until_fail &&
                                  counts_as_failure(finished->result.verdict, options_.failures));
        }
        merge_.add(index, std::move(event));
        if (failed_) tell_to_end();
    }

    // The pipe has ended.
    void lay_off(std::size_t index) {
        Worker& worker = workers_[index];
        int status = 0;
        ::waitpid(worker.pid, &status, 0);
        ::close(worker.pipe);
        worker.pid = -1;
        worker.pipe = -1;
        if (!worker.told_end) {
            const std::string how = WIFSIGNALED(status)
                                        ? fmt::format("was killed by signal {} ({})",
                                                      WTERMSIG(status), strsignal(WTERMSIG(status)))
                                        : fmt::format("ended with status {}", WEXITSTATUS(status));
            end_.add({.our_error = true, .problems = {"a worker of ours " + how}});
        }
        merge_.end(index);
        if (!stopping_ && workers_.size() < parts_.size()) start_next();
    }

    const std::vector<Part>& parts_;
    const CrewOptions& options_;
    Merge merge_;
    std::vector<Worker> workers_;  // As many as were started, in the order of the parts.
    RunEnd end_;
    bool stopping_ = false;
    bool failed_ = false;  // With until_fail.
};

}  // namespace

RunEnd run_crew(const std::vector<Part>& parts, const CrewOptions& options, Reporter& reporter) {
    return Crew(parts, options, reporter).run();
}

}  // namespace aoe::conformance
