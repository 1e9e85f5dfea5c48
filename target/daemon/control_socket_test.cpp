// SPDX-License-Identifier: MIT
#include "target/daemon/control_socket.h"

#include <chrono>
#include <future>

#include <sys/socket.h>
#include <sys/un.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "target/program_test.h"

namespace aoe::target {
namespace {

using testing::HasSubstr;

class ControlSocketTest : public testing::Test {
public:
    /// As aoe-targetctl asks.
    ControlAnswer ask(const std::vector<std::string>& words) {
        auto answer = std::async(std::launch::async, [&] { return send_command(path(), words); });
        while (answer.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
            loop.wait(std::chrono::milliseconds(5));
        }
        return answer.get();
    }
    /// As somebody does who has other things in mind.
    Descriptor connect(const std::string& text = "") {
        Descriptor client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path().copy(address.sun_path, sizeof address.sun_path - 1);
        EXPECT_EQ(
            ::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
            0);
        ::send(client.get(), text.data(), text.size(), MSG_NOSIGNAL);
        loop.wait(std::chrono::milliseconds(0));
        return client;
    }
    std::string path() const { return file.path() + ".sock"; }

    const std::string large = std::string(10'000'000, 'x');
    ScratchFile file{512};
    EventLoop loop;
    std::vector<ControlSocket::Reply> postponed;
    ControlSocket control{path(), loop, [this](const auto& words, ControlSocket::Reply reply) {
                              const std::string word = words.empty() ? "" : words[0];
                              if (word == "later") return postponed.push_back(std::move(reply));
                              reply({.text = word == "large" ? large : word});
                          }};
};

TEST_F(ControlSocketTest, AnswersOfAnySizeArrive) {
    EXPECT_EQ(ask({"hello", "you"}).text, "hello");
    EXPECT_EQ(ask({}).text, "");
    EXPECT_EQ(ask({"large"}).text, large);
}

TEST_F(ControlSocketTest, ACommandWithoutEndIsRefused) {
    const ControlAnswer answer = ask({std::string(1 << 20, 'x')});
    EXPECT_FALSE(answer.done);
    EXPECT_THAT(answer.text, HasSubstr("no more than 65536 bytes"));
}

TEST_F(ControlSocketTest, ThousandWhoSayNothingKeepNobodyOut) {
    std::vector<Descriptor> silent;
    for (int i = 0; i < 1000; ++i) silent.push_back(connect(i % 2 == 0 ? "" : "half a wo"));
    EXPECT_EQ(ask({"hello"}).text, "hello");
}

TEST_F(ControlSocketTest, WhoDoesNotReadDelaysNobody) {
    std::vector<Descriptor> deaf;
    for (int i = 0; i < 50; ++i) {
        deaf.push_back(connect(std::string("large") + '\0'));
        ::shutdown(deaf.back().get(), SHUT_WR);
        loop.wait(std::chrono::milliseconds(0));
    }
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_EQ(ask({"hello"}).text, "hello");
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(20));
}

TEST_F(ControlSocketTest, AnAnswerForOneWhoLeftIsForNobody) {
    {
        const Descriptor left = connect(std::string("later") + '\0');
        ::shutdown(left.get(), SHUT_WR);
        while (postponed.empty()) loop.wait(std::chrono::milliseconds(5));
    }
    std::vector<Descriptor> silent;
    for (int i = 0; i < 20; ++i) silent.push_back(connect());
    postponed[0]({.text = "too late"});
    EXPECT_EQ(ask({"hello"}).text, "hello");
}

TEST_F(ControlSocketTest, ASecondOneIsRefusedThoughTheFirstIsBusy) {
    std::vector<Descriptor> waiting;
    for (int i = 0; i < 9; ++i) {  // More than may wait to be accepted.
        waiting.emplace_back(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path().copy(address.sun_path, sizeof address.sun_path - 1);
        ::connect(waiting.back().get(), reinterpret_cast<const sockaddr*>(&address),
                  sizeof address);
    }
    EXPECT_THROW(ControlSocket(path(), loop, [](const auto&, const auto&) {}), std::system_error);
}

}  // namespace
}  // namespace aoe::target
