// SPDX-License-Identifier: MIT
// What several commands have in common: numbers and ranges from the command line, sentences for
// how a command fails.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "initiator/cli/exit_status.h"
#include "initiator/cli/streams.h"
#include "initiator/cli/target.h"
#include "initiator/transfer.h"

namespace aoe::initiator {

/// A sector number or count; CommandError when it is none, or no device can have so many.
std::uint64_t number(std::string_view option, const std::string& text);
Time seconds(double value);

/// CommandError unless `yes`: "this WHAT; add --yes to do it".
void require_yes(bool yes, const std::string& what);

/// CommandError when the device has not got these sectors.
void require_range(const Target& target, std::uint64_t start, std::uint64_t count);
/// How many sectors `count` means: all to the end when it is empty. Checks the range.
std::uint64_t sectors_to_move(const Target& target, std::uint64_t start, const std::string& count);

CommandError stream_failure(const std::string& name, const std::error_code& error,
                            const std::string& state);
/// "written: 5 sectors from number 0 on, and perhaps some of the next 4096"
std::string written_text(const Transfer& result, std::uint64_t start);

/// Makes what was written stable. A target that offers no flush, or echoes it without a status (as
/// ggaoed does), is not the write's failure, but the user should know. CommandError when it fails.
void flush_written(Target& target, const std::string& written);

/// The sectors that the file holds, where that can be told. CommandError when they are not whole
/// and `pad` is false.
std::optional<std::uint64_t> sectors_of(const Input& input, bool pad);
/// The same with a --count, which the file must hold; a pipe is believed.
std::optional<std::uint64_t> sectors_to_write(const Input& input, bool pad,
                                              const std::optional<std::uint64_t>& count);

/// Whether a word of the command line is a device: "e7.3", but not "./e7.3" or "disk.img".
bool names_target(const std::string& word);

/// "02:00:00:00:00:01", or "me" for the target's peer: ourselves. CommandError when it is neither.
Mac address_of(const Target& target, std::string_view option, const std::string& text);

}  // namespace aoe::initiator
