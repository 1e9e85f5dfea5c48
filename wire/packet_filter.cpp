// SPDX-License-Identifier: MIT
#include "wire/packet_filter.h"

#include <cerrno>
#include <cstdint>
#include <vector>

#include <linux/filter.h>
#include <linux/if_packet.h>
#include <sys/socket.h>

#include "wire/ethernet.h"

namespace aoe {
namespace {

using Program = std::vector<sock_filter>;

constexpr std::uint32_t pass_whole = 0xffffffff;
constexpr std::uint32_t drop = 0;
constexpr unsigned load_word = BPF_LD | BPF_W | BPF_ABS;
constexpr unsigned load_half = BPF_LD | BPF_H | BPF_ABS;

/// What the kernel knows of a frame lies behind this offset instead of in its bytes.
constexpr std::uint32_t kernel_knows(int what) {
    return static_cast<std::uint32_t>(SKF_AD_OFF + what);
}

void load(Program& program, unsigned how, std::uint32_t offset) {
    program.push_back({static_cast<std::uint16_t>(how), 0, 0, offset});
}

/// Skips `if_equal` or `if_not` instructions.
void compare(Program& program, std::uint32_t value, std::uint8_t if_equal, std::uint8_t if_not) {
    program.push_back({BPF_JMP | BPF_JEQ | BPF_K, if_equal, if_not, value});
}

void finish(Program& program, std::uint32_t verdict) {
    program.push_back({BPF_RET | BPF_K, 0, 0, verdict});
}

/// Kernels before 4.20 have no PACKET_IGNORE_OUTGOING.
void drop_own(Program& program) {
    load(program, load_word, kernel_knows(SKF_AD_PKTTYPE));
    compare(program, PACKET_OUTGOING, 0, 1);
    finish(program, drop);
}

/// The kernel takes the outermost VLAN tag out of the bytes before any socket sees them, so that
/// 0x88A2 stands at 12 whether a frame came tagged or not.
Program see_everything_program() {
    Program program;
    drop_own(program);
    load(program, load_half, 12);
    compare(program, ethertype_aoe, 0, 1);
    finish(program, pass_whole);
    finish(program, drop);
    return program;
}

/// The kernel calls a tagged frame, whose tag it hides from this kind of socket, one for another
/// host; so does it with those for joined addresses, of which tagged ones pass for that reason.
Program for_this_host_program(std::span<const Mac> joined) {
    Program program;
    drop_own(program);
    compare(program, PACKET_OTHERHOST, 1, 0);
    finish(program, pass_whole);
    for (const Mac& mac : joined) {
        const auto first = std::uint32_t{read_u16(mac, 0)} << 16 | read_u16(mac, 2);
        load(program, load_word, 0);
        compare(program, first, 0, 3);
        load(program, load_half, 4);
        compare(program, read_u16(mac, 4), 0, 1);
        finish(program, pass_whole);
    }
    finish(program, drop);
    return program;
}

}  // namespace

std::error_code set_packet_filter(int socket, bool see_everything, std::span<const Mac> joined) {
    Program program = see_everything ? see_everything_program() : for_this_host_program(joined);
    const sock_fprog filter{.len = static_cast<unsigned short>(program.size()),
                            .filter = program.data()};
    if (setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) != 0) {
        return {errno, std::system_category()};
    }
    return {};
}

}  // namespace aoe
