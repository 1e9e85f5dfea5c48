// SPDX-License-Identifier: MIT
// Two readings of the protocol against each other: the codec that target and initiator use, and the
// suite's own, which is built on libtins and shares nothing with it. A mistake that both make alike
// is not found here; one that only one of them makes is.
//
// They may differ in this, and in nothing else:
//  - The suite looks behind what else may stand before AoE, an 802.1Q tag or LLC and SNAP. To the
//    codec a frame whose EtherType is not 0x88a2 is none of its own.
//  - The codec refuses strings and lists that are shorter than declared, and strings above 1024
//    bytes, since it serves them. The suite gives what is there, since it shows them.
//  - The suite keeps reserved bytes, to judge them. The codec has no place for them.
#include <string>
#include <vector>

#include "conformance/message.h"
#include "fuzz/harness.h"
#include "fuzz/raw_bytes.h"
#include "fuzz/require.h"
#include "wire/ata.h"
#include "wire/config.h"
#include "wire/frame.h"
#include "wire/mask.h"
#include "wire/reserve.h"

namespace {

using namespace aoe;
using aoe::conformance::Reply;
using aoe::fuzz::require;

constexpr std::size_t longest_frame = 9018;

bool equal(Bytes ours, const conformance::ByteVector& theirs) {
    return aoe::fuzz::equal(ours, std::as_bytes(std::span(theirs)));
}

bool is_aoe(Bytes frame) {
    return frame.size() >= ethernet_header_size && frame[12] == std::byte{0x88} &&
           frame[13] == std::byte{0xa2};
}

void compare_header(const Header& ours, const Reply& theirs) {
    require(ours.destination == theirs.destination, "both read one destination");
    require(ours.source == theirs.source, "both read one source");
    require(ours.version == theirs.aoe.version, "both read one version");
    require(ours.flags == theirs.aoe.flags, "both read the same flags");
    require(((ours.flags & header_flag::response) != 0) == theirs.is_response() &&
                ((ours.flags & header_flag::error) != 0) == theirs.has_error(),
            "both mean the same flags");
    require(ours.error == theirs.aoe.error, "both read one error");
    require(ours.address.shelf == theirs.aoe.shelf, "both read one shelf");
    require(ours.address.slot == theirs.aoe.slot, "both read one slot");
    require(ours.command == theirs.aoe.command, "both read one command");
    require(ours.tag == theirs.aoe.tag, "both read one tag");
}

void compare_ata(Bytes argument, const Reply& theirs) {
    const auto view = AtaView::parse(argument);
    require(view.has_value() == theirs.ata.has_value(), "both see ATA registers");
    if (!view) {
        return require(equal(argument, theirs.data), "both keep a short argument");
    }
    const AtaRegisters ours = view->registers();
    require(ours.flags == theirs.ata->flags, "both read the same ATA flags");
    require(ours.error_feature == theirs.ata->feature, "both read one feature");
    require(ours.sector_count == theirs.ata->sector_count, "both read one sector count");
    require(ours.command_status == theirs.ata->command, "both read one ATA command");
    require(ours.lba == theirs.ata->lba, "both read one block address");
    require(equal(view->data(), theirs.data), "both find the same sectors");
}

void compare_config(Bytes argument, const Reply& theirs) {
    const auto view = ConfigView::parse(argument);
    require(view.has_value() == theirs.config.has_value(), "both see config fields");
    if (!view) {
        return require(equal(argument, theirs.data), "both keep a short argument");
    }
    const ConfigFields ours = view->fields();
    require(ours.buffer_count == theirs.config->buffer_count, "both read one buffer count");
    require(ours.firmware_version == theirs.config->firmware_version, "both read one firmware");
    require(ours.sector_count == theirs.config->sector_count, "both read one sector count");
    require(ours.version == theirs.config->version, "both read one config version");
    require(ours.command == theirs.config->command, "both read one CCmd");
    require(ours.string_length == theirs.config->string_length, "both read one string length");

    const std::string shown = theirs.config_string();
    const auto string = view->string();
    if (string) {
        require(aoe::fuzz::equal(*string, std::as_bytes(std::span(shown))),
                "both read one config string");
    } else {
        require(shown.size() < ours.string_length || shown.size() > config_string_limit,
                "the codec refuses only strings that are cut or too long");
    }
}

void compare_mask(Bytes argument, const Reply& theirs) {
    const auto view = MaskView::parse(argument);
    require(view.has_value() == theirs.mask.has_value(), "both see mask fields");
    if (!view) {
        return require(equal(argument, theirs.data), "both keep a short argument");
    }
    const MaskFields ours = view->fields();
    require(ours.command == theirs.mask->command, "both read one MCmd");
    require(ours.error == theirs.mask->error, "both read one MError");
    require(ours.directive_count == theirs.mask->directive_count, "both read one Dir Count");

    const auto shown = theirs.directives();
    const auto directives = view->directives();
    require(directives.has_value() == (shown.size() == ours.directive_count),
            "the codec refuses only lists that are cut");
    for (std::size_t i = 0; directives && i < shown.size(); ++i) {
        const MaskDirective directive = mask_directive_at(*directives, i);
        require(directive.command == shown[i].command && directive.mac == shown[i].mac,
                "both read the same directives");
    }
}

void compare_reserve(Bytes argument, const Reply& theirs) {
    const auto view = ReserveView::parse(argument);
    require(view.has_value() == theirs.reserve.has_value(), "both see reserve fields");
    if (!view) {
        return require(equal(argument, theirs.data), "both keep a short argument");
    }
    const ReserveFields ours = view->fields();
    require(ours.command == theirs.reserve->command, "both read one RCmd");
    require(ours.mac_count == theirs.reserve->mac_count, "both read one NMacs");

    const auto shown = theirs.macs();
    const auto list = view->macs();
    require(list.has_value() == (shown.size() == ours.mac_count),
            "the codec refuses only lists that are cut");
    for (std::size_t i = 0; list && i < shown.size(); ++i) {
        require(reserve_mac_at(*list, i) == shown[i], "both read the same addresses");
    }
}

/// What the suite dissected it also crafts, to the same bytes: reserved ones and padding included.
void check_crafting(const Reply& reply) {
    conformance::Request request;
    request.destination = reply.destination;
    request.source = reply.source;
    request.shelf = reply.aoe.shelf;
    request.slot = reply.aoe.slot;
    request.tag = reply.aoe.tag;
    request.aoe = reply.aoe;
    request.data = reply.data;
    request.pad_to = 0;
    if (reply.ata) request.argument = *reply.ata;
    if (reply.config) request.argument = *reply.config;
    if (reply.mask) request.argument = *reply.mask;
    if (reply.reserve) request.argument = *reply.reserve;
    require(conformance::craft(request) == reply.bytes, "the suite crafts what it dissected");
}

void compare(Bytes bytes) {
    const auto ours = FrameView::parse(bytes);
    const auto theirs = conformance::dissect(bytes);
    if (!is_aoe(bytes)) {
        return require(!ours.has_value(), "the codec takes no frame of another EtherType");
    }
    require(ours.has_value() == theirs.has_value(), "both take the same frames");
    if (!ours) {
        return;
    }
    require(equal(bytes, theirs->bytes), "the suite keeps the bytes");
    compare_header(ours->header(), *theirs);
    const Bytes argument = ours->argument();
    switch (ours->header().command) {
        case command::ata:
            compare_ata(argument, *theirs);
            break;
        case command::config:
            compare_config(argument, *theirs);
            break;
        case command::mac_mask:
            compare_mask(argument, *theirs);
            break;
        case command::reserve:
            compare_reserve(argument, *theirs);
            break;
        default:
            require(equal(argument, theirs->data), "both keep an unknown argument");
            break;
    }
    check_crafting(*theirs);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size <= longest_frame) {
        compare(std::as_bytes(std::span(data, size)));
    }
    return 0;
}
