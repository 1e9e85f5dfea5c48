// SPDX-License-Identifier: MIT
// Announcements, and the requests of commands 1 to 3 that carry strings and lists.
#include <array>

#include <gmock/gmock.h>

#include "initiator/error.h"
#include "initiator/initiator.h"
#include "initiator/testing/core_bench.h"
#include "wire/config.h"
#include "wire/mask.h"
#include "wire/reserve.h"
#include "wire/sizes.h"

namespace aoe::initiator {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::CoreBench;
using testing::device_address;
using ::testing::ElementsAre;
using testing::FrameBytes;
using testing::header_of;
using ::testing::IsEmpty;
using testing::own_mac;
using ::testing::SizeIs;
using testing::target_mac;

Bytes bytes_of(const std::string& text) {
    return std::as_bytes(std::span(text));
}

FrameBytes announcement(const ConfigFields& config, const std::string& string,
                        const Mac& sender = target_mac, std::uint8_t version = aoe_version) {
    FrameBytes bytes(header_size + config_argument_size + string.size());
    const FrameBuilder frame(bytes, {.destination = broadcast_mac,
                                     .source = sender,
                                     .version = version,
                                     .flags = header_flag::response,
                                     .address = device_address,
                                     .command = command::config});
    write_config(frame.argument(), config, bytes_of(string));
    return bytes;
}
constexpr ConfigFields known{
    .buffer_count = 16, .firmware_version = 0x4019, .sector_count = 2, .version = aoe_version};

// --- Announcements ---

TEST(Announcement, OfWhatIsKnownIsANotice) {
    CoreBench bench;
    bench.attach();
    // Vblade leaves the version 0.
    bench.receive(announcement(known, "scratch", target_mac, 0));
    const auto notice = bench.core.next_notice();
    ASSERT_TRUE(notice);
    EXPECT_EQ(notice->what, Notice::What::announced);
    EXPECT_EQ(notice->device, device_address);
    EXPECT_FALSE(bench.core.next_notice());
}

TEST(Announcement, OfAnotherConfigurationChangesTheLimitsAtOnce) {
    CoreBench bench({.sector_count = 17}, 9000);
    bench.attach();
    ASSERT_EQ(bench.core.sectors_per_frame(device_address), 17U);
    ConfigFields fields = known;
    fields.buffer_count = 3;
    fields.sector_count = 8;
    bench.receive(announcement(fields, "new"));
    EXPECT_EQ(bench.core.next_notice()->what, Notice::What::config_changed);
    EXPECT_EQ(bench.core.device(device_address)->config_string, "new");
    EXPECT_EQ(bench.core.sectors_per_frame(device_address), 8U);
    EXPECT_EQ(bench.core.window(device_address), 3U);
}

TEST(Announcement, OfAnotherMachineIsToldAndChangesNothing) {
    CoreBench bench;
    bench.attach();
    bench.receive(announcement(known, "theirs", own_mac));
    EXPECT_EQ(bench.core.next_notice()->what, Notice::What::other_machine);
    EXPECT_EQ(bench.core.device(device_address)->config_string, "scratch");
}

TEST(Announcement, BringsBackATargetThatWasSilentBeforeTheBackOffEnds) {
    CoreBench bench;
    bench.attach();
    std::vector<std::byte> data(sector_size);
    bench.read(5, data);
    for (int i = 0; i < 8; ++i) (void)bench.next_frames();
    while (bench.frames().empty() && bench.now < seconds(8)) bench.now += milliseconds(10);
    bench.now += milliseconds(500);
    ASSERT_THAT(bench.frames(), IsEmpty()) << "backing off";
    bench.receive(announcement(known, "scratch"));
    EXPECT_THAT(bench.frames(), SizeIs(1));
}

TEST(Announcement, AFloodOfThemIsBounded) {
    CoreBench bench;
    bench.attach();
    for (std::size_t i = 0; i < 3 * most_notices; ++i) bench.receive(announcement(known, ""));
    std::size_t taken = 0;
    while (bench.core.next_notice()) ++taken;
    EXPECT_EQ(taken, most_notices);
}

TEST(Announcement, OfADeviceThatWasNotAddedIsIgnored) {
    CoreBench bench;
    FrameBytes frame = announcement(known, "x");
    bench.receive(frame);
    bench.attach();
    frame[16] = std::byte{0x55};
    bench.receive(frame);
    EXPECT_FALSE(bench.core.next_notice());
    EXPECT_EQ(bench.core.counters().ignored, 2U);
}

// --- Strings and lists ---

/// A reply to `request` with this argument.
FrameBytes reply_with(const FrameBytes& request, Bytes argument, std::uint8_t error = 0) {
    Header header = header_of(request);
    std::swap(header.destination, header.source);
    header.flags = header_flag::response;
    if (error != 0) header.flags |= header_flag::error;
    header.error = error;
    FrameBytes bytes(header_size + argument.size());
    const FrameBuilder frame(bytes, header);
    std::copy(argument.begin(), argument.end(), frame.argument().begin());
    return bytes;
}

Bytes argument_of(const FrameBytes& frame) {
    return FrameView::parse(frame)->argument();
}

/// Asks for the string to be changed, by this verb of config_command; it must outlive the request.
void submit_string(CoreBench& bench, std::uint8_t verb, const std::string& string) {
    bench.core.submit({.kind = Kind::query_config,
                       .device = device_address,
                       .verb = verb,
                       .string = bytes_of(string)});
}

constexpr Mac first{std::byte{2}, {}, {}, {}, {}, std::byte{0x11}};
constexpr Mac second{std::byte{2}, {}, {}, {}, {}, std::byte{0x12}};

TEST(ConfigString, IsSentWithItsVerbAndTheReplyIsTheNewState) {
    CoreBench bench;
    bench.attach();
    const std::string wanted = "fresh";
    submit_string(bench, config_command::force_set, wanted);
    const FrameBytes request = bench.frames().at(0);
    const auto config = ConfigView::parse(argument_of(request));
    EXPECT_EQ(config->fields().command, config_command::force_set);
    EXPECT_EQ(config->string()->size(), wanted.size());
    EXPECT_EQ(header_of(request).destination, target_mac);
    bench.receive(reply_with(request, argument_of(request)));
    EXPECT_FALSE(bench.core.next_completion()->error);
    EXPECT_EQ(bench.core.device(device_address)->config_string, wanted);
}

TEST(ConfigString, ASetThatIsRefusedTellsTheStringThatIsThere) {
    CoreBench bench;
    bench.attach();
    const std::string wanted = "mine";
    submit_string(bench, config_command::set, wanted);
    const FrameBytes request = bench.frames().at(0);
    const FrameBytes there = announcement(known, "theirs");
    bench.receive(reply_with(request, argument_of(there), 4));
    EXPECT_EQ(bench.core.next_completion()->error, aoe_error(4));
    EXPECT_EQ(bench.core.device(device_address)->config_string, "theirs");
}

/// Padded by Ethernet, so that there seems to be an argument.
FrameBytes bare_refusal(const FrameBytes& request, std::uint8_t error) {
    const FrameBytes nothing(minimum_frame_size - header_size);
    return reply_with(request, nothing, error);
}

TEST(ConfigString, ARefusalThatTellsNothingChangesNothing) {
    for (const std::uint8_t error : std::array<std::uint8_t, 3>{1, 2, 4}) {
        CoreBench bench;
        bench.attach();
        const std::string wanted = "mine";
        submit_string(bench, config_command::set, wanted);
        bench.receive(bare_refusal(bench.frames().at(0), error));
        EXPECT_EQ(bench.core.next_completion()->error, aoe_error(error));
        EXPECT_EQ(bench.core.device(device_address)->config_string, "scratch");
        EXPECT_EQ(bench.core.device(device_address)->config->buffer_count, 16);
        EXPECT_EQ(bench.core.window(device_address), 16U);
    }
}

TEST(ConfigString, TheLimitsInARefusalAreNotTaken) {
    CoreBench bench;
    bench.attach();
    bench.core.submit({.kind = Kind::query_config, .device = device_address});
    ConfigFields fields = known;
    fields.buffer_count = 200;
    fields.sector_count = 17;
    bench.receive(reply_with(bench.frames().at(0), argument_of(announcement(fields, "")), 3));
    EXPECT_EQ(bench.core.next_completion()->error, aoe_error(3));
    EXPECT_EQ(bench.core.window(device_address), 16U);
    EXPECT_EQ(bench.core.device(device_address)->config->sector_count, 2);
}

TEST(ConfigString, ARepeatedSetHasNotSucceededWhereTheRefusalDoesNotSaySo) {
    for (const std::string wanted : {"", "scratch", "mine"}) {
        CoreBench bench;
        bench.attach();
        submit_string(bench, config_command::set, wanted);
        (void)bench.frames();
        bench.receive(bare_refusal(bench.next_frames().at(0), 4));
        EXPECT_EQ(bench.core.next_completion()->error, aoe_error(4)) << wanted;
    }
}

TEST(ConfigString, ASetWhoseFirstAnswerWasLostHasSucceeded) {
    CoreBench bench;
    bench.attach();
    const std::string wanted = "mine";
    submit_string(bench, config_command::set, wanted);
    (void)bench.frames();
    const FrameBytes again = bench.next_frames().at(0);
    bench.receive(reply_with(again, argument_of(announcement(known, wanted)), 4));
    EXPECT_FALSE(bench.core.next_completion()->error);
}

TEST(MaskList, DirectivesGoOutAndTheListComesBack) {
    CoreBench bench;
    bench.attach();
    const std::array directives{MaskDirective{mask_directive::add, first},
                                MaskDirective{mask_directive::remove, second}};
    bench.core.submit({.kind = Kind::mask,
                       .device = device_address,
                       .verb = mask_command::edit,
                       .directives = directives});
    const FrameBytes request = bench.frames().at(0);
    EXPECT_EQ(header_of(request).command, command::mac_mask);
    const auto mask = MaskView::parse(argument_of(request));
    ASSERT_EQ(mask->fields().directive_count, 2U);
    EXPECT_EQ(mask_directive_at(*mask->directives(), 1), directives[1]);
    FrameBytes reply(mask_size(1));
    write_mask(reply, {.command = mask_command::edit, .directive_count = 1});
    write_mask_directive(reply, 0, {.mac = first});
    bench.receive(reply_with(request, reply));
    EXPECT_FALSE(bench.core.next_completion()->error);
    EXPECT_THAT(bench.core.device(device_address)->mask_list, ElementsAre(first));
}

TEST(MaskList, ItsOwnErrorsAreErrorsWithTheirNames) {
    CoreBench bench;
    bench.attach();
    bench.core.submit({.kind = Kind::mask, .device = device_address, .verb = mask_command::edit});
    FrameBytes reply(mask_argument_size);
    // The count is of directives done, which are not there (AOE-MASK-12).
    write_mask(reply, {.command = mask_command::edit, .error = 3, .directive_count = 9});
    bench.receive(reply_with(bench.frames().at(0), reply));
    const std::error_code error = bench.core.next_completion()->error;
    EXPECT_EQ(error, mask_error(3));
    EXPECT_THAT(error.message(), ::testing::HasSubstr("mask list full"));
}

TEST(ReserveList, ARefusalNamesTheHolders) {
    CoreBench bench;
    bench.attach();
    const std::array<Mac, 1> wanted{own_mac};
    bench.core.submit({.kind = Kind::reserve,
                       .device = device_address,
                       .verb = reserve_command::set,
                       .macs = wanted});
    const FrameBytes request = bench.frames().at(0);
    EXPECT_EQ(header_of(request).command, command::reserve);
    const std::array holders{first, second};
    FrameBytes reply(reserve_argument_size + 2 * mac_size);
    write_reserve(reply, reserve_command::set, holders);
    bench.receive(reply_with(request, reply, 6));
    EXPECT_EQ(bench.core.next_completion()->error, aoe_error(6));
    EXPECT_THAT(bench.core.device(device_address)->reserve_list, ElementsAre(first, second));
}

// Who reserves a device for others alone is refused when it asks again.
TEST(ReserveList, ASetWhoseFirstAnswerWasLostHasSucceeded) {
    for (const bool same : {true, false}) {
        CoreBench bench;
        bench.attach();
        const std::array wanted{first, second};
        bench.core.submit({.kind = Kind::reserve,
                           .device = device_address,
                           .verb = reserve_command::set,
                           .macs = wanted});
        (void)bench.frames();
        const FrameBytes again = bench.next_frames().at(0);
        const std::array holders{second, same ? first : own_mac};
        FrameBytes reply(reserve_argument_size + 2 * mac_size);
        write_reserve(reply, reserve_command::set, holders);
        bench.receive(reply_with(again, reply, 6));
        EXPECT_EQ(bench.core.next_completion()->error, same ? std::error_code{} : aoe_error(6));
    }
}

TEST(ReserveList, ARefusalThatNamesNobodyChangesNothing) {
    CoreBench bench;
    bench.attach();
    const std::array<Mac, 1> holders{first};
    FrameBytes reply(reserve_argument_size + mac_size);
    write_reserve(reply, reserve_command::read, holders);
    bench.core.submit({.kind = Kind::reserve, .device = device_address});
    bench.receive(reply_with(bench.frames().at(0), reply));
    const std::array<Mac, 1> wanted{own_mac};
    bench.core.submit({.kind = Kind::reserve,
                       .device = device_address,
                       .verb = reserve_command::set,
                       .macs = wanted});
    bench.receive(bare_refusal(bench.frames().at(0), 6));
    EXPECT_THAT(bench.core.device(device_address)->reserve_list, ElementsAre(first));
}

TEST(ReserveList, OneThatHoldsLessThanItDeclaresIsNoAnswer) {
    CoreBench bench;
    bench.attach();
    bench.core.submit({.kind = Kind::reserve, .device = device_address});
    const FrameBytes request = bench.frames().at(0);
    const FrameBytes reply{std::byte{0}, std::byte{200}};
    bench.receive(reply_with(request, reply));
    EXPECT_EQ(bench.core.counters().unusable, 1U);
    EXPECT_EQ(bench.core.pending(), 1U);
}

TEST(Lists, WhatNoFrameHoldsIsRefusedAtOnce) {
    CoreBench bench;
    bench.attach();
    const std::string long_string(config_string_limit + 1, 'x');
    const std::vector<Mac> many(max_reserve_macs(1500) + 1);
    const std::vector<MaskDirective> directives(max_directives(1500) + 1);
    bench.core.submit({.kind = Kind::query_config,
                       .device = device_address,
                       .verb = config_command::set,
                       .string = bytes_of(long_string)});
    bench.core.submit({.kind = Kind::reserve, .device = device_address, .verb = 1, .macs = many});
    bench.core.submit(
        {.kind = Kind::mask, .device = device_address, .verb = 1, .directives = directives});
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(bench.core.next_completion()->error, Failure::argument_too_long);
    }
    EXPECT_THAT(bench.frames(), IsEmpty());
}

TEST(Lists, NothingThatChangesADeviceIsBroadcast) {
    CoreBench bench;
    bench.core.submit({.kind = Kind::reserve, .device = device_address, .verb = 2});
    EXPECT_EQ(bench.core.next_completion()->error, Failure::not_identified);
    bench.core.submit({.kind = Kind::reserve, .device = device_address});
    EXPECT_EQ(header_of(bench.frames().at(0)).destination, broadcast_mac);
}

TEST(Limits, MoreRequestsThanMayWaitFailAtOnce) {
    CoreBench bench;
    for (std::size_t i = 0; i <= most_pending; ++i) {
        bench.core.submit({.kind = Kind::identify, .device = device_address});
    }
    EXPECT_EQ(bench.core.pending(), most_pending);
    EXPECT_EQ(bench.core.next_completion()->error, Failure::too_many_requests);
}

}  // namespace
}  // namespace aoe::initiator
