// SPDX-License-Identifier: MIT
// One sender floods the daemon as fast as its link takes frames, while an initiator that behaves
// goes on working: at another interface, and at the same one.
#include <atomic>
#include <optional>
#include <thread>

#include "fuzz/generator.h"
#include "target/daemon/live_fixture_test.h"
#include "target/soak/live_load_test.h"
#include "target/soak/soak_test.h"

namespace aoe::target {
namespace {

/// Sends from its own thread until its end. Half are reads that it has a right to, which cost the
/// daemon most; the rest is what a fuzzer makes of frames that change nothing that lasts.
class Flood {
public:
    explicit Flood(const std::string& interface)
        : link_(open_packet_link({.interface = interface})), thread_([this] { run(); }) {}
    Flood(const Flood&) = delete;
    Flood& operator=(const Flood&) = delete;
    ~Flood() {
        ending_ = true;
        thread_.join();
    }
    std::uint64_t sent() const noexcept { return sent_; }

private:
    static constexpr std::size_t different = 4096;

    std::vector<Frame> make_frames() const {
        fuzz::Generator generator(7);
        std::vector<Frame> frames;
        for (std::size_t i = 0; i < different; ++i) {
            Frame frame = i % 2 == 0 ? target::read(i % 1000, 2) : generator.frame(0);
            frame.resize(std::clamp<std::size_t>(frame.size(), 24, 1514));
            std::ranges::copy(broadcast_mac, frame.begin());
            const Mac source = link_->mac();
            std::ranges::copy(source, frame.begin() + 6);
            // To an export of its own: it may write there.
            frame[16] = std::byte{0};
            frame[17] = std::byte{7};
            frame[18] = std::byte{9};
            frames.push_back(std::move(frame));
        }
        return frames;
    }
    void run() {
        const std::vector<Frame> frames = make_frames();
        for (std::size_t i = 0; !ending_; ++i) {
            if (const auto buffer = link_->lend()) {
                const Frame& frame = frames[i % different];
                std::ranges::copy(frame, buffer->bytes.begin());
                link_->queue(*buffer, frame.size());
                ++sent_;
            }
            if (i % 32 != 31) continue;
            link_->flush();
            // It does not even listen; this only gives the buffers back.
            for (const ReceivedFrame& each : link_->receive(64)) link_->release(each);
        }
    }

    LinkPtr link_;
    std::atomic<bool> ending_ = false;
    std::atomic<std::uint64_t> sent_ = 0;
    std::thread thread_;
};

class FloodTest : public DaemonLiveTest {
public:
    /// Requests a second of an initiator at the interface.
    double rate_at(const std::string& interface, Time period) {
        LiveLoad load({.interface = interface, .device = {7, 1}, .seed = ++seed, .flushes = 0.002},
                      ledger);
        EXPECT_FALSE(load.attach());
        const Time begun = clock.now();
        load.run_for(period);
        while (load.done() == 0 && clock.now() < begun + period + long_enough) load.step();
        const double seconds = std::chrono::duration<double>(clock.now() - begun).count();
        const double rate = static_cast<double>(load.done()) / seconds;
        load.finish();
        EXPECT_EQ(load.failed(), 0);
        EXPECT_EQ(load.complaints(), "");
        return rate;
    }

    std::uint64_t seed = 0;
    Ledger ledger{disk_sectors, false};
};

TEST_F(FloodTest, AnInitiatorThatBehavesGoesOnWorking) {
    Cable flooded;
    Cable other;
    flooded.plug();
    other.plug();
    const ScratchFile rubbish(disk_sectors * sector_size);
    write_config(table(1, flooded.name + "\", \"" + other.name) +
                 table(9, flooded.name, "", rubbish.path()));
    ::setenv("ASAN_OPTIONS", "quarantine_size_mb=1", 0);  // Freed memory would count as used.
    const Program program = start();
    ASSERT_TRUE(ask(*flooded.far, 9, config(0)));
    const int memory_before_kib = program.resident_kib();
    const Soak soak(1);
    const Time period =
        soak.is_long() ? std::chrono::seconds(soak.seconds()) / 4 : std::chrono::milliseconds(500);
    const auto per_second = [](double rate) { return std::to_string(std::lround(rate)); };
    std::string rates;
    std::uint64_t flood = 0;
    Time flooded_for{};
    for (const std::string& interface : {other.name, flooded.name}) {
        const double calm = rate_at(interface + "f", period);
        const Flood sender(flooded.name + "f");
        const Time begun = clock.now();
        const double under_flood = rate_at(interface + "f", period);
        flood += sender.sent();
        flooded_for += clock.now() - begun;
        EXPECT_GT(under_flood, 0);
        rates += interface == other.name ? "; at another interface " : ", at the same one ";
        rates += per_second(under_flood) + " a second, " + per_second(calm) + " without";
    }
    const double seconds = std::chrono::duration<double>(flooded_for).count();
    Soak::tell("a flood of " + per_second(static_cast<double>(flood) / seconds) +
               " frames a second" + rates + " it; none failed");
    EXPECT_LT(program.resident_kib(), memory_before_kib + 16384) << "its queues have limits";
}

}  // namespace
}  // namespace aoe::target
