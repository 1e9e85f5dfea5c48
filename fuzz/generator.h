// SPDX-License-Identifier: MIT
// Makes AoE frames and changes given ones, with the protocol's structure in mind: most of them get
// past the first checks, and most have something wrong further in. What comes follows from the seed
// and the calls alone.
//
//     Generator generator(seed);
//     FrameBytes frame = generator.frame();
//     for (;;) { try_it(frame); generator.mutate(frame); }
#pragma once

#include <cstddef>
#include <cstdint>

#include "fuzz/field_values.h"
#include "fuzz/fields.h"
#include "wire/bytes.h"
#include "wire/random.h"

namespace aoe::fuzz {

class Generator {
public:
    explicit Generator(std::uint64_t seed, const World& world = {})
        : world_(world), random_(seed) {}

    /// A new frame: any command; counts, lengths and addresses at their edges; sometimes with a
    /// length that lies, cut at a field's edge, or with bytes behind its end.
    FrameBytes frame();
    /// The same with a given command byte.
    FrameBytes frame(std::uint8_t command);

    /// One to three changes to a frame: a field's value, its size, its list, its command. What is
    /// no AoE frame is mostly replaced by a new one.
    void mutate(FrameBytes& frame);

    /// The beginning of one frame and the end of another, each cut at an edge of its fields; most
    /// often one's header with the other's argument.
    FrameBytes cross(Bytes first, Bytes second);

    Random& random() noexcept { return random_; }

private:
    bool one_in(std::uint64_t times) noexcept { return random_.below(times) == 0; }

    FrameBytes header(std::uint8_t command);
    void append_fields(FrameBytes& frame, std::uint8_t command);
    void append_entries(FrameBytes& frame, std::uint8_t command);
    void append_ata_data(FrameBytes& frame);
    void append_list(FrameBytes& frame, std::uint8_t command);
    void append_bytes(FrameBytes& frame, std::size_t count);
    void agree_ata_flags(FrameBytes& frame);
    std::size_t maybe_lie(std::size_t count);
    void end(FrameBytes& frame);
    void limit(FrameBytes& frame) const;

    void change(FrameBytes& frame);
    void change_field(FrameBytes& frame);
    void change_bits(FrameBytes& frame);
    void change_size(FrameBytes& frame);
    void change_list(FrameBytes& frame);
    void change_command(FrameBytes& frame);

    World world_;
    Random random_;
};

}  // namespace aoe::fuzz
