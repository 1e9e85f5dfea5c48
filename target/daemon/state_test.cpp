// SPDX-License-Identifier: MIT
// What initiators leave, and when they are told that it is safe.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "target/daemon/daemon_fixture_test.h"

namespace aoe::target {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class StateTest : public HubTest {
public:
    StateTest() {
        lasting.apply({.exports = {export_config(3, {"eth0"})}});
        auto [near, far] = make_memory_pair({.first_mac = own, .second_mac = alice, .seed = 3});
        lasting.add_link("eth0", std::move(near));
        end = std::move(far);
        received(*end);
    }
    std::vector<Frame> ask(const Frame& request) {
        EXPECT_FALSE(send_copy(*end, request));
        return settled();
    }
    std::vector<Frame> settled() {
        for (int i = 0; i < 100; ++i) lasting.step("eth0");
        lasting.flush();
        return received(*end);
    }
    std::vector<Frame> saved(std::error_code error = {}) {
        const auto then = std::exchange(pending, nullptr);
        then(error);
        lasting.flush();
        return received(*end);
    }
    std::string left() const {
        const ExportState state = lasting.services().at({7, 3})->state();
        std::string characters;
        for (const std::byte each : state.config_string) characters += std::to_integer<char>(each);
        return characters;
    }

    std::optional<ExportState> before;
    Surroundings::Then pending;
    ExportState given;
    Hub lasting{{.clock = clock,
                 .log = log,
                 .save =
                     [this](const Address&, const ExportState& state, Surroundings::Then then) {
                         given = state;
                         pending = std::move(then);
                     }},
                [this](const ExportConfig& wanted) { return open(wanted); },
                [this](const Address&) { return before; }};
    LinkPtr end;
};

TEST_F(StateTest, TheReplyWaitsUntilTheChangeIsSafe) {
    EXPECT_THAT(ask(config(config_command::set, "mine")), IsEmpty());
    EXPECT_EQ(given.config_string, text("mine"));
    EXPECT_THAT(ask(read(0, 1)), SizeIs(1)) << "sectors have nothing to do with it";
    EXPECT_THAT(ask(config(0)), IsEmpty()) << "shows what a crash may take back";
    EXPECT_THAT(saved(), SizeIs(2));
    EXPECT_FALSE(pending);
    EXPECT_THAT(ask(config(0)), SizeIs(1));
}

TEST_F(StateTest, WhatChangesNothingIsNotSaved) {
    ask(config(config_command::set, "mine"));
    saved();
    EXPECT_THAT(ask(config(config_command::set, "mine")), SizeIs(1));
    EXPECT_THAT(ask(config(config_command::set, "other")), SizeIs(1));
    EXPECT_THAT(ask(mask_read()), SizeIs(1));
    EXPECT_FALSE(pending);
}

TEST_F(StateTest, EveryKindOfChangeIsSaved) {
    EXPECT_THAT(ask(mask_edit({add(alice)})), IsEmpty());
    EXPECT_THAT(saved(), SizeIs(1));
    EXPECT_THAT(ask(reserve(reserve_command::set, {alice})), IsEmpty());
    EXPECT_THAT(saved(), SizeIs(1));
    EXPECT_EQ(given.mask, MacList(std::vector{alice}));
    EXPECT_EQ(given.reservation, MacList(std::vector{alice}));
    const auto off = ata({.error_feature = 0x82, .command_status = ata_command::set_features});
    EXPECT_THAT(ask(off), IsEmpty());
    EXPECT_EQ(disk(3).disk.flushes, 0);
    disk(3).slow = true;
    EXPECT_THAT(saved(), IsEmpty());
    disk(3).finish_one();
    lasting.flush();
    EXPECT_THAT(received(*end), SizeIs(1));
    EXPECT_EQ(disk(3).disk.flushes, 1);
    EXPECT_FALSE(given.write_cache_enabled);
}

TEST_F(StateTest, AChangeThatCannotBeSavedIsUndoneAndNotAcknowledged) {
    ask(config(config_command::set, "first"));
    saved();
    ask(config(config_command::force_set, "second"));
    ask(config(config_command::force_set, "third"));
    EXPECT_THAT(saved(std::make_error_code(std::errc::no_space_on_device)), IsEmpty());
    EXPECT_EQ(given.config_string, text("third")) << "the one that was held has its turn";
    EXPECT_THAT(saved(std::make_error_code(std::errc::no_space_on_device)), IsEmpty());
    EXPECT_EQ(left(), "first");
    EXPECT_THAT(
        log.said,
        testing::Contains(HasSubstr("the state of e7.3 cannot be saved: No space left on device")));
    ask(config(config_command::force_set, "fourth"));
    EXPECT_THAT(saved(), SizeIs(1));
}

TEST_F(StateTest, ChangesKeepTheirOrder) {
    for (const char* each : {"a", "b", "c"}) ask(config(config_command::force_set, each));
    EXPECT_THAT(saved(), SizeIs(1));
    EXPECT_EQ(given.config_string, text("b"));
    EXPECT_THAT(saved(), SizeIs(1));
    EXPECT_EQ(given.config_string, text("c"));
    EXPECT_THAT(saved(), SizeIs(1));
    EXPECT_TRUE(lasting.is_idle());
}

TEST_F(StateTest, ItIsThereWhenTheExportComesBack) {
    lasting.apply({});
    before = ExportState{.config_string = text("kept"), .mask = MacList(std::vector{bob})};
    ExportConfig config = export_config(3, {"eth0"});
    config.mask = {carol};
    lasting.apply({.exports = {config}});
    EXPECT_EQ(left(), "kept");
    EXPECT_EQ(lasting.services().at({7, 3})->state().mask, MacList(std::vector{bob}));
}

TEST_F(StateTest, TheConfigurationsMaskStandsInForAnEmptyOne) {
    lasting.apply({});
    before = ExportState{.config_string = text("kept")};
    ExportConfig config = export_config(3, {"eth0"});
    config.mask = {carol};
    lasting.apply({.exports = {config}});
    EXPECT_EQ(lasting.services().at({7, 3})->state().mask, MacList(std::vector{carol}));
    EXPECT_EQ(left(), "kept");
}

TEST_F(StateTest, AMaskOfTheConfigurationIsNotSavedAsThatOfInitiators) {
    ExportConfig config = export_config(3, {"eth0"});
    config.mask = {alice};
    lasting.apply({.exports = {config}});
    const auto mask = [&] { return lasting.services().at({7, 3})->state().mask; };
    EXPECT_EQ(mask(), MacList(std::vector{alice})) << "they left none";
    ask(aoe::target::config(config_command::set, "mine"));
    EXPECT_EQ(given.mask, MacList()) << "the next start has the file's, whatever that says then";
    saved();
    config.mask = {alice, bob};
    lasting.apply({.exports = {config}});
    EXPECT_EQ(mask(), MacList(config.mask));
    EXPECT_THAT(ask(aoe::target::config(0)), Not(IsEmpty()));
    EXPECT_FALSE(pending) << "nobody changed anything";
    ask(mask_edit({add(carol)}));
    EXPECT_EQ(given.mask, MacList(std::vector{alice, bob, carol}));
    saved();
    config.mask = {};
    lasting.apply({.exports = {config}});
    EXPECT_EQ(mask(), MacList(std::vector{alice, bob, carol})) << "what initiators left stays";
}

TEST_F(StateTest, TheWriteCacheIsAsInitiatorsLeftItWhenTheConfigurationLetsIt) {
    ExportConfig config = export_config(3, {"eth0"});
    const auto is_on = [&] { return lasting.services().at({7, 3})->state().write_cache_enabled; };
    for (const bool left_on : {true, false}) {
        config.sync = true;
        lasting.apply({.exports = {config}});
        EXPECT_FALSE(is_on());
        ask(aoe::target::config(config_command::force_set, left_on ? "on" : "off"));
        EXPECT_EQ(given.write_cache_enabled, left_on);
        saved();
        config.sync = false;
        lasting.apply({.exports = {config}});
        EXPECT_EQ(is_on(), left_on);
        if (!left_on) break;
        ask(ata({.error_feature = 0x82, .command_status = ata_command::set_features}));
        saved();
        disk(3).finish_one();
    }
}

TEST_F(StateTest, CanBeChangedByHand) {
    Service& service = *lasting.services().at({7, 3});
    std::vector<std::error_code> results;
    const auto note = [&](std::error_code result) { results.push_back(result); };
    service.change_state({.config_string = text("hand")}, note);
    service.change_state({}, note);
    EXPECT_THAT(results, ElementsAre(std::errc::device_or_resource_busy));
    saved();
    EXPECT_THAT(results, ElementsAre(std::errc::device_or_resource_busy, std::error_code()));
    EXPECT_EQ(left(), "hand");
}

}  // namespace
}  // namespace aoe::target
