// SPDX-License-Identifier: MIT
// Programs that the kernel runs on frames, made of its own interface, bpf(2); no library and no
// compiler is needed for them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <linux/bpf.h>

#include "wire/descriptor.h"

namespace aoe {

/// The instructions, and where they jump to. Operands stand in the kernel's order, `into` first.
/// Sizes are BPF_B, BPF_H, BPF_W; frames' bytes are loaded in the order that they stand in.
class BpfAssembler {
public:
    using Label = std::uint8_t;  // Below `most_labels`; what each means is the caller's.
    static constexpr std::size_t most_labels = 4;

    void load(int size, std::uint8_t into, std::uint8_t from, std::size_t offset) {
        emit(BPF_LDX | BPF_MEM | size, into, from, static_cast<std::int16_t>(offset), 0);
    }
    void store(int size, std::uint8_t into, std::size_t offset, std::uint8_t from) {
        emit(BPF_STX | BPF_MEM | size, into, from, static_cast<std::int16_t>(offset), 0);
    }
    void store_value(int size, std::uint8_t into, std::size_t offset, std::int32_t value) {
        emit(BPF_ST | BPF_MEM | size, into, 0, static_cast<std::int16_t>(offset), value);
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
        emit(BPF_LD | BPF_DW, into, what, 0, map);
        emit(0, 0, 0, 0, 0);
    }
    void jump(int condition, std::uint8_t left, std::int32_t right, Label to);
    void jump_by(int condition, std::uint8_t left, std::uint8_t right, Label to);
    void call(std::int32_t function) { emit(BPF_JMP | BPF_CALL, 0, 0, 0, function); }
    void exit() { emit(BPF_JMP | BPF_EXIT, 0, 0, 0, 0); }
    void here(Label label) { places_[label] = code_.size(); }

    /// Valid until the assembler changes.
    std::span<const bpf_insn> finish();

private:
    struct Jump {
        std::size_t at;
        Label to;
    };
    void emit(int code, std::uint8_t into, std::uint8_t from, std::int16_t offset,
              std::int32_t value);

    std::vector<bpf_insn> code_;
    std::vector<Jump> jumps_;
    std::array<std::size_t, most_labels> places_{};
};

/// bpf(2), and what it takes: zeros but for what is set, and addresses as numbers.
int bpf(bpf_cmd command, bpf_attr& attributes);
bpf_attr no_attributes();
inline std::uint64_t bpf_address(const void* data) {
    return reinterpret_cast<std::uintptr_t>(data);
}

/// None, and errno, where the kernel refuses. `name` has at most 15 characters.
Descriptor load_bpf_program(bpf_prog_type type, const std::string& name,
                            std::span<const bpf_insn> code);
/// As a link of the kernel's: whoever holds its descriptor holds the program in its place. None,
/// and errno, where the kernel refuses.
Descriptor attach_bpf_program(int program, int interface_index, std::uint32_t attach_type,
                              std::uint32_t flags);
/// Throws std::system_error with what errno says now: operation_not_permitted with the capabilities
/// that are missing, all else opened by `what`.
[[noreturn]] void refuse_bpf_program(const std::string& interface, const char* what);

}  // namespace aoe
