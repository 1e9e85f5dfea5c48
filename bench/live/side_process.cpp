// SPDX-License-Identifier: MIT
#include "bench/live/side_process.h"

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include <sys/socket.h>
#include <sys/wait.h>

namespace aoe::bench {
namespace {

// One packet a message: a letter, and the value's bytes or a text.
constexpr char ready = 'f', sample_follows = 's', lost = 'l', misused = 'm', put_back = 'p';
constexpr std::size_t most_message_bytes = sizeof(Sample) + 4096;

void tell(int channel, char what, const void* bytes, std::size_t size) {
    std::vector<char> message(size + 1);
    message[0] = what;
    if (size > 0) std::memcpy(message.data() + 1, bytes, size);
    while (::send(channel, message.data(), message.size(), MSG_NOSIGNAL) < 0 && errno == EINTR) {
    }
}
void tell(int channel, char what, const std::string& text) {
    tell(channel, what, text.data(), std::min(text.size(), most_message_bytes - 1));
}

/// Empty when the other end is gone.
std::string hear(int channel) {
    std::string message(most_message_bytes, '\0');
    ssize_t size = 0;
    do {
        size = ::recv(channel, message.data(), message.size(), 0);
    } while (size < 0 && errno == EINTR);
    message.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return message;
}

std::string text_of(const SideFacts& facts) {
    return nlohmann::json{{"name", facts.name},
                          {"model", facts.model},
                          {"mtu", facts.mtu},
                          {"sectors", facts.sectors},
                          {"sectors_per_message", facts.sectors_per_message},
                          {"buffer_count", facts.buffer_count},
                          {"most_outstanding", facts.most_outstanding}}
        .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

SideFacts facts_from(const std::string& text) {
    const auto json = nlohmann::json::parse(text);
    return {.name = json.at("name"),
            .model = json.at("model"),
            .mtu = json.at("mtu"),
            .sectors = json.at("sectors"),
            .sectors_per_message = json.at("sectors_per_message"),
            .buffer_count = json.at("buffer_count"),
            .most_outstanding = json.at("most_outstanding")};
}

/// The child's life: a job a message, until the parent says no more, or is gone.
void serve(int channel, const SideOptions& options, std::span<const Job> jobs) {
    try {
        Side side(options, jobs);
        tell(channel, ready, text_of(side.facts()));
        for (std::string message = hear(channel); message.size() == sizeof(Job);
             message = hear(channel)) {
            Job job;
            std::memcpy(&job, message.data(), sizeof job);
            try {
                const Sample sample = side.run(job);
                tell(channel, sample_follows, &sample, sizeof sample);
            } catch (const SideLost& why) {
                tell(channel, lost, why.what());
            }
        }
        tell(channel, put_back, side.finish());
    } catch (const std::invalid_argument& why) {
        tell(channel, misused, why.what());
    } catch (const conformance::CannotBegin& why) {
        tell(channel, misused, why.what());
    } catch (const std::system_error& why) {
        tell(channel, misused, why.what());
    } catch (const std::exception& why) {
        tell(channel, lost, why.what());
    }
}

}  // namespace

SideProcess::SideProcess(const SideOptions& options, std::span<const Job> jobs) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        throw std::system_error(errno, std::generic_category(), "making a pair of sockets");
    }
    pid_ = ::fork();
    if (pid_ == 0) {
        ::close(ends[0]);
        serve(ends[1], options, jobs);
        ::_exit(0);
    }
    ::close(ends[1]);
    channel_ = ends[0];
    if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "starting a process");
    const std::string answer = hear(channel_);
    if (answer.empty()) throw SideLost("the process that was to measure has died");
    if (answer[0] == misused) throw std::invalid_argument(answer.substr(1));
    if (answer[0] != ready) throw SideLost(answer.substr(1));
    facts_ = facts_from(answer.substr(1));
}

SideProcess::SideProcess(SideProcess&& other) noexcept
    : facts_(std::move(other.facts_)),
      channel_(std::exchange(other.channel_, -1)),
      pid_(std::exchange(other.pid_, -1)) {}

SideProcess::~SideProcess() {
    if (channel_ >= 0) ::close(channel_);
    if (pid_ > 0) {
        while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
        }
    }
}

Sample SideProcess::run(const Job& job) {
    ::send(channel_, &job, sizeof job, MSG_NOSIGNAL);
    const std::string answer = hear(channel_);
    if (answer.empty()) throw SideLost("the process that measures has died");
    if (answer[0] != sample_follows) throw SideLost(answer.substr(1));
    Sample sample;
    std::memcpy(&sample, answer.data() + 1, sizeof sample);
    return sample;
}

std::string SideProcess::finish() {
    ::shutdown(channel_, SHUT_WR);
    const std::string answer = hear(channel_);
    if (answer.empty()) return "the process that measures has died: nothing was put back";
    return answer.substr(1);
}

}  // namespace aoe::bench
