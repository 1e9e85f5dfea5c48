// SPDX-License-Identifier: MIT
#include "conformance/message.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include <tins/ethernetII.h>
#include <tins/exceptions.h>
#include <tins/hw_address.h>
#include <tins/rawpdu.h>

namespace aoe::conformance {

namespace {

Tins::HWAddress<6> hw_address(const Mac& mac) {
    std::array<std::uint8_t, 6> bytes{};
    std::memcpy(bytes.data(), mac.data(), bytes.size());
    return Tins::HWAddress<6>(bytes.data());
}

Mac to_mac(const Tins::HWAddress<6>& address) {
    Mac mac;
    std::memcpy(mac.data(), address.begin(), mac.size());
    return mac;
}

Mac mac_at(const ByteVector& bytes, std::size_t offset) {
    Mac mac;
    std::memcpy(mac.data(), bytes.data() + offset, mac.size());
    return mac;
}

void append(ByteVector& bytes, const Mac& mac) {
    for (const std::byte byte : mac) bytes.push_back(std::to_integer<std::uint8_t>(byte));
}

void stack(Tins::PDU& below, const Tins::PDU& argument, const ByteVector& data) {
    below.inner_pdu(argument);
    if (!data.empty()) {
        below.inner_pdu()->inner_pdu(
            Tins::RawPDU(data.data(), static_cast<std::uint32_t>(data.size())));
    }
}

// How long the frame is before libtins pads it to 60 bytes.
std::size_t unpadded_size(const Request& request) {
    const std::size_t fixed = std::visit(
        [](const auto& fields) -> std::size_t {
            if constexpr (requires { fields.size; }) return fields.size;
            return 0;
        },
        request.argument);
    return 14 + AoeFields::size + fixed + request.data.size();
}

}  // namespace

Request config_request(std::uint8_t ccmd, std::string_view string) {
    Request request;
    request.aoe.command = 1;
    request.argument =
        ConfigFields{.command = ccmd, .string_length = static_cast<std::uint16_t>(string.size())};
    request.data.assign(string.begin(), string.end());
    return request;
}

Request ata_request(std::uint8_t opcode, std::uint64_t lba, std::uint8_t count) {
    Request request;
    request.argument = AtaFields{.sector_count = count, .command = opcode, .lba = lba};
    return request;
}

Request read_request(std::uint64_t lba, std::uint8_t count, bool extended) {
    if (!extended) return ata_request(opcode::read, lba | 0xe0000000U, count);
    Request request = ata_request(opcode::read_ext, lba, count);
    request.ata().flags = 0x40;
    return request;
}

Request write_request(std::uint64_t lba, const ByteVector& sectors, bool extended) {
    const auto count = static_cast<std::uint8_t>(sectors.size() / 512);
    Request request = extended ? ata_request(opcode::write_ext, lba, count)
                               : ata_request(opcode::write, lba | 0xe0000000U, count);
    request.ata().flags = extended ? 0x41 : 0x01;
    request.data = sectors;
    return request;
}

Request identify_request() {
    return ata_request(opcode::identify, 0xa0000000U, 1);
}

Request mask_request(std::uint8_t mcmd, const std::vector<Directive>& directives) {
    Request request;
    request.aoe.command = 2;
    request.argument = MaskFields{.command = mcmd,
                                  .directive_count = static_cast<std::uint8_t>(directives.size())};
    for (const Directive& directive : directives) {
        request.data.push_back(0);
        request.data.push_back(directive.command);
        append(request.data, directive.mac);
    }
    return request;
}

Request reserve_request(std::uint8_t rcmd, const std::vector<Mac>& macs) {
    Request request;
    request.aoe.command = 3;
    request.argument =
        ReserveFields{.command = rcmd, .mac_count = static_cast<std::uint8_t>(macs.size())};
    for (const Mac& mac : macs) append(request.data, mac);
    return request;
}

ByteVector craft(const Request& request) {
    assert(request.destination && request.source && request.tag);
    register_aoe_pdu();
    AoeFields header = request.aoe;
    header.shelf = request.shelf.value_or(header.shelf);
    header.slot = request.slot.value_or(header.slot);
    header.tag = *request.tag;

    AoePdu aoe(header);
    std::visit(
        [&](const auto& fields) {
            using Fields = std::decay_t<decltype(fields)>;
            if constexpr (std::is_same_v<Fields, AtaFields>) {
                stack(aoe, AtaPdu(fields), request.data);
            } else if constexpr (std::is_same_v<Fields, ConfigFields>) {
                stack(aoe, ConfigPdu(fields), request.data);
            } else if constexpr (std::is_same_v<Fields, MaskFields>) {
                stack(aoe, MaskPdu(fields), request.data);
            } else if constexpr (std::is_same_v<Fields, ReserveFields>) {
                stack(aoe, ReservePdu(fields), request.data);
            } else if (!request.data.empty()) {
                aoe.inner_pdu(Tins::RawPDU(request.data.data(),
                                           static_cast<std::uint32_t>(request.data.size())));
            }
        },
        request.argument);

    Tins::EthernetII frame(hw_address(*request.destination), hw_address(*request.source));
    frame.inner_pdu(aoe);
    ByteVector bytes = frame.serialize();
    // libtins derives the type from the PDU and pads to 60; both are ours to choose.
    bytes[12] = static_cast<std::uint8_t>(request.ether_type >> 8);
    bytes[13] = static_cast<std::uint8_t>(request.ether_type);
    bytes.resize(std::max(unpadded_size(request), request.pad_to));
    if (request.cut) bytes.resize(std::min(bytes.size(), *request.cut));
    if (request.vlan_tag && bytes.size() >= 12) {
        const auto tag = *request.vlan_tag;
        bytes.insert(bytes.begin() + 12, {0x81, 0x00, static_cast<std::uint8_t>(tag >> 8),
                                          static_cast<std::uint8_t>(tag)});
    }
    return bytes;
}

std::string Reply::config_string() const {
    if (!config) return {};
    const std::size_t length = std::min<std::size_t>(config->string_length, data.size());
    return {data.begin(), data.begin() + static_cast<std::ptrdiff_t>(length)};
}

std::vector<Directive> Reply::directives() const {
    std::vector<Directive> list;
    if (!mask) return list;
    for (std::size_t i = 0; i < mask->directive_count && (i + 1) * 8 <= data.size(); ++i) {
        list.push_back({.command = data[i * 8 + 1], .mac = mac_at(data, i * 8 + 2)});
    }
    return list;
}

std::vector<Mac> Reply::macs() const {
    std::vector<Mac> list;
    if (!reserve) return list;
    for (std::size_t i = 0; i < reserve->mac_count && (i + 1) * 6 <= data.size(); ++i) {
        list.push_back(mac_at(data, i * 6));
    }
    return list;
}

std::uint16_t Reply::word(std::size_t index) const {
    if (index * 2 + 1 >= data.size()) return 0;
    return static_cast<std::uint16_t>(data[index * 2] | (data[index * 2 + 1] << 8));
}

std::optional<Reply> dissect(Bytes frame) {
    if (frame.empty()) return std::nullopt;
    register_aoe_pdu();
    Reply reply;
    reply.bytes.resize(frame.size());
    std::memcpy(reply.bytes.data(), frame.data(), frame.size());
    try {
        const Tins::EthernetII ethernet(reply.bytes.data(),
                                        static_cast<std::uint32_t>(reply.bytes.size()));
        const auto* aoe = ethernet.find_pdu<AoePdu>();
        if (aoe == nullptr) return std::nullopt;
        reply.destination = to_mac(ethernet.dst_addr());
        reply.source = to_mac(ethernet.src_addr());
        reply.aoe = aoe->fields;
        if (const auto* ata = aoe->find_pdu<AtaPdu>()) reply.ata = ata->fields;
        if (const auto* config = aoe->find_pdu<ConfigPdu>()) reply.config = config->fields;
        if (const auto* mask = aoe->find_pdu<MaskPdu>()) reply.mask = mask->fields;
        if (const auto* reserve = aoe->find_pdu<ReservePdu>()) reply.reserve = reserve->fields;
        if (const auto* raw = aoe->find_pdu<Tins::RawPDU>()) reply.data = raw->payload();
    } catch (const Tins::malformed_packet&) {
        return std::nullopt;
    }
    return reply;
}

}  // namespace aoe::conformance
