// SPDX-License-Identifier: MIT
// Command 0: what each ATA command does, and what is refused.
#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#include "target/export.h"
#include "target/export_fixture_test.h"
#include "wire/identify.h"

namespace aoe::target {
namespace {

constexpr std::array<std::uint8_t, 4> reading_commands{
    ata_command::read_sectors, ata_command::read_sectors_ext, ata_command::read_dma,
    ata_command::read_dma_ext};
constexpr std::array<std::uint8_t, 4> writing_commands{
    ata_command::write_sectors, ata_command::write_sectors_ext, ata_command::write_dma,
    ata_command::write_dma_ext};

Bytes data_in(const Frame& reply) {
    return AtaView::parse(FrameView::parse(reply)->argument())->data();
}

TEST_F(ExportTest, ReadsByteForByte) {  // AOE-ATA-10, -14, -16, -45
    disk.memory.write(0x123, pattern(2));
    Frame expected =
        hex("02000000000a 020000000001 88a2 18 00 0007 03 00 80c0ffee"
            "40 00 00 40 230100000000 0000");
    const Frame data = pattern(2);
    expected.insert(expected.end(), data.begin(), data.end());
    EXPECT_EQ(ask(read(0x123, 2)), expected);
}

TEST_F(ExportTest, WritesByteForByte) {  // AOE-ATA-15, -16
    EXPECT_EQ(ask(write(0x123, 2, pattern(2))),
              padded(hex("02000000000a 020000000001 88a2 18 00 0007 03 00 80c0ffee"
                         "41 00 00 40 230100000000 0000")));
    EXPECT_EQ(sectors(0x123, 2), pattern(2));
    EXPECT_EQ(sectors(0x122, 1), Frame(sector_size));
    EXPECT_EQ(sectors(0x125, 1), Frame(sector_size));
}

TEST_F(ExportTest, ServesEveryTransferCommandAtEveryCount) {  // AOE-ATA-20, -30, -31, -37
    port = {.mac = own, .mtu = 9000};
    for (std::size_t i = 0; i < reading_commands.size(); ++i) {
        for (std::uint8_t count = 1; count <= 17; ++count) {
            const Frame data = pattern(count, static_cast<unsigned>(i + count));
            EXPECT_EQ(ending_of(ata({.flags = ata_flag::write,
                                     .sector_count = count,
                                     .command_status = writing_commands[i],
                                     .lba = 10},
                                    data)),
                      good);
            const auto reply =
                ask(ata({.sector_count = count, .command_status = reading_commands[i], .lba = 10}));
            ASSERT_TRUE(reply);
            EXPECT_EQ(reply->size(), ata_frame_size(count));
            EXPECT_TRUE(std::ranges::equal(data_in(*reply), data));
        }
    }
}

TEST_F(ExportTest, TheCommandDecidesHowWideTheAddressIs) {  // AOE-ATA-03, -04, -05, -47
    ExportOptions options = default_options();
    options.sectors = std::uint64_t{1} << 40;
    configure(options);
    const std::uint64_t lba = 0xfffe'f012'3456;
    for (const std::uint8_t flags : {std::uint8_t{0}, ata_flag::extended}) {
        Frame storage(1514);
        const auto begun = target->begin(ata({.flags = flags,
                                              .sector_count = 1,
                                              .command_status = ata_command::read_sectors,
                                              .lba = lba}),
                                         port, storage);
        ASSERT_TRUE(std::holds_alternative<Operation>(begun));
        EXPECT_EQ(std::get<Operation>(begun).sector, 0x0012'3456U);
        const auto extended = target->begin(ata({.flags = flags,
                                                 .sector_count = 1,
                                                 .command_status = ata_command::read_sectors_ext,
                                                 .lba = 0x12'3456'789a}),
                                            port, storage);
        ASSERT_TRUE(std::holds_alternative<Operation>(extended));
        EXPECT_EQ(std::get<Operation>(extended).sector, 0x12'3456'789aU);
    }
}

TEST_F(ExportTest, NeverTouchesWhatIsBehindTheEnd) {  // AOE-ATA-25, -26, -27, -28, -46
    const Frame before = sectors(0, 1000);
    EXPECT_EQ(ending_of(read(999, 1)), good);
    EXPECT_EQ(ending_of(read(998, 2)), good);
    const std::vector<std::pair<std::uint64_t, std::uint8_t>> beyond{{999, 2},
                                                                     {1000, 1},
                                                                     {1000, 2},
                                                                     {1ULL << 28, 1},
                                                                     {1ULL << 32, 2},
                                                                     {(1ULL << 48) - 1, 1},
                                                                     {(1ULL << 48) - 1, 2},
                                                                     {(1ULL << 47) + 5, 1}};
    for (const auto& [lba, count] : beyond) {
        EXPECT_EQ(ending_of(read(lba, count)), not_found) << lba;
        EXPECT_EQ(ending_of(write(lba, count, pattern(count))), not_found) << lba;
    }
    EXPECT_EQ(sectors(0, 1000), before);
    EXPECT_EQ(ending_of(ata(
                  {.sector_count = 1, .command_status = ata_command::read_sectors, .lba = 1000})),
              not_found);
}

TEST_F(ExportTest, ADiskOfAnySizeKeepsItsLastSector) {
    for (const std::uint64_t size : {std::uint64_t{1}, (std::uint64_t{1} << 28) + 1,
                                     (std::uint64_t{1} << 48) - 1, std::uint64_t{1} << 54}) {
        ExportOptions options = default_options();
        options.sectors = size;
        configure(options);
        Frame storage(1514);
        const std::uint64_t last = std::min(size, lba48_limit) - 1;
        EXPECT_TRUE(std::holds_alternative<Operation>(target->begin(read(last, 1), port, storage)))
            << size;
        const auto two = target->begin(read(last, 2), port, storage);
        EXPECT_EQ(std::holds_alternative<Operation>(two), size > lba48_limit) << size;
    }
}

TEST_F(ExportTest, CountsThatDoNotFitAreAborted) {  // AOE-ATA-21, -22
    for (const std::uint8_t count : std::vector<std::uint8_t>{0, 3, 128, 255}) {
        EXPECT_EQ(ending_of(read(0, count)), aborted) << int{count};
        EXPECT_EQ(ending_of(write(0, count, pattern(count))), aborted) << int{count};
    }
    EXPECT_EQ(sectors(0, 255), Frame(255 * sector_size));
    port = {.mac = own, .mtu = 533};
    EXPECT_EQ(ending_of(read(0, 1)), aborted);
    EXPECT_EQ(ending_of(write(0, 1, pattern(1))), aborted);
}

TEST_F(ExportTest, RepliesFitAStorageThatIsSmallerThanTheMtu) {
    for (const std::size_t size : {minimum_frame_size, std::size_t{600}}) {
        Frame storage(size);
        EXPECT_TRUE(std::holds_alternative<Reply>(target->begin(read(0, 2), port, storage)));
    }
}

TEST_F(ExportTest, WritesNeedAllTheirDataAndUseNoMore) {  // AOE-ATA-23, -24
    Frame data = pattern(2);
    data.resize(data.size() - 1);
    EXPECT_EQ(ending_of(write(5, 2, data)), aborted);
    EXPECT_EQ(ending_of(write(5, 1, {})), aborted);
    EXPECT_EQ(sectors(5, 2), Frame(2 * sector_size));
    EXPECT_EQ(ending_of(write(5, 1, pattern(2))), good);
    EXPECT_EQ(sectors(6, 1), Frame(sector_size));
}

TEST_F(ExportTest, TheWriteFlagMustAgreeWithTheCommand) {  // AOE-ATA-07
    for (const std::uint8_t each : writing_commands) {
        EXPECT_EQ(ending_of(ata({.sector_count = 1, .command_status = each}, pattern(1))), aborted);
    }
    for (const std::uint8_t each : reading_commands) {
        EXPECT_EQ(
            ending_of(ata({.flags = ata_flag::write, .sector_count = 1, .command_status = each},
                          pattern(1))),
            aborted);
    }
    for (const std::uint8_t each : {ata_command::identify_device, ata_command::flush_cache}) {
        EXPECT_EQ(ending_of(ata({.flags = ata_flag::write, .command_status = each})), aborted);
    }
    EXPECT_EQ(sectors(0, 1), Frame(sector_size));
    EXPECT_EQ(disk.flushes, 0);
}

TEST_F(ExportTest, OtherFlagsChangeNothing) {  // AOE-ATA-08, -09, -18, AOE-HDR-03, -04
    disk.memory.write(3, pattern(1));
    const auto plain = ask(read(3, 1));
    Frame request = read(3, 1);
    request[24] = std::byte{0xfe};  // Everything but W.
    request[34] = std::byte{0xff};
    request[35] = std::byte{0xff};
    request[25] = std::byte{0xff};  // Feature (AOE-ATA-43).
    auto reply = ask(request);
    ASSERT_TRUE(reply);
    EXPECT_EQ((*reply)[24], std::byte{0x52});  // The defined ones come back.
    (*reply)[24] = std::byte{0x40};
    EXPECT_EQ(reply, plain);
    Frame asynchronous = write(3, 1, pattern(1, 9));
    asynchronous[24] |= std::byte{ata_flag::asynchronous};
    EXPECT_EQ(ending_of(asynchronous), good);
    EXPECT_EQ(sectors(3, 1), pattern(1, 9));
}

TEST_F(ExportTest, ReadsIgnoreAPayload) {  // AOE-ATA-44
    disk.memory.write(3, pattern(1));
    const auto plain = ask(read(3, 1));
    Frame probe = read(3, 1);
    probe.resize(1060, std::byte{0xaa});
    EXPECT_EQ(ask(probe), plain);
}

TEST_F(ExportTest, ReadOnlyRefusesWritesAndServesTheRest) {  // AOE-ATA-40
    ExportOptions options = default_options();
    options.read_only = true;
    configure(options);
    for (const std::uint8_t each : writing_commands) {
        EXPECT_EQ(
            ending_of(ata({.flags = ata_flag::write, .sector_count = 1, .command_status = each},
                          pattern(1))),
            aborted);
    }
    EXPECT_EQ(sectors(0, 1), Frame(sector_size));
    EXPECT_EQ(ending_of(read(0, 1)), good);
    EXPECT_EQ(ending_of(ata({.command_status = ata_command::flush_cache})), good);
}

TEST_F(ExportTest, IdentifyTellsWhatIsServed) {  // AOE-ATA-32, -33, AOE-ATAID-01, -10, -17
    for (const std::uint8_t count : std::vector<std::uint8_t>{0, 1, 2, 255}) {
        const auto reply = ask(ata({.sector_count = count,
                                    .command_status = ata_command::identify_device,
                                    .lba = 0xffff'a000'0000}));
        ASSERT_TRUE(reply);
        ASSERT_EQ(reply->size(), ata_frame_size(1));
        const auto view = IdentifyView::parse(data_in(*reply));
        EXPECT_EQ(view->serial().view(), "7.3:test");
        EXPECT_EQ(view->model().view(), "model");
        EXPECT_EQ(view->firmware().view(), "fw");
        EXPECT_EQ(view->sectors28(), 1000U);
        EXPECT_EQ(view->sectors48(), 1000U);
        EXPECT_TRUE(view->checksum_valid());
    }
    port = {.mac = own, .mtu = 533};
    EXPECT_EQ(ending_of(ata({.command_status = ata_command::identify_device})), aborted);
}

TEST_F(ExportTest, FlushesBeforeTheReply) {  // AOE-ATA-34, -35
    EXPECT_EQ(ask(ata({.command_status = ata_command::flush_cache})),
              padded(hex("02000000000a 020000000001 88a2 18 00 0007 03 00 80c0ffee"
                         "00 00 00 40 000000000000 0000")));
    EXPECT_EQ(disk.flushes, 2);  // Asked twice.
    EXPECT_EQ(ending_of(ata({.command_status = ata_command::flush_cache_ext})), good);
    EXPECT_EQ(disk.flushes, 4);
    disk.flush_error = std::make_error_code(std::errc::io_error);
    EXPECT_EQ(ending_of(ata({.command_status = ata_command::flush_cache})), aborted);
}

TEST_F(ExportTest, PowerModeIsActive) {  // AOE-ATA-36
    const AtaRegisters registers =
        registers_of(ata({.command_status = ata_command::check_power_mode}));
    EXPECT_EQ(registers.command_status, 0x40);
    EXPECT_EQ(registers.sector_count, 0xff);
}

Frame set_features(std::uint8_t feature) {
    return ata({.error_feature = feature, .command_status = ata_command::set_features});
}

TEST_F(ExportTest, WriteCacheIsSwitchedAndShown) {  // AOE-ATA-39, AOE-ATAID-12
    const auto words = [&] {
        const auto reply = ask(ata({.command_status = ata_command::identify_device}));
        const auto view = IdentifyView::parse(data_in(*reply));
        return std::pair{view->word(82) & 0x20, view->word(85) & 0x20};
    };
    EXPECT_EQ(words(), (std::pair{0x20, 0x20}));
    EXPECT_EQ(ending_of(write(0, 1, pattern(1))), good);
    EXPECT_EQ(disk.flushes, 0);

    EXPECT_EQ(ending_of(set_features(0x82)), good);
    EXPECT_EQ(disk.flushes, 2);  // What was cached; asked twice.
    EXPECT_EQ(words(), (std::pair{0x20, 0}));
    EXPECT_EQ(ending_of(write(0, 1, pattern(1))), good);
    EXPECT_EQ(disk.flushes, 4);
    EXPECT_EQ(ending_of(read(0, 1)), good);
    EXPECT_EQ(disk.flushes, 4);

    EXPECT_EQ(ending_of(set_features(0x02)), good);
    EXPECT_EQ(words(), (std::pair{0x20, 0x20}));
    EXPECT_EQ(ending_of(write(0, 1, pattern(1))), good);
    EXPECT_EQ(disk.flushes, 4);
    for (const std::uint8_t other : std::vector<std::uint8_t>{0x00, 0x03, 0x10, 0xaa, 0xff}) {
        EXPECT_EQ(ending_of(set_features(other)), aborted);
    }
}

TEST_F(ExportTest, WithoutAWriteCacheEveryWriteIsDurable) {
    ExportOptions options = default_options();
    options.write_cache = false;
    configure(options);
    const auto reply = ask(ata({.command_status = ata_command::identify_device}));
    const auto view = IdentifyView::parse(data_in(*reply));
    EXPECT_EQ(view->word(82) & 0x20, 0);  // AOE-ATAID-12
    EXPECT_EQ(view->word(85) & 0x20, 0);
    EXPECT_EQ(ending_of(set_features(0x02)), aborted);
    EXPECT_EQ(ending_of(set_features(0x82)), aborted);
    EXPECT_EQ(ending_of(write(0, 1, pattern(1))), good);
    EXPECT_EQ(disk.flushes, 2);  // Asked twice.
    disk.flush_error = std::make_error_code(std::errc::io_error);
    EXPECT_EQ(ending_of(write(0, 1, pattern(1))), aborted);
}

TEST_F(ExportTest, EveryOtherCommandIsAborted) {  // AOE-ATA-29, -38
    const std::vector<std::uint8_t> served{0x20, 0x24, 0x25, 0x30, 0x34, 0x35, 0xc8,
                                           0xca, 0xe5, 0xe7, 0xea, 0xec, 0xef};
    for (unsigned command = 0; command < 256; ++command) {
        if (std::ranges::find(served, command) == served.end()) {
            EXPECT_EQ(ending_of(ata({.sector_count = 1,
                                     .command_status = static_cast<std::uint8_t>(command)})),
                      aborted)
                << command;
        }
    }
}

TEST_F(ExportTest, DiskErrorsAreAtaErrorsWithoutData) {  // AOE-ATA-12, -41, -42
    disk.error = std::make_error_code(std::errc::io_error);
    EXPECT_EQ(ask(read(0x123, 2)),
              padded(hex("02000000000a 020000000001 88a2 18 00 0007 03 00 80c0ffee"
                         "40 40 02 41 230100000000 0000")));
    EXPECT_EQ(ending_of(write(0, 1, pattern(1))), aborted);
    EXPECT_EQ(ending_of(ata({.command_status = ata_command::flush_cache})), aborted);
    disk.error = {};
    EXPECT_EQ(ending_of(read(0, 1)), good);  // AOE-HDR-41
}

TEST_F(ExportTest, ADiskThatIsGoneIsErrorThree) {  // AOE-HDR-40
    for (const int number : {ENODEV, ENXIO}) {
        disk.error = {number, std::system_category()};
        EXPECT_EQ(error_of(read(0, 1)), AoeError::device_unavailable);
        EXPECT_EQ(error_of(write(0, 1, pattern(1))), AoeError::device_unavailable);
        EXPECT_EQ(ending_of(read(0, 1)), aborted);  // For whoever overlooks the header's error.
    }
    EXPECT_EQ(error_of(config(config_command::read)), AoeError::none);
}

TEST_F(ExportTest, OperationsMayFinishInAnyOrder) {  // AOE-REL-04
    disk.memory.write(10, pattern(1, 10));
    disk.memory.write(20, pattern(1, 20));
    const Frame first_request = read(10, 1, alice);
    const Frame second_request = read(20, 1, bob);
    const Frame third_request = write(30, 1, pattern(1, 30), carol);
    Frame first(1514, std::byte{0xee});
    Frame second(1514, std::byte{0xee});
    Frame third(1514, std::byte{0xee});
    const auto one = std::get<Operation>(target->begin(first_request, port, first));
    const auto two = std::get<Operation>(target->begin(second_request, port, second));
    const auto three = std::get<Operation>(target->begin(third_request, port, third));
    EXPECT_EQ(sectors(30, 1), Frame(sector_size));

    third.resize(target->finish(three, perform(three, disk)));
    second.resize(target->finish(two, perform(two, disk)));
    first.resize(target->finish(one, std::make_error_code(std::errc::io_error)));

    EXPECT_EQ(third.size(), minimum_frame_size);
    EXPECT_EQ(sectors(30, 1), pattern(1, 30));
    EXPECT_EQ(FrameView::parse(second)->header().destination, bob);
    EXPECT_TRUE(std::ranges::equal(data_in(second), pattern(1, 20)));
    EXPECT_EQ(FrameView::parse(first)->header().destination, alice);
    EXPECT_EQ(first, padded(hex("02000000000a 020000000001 88a2 18 00 0007 03 00 80c0ffee"
                                "40 40 01 41 0a0000000000 0000")));
}

TEST_F(ExportTest, SectorsAreNotCopiedOnTheirWay) {
    Frame storage(1514);
    const Frame request = write(1, 2, pattern(2));
    const auto writing = std::get<Operation>(target->begin(request, port, storage));
    EXPECT_EQ(writing.from.data(), request.data() + ata_frame_size(0));
    EXPECT_EQ(writing.from.size(), 2 * sector_size);
    const auto reading = std::get<Operation>(target->begin(read(1, 2), port, storage));
    EXPECT_EQ(reading.into.data(), storage.data() + ata_frame_size(0));
    EXPECT_EQ(reading.into.size(), 2 * sector_size);
}

TEST_F(ExportTest, AcceptedOperationsOutliveAReservation) {  // AOE-RES-23
    const Frame request = write(1, 1, pattern(1));
    Frame storage(1514);
    const auto operation = std::get<Operation>(target->begin(request, port, storage));
    ask(reserve(reserve_command::force_set, {bob}, bob));
    storage.resize(target->finish(operation, perform(operation, disk)));
    EXPECT_EQ(FrameView::parse(storage)->header().error, 0);
}

}  // namespace
}  // namespace aoe::target
