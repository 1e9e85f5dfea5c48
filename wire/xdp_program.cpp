// SPDX-License-Identifier: MIT
#include "wire/xdp_program.h"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <system_error>
#include <unistd.h>
#include <vector>

#include <arpa/inet.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <sys/syscall.h>

#include "wire/ethernet.h"
#include "wire/packet_socket.h"

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

std::uint64_t address_of(const void* data) {
    return reinterpret_cast<std::uintptr_t>(data);
}

bpf_attr nothing_set() {
    bpf_attr attributes;
    std::memset(&attributes, 0, sizeof attributes);  // The kernel wants zeros in all of it.
    return attributes;
}

int bpf(bpf_cmd command, bpf_attr& attributes) {
    return static_cast<int>(syscall(SYS_bpf, command, &attributes, sizeof attributes));
}

/// The instructions, and where they jump to.
class Assembler {
public:
    enum Label : std::uint8_t { is_aoe, redirect, pass, labels };

    void load(int size, std::uint8_t into, std::uint8_t from, std::size_t offset) {
        emit(BPF_LDX | BPF_MEM | size, into, from, static_cast<std::int16_t>(offset), 0);
    }
    void copy(std::uint8_t into, std::uint8_t from) {
        emit(BPF_ALU64 | BPF_MOV | BPF_X, into, from, 0, 0);
    }
    void set(std::uint8_t into, std::int32_t value) {
        emit(BPF_ALU64 | BPF_MOV | BPF_K, into, 0, 0, value);
    }
    void compute(int operation, std::uint8_t into, std::int32_t value) {
        emit(BPF_ALU64 | BPF_K | operation, into, 0, 0, value);
    }
    /// The map itself, or with BPF_PSEUDO_MAP_VALUE the address of its one value.
    void load_map(std::uint8_t into, std::uint8_t what, int map) {
        emit(BPF_LD | BPF_DW | BPF_IMM, into, what, 0, map);
        emit(0, 0, 0, 0, 0);
    }
    void jump(int condition, std::uint8_t left, std::int32_t right, Label to) {
        jumps_.push_back({code_.size(), to});
        emit(BPF_JMP | BPF_K | condition, left, 0, 0, right);
    }
    void jump_by(int condition, std::uint8_t left, std::uint8_t right, Label to) {
        jumps_.push_back({code_.size(), to});
        emit(BPF_JMP | BPF_X | condition, left, right, 0, 0);
    }
    void call(std::int32_t function) { emit(BPF_JMP | BPF_CALL, 0, 0, 0, function); }
    void exit() { emit(BPF_JMP | BPF_EXIT, 0, 0, 0, 0); }
    void here(Label label) { places_[label] = code_.size(); }

    std::span<const bpf_insn> finish() {
        for (const Jump& each : jumps_) {
            code_[each.at].off = static_cast<std::int16_t>(places_[each.to] - each.at - 1);
        }
        return code_;
    }

private:
    struct Jump {
        std::size_t at;
        Label to;
    };
    void emit(int code, std::uint8_t into, std::uint8_t from, std::int16_t offset,
              std::int32_t value) {
        bpf_insn instruction{};
        instruction.code = static_cast<std::uint8_t>(code);
        instruction.dst_reg = into & 0xf;
        instruction.src_reg = from & 0xf;
        instruction.off = offset;
        instruction.imm = value;
        code_.push_back(instruction);
    }

    std::vector<bpf_insn> code_;
    std::vector<Jump> jumps_;
    std::size_t places_[labels] = {};
};

/// Goes on when the frame has as many bytes.
void expect_bytes(Assembler& code, std::size_t count) {
    code.copy(other, frame);
    code.compute(BPF_ADD, other, static_cast<std::int32_t>(count));
    code.jump_by(BPF_JGT, other, frame_end, Assembler::pass);
}

void find_aoe(Assembler& code) {
    expect_bytes(code, ethernet_header_bytes);
    code.load(BPF_H, result, frame, 12);
    code.jump(BPF_JEQ, result, as_loaded(ethertype_aoe), Assembler::is_aoe);
    code.jump(BPF_JNE, result, as_loaded(ethertype_vlan), Assembler::pass);
    expect_bytes(code, ethernet_header_bytes + vlan_tag_bytes);
    code.load(BPF_H, result, frame, 14);
    code.compute(BPF_AND, result, as_loaded(vlan_id_mask));
    code.jump(BPF_JNE, result, 0, Assembler::pass);
    code.load(BPF_H, result, frame, 16);
    code.jump(BPF_JNE, result, as_loaded(ethertype_aoe), Assembler::pass);
}

void expect_own_address(Assembler& code, int own_mac) {
    code.load(BPF_B, result, frame, 0);
    code.compute(BPF_AND, result, 1);
    code.jump(BPF_JNE, result, 0, Assembler::redirect);  // A group's address.
    code.load_map(other, BPF_PSEUDO_MAP_VALUE, own_mac);
    const auto compare = [&](int size, std::size_t offset) {
        code.load(size, result, frame, offset);
        code.load(size, frame_end, other, offset);
        code.jump_by(BPF_JNE, result, frame_end, Assembler::pass);
    };
    compare(BPF_H, 4);
    compare(BPF_W, 0);
}

Assembler assemble(int sockets, int own_mac) {
    Assembler code;
    code.load(BPF_W, queue, context, offsetof(xdp_md, rx_queue_index));
    code.load(BPF_W, frame, context, offsetof(xdp_md, data));
    code.load(BPF_W, frame_end, context, offsetof(xdp_md, data_end));
    find_aoe(code);
    code.here(Assembler::is_aoe);
    expect_own_address(code, own_mac);
    code.here(Assembler::redirect);
    code.load_map(BPF_REG_1, BPF_PSEUDO_MAP_FD, sockets);
    code.set(BPF_REG_3, XDP_PASS);  // What becomes of a frame whose queue has no socket.
    code.call(BPF_FUNC_redirect_map);
    code.exit();
    code.here(Assembler::pass);
    code.set(result, XDP_PASS);
    code.exit();
    return code;
}

Descriptor make_map(bpf_map_type type, std::uint32_t value_bytes) {
    bpf_attr attributes = nothing_set();
    attributes.map_type = type;
    attributes.key_size = sizeof(std::uint32_t);
    attributes.value_size = value_bytes;
    attributes.max_entries = 1;
    return Descriptor(bpf(BPF_MAP_CREATE, attributes));
}

/// Whether the one value is now this.
bool set_value(int map, const void* value) {
    const std::uint32_t key = 0;
    bpf_attr attributes = nothing_set();
    attributes.map_fd = static_cast<std::uint32_t>(map);
    attributes.key = address_of(&key);
    attributes.value = address_of(value);
    return bpf(BPF_MAP_UPDATE_ELEM, attributes) == 0;
}

Descriptor load_program(std::span<const bpf_insn> code) {
    bpf_attr attributes = nothing_set();
    attributes.prog_type = BPF_PROG_TYPE_XDP;
    attributes.expected_attach_type = BPF_XDP;
    attributes.insns = address_of(code.data());
    attributes.insn_cnt = static_cast<std::uint32_t>(code.size());
    attributes.license = address_of("MIT");
    std::memcpy(attributes.prog_name, "aoe_frames", sizeof "aoe_frames");
    return Descriptor(bpf(BPF_PROG_LOAD, attributes));
}

/// As a link of the kernel's: whoever holds its descriptor holds the program in its place. Not in
/// the driver: see xdp_program.h.
Descriptor attach(int program, int interface_index) {
    bpf_attr attributes = nothing_set();
    attributes.link_create.prog_fd = static_cast<std::uint32_t>(program);
    attributes.link_create.target_ifindex = static_cast<std::uint32_t>(interface_index);
    attributes.link_create.attach_type = BPF_XDP;
    attributes.link_create.flags = XDP_FLAGS_SKB_MODE;
    return Descriptor(bpf(BPF_LINK_CREATE, attributes));
}

[[noreturn]] void refuse(const std::string& name, const char* what) {
    const std::error_code error(errno, std::system_category());
    if (error == std::errc::operation_not_permitted) refuse_without_xdp_rights(name, error);
    throw std::system_error(error, std::string(what) + " for \"" + name + "\"");
}

}  // namespace

XdpProgram::XdpProgram(const std::string& name, const InterfaceState& interface)
    : sockets_(make_map(BPF_MAP_TYPE_XSKMAP, sizeof(int))),
      own_mac_(sockets_ ? make_map(BPF_MAP_TYPE_ARRAY, sizeof(Mac)) : Descriptor()) {
    if (!sockets_ || !own_mac_) refuse(name, "making maps of an XDP program");
    set_mac(interface.mac);
    program_ = load_program(assemble(sockets_.get(), own_mac_.get()).finish());
    if (!program_) refuse(name, "loading an XDP program");
    attachment_ = attach(program_.get(), interface.index);
    if (attachment_) return;
    if (errno != EBUSY && errno != EEXIST) refuse(name, "attaching an XDP program");
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
