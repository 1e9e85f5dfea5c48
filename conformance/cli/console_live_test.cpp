// SPDX-License-Identifier: MIT
// The console as people meet it: on a terminal of a certain width, in a pipe, in one that closes.
#include <cstdlib>
#include <pty.h>
#include <regex>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

#include <sys/wait.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aoe::conformance {
namespace {

using testing::Each;
using testing::HasSubstr;
using testing::Lt;
using testing::MatchesRegex;
using testing::Not;
using testing::SizeIs;

const std::string bin = AOE_BINARY_DIR "/bin/";
const std::string our_target = bin + "aoe-target {shelf} {slot} {iface} {file}";

struct Ended {
    int status = -1;
    std::string text;
};

Ended collect(pid_t pid, int descriptor) {
    Ended ended;
    std::array<char, 4096> some{};
    for (ssize_t size = 0; (size = ::read(descriptor, some.data(), some.size())) > 0;) {
        ended.text.append(some.data(), static_cast<std::size_t>(size));
    }
    ::close(descriptor);
    int status = 0;
    ::waitpid(pid, &status, 0);
    ended.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return ended;
}

[[noreturn]] void execute(std::vector<std::string> words) {
    words.insert(words.begin(), bin + "aoe-conform");
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
}

Ended on_terminal(const std::vector<std::string>& words, unsigned short columns) {
    winsize size{.ws_row = 24, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
    int terminal = -1;
    const pid_t pid = ::forkpty(&terminal, nullptr, nullptr, &size);
    if (pid == 0) {
        ::setenv("TERM", "xterm", 1);
        execute(words);
    }
    return collect(pid, terminal);
}

// Both streams into one pipe, run by the shell.
Ended shell(const std::string& command) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) return {};
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::dup2(ends[1], STDOUT_FILENO);
        ::dup2(ends[1], STDERR_FILENO);
        ::execl("/bin/bash", "bash", "-c", command.c_str(), nullptr);
        ::_exit(127);
    }
    ::close(ends[1]);
    return collect(pid, ends[0]);
}

std::string conform(const std::string& options) {
    return bin + "aoe-conform --start '" + our_target + "' " + options;
}

std::string last_line(const std::string& text) {
    const std::size_t end = text.find_last_not_of("\r\n");
    const std::size_t start = text.find_last_of('\n', end);
    return text.substr(start + 1, end - start);
}

const std::string clean_summary = "[0-9]+ cases: [0-9]+ pass.*, 0 fail.*";

class ConsoleLiveTest : public testing::Test {
protected:
    void SetUp() override {
        ::unsetenv("NO_COLOR");
        if (::geteuid() == 0 || shell("unshare -Urn true").status == 0) return;
        const char* required = std::getenv("AOE_REQUIRE");
        const bool must =
            required != nullptr && std::string(required).find("net") != std::string::npos;
        if (must) FAIL() << "no right to make a network, though AOE_REQUIRE asks for it";
        GTEST_SKIP() << "no right to make a network of its own";
    }
};

TEST_F(ConsoleLiveTest, a_terminal_gets_a_line_that_never_wraps_and_is_gone_at_the_end) {
    const Ended ended = on_terminal({"--start", our_target, "--repeat", "5"}, 40);
    ASSERT_THAT(ended.text, HasSubstr("\r")) << ended.text;
    const std::regex drawing("\r(e258\\.0 \\[[^\r\x1b]*)\x1b\\[K");
    std::vector<std::string> drawn;
    for (std::sregex_iterator it(ended.text.begin(), ended.text.end(), drawing), end; it != end;
         ++it) {
        drawn.push_back((*it)[1]);
    }
    EXPECT_THAT(drawn, SizeIs(testing::Gt(5U))) << ended.text;
    EXPECT_THAT(drawn, Each(SizeIs(Lt(40U))));
    // Each is erased before a line is printed: none is left among the lines of the report.
    EXPECT_FALSE(std::regex_search(ended.text, std::regex("\\[ *[0-9]+/[0-9]+\\][^\r\x1b]*\r?\n")));
    EXPECT_THAT(last_line(ended.text), HasSubstr(" cases: "));
}

TEST_F(ConsoleLiveTest, a_terminal_gets_colours_unless_they_are_not_wanted) {
    const std::vector<std::string> words{"--start", our_target, "--tests", "cfg.*"};
    EXPECT_THAT(on_terminal(words, 80).text, HasSubstr("\x1b[32m"));
    auto without = words;
    without.insert(without.end(), {"--color", "never"});
    EXPECT_THAT(on_terminal(without, 80).text, Not(HasSubstr("\x1b[32m")));
    ::setenv("NO_COLOR", "1", 1);
    EXPECT_THAT(on_terminal(words, 80).text, Not(HasSubstr("\x1b[32m")));
    ::unsetenv("NO_COLOR");
}

TEST_F(ConsoleLiveTest, a_pipe_gets_plain_text_with_the_counts_last) {
    const Ended ended = shell(conform("-vv"));
    EXPECT_EQ(ended.status, 0) << ended.text;
    EXPECT_EQ(ended.text.find_first_of("\r\x1b"), std::string::npos);
    EXPECT_THAT(last_line(ended.text), MatchesRegex(clean_summary));
}

TEST_F(ConsoleLiveTest, colours_come_into_a_pipe_when_asked_for) {
    const std::string text = shell(conform("--tests 'cfg.*' --color always")).text;
    EXPECT_THAT(text, HasSubstr("\x1b[32m"));
    EXPECT_THAT(text, Not(HasSubstr("\r")));
    const Ended wrong = shell(conform("--color sometimes"));
    EXPECT_EQ(wrong.status, 2);
    EXPECT_EQ(wrong.text, "aoe-conform: --color takes auto, always or never, not 'sometimes'\n");
}

TEST_F(ConsoleLiveTest, quiet_is_one_line_when_all_passed) {
    const Ended ended = shell(conform("-q"));
    EXPECT_EQ(ended.status, 0);
    EXPECT_THAT(ended.text, MatchesRegex(clean_summary + "\n"));
}

TEST_F(ConsoleLiveTest, a_reader_that_leaves_ends_the_run_without_a_word) {
    const Ended ended =
        shell(conform("-v --repeat 1000000") + " | head -n 1; exit ${PIPESTATUS[0]}");
    EXPECT_EQ(ended.status, 141);
    EXPECT_THAT(ended.text, MatchesRegex("e258\\.0 at [^\n]*\n"));
}

TEST_F(ConsoleLiveTest, a_report_that_cannot_be_written_is_no_success) {
    const Ended ended = shell(conform("--tests 'cfg.*' >/dev/full"));
    EXPECT_EQ(ended.status, 4);
    EXPECT_EQ(ended.text, "aoe-conform: standard output could not be written whole\n");
}

}  // namespace
}  // namespace aoe::conformance
