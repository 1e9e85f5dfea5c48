// SPDX-License-Identifier: MIT
#include "fuzz/argument_checks.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/raw_bytes.h"
#include "fuzz/require.h"
#include "wire/ata.h"
#include "wire/config.h"
#include "wire/frame.h"
#include "wire/identify.h"
#include "wire/mask.h"
#include "wire/reserve.h"

namespace aoe::fuzz {
namespace {

using Storage = std::vector<std::byte>;

void say(Reject reject) {
    require(!sentence(reject).empty(), "a refusal has a sentence");
}

/// `bytes` with the one at `index` zero: a reserved field is written as zero (AOE-HDR-03).
Storage cleared(Bytes bytes, std::size_t index, std::size_t count) {
    Storage canonical(bytes.size());
    copy(bytes, canonical);
    std::fill_n(canonical.begin() + static_cast<std::ptrdiff_t>(index), count, std::byte{});
    return canonical;
}

/// What a string becomes when it is written: printable.
std::string printable(std::string_view text) {
    std::string written(text);
    std::ranges::replace_if(
        written, [](char c) { return c < ' ' || c > '~'; }, '?');
    return written;
}

void check_identify(Bytes data) {
    const auto given = IdentifyView::parse(data);
    if (!given) {
        say(given.error());
        require(data.size() < identify_size && given.error() == Reject::identify_short,
                "IDENTIFY data is refused only for its size");
        return;
    }
    const auto serial = given->serial();
    const auto firmware = given->firmware();
    const auto model = given->model();
    const std::uint64_t sectors = given->sectors48();
    require(given->sectors() == (given->supports_lba48() ? sectors : given->sectors28()),
            "the size is that of the widest addressing supported");
    static_cast<void>(given->checksum_valid());

    Storage storage(identify_size, std::byte{0xee});
    write_identify(std::span(storage).first<identify_size>(), {.serial = serial.view(),
                                                               .firmware = firmware.view(),
                                                               .model = model.view(),
                                                               .sectors = sectors});
    const auto again = IdentifyView::parse(storage);
    require(again && again->serial().view() == printable(serial.view()) &&
                again->firmware().view() == printable(firmware.view()) &&
                again->model().view() == printable(model.view()) && again->sectors() == sectors,
            "IDENTIFY data says what was written into it");
    require(again->checksum_valid(), "our IDENTIFY data has a right checksum");
}

void check_ata(Bytes argument) {
    const auto view = AtaView::parse(argument);
    if (!view) {
        say(view.error());
        require(argument.size() < ata_argument_size && view.error() == Reject::ata_argument_short,
                "an ATA argument is refused only for its size");
        return;
    }
    const AtaRegisters registers = view->registers();
    const AtaAddressing means = addressing(registers.command_status);
    require(!means.extended || means.transfer != AtaTransfer::none,
            "only a transfer has 48-bit addresses");
    require(lba28(registers) < lba28_limit, "28-bit addresses have 28 bits");

    Storage storage(argument.size(), std::byte{0xee});
    const MutableBytes data = write_ata(storage, registers);
    require(data.size() == view->data().size(), "data begins where the registers end");
    copy(view->data(), data);
    require(equal(storage, cleared(argument, 10, 2)), "an ATA argument is written as it was read");
    require(AtaView::parse(storage)->registers() == registers, "registers are read as written");
    check_identify(view->data());
}

void check_config(Bytes argument) {
    const auto view = ConfigView::parse(argument);
    if (!view) {
        say(view.error());
        require(
            argument.size() < config_argument_size && view.error() == Reject::config_argument_short,
            "a config argument is refused only for its size");
        return;
    }
    const ConfigFields fields = view->fields();
    const auto string = view->string();
    const std::size_t present = argument.size() - config_argument_size;
    if (!string) {
        say(string.error());
        require(string.error() == Reject::config_string_too_long
                    ? fields.string_length > config_string_limit
                    : string.error() == Reject::config_string_truncated &&
                          fields.string_length <= config_string_limit &&
                          fields.string_length > present,
                "a config string is refused for its length alone");
        return;
    }
    Storage storage(config_argument_size + string->size(), std::byte{0xee});
    require(write_config(storage, fields, *string) == storage.size(), "the size is the argument's");
    require(equal(storage, argument.first(storage.size())), "a config is written as it was read");
    require(ConfigView::parse(storage)->fields() == fields, "config fields are read as written");
}

void check_mask(Bytes argument) {
    const auto view = MaskView::parse(argument);
    if (!view) {
        say(view.error());
        require(argument.size() < mask_argument_size && view.error() == Reject::mask_argument_short,
                "a mask argument is refused only for its size");
        return;
    }
    const MaskFields fields = view->fields();
    const auto directives = view->directives();
    if (!directives) {
        say(directives.error());
        require(directives.error() == Reject::mask_list_truncated &&
                    mask_size(fields.directive_count) > argument.size(),
                "directives are refused only when they are not there");
        return;
    }
    Storage storage(mask_size(fields.directive_count), std::byte{0xee});
    Storage canonical = cleared(argument.first(storage.size()), 0, 1);
    write_mask(storage, fields);
    for (std::size_t i = 0; i < fields.directive_count; ++i) {
        const MaskDirective directive = mask_directive_at(*directives, i);
        write_mask_directive(storage, i, directive);
        canonical[mask_size(i)] = std::byte{};
        require(mask_directive_at(*MaskView::parse(storage)->directives(), i) == directive,
                "a directive is read as written");
    }
    require(storage == canonical, "a mask list is written as it was read");
    require(MaskView::parse(storage)->fields() == fields, "mask fields are read as written");
}

void check_reserve(Bytes argument) {
    const auto view = ReserveView::parse(argument);
    if (!view) {
        say(view.error());
        require(argument.size() < reserve_argument_size &&
                    view.error() == Reject::reserve_argument_short,
                "a reserve argument is refused only for its size");
        return;
    }
    const ReserveFields fields = view->fields();
    const auto list = view->macs();
    if (!list) {
        say(list.error());
        require(list.error() == Reject::reserve_list_truncated &&
                    reserve_argument_size + fields.mac_count * mac_size > argument.size(),
                "addresses are refused only when they are not there");
        return;
    }
    std::vector<Mac> macs;
    for (std::size_t i = 0; i < fields.mac_count; ++i) {
        macs.push_back(reserve_mac_at(*list, i));
    }
    Storage storage(reserve_argument_size + list->size(), std::byte{0xee});
    require(write_reserve(storage, fields.command, macs) == storage.size(),
            "the size is the argument's");
    require(equal(storage, argument.first(storage.size())),
            "a reserve list is written as it was read");
    require(ReserveView::parse(storage)->fields() == fields, "reserve fields are read as written");
}

}  // namespace

void check_argument(std::uint8_t command, Bytes argument) {
    switch (command) {
        case command::ata:
            return check_ata(argument);
        case command::config:
            return check_config(argument);
        case command::mac_mask:
            return check_mask(argument);
        case command::reserve:
            return check_reserve(argument);
        default:
            return;
    }
}

}  // namespace aoe::fuzz
