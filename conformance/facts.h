// SPDX-License-Identifier: MIT
// What is known about the target under test before the first case runs.
#pragma once

#include <cstdint>
#include <string>

#include "conformance/catalogue.h"
#include "conformance/message.h"

namespace aoe::conformance {

/// Sectors that the suite may write: [first, first + count).
struct SectorRange {
    std::uint64_t first = 0;
    std::uint64_t count = 0;

    bool contains(std::uint64_t sector, std::uint64_t sectors = 1) const {
        return sector >= first && sectors <= count && sector - first <= count - sectors;
    }
    friend bool operator==(const SectorRange&, const SectorRange&) = default;
};

struct TargetFacts {
    Mac mac{};
    std::uint16_t shelf = 0;
    std::uint8_t slot = 0;
    std::size_t mtu = 1500;  // Of our interface.
    // The suite made the link: nothing on it pads, and the target's end has the same MTU.
    bool private_link = false;

    ConfigFields config;  // The first config reply.
    std::string config_string;

    bool identified = false;   // IDENTIFY DEVICE was answered; the rest of this block is known.
    ByteVector identify_data;  // 512 bytes.
    std::uint64_t sectors = 0;
    bool lba48 = false;
    std::string model, serial, firmware;

    Revision revision = Revision::r11;
    std::string revision_reason;  // How it came to that: asked for, or what the target answered.
    SectorRange scratch;
    std::string subject;  // What results call it, where shelf and slot do not say enough.

    /// Most sectors of one message that the target announces and our MTU lets through.
    unsigned sectors_per_message() const;
    /// "e7.3", or the subject.
    std::string name() const;
};

/// The default scratch range of a disk: 2048 sectors that end 2048 before its end, or before what
/// 28-bit commands reach; a quarter of the disk that ends a quarter before its end when it is
/// smaller than 8192 sectors.
SectorRange default_scratch(std::uint64_t sectors);

/// Fills in what IDENTIFY DEVICE said: capacity, LBA48, and the strings as readable text.
void read_identify(TargetFacts& facts, const Reply& reply);

}  // namespace aoe::conformance
