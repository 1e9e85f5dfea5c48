// SPDX-License-Identifier: MIT
// What several rules say in the same words.
#pragma once

#include <string>

#include "conformance/judge/rule.h"

namespace aoe::conformance {

/// "0x1f"
std::string hex_text(std::uint64_t value);
/// "no reply", "error 2", "Status 0x41, Error 0x04", "a success": what became of a request.
std::string outcome_text(const Observation& seen);
/// "aa:.. bb:.."; "nobody" when empty.
std::string list_text(const MacList& list);

/// The reply has E clear.
bool succeeded(const Observation& seen);
/// The reply has E set and this Error.
bool refused_with(const Observation& seen, std::uint8_t error);
/// The reply has E set and an Error that no revision names: AOE-HDR-13's, and nobody else's.
bool has_odd_error(const Observation& seen);
/// The target is known to be reserved, and not for the sender.
bool is_reserved_for_others(const Observation& seen);
/// A reply to an ATA command whose registers were captured, with E clear.
bool has_registers(const Observation& seen);
/// Such a reply whose Status has ERR.
bool ata_failed(const Observation& seen);
/// Such a reply whose Status has none of BSY, DF, DRQ and ERR.
bool ata_succeeded(const Observation& seen);

}  // namespace aoe::conformance
