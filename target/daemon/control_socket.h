// SPDX-License-Identifier: MIT
// The socket that aoe-targetctl speaks to: one command a connection. A command is words, each ended
// by a zero byte, up to the end of what the client sends; an answer is '0' (done) or '1' (not done)
// and a text for people, or JSON where the command says so. Nobody is waited for: of clients that
// neither say what they want nor take their answer, the oldest are cut off for new ones.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "target/daemon/event_loop.h"
#include "wire/descriptor.h"

namespace aoe::target {

struct ControlAnswer {
    bool done = true;
    std::string text{};
};

class ControlSocket {
public:
    using Reply = std::function<void(ControlAnswer)>;
    /// Answers by calling the reply once, now or later.
    using Command = std::function<void(const std::vector<std::string>& words, Reply reply)>;

    /// Listens at `path` for this user alone (mode 0600); a socket that is left there from before
    /// is replaced. Throws std::system_error, also when somebody listens there. Borrows the loop.
    ControlSocket(std::string path, EventLoop& loop, Command command);
    ControlSocket(const ControlSocket&) = delete;
    ControlSocket& operator=(const ControlSocket&) = delete;
    ~ControlSocket();

private:
    struct Client {
        Descriptor descriptor;
        std::string received{};
        std::string answer{};  // What is left of it.
    };
    using Clients = std::map<std::uint64_t, Client>;  // By their order of arrival.

    void accept_one();
    void cut_off(Clients::iterator client);
    void read_from(Clients::iterator client);
    /// Nothing when the client was cut off meanwhile.
    void answer(std::uint64_t number, const ControlAnswer& answer);
    void send_to(Clients::iterator client);

    std::string path_;
    EventLoop& loop_;
    Command command_;
    Descriptor listener_;
    Clients clients_;
    std::uint64_t next_number_ = 0;
};

/// Sends a command to the socket at `path` and waits for the answer. Throws std::system_error with
/// a sentence when nobody listens there.
ControlAnswer send_command(const std::string& path, const std::vector<std::string>& words);

}  // namespace aoe::target
