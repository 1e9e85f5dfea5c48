// SPDX-License-Identifier: MIT
#include "target/daemon/control_socket.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <sstream>
#include <system_error>
#include <unistd.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

namespace aoe::target {
namespace {

constexpr std::size_t most_clients = 16;
constexpr std::size_t longest_command = 65536;
constexpr int backlog = 8;

[[noreturn]] void fail(const std::string& sentence) {
    throw std::system_error(errno, std::system_category(), sentence);
}

sockaddr_un address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        fail("the control socket " + path);
    }
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    return address;
}

/// Nothing when that fails, which errno explains.
Descriptor connect_to(const std::string& path, int flags = 0) {
    const sockaddr_un address = address_of(path);
    Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0));
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return {};
    }
    return socket;
}

void send_all(int socket, std::string_view text) {
    while (!text.empty()) {
        const ssize_t sent = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR) return;
        if (sent > 0) text.remove_prefix(static_cast<std::size_t>(sent));
    }
}

std::vector<std::string> words_of(const std::string& command) {
    std::vector<std::string> words;
    std::istringstream text(command);
    for (std::string word; std::getline(text, word, '\0');) words.push_back(word);
    return words;
}

}  // namespace

ControlSocket::ControlSocket(std::string path, EventLoop& loop, Command command)
    : path_(std::move(path)), loop_(loop), command_(std::move(command)) {
    const sockaddr_un address = address_of(path_);
    // One with too much to do to accept anybody listens as well.
    if (connect_to(path_, SOCK_NONBLOCK) || errno == EAGAIN) {
        errno = EADDRINUSE;
        fail("another aoe-target has the control socket " + path_);
    }
    struct stat status {};
    if (::stat(path_.c_str(), &status) == 0 && S_ISSOCK(status.st_mode)) ::unlink(path_.c_str());
    listener_ = Descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    // No moment at which somebody else could connect.
    const mode_t before = ::umask(S_IXUSR | S_IRWXG | S_IRWXO);
    const int bound =
        ::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    const int error = errno;
    ::umask(before);
    errno = error;
    if (bound != 0 || ::listen(listener_.get(), backlog) != 0) {
        fail("cannot make the control socket " + path_);
    }
    loop_.watch(listener_.get(), [this] { accept_one(); });
}

ControlSocket::~ControlSocket() {
    while (!clients_.empty()) cut_off(clients_.begin());
    loop_.forget(listener_.get());
    ::unlink(path_.c_str());
}

void ControlSocket::cut_off(Clients::iterator client) {
    loop_.forget(client->second.descriptor.get());
    clients_.erase(client);
}

void ControlSocket::accept_one() {
    Descriptor descriptor(
        ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!descriptor) return;
    if (clients_.size() == most_clients) cut_off(clients_.begin());
    const int watched = descriptor.get();
    const auto client =
        clients_.emplace(next_number_++, Client{.descriptor = std::move(descriptor)}).first;
    loop_.watch(watched, [this, client] { read_from(client); });
}

void ControlSocket::read_from(Clients::iterator client) {
    auto& [number, state] = *client;
    std::array<char, 4096> part{};
    const ssize_t size = ::recv(state.descriptor.get(), part.data(), part.size(), 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (size < 0) return cut_off(client);
    state.received.append(part.data(), static_cast<std::size_t>(size));
    const bool too_long = state.received.size() > longest_command;
    if (size != 0 && !too_long) return;
    loop_.forget(state.descriptor.get());
    if (too_long) {
        return answer(number, {.done = false,
                               .text = "a command has no more than " +
                                       std::to_string(longest_command) + " bytes"});
    }
    command_(words_of(state.received),
             [this, number = number](const ControlAnswer& text) { answer(number, text); });
}

void ControlSocket::answer(std::uint64_t number, const ControlAnswer& answer) {
    const auto client = clients_.find(number);
    if (client == clients_.end()) return;
    client->second.answer = (answer.done ? "0" : "1") + answer.text;
    loop_.watch(
        client->second.descriptor.get(), [this, client] { send_to(client); },
        EventLoop::Until::writable);
}

void ControlSocket::send_to(Clients::iterator client) {
    std::string& left = client->second.answer;
    const ssize_t sent = ::send(client->second.descriptor.get(), left.data(), left.size(),
                                MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (sent > 0) left.erase(0, static_cast<std::size_t>(sent));
    if (sent < 0 || left.empty()) cut_off(client);
}

ControlAnswer send_command(const std::string& path, const std::vector<std::string>& words) {
    const Descriptor socket = connect_to(path);
    if (!socket) fail("no aoe-target listens at " + path);
    std::string command;
    for (const std::string& word : words) command += word + '\0';
    send_all(socket.get(), command);  // When it is not all taken, the answer says why.
    ::shutdown(socket.get(), SHUT_WR);
    std::string received;
    std::array<char, 4096> part{};
    for (;;) {
        const ssize_t size = ::recv(socket.get(), part.data(), part.size(), 0);
        if (size < 0 && errno == EINTR) continue;
        if (size <= 0) break;
        received.append(part.data(), static_cast<std::size_t>(size));
    }
    if (received.empty()) {
        errno = ECONNRESET;
        fail("aoe-target at " + path + " gave no answer");
    }
    return {.done = received[0] == '0', .text = received.substr(1)};
}

}  // namespace aoe::target
