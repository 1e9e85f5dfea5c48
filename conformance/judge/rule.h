// SPDX-License-Identifier: MIT
// The rules by which recorded traffic is judged: each a piece of data like a case, and a function
// over one request and what became of it. They know nothing of files, so that whoever plays a
// capture to a live target judges its replies by the same rules.
//
// Adding a rule is adding one literal to a list in rules/.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/case.h"
#include "conformance/judge/oddities.h"
#include "conformance/judge/seen_frame.h"
#include "conformance/judge/target_memory.h"
#include "conformance/selection.h"
#include "wire/expected.h"

namespace aoe::conformance {

/// What there is to judge; a rule names those it looks at.
enum class Situation : std::uint8_t {
    request = 1,       // What an initiator sent, by itself.
    reply = 2,         // A request and a reply to it.
    silence = 4,       // A request that the target left unanswered, although it serves its sender.
    announcement = 8,  // A config reply that nobody asked for.
    again = 16,        // A request and a reply more than there were requests.
    masked = 32,       // A request left unanswered by a target that served others, or later.
    runt = 64          // A frame shorter than the header, then a reply, or the next request's.
};
struct Situations {
    std::uint8_t bits = 0;
    constexpr Situations() = default;
    constexpr Situations(Situation one) : bits(static_cast<std::uint8_t>(one)) {}
    constexpr explicit Situations(unsigned mask) : bits(static_cast<std::uint8_t>(mask)) {}
    constexpr bool contains(Situation one) const {
        return (bits & static_cast<std::uint8_t>(one)) != 0;
    }
    friend constexpr Situations operator|(Situations a, Situations b) {
        return Situations(a.bits | unsigned{b.bits});
    }
};
constexpr Situations operator|(Situation a, Situation b) {
    return Situations(a) | Situations(b);
}

struct Observation {
    Situation situation = Situation::reply;
    const SeenFrame* request = nullptr;  // Null for an announcement and for a runt.
    const SeenFrame* reply = nullptr;    // Null for a request by itself and for silence.
    Oddities odd = 0;                    // Of the request, towards this target.
    Known known{};
};

/// What to tell of a broken rule.
struct Words {
    std::string expected, actual;
};

enum class Outcome : std::uint8_t { not_about_it, kept, broken };

/// Bits of Rule::commands.
namespace about {
inline constexpr std::uint8_t ata = 1, config = 2, mask = 4, reserve = 8, others = 16;
inline constexpr std::uint8_t any = 31;
}  // namespace about

struct Rule {
    Case test;                           // Its id begins with "seen."; it has nothing to run.
    Situations situations;               // Those it is asked about.
    std::uint8_t commands = about::any;  // Of the request, or of the announcement.
    Oddities odd = 0;                    // The request has exactly these,
    Oddities tolerated = 0;              // these aside.
    /// Fills in `words`, when there are any, if the outcome is broken.
    Outcome (*judge)(const Observation& seen, Words* words) = nullptr;
};

/// Every rule, in the catalogue's order.
std::span<const Rule> all_rules();

/// One flag a rule; empty is every rule.
using ChosenRules = std::vector<bool>;
/// Those that --tests, --skip and --as-of choose, as cases are chosen. On failure one sentence.
Expected<ChosenRules, std::string> choose_rules(const Selection& selection);

/// Indices into all_rules() of those that may have something to say.
std::span<const std::uint16_t> rules_for(Situation situation, std::uint8_t command);

/// True when the rule is about requests as odd as this one.
inline bool is_about(const Rule& rule, Oddities odd) {
    return (odd & ~rule.tolerated) == rule.odd;
}

/// Kept or broken; `tell` makes the words when somebody wants them.
template <typename Tell> Outcome expect(bool kept, Words* words, Tell&& tell) {
    if (kept) return Outcome::kept;
    if (words != nullptr) *words = tell();
    return Outcome::broken;
}

// One function a chapter, each in its own file of rules/.
std::vector<Rule> header_rules();
std::vector<Rule> address_rules();
std::vector<Rule> odd_header_rules();
std::vector<Rule> config_rules();
std::vector<Rule> config_test_rules();
std::vector<Rule> config_set_rules();
std::vector<Rule> announcement_rules();
std::vector<Rule> mask_rules();
std::vector<Rule> reserve_rules();
std::vector<Rule> ata_rules();
std::vector<Rule> ata_command_rules();
std::vector<Rule> ata_error_rules();
std::vector<Rule> identify_rules();
std::vector<Rule> initiator_rules();

}  // namespace aoe::conformance
