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
constexpr timeval patience{.tv_sec = 1, .tv_usec = 0};  // With a client that does not read.

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

Descriptor connect_to(const std::string& path) {
    const sockaddr_un address = address_of(path);
    Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return {};
    }
    return socket;
}

bool send_all(int socket, std::string_view text) {
    while (!text.empty()) {
        const ssize_t sent = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR) return false;
        if (sent > 0) text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
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
    if (connect_to(path_)) {
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
    for (const auto& [number, client] : clients_) loop_.forget(number);
    loop_.forget(listener_.get());
    ::unlink(path_.c_str());
}

void ControlSocket::accept_one() {
    Descriptor client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!client || clients_.size() >= most_clients) return;
    const int number = client.get();
    ::setsockopt(number, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    clients_[number] = {.descriptor = std::move(client), .received = {}};
    loop_.watch(number, [this, number] { read_from(number); });
}

void ControlSocket::read_from(int number) {
    Client& client = clients_.at(number);
    std::array<char, 4096> part{};
    const ssize_t size = ::recv(number, part.data(), part.size(), MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (size > 0) {
        client.received.append(part.data(), static_cast<std::size_t>(size));
        if (client.received.size() <= longest_command) return;
    }
    loop_.forget(number);
    if (size != 0) {
        clients_.erase(number);
        return;
    }
    command_(words_of(client.received),
             [this, number](const ControlAnswer& text) { answer(number, text); });
}

void ControlSocket::answer(int client, const ControlAnswer& answer) {
    send_all(client, (answer.done ? "0" : "1") + answer.text);
    clients_.erase(client);
}

ControlAnswer send_command(const std::string& path, const std::vector<std::string>& words) {
    const Descriptor socket = connect_to(path);
    if (!socket) fail("no aoe-target listens at " + path);
    std::string command;
    for (const std::string& word : words) command += word + '\0';
    if (!send_all(socket.get(), command)) fail("cannot speak to aoe-target at " + path);
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
