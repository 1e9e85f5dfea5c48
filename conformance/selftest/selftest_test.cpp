// SPDX-License-Identifier: MIT
// The suite, judged: on our own target in memory it must find nothing, and on each mutant of it the
// clause that the mutant breaks. No privilege, no network, no waiting: time is virtual.
#include <algorithm>
#include <limits>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/selftest/mutants.h"
#include "conformance/session.h"
#include "target/disk.h"
#include "target/export.h"
#include "target/server.h"
#include "wire/memory_link.h"

namespace aoe::conformance {
namespace {

constexpr std::uint64_t disk_sectors = 70000;  // So that three bytes of the address count.

class Collector final : public Reporter {
public:
    explicit Collector(std::vector<CaseResult>& results) : results_(results) {}
    void case_finished(const CaseResult& result) override { results_.push_back(result); }

private:
    std::vector<CaseResult>& results_;
};

struct RunOptions {
    const Mutant* mutant = nullptr;
    Doors open = all_doors;
    std::uint64_t seed = 1;
    std::size_t mtu = 1500;
    unsigned repeat = 1;
};

struct SuiteRun {
    std::vector<CaseResult> results;
    int exit_status = 0;
    std::size_t changes = 0;
    std::vector<std::byte> disk;  // Afterwards.
};

// A disk that can lose its sectors from one on; all of them when it is gone.
class LosingDisk final : public target::Disk {
public:
    explicit LosingDisk(target::Disk& inner) : inner_(inner) {}
    void lose(std::uint64_t from) { lost_from_ = from; }

    std::uint64_t sectors() const noexcept override { return inner_.sectors(); }
    bool read_only() const noexcept override { return inner_.read_only(); }
    std::error_code read(std::uint64_t sector, MutableBytes into) override {
        const std::error_code error = lost(sector, into.size());
        return error ? error : inner_.read(sector, into);
    }
    std::error_code write(std::uint64_t sector, Bytes from) override {
        const std::error_code error = lost(sector, from.size());
        return error ? error : inner_.write(sector, from);
    }
    std::error_code flush() override { return inner_.flush(); }

private:
    std::error_code lost(std::uint64_t sector, std::size_t size_bytes) const {
        if (sector + size_bytes / 512 <= lost_from_) return {};
        return std::make_error_code(lost_from_ == 0 ? std::errc::no_such_device
                                                    : std::errc::io_error);
    }

    target::Disk& inner_;
    std::uint64_t lost_from_ = std::numeric_limits<std::uint64_t>::max();
};

// Both ends of both links to the target, the tester's first.
struct Links {
    explicit Links(std::size_t mtu, std::uint64_t seed)
        : first(make_memory_pair({.mtu = mtu, .seed = seed})),
          second(make_memory_pair(
              {.first_mac = second_near, .second_mac = second_far, .mtu = mtu, .seed = seed})) {}

    static constexpr Mac second_near{std::byte{2}, {}, {}, {}, {}, std::byte{3}};
    static constexpr Mac second_far{std::byte{2}, {}, {}, {}, {}, std::byte{4}};
    std::pair<LinkPtr, LinkPtr> first, second;
};

// The target and all that belongs to it; starting it again forgets what it was told. Of a
// laboratory it offers what can be had in memory: no twin, and no other MTU.
class MemoryTarget final : public TargetControl, public Lab {
public:
    MemoryTarget(Links& links, const Mutant& mutant) : links_(links), mutant_(mutant) {
        start(Start::plain);
    }

    bool step() {
        const bool first = server_->step();
        return second_server_->step() || first;
    }
    std::optional<std::string> ended() override { return std::nullopt; }
    bool restart() override {
        put_back();
        start(Start::plain);
        return true;
    }
    std::vector<std::string> last_output() override { return {}; }
    std::size_t changes() const { return changes_ + mutated_->changes(); }

    Lab* lab() override { return this; }
    Needs offers() const override {
        return Needs(Need::restart) | Need::read_only | Need::access_list | Need::failing_disk;
    }
    bool start_again(Start how, const Answers& answers) override {
        start(how);
        return answers();
    }
    bool put_back() override {
        losing_.lose(std::numeric_limits<std::uint64_t>::max());
        if (how_ != Start::plain) start(Start::plain);
        return true;
    }
    void lose_sectors(std::uint64_t from) override { losing_.lose(from); }
    SecondPort second_port() override {
        return {.link = links_.second.first.get(), .target = Links::second_far};
    }

    target::MemoryDisk disk{disk_sectors};

private:
    void start(Start how) {
        how_ = how;
        if (mutated_) changes_ += mutated_->changes();
        server_.reset();
        second_server_.reset();
        target::ExportOptions options{.address = {.shelf = 7, .slot = 3},
                                      .sectors = disk_sectors,
                                      .read_only = how == Start::read_only,
                                      .serial = "self-test"};
        if (how == Start::access_list) options.mask = {links_.first.first->mac()};
        bundled_.emplace(options);
        mutated_.emplace(*bundled_, mutant_);
        server_.emplace(*links_.first.second, *mutated_, losing_);
        second_server_.emplace(*links_.second.second, *mutated_, losing_);
        server_->announce();
    }

    Links& links_;
    const Mutant& mutant_;
    LosingDisk losing_{disk};
    Start how_ = Start::plain;
    std::size_t changes_ = 0;
    std::optional<target::Export> bundled_;
    std::optional<MutantResponder> mutated_;
    std::optional<target::Server> server_, second_server_;
};

SuiteRun run_suite(const RunOptions& options) {
    Links links(options.mtu, options.seed);
    static const Mutant nothing{};
    MemoryTarget target(links, options.mutant != nullptr ? *options.mutant : nothing);
    VirtualClock clock([&target] { return target.step(); });

    SessionOptions session;
    session.wanted = {.shelf = 7, .slot = 3, .mac = std::nullopt};
    session.open = options.open;
    for (const Case& test : all_cases()) session.cases.push_back(&test);
    session.seed = options.seed;
    session.repeat = options.repeat;
    session.soak = std::chrono::milliseconds(5);
    session.strict = true;
    session.private_network = true;
    session.own_target = true;
    session.interface = "memory";

    SuiteRun run;
    Collector collector(run.results);
    run.exit_status = run_session(*links.first.first, clock, session, collector, &target);
    run.changes = target.changes();
    run.disk.resize(disk_sectors * 512);
    EXPECT_FALSE(target.disk.read(0, run.disk));
    return run;
}

bool is_finding(const CaseResult& result) {
    return result.verdict != Verdict::pass && result.verdict != Verdict::info &&
           result.verdict != Verdict::skip;
}

std::string told(const std::vector<CaseResult>& results) {
    std::string text;
    for (const CaseResult& result : results) {
        if (!is_finding(result)) continue;
        text += std::string(name(result.verdict)) + " " + std::string(result.test->id) + ": " +
                result.reason + "\n";
    }
    return text;
}

TEST(SelfTest, TheCleanTargetPassesEveryCaseUnderStrict) {
    const SuiteRun run = run_suite({});
    EXPECT_EQ(told(run.results), "");
    EXPECT_EQ(run.exit_status, 0);
    for (const CaseResult& result : run.results) {
        if (result.verdict == Verdict::skip) {
            // What a laboratory in memory does not offer.
            EXPECT_THAT(result.code, testing::AnyOf("need-twin", "need-other-mtu"))
                << result.test->id << ": " << result.reason;
        }
    }
}

TEST(SelfTest, TheCleanTargetPassesAtEveryMtu) {
    for (const std::size_t mtu : {1058U, 1500U, 4000U, 9000U}) {
        const SuiteRun run = run_suite({.mtu = mtu});
        EXPECT_EQ(told(run.results), "") << "MTU " << mtu;
    }
}

TEST(SelfTest, WithEveryDoorShutTheDiskStaysAsItWas) {
    const SuiteRun run = run_suite({.open = Doors()});
    EXPECT_EQ(told(run.results), "");
    EXPECT_EQ(run.exit_status, 0);
    EXPECT_TRUE(std::all_of(run.disk.begin(), run.disk.end(),
                            [](std::byte byte) { return byte == std::byte{}; }));
}

TEST(SelfTest, VerdictsDependOnNeitherSeedNorRepetition) {
    const SuiteRun first = run_suite({.seed = 1, .repeat = 2});
    const SuiteRun second = run_suite({.seed = 99});
    const auto& a = first.results;
    const auto& b = second.results;
    ASSERT_EQ(a.size(), 2 * b.size());
    for (std::size_t i = 0; i < b.size(); ++i) {
        EXPECT_EQ(a[i].verdict, b[i].verdict) << b[i].test->id;
        EXPECT_EQ(a[i + b.size()].verdict, b[i].verdict) << b[i].test->id;
    }
}

class MutantTest : public testing::TestWithParam<std::size_t> {};

TEST_P(MutantTest, IsCaughtByACaseAboutItsClause) {
    const Mutant mutant = all_mutants(disk_sectors).at(GetParam());
    const SuiteRun run = run_suite({.mutant = &mutant});
    ASSERT_GT(run.changes, 0U) << "no frame of the suite brought the mistake out";
    const bool caught =
        std::any_of(run.results.begin(), run.results.end(), [&](const CaseResult& result) {
            return std::any_of(
                result.findings.begin(), result.findings.end(), [&](const Finding& finding) {
                    return !finding.expected.empty() && finding.requirement->id == mutant.clause;
                });
        });
    EXPECT_TRUE(caught) << mutant.mistake << " Nobody found " << mutant.clause
                        << " broken; found was:\n"
                        << told(run.results);
    EXPECT_NE(run.exit_status, 0);
}

std::string mutant_name(const testing::TestParamInfo<std::size_t>& info) {
    std::string name(all_mutants(disk_sectors).at(info.param).name);
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(Mutants, MutantTest,
                         testing::Range(std::size_t{0}, all_mutants(disk_sectors).size()),
                         mutant_name);

}  // namespace
}  // namespace aoe::conformance
