// SPDX-License-Identifier: MIT
#include "wire/xdp_program.h"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <system_error>

#include <arpa/inet.h>
#include <linux/bpf.h>
#include <linux/if_link.h>

#include "wire/bpf_program.h"
#include "wire/ethernet.h"

namespace aoe {
namespace {

constexpr std::uint8_t result = BPF_REG_0;
constexpr std::uint8_t context = BPF_REG_1;
constexpr std::uint8_t queue = BPF_REG_2;
constexpr std::uint8_t frame = BPF_REG_3;
constexpr std::uint8_t frame_end = BPF_REG_4;
constexpr std::uint8_t other = BPF_REG_5;

constexpr std::uint16_t vlan_id_mask = 0x0fff;

/// What instructions say of a frame's bytes, in the order that they stand in.
std::int32_t as_loaded(std::uint16_t value) {
    return htons(value);
}

enum Label : BpfAssembler::Label { is_aoe, redirect, pass };

/// Goes on when the frame has as many bytes.
void expect_bytes(BpfAssembler& code, std::size_t count) {
    code.copy(other, frame);
    code.compute(BPF_ADD, other, static_cast<std::int32_t>(count));
    code.jump_by(BPF_JGT, other, frame_end, pass);
}

void find_aoe(BpfAssembler& code) {
    expect_bytes(code, ethernet_header_bytes);
    code.load(BPF_H, result, frame, 12);
    code.jump(BPF_JEQ, result, as_loaded(ethertype_aoe), is_aoe);
    code.jump(BPF_JNE, result, as_loaded(ethertype_vlan), pass);
    expect_bytes(code, ethernet_header_bytes + vlan_tag_bytes);
    code.load(BPF_H, result, frame, 14);
    code.compute(BPF_AND, result, as_loaded(vlan_id_mask));
    code.jump(BPF_JNE, result, 0, pass);
    code.load(BPF_H, result, frame, 16);
    code.jump(BPF_JNE, result, as_loaded(ethertype_aoe), pass);
}

void expect_own_address(BpfAssembler& code, int own_mac) {
    code.load(BPF_B, result, frame, 0);
    code.compute(BPF_AND, result, 1);
    code.jump(BPF_JNE, result, 0, redirect);  // A group's address.
    code.load_map(other, BPF_PSEUDO_MAP_VALUE, own_mac);
    const auto compare = [&](int size, std::size_t offset) {
        code.load(size, result, frame, offset);
        code.load(size, frame_end, other, offset);
        code.jump_by(BPF_JNE, result, frame_end, pass);
    };
    compare(BPF_H, 4);
    compare(BPF_W, 0);
}

BpfAssembler assemble(int sockets, int own_mac) {
    BpfAssembler code;
    code.load(BPF_W, queue, context, offsetof(xdp_md, rx_queue_index));
    code.load(BPF_W, frame, context, offsetof(xdp_md, data));
    code.load(BPF_W, frame_end, context, offsetof(xdp_md, data_end));
    find_aoe(code);
    code.here(is_aoe);
    expect_own_address(code, own_mac);
    code.here(redirect);
    code.load_map(BPF_REG_1, BPF_PSEUDO_MAP_FD, sockets);
    code.set(BPF_REG_3, XDP_PASS);  // What becomes of a frame whose queue has no socket.
    code.call(BPF_FUNC_redirect_map);
    code.exit();
    code.here(pass);
    code.set(result, XDP_PASS);
    code.exit();
    return code;
}

Descriptor make_map(bpf_map_type type, std::uint32_t value_bytes) {
    bpf_attr attributes = no_attributes();
    attributes.map_type = type;
    attributes.key_size = sizeof(std::uint32_t);
    attributes.value_size = value_bytes;
    attributes.max_entries = 1;
    return Descriptor(bpf(BPF_MAP_CREATE, attributes));
}

/// Whether the one value is now this.
bool set_value(int map, const void* value) {
    const std::uint32_t key = 0;
    bpf_attr attributes = no_attributes();
    attributes.map_fd = static_cast<std::uint32_t>(map);
    attributes.key = bpf_address(&key);
    attributes.value = bpf_address(value);
    return bpf(BPF_MAP_UPDATE_ELEM, attributes) == 0;
}

}  // namespace

XdpProgram::XdpProgram(const std::string& name, const InterfaceState& interface)
    : sockets_(make_map(BPF_MAP_TYPE_XSKMAP, sizeof(int))),
      own_mac_(sockets_ ? make_map(BPF_MAP_TYPE_ARRAY, sizeof(Mac)) : Descriptor()) {
    if (!sockets_ || !own_mac_) refuse_bpf_program(name, "making maps of an XDP program");
    set_mac(interface.mac);
    program_ = load_bpf_program(BPF_PROG_TYPE_XDP, "aoe_frames",
                                assemble(sockets_.get(), own_mac_.get()).finish());
    if (!program_) refuse_bpf_program(name, "loading an XDP program");
    // Not in the driver: see xdp_program.h.
    attachment_ = attach_bpf_program(program_.get(), interface.index, BPF_XDP, XDP_FLAGS_SKB_MODE);
    if (attachment_) return;
    if (errno != EBUSY && errno != EEXIST) refuse_bpf_program(name, "attaching an XDP program");
    throw std::system_error(std::make_error_code(std::errc::device_or_resource_busy),
                            "\"" + name +
                                "\" has an XDP program already, and room for one: `ip link show " +
                                name + "` tells which");
}

void XdpProgram::redirect_to(int socket) {
    if (!set_value(sockets_.get(), &socket)) throw_errno("entering an AF_XDP socket");
}

void XdpProgram::set_mac(const Mac& mac) noexcept {
    set_value(own_mac_.get(), mac.data());
}

}  // namespace aoe
