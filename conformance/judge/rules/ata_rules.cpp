// SPDX-License-Identifier: MIT
// Rules about reads and writes: what a reply holds, and requests whose size, count or flags are not
// in order.
#include <fmt/format.h>
#include <optional>

#include "conformance/judge/rules/rule_words.h"

namespace aoe::conformance {

namespace {

constexpr Situations answered = Situation::reply | Situation::silence;
constexpr std::uint8_t identify_opcode = 0xec, flush = 0xe7, flush_ext = 0xea;
constexpr std::uint8_t id_not_found = 0x10;
constexpr std::uint8_t target_is_reserved = 6;  // Error of the header.

bool is_read(const Observation& seen) {
    return seen.request->has(36) && is_ata_read(seen.request->status());
}
bool is_write(const Observation& seen) {
    return seen.request->has(36) && is_ata_write(seen.request->status());
}
std::size_t data_end(const SeenFrame& request) {
    return 36 + std::size_t{512} * request.count();
}
// Reserved for others, or gone: nothing is said about the request itself.
bool is_barred(const Observation& seen) {
    return refused_with(seen, 6) || refused_with(seen, 3);
}
bool is_above_maximum(const Observation& seen) {
    const auto most = seen.known.most_sectors();
    return most && seen.request->has(36) && seen.request->count() > *most;
}
// Nothing when that is not known.
std::optional<bool> in_range(const Observation& seen) {
    const Identity* disk = seen.known.identity;
    if (disk == nullptr || !seen.request->has(36)) return std::nullopt;
    const std::uint64_t first = seen.request->address();
    return first <= disk->sectors && seen.request->count() <= disk->sectors - first;
}
bool is_in_range(const Observation& seen) {
    return in_range(seen) == true;
}
bool is_past_end(const Observation& seen) {
    return in_range(seen) == false;
}

Outcome good_status(const Observation& seen, Words* words) {
    if (!has_registers(seen) || !seen.request->has(36)) return Outcome::not_about_it;
    const std::uint8_t opcode = seen.request->status(), status = seen.reply->status();
    if ((status & 1) != 0 || opcode == flush || opcode == flush_ext) return Outcome::not_about_it;
    return expect((status & 0xa8) == 0, words, [&] {
        return Words{"a Status without BSY, DF and DRQ", fmt::format("Status {:#04x}", status)};
    });
}

Outcome ata_error(const Observation& seen, Words* words) {
    if (seen.reply == nullptr || !seen.reply->has(36) || !seen.request->has(36)) {
        return Outcome::not_about_it;
    }
    const SeenFrame& reply = *seen.reply;
    const bool failed = (reply.status() & 1) != 0;
    // Who refuses for a reservation's sake has not asked the device.
    if (reply.has_error() && reply.error() == target_is_reserved) return Outcome::not_about_it;
    // A refusal may send the request's own bytes back, where Status is the ATA command.
    if (!failed || (reply.has_error() && reply.status() == seen.request->status())) {
        return Outcome::not_about_it;
    }
    const std::uint8_t opcode = seen.request->status();
    if (opcode == flush || opcode == flush_ext) return Outcome::not_about_it;
    return expect(!reply.has_error() && reply.ata_error() != 0, words, [&] {
        return Words{"ERR with its cause in the ATA Error register, and flag E clear",
                     outcome_text(seen)};
    });
}

Outcome read_whole(const Observation& seen, Words* words) {
    const bool due = is_read(seen) && ata_succeeded(seen);
    if (!due || is_above_maximum(seen) || is_past_end(seen)) return Outcome::not_about_it;
    return expect(seen.reply->size >= data_end(*seen.request), words, [&] {
        return Words{fmt::format("at least {} bytes", data_end(*seen.request)),
                     fmt::format("{} bytes", seen.reply->size)};
    });
}

Outcome read_exact(const Observation& seen, Words* words) {
    const bool enough =
        is_read(seen) && ata_succeeded(seen) && seen.reply->size >= data_end(*seen.request);
    if (!enough) return Outcome::not_about_it;
    return expect(seen.reply->size == data_end(*seen.request), words, [&] {
        return Words{fmt::format("{} bytes", data_end(*seen.request)),
                     fmt::format("{} bytes", seen.reply->size)};
    });
}

Outcome write_without_data(const Observation& seen, Words* words) {
    if (!is_write(seen) || !ata_succeeded(seen)) return Outcome::not_about_it;
    return expect(seen.reply->size <= 60, words, [&] {
        return Words{"at most 60 bytes", fmt::format("{} bytes", seen.reply->size)};
    });
}

Outcome error_without_data(const Observation& seen, Words* words) {
    if (is_write(seen) || !ata_failed(seen)) return Outcome::not_about_it;
    return expect(seen.reply->size <= 60, words, [&] {
        return Words{"at most 60 bytes", outcome_text(seen)};
    });
}

Outcome flags_echoed(const Observation& seen, Words* words) {
    if (!has_registers(seen) || !seen.request->has(36)) return Outcome::not_about_it;
    const unsigned asked = seen.request->aflags(), got = seen.reply->aflags();
    return expect(got == asked || got == 0, words, [&] {
        return Words{fmt::format("AFlags {:#04x} or 0", asked), fmt::format("{:#04x}", got)};
    });
}

Outcome feature_not_copied(const Observation& seen, Words* words) {
    const bool told = ata_succeeded(seen) && seen.request->has(36);
    if (!told || seen.request->ata_error() == 0) return Outcome::not_about_it;
    return expect(seen.reply->ata_error() != seen.request->ata_error(), words, [&] {
        return Words{"Error 0",
                     fmt::format("the request's Feature, {:#04x}", seen.request->ata_error())};
    });
}

bool is_last(const Observation& seen) {
    return is_in_range(seen) &&
           seen.request->address() + seen.request->count() == seen.known.identity->sectors;
}

// Refused as if the sectors or their number were wrong, though neither is.
Outcome in_range_served(const Observation& seen, Words* words) {
    const bool due = (is_read(seen) || is_write(seen)) && is_in_range(seen) &&
                     seen.known.most_sectors() && !is_above_maximum(seen);
    if (!due || is_barred(seen)) return Outcome::not_about_it;
    const bool refused = seen.reply->has_error() ||
                         (ata_failed(seen) && (seen.reply->ata_error() & id_not_found) != 0);
    if (!refused && !ata_succeeded(seen)) return Outcome::not_about_it;
    return expect(!refused, words, [&] {
        return Words{fmt::format("{} sectors at {} of {} served", seen.request->count(),
                                 seen.request->address(), seen.known.identity->sectors),
                     outcome_text(seen)};
    });
}
Outcome count_served(const Observation& seen, Words* words) {
    return is_last(seen) ? Outcome::not_about_it : in_range_served(seen, words);
}
Outcome last_served(const Observation& seen, Words* words) {
    return is_last(seen) ? in_range_served(seen, words) : Outcome::not_about_it;
}

Outcome above_maximum(const Observation& seen, Words* words) {
    const bool moves = is_read(seen) || is_write(seen);
    if (!moves || !is_above_maximum(seen) || is_past_end(seen) || is_barred(seen)) {
        return Outcome::not_about_it;
    }
    const bool refused = refused_with(seen, 2) || ata_failed(seen);
    const bool whole =
        ata_succeeded(seen) && (is_write(seen) || seen.reply->size >= data_end(*seen.request));
    return expect(refused || whole, words, [&] {
        return Words{
            fmt::format("error 2, ATA ABRT, or all {} sectors", seen.request->count()),
            fmt::format("of at most {}: {}", *seen.known.most_sectors(), outcome_text(seen))};
    });
}

Outcome count_zero(const Observation& seen, Words* words) {
    if (!is_read(seen) && !is_write(seen)) return Outcome::not_about_it;
    return expect(!ata_succeeded(seen) || seen.reply->size <= 60, words, [&] {
        return Words{"refused, or no data", outcome_text(seen)};
    });
}

Outcome short_write(const Observation& seen, Words* words) {
    return expect(!ata_succeeded(seen), words, [&] {
        return Words{"error 2 or ATA ABRT",
                     fmt::format("{} of {} bytes get {}", seen.request->size,
                                 data_end(*seen.request), outcome_text(seen))};
    });
}

Outcome write_flag(const Observation& seen, Words* words) {
    if (!is_read(seen) || is_past_end(seen)) return Outcome::not_about_it;
    return expect(!ata_succeeded(seen) || seen.reply->size >= data_end(*seen.request), words, [&] {
        return Words{"the data, or no success",
                     fmt::format("a read with W gets {}", outcome_text(seen))};
    });
}

Outcome width_disagrees(const Observation& seen, Words* words) {
    return expect(seen.reply != nullptr, words, [] { return Words{"a reply", "no reply"}; });
}

Outcome payload_ignored(const Observation& seen, Words* words) {
    const bool reads =
        is_read(seen) || (seen.request->has(36) && seen.request->status() == identify_opcode);
    if (!reads || ata_failed(seen) || is_barred(seen)) return Outcome::not_about_it;
    return expect(ata_succeeded(seen) && seen.reply->size >= data_end(*seen.request), words, [&] {
        return Words{"the data", outcome_text(seen)};
    });
}

Rule make(std::string_view id, std::string_view requirement, std::string_view summary,
          Situations situations, Outcome (*judge)(const Observation&, Words*), Oddities odd = 0,
          Oddities tolerated = 0) {
    return {.test = {.id = id, .requirements = {requirement}, .summary = summary},
            .situations = situations,
            .commands = about::ata,
            .odd = odd,
            .tolerated = tolerated,
            .judge = judge};
}

}  // namespace

std::vector<Rule> ata_rules() {
    return {
        make("seen.ata.w-not-misread", "AOE-ATA-07",
             "A read with the bit W is no success without its data.", Situation::reply, write_flag,
             odd::write_flag, odd::trailing),
        make("seen.ata.width", "AOE-ATA-05",
             "A request whose bit E disagrees with its command is answered.", answered,
             width_disagrees, odd::extended_flag),
        make("seen.ata.good-status", "AOE-ATA-11",
             "The Status of a success has no bit of trouble set.", Situation::reply, good_status),
        make("seen.ata.error", "AOE-ATA-12",
             "A failure has ERR and its cause, without the AoE error flag.", Situation::reply,
             ata_error, 0, odd::no_count),
        make("seen.ata.read-whole", "AOE-ATA-14", "A read returns every sector.", Situation::reply,
             read_whole),
        make("seen.ata.write-without-data", "AOE-ATA-15", "The reply to a write carries no data.",
             Situation::reply, write_without_data),
        make("seen.ata.flags-echoed", "AOE-ATA-18", "AFlags come back, or are 0.", Situation::reply,
             flags_echoed),
        make("seen.ata.count-served", "AOE-ATA-20",
             "As many sectors as the target announced are served.", Situation::reply, count_served),
        make("seen.ata.above-maximum", "AOE-ATA-21",
             "More sectors than announced are refused, or served whole.", answered, above_maximum),
        make("seen.ata.count-zero", "AOE-ATA-22", "A count of 0 moves no data.", Situation::reply,
             count_zero, odd::no_count),
        make("seen.ata.short-write", "AOE-ATA-23", "A write without all its data is refused.",
             Situation::reply, short_write, odd::short_data),
        make("seen.ata.last-sector", "AOE-ATA-25", "The last sector is read and written.",
             Situation::reply, last_served),
        make("seen.ata.error-without-data", "AOE-ATA-42", "A failure carries no sector data.",
             Situation::reply, error_without_data, 0, odd::no_count),
        make("seen.ata.feature-not-copied", "AOE-ATA-43",
             "The Feature byte does not come back in Error.", Situation::reply, feature_not_copied),
        make("seen.ata.payload-ignored", "AOE-ATA-44", "Payload of a read is ignored.", answered,
             payload_ignored, odd::trailing),
        make("seen.ata.read-exact", "AOE-ATA-45", "A read returns nothing after its sectors.",
             Situation::reply, read_exact),
    };
}

}  // namespace aoe::conformance
