// SPDX-License-Identifier: MIT
#include "target/daemon/hub.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "target/daemon/daemon_fixture_test.h"
#include "wire/address.h"

namespace aoe::target {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Address address_of(const Frame& reply) {
    return FrameView::parse(reply)->header().address;
}

AtaRegisters registers_of(const Frame& reply) {
    return AtaView::parse(FrameView::parse(reply)->argument())->registers();
}

ConfigFields config_of(const Frame& reply) {
    return ConfigView::parse(FrameView::parse(reply)->argument())->fields();
}

Frame discovery() {
    Header any = header(command::config);
    any.destination = broadcast_mac;
    any.address = {any_shelf, any_slot};
    return frame(any, Frame(config_argument_size));
}

TEST_F(HubTest, EachExportAnswersForItselfOnItsInterfaces) {
    hub.apply({.exports = {export_config(1, {"eth0"}), export_config(2, {"eth*"}),
                           export_config(3, {"eth1"})}});
    Link& first = add_link("eth0");
    Link& second = add_link("eth1");
    EXPECT_THAT(received(first), SizeIs(2)) << "announcements";
    EXPECT_THAT(received(second), SizeIs(2));
    const auto on_first = ask(first, "eth0", discovery());
    ASSERT_THAT(on_first, SizeIs(2));
    EXPECT_EQ(address_of(on_first[0]), (Address{7, 1}));
    EXPECT_EQ(address_of(on_first[1]), (Address{7, 2}));
    EXPECT_THAT(ask(second, "eth1", to_slot(read(0, 1), 1)), IsEmpty());
    EXPECT_THAT(ask(second, "eth1", to_slot(read(0, 1), 2)), SizeIs(1));
    EXPECT_THAT(ask(second, "eth1", to_slot(read(0, 1), 3)), SizeIs(1));
    EXPECT_EQ(hub.links().at("eth1")->counters().for_nobody, 1U);
}

TEST_F(HubTest, AnswersOfAnExportAreThoseOfABareOne) {
    hub.apply({.exports = {export_config(3, {"eth0"})}});
    Link& end = add_link("eth0");
    received(end);
    Export bare(export_config(3, {}).options(1000));
    TestDisk bare_disk(1000);
    const Port port{.mac = own,
                    .receive_capacity = hub.links().at("eth0")->link().receive_capacity()};
    for (const Frame& request :
         {config(0), config(config_command::set, "hello"), write(3, 2, pattern(2)), read(2, 2),
          read(999, 2), ata({.command_status = ata_command::identify_device}),
          ata({.command_status = ata_command::flush_cache}), ata({.command_status = 0x99}),
          mask_edit({add(alice), add(bob)}), mask_read(), reserve(reserve_command::set, {alice}),
          frame(header(0x77), {})}) {
        Frame expected(2000);
        const Outcome outcome = bare.begin(request, port, expected);
        const auto* operation = std::get_if<Operation>(&outcome);
        expected.resize(operation != nullptr
                            ? bare.finish(*operation, perform(*operation, bare_disk))
                            : std::get<Reply>(outcome).size);
        EXPECT_THAT(ask(end, "eth0", request), ElementsAre(expected));
    }
}

TEST_F(HubTest, ASlowDiskDelaysNobodyElse) {
    hub.apply({.exports = {export_config(1, {"eth0"}), export_config(2, {"eth0"})}});
    Link& end = add_link("eth0");
    received(end);
    disk(1).slow = true;
    for (unsigned i = 0; i < 80; ++i) {
        EXPECT_THAT(ask(end, "eth0", to_slot(read(i, 1), 1)), IsEmpty());
    }
    EXPECT_THAT(ask(end, "eth0", to_slot(read(0, 1), 2)), SizeIs(1));
    const Service& slow = *hub.services().at({7, 1});
    EXPECT_EQ(slow.queue_depth(), 64U);
    EXPECT_EQ(slow.counters().dropped, 16U);
    EXPECT_THAT(ask(end, "eth0", to_slot(config(0), 1)), SizeIs(1)) << "needs no disk";
    while (!disk(1).works.empty()) disk(1).finish_one();
    hub.flush();
    EXPECT_THAT(received(end), SizeIs(64));
    EXPECT_TRUE(hub.is_idle());
}

TEST_F(HubTest, LateRepliesAreThoseOfAtOnce) {
    hub.apply({.exports = {export_config(3, {"eth0"})}});
    Link& end = add_link("eth0");
    received(end);
    const auto flush = ata({.command_status = ata_command::flush_cache});
    std::vector<Frame> at_once;
    const std::vector<Frame> requests{write(3, 2, pattern(2)), read(2, 2), flush, read(999, 1)};
    for (const Frame& request : requests) {
        at_once.push_back(ask(end, "eth0", request).at(0));
    }
    disk(3).slow = true;
    for (std::size_t i = 0; i < requests.size(); ++i) {
        EXPECT_THAT(ask(end, "eth0", requests[i]), IsEmpty());
        disk(3).finish_one();
        hub.flush();
        EXPECT_THAT(received(end), ElementsAre(at_once[i]));
    }
    disk(3).disk.error = std::make_error_code(std::errc::io_error);
    ask(end, "eth0", read(0, 1));
    disk(3).finish_one();
    hub.flush();
    EXPECT_EQ(registers_of(received(end).at(0)).error_feature, ata_error::uncorrectable);
}

TEST_F(HubTest, AFlushThatFailedFailsWhenItIsAskedForAgain) {
    hub.apply({.exports = {export_config(3, {"eth0"})}});
    Link& end = add_link("eth0");
    received(end);
    disk(3).slow = true;
    const Frame flush = ata({.command_status = ata_command::flush_cache});
    ask(end, "eth0", flush);
    disk(3).disk.flush_error = std::make_error_code(std::errc::io_error);
    disk(3).finish_one();
    hub.flush();
    received(end);  // And is lost on its way.
    disk(3).disk.flush_error = {};
    const auto again = ask(end, "eth0", flush);
    ASSERT_THAT(again, SizeIs(1));
    EXPECT_EQ(registers_of(again[0]).error_feature, ata_error::aborted);
    Frame another = flush;
    another[23] ^= std::byte{1};  // Its tag.
    EXPECT_THAT(ask(end, "eth0", another), IsEmpty());
    disk(3).finish_one();
    hub.flush();
    EXPECT_EQ(registers_of(received(end).at(0)).command_status, ata_status::ready);
    ask(end, "eth0", write(5, 1, pattern(1)));  // Whoever uses one tag for all is not stuck.
    disk(3).finish_one();
    ask(end, "eth0", flush);
    disk(3).finish_one();
    hub.flush();
    EXPECT_EQ(registers_of(received(end).back()).command_status, ata_status::ready);
}

TEST_F(HubTest, AReadSeesTheWriteThatIsStillOnItsWay) {
    hub.apply({.exports = {export_config(3, {"eth0"})}});
    Link& end = add_link("eth0");
    received(end);
    disk(3).slow = true;
    ask(end, "eth0", write(5, 1, pattern(1)));
    disk(3).slow = false;
    EXPECT_THAT(ask(end, "eth0", read(5, 1)), IsEmpty()) << "overtook the write";
    EXPECT_THAT(ask(end, "eth0", read(6, 1)), SizeIs(1));
    disk(3).finish_one();
    hub.flush();
    EXPECT_THAT(received(end), SizeIs(1));
    disk(3).finish_one();
    hub.flush();
    const auto reply = received(end).at(0);
    EXPECT_THAT(std::span(reply).subspan(36, sector_size), testing::ElementsAreArray(pattern(1)));
}

TEST_F(HubTest, AnInterfaceMayGoWhileADiskIsBusy) {
    hub.apply({.exports = {export_config(3, {"eth*"})}});
    Link& end = add_link("eth0");
    Link& other = add_link("eth1");
    received(other);
    disk(3).slow = true;
    ask(end, "eth0", write(5, 1, pattern(1)));
    hub.remove_link("eth0");
    disk(3).finish_one();
    EXPECT_TRUE(hub.is_idle());
    EXPECT_EQ(hub.services().at({7, 3})->counters().dropped, 1U);
    disk(3).slow = false;
    EXPECT_THAT(ask(other, "eth1", read(5, 1)), SizeIs(1));
}

TEST_F(HubTest, AReloadTouchesOnlyWhatChanged) {
    Config config{.exports = {export_config(1, {"eth0"}), export_config(2, {"eth0"})}};
    hub.apply(config);
    Link& end = add_link("eth0");
    ask(end, "eth0", to_slot(aoe::target::config(config_command::set, "mine"), 2));
    EXPECT_EQ(opened, 2);
    config.exports[1].buffer_count = 5;
    config.exports.erase(config.exports.begin());
    config.exports.push_back(export_config(4, {"eth0"}));
    received(end);
    hub.apply(config);
    EXPECT_EQ(opened, 3) << "the disk of the second is as it was";
    EXPECT_THAT(received(end), SizeIs(2)) << "announcements of what is new or changed";
    EXPECT_THAT(ask(end, "eth0", to_slot(read(0, 1), 1)), IsEmpty());
    const auto reply = ask(end, "eth0", to_slot(aoe::target::config(0), 2)).at(0);
    EXPECT_EQ(config_of(reply).buffer_count, 5);
    EXPECT_EQ(config_of(reply).string_length, 4) << "what initiators left";
    EXPECT_THAT(ask(end, "eth0", to_slot(read(0, 1), 4)), SizeIs(1));
}

TEST_F(HubTest, ADiskIsFlushedBeforeItIsGivenUp) {
    Config config{.exports = {export_config(1, {"eth0"})}};
    hub.apply(config);
    Link& end = add_link("eth0");
    ask(end, "eth0", to_slot(write(5, 1, pattern(1)), 1));
    disk(1).slow = true;
    config.exports[0].path = "/disk2";
    hub.apply(config);
    received(end);
    const Frame flush = to_slot(ata({.command_status = ata_command::flush_cache}), 1);
    EXPECT_THAT(ask(end, "eth0", flush), IsEmpty()) << "the old one holds what was acknowledged";
    EXPECT_THAT(ask(end, "eth0", to_slot(read(0, 1), 1)), SizeIs(1));
    disk(2).slow = true;
    disk(1).disk.error = std::make_error_code(std::errc::io_error);
    disk(1).finish_one();
    EXPECT_THAT(log.said.back(),
                HasSubstr("e7.1: what was written to /disk1 before it was replaced may be lost"));
    disk(2).finish_one();
    hub.flush();
    EXPECT_EQ(registers_of(received(end).at(0)).error_feature, ata_error::aborted);
    disk(2).slow = false;
    Frame another = flush;
    another[23] ^= std::byte{1};  // Its tag.
    EXPECT_EQ(registers_of(ask(end, "eth0", another).at(0)).command_status, ata_status::ready);
    config.exports[0].path = "/disk3";
    disk(2).disk.error = std::make_error_code(std::errc::io_error);
    disk(2).slow = true;
    hub.apply(config);
    EXPECT_THAT(disk(2).works, IsEmpty()) << "nothing was written there";
}

TEST_F(HubTest, AReloadThatFailsChangesNothing) {
    Config config{.exports = {export_config(1, {"eth0"})}};
    hub.apply(config);
    Link& end = add_link("eth0");
    received(end);
    config.exports[0].buffer_count = 5;
    config.exports.push_back(export_config(2, {"eth0"}));
    missing = "/disk2";
    EXPECT_THROW(hub.apply(config), std::runtime_error);
    EXPECT_EQ(hub.config().exports.size(), 1U);
    const auto reply = ask(end, "eth0", to_slot(aoe::target::config(0), 1)).at(0);
    EXPECT_EQ(config_of(reply).buffer_count, 64);
}

TEST_F(HubTest, ADiskThatIsNotThereIsWaitedForAndTheOthersAreServed) {
    missing = "/disk2";
    const Config config{.exports = {export_config(1, {"eth0"}), export_config(2, {"eth0"})}};
    hub.apply(config, Hub::IfAbsent::wait);
    Link& end = add_link("eth0");
    received(end);
    EXPECT_THAT(log.said, ElementsAre("export.disk2: cannot find /disk2; waiting for it"));
    EXPECT_THAT(ask(end, "eth0", to_slot(read(0, 1), 1)), SizeIs(1));
    EXPECT_THAT(ask(end, "eth0", to_slot(read(0, 1), 2)), IsEmpty());
    hub.look_for_absent();
    EXPECT_THAT(log.said, SizeIs(1)) << "once is enough";
    hub.apply(config);  // That it is still not there is no news.
    ASSERT_THAT(hub.absent(), SizeIs(1));
    EXPECT_EQ(hub.absent().at({7, 2}).why, "cannot find /disk2");
    missing.clear();
    received(end);
    hub.look_for_absent();
    EXPECT_THAT(hub.absent(), IsEmpty());
    const auto announcements = received(end);
    ASSERT_THAT(announcements, SizeIs(1));
    EXPECT_EQ(address_of(announcements[0]), (Address{7, 2}));
    EXPECT_THAT(ask(end, "eth0", to_slot(read(0, 1), 2)), SizeIs(1));
}

TEST_F(HubTest, WhatRunsIsNotGivenUpForADiskThatIsNotThere) {
    Config config{.exports = {export_config(1, {"eth0"})}};
    hub.apply(config);
    Link& end = add_link("eth0");
    config.exports[0].path = missing = "/elsewhere";
    EXPECT_THROW(hub.apply(config, Hub::IfAbsent::wait), std::runtime_error);
    received(end);
    EXPECT_THAT(ask(end, "eth0", to_slot(read(0, 1), 1)), SizeIs(1));
}

TEST_F(HubTest, AnExportMayLeaveOneOfItsInterfaces) {
    Config config{.exports = {export_config(1, {"eth0", "eth1"})}};
    hub.apply(config);
    Link& first = add_link("eth0");
    Link& second = add_link("eth1");
    received(first);
    received(second);
    ask(first, "eth0", to_slot(aoe::target::config(config_command::set, "mine"), 1));
    config.exports[0].interfaces = {"eth1"};
    hub.apply(config);
    EXPECT_THAT(ask(first, "eth0", to_slot(read(0, 1), 1)), IsEmpty());
    received(second);
    const auto reply = ask(second, "eth1", to_slot(aoe::target::config(0), 1)).at(0);
    EXPECT_EQ(config_of(reply).string_length, 4);
}

TEST_F(HubTest, AnotherMtuInTheConfigurationIsAnnounced) {
    Config config{.exports = {export_config(1, {"eth0"})}};
    hub.apply(config);
    Link& end = add_link("eth0");
    received(end);
    config.interfaces = {{.pattern = "eth0", .mtu = 1100}};
    hub.apply(config);
    EXPECT_THAT(received(end), SizeIs(1));
    hub.apply(config);
    EXPECT_THAT(received(end), IsEmpty());
}

TEST_F(HubTest, WhatWaitsForADiskIsDoneThoughItsExportIsTakenAway) {
    hub.apply({.exports = {export_config(3, {"eth0"})}});
    Link& end = add_link("eth0");
    received(end);
    disk(3).slow = true;
    ask(end, "eth0", write(5, 1, pattern(1)));
    hub.apply({});
    EXPECT_FALSE(hub.is_idle());
    const Config again{.exports = {export_config(3, {"eth0"})}};
    EXPECT_THROW(hub.apply(again), std::runtime_error) << "would overtake itself";
    hub.apply(again, Hub::IfAbsent::wait);
    EXPECT_THAT(hub.services(), IsEmpty());
    disk(3).finish_one();
    hub.flush();
    EXPECT_THAT(received(end), SizeIs(1));
    EXPECT_TRUE(hub.is_idle());
    hub.look_for_absent();
    EXPECT_THAT(hub.services(), SizeIs(1));
}

TEST_F(HubTest, MtuAndSectorsHaveTheirCaps) {
    Config config{.interfaces = {{.pattern = "eth1", .mtu = 4000}},
                  .exports = {export_config(1, {"eth*"}), export_config(2, {"eth*"})}};
    config.exports[1].most_sectors = 3;
    hub.apply(config);
    Link& jumbo = add_link("eth0", 9000);
    Link& capped = add_link("eth1", 9000);
    const auto sectors = [&](Link& end, const std::string& name, std::uint8_t slot) {
        received(end);
        return config_of(ask(end, name, to_slot(aoe::target::config(0), slot)).at(0)).sector_count;
    };
    EXPECT_EQ(sectors(jumbo, "eth0", 1), 17);
    EXPECT_EQ(sectors(jumbo, "eth0", 2), 3);
    EXPECT_EQ(sectors(capped, "eth1", 1), 7);
    EXPECT_EQ(sectors(capped, "eth1", 2), 3);
    EXPECT_EQ(registers_of(ask(jumbo, "eth0", to_slot(read(0, 3), 2)).at(0)).command_status, 0x40);
    EXPECT_EQ(registers_of(ask(jumbo, "eth0", to_slot(read(0, 4), 2)).at(0)).command_status, 0x41);
}

TEST_F(HubTest, ListsFitTheSmallestInterfaceOfAnExport) {
    hub.apply({.exports = {export_config(3, {"eth*"})}});
    Link& jumbo = add_link("eth0", 9000);
    add_link("eth1", 1500);
    received(jumbo);
    const std::vector<Mac> macs(249, alice);
    const auto refused = ask(jumbo, "eth0", reserve(reserve_command::set, macs)).at(0);
    EXPECT_EQ(FrameView::parse(refused)->header().error, 2);
    hub.remove_link("eth1");
    const auto taken = ask(jumbo, "eth0", reserve(reserve_command::set, macs)).at(0);
    EXPECT_EQ(FrameView::parse(taken)->header().error, 0);
}

/// Its MTU changes in the moment that somebody looks for frames.
class ShrinkingLink final : public Link {
public:
    explicit ShrinkingLink(LinkPtr inner) : inner_(std::move(inner)) {}
    Mac mac() const noexcept override { return inner_->mac(); }
    std::size_t mtu() const noexcept override { return mtu_; }
    int descriptor() const noexcept override { return -1; }
    int event_descriptor() const noexcept override { return -1; }
    std::size_t receive_capacity() const noexcept override { return inner_->receive_capacity(); }
    std::span<const ReceivedFrame> receive(std::size_t most) override {
        has_event_ = mtu_ != 600;
        mtu_ = 600;
        return inner_->receive(most);
    }
    void release(const ReceivedFrame& frame) noexcept override { inner_->release(frame); }
    std::optional<LentBuffer> lend() override { return inner_->lend(); }
    void queue(const LentBuffer& buffer, std::size_t size) override { inner_->queue(buffer, size); }
    void give_back(const LentBuffer& buffer) noexcept override { inner_->give_back(buffer); }
    std::error_code flush() override { return inner_->flush(); }
    std::optional<LinkEvent> next_event() override {
        if (!std::exchange(has_event_, false)) return std::nullopt;
        return LinkEvent::mtu_changed;
    }
    std::error_code join(const Mac& mac) override { return inner_->join(mac); }

private:
    LinkPtr inner_;
    std::size_t mtu_ = 1500;
    bool has_event_ = false;
};

TEST_F(HubTest, WhatHappenedToALinkBeforeAFrameCountsForItsReply) {
    hub.apply({.exports = {export_config(3, {"eth0"})}});
    auto [near, far] = make_memory_pair({.first_mac = own, .second_mac = alice, .seed = 3});
    hub.add_link("eth0", std::make_unique<ShrinkingLink>(std::move(near)));
    received(*far);
    EXPECT_FALSE(send_copy(*far, read(0, 2)));
    hub.step("eth0");
    hub.flush();
    const auto frames = received(*far);
    ASSERT_THAT(frames, SizeIs(2));
    EXPECT_EQ(FrameView::parse(frames[0])->header().command, command::config) << "the news first";
    EXPECT_EQ(registers_of(frames[1]).error_feature, ata_error::aborted);
}

TEST_F(HubTest, SaysWhatHappenedAndToWhom) {
    ExportConfig config = export_config(3, {"eth0"});
    config.access.all.deny = {bob};
    hub.apply({.exports = {config}});
    Link& end = add_link("eth0");
    ask(end, "eth0", aoe::target::config(config_command::set, "mine"));
    ask(end, "eth0", mask_edit({add(alice), add(carol)}));
    ask(end, "eth0", reserve(reserve_command::set, {alice}));
    ask(end, "eth0", reserve(reserve_command::set, {}));
    for (int i = 0; i < 3; ++i) ask(end, "eth0", read(0, 1, bob));
    disk(3).disk.error = std::make_error_code(std::errc::io_error);
    ask(end, "eth0", read(7, 2));
    disk(3).slow = true;
    ask(end, "eth0", write(9, 1, pattern(1)));
    disk(3).finish_one();
    const std::string who = to_string(alice);
    EXPECT_THAT(
        log.said,
        ElementsAre("e7.3: " + who + " changed the config string",
                    "e7.3: " + who + " changed the mask list, which has 2 addresses now",
                    "e7.3: " + who + " reserved it for 1 address",
                    "e7.3: " + who + " ended the reservation",
                    "e7.3: the access lists turn " + to_string(bob) + " away",
                    "e7.3: " + who + " asked to read 2 sectors from 7 on: Input/output error",
                    "e7.3: " + who + " asked to write 1 sector from 9 on: Input/output error"));
    EXPECT_EQ(hub.services().at({7, 3})->counters().refused, 3U);
    config.buffer_count = 5;
    hub.apply({.exports = {config}});
    EXPECT_EQ(hub.services().at({7, 3})->counters().refused, 3U) << "a reload counts on";
}

TEST_F(HubTest, SaysWhatItServes) {
    hub.apply({.exports = {export_config(3, {"eth*"})}});
    add_link("eth0");
    EXPECT_THAT(log.told, ElementsAre("serving e7.3 on eth0 (MTU 1500): /disk3, 1000 sectors"));
    add_link("eth1", 400);
    EXPECT_THAT(log.said, ElementsAre(HasSubstr("eth1 is too small for one sector")));
}

}  // namespace
}  // namespace aoe::target
