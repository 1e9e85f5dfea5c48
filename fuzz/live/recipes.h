// SPDX-License-Identifier: MIT
// Sequences in which one request makes the state that the next ones meet: a config string set and
// tested, sectors written and read, lists edited and used. Each request by itself is right; what
// goes wrong with it is the mutator's part.
#pragma once

#include "fuzz/field_values.h"
#include "fuzz/session.h"
#include "wire/random.h"

namespace aoe::fuzz {

struct Sectors {
    std::uint64_t first = 0;
    std::uint64_t count = 0;
};

class Recipes {
public:
    /// Writes go to `scratch`, which may be empty when there are to be none.
    Recipes(const World& world, const Sectors& scratch) : world_(world), scratch_(scratch) {}

    Session config(Random& random) const;
    Session sectors(Random& random) const;
    Session mask(Random& random) const;
    Session reserve(Random& random) const;

    /// A config read, from `source`: what every target answers.
    FrameBytes config_read(const Mac& source) const;
    /// The same with the canary behind it.
    FrameBytes painter() const;
    FrameBytes mask_read(const Mac& source) const;
    /// Adds an address to the mask list.
    FrameBytes admit(const Mac& mac, const Mac& source) const;

private:
    FrameBytes request(std::uint8_t command, std::size_t entries, Random& random) const;
    FrameBytes config_request(std::uint64_t ccmd, Bytes string, Random& random) const;
    FrameBytes transfer(bool write, std::uint64_t lba, std::size_t count, Random& random) const;
    FrameBytes mask_edit(std::span<const Mac> macs, std::byte what, Random& random) const;
    FrameBytes reservation(std::uint64_t rcmd, std::span<const Mac> macs, Random& random) const;
    Mac some_mac(Random& random) const;

    World world_;
    Sectors scratch_;
};

}  // namespace aoe::fuzz
