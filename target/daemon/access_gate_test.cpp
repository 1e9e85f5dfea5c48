// SPDX-License-Identifier: MIT
#include "target/daemon/access_gate.h"

#include <gtest/gtest.h>

#include "target/export_fixture_test.h"

namespace aoe::target {
namespace {

class AccessGateTest : public testing::Test {
public:
    std::optional<Frame> ask(const Frame& request) {
        Frame storage(2000);
        const Outcome outcome = gate.begin(request, port, storage);
        std::size_t size = 0;
        if (const auto* reply = std::get_if<Reply>(&outcome)) {
            size = reply->size;
        } else if (const auto* operation = std::get_if<Operation>(&outcome)) {
            size = gate.finish(*operation, perform(*operation, disk));
        }
        if (size == 0) return std::nullopt;
        storage.resize(size);
        return storage;
    }
    bool answers(const Frame& request) { return ask(request).has_value(); }
    bool set_features(const Mac& source) {
        return answers(
            ata({.error_feature = 0x82, .command_status = ata_command::set_features}, {}, source));
    }

    Port port{.mac = own};
    TestDisk disk{100};
    Export target{{.address = address, .sectors = 100, .serial = "s"}};
    ExportConfig rules;
    AccessGate gate{target, rules};
};

TEST_F(AccessGateTest, ChangesNothingWhereThereAreNoRules) {
    Export bare{{.address = address, .sectors = 100, .serial = "s"}};
    for (const Frame& request : {read(3, 2), write(5, 1, pattern(1)), config(0), mask_read(),
                                 reserve(0), config(config_command::set, "x"), Frame(20)}) {
        Frame here(2000, std::byte{1});
        Frame there(2000, std::byte{1});
        const Outcome gated = gate.begin(request, port, here);
        const Outcome plain = bare.begin(request, port, there);
        EXPECT_EQ(gated.index(), plain.index());
        EXPECT_EQ(here, there);
    }
    EXPECT_EQ(gate.refused(), 0U);
}

TEST_F(AccessGateTest, WhoIsNotAcceptedHearsNothing) {
    rules.access.all = {.accept = std::vector{alice, carol}, .deny = {carol}};
    EXPECT_TRUE(answers(config(0)));
    EXPECT_FALSE(answers(config(0, "", bob)));
    EXPECT_FALSE(answers(read(0, 1, carol)));
    EXPECT_FALSE(answers(write(0, 1, pattern(1), bob)));
    EXPECT_FALSE(answers(mask_read(bob)));
    EXPECT_EQ(gate.refused(), 4U);
}

TEST_F(AccessGateTest, ReadingAndSettingTheConfigurationAreApart) {
    rules.access.config_set.accept = std::vector{alice};
    rules.access.config_read.deny = {carol};
    EXPECT_TRUE(answers(config(config_command::read, "", bob)));
    EXPECT_FALSE(answers(config(config_command::read, "", carol)));
    EXPECT_FALSE(answers(config(config_command::set, "b", bob)));
    EXPECT_FALSE(answers(config(config_command::force_set, "b", bob)));
    EXPECT_FALSE(answers(mask_edit({add(bob)}, bob)));
    EXPECT_FALSE(answers(reserve(reserve_command::set, {bob}, bob)));
    EXPECT_TRUE(answers(reserve(reserve_command::read, {}, bob)));
    EXPECT_TRUE(answers(config(config_command::set, "a")));
    EXPECT_EQ(target.state().config_string, text("a"));
    EXPECT_TRUE(target.state().mask.macs().empty());
}

TEST_F(AccessGateTest, AReaderWritesAsToAReadOnlyDisk) {
    rules.access.write.accept = std::vector{alice};
    const auto refused = ask(write(5, 1, pattern(1), bob));
    ASSERT_TRUE(refused);
    Export read_only{{.address = address, .sectors = 100, .read_only = true, .serial = "s"}};
    Frame expected(2000);
    const Outcome outcome = read_only.begin(write(5, 1, pattern(1), bob), port, expected);
    expected.resize(std::get<Reply>(outcome).size);
    EXPECT_EQ(*refused, expected);
    EXPECT_TRUE(answers(read(5, 1, bob)));
    EXPECT_FALSE(set_features(bob));
    EXPECT_TRUE(target.state().write_cache_enabled);
    EXPECT_TRUE(answers(write(5, 1, pattern(1))));
    EXPECT_TRUE(set_features(alice));
}

TEST_F(AccessGateTest, WhoMayNotReadNeitherWrites) {
    rules.access.read.deny = {bob};
    rules.access.write.deny = {bob};
    EXPECT_FALSE(answers(write(5, 1, pattern(1), bob)));
    EXPECT_FALSE(answers(read(5, 1, bob)));
    EXPECT_TRUE(answers(config(0, "", bob)));
}

TEST_F(AccessGateTest, AHiddenExportAnswersThoseWhoNameIt) {
    rules.broadcast = false;
    Frame request = config(0);
    EXPECT_TRUE(answers(request));
    std::ranges::copy(broadcast_mac, request.begin());
    EXPECT_FALSE(answers(request));
    Header any = header(command::config);
    any.address = {any_shelf, any_slot};
    EXPECT_FALSE(answers(frame(any, Frame(config_argument_size))));
    Frame storage(2000);
    EXPECT_EQ(gate.announce(port, 0, storage), 0U);
    answers(mask_edit({add(alice)}));
    EXPECT_NE(gate.announce(port, 0, storage), 0U);
    EXPECT_EQ(FrameView::parse(storage)->header().destination, alice);
}

}  // namespace
}  // namespace aoe::target
