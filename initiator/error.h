// SPDX-License-Identifier: MIT
// Why an operation failed, as std::error_code: one type for what the system says about the link,
// what the initiator itself concludes, what the AoE header reports and what the ATA registers
// report. message() is a sentence with the standard's own name (IDNF, "target is reserved"), and
// comparing with std::errc gives the nearest error of the system:
//
//     if (completion.error == std::errc::timed_out) ...  // Nobody answered.
#pragma once

#include <cstdint>
#include <system_error>

namespace aoe::initiator {

/// What the initiator concludes by itself.
enum class Failure {
    timed_out = 1,          // No usable reply within the limit.
    unusable_replies,       // Replies came, all of them too short for what they answer.
    unexplained_error,      // The error flag with error code 0 (against AOE-HDR-13).
    unknown_device,         // No such device was added.
    not_identified,         // Sectors before config query and IDENTIFY have succeeded.
    sector_out_of_reach,    // Beyond what 28 or 48 bits of address can say.
    mtu_too_small,          // Not one sector fits a frame.
    flush_not_offered,      // IDENTIFY word 83 names no FLUSH CACHE command.
    flush_not_carried_out,  // The target echoed FLUSH CACHE instead of a status.
    argument_too_long,      // A config string or list that no frame holds.
    too_many_requests       // More are pending than most_pending.
};
inline constexpr int failure_count = 11;

std::error_code make_error_code(Failure failure) noexcept;

/// The AoE header's Error, where the error flag is set; 0 gives Failure::unexplained_error.
std::error_code aoe_error(std::uint8_t error) noexcept;
bool is_aoe_error(const std::error_code& code) noexcept;

/// MError of a mask list reply, which comes without the header's error flag (AOE-MASK-14).
std::error_code mask_error(std::uint8_t error) noexcept;
bool is_mask_error(const std::error_code& code) noexcept;

/// The registers of an ATA reply whose Status is no success (AOE-ATA-11, -12).
std::error_code ata_error(std::uint8_t status, std::uint8_t error) noexcept;
bool is_ata_error(const std::error_code& code) noexcept;
/// True when the device aborted the command without another cause: it does not know or permit it.
bool is_abort(const std::error_code& code) noexcept;

}  // namespace aoe::initiator

template <> struct std::is_error_code_enum<aoe::initiator::Failure> : std::true_type {};
