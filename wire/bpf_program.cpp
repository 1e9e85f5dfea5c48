// SPDX-License-Identifier: MIT
#include "wire/bpf_program.h"

#include <cassert>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <unistd.h>

#include <sys/syscall.h>

#include "wire/packet_socket.h"

namespace aoe {

void BpfAssembler::jump(int condition, std::uint8_t left, std::int32_t right, Label to) {
    jumps_.push_back({code_.size(), to});
    emit(BPF_JMP | BPF_K | condition, left, 0, 0, right);
}

void BpfAssembler::jump_by(int condition, std::uint8_t left, std::uint8_t right, Label to) {
    jumps_.push_back({code_.size(), to});
    emit(BPF_JMP | BPF_X | condition, left, right, 0, 0);
}

std::span<const bpf_insn> BpfAssembler::finish() {
    for (const Jump& each : jumps_) {
        code_[each.at].off = static_cast<std::int16_t>(places_[each.to] - each.at - 1);
    }
    return code_;
}

void BpfAssembler::emit(int code, std::uint8_t into, std::uint8_t from, std::int16_t offset,
                        std::int32_t value) {
    bpf_insn instruction{};
    instruction.code = static_cast<std::uint8_t>(code);
    instruction.dst_reg = into & 0xf;
    instruction.src_reg = from & 0xf;
    instruction.off = offset;
    instruction.imm = value;
    code_.push_back(instruction);
}

bpf_attr no_attributes() {
    bpf_attr attributes;
    std::memset(&attributes, 0, sizeof attributes);  // The kernel wants zeros in all of it.
    return attributes;
}

int bpf(bpf_cmd command, bpf_attr& attributes) {
    return static_cast<int>(syscall(SYS_bpf, command, &attributes, sizeof attributes));
}

Descriptor load_bpf_program(bpf_prog_type type, const std::string& name,
                            std::span<const bpf_insn> code) {
    bpf_attr attributes = no_attributes();
    assert(name.size() < sizeof attributes.prog_name);
    attributes.prog_type = type;
    if (type == BPF_PROG_TYPE_XDP) attributes.expected_attach_type = BPF_XDP;
    attributes.insns = bpf_address(code.data());
    attributes.insn_cnt = static_cast<std::uint32_t>(code.size());
    attributes.license = bpf_address("MIT");
    std::memcpy(attributes.prog_name, name.data(), name.size());
    return Descriptor(bpf(BPF_PROG_LOAD, attributes));
}

Descriptor attach_bpf_program(int program, int interface_index, std::uint32_t attach_type,
                              std::uint32_t flags) {
    bpf_attr attributes = no_attributes();
    attributes.link_create.prog_fd = static_cast<std::uint32_t>(program);
    attributes.link_create.target_ifindex = static_cast<std::uint32_t>(interface_index);
    attributes.link_create.attach_type = attach_type;
    attributes.link_create.flags = flags;
    return Descriptor(bpf(BPF_LINK_CREATE, attributes));
}

void refuse_bpf_program(const std::string& interface, const char* what) {
    const std::error_code error(errno, std::system_category());
    if (error == std::errc::operation_not_permitted) refuse_without_xdp_rights(interface, error);
    throw std::system_error(error, std::string(what) + " for \"" + interface + "\"");
}

}  // namespace aoe
