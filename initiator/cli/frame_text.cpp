// SPDX-License-Identifier: MIT
#include "initiator/cli/frame_text.h"

#include <fmt/format.h>

#include "initiator/cli/text.h"
#include "initiator/error.h"
#include "wire/address.h"
#include "wire/ata.h"
#include "wire/config.h"
#include "wire/frame.h"
#include "wire/mask.h"
#include "wire/reserve.h"

namespace aoe::initiator {
namespace {

std::string_view text_view(Bytes bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string command_name(std::uint8_t number) {
    switch (number) {
        case command::ata:
            return "ATA";
        case command::config:
            return "config";
        case command::mac_mask:
            return "mask";
        case command::reserve:
            return "reserve";
        default:
            return number >= command::vendor_first ? "vendor" : "unassigned";
    }
}

std::string byte_text(unsigned value) {
    return fmt::format("0x{:02x}", value);
}

void add_ata(Json& json, Bytes argument, bool response) {
    const auto view = AtaView::parse(argument);
    if (!view) {
        json["problem"] = sentence(view.error());
        return;
    }
    const AtaRegisters registers = view->registers();
    json["ata_flags"] = byte_text(registers.flags);
    json[response ? "ata_error" : "feature"] = byte_text(registers.error_feature);
    json["sector_count"] = registers.sector_count;
    json[response ? "status" : "ata_command"] = byte_text(registers.command_status);
    json["lba"] = registers.lba;
    json["data_bytes"] = view->data().size();
    if (response && (registers.command_status & ata_status::not_success) != 0) {
        json["meaning"] = ata_error(registers.command_status, registers.error_feature).message();
    }
}

void add_config(Json& json, Bytes argument) {
    const auto view = ConfigView::parse(argument);
    if (!view) {
        json["problem"] = sentence(view.error());
        return;
    }
    const ConfigFields fields = view->fields();
    json["buffer_count"] = fields.buffer_count;
    json["firmware_version"] = fields.firmware_version;
    json["sector_count"] = fields.sector_count;
    json["aoe_version"] = fields.version;
    json["config_command"] = fields.command;
    json["string_length"] = fields.string_length;
    if (const auto string = view->string()) {
        json["config_string"] = escape(text_view(*string));
    } else {
        json["problem"] = sentence(string.error());
    }
}

void add_mask(Json& json, Bytes argument) {
    const auto view = MaskView::parse(argument);
    if (!view) {
        json["problem"] = sentence(view.error());
        return;
    }
    const MaskFields fields = view->fields();
    json["mask_command"] = fields.command;
    json["mask_error"] = fields.error;
    json["directive_count"] = fields.directive_count;
    if (fields.error != 0) json["meaning"] = mask_error(fields.error).message();
    const auto directives = view->directives();
    if (!directives) {
        if (fields.error == 0) json["problem"] = sentence(directives.error());
        return;
    }
    json["directives"] = Json::array();
    for (std::size_t i = 0; i < fields.directive_count; ++i) {
        const MaskDirective directive = mask_directive_at(*directives, i);
        json["directives"].push_back(
            fmt::format("{} {}", directive.command, to_string(directive.mac)));
    }
}

void add_reserve(Json& json, Bytes argument) {
    const auto view = ReserveView::parse(argument);
    if (!view) {
        json["problem"] = sentence(view.error());
        return;
    }
    const ReserveFields fields = view->fields();
    json["reserve_command"] = fields.command;
    json["mac_count"] = fields.mac_count;
    const auto macs = view->macs();
    if (!macs) {
        json["problem"] = sentence(macs.error());
        return;
    }
    json["macs"] = Json::array();
    for (std::size_t i = 0; i < fields.mac_count; ++i) {
        json["macs"].push_back(to_string(reserve_mac_at(*macs, i)));
    }
}

void add_argument(Json& json, const Header& header, Bytes argument) {
    const bool response = (header.flags & header_flag::response) != 0;
    if (header.command == command::ata) add_ata(json, argument, response);
    if (header.command == command::config) add_config(json, argument);
    if (header.command == command::mac_mask) add_mask(json, argument);
    if (header.command == command::reserve) add_reserve(json, argument);
}

std::string value_text(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (!value.is_array()) return value.dump();
    std::string text;
    for (const Json& each : value) text += (text.empty() ? "" : ", ") + each.get<std::string>();
    return text;
}

std::string hex_dump(Bytes bytes) {
    std::string text;
    for (std::size_t at = 0; at < bytes.size(); at += 16) {
        const std::string_view line =
            text_view(bytes.subspan(at, std::min<std::size_t>(16, bytes.size() - at)));
        text += fmt::format("  {:04x}  {:<32}  ", at, hexadecimal(line));
        for (const char c : line) text += c >= 0x20 && c < 0x7f ? c : '.';
        text += '\n';
    }
    return text;
}

}  // namespace

Json frame_json(Bytes frame) {
    Json json;
    const auto view = FrameView::parse(frame);
    if (!view) {
        json["problem"] = sentence(view.error());
    } else {
        const Header header = view->header();
        json["destination"] = to_string(header.destination);
        json["source"] = to_string(header.source);
        json["version"] = header.version;
        json["response"] = (header.flags & header_flag::response) != 0;
        json["flags"] = byte_text(header.flags);
        json["error"] = header.error;
        if ((header.flags & header_flag::error) != 0) {
            json["error_meaning"] = aoe_error(header.error).message();
        }
        json["target"] = target_name(header.address.shelf, header.address.slot);
        json["command"] = fmt::format("{} ({})", header.command, command_name(header.command));
        json["tag"] = fmt::format("0x{:08x}", header.tag);
        add_argument(json, header, view->argument());
    }
    json["size"] = frame.size();
    json["bytes"] = hexadecimal(text_view(frame));
    return json;
}

std::string frame_text(Bytes frame) {
    std::string text;
    const Json json = frame_json(frame);
    for (const auto& [name, value] : json.items()) {
        if (name != "bytes") text += fmt::format("  {:<17} {}\n", name, value_text(value));
    }
    return text + hex_dump(frame);
}

}  // namespace aoe::initiator
