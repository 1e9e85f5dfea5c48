// SPDX-License-Identifier: MIT
// What holds for all bytes: what is written is read back as it was; what is cut anywhere is taken
// or refused exactly at the documented size; and nothing is read outside of what was given, for
// which every argument stands in a heap block of its own size, where a sanitizer sees each byte.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "wire/ata.h"
#include "wire/codec_test_support.h"
#include "wire/config.h"
#include "wire/frame.h"
#include "wire/identify.h"
#include "wire/mask.h"
#include "wire/reserve.h"

namespace aoe {
namespace {

constexpr int rounds = 500;

/// Random fields; the same ones in every run and on every machine.
class Chance {
public:
    template <typename Integer> Integer any() { return static_cast<Integer>(engine_()); }
    /// 0..limit
    std::size_t up_to(std::size_t limit) { return engine_() % (limit + 1); }
    Mac mac() { return mac_of(engine_()); }
    std::vector<std::byte> bytes(std::size_t size) {
        std::vector<std::byte> all(size);
        std::ranges::generate(all, [this] { return static_cast<std::byte>(engine_() & 0xff); });
        return all;
    }
    Header header() {
        return {.destination = mac(),
                .source = mac(),
                .version = static_cast<std::uint8_t>(up_to(15)),
                .flags = static_cast<std::uint8_t>(up_to(15)),
                .error = any<std::uint8_t>(),
                .address = {.shelf = any<std::uint16_t>(), .slot = any<std::uint8_t>()},
                .command = any<std::uint8_t>(),
                .tag = any<std::uint32_t>()};
    }
    AtaRegisters registers() {
        return {.flags = any<std::uint8_t>(),
                .error_feature = any<std::uint8_t>(),
                .sector_count = any<std::uint8_t>(),
                .command_status = any<std::uint8_t>(),
                .lba = engine_() % lba48_limit};
    }
    ConfigFields config(std::size_t string_length) {
        return {.buffer_count = any<std::uint16_t>(),
                .firmware_version = any<std::uint16_t>(),
                .sector_count = any<std::uint8_t>(),
                .version = static_cast<std::uint8_t>(up_to(15)),
                .command = static_cast<std::uint8_t>(up_to(15)),
                .string_length = static_cast<std::uint16_t>(string_length)};
    }

private:
    std::mt19937_64 engine_{20260101};
};

/// Cuts `whole` to every length and expects `parse` to take it from `needed` bytes on.
template <typename Parse>
void expect_refused_below(std::size_t needed, Reject reject, const std::vector<std::byte>& whole,
                          Parse parse) {
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        const std::vector<std::byte> cut(whole.data(), whole.data() + size);
        const auto result = parse(Bytes(cut));
        ASSERT_EQ(result.has_value(), size >= needed) << "at " << size << " bytes";
        if (!result) {
            ASSERT_EQ(result.error(), reject) << "at " << size << " bytes";
        }
    }
}

TEST(Property, HeadersAreReadBack) {
    Chance chance;
    for (int i = 0; i < rounds; ++i) {
        const Header header = chance.header();
        auto storage = chance.bytes(header_size + chance.up_to(100));
        const auto argument = chance.bytes(storage.size() - header_size);
        const FrameBuilder builder(storage, header);
        std::ranges::copy(argument, builder.argument().begin());
        const auto frame = FrameView::parse(builder.finish(argument.size()));
        ASSERT_TRUE(frame);
        ASSERT_EQ(frame->header(), header);
        ASSERT_EQ(to_hex(frame->argument()), to_hex(argument));
    }
}

TEST(Property, RegistersAreReadBack) {
    Chance chance;
    for (int i = 0; i < rounds; ++i) {
        const AtaRegisters registers = chance.registers();
        auto storage = chance.bytes(ata_argument_size + chance.up_to(1024));
        const auto data = chance.bytes(storage.size() - ata_argument_size);
        std::ranges::copy(data, write_ata(storage, registers).begin());
        const auto ata = AtaView::parse(storage);
        ASSERT_TRUE(ata);
        ASSERT_EQ(ata->registers(), registers);
        ASSERT_EQ(to_hex(ata->data()), to_hex(data));
    }
}

TEST(Property, ConfigIsReadBack) {
    Chance chance;
    for (int i = 0; i < rounds; ++i) {
        const auto string = chance.bytes(chance.up_to(config_string_limit));
        const ConfigFields fields = chance.config(string.size());
        auto storage = chance.bytes(config_argument_size + string.size() + chance.up_to(30));
        ASSERT_EQ(write_config(storage, fields, string), config_argument_size + string.size());
        const auto config = ConfigView::parse(storage);
        ASSERT_TRUE(config);
        ASSERT_EQ(config->fields(), fields);
        ASSERT_TRUE(config->string());
        ASSERT_EQ(to_hex(*config->string()), to_hex(string));
    }
}

TEST(Property, MaskListsAreReadBack) {
    Chance chance;
    for (int i = 0; i < rounds; ++i) {
        const MaskFields fields{.command = chance.any<std::uint8_t>(),
                                .error = chance.any<std::uint8_t>(),
                                .directive_count = chance.any<std::uint8_t>()};
        std::vector<MaskDirective> directives(fields.directive_count);
        auto storage = chance.bytes(mask_size(directives.size()) + chance.up_to(30));
        write_mask(storage, fields);
        for (std::size_t k = 0; k < directives.size(); ++k) {
            directives[k] = {.command = chance.any<std::uint8_t>(), .mac = chance.mac()};
            write_mask_directive(storage, k, directives[k]);
        }
        const auto mask = MaskView::parse(storage);
        ASSERT_TRUE(mask);
        ASSERT_EQ(mask->fields(), fields);
        const auto list = mask->directives();
        ASSERT_TRUE(list);
        for (std::size_t k = 0; k < directives.size(); ++k) {
            ASSERT_EQ(mask_directive_at(*list, k), directives[k]);
        }
    }
}

TEST(Property, ReserveListsAreReadBack) {
    Chance chance;
    for (int i = 0; i < rounds; ++i) {
        const auto command = chance.any<std::uint8_t>();
        std::vector<Mac> macs(chance.up_to(255));
        std::ranges::generate(macs, [&chance] { return chance.mac(); });
        auto storage =
            chance.bytes(reserve_argument_size + macs.size() * mac_size + chance.up_to(30));
        const auto size = write_reserve(storage, command, macs);
        ASSERT_EQ(size, reserve_argument_size + macs.size() * mac_size);
        const auto reserve = ReserveView::parse(storage);
        ASSERT_TRUE(reserve);
        ASSERT_EQ(reserve->fields().command, command);
        ASSERT_EQ(reserve->fields().mac_count, macs.size());
        const auto list = reserve->macs();
        ASSERT_TRUE(list);
        for (std::size_t k = 0; k < macs.size(); ++k) {
            ASSERT_EQ(reserve_mac_at(*list, k), macs[k]);
        }
    }
}

TEST(Property, IdentifyDataIsReadBack) {
    Chance chance;
    for (int i = 0; i < rounds; ++i) {
        const std::uint64_t sectors = chance.any<std::uint64_t>() % lba48_limit;
        std::string model(chance.up_to(39), 'm');
        model += '.';  // A trailing space would be cut.
        std::array<std::byte, identify_size> data{};
        write_identify(data, {.model = model, .sectors = sectors});
        const auto identify = IdentifyView::parse(data);
        ASSERT_TRUE(identify);
        ASSERT_EQ(identify->model().view(), model);
        ASSERT_EQ(identify->sectors(), sectors);
        ASSERT_TRUE(identify->checksum_valid());
    }
}

TEST(Property, CutFramesAreRefusedBelowTheHeader) {
    Chance chance;
    std::vector<std::byte> storage(100);
    const FrameBuilder builder(storage, chance.header());
    expect_refused_below(header_size, Reject::shorter_than_header, storage,
                         [](Bytes cut) { return FrameView::parse(cut); });
}

TEST(Property, CutArgumentsAreRefusedBelowTheirFields) {
    Chance chance;
    const auto whole = chance.bytes(600);
    expect_refused_below(12, Reject::ata_argument_short, whole,
                         [](Bytes cut) { return AtaView::parse(cut); });
    expect_refused_below(8, Reject::config_argument_short, whole,
                         [](Bytes cut) { return ConfigView::parse(cut); });
    expect_refused_below(4, Reject::mask_argument_short, whole,
                         [](Bytes cut) { return MaskView::parse(cut); });
    expect_refused_below(2, Reject::reserve_argument_short, whole,
                         [](Bytes cut) { return ReserveView::parse(cut); });
    expect_refused_below(512, Reject::identify_short, whole,
                         [](Bytes cut) { return IdentifyView::parse(cut); });
}

/// Cuts behind the fields, where only the list or string can be missing.
template <typename List>
void expect_list_refused_below(std::size_t fields_size, std::size_t needed, Reject reject,
                               const std::vector<std::byte>& whole, List list) {
    for (std::size_t size = fields_size; size <= whole.size(); ++size) {
        const std::vector<std::byte> cut(whole.data(), whole.data() + size);
        const auto result = list(Bytes(cut));
        ASSERT_EQ(result.has_value(), size >= needed) << "at " << size << " bytes";
        if (result) {
            ASSERT_EQ(result->size(), needed - fields_size);
        } else {
            ASSERT_EQ(result.error(), reject) << "at " << size << " bytes";
        }
    }
}

TEST(Property, CutStringsAndListsAreRefusedBelowWhatTheyDeclare) {
    Chance chance;
    for (const std::size_t length : {0U, 1U, 100U, 255U}) {
        auto config = chance.bytes(config_argument_size + length + 20);
        write_config(config, {}, chance.bytes(length));
        expect_list_refused_below(config_argument_size, config_argument_size + length,
                                  Reject::config_string_truncated, config,
                                  [](Bytes cut) { return ConfigView::parse(cut)->string(); });
        auto mask = chance.bytes(mask_size(length) + 20);
        write_mask(mask, {.directive_count = static_cast<std::uint8_t>(length)});
        expect_list_refused_below(mask_argument_size, mask_size(length),
                                  Reject::mask_list_truncated, mask,
                                  [](Bytes cut) { return MaskView::parse(cut)->directives(); });
        auto reserve = chance.bytes(reserve_argument_size + length * mac_size + 20);
        write_reserve(reserve, 0, std::vector<Mac>(length));
        expect_list_refused_below(reserve_argument_size, reserve_argument_size + length * mac_size,
                                  Reject::reserve_list_truncated, reserve,
                                  [](Bytes cut) { return ReserveView::parse(cut)->macs(); });
    }
}

/// Reads all that the views offer, as a program would that trusts them.
void read_everything(const FrameView& frame) {
    const Bytes argument = frame.argument();
    ASSERT_EQ(argument.size(), frame.bytes().size() - header_size);
    if (const auto ata = AtaView::parse(argument)) {
        ASSERT_LT(ata->registers().lba, lba48_limit);
        ASSERT_EQ(ata->data().size(), argument.size() - ata_argument_size);
        if (const auto identify = IdentifyView::parse(ata->data())) {
            ASSERT_LE(identify->serial().view().size(), 20U);
            ASSERT_LE(identify->firmware().view().size(), 8U);
            ASSERT_LE(identify->model().view().size(), 40U);
            ASSERT_LT(identify->sectors(), lba48_limit);
            static_cast<void>(identify->checksum_valid());
        }
    }
    if (const auto config = ConfigView::parse(argument)) {
        if (const auto string = config->string()) {
            ASSERT_EQ(string->size(), config->fields().string_length);
            ASSERT_EQ(to_hex(*string), to_hex(argument.subspan(8, string->size())));
        }
    }
    if (const auto mask = MaskView::parse(argument)) {
        if (const auto list = mask->directives()) {
            for (std::size_t k = 0; k < mask->fields().directive_count; ++k) {
                static_cast<void>(mask_directive_at(*list, k));
            }
        }
    }
    if (const auto reserve = ReserveView::parse(argument)) {
        if (const auto list = reserve->macs()) {
            for (std::size_t k = 0; k < reserve->fields().mac_count; ++k) {
                static_cast<void>(reserve_mac_at(*list, k));
            }
        }
    }
}

TEST(Property, NoBytesDoHarm) {
    Chance chance;
    for (int i = 0; i < 20 * rounds; ++i) {
        auto bytes = chance.bytes(chance.up_to(i % 2 == 0 ? 100 : 1600));
        if (bytes.size() > 13 && i % 8 != 0) {
            bytes[12] = std::byte{0x88};
            bytes[13] = std::byte{0xa2};
        }
        const bool is_aoe = bytes.size() >= header_size && bytes[12] == std::byte{0x88} &&
                            bytes[13] == std::byte{0xa2};
        const auto frame = FrameView::parse(bytes);
        ASSERT_EQ(frame.has_value(), is_aoe);
        if (frame) {
            ASSERT_NO_FATAL_FAILURE(read_everything(*frame));
            // What was read can be written again, whoever sent it.
            std::array<std::byte, header_size> again{};
            const FrameBuilder builder(again, frame->header());
            ASSERT_EQ(to_hex(builder.finish(0)), to_hex(frame->bytes().first(header_size)));
        }
    }
}

}  // namespace
}  // namespace aoe
