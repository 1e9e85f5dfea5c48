// SPDX-License-Identifier: MIT
// What the tests of the daemon's parts share: a disk whose works are done when a test says so, a
// log to look into, and a hub on links in memory.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "target/daemon/hub.h"
#include "target/export_fixture_test.h"
#include "wire/memory_link.h"

namespace aoe::target {

/// Serves at once from memory until it is made slow; then every work waits for finish_one().
class SlowStorage final : public Storage {
public:
    explicit SlowStorage(std::uint64_t sectors) : disk(sectors) {}
    std::uint64_t sectors() const noexcept override { return disk.sectors(); }
    std::optional<std::error_code> at_once(const Operation& operation) override {
        if (slow) return std::nullopt;
        return note(operation, perform(operation, disk));
    }
    bool has_unflushed() const noexcept override { return unflushed; }
    void start(Work& work) override { works.push_back(&work); }
    /// The `index`th of those that wait.
    void finish_one(std::size_t index = 0) {
        Work& work = *works.at(index);
        works.erase(works.begin() + static_cast<std::ptrdiff_t>(index));
        const Operation operation{.kind = work.kind,
                                  .durable = work.durable,
                                  .sector = work.sector,
                                  .into = work.data,
                                  .from = work.data};
        work.done(note(operation, perform(operation, disk)));
    }
    std::error_code note(const Operation& operation, std::error_code result) {
        if (!result && operation.kind != Operation::Kind::read) {
            unflushed = operation.kind == Operation::Kind::write && !operation.durable;
        }
        return result;
    }
    TestDisk disk;
    bool slow = false;
    bool unflushed = false;
    std::vector<Work*> works;
};

struct TextLog final : Log {
    void say(std::string_view sentence) override { said.emplace_back(sentence); }
    void tell(std::string_view sentence) override { told.emplace_back(sentence); }
    std::vector<std::string> said;
    std::vector<std::string> told;
};

class HubTest : public testing::Test {
public:
    static ExportConfig export_config(unsigned slot, std::vector<std::string> interfaces) {
        return {.name = "disk" + std::to_string(slot),
                .address = {7, static_cast<std::uint8_t>(slot)},
                .path = "/disk" + std::to_string(slot),
                .interfaces = std::move(interfaces)};
    }

    StoragePtr open(const ExportConfig& wanted) {
        if (wanted.path == missing) throw std::runtime_error("cannot find " + wanted.path);
        auto& storage = disks[wanted.path];
        if (!storage) storage = std::make_shared<SlowStorage>(1000);
        ++opened;
        return storage;
    }
    SlowStorage& disk(unsigned slot) { return *disks.at("/disk" + std::to_string(slot)); }

    /// The far end of the new interface; the near end's address is mac(1).
    Link& add_link(const std::string& name, std::size_t mtu = 1500) {
        auto [near, far] =
            make_memory_pair({.first_mac = own, .second_mac = alice, .mtu = mtu, .seed = 3});
        hub.add_link(name, std::move(near));
        return *ends.emplace_back(std::move(far));
    }

    static std::vector<Frame> received(Link& end) {
        std::vector<Frame> frames;
        for (auto batch = end.receive(64); !batch.empty(); batch = end.receive(64)) {
            for (const ReceivedFrame& frame : batch) {
                frames.emplace_back(frame.bytes.begin(), frame.bytes.end());
                end.release(frame);
            }
        }
        return frames;
    }
    /// Everything that comes back for the request until nothing moves any more.
    std::vector<Frame> ask(Link& end, const std::string& name, const Frame& request) {
        EXPECT_FALSE(send_copy(end, request));
        settle(name);
        return received(end);
    }
    /// A link in memory hands out as few frames as one at a time.
    void settle(const std::string& name) {
        for (int i = 0; i < 100; ++i) hub.step(name);
        hub.flush();
    }
    static Frame to_slot(Frame request, std::uint8_t slot) {
        request[18] = std::byte{slot};
        return request;
    }

    VirtualClock clock;
    TextLog log;
    std::map<std::string, std::shared_ptr<SlowStorage>> disks;
    std::string missing;
    int opened = 0;
    Hub hub{{.clock = clock, .log = log},
            [this](const ExportConfig& wanted) { return open(wanted); }};
    std::vector<LinkPtr> ends;
};

}  // namespace aoe::target
