// SPDX-License-Identifier: MIT
// Power that is lost at any instant, thousands of times: an initiator writes, flushes and reads
// over a lossy wire, and afterwards every write acknowledged before an acknowledged flush is there.
// All in memory; a seed decides everything.
#include <memory>
#include <utility>

#include "target/daemon/daemon_fixture_test.h"
#include "target/server.h"
#include "target/soak/forgetful_disk_test.h"
#include "target/soak/ledger_test.h"
#include "target/soak/soak_test.h"

namespace aoe::target {
namespace {

constexpr std::uint64_t disk_sectors = 64;  // Few, so that writes meet.

/// When a write lasts without a flush.
enum class Durability : std::uint8_t { flushed, always, switched_on };

/// One machine that serves a disk from its start until its power is cut.
class Machine {
public:
    Machine() {
        std::tie(near_, far) =
            make_memory_pair({.first_mac = own, .second_mac = alice, .capacity = 64, .seed = 3});
    }
    Machine(const Machine&) = delete;
    Machine& operator=(const Machine&) = delete;
    virtual ~Machine() = default;
    /// It does a little of what it has to do.
    virtual void step() = 0;
    LinkPtr far;

protected:
    LinkPtr near_;
};

using MachinePtr = std::unique_ptr<Machine>;

ExportConfig export_config(Durability durability) {
    return {.name = "disk",
            .address = address,
            .path = "/disk",
            .sync = durability == Durability::always,
            .queue_length = 12,  // Sometimes too few.
            .interfaces = {"eth0"}};
}

/// aoe-target with a command line.
class PlainMachine final : public Machine {
public:
    PlainMachine(ForgetfulDisk& disk, Durability durability, std::uint64_t)
        : export_(export_config(durability).options(disk_sectors)),
          server_(*near_, export_, disk) {}
    void step() override { server_.step(); }

private:
    Export export_;
    Server server_;
};

/// aoe-target with a configuration file.
class DaemonMachine : public Machine {
public:
    DaemonMachine(ForgetfulDisk& disk, Durability durability, std::uint64_t seed)
        : DaemonMachine(std::make_shared<ForgetfulStorage>(disk, seed), durability, seed) {}
    ~DaemonMachine() override {
        while (!hub_.is_idle()) storage_->finish_one();  // Without power; nobody hears of it.
    }
    void step() override {
        if (random_.chance(0.6)) hub_.step("eth0");
        if (!storage_->is_idle() && random_.chance(0.6)) storage_->finish_one();
        hub_.flush();
        if (random_.chance(0.01)) clock_.advance(std::chrono::hours(random_.below(10'000)));
    }

protected:
    DaemonMachine(std::shared_ptr<ForgetfulStorage> storage, Durability durability,
                  std::uint64_t seed, StoragePtr seen = nullptr)
        : storage_(std::move(storage)), seen_(seen ? std::move(seen) : storage_), random_(seed) {
        hub_.apply({.exports = {export_config(durability)}});
        hub_.add_link("eth0", std::move(near_));
    }

private:
    std::shared_ptr<ForgetfulStorage> storage_;
    StoragePtr seen_;
    Random random_;
    VirtualClock clock_;
    TextLog log_;
    Hub hub_{{.clock = clock_, .log = log_}, [this](const ExportConfig&) { return seen_; }};
};

/// One that says of flushes, and of what is to last, that it is done before it is.
class HastyStorage final : public Storage {
public:
    explicit HastyStorage(StoragePtr inner) : inner_(std::move(inner)) {}
    std::uint64_t sectors() const noexcept override { return inner_->sectors(); }
    std::optional<std::error_code> at_once(const Operation& operation) override {
        if (operation.kind == Operation::Kind::flush) return std::error_code{};
        Operation hasty = operation;
        hasty.durable = false;
        return inner_->at_once(hasty);
    }
    bool has_unflushed() const noexcept override { return inner_->has_unflushed(); }
    void start(Work& work) override {
        work.durable = false;
        inner_->start(work);
    }

private:
    StoragePtr inner_;
};

class HastyMachine final : public DaemonMachine {
public:
    HastyMachine(ForgetfulDisk& disk, Durability durability, std::uint64_t seed)
        : HastyMachine(std::make_shared<ForgetfulStorage>(disk, seed), durability, seed) {}

private:
    HastyMachine(const std::shared_ptr<ForgetfulStorage>& storage, Durability durability,
                 std::uint64_t seed)
        : DaemonMachine(storage, durability, seed, std::make_shared<HastyStorage>(storage)) {}
};

/// Many requests at a time over a wire that loses some; each is sent again until it is answered.
class Load {
public:
    Load(Link& link, Ledger& ledger, Random& random)
        : link_(link), ledger_(ledger), random_(random) {}

    /// A reply of SET FEATURES comes before anything else is asked.
    void switch_write_cache_off() {
        send({.frame = ata({.error_feature = 0x82, .command_status = ata_command::set_features}),
              .kind = Kind::features});
    }
    void step() {
        ++now_;
        for (auto& [number, request] : under_way_) {
            if (now_ - request.sent > 40) transmit(request);
        }
        const bool waits = !under_way_.empty() && under_way_.begin()->second.kind == Kind::features;
        if (!waits && under_way_.size() < 20 && random_.chance(0.5)) ask();
    }
    /// What came meanwhile; nothing of it counts when nobody listens any more.
    void take_replies(bool listening) {
        for (auto batch = link_.receive(64); !batch.empty(); batch = link_.receive(64)) {
            for (const ReceivedFrame& frame : batch) {
                if (listening && random_.chance(0.97)) take(frame.bytes);
                link_.release(frame);
            }
        }
    }
    std::string complaint;

private:
    enum class Kind : std::uint8_t { read, write, flush, features };
    struct Request {
        Frame frame;
        Kind kind = Kind::flush;
        std::uint64_t first = 0;
        std::size_t count = 0;
        std::uint64_t number = 0;
        std::uint64_t sent = 0;
    };

    void ask() {
        if (random_.chance(0.12)) {
            send({.frame = ata({.command_status = ata_command::flush_cache}),
                  .kind = Kind::flush,
                  .number = ledger_.begin_flush()});
            return;
        }
        const std::size_t count = 1 + random_.below(2);
        const std::uint64_t first = random_.below(disk_sectors - count + 1);
        for (const auto& [number, other] : under_way_) {
            if (first < other.first + other.count && other.first < first + count) return;
        }
        if (random_.chance(0.25)) {
            send({.frame = read(first, static_cast<std::uint8_t>(count)),
                  .kind = Kind::read,
                  .first = first,
                  .count = count});
            return;
        }
        Frame data(count * sector_size);
        const std::uint32_t number = ledger_.begin_write(first, data);
        send({.frame = write(first, static_cast<std::uint8_t>(count), data),
              .kind = Kind::write,
              .first = first,
              .count = count,
              .number = number});
    }
    void send(Request request) {
        const std::uint32_t number = next_++;
        for (unsigned i = 0; i < 4; ++i) {
            request.frame[20 + i] = static_cast<std::byte>(number >> (24 - 8 * i));
        }
        transmit(under_way_.emplace(number, std::move(request)).first->second);
    }
    void transmit(Request& request) {
        request.sent = now_;
        if (random_.chance(0.97)) static_cast<void>(send_copy(link_, request.frame));
    }
    void take(Bytes bytes) {
        const auto frame = FrameView::parse(bytes);
        const auto found = under_way_.find(frame->header().tag);
        if (found == under_way_.end()) return;
        const auto view = AtaView::parse(frame->argument());
        if (frame->header().error != 0 ||
            (view->registers().command_status & ata_status::error) != 0) {
            complaint = "a request failed";
        }
        const Request& done = found->second;
        if (done.kind == Kind::write) {
            ledger_.acknowledge_write(done.first, done.count,
                                      static_cast<std::uint32_t>(done.number));
        } else if (done.kind == Kind::flush) {
            ledger_.acknowledge_flush(done.number);
        }
        for (std::size_t i = 0; done.kind == Kind::read && i < done.count; ++i) {
            const Bytes sector = view->data().subspan(i * sector_size, sector_size);
            if (const auto wrong = ledger_.check(done.first + i, sector)) complaint = *wrong;
        }
        under_way_.erase(found);
    }

    Link& link_;
    Ledger& ledger_;
    Random& random_;
    std::uint32_t next_ = 1;
    std::uint64_t now_ = 0;
    std::map<std::uint32_t, Request> under_way_;  // By tag.
};

struct Tally {
    std::uint64_t writes = 0;
    std::uint64_t flushes = 0;
    std::uint64_t forgotten = 0;
    std::uint64_t losses = 0;
};

/// Three losses of power of one disk. What is wrong, if anything.
template <typename Kind>
std::string run_schedule(std::uint64_t seed, Durability durability, Tally& tally) {
    Random random(seed);
    MemoryDisk platter(disk_sectors);
    Ledger ledger(disk_sectors, durability != Durability::flushed);
    for (int loss = 0; loss < 3; ++loss) {
        ForgetfulDisk disk(platter, random.next(), 1 + random.below(150));
        std::string complaint;
        {
            const MachinePtr machine = std::make_unique<Kind>(disk, durability, random.next());
            Load load(*machine->far, ledger, random);
            if (durability == Durability::switched_on) load.switch_write_cache_off();
            for (int step = 0; step < 500 && !disk.is_cut(); ++step) {
                load.step();
                machine->step();
                load.take_replies(!disk.is_cut());
            }
            complaint = load.complaint;
            if (!disk.is_cut()) disk.cut_power();
        }
        ++tally.losses;
        Frame content(sector_size);
        for (std::uint64_t sector = 0; sector < disk_sectors; ++sector) {
            platter.read(sector, content);
            if (const auto wrong = ledger.check_after_loss(sector, content)) complaint = *wrong;
        }
        if (!complaint.empty()) {
            return "seed " + std::to_string(seed) + ", loss " + std::to_string(loss) + ": " +
                   complaint;
        }
    }
    tally.writes += ledger.acknowledged();
    tally.flushes += ledger.flushes();
    tally.forgotten += ledger.forgotten();
    return "";
}

constexpr std::array durabilities{Durability::flushed, Durability::always, Durability::switched_on};

template <typename Kind> void expect_that_nothing_is_lost() {
    Soak soak(120);
    Tally tally;
    while (const auto seed = soak.next()) {
        for (const Durability durability : durabilities) {
            const std::string wrong = run_schedule<Kind>(*seed, durability, tally);
            ASSERT_EQ(wrong, "") << "durability " << static_cast<int>(durability);
        }
    }
    soak.tell(std::to_string(tally.losses) + " losses of power, " + std::to_string(tally.writes) +
              " writes and " + std::to_string(tally.flushes) +
              " flushes acknowledged: all there; " + std::to_string(tally.forgotten) +
              " sectors forgotten that may be");
    EXPECT_GT(tally.forgotten, tally.losses) << "the disk forgets too little to notice anything";
    EXPECT_GT(tally.flushes, tally.losses);
}

TEST(PowerLossTest, TheDaemonKeepsWhatWasFlushed) {
    expect_that_nothing_is_lost<DaemonMachine>();
}

TEST(PowerLossTest, ThePlainTargetKeepsWhatWasFlushed) {
    expect_that_nothing_is_lost<PlainMachine>();
}

TEST(PowerLossTest, ATargetThatSaysSoTooEarlyIsNoticed) {
    for (const Durability durability : durabilities) {
        Tally tally;
        int noticed = 0;
        for (std::uint64_t seed = 1; seed <= 100; ++seed) {
            noticed += run_schedule<HastyMachine>(seed, durability, tally).empty() ? 0 : 1;
        }
        EXPECT_GT(noticed, 50) << "durability " << static_cast<int>(durability);
    }
}

}  // namespace
}  // namespace aoe::target
