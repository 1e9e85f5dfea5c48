// SPDX-License-Identifier: MIT
// The catalogue: every requirement the project knows, read once from catalogue.toml, which is
// compiled into the program. A verdict prints its requirement's text and basis from here.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace aoe::conformance {

enum class Level : std::uint8_t { must, should, may, practice };
enum class Revision : std::uint8_t { r8, r10, r11 };
enum class AppliesTo : std::uint8_t { target, initiator };
/// How sure we are of the wording: see docs/catalogue.md.
enum class Confidence : std::uint8_t { spec, restated, two_agree, one_lineage, one, inferred };
enum class Impact : std::uint8_t {
    data_loss,
    leak,
    crash,
    hang,
    lock_out,
    interoperation,
    cosmetic
};

/// An implementation known to do something else, and what.
struct Deviation {
    std::string implementation;  // "vblade"
    std::string what;            // "answers a frame for another station"
};

struct Requirement {
    std::string id;       // "AOE-HDR-01"
    std::string text;     // One sentence.
    std::string why;      // One sentence: what happens to a user when it is broken.
    std::string section;  // Of the specification, r11; empty when no section is known.
    Level level{};
    std::string condition;  // "if sent": the level holds only then; mostly empty.
    Revision since{};
    AppliesTo applies_to{};
    Confidence confidence{};
    Impact impact{};
    std::vector<std::string> agreeing;  // Implementations and texts that support the statement.
    std::vector<Deviation> differing;
    std::string unjudged;  // Why no case judges it; empty when one does.
};

/// All requirements, in the catalogue's order. Throws std::runtime_error, with the line, when the
/// compiled-in text is not a valid catalogue: a build that passes its tests never does.
std::span<const Requirement> catalogue();

/// The requirement with this id, or nullptr.
const Requirement* find_requirement(std::string_view id);

/// Parses a catalogue's text; `catalogue()` without the cache, for tests.
std::vector<Requirement> parse_catalogue(std::string_view toml);

/// "MUST", "r11", "data loss", ...: as the catalogue and every report spell them.
std::string_view name(Level level);
std::string_view name(Revision revision);
std::string_view name(AppliesTo applies_to);
std::string_view name(Confidence confidence);
std::string_view name(Impact impact);

/// How sure we are, in words.
std::string_view sentence(Confidence confidence);
/// One line for people: how sure we are, who agrees, who differs.
std::string basis(const Requirement& requirement);

}  // namespace aoe::conformance
