// SPDX-License-Identifier: MIT
#include "bench/kernel_echo.h"

#include <cstddef>
#include <cstdint>

#include <arpa/inet.h>
#include <linux/bpf.h>
#include <linux/if_packet.h>

#include "wire/ata.h"
#include "wire/bpf_program.h"
#include "wire/ethernet.h"
#include "wire/frame.h"
#include "wire/sizes.h"

namespace aoe::bench {
namespace {

// Names that are newer than the oldest headers that this is built with.
constexpr std::uint32_t tcx_ingress = 46;
constexpr std::int32_t tcx_next = -1;  // As if this program were not there.

constexpr std::uint8_t result = BPF_REG_0;
constexpr std::uint8_t frame = BPF_REG_3;
constexpr std::uint8_t frame_end = BPF_REG_4;
constexpr std::uint8_t other = BPF_REG_5;
constexpr std::uint8_t context = BPF_REG_6;  // The first that calls leave as they are.
constexpr std::uint8_t size_bytes = BPF_REG_7;

constexpr std::size_t version_flags_offset = ethernet_header_size;
constexpr std::size_t command_offset = 19;
constexpr std::size_t sector_count_offset = header_size + 2;
constexpr std::size_t status_offset = header_size + 3;
constexpr std::int32_t request_flags = 1 << 4;  // Version 1 and no flag.

enum Label : BpfAssembler::Label { next };

/// Goes on when the frame has a request's least length. To be asked again after each call.
void find_frame(BpfAssembler& code) {
    code.load(BPF_W, frame, context, offsetof(__sk_buff, data));
    code.load(BPF_W, frame_end, context, offsetof(__sk_buff, data_end));
    code.copy(other, frame);
    code.compute(BPF_ADD, other, minimum_frame_size);
    code.jump_by(BPF_JGT, other, frame_end, next);
}

void expect(BpfAssembler& code, int size, std::size_t offset, std::int32_t value) {
    code.load(size, result, frame, offset);
    code.jump(BPF_JNE, result, value, next);
}

void expect_read(BpfAssembler& code) {
    code.load(BPF_W, result, context, offsetof(__sk_buff, pkt_type));
    code.jump(BPF_JNE, result, PACKET_HOST, next);
    code.load(BPF_W, result, context, offsetof(__sk_buff, vlan_present));
    code.jump(BPF_JNE, result, 0, next);
    find_frame(code);
    expect(code, BPF_H, 12, htons(ethertype_aoe));
    expect(code, BPF_B, version_flags_offset, request_flags);
    expect(code, BPF_B, command_offset, command::ata);
    expect(code, BPF_B, status_offset, ata_command::read_sectors_ext);
}

/// To ata_frame_size() of its sectors.
void resize(BpfAssembler& code, std::size_t mtu) {
    static_assert(sector_size == 1 << 9);
    code.load(BPF_B, size_bytes, frame, sector_count_offset);
    code.jump(BPF_JEQ, size_bytes, 0, next);
    code.compute(BPF_LSH, size_bytes, 9);
    code.compute(BPF_ADD, size_bytes, ata_frame_size(0));
    code.jump(BPF_JGT, size_bytes, static_cast<std::int32_t>(ethernet_header_size + mtu), next);
    code.copy(BPF_REG_1, context);
    code.copy(BPF_REG_2, size_bytes);
    code.set(BPF_REG_3, 0);
    code.call(BPF_FUNC_skb_change_tail);
    code.jump(BPF_JNE, result, 0, next);
}

void make_reply(BpfAssembler& code) {
    code.load(BPF_W, BPF_REG_0, frame, 0);
    code.load(BPF_H, BPF_REG_1, frame, 4);
    code.load(BPF_W, BPF_REG_2, frame, mac_size);
    code.load(BPF_H, BPF_REG_5, frame, mac_size + 4);
    code.store(BPF_W, frame, 0, BPF_REG_2);
    code.store(BPF_H, frame, 4, BPF_REG_5);
    code.store(BPF_W, frame, mac_size, BPF_REG_0);
    code.store(BPF_H, frame, mac_size + 4, BPF_REG_1);
    code.store_value(BPF_B, frame, version_flags_offset, request_flags | header_flag::response);
    code.store_value(BPF_B, frame, status_offset, ata_status::ready);
}

BpfAssembler assemble(std::size_t mtu) {
    BpfAssembler code;
    code.copy(context, BPF_REG_1);
    expect_read(code);
    resize(code, mtu);
    find_frame(code);
    make_reply(code);
    code.load(BPF_W, BPF_REG_1, context, offsetof(__sk_buff, ifindex));
    code.set(BPF_REG_2, 0);  // Out of it.
    code.call(BPF_FUNC_redirect);
    code.exit();
    code.here(next);
    code.set(result, tcx_next);
    code.exit();
    return code;
}

}  // namespace

KernelEcho::KernelEcho(const std::string& name, const InterfaceState& interface)
    : program_(
          load_bpf_program(BPF_PROG_TYPE_SCHED_CLS, "aoe_echo", assemble(interface.mtu).finish())) {
    if (!program_) refuse_bpf_program(name, "loading an echo into the kernel");
    attachment_ = attach_bpf_program(program_.get(), interface.index, tcx_ingress, 0);
    if (attachment_) return;
    refuse_bpf_program(name, "attaching an echo to the kernel's tcx, which is in Linux since 6.6,");
}

}  // namespace aoe::bench
