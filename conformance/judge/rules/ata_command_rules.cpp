// SPDX-License-Identifier: MIT
// Rules about ATA commands other than reads and writes, and about requests past the last sector.
#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "conformance/judge/rules/rule_words.h"

namespace aoe::conformance {

namespace {

constexpr Situations answered = Situation::reply | Situation::silence;
constexpr std::uint8_t identify_opcode = 0xec, flush = 0xe7, flush_ext = 0xea, power = 0xe5,
                       smart = 0xb0, set_features = 0xef, nop = 0x00, undefined = 0xff;
constexpr std::uint8_t aborted = 0x04, id_not_found = 0x10;
constexpr std::uint64_t lba_end = std::uint64_t{1} << 48;

bool is(const Observation& seen, std::uint8_t opcode) {
    return seen.request->has(36) && seen.request->status() == opcode;
}
bool is_barred(const Observation& seen) {
    return refused_with(seen, 6) || refused_with(seen, 3);
}
bool is_aborted(const Observation& seen) {
    return ata_failed(seen) && (seen.reply->ata_error() & aborted) != 0;
}
std::string told(const Observation& seen) {
    return fmt::format("ATA command {:#04x} gets {}", seen.request->status(), outcome_text(seen));
}

bool is_known_command(std::uint8_t opcode) {
    constexpr std::array<std::uint8_t, 6> others{identify_opcode, flush, flush_ext,
                                                 power,           smart, set_features};
    return is_ata_read(opcode) || is_ata_write(opcode) ||
           std::find(others.begin(), others.end(), opcode) != others.end();
}

Outcome unknown_command(const Observation& seen, Words* words) {
    if (!seen.request->has(36) || is_known_command(seen.request->status()) || is_barred(seen)) {
        return Outcome::not_about_it;
    }
    if (seen.reply != nullptr && !seen.reply->has_error() && !seen.reply->has(36)) {
        return Outcome::not_about_it;
    }
    // A target may know more commands than we do; these two nobody can carry out.
    const std::uint8_t opcode = seen.request->status();
    const bool served = has_registers(seen) && !ata_failed(seen);
    if (served && opcode != nop && opcode != undefined) return Outcome::not_about_it;
    return expect(is_aborted(seen), words, [&] { return Words{"ERR with ABRT", told(seen)}; });
}

Outcome identify_served(const Observation& seen, Words* words) {
    if (!is(seen, identify_opcode) || is_barred(seen)) return Outcome::not_about_it;
    return expect(ata_succeeded(seen) && seen.reply->size >= 36 + 512, words, [&] {
        return Words{"512 bytes of IDENTIFY data", told(seen)};
    });
}

Outcome identify_count(const Observation& seen, Words* words) {
    if (!is(seen, identify_opcode) || is_barred(seen)) return Outcome::not_about_it;
    const bool served = ata_succeeded(seen) && seen.reply->size >= 36 + 512;
    return expect(served || refused_with(seen, 2) || is_aborted(seen), words, [&] {
        return Words{"error 2, ATA ABRT, or 512 bytes",
                     fmt::format("count {}: {}", seen.request->count(), told(seen))};
    });
}

bool is_flushed(const Observation& seen) {
    return ata_succeeded(seen) && (seen.reply->status() & 0x40) != 0 &&
           seen.reply->ata_error() == 0 && seen.reply->size <= 60;
}

Outcome flush_served(const Observation& seen, Words* words) {
    if (!is(seen, flush) || is_barred(seen)) return Outcome::not_about_it;
    return expect(is_flushed(seen), words, [&] {
        return Words{"Status 0x40, Error 0 and no data", told(seen)};
    });
}

Outcome flush_ext_served(const Observation& seen, Words* words) {
    if (!is(seen, flush_ext) || is_barred(seen)) return Outcome::not_about_it;
    const bool promised = seen.known.identity != nullptr && (seen.known.identity->word83 & 0x2000);
    return expect(is_flushed(seen) || (is_aborted(seen) && !promised), words, [&] {
        return Words{
            promised ? "Status 0x40, as word 83 promises" : "Status 0x40 and Error 0, or ABRT",
            told(seen)};
    });
}

Outcome power_mode(const Observation& seen, Words* words) {
    if (!is(seen, power) || is_barred(seen)) return Outcome::not_about_it;
    return expect(ata_succeeded(seen) || is_aborted(seen), words, [&] {
        return Words{"Status 0x40, or ABRT", told(seen)};
    });
}

// Served if and only if IDENTIFY says so.
Outcome as_identified(const Observation& seen, bool promised, Words* words) {
    if (seen.reply == nullptr || (!is_aborted(seen) && !ata_succeeded(seen))) {
        return expect(false, words, [&] { return Words{"served, or ABRT", told(seen)}; });
    }
    return expect(ata_succeeded(seen) == promised, words, [&] {
        return Words{promised ? "served, as IDENTIFY promises" : "ABRT, as IDENTIFY says",
                     told(seen)};
    });
}

bool is_dma(const Observation& seen) {
    constexpr std::array<std::uint8_t, 4> opcodes{0xc8, 0xca, 0x25, 0x35};
    return seen.request->has(36) &&
           std::find(opcodes.begin(), opcodes.end(), seen.request->status()) != opcodes.end();
}

Outcome dma(const Observation& seen, Words* words) {
    if (!is_dma(seen) || is_barred(seen) || seen.known.identity == nullptr) {
        return Outcome::not_about_it;
    }
    const Identity& disk = *seen.known.identity;
    const std::uint64_t end = seen.request->address() + seen.request->count();
    if (end > disk.sectors) return Outcome::not_about_it;
    return as_identified(seen, (disk.word49 & 0x0100) != 0, words);
}

Outcome smart_data(const Observation& seen, Words* words) {
    const bool key = is(seen, smart) && (seen.request->lba() >> 8 & 0xffff) == 0xc24f;
    if (!key || is_barred(seen) || seen.known.identity == nullptr) return Outcome::not_about_it;
    return as_identified(seen, (seen.known.identity->word82 & 1) != 0, words);
}

Outcome features(const Observation& seen, Words* words) {
    if (!is(seen, set_features) || is_barred(seen)) return Outcome::not_about_it;
    return expect(has_registers(seen), words, [&] {
        return Words{"an ATA reply, ABRT for one", told(seen)};
    });
}

// A read or write that reaches past the last sector, with a count that is in order.
bool is_past_end(const Observation& seen) {
    const Identity* disk = seen.known.identity;
    const auto most = seen.known.most_sectors();
    if (disk == nullptr || !most || !seen.request->has(36)) return false;
    const std::uint8_t opcode = seen.request->status();
    const bool moves = is_ata_read(opcode) || is_ata_write(opcode);
    if (!moves || is_dma(seen) || seen.request->count() > *most) return false;
    return seen.request->address() + seen.request->count() > disk->sectors;
}
bool wraps(const Observation& seen) {
    return seen.request->address() + seen.request->count() > lba_end;
}

Outcome refused_by_range(const Observation& seen, Words* words) {
    const bool range =
        ata_failed(seen) && (seen.reply->ata_error() & (id_not_found | aborted)) != 0;
    return expect(range, words, [&] {
        return Words{
            "ERR with IDNF or ABRT, and flag E clear",
            fmt::format("{} sectors at {} of {}: {}", seen.request->count(),
                        seen.request->address(), seen.known.identity->sectors, outcome_text(seen))};
    });
}

// Refused by both flag E and ERR, which is AOE-ATA-12's.
bool is_refused_twice(const Observation& seen) {
    if (seen.reply == nullptr || !seen.reply->has_error() || !seen.reply->has(36)) return false;
    return (seen.reply->status() & 1) != 0 && seen.reply->status() != seen.request->status();
}

Outcome past_end(const Observation& seen, Words* words) {
    const bool mine = is_past_end(seen) && !wraps(seen);
    if (!mine || is_barred(seen) || is_refused_twice(seen)) return Outcome::not_about_it;
    return refused_by_range(seen, words);
}
Outcome wrapped(const Observation& seen, Words* words) {
    const bool mine = is_past_end(seen) && wraps(seen);
    if (!mine || is_barred(seen) || is_refused_twice(seen)) return Outcome::not_about_it;
    return refused_by_range(seen, words);
}

Outcome past_end_idnf(const Observation& seen, Words* words) {
    if (!is_past_end(seen) || !ata_failed(seen)) return Outcome::not_about_it;
    const std::uint8_t error = seen.reply->ata_error();
    if ((error & (id_not_found | aborted)) == 0) return Outcome::not_about_it;
    return expect((error & id_not_found) != 0, words, [&] {
        return Words{"Error 0x10 (IDNF)", fmt::format("Error {:#04x}", error)};
    });
}

Rule make(std::string_view id, std::string_view requirement, std::string_view summary,
          Outcome (*judge)(const Observation&, Words*), Situations situations = answered,
          Oddities odd = 0) {
    return {.test = {.id = id, .requirements = {requirement}, .summary = summary},
            .situations = situations,
            .commands = about::ata,
            .odd = odd,
            .judge = judge};
}

}  // namespace

std::vector<Rule> ata_command_rules() {
    return {
        make("seen.ata.unknown-command", "AOE-ATA-29", "An unknown ATA command gets ABRT.",
             unknown_command),
        make("seen.ata.identify", "AOE-ATA-32", "IDENTIFY DEVICE returns 512 bytes.",
             identify_served),
        make("seen.ata.identify-count", "AOE-ATA-33",
             "IDENTIFY DEVICE with another count than 1 is refused or served.", identify_count,
             answered, odd::no_count),
        make("seen.ata.flush", "AOE-ATA-34", "FLUSH CACHE succeeds.", flush_served),
        make("seen.ata.flush-ext", "AOE-ATA-35", "FLUSH CACHE EXT succeeds, or gets ABRT.",
             flush_ext_served),
        make("seen.ata.power-mode", "AOE-ATA-36", "CHECK POWER MODE succeeds, or gets ABRT.",
             power_mode),
        make("seen.ata.dma", "AOE-ATA-37", "DMA commands are served as IDENTIFY says.", dma,
             Situation::reply),
        make("seen.ata.smart", "AOE-ATA-38", "SMART is served as IDENTIFY says.", smart_data),
        make("seen.ata.set-features", "AOE-ATA-39", "SET FEATURES is answered.", features),
    };
}

std::vector<Rule> ata_error_rules() {
    return {
        make("seen.ata.past-end", "AOE-ATA-26",
             "A request past the last sector gets ERR with IDNF or ABRT.", past_end),
        make("seen.ata.wrapped", "AOE-ATA-28",
             "A sum of LBA and count that overflows gets ERR with IDNF or ABRT.", wrapped),
        make("seen.ata.past-end-idnf", "AOE-ATA-46", "That error is IDNF.", past_end_idnf,
             Situation::reply),
    };
}

}  // namespace aoe::conformance
