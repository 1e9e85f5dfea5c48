// SPDX-License-Identifier: MIT
// The codec against what real implementations put on the wire: every field of every recorded frame
// is read right, and our builders write the same bytes, where the sender wrote what it should.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "wire/ata.h"
#include "wire/codec_test_support.h"
#include "wire/config.h"
#include "wire/frame.h"
#include "wire/golden/ata.h"
#include "wire/golden/broken.h"
#include "wire/golden/config.h"
#include "wire/golden/lists.h"
#include "wire/mask.h"
#include "wire/reserve.h"

namespace aoe {
namespace {

constexpr Mac prober = mac_of(0x020000000002);
constexpr Mac other_prober = mac_of(0x020000000099);
constexpr Mac target = mac_of(0x020000000001);
constexpr Mac virtual_machine = mac_of(0x525400a0e001);
constexpr Mac second_machine = mac_of(0x525400a0e002);
constexpr Mac ipxe = mac_of(0x525400123456);
constexpr Mac vblade_for_linux = mac_of(0x0ec25ed175f0);
constexpr Mac vblade_for_ipxe = mac_of(0x3657fad8133c);
constexpr Address probed{.shelf = 7, .slot = 3};

// What most recorded frames have in common; a case changes what differs.
struct Reply {
    Mac destination = prober;
    Mac source = target;
    std::uint8_t error = 0;
    std::uint8_t flags = header_flag::response;
    constexpr Header header(std::uint8_t command, std::uint32_t tag) const {
        return {.destination = destination,
                .source = source,
                .flags = flags,
                .error = error,
                .address = probed,
                .command = command,
                .tag = tag};
    }
};
struct Request {
    Mac destination = target;
    Mac source = prober;
    Address address = probed;
    constexpr Header header(std::uint8_t command, std::uint32_t tag) const {
        return {.destination = destination,
                .source = source,
                .address = address,
                .command = command,
                .tag = tag};
    }
};
constexpr std::uint8_t failed = header_flag::response | header_flag::error;

/// Whether our builders write the same bytes.
enum class Writer : std::uint8_t { as_ours, padded_as_ours, unlike_ours };

std::string rebuilt(const FrameBuilder& builder, std::size_t argument_size, Writer writer) {
    return to_hex(writer == Writer::padded_as_ours ? builder.finish_padded(argument_size)
                                                   : builder.finish(argument_size));
}

/// Storage with bytes in it that must not show in a frame.
std::vector<std::byte> used_storage(std::size_t size) {
    return std::vector<std::byte>(size, std::byte{0xee});
}

template <typename Case> std::string name_of(const testing::TestParamInfo<Case>& info) {
    return info.param.name;
}

// ------------------------------------------------------------------------------------- config

struct ConfigCase {
    const char* name;
    golden::GoldenFrame frame;
    Header header;
    ConfigFields fields;
    std::optional<std::string> string_hex;  // Absent: config_string_truncated.
    Writer writer = Writer::as_ours;
    friend void PrintTo(const ConfigCase& given, std::ostream* out) { *out << given.name; }
};

const std::string alpha_config = "616c7068612d636f6e666967";

const ConfigCase config_cases[] = {
    {"vblade_announcement",
     golden::vblade_announcement,
     {.destination = broadcast_mac,
      .source = target,
      .version = 0,
      .flags = header_flag::response,
      .address = probed,
      .command = command::config},
     {.buffer_count = 16, .firmware_version = 0x4019, .sector_count = 2, .version = 1},
     ""},
    {"kvblade_announcement",
     golden::kvblade_announcement,
     Reply{.destination = broadcast_mac, .source = virtual_machine}.header(command::config, 0),
     {.buffer_count = 0x400, .firmware_version = 2, .sector_count = 2, .version = 1},
     "",
     Writer::padded_as_ours},
    {"linux_discovery",
     golden::linux_discovery,
     Request{
         .destination = broadcast_mac, .source = virtual_machine, .address = {any_shelf, any_slot}}
         .header(command::config, 0),
     {},
     ""},
    {"ipxe_config_query",
     golden::ipxe_config_query,
     Request{.destination = broadcast_mac, .source = ipxe, .address = {0, 0}}.header(
         command::config, 0x18ae0001),
     {},
     ""},
    {"config_set_request",
     golden::config_set_request,
     Request{}.header(command::config, 0x1000000a),
     {.command = config_command::set, .string_length = 12},
     alpha_config,
     Writer::padded_as_ours},
    {"vblade_config_reply",
     golden::vblade_config_reply,
     Reply{}.header(command::config, 0x1000000a),
     {.buffer_count = 16,
      .firmware_version = 0x4019,
      .sector_count = 2,
      .version = 1,
      .command = config_command::set,
      .string_length = 12},
     alpha_config},
    {"vblade_config_present",
     golden::vblade_config_present,
     Reply{.error = 4, .flags = failed}.header(command::config, 0x1000000c),
     {.buffer_count = 16,
      .firmware_version = 0x4019,
      .sector_count = 2,
      .version = 1,
      .command = config_command::set,
      .string_length = 12},
     alpha_config},
    {"qaoed_config_reply",
     golden::qaoed_config_reply,
     Reply{}.header(command::config, 0x10000001),
     {.buffer_count = 20,
      .firmware_version = 0x400a,
      .sector_count = 2,
      .version = 1,
      .command = config_command::force_set},
     ""},
    {"aoeserver_config_reply",
     golden::aoeserver_config_reply,
     Reply{.source = virtual_machine}.header(command::config, 0x10000004),
     {.buffer_count = 20, .firmware_version = 0x4000, .version = 1},
     ""},
    {"aoeserver_config_present",
     golden::aoeserver_config_present,
     Reply{.source = virtual_machine, .error = 4, .flags = failed}.header(command::config,
                                                                          0x1000000c),
     {.buffer_count = 20, .firmware_version = 0x4000, .version = 1, .command = config_command::set},
     ""},
    {"aoeping_config_query",
     golden::aoeping_config_query,
     Request{.destination = broadcast_mac}.header(command::config, 0x80000000),
     {.string_length = 1024},
     to_hex(std::vector<std::byte>(1024, std::byte{0xed}))},
    {"ggaoed_config_present",
     golden::ggaoed_config_present,
     Reply{.error = 4, .flags = failed}.header(command::config, 0x1000000c),
     {.buffer_count = 0x6f74, .firmware_version = 0x6865, .sector_count = 0x72},
     "",
     Writer::unlike_ours},
    {"config_length_lie",
     golden::config_length_lie,
     Request{}.header(command::config, 0x10000015),
     {.string_length = 1024},
     std::nullopt,
     Writer::unlike_ours},
};

class GoldenConfig : public testing::TestWithParam<ConfigCase> {};
INSTANTIATE_TEST_SUITE_P(Recorded, GoldenConfig, testing::ValuesIn(config_cases),
                         name_of<ConfigCase>);

TEST_P(GoldenConfig, IsReadAndWritten) {
    const auto& expected = GetParam();
    const auto bytes = recorded(expected.frame);
    const auto frame = FrameView::parse(bytes);
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->header(), expected.header);
    const auto config = ConfigView::parse(frame->argument());
    ASSERT_TRUE(config);
    EXPECT_EQ(config->fields(), expected.fields);
    const auto string = config->string();
    ASSERT_EQ(string.has_value(), expected.string_hex.has_value());
    if (!string) {
        EXPECT_EQ(string.error(), Reject::config_string_truncated);
        return;
    }
    EXPECT_EQ(to_hex(*string), *expected.string_hex);
    if (expected.writer != Writer::unlike_ours) {
        auto storage = used_storage(bytes.size());
        const FrameBuilder builder(storage, expected.header);
        const auto size = write_config(builder.argument(), expected.fields, *string);
        EXPECT_EQ(rebuilt(builder, size, expected.writer), to_hex(bytes));
    }
}

// ---------------------------------------------------------------------------------------- ATA

struct AtaCase {
    const char* name;
    golden::GoldenFrame frame;
    Header header;
    AtaRegisters registers;
    std::size_t data_size;  // What is behind the registers, padding included.
    Writer writer = Writer::as_ours;
    friend void PrintTo(const AtaCase& given, std::ostream* out) { *out << given.name; }
};

const AtaCase ata_cases[] = {
    {"linux_identify",
     golden::linux_identify,
     Request{.destination = vblade_for_linux, .source = virtual_machine, .address = {0, 0}}.header(
         command::ata, 0x0001dcf2),
     {.sector_count = 1, .command_status = 0xec, .lba = 0xa0000000},
     0},
    {"ipxe_read_ext",
     golden::ipxe_read_ext,
     Request{.destination = vblade_for_ipxe, .source = ipxe, .address = {0, 0}}.header(command::ata,
                                                                                       0x18ae0003),
     {.flags = ata_flag::extended, .sector_count = 2, .command_status = 0x24, .lba = 0x40},
     0},
    {"vblade_read_reply",
     golden::vblade_read_reply,
     Reply{}.header(command::ata, 0x10000019),
     {.command_status = ata_status::ready, .lba = 5},
     512},
    {"aoeserver_read_reply",
     golden::aoeserver_read_reply,
     Reply{.source = virtual_machine}.header(command::ata, 0x10000005),
     {.sector_count = 1, .command_status = ata_status::ready, .lba = 7},
     512 + 12},
    {"linux_write_ext",
     golden::linux_write_ext,
     Request{.destination = second_machine, .source = virtual_machine, .address = {0, 0}}.header(
         command::ata, 0x002adf78),
     {.flags = ata_flag::extended | ata_flag::write,
      .sector_count = 2,
      .command_status = 0x34,
      .lba = 0x1ff80},
     1024},
    {"write_request",
     golden::write_request,
     Request{.destination = broadcast_mac, .address = {any_shelf, any_slot}}.header(command::ata,
                                                                                    0x1000001a),
     {.flags = ata_flag::write, .sector_count = 1, .command_status = 0x30, .lba = 0x76c},
     512},
    {"vblade_write_reply",
     golden::vblade_write_reply,
     Reply{}.header(command::ata, 0x1000001a),
     {.flags = ata_flag::write, .command_status = ata_status::ready, .lba = 0x76c},
     24},
    {"ggaoed_flush_reply",
     golden::ggaoed_flush_reply,
     Reply{}.header(command::ata, 0x10000015),
     {.command_status = ata_command::flush_cache},
     0},
    {"ggaoed_aborted",
     golden::ggaoed_aborted,
     Reply{}.header(command::ata, 0x10000007),
     {.error_feature = ata_error::aborted,
      .sector_count = 1,
      .command_status = ata_status::ready | ata_status::error,
      .lba = 0xc24f00},
     0},
    {"vblade_past_end",
     golden::vblade_past_end,
     Reply{}.header(command::ata, 0x1000001f),
     {.error_feature = ata_error::id_not_found,
      .sector_count = 1,
      .command_status = ata_status::ready | ata_status::error,
      .lba = lba28_limit - 1},
     0},
    {"qaoed_ata_failure",
     golden::qaoed_ata_failure,
     Reply{.error = 0, .flags = failed}.header(command::ata, 0x10000014),
     {.error_feature = ata_error::aborted,
      .command_status = ata_status::ready | ata_status::error,
      .lba = 0x10},
     0},
    {"vblade_reserved_read",
     golden::vblade_reserved_read,
     Reply{.destination = other_prober, .error = 6, .flags = failed}.header(command::ata,
                                                                            0x1000000c),
     {.sector_count = 1, .command_status = ata_command::read_sectors, .lba = 5},
     24,
     Writer::padded_as_ours},
};

class GoldenAta : public testing::TestWithParam<AtaCase> {};
INSTANTIATE_TEST_SUITE_P(Recorded, GoldenAta, testing::ValuesIn(ata_cases), name_of<AtaCase>);

TEST_P(GoldenAta, IsReadAndWritten) {
    const auto& expected = GetParam();
    const auto bytes = recorded(expected.frame);
    const auto frame = FrameView::parse(bytes);
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->header(), expected.header);
    const auto ata = AtaView::parse(frame->argument());
    ASSERT_TRUE(ata);
    EXPECT_EQ(ata->registers(), expected.registers);
    EXPECT_EQ(ata->data().size(), expected.data_size);

    auto storage = used_storage(bytes.size());
    const FrameBuilder builder(storage, expected.header);
    const MutableBytes rest = write_ata(builder.argument(), expected.registers);
    ASSERT_EQ(rest.size(), expected.data_size);
    if (expected.writer == Writer::padded_as_ours) {
        EXPECT_EQ(rebuilt(builder, ata_argument_size, expected.writer), to_hex(bytes));
    } else {
        std::ranges::copy(ata->data(), rest.begin());
        EXPECT_EQ(rebuilt(builder, ata_argument_size + rest.size(), expected.writer),
                  to_hex(bytes));
    }
}

// --------------------------------------------------------------------------------- mask list

struct MaskCase {
    const char* name;
    golden::GoldenFrame frame;
    Header header;
    MaskFields fields;
    std::optional<std::vector<MaskDirective>> directives;  // Absent: mask_list_truncated.
    Writer writer = Writer::as_ours;
    friend void PrintTo(const MaskCase& given, std::ostream* out) { *out << given.name; }
};

const MaskCase mask_cases[] = {
    {"mask_edit_request",
     golden::mask_edit_request,
     Request{}.header(command::mac_mask, 0x10000019),
     {.command = mask_command::edit, .directive_count = 3},
     std::vector<MaskDirective>{{mask_directive::add, prober},
                                {9, other_prober},
                                {mask_directive::add, mac_of(0x020000000098)}},
     Writer::padded_as_ours},
    // With an error the count tells how many were done, and no directives follow (AOE-MASK-12).
    {"vblade_mask_bad_directive",
     golden::vblade_mask_bad_directive,
     Reply{}.header(command::mac_mask, 0x10000019),
     {.command = mask_command::edit, .error = 2, .directive_count = 1},
     std::nullopt,
     Writer::unlike_ours},
    {"ggaoed_mask_bad_directive",
     golden::ggaoed_mask_bad_directive,
     Reply{}.header(command::mac_mask, 0x10000019),
     {.command = mask_command::edit, .error = 2, .directive_count = 1},
     std::vector<MaskDirective>{{mask_directive::add, prober}},
     Writer::unlike_ours},
    {"ggaoed_mask_list",
     golden::ggaoed_mask_list,
     Reply{}.header(command::mac_mask, 0x1000000d),
     {.command = mask_command::read, .directive_count = 3},
     std::vector<MaskDirective>{{mask_directive::none, prober},
                                {mask_directive::none, mac_of(0x020000000098)},
                                {mask_directive::none, other_prober}}},
    {"vblade_mask_full",
     golden::vblade_mask_full,
     Reply{}.header(command::mac_mask, 0x10000040),
     {.command = mask_command::edit, .error = 3},
     std::vector<MaskDirective>{}},
    {"vblade_mask_bad_command",
     golden::vblade_mask_bad_command,
     Reply{.error = 2, .flags = failed}.header(command::mac_mask, 0x1000001b),
     {.command = 2},
     std::vector<MaskDirective>{}},
    {"mask_reserved_set",
     golden::mask_reserved_set,
     Request{}.header(command::mac_mask, 0x1000001d),
     {.command = mask_command::read, .error = 7},
     std::vector<MaskDirective>{},
     Writer::unlike_ours},
    {"mask_count_lie",
     golden::mask_count_lie,
     Request{}.header(command::mac_mask, 0x10000021),
     {.command = mask_command::edit, .directive_count = 255},
     std::nullopt,
     Writer::unlike_ours},
};

class GoldenMask : public testing::TestWithParam<MaskCase> {};
INSTANTIATE_TEST_SUITE_P(Recorded, GoldenMask, testing::ValuesIn(mask_cases), name_of<MaskCase>);

TEST_P(GoldenMask, IsReadAndWritten) {
    const auto& expected = GetParam();
    const auto bytes = recorded(expected.frame);
    const auto frame = FrameView::parse(bytes);
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->header(), expected.header);
    const auto mask = MaskView::parse(frame->argument());
    ASSERT_TRUE(mask);
    EXPECT_EQ(mask->fields(), expected.fields);
    const auto list = mask->directives();
    ASSERT_EQ(list.has_value(), expected.directives.has_value());
    if (!list) {
        EXPECT_EQ(list.error(), Reject::mask_list_truncated);
        return;
    }
    ASSERT_EQ(list->size(), expected.directives->size() * mask_directive_size);
    for (std::size_t i = 0; i < expected.directives->size(); ++i) {
        EXPECT_EQ(mask_directive_at(*list, i), expected.directives->at(i)) << "directive " << i;
    }
    if (expected.writer != Writer::unlike_ours) {
        auto storage = used_storage(bytes.size());
        const FrameBuilder builder(storage, expected.header);
        write_mask(builder.argument(), expected.fields);
        for (std::size_t i = 0; i < expected.directives->size(); ++i) {
            write_mask_directive(builder.argument(), i, expected.directives->at(i));
        }
        EXPECT_EQ(rebuilt(builder, mask_size(expected.directives->size()), expected.writer),
                  to_hex(bytes));
    }
}

// ------------------------------------------------------------------------------ reserve list

struct ReserveCase {
    const char* name;
    golden::GoldenFrame frame;
    Header header;
    ReserveFields fields;
    std::optional<std::vector<Mac>> macs;  // Absent: reserve_list_truncated.
    Writer writer = Writer::as_ours;
    friend void PrintTo(const ReserveCase& given, std::ostream* out) { *out << given.name; }
};

const ReserveCase reserve_cases[] = {
    {"reserve_set_request",
     golden::reserve_set_request,
     Request{}.header(command::reserve, 0x10000007),
     {.command = reserve_command::set, .mac_count = 2},
     std::vector<Mac>{prober, mac_of(0x020000000099)},
     Writer::padded_as_ours},
    {"vblade_reserve_list",
     golden::vblade_reserve_list,
     Reply{}.header(command::reserve, 0x10000007),
     {.command = reserve_command::set, .mac_count = 2},
     std::vector<Mac>{prober, other_prober}},
    {"vblade_reserve_refused",
     golden::vblade_reserve_refused,
     Reply{.destination = other_prober, .error = 6, .flags = failed}.header(command::reserve,
                                                                            0x10000014),
     {.command = reserve_command::set, .mac_count = 1},
     std::vector<Mac>{prober}},
    {"ggaoed_reserve_refused",
     golden::ggaoed_reserve_refused,
     Reply{.error = 6, .flags = failed}.header(command::reserve, 0x10000007),
     {.command = 2, .mac_count = 0},
     std::vector<Mac>{},
     Writer::unlike_ours},
    {"reserve_count_lie",
     golden::reserve_count_lie,
     Request{}.header(command::reserve, 0x10000024),
     {.command = reserve_command::set, .mac_count = 255},
     std::nullopt,
     Writer::unlike_ours},
};

class GoldenReserve : public testing::TestWithParam<ReserveCase> {};
INSTANTIATE_TEST_SUITE_P(Recorded, GoldenReserve, testing::ValuesIn(reserve_cases),
                         name_of<ReserveCase>);

TEST_P(GoldenReserve, IsReadAndWritten) {
    const auto& expected = GetParam();
    const auto bytes = recorded(expected.frame);
    const auto frame = FrameView::parse(bytes);
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->header(), expected.header);
    const auto reserve = ReserveView::parse(frame->argument());
    ASSERT_TRUE(reserve);
    EXPECT_EQ(reserve->fields(), expected.fields);
    const auto list = reserve->macs();
    ASSERT_EQ(list.has_value(), expected.macs.has_value());
    if (!list) {
        EXPECT_EQ(list.error(), Reject::reserve_list_truncated);
        return;
    }
    ASSERT_EQ(list->size(), expected.macs->size() * mac_size);
    for (std::size_t i = 0; i < expected.macs->size(); ++i) {
        EXPECT_EQ(reserve_mac_at(*list, i), expected.macs->at(i)) << "address " << i;
    }
    if (expected.writer != Writer::unlike_ours) {
        auto storage = used_storage(bytes.size());
        const FrameBuilder builder(storage, expected.header);
        const auto size =
            write_reserve(builder.argument(), expected.fields.command, *expected.macs);
        EXPECT_EQ(rebuilt(builder, size, expected.writer), to_hex(bytes));
    }
}

// ------------------------------------------------------------------------------------ broken

TEST(GoldenBroken, AHeaderAloneIsAFrameButNoCommand) {
    const auto bytes = recorded(golden::aoeserver_unknown_command);
    const auto frame = FrameView::parse(bytes);
    ASSERT_TRUE(frame);
    const Header expected = Reply{.source = virtual_machine, .error = 1, .flags = failed}.header(
        command::reserve, 0x10000002);
    EXPECT_EQ(frame->header(), expected);
    EXPECT_TRUE(frame->argument().empty());
    EXPECT_EQ(ReserveView::parse(frame->argument()).error(), Reject::reserve_argument_short);

    auto storage = used_storage(header_size);
    EXPECT_EQ(to_hex(FrameBuilder(storage, expected).finish(0)), to_hex(bytes));
}

TEST(GoldenBroken, TruncatedFramesAreRejectedWhereTheyEnd) {
    const auto no_header = recorded(golden::truncated_header);
    ASSERT_EQ(no_header.size(), 23U);
    EXPECT_EQ(FrameView::parse(no_header).error(), Reject::shorter_than_header);

    const auto no_config = recorded(golden::truncated_config);
    ASSERT_EQ(no_config.size(), 31U);
    EXPECT_EQ(ConfigView::parse(FrameView::parse(no_config)->argument()).error(),
              Reject::config_argument_short);

    const auto no_ata = recorded(golden::truncated_ata);
    ASSERT_EQ(no_ata.size(), 35U);
    EXPECT_EQ(AtaView::parse(FrameView::parse(no_ata)->argument()).error(),
              Reject::ata_argument_short);
}

TEST(GoldenBroken, AReplyWithoutItsEtherTypeIsNotAoe) {
    EXPECT_EQ(FrameView::parse(recorded(golden::ggaoed_junk)).error(), Reject::not_aoe);
}

}  // namespace
}  // namespace aoe
