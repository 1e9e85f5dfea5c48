// SPDX-License-Identifier: MIT
// Command 0, Issue ATA Command: twelve bytes of registers, then 512 bytes a sector.
#pragma once

#include <cstddef>
#include <cstdint>

#include "wire/bytes.h"
#include "wire/expected.h"
#include "wire/reject.h"

namespace aoe {

inline constexpr std::size_t sector_size = 512;  // AOE-ATA-01
inline constexpr std::size_t ata_argument_size = 12;
inline constexpr std::uint64_t lba28_limit = std::uint64_t{1} << 28;
inline constexpr std::uint64_t lba48_limit = std::uint64_t{1} << 48;

namespace ata_flag {
inline constexpr std::uint8_t extended = 0x40;  // 48-bit LBA.
inline constexpr std::uint8_t device = 0x10;
inline constexpr std::uint8_t asynchronous = 0x02;
inline constexpr std::uint8_t write = 0x01;  // The request carries data for the device.
}  // namespace ata_flag

namespace ata_command {
inline constexpr std::uint8_t read_sectors = 0x20;
inline constexpr std::uint8_t read_sectors_ext = 0x24;
inline constexpr std::uint8_t read_dma_ext = 0x25;
inline constexpr std::uint8_t write_sectors = 0x30;
inline constexpr std::uint8_t write_sectors_ext = 0x34;
inline constexpr std::uint8_t write_dma_ext = 0x35;
inline constexpr std::uint8_t smart = 0xb0;
inline constexpr std::uint8_t read_dma = 0xc8;
inline constexpr std::uint8_t write_dma = 0xca;
inline constexpr std::uint8_t check_power_mode = 0xe5;
inline constexpr std::uint8_t flush_cache = 0xe7;
inline constexpr std::uint8_t flush_cache_ext = 0xea;
inline constexpr std::uint8_t identify_device = 0xec;
inline constexpr std::uint8_t set_features = 0xef;
}  // namespace ata_command

namespace ata_status {
inline constexpr std::uint8_t busy = 0x80;
inline constexpr std::uint8_t ready = 0x40;  // DRDY
inline constexpr std::uint8_t device_fault = 0x20;
inline constexpr std::uint8_t data_request = 0x08;
inline constexpr std::uint8_t error = 0x01;
inline constexpr std::uint8_t not_success = 0xa9;  // BSY, DF, DRQ and ERR (AOE-ATA-11).
}  // namespace ata_status

namespace ata_error {
inline constexpr std::uint8_t uncorrectable = 0x40;  // UNC
inline constexpr std::uint8_t id_not_found = 0x10;   // IDNF
inline constexpr std::uint8_t aborted = 0x04;        // ABRT
}  // namespace ata_error

/// The registers, in a request or in a reply.
struct AtaRegisters {
    std::uint8_t flags = 0;          // ata_flag
    std::uint8_t error_feature = 0;  // Feature in a request, Error in a reply.
    std::uint8_t sector_count = 0;
    std::uint8_t command_status = 0;  // Command in a request, Status in a reply.
    std::uint64_t lba = 0;            // All six bytes, lba0 least significant (AOE-ATA-02).
    friend constexpr bool operator==(const AtaRegisters&, const AtaRegisters&) = default;
};

/// The address that a 28-bit command means: lba0 to lba2 and the low nibble of lba3 (AOE-ATA-03).
constexpr std::uint64_t lba28(const AtaRegisters& registers) noexcept {
    return registers.lba & (lba28_limit - 1);
}

/// What a command byte does with sectors, whatever its flags say (AOE-ATA-05).
enum class AtaTransfer : std::uint8_t { none, read, write };
struct AtaAddressing {
    AtaTransfer transfer = AtaTransfer::none;
    bool extended = false;
};
/// READ and WRITE SECTORS and DMA, 28 and 48 bits; {none, false} for everything else.
AtaAddressing addressing(std::uint8_t ata_command) noexcept;

/// Command 0's argument. Borrows: valid only while the frame is.
class AtaView {
public:
    static Expected<AtaView, Reject> parse(Bytes argument) noexcept;
    AtaRegisters registers() const noexcept;
    /// What follows the registers: sector data, and Ethernet padding.
    Bytes data() const noexcept { return argument_.subspan(ata_argument_size); }

private:
    explicit AtaView(Bytes argument) noexcept : argument_(argument) {}
    Bytes argument_;
};

/// Writes the registers, reserved bytes zero; `argument` holds at least ata_argument_size bytes.
/// Returns the bytes after them, where sector data goes.
MutableBytes write_ata(MutableBytes argument, const AtaRegisters& registers) noexcept;

}  // namespace aoe
