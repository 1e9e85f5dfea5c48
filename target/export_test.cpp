// SPDX-License-Identifier: MIT
// Who is answered, and commands 1 (config), 2 (mask list) and 3 (reservations).
#include "target/export.h"

#include <array>
#include <string>

#include "target/export_fixture_test.h"

namespace aoe::target {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// Header and addressing -------------------------------------------------------------------------

TEST_F(ExportTest, AnswersAConfigReadByteForByte) {
    EXPECT_EQ(ask(config(config_command::read)),
              padded(hex("02000000000a 020000000001 88a2 18 00 0007 03 01 80c0ffee"
                         "0040 0102 02 10 0000")));
}

TEST_F(ExportTest, IgnoresWhatIsNoAoeRequest) {
    const Frame good_request = config(config_command::read);
    for (std::size_t size = 0; size < header_size; ++size) {  // AOE-HDR-06
        EXPECT_TRUE(silent(
            {good_request.begin(), good_request.begin() + static_cast<std::ptrdiff_t>(size)}));
    }
    Frame other_type = good_request;
    other_type[13] = std::byte{0xa3};
    EXPECT_TRUE(silent(other_type));  // AOE-HDR-01
    Frame response = good_request;
    response[14] = std::byte{0x18};
    EXPECT_TRUE(silent(response));  // AOE-HDR-08
    response[14] = std::byte{0x28};
    EXPECT_TRUE(silent(response));
}

TEST_F(ExportTest, AnnouncementsOfOthersAreNotAnswered) {
    Frame storage(1514);
    storage.resize(target->announce({.mac = bob}, 0, storage));
    EXPECT_TRUE(silent(storage));  // AOE-ANN-07
}

TEST_F(ExportTest, AnswersItsOwnAddressAndWildcardsOnly) {
    const auto asked = [&](Address wanted) {
        Header request = header(command::config);
        request.address = wanted;
        return !silent(frame(request, Frame(config_argument_size)));
    };
    EXPECT_TRUE(asked({7, 3}));
    EXPECT_TRUE(asked({any_shelf, any_slot}));  // AOE-HDR-18
    EXPECT_TRUE(asked({any_shelf, 3}));         // AOE-HDR-42
    EXPECT_TRUE(asked({7, any_slot}));
    EXPECT_FALSE(asked({8, 3}));  // AOE-HDR-17
    EXPECT_FALSE(asked({7, 4}));
    EXPECT_FALSE(asked({8, any_slot}));
    EXPECT_FALSE(asked({any_shelf, 4}));
    EXPECT_FALSE(asked({0x0700, 3}));  // AOE-HDR-02
}

TEST_F(ExportTest, ServesEveryCommandUnderAWildcard) {  // AOE-HDR-20
    for (Frame request :
         {read(0, 1), config(config_command::read), mask_read(), reserve(reserve_command::read)}) {
        std::fill_n(request.begin() + 16, 3, std::byte{0xff});
        EXPECT_FALSE(silent(request));
    }
}

TEST_F(ExportTest, AnswersItsMacAndBroadcastOnly) {
    const auto asked = [&](const Mac& destination, const Mac& source) {
        Header request = header(command::config, source);
        request.destination = destination;
        return !silent(frame(request, Frame(config_argument_size)));
    };
    const Mac group{std::byte{1}, {}, std::byte{0x5e}, {}, {}, std::byte{1}};
    EXPECT_TRUE(asked(own, alice));
    EXPECT_TRUE(asked(broadcast_mac, alice));  // AOE-HDR-21
    EXPECT_FALSE(asked(bob, alice));           // AOE-HDR-24
    EXPECT_FALSE(asked(group, alice));
    EXPECT_FALSE(asked(own, broadcast_mac));  // AOE-HDR-25
    EXPECT_FALSE(asked(own, group));
    EXPECT_FALSE(asked(own, own));  // AOE-HDR-26
    EXPECT_FALSE(asked(broadcast_mac, own));
}

TEST_F(ExportTest, EchoesEveryTag) {  // AOE-HDR-27, -28
    for (const std::uint32_t value : {0U, 1U, 0x80000000U, 0xffffffffU, 0x12345678U}) {
        Header request = header(command::config);
        request.tag = value;
        EXPECT_EQ(header_of(frame(request, Frame(config_argument_size))).tag, value);
    }
}

TEST_F(ExportTest, AnswersAnotherVersionWithErrorFiveAndDoesNothing) {  // AOE-HDR-10, -11, -12
    for (const std::uint8_t version : std::vector<std::uint8_t>{0, 2, 15}) {
        Frame request = config(config_command::force_set, "changed");
        request[14] = static_cast<std::byte>(version << 4);
        EXPECT_EQ(error_of(request), AoeError::unsupported_version);
        Frame overwrite = write(0, 1, pattern(1));
        overwrite[14] = static_cast<std::byte>(version << 4);
        EXPECT_EQ(error_of(overwrite), AoeError::unsupported_version);
    }
    EXPECT_EQ(config_string(), "");
    EXPECT_EQ(sectors(0, 1), Frame(sector_size));
    Frame elsewhere = config(config_command::read);
    elsewhere[14] = std::byte{0x20};
    elsewhere[18] = std::byte{4};
    EXPECT_TRUE(silent(elsewhere));
}

TEST_F(ExportTest, IgnoresStrayErrorAndReservedBits) {  // AOE-HDR-04, -14, -15
    for (const Frame& request :
         {config(config_command::read), read(0, 1), mask_read(), reserve(reserve_command::read)}) {
        Frame stray = request;
        stray[14] = std::byte{0x17};
        stray[15] = std::byte{0x55};
        EXPECT_EQ(ask(stray), ask(request));
    }
}

TEST_F(ExportTest, AnswersUnknownCommandsWithErrorOne) {  // AOE-HDR-30, -31, -43
    for (const std::uint8_t unknown :
         std::vector<std::uint8_t>{4, 5, 0x7f, 0xef, 0xf0, 0xf5, 0xff}) {
        EXPECT_EQ(error_of(frame(header(unknown), Frame(36, std::byte{0xff}))),
                  AoeError::unrecognized_command);
    }
    EXPECT_EQ(ask(frame(header(0x7f), Frame(36, std::byte{0xff}))),
              padded(hex("02000000000a 020000000001 88a2 1c 01 0007 03 7f 80c0ffee")));
}

TEST_F(ExportTest, IgnoresArgumentsThatAreTooShort) {  // AOE-HDR-33
    const std::array needed{ata_argument_size, config_argument_size, mask_argument_size,
                            reserve_argument_size};
    for (const std::uint8_t command : std::vector<std::uint8_t>{0, 1, 2, 3}) {
        for (std::size_t size = 0; size < needed[command]; ++size) {
            EXPECT_TRUE(silent(frame(header(command), Frame(size))));
        }
        EXPECT_FALSE(silent(frame(header(command), Frame(needed[command]))));
    }
}

TEST_F(ExportTest, IgnoresPadding) {  // AOE-HDR-34, -35, -44
    const std::vector<Frame> requests{config(config_command::read), read(0, 1), mask_read(),
                                      reserve(reserve_command::read)};
    for (const Frame& request : requests) {
        const auto bare = ask(request);
        for (const std::size_t size : {60U, 100U, 1514U}) {
            Frame longer = request;
            longer.resize(size, std::byte{0xaa});
            EXPECT_EQ(ask(longer), bare);
        }
    }
}

// Command 1 -------------------------------------------------------------------------------------

TEST_F(ExportTest, ConfigStringIsSetOnceAndReplacedByForce) {
    EXPECT_EQ(error_of(config(config_command::set, "abc")), AoeError::none);  // AOE-CFG-09, -11
    EXPECT_EQ(config_string(), "abc");
    EXPECT_EQ(error_of(config(config_command::set, "xyz")),
              AoeError::config_string_present);  // AOE-CFG-10
    EXPECT_EQ(error_of(config(config_command::set, "")), AoeError::config_string_present);
    EXPECT_EQ(config_string(), "abc");
    EXPECT_EQ(error_of(config(config_command::force_set, "xyz")), AoeError::none);
    EXPECT_EQ(config_string(), "xyz");  // AOE-CFG-13
    EXPECT_EQ(error_of(config(config_command::force_set, "")), AoeError::none);
    EXPECT_EQ(config_string(), "");  // AOE-CFG-14
    EXPECT_EQ(error_of(config(config_command::set, "again")), AoeError::none);
}

TEST_F(ExportTest, ConfigErrorFourCarriesTheCurrentString) {  // AOE-CFG-12
    ask(config(config_command::set, "abc"));
    EXPECT_EQ(ask(config(config_command::set, "xyz")),
              padded(hex("02000000000a 020000000001 88a2 1c 04 0007 03 01 80c0ffee"
                         "0040 0102 02 13 0003 616263")));
}

TEST_F(ExportTest, ConfigTestsAreAnsweredWhenTheyMatch) {  // AOE-CFG-04 to -08
    ask(config(config_command::set, "abc"));
    EXPECT_FALSE(silent(config(config_command::test, "abc")));
    for (const char* other : {"", "ab", "abcd", "abd"}) {
        EXPECT_TRUE(silent(config(config_command::test, other))) << other;
    }
    for (const char* prefix : {"", "a", "ab", "abc"}) {
        const auto reply = ask(config(config_command::test_prefix, prefix));
        ASSERT_TRUE(reply) << prefix;
        const auto string = ConfigView::parse(FrameView::parse(*reply)->argument())->string();
        EXPECT_TRUE(std::ranges::equal(*string, text("abc")));
    }
    for (const char* other : {"abcd", "b", "abd"}) {
        EXPECT_TRUE(silent(config(config_command::test_prefix, other))) << other;
    }
    ask(config(config_command::force_set, ""));
    EXPECT_FALSE(silent(config(config_command::test, "")));
    EXPECT_FALSE(silent(config(config_command::test_prefix, "")));
}

TEST_F(ExportTest, ConfigStringHoldsAnyBytesUpToItsLimit) {  // AOE-CFG-15, -18
    std::string longest(config_string_limit, '\0');
    for (std::size_t i = 0; i < longest.size(); ++i) {
        longest[i] = static_cast<char>(i * 3 + i / 256);
    }
    const auto reply = ask(config(config_command::force_set, longest));
    ASSERT_TRUE(reply);
    EXPECT_THAT(*reply, SizeIs(1056));
    EXPECT_EQ(config_string(), longest);
    ask(config(config_command::force_set, "short"));  // Nothing of the longer one is left.
    EXPECT_EQ(config_string(), "short");
}

TEST_F(ExportTest, ConfigLengthsThatLieAreRefusedWithErrorTwo) {  // AOE-CFG-16, -17
    ask(config(config_command::force_set, "abc"));
    for (const std::uint8_t sub_command : {config_command::test, config_command::test_prefix,
                                           config_command::set, config_command::force_set}) {
        Frame too_long = config(sub_command, std::string(config_string_limit, 'x'));
        too_long.push_back(std::byte{'x'});
        too_long[30] = std::byte{4};
        too_long[31] = std::byte{1};
        EXPECT_EQ(error_of(too_long), AoeError::bad_argument);
        Frame truncated = padded(config(sub_command, "abc"));
        truncated[31] = std::byte{29};  // 28 bytes are there.
        EXPECT_EQ(error_of(truncated), AoeError::bad_argument);
    }
    EXPECT_EQ(config_string(), "abc");
}

TEST_F(ExportTest, ConfigReadIgnoresItsString) {  // AOE-CFG-02, -03
    ask(config(config_command::force_set, "abc"));
    const auto plain = ask(config(config_command::read));
    EXPECT_EQ(ask(config(config_command::read, std::string(1024, '\xed'))), plain);
    Frame lying = padded(config(config_command::read));
    lying[30] = std::byte{0xff};
    EXPECT_EQ(ask(lying), plain);
}

TEST_F(ExportTest, ConfigCommandsBeyondFourAreRefusedWithErrorTwo) {  // AOE-CFG-19, -35
    for (std::uint8_t unknown = 5; unknown < 16; ++unknown) {
        EXPECT_EQ(error_of(config(unknown, "abc")), AoeError::bad_argument);
    }
    EXPECT_EQ(config_string(), "");
}

TEST_F(ExportTest, ConfigIgnoresTheRequestsNumbers) {  // AOE-CFG-22, -31
    Frame request = config(config_command::read);
    std::fill_n(request.begin() + 24, 5, std::byte{0xff});
    request[29] = std::byte{0xf0};
    EXPECT_EQ(ask(request), ask(config(config_command::read)));
}

TEST_F(ExportTest, BufferCountIsWhatTheInterfaceHoldsAndNeverZero) {  // AOE-CFG-23, -24
    port.receive_capacity = 17;
    EXPECT_EQ(config_of(config(config_command::read)).buffer_count, 17);
    port.receive_capacity = 0;
    EXPECT_EQ(config_of(config(config_command::read)).buffer_count, 1);
    port.receive_capacity = 1 << 20;
    EXPECT_EQ(config_of(config(config_command::read)).buffer_count, 64);
    ExportOptions options = default_options();
    options.buffer_count = 65535;
    configure(options);
    EXPECT_EQ(config_of(config(config_command::read)).buffer_count, 65535);
}

TEST_F(ExportTest, SectorCountFollowsTheMtuAndIsNeverZero) {  // AOE-CFG-26, -27, -29
    const std::vector<std::pair<std::size_t, int>> expected{
        {1500, 2}, {9000, 17}, {1046, 2}, {1045, 1}, {4000, 7}, {65535, 127}, {534, 1}, {500, 1}};
    for (const auto& [mtu, count] : expected) {
        port = {.mac = own, .mtu = mtu};
        EXPECT_EQ(config_of(config(config_command::read)).sector_count, count) << mtu;
    }
}

TEST_F(ExportTest, SilentWhereTheConfigStringNoLongerFits) {
    ask(config(config_command::force_set, std::string(1024, 'x')));
    port = {.mac = own, .mtu = 1041};
    EXPECT_TRUE(silent(config(config_command::read)));
    port = {.mac = own, .mtu = 1042};
    EXPECT_FALSE(silent(config(config_command::read)));
}

// Announcements ---------------------------------------------------------------------------------

TEST_F(ExportTest, AnnouncesToEveryoneByteForByte) {  // AOE-ANN-02, -03, -04, -05
    ask(config(config_command::set, "abc"));
    Frame storage(1514, std::byte{0xee});
    storage.resize(target->announce(port, 0, storage));
    EXPECT_EQ(storage, padded(hex("ffffffffffff 020000000001 88a2 18 00 0007 03 01 00000000"
                                  "0040 0102 02 10 0003 616263")));
    EXPECT_EQ(target->announce(port, 1, storage), 0U);
}

TEST_F(ExportTest, AnnouncesToThoseInTheMaskListAlone) {  // AOE-ANN-04, AOE-MASK-21
    ExportOptions options = default_options();
    options.mask = {alice, bob};
    configure(options);
    std::vector<Mac> destinations;
    for (std::size_t i = 0;; ++i) {
        Frame storage(1514);
        storage.resize(target->announce(port, i, storage));
        if (storage.empty()) {
            break;
        }
        destinations.push_back(FrameView::parse(storage)->header().destination);
    }
    EXPECT_THAT(destinations, ElementsAre(alice, bob));
}

// Command 2 -------------------------------------------------------------------------------------

TEST_F(ExportTest, MaskListIsReadByteForByte) {  // AOE-MASK-04
    ask(mask_edit({add(alice), add(bob)}));
    EXPECT_EQ(ask(mask_read()),
              padded(hex("02000000000a 020000000001 88a2 18 00 0007 03 02 80c0ffee"
                         "00 00 00 02  0000 02000000000a  0000 02000000000b")));
}

TEST_F(ExportTest, MaskShutsOutEveryoneElseFromEverything) {  // AOE-MASK-01, -02, -03
    EXPECT_FALSE(silent(config(config_command::read, "", bob)));
    ask(mask_edit({add(alice)}));
    Header any = header(command::config, bob);
    any.address = {any_shelf, any_slot};
    any.destination = broadcast_mac;
    Frame other_version = config(config_command::read, "", bob);
    other_version[14] = std::byte{0x20};
    for (const Frame& request :
         {config(config_command::read, "", bob), read(0, 1, bob), mask_read(bob),
          mask_edit({add(bob)}, bob), reserve(reserve_command::force_set, {bob}, bob),
          frame(any, Frame(config_argument_size)), frame(header(0x7f, bob), {}), other_version}) {
        EXPECT_TRUE(silent(request));
    }
    EXPECT_FALSE(silent(config(config_command::read)));
    EXPECT_THAT(mask_list(), ElementsAre(alice));
    EXPECT_THAT(reservation(), IsEmpty());
}

TEST_F(ExportTest, MaskEditsApplyInOrder) {  // AOE-MASK-05, -06, -07, -08, -09
    EXPECT_THAT(mask_of(mask_edit({add(alice), add(bob), remove(bob), {}, add(alice)})),
                testing::Pair(MaskError::none, ElementsAre(MaskDirective{.mac = alice})));
    ask(mask_edit({remove(alice), add(bob), add(alice), remove(carol)}));
    EXPECT_THAT(mask_list(), ElementsAre(bob, alice));
}

TEST_F(ExportTest, MaskEditStopsAtAnUnknownDirective) {  // AOE-MASK-10, -12, -13, -14
    EXPECT_EQ(ask(mask_edit({add(alice), {.command = 7, .mac = bob}, add(carol)})),
              padded(hex("02000000000a 020000000001 88a2 18 00 0007 03 02 80c0ffee"
                         "00 01 02 01  0001 02000000000a")));
    EXPECT_THAT(mask_list(), ElementsAre(alice));
}

TEST_F(ExportTest, MaskListTakesAsManyAsFitTheSmallestMtu) {  // AOE-MASK-11, -23, -24
    const auto fill = [&](std::size_t count) {
        configure(default_options());
        int refused = 0;
        for (std::size_t i = 0; i < count; ++i) {
            Mac each = alice;
            each[4] = static_cast<std::byte>(i / 256);
            each[3] = static_cast<std::byte>(i % 256);
            // The reply to an edit shows the whole list, so nobody may be left out on the way.
            refused +=
                mask_of(mask_edit({i == 0 ? add(alice) : add(each)})).first == MaskError::list_full
                    ? 1
                    : 0;
        }
        return refused;
    };
    EXPECT_EQ(fill(185), 0);
    EXPECT_EQ(fill(187), 2);
    EXPECT_THAT(mask_list(), SizeIs(185));
    EXPECT_EQ(mask_of(mask_edit({add(alice)})).first, MaskError::none);  // It is there.
    port = {.mac = own, .mtu = 9000};
    EXPECT_EQ(fill(256), 1);
    EXPECT_THAT(mask_list(), SizeIs(255));
    port = {.mac = own, .mtu = 9000, .smallest_mtu = 1500};
    EXPECT_EQ(fill(186), 1);
}

TEST_F(ExportTest, MaskListThatNoLongerFitsIsNotShown) {  // AOE-MASK-23
    port = {.mac = own, .mtu = 9000};
    std::vector<MaskDirective> directives;
    for (unsigned i = 0; i < 186; ++i) {
        directives.push_back(add(mac(i)));
    }
    ask(mask_edit(directives));
    port = {.mac = own, .mtu = 1500};
    EXPECT_TRUE(silent(mask_read()));
    EXPECT_FALSE(silent(config(config_command::read)));
}

TEST_F(ExportTest, MaskEditWhoseReportDoesNotFitIsNotAnswered) {  // AOE-MASK-23
    std::vector<MaskDirective> directives(186, remove(alice));
    directives.push_back({.command = 7});
    EXPECT_TRUE(silent(mask_edit(directives)));
    directives.pop_back();
    EXPECT_FALSE(silent(mask_edit(directives)));
}

TEST_F(ExportTest, MaskCommandsAndCountsThatAreWrongGetErrorTwo) {  // AOE-MASK-15, -16
    Frame unknown = mask_edit({add(alice)});
    unknown[25] = std::byte{5};
    EXPECT_EQ(error_of(unknown), AoeError::bad_argument);
    Frame lying = padded(mask_edit({add(alice)}));
    lying[27] = std::byte{5};  // Four are there.
    EXPECT_EQ(error_of(lying), AoeError::bad_argument);
    EXPECT_THAT(mask_list(), IsEmpty());
}

TEST_F(ExportTest, MaskReadIgnoresWhatDoesNotConcernIt) {  // AOE-MASK-18, -19, -20
    Frame request = mask_read();
    request[24] = std::byte{0xff};
    request[26] = std::byte{3};
    request[27] = std::byte{200};
    EXPECT_EQ(ask(request), ask(mask_read()));
    Frame edit = mask_edit({add(alice)});
    edit[24] = std::byte{0xff};
    edit[28] = std::byte{0xff};
    EXPECT_EQ(mask_of(edit).first, MaskError::none);
}

TEST_F(ExportTest, MaskEditThatRemovesTheSenderIsStillAnswered) {  // AOE-MASK-17
    ask(mask_edit({add(alice), add(bob)}));
    EXPECT_TRUE(ask_over(mask_edit({remove(alice)}), std::byte{0xee}));
    EXPECT_TRUE(silent(mask_read()));
    EXPECT_THAT(mask_list(bob), ElementsAre(bob));
}

// Command 3 -------------------------------------------------------------------------------------

TEST_F(ExportTest, ReserveListIsReadByteForByte) {  // AOE-RES-01, -07
    EXPECT_THAT(reservation(), IsEmpty());
    EXPECT_EQ(ask(reserve(reserve_command::set, {alice, bob})),
              padded(hex("02000000000a 020000000001 88a2 18 00 0007 03 03 80c0ffee"
                         "01 02 02000000000a 02000000000b")));
    EXPECT_THAT(reservation(), ElementsAre(alice, bob));
}

TEST_F(ExportTest, ReserveIsForMembersUnlessForced) {  // AOE-RES-02 to -08
    ask(reserve(reserve_command::set, {alice}));
    EXPECT_EQ(ask(reserve(reserve_command::set, {carol}, carol)),
              padded(hex("02000000000c 020000000001 88a2 1c 06 0007 03 03 80c0ffee"
                         "01 01 02000000000a")));
    EXPECT_EQ(error_of(reserve(reserve_command::set, {}, carol)), AoeError::target_reserved);
    EXPECT_THAT(reservation(), ElementsAre(alice));
    EXPECT_EQ(error_of(reserve(reserve_command::set, {alice, bob})), AoeError::none);
    EXPECT_EQ(error_of(reserve(reserve_command::set, {bob}, bob)), AoeError::none);
    EXPECT_THAT(reservation(), ElementsAre(bob));  // AOE-RES-06
    EXPECT_EQ(error_of(reserve(reserve_command::force_set, {carol}, carol)), AoeError::none);
    EXPECT_THAT(reservation(), ElementsAre(carol));
    EXPECT_EQ(error_of(reserve(reserve_command::set, {}, carol)), AoeError::none);
    EXPECT_THAT(reservation(), IsEmpty());  // AOE-RES-05
}

TEST_F(ExportTest, ReserveNeedNotNameTheRequester) {  // AOE-RES-16
    EXPECT_TRUE(ask_over(reserve(reserve_command::set, {bob}), std::byte{0xee}));
    EXPECT_EQ(error_of(reserve(reserve_command::set, {alice})), AoeError::target_reserved);
}

TEST_F(ExportTest, ReservationGatesAtaCommandsButIdentify) {  // AOE-RES-09 to -13
    ask(reserve(reserve_command::set, {alice}));
    const auto gated = [&](std::uint8_t ata_command) {
        return error_of(ata({.command_status = ata_command}, {}, bob)) == AoeError::target_reserved;
    };
    EXPECT_EQ(error_of(read(0, 1, bob)), AoeError::target_reserved);
    EXPECT_EQ(error_of(write(0, 1, pattern(1), bob)), AoeError::target_reserved);
    EXPECT_EQ(sectors(0, 1), Frame(sector_size));
    for (const std::uint8_t each :
         {ata_command::flush_cache, ata_command::flush_cache_ext, ata_command::check_power_mode,
          ata_command::set_features, ata_command::smart}) {
        EXPECT_TRUE(gated(each)) << int{each};
    }
    EXPECT_FALSE(gated(ata_command::identify_device));
    EXPECT_EQ(ending_of(read(0, 1)), good);
    EXPECT_EQ(error_of(config(config_command::force_set, "x", bob)), AoeError::none);  // CFG-32
    EXPECT_EQ(error_of(mask_read(bob)), AoeError::none);
    EXPECT_EQ(error_of(reserve(reserve_command::read, {}, bob)), AoeError::none);
}

TEST_F(ExportTest, ReservedReplyFailsInItsRegistersToo) {
    ask(reserve(reserve_command::set, {alice}));
    EXPECT_EQ(ask(read(0x1234, 2, bob)),
              padded(hex("02000000000b 020000000001 88a2 1c 06 0007 03 00 80c0ffee"
                         "40 04 02 41 341200000000 0000")));
}

TEST_F(ExportTest, ReserveCommandsAndCountsThatAreWrongGetErrorTwo) {  // AOE-RES-14, -15
    ask(reserve(reserve_command::set, {alice}));
    EXPECT_EQ(error_of(reserve(9, {bob})), AoeError::bad_argument);
    Frame lying = padded(reserve(reserve_command::force_set, {bob}));
    lying[25] = std::byte{6};  // Room for five.
    EXPECT_EQ(error_of(lying), AoeError::bad_argument);
    EXPECT_THAT(reservation(), ElementsAre(alice));
    Frame reading = padded(reserve(reserve_command::read));
    reading[25] = std::byte{50};
    EXPECT_EQ(error_of(reading), AoeError::none);  // AOE-RES-18
}

TEST_F(ExportTest, ReserveListTakesAsManyAsFitTheSmallestMtu) {  // AOE-RES-19
    std::vector<Mac> macs;
    for (unsigned i = 0; i < 248; ++i) {
        macs.push_back(mac(i));
    }
    EXPECT_EQ(error_of(reserve(reserve_command::set, macs)), AoeError::none);
    EXPECT_EQ(reservation(), macs);
    macs.push_back(mac(248));
    EXPECT_EQ(error_of(reserve(reserve_command::set, macs)), AoeError::bad_argument);
    port = {.mac = own, .mtu = 9000};
    macs.resize(255, mac(255));
    EXPECT_EQ(error_of(reserve(reserve_command::set, macs)), AoeError::none);
    EXPECT_EQ(reservation(), macs);
    port = {.mac = own, .mtu = 1500};
    EXPECT_TRUE(silent(reserve(reserve_command::read)));
}

TEST_F(ExportTest, MaskBeatsReservation) {  // AOE-RES-20
    ask(mask_edit({add(alice)}));
    EXPECT_TRUE(ask_over(reserve(reserve_command::set, {bob}), std::byte{0xee}));
    EXPECT_TRUE(silent(read(0, 1, bob)));
}

TEST_F(ExportTest, StateIsWhatInitiatorsChanged) {
    ask(config(config_command::set, "left by alice"));
    ask(mask_edit({add(alice), add(bob)}));
    ask(reserve(reserve_command::set, {alice, alice}));
    const ExportState state = target->state();
    EXPECT_EQ(state, (ExportState{.config_string = text("left by alice"),
                                  .mask = MacList(std::array{alice, bob}),
                                  .reservation = MacList(std::array{alice, alice})}));
    configure(default_options());
    EXPECT_EQ(target->state(), ExportState{});
    target->restore(state);
    EXPECT_EQ(target->state(), state);
    EXPECT_TRUE(silent(config(config_command::read, "", carol)));
    EXPECT_EQ(config_string(), "left by alice");
    EXPECT_EQ(error_of(read(0, 1, bob)), AoeError::target_reserved);
}

}  // namespace
}  // namespace aoe::target
