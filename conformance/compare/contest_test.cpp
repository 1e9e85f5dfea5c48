// SPDX-License-Identifier: MIT
#include "conformance/compare/contest.h"

#include <atomic>
#include <fstream>
#include <iostream>
#include <map>
#include <signal.h>
#include <unistd.h>

#include <sys/wait.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aoe::conformance {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

std::map<std::size_t, Finish> finishes(const std::vector<Entrant>& entrants,
                                       const ContestOptions& options) {
    std::map<std::size_t, Finish> all;
    run_contest(entrants, options,
                [&](std::size_t index, const Finish& finish) { all[index] = finish; });
    return all;
}

// Waits for whatever comes, as a run that hangs does.
int hang() {
    for (;;) ::pause();
}

bool is_there(pid_t pid) {
    return ::kill(pid, 0) == 0;
}

// What the entrants write of themselves, for the time after them.
class Contest : public testing::Test {
protected:
    std::filesystem::path note(const char* name) const { return folder_.path() / name; }
    pid_t noted(const char* name) const {
        pid_t pid = 0;
        std::ifstream(note(name)) >> pid;
        return pid;
    }

private:
    TemporaryFolder folder_;
};

TEST_F(Contest, GivesStatusAndWhatWasSaid) {
    const auto all = finishes({{.name = "good",
                                .run =
                                    [] {
                                        std::cerr << "why\n";
                                        return 3;
                                    }},
                               {.name = "dead",
                                .run =
                                    [] {
                                        ::raise(SIGKILL);
                                        return 0;
                                    }}},
                              {.at_once = 2});
    EXPECT_EQ(all.at(0).status, 3);
    EXPECT_EQ(all.at(0).said, "why\n");
    EXPECT_EQ(all.at(1).status, -1);
}

TEST_F(Contest, EndsWhoTakesTooLong) {
    const auto all =
        finishes({{.name = "endless", .run = hang}, {.name = "good", .run = [] { return 0; }}},
                 {.at_once = 1, .limit = std::chrono::milliseconds(50)});
    EXPECT_TRUE(all.at(0).timed_out);
    EXPECT_EQ(all.at(1).status, 0);
    EXPECT_FALSE(all.at(1).timed_out);
}

TEST_F(Contest, StopsWhenItIsTold) {
    std::atomic<bool> stop{false};
    std::vector<std::size_t> told;
    run_contest({{.name = "first", .run = [] { return 0; }},
                 {.name = "second", .run = hang},
                 {.name = "third", .run = hang}},
                {.at_once = 1, .stop = &stop}, [&](std::size_t index, const Finish& finish) {
                    told.push_back(index);
                    EXPECT_EQ(finish.interrupted, index == 1);
                    stop.store(true);
                });
    EXPECT_THAT(told, ElementsAre(0)) << "the others never began";
}

// A daemon that has detached itself twice, in a session of its own.
TEST_F(Contest, LeavesNobodyBehind) {
    const std::filesystem::path file = note("daemon");
    const auto all = finishes(
        {{.name = "daemon",
          .run =
              [&file] {
                  if (::fork() == 0) {
                      ::setsid();
                      if (::fork() != 0) ::_exit(0);
                      ::signal(SIGTERM, SIG_IGN);
                      std::ofstream(file) << ::getpid() << std::flush;
                      hang();
                  }
                  while (!std::filesystem::exists(file) || std::filesystem::file_size(file) == 0) {
                  }
                  return 0;
              }}},
        {});
    EXPECT_EQ(all.at(0).status, 0);
    ASSERT_GT(noted("daemon"), 0);
    EXPECT_FALSE(is_there(noted("daemon")));
}

TEST_F(Contest, LeavesOthersChildrenAlone) {
    const pid_t mine = ::fork();
    if (mine == 0) hang();
    finishes({{.name = "good", .run = [] { return 0; }}}, {});
    EXPECT_TRUE(is_there(mine));
    ::kill(mine, SIGKILL);
    ::waitpid(mine, nullptr, 0);
}

TEST(TemporaryFolder, GoesWithAllThatIsInIt) {
    std::filesystem::path path;
    {
        const TemporaryFolder folder;
        path = folder.path();
        std::filesystem::create_directories(path / "a" / "b");
        std::ofstream(path / "a" / "b" / "c") << "x";
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace aoe::conformance
