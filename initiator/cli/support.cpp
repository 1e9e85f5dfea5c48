// SPDX-License-Identifier: MIT
#include "initiator/cli/support.h"

#include <cstdio>
#include <fmt/format.h>

#include "initiator/cli/interrupt.h"
#include "initiator/cli/text.h"
#include "initiator/error.h"
#include "wire/address.h"
#include "wire/ata.h"

namespace aoe::initiator {

std::uint64_t number(std::string_view option, const std::string& text) {
    const auto value = parse_number(option, text);
    if (!value) throw CommandError(ExitStatus::usage, value.error());
    if (*value > lba48_limit) {
        throw CommandError(ExitStatus::usage,
                           fmt::format("{} {} is more than the {} sectors that a device can have",
                                       option, *value, lba48_limit));
    }
    return *value;
}

Time seconds(double value) {
    return std::chrono::duration_cast<Time>(std::chrono::duration<double>(value));
}

void require_yes(bool yes, const std::string& what) {
    if (yes) return;
    throw CommandError(ExitStatus::usage, fmt::format("this {}; add --yes to do it", what));
}

void require_range(const Target& target, std::uint64_t start, std::uint64_t count) {
    const std::uint64_t sectors = target.device().sectors();
    if (count <= sectors && start <= sectors - count) return;
    throw CommandError(
        ExitStatus::usage,
        fmt::format("{} has {}; {} from sector {} on would go beyond its end", target.name(),
                    sectors_text(sectors), sectors_text(count), start));
}

std::uint64_t sectors_to_move(const Target& target, std::uint64_t start, const std::string& count) {
    const std::uint64_t sectors = target.device().sectors();
    const std::uint64_t wanted =
        count.empty() ? (start < sectors ? sectors - start : 1) : number("--count", count);
    require_range(target, start, wanted);
    return wanted;
}

CommandError stream_failure(const std::string& name, const std::error_code& error,
                            const std::string& state) {
    return {ExitStatus::failed, fmt::format("{}: {}; {}", name, error.message(), state)};
}

std::string written_text(const Transfer& result, std::uint64_t start) {
    std::string text =
        fmt::format("written: {} from number {} on", sectors_text(result.sectors), start);
    if (result.uncertain_sectors > 0) {
        text += fmt::format(", and perhaps some of the next {}", result.uncertain_sectors);
    }
    return text;
}

void flush_written(Target& target, const std::string& written) {
    const auto error =
        target.session().perform({.kind = Kind::flush, .device = target.device().address});
    if (!error) return;
    if (error == std::errc::interrupted) {
        throw interruption(written + ", and may not be on stable storage yet");
    }
    // Neither can be mended by writing again. An error is another matter, ABRT included: FLUSH
    // CACHE is only sent where IDENTIFY offers it.
    if (error == Failure::flush_not_offered || error == Failure::flush_not_carried_out) {
        fmt::print(stderr,
                   "aoe: {} was not flushed ({}); its own write policy decides when the data is on "
                   "stable storage\n",
                   target.name(), error.message());
        return;
    }
    throw target.failure("flushing failed; " + written, error);
}

std::optional<std::uint64_t> sectors_of(const Input& input, bool pad) {
    const auto size = input.size();
    if (!size) return std::nullopt;
    if (*size % sector_size != 0 && !pad) {
        throw CommandError(ExitStatus::usage,
                           fmt::format("{} holds {} bytes, which is no multiple of 512; --pad "
                                       "fills the last sector with zeros",
                                       input.name(), *size));
    }
    return (*size + sector_size - 1) / sector_size;
}

std::optional<std::uint64_t> sectors_to_write(const Input& input, bool pad,
                                              const std::optional<std::uint64_t>& count) {
    if (!count) return sectors_of(input, pad);
    const auto size = input.size();
    const std::uint64_t held = size ? (*size + (pad ? sector_size - 1 : 0)) / sector_size : *count;
    if (held >= *count) return count;
    throw CommandError(
        ExitStatus::usage,
        fmt::format("{} holds {}, fewer than the {} that --count says; nothing was written",
                    input.name(), sectors_text(held), *count));
}

bool names_target(const std::string& word) {
    return word.find('/') == std::string::npos && parse_target_name(word).has_value();
}

Mac address_of(const Target& target, std::string_view option, const std::string& text) {
    if (text == "me") return target.own_mac();
    const auto mac = parse_mac(text);
    if (!mac) {
        throw CommandError(ExitStatus::usage,
                           fmt::format("{} '{}' is no Ethernet address; give six pairs of "
                                       "hexadecimal digits, or me for this machine's",
                                       option, escape(text)));
    }
    return *mac;
}

}  // namespace aoe::initiator
