// SPDX-License-Identifier: MIT
// The initiator on a link: in memory, on a clock that never sleeps, also with a faulty wire.
#include "initiator/session.h"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "initiator/error.h"
#include "initiator/testing/memory_network.h"
#include "wire/random.h"

namespace aoe::initiator {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::FakeTarget;
using testing::MemoryNetwork;
using testing::target_mac;

constexpr Address address{.shelf = 7, .slot = 3};

TEST(Session, AttachesAndMovesSectors) {
    MemoryNetwork network;
    FakeTarget& target = network.add();
    Session session(*network.link, network.clock, {});
    ASSERT_FALSE(session.attach(address, std::nullopt));
    const Device& device = *session.initiator().device(address);
    EXPECT_EQ(device.mac, target_mac);
    EXPECT_EQ(device.sectors(), 1000U);
    std::vector<std::byte> data(3 * sector_size, std::byte{0xa5});
    ASSERT_FALSE(session.perform(
        {.kind = Kind::write, .device = address, .first_sector = 997, .write_from = data}));
    ASSERT_FALSE(session.perform({.kind = Kind::flush, .device = address}));
    EXPECT_EQ(target.flushes(), 1U);
    EXPECT_EQ(target.sector(999)[511], std::byte{0xa5});
    std::vector<std::byte> back(data.size());
    ASSERT_FALSE(session.perform(
        {.kind = Kind::read, .device = address, .first_sector = 997, .read_into = back}));
    EXPECT_EQ(back, data);
}

TEST(Session, NobodyAnswersUntilTheLimit) {
    MemoryNetwork network;
    Session session(*network.link, network.clock,
                    {.tag_seed = 0, .timing = {.give_up_after = seconds(3)}, .interrupted = {}});
    EXPECT_EQ(session.attach(address, std::nullopt), Failure::timed_out);
    EXPECT_EQ(network.clock.now(), seconds(3));
}

TEST(Session, TheTargetsErrorComesBack) {
    MemoryNetwork network;
    network.add();
    Session session(*network.link, network.clock, {});
    ASSERT_FALSE(session.attach(address, std::nullopt));
    std::vector<std::byte> data(sector_size);
    EXPECT_EQ(session.perform(
                  {.kind = Kind::read, .device = address, .first_sector = 1000, .read_into = data}),
              ata_error(0x41, 0x10));
}

TEST(Session, AnotherMachineAtTheSameAddressIsIgnoredOnceOneIsChosen) {
    MemoryNetwork network;
    constexpr Mac other_mac{std::byte{2}, {}, {}, {}, {}, std::byte{9}};
    network.add({.mac = other_mac, .config_string = "other"});
    network.add();
    Session session(*network.link, network.clock, {});
    ASSERT_FALSE(session.attach(address, target_mac));
    EXPECT_EQ(session.initiator().device(address)->config_string, "scratch");
}

TEST(Session, AnInterruptionEndsTheWaitAndTheRequest) {
    MemoryNetwork network;
    network.add();
    bool interrupted = false;
    Session session(*network.link, network.clock,
                    {.tag_seed = 0, .timing = {}, .interrupted = [&] { return interrupted; }});
    ASSERT_FALSE(session.attach(address, std::nullopt));
    interrupted = true;
    std::vector<std::byte> data(100 * sector_size);
    EXPECT_EQ(session.perform({.kind = Kind::read, .device = address, .read_into = data}),
              std::errc::interrupted);
    EXPECT_EQ(session.initiator().pending(), 0U);
    interrupted = false;
    EXPECT_FALSE(session.perform({.kind = Kind::read, .device = address, .read_into = data}));
}

TEST(Session, TheWaitEndsAtItsLimit) {
    MemoryNetwork network;
    Session session(*network.link, network.clock, {});
    session.initiator().add_device(address);
    session.initiator().submit({.kind = Kind::query_config, .device = address});
    EXPECT_FALSE(session.wait_for_completion(milliseconds(123)));
    EXPECT_EQ(network.clock.now(), milliseconds(123));
    EXPECT_EQ(session.initiator().pending(), 1U);
}

/// A link to which something happens, and that counts for how many frames it is asked.
class EventfulLink final : public Link {
public:
    explicit EventfulLink(Link& link) : link_(link) {}
    std::deque<LinkEvent> events;
    std::size_t new_mtu = 0;
    std::size_t most_asked = 0;

    Mac mac() const noexcept override { return link_.mac(); }
    std::size_t mtu() const noexcept override { return new_mtu != 0 ? new_mtu : link_.mtu(); }
    int descriptor() const noexcept override { return link_.descriptor(); }
    int event_descriptor() const noexcept override { return link_.event_descriptor(); }
    std::size_t receive_capacity() const noexcept override { return link_.receive_capacity(); }
    std::span<const ReceivedFrame> receive(std::size_t most) override {
        most_asked = std::max(most_asked, most);
        return link_.receive(most);
    }
    void release(const ReceivedFrame& frame) noexcept override { link_.release(frame); }
    std::optional<LentBuffer> lend() override { return link_.lend(); }
    void queue(const LentBuffer& buffer, std::size_t size) override { link_.queue(buffer, size); }
    void give_back(const LentBuffer& buffer) noexcept override { link_.give_back(buffer); }
    std::error_code flush() override { return link_.flush(); }
    std::optional<LinkEvent> next_event() override {
        if (events.empty()) return std::nullopt;
        const LinkEvent event = events.front();
        events.pop_front();
        return event;
    }
    std::error_code join(const Mac& mac) override { return link_.join(mac); }

private:
    Link& link_;
};

TEST(Session, ALinkThatGoesDuringAWaitEndsTheRequest) {
    MemoryNetwork network;
    network.add();
    EventfulLink link(*network.link);
    Session session(link, network.clock, {});
    ASSERT_FALSE(session.attach(address, std::nullopt));
    const Time start = network.clock.now();
    network.clock.set_step([&, told = false]() mutable {
        if (!told) link.events = {LinkEvent::gone};
        return !std::exchange(told, true);
    });
    EXPECT_EQ(session.perform({.kind = Kind::identify, .device = address}),
              std::errc::no_such_device);
    EXPECT_EQ(network.clock.now(), start) << "without a time-out";
}

TEST(Session, ANewMtuDuringAWaitCountsForTheNextFrame) {
    MemoryNetwork network(9000);
    network.add({.sector_count = 17});
    EventfulLink link(*network.link);
    link.new_mtu = 1500;
    Session session(link, network.clock, {});
    ASSERT_FALSE(session.attach(address, std::nullopt));
    EXPECT_EQ(session.initiator().sectors_per_frame(address), 2U);
    network.clock.set_step([&] {
        if (link.new_mtu == 9000) return false;
        link.new_mtu = 9000;
        link.events = {LinkEvent::mtu_changed};
        return true;
    });
    EXPECT_FALSE(session.wait_for_completion(network.clock.now() + seconds(1)));
    EXPECT_EQ(session.initiator().sectors_per_frame(address), 17U);
}

TEST(Session, AsksForNoMoreFramesThanMayAnswer) {
    MemoryNetwork network;
    network.add();
    EventfulLink link(*network.link);
    Session session(link, network.clock, {});
    ASSERT_FALSE(session.attach(address, std::nullopt));
    EXPECT_EQ(link.most_asked, 1U);
    std::vector<std::byte> data(5 * 2 * sector_size);
    ASSERT_FALSE(session.perform({.kind = Kind::read, .device = address, .read_into = data}));
    EXPECT_EQ(link.most_asked, 5U);
}

TEST(Session, TheWholeWindowIsSentBeforeTheFirstWait) {
    MemoryNetwork network(9000);
    FakeTarget& target = network.add({.buffer_count = 100, .sector_count = 1});
    Session session(*network.link, network.clock, {});
    ASSERT_FALSE(session.attach(address, std::nullopt));
    const std::uint64_t sent_before = session.initiator().counters().sent;
    std::optional<std::uint64_t> sent_at_first_wait;
    network.clock.set_step([&] {
        if (!sent_at_first_wait) sent_at_first_wait = session.initiator().counters().sent;
        return network.serve();
    });
    std::vector<std::byte> data(1000 * sector_size);
    for (std::size_t i = 0; i < data.size(); ++i)
        target.disk()[i] = static_cast<std::byte>(i % 251);
    ASSERT_FALSE(session.perform({.kind = Kind::read, .device = address, .read_into = data}));
    EXPECT_EQ(data, target.disk());
    EXPECT_EQ(sent_at_first_wait, sent_before + 100);
    EXPECT_EQ(network.clock.now(), Time{}) << "nothing was ever waited for";
}

// --- A faulty wire ---

std::vector<std::byte> random_bytes(Random& random, std::size_t size) {
    std::vector<std::byte> bytes(size);
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.next());
    return bytes;
}

/// Several requests at a time for random sectors that do not overlap with one another; a model of
/// the disk says what each read must find.
class RandomLoad {
public:
    RandomLoad(Session& session, FakeTarget& target, std::uint64_t seed)
        : session_(session),
          model_(target.disk()),
          written_(model_.size() / sector_size),
          random_(seed) {}

    /// With `rewrite` false no sector is written twice.
    void run(std::size_t requests, bool rewrite) {
        for (std::size_t id = 0; id < requests; ++id) {
            while (!start(id, rewrite)) ASSERT_NO_FATAL_FAILURE(finish_one());
            while (jobs_.size() >= 8) ASSERT_NO_FATAL_FAILURE(finish_one());
        }
        while (!jobs_.empty()) ASSERT_NO_FATAL_FAILURE(finish_one());
    }
    const std::vector<std::byte>& model() const { return model_; }

private:
    struct Job {
        Kind kind = Kind::read;
        std::size_t first = 0;
        std::size_t count = 0;
        std::vector<std::byte> bytes;
    };

    bool start(std::uint64_t id, bool rewrite) {
        Job job;
        job.count = 1 + random_.below(24);
        job.first = random_.below(model_.size() / sector_size - job.count + 1);
        for (const auto& [other_id, other] : jobs_) {
            if (job.first < other.first + other.count && other.first < job.first + job.count) {
                return false;
            }
        }
        const auto sectors = written_.begin() + static_cast<std::ptrdiff_t>(job.first);
        const auto end = sectors + static_cast<std::ptrdiff_t>(job.count);
        const bool may_write = rewrite || std::find(sectors, end, true) == end;
        Request request{.device = address, .id = id, .first_sector = job.first};
        if (may_write && random_.chance(0.5)) {
            job.kind = Kind::write;
            job.bytes = random_bytes(random_, job.count * sector_size);
            std::fill(sectors, end, true);
        } else {
            job.bytes.resize(job.count * sector_size);
        }
        Job& placed = jobs_[id] = std::move(job);
        request.kind = placed.kind;
        if (placed.kind == Kind::read) request.read_into = placed.bytes;
        if (placed.kind == Kind::write) request.write_from = placed.bytes;
        session_.initiator().submit(request);
        return true;
    }

    void finish_one() {
        const auto completion = session_.wait_for_completion(Time::max());
        ASSERT_TRUE(completion);
        ASSERT_FALSE(completion->error) << completion->error.message();
        const Job job = std::move(jobs_.at(completion->id));
        jobs_.erase(completion->id);
        const auto place = model_.begin() + static_cast<std::ptrdiff_t>(job.first * sector_size);
        if (job.kind == Kind::write) {
            std::copy(job.bytes.begin(), job.bytes.end(), place);
        } else {
            ASSERT_TRUE(std::equal(job.bytes.begin(), job.bytes.end(), place))
                << "sectors " << job.first << " +" << job.count;
        }
    }

    Session& session_;
    std::vector<std::byte> model_;
    std::vector<bool> written_;
    Random random_;
    std::map<std::uint64_t, Job> jobs_;
};

struct FaultCase {
    Faults faults;
    std::size_t mtu;
    std::uint8_t sector_count;
    bool rewrite;
    std::size_t requests;
};

class FaultyWire : public ::testing::TestWithParam<FaultCase> {};

TEST_P(FaultyWire, EveryReadFindsWhatWasWritten) {
    const FaultCase& given = GetParam();
    FaultPlan plan{.sent = given.faults, .received = given.faults, .seed = 20261122};
    plan.sent.truncate = 0;  // A target rightly refuses half a write.
    MemoryNetwork network(given.mtu, plan);
    FakeTarget& target = network.add({.sector_count = given.sector_count, .sectors = 20000});
    Session session(*network.link, network.clock, {.tag_seed = 3, .timing = {}, .interrupted = {}});
    ASSERT_FALSE(session.attach(address, std::nullopt));
    RandomLoad load(session, target, 1);
    load.run(given.requests, given.rewrite);
    EXPECT_EQ(target.disk(), load.model());
    EXPECT_GT(network.fault_counts().lost, 0U);
    const Counters& counters = session.initiator().counters();
    RecordProperty("resent", static_cast<int>(counters.resent));
    EXPECT_GT(counters.resent, 0U);
}

// AoE cannot tell a late copy of a write from a new one, so where the wire repeats and delays, each
// sector is written once.
INSTANTIATE_TEST_SUITE_P(
    Faults, FaultyWire,
    ::testing::Values(FaultCase{{.loss = 0.1}, 1500, 2, true, 4000},
                      FaultCase{{.loss = 0.1}, 9000, 17, true, 4000},
                      FaultCase{{.loss = 0.3}, 1500, 2, true, 2000},
                      FaultCase{
                          {.loss = 0.1, .duplicate = 0.1, .reorder = 0.1}, 1500, 2, false, 3000},
                      FaultCase{{.loss = 0.1,
                                 .duplicate = 0.1,
                                 .reorder = 0.1,
                                 .delay = 0.1,
                                 .truncate = 0.05,
                                 .longest_delay = milliseconds(100)},
                                9000,
                                17,
                                false,
                                3000}));

TEST(FaultyWire, TheSameSeedTakesTheSameTime) {
    const auto run = [] {
        const FaultPlan plan{.sent = {.loss = 0.2}, .received = {.loss = 0.2}, .seed = 5};
        MemoryNetwork network(1500, plan);
        FakeTarget& target = network.add();
        Session session(*network.link, network.clock, {});
        EXPECT_FALSE(session.attach(address, std::nullopt));
        RandomLoad load(session, target, 2);
        load.run(200, true);
        return network.clock.now();
    };
    const Time first = run();
    EXPECT_GT(first, milliseconds(20));
    EXPECT_EQ(run(), first);
}

}  // namespace
}  // namespace aoe::initiator
