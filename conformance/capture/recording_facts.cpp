// SPDX-License-Identifier: MIT
#include "conformance/capture/recording_facts.h"

#include <charconv>
#include <fmt/format.h>
#include <map>

#include "conformance/describe.h"
#include "wire/address.h"

namespace aoe::conformance {

namespace {

constexpr std::string_view format_version = "1";

// The recorded text, by key. Every value has one check, in one place, and a bad one is remembered.
class Values {
public:
    explicit Values(std::string_view text) {
        while (!text.empty()) {
            const std::string_view line = text.substr(0, text.find('\n'));
            text.remove_prefix(std::min(text.size(), line.size() + 1));
            const std::size_t colon = line.find(": ");
            if (colon == std::string_view::npos) continue;
            values_[std::string(line.substr(0, colon))] = unescaped(line.substr(colon + 2));
        }
    }

    const std::string& text(const std::string& key) { return values_[key]; }
    bool has(const std::string& key) { return !text(key).empty(); }
    bool yes(const std::string& key) { return text(key) == "yes"; }
    template <typename Number> Number number(const std::string& key) {
        const std::string& value = text(key);
        Number number{};
        const char* end = value.data() + value.size();
        const auto result = std::from_chars(value.data(), end, number);
        if (result.ec != std::errc() || result.ptr != end) bad_ = key;
        return number;
    }
    Mac mac(const std::string& key) {
        const auto mac = parse_mac(text(key));
        if (!mac) bad_ = key;
        return mac.value_or(Mac{});
    }
    ByteVector bytes(const std::string& key) {
        const std::string& digits = text(key);
        ByteVector bytes(digits.size() / 2);
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            const char* first = digits.data() + 2 * i;
            const auto result = std::from_chars(first, first + 2, bytes[i], 16);
            if (result.ec != std::errc() || result.ptr != first + 2) bad_ = key;
        }
        if (digits.size() % 2 != 0) bad_ = key;
        return bytes;
    }
    void refuse(const std::string& key) { bad_ = key; }
    const std::string& bad() const { return bad_; }

private:
    std::map<std::string, std::string> values_;
    std::string bad_;  // The key whose value makes no sense.
};

std::string needs_text(Needs needs) {
    std::string text;
    for (const Need need : all_needs) {
        if (needs.contains(need)) text += (text.empty() ? "" : " ") + std::string(name(need));
    }
    return text;
}

Needs parse_needs(std::string_view text) {
    Needs needs{0U};
    while (!text.empty()) {
        const std::string_view word = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(text.size(), word.size() + 1));
        for (const Need need : all_needs) {
            if (name(need) == word) needs = needs | need;
        }
    }
    return needs;
}

std::string hex_text(const ByteVector& bytes) {
    std::string text;
    for (const std::uint8_t byte : bytes) text += fmt::format("{:02x}", byte);
    return text;
}

std::optional<Revision> parse_revision(const std::string& text) {
    for (const Revision revision : {Revision::r8, Revision::r10, Revision::r11}) {
        if (text == name(revision)) return revision;
    }
    return std::nullopt;
}

void read_options(Values& values, RecordingFacts& facts) {
    if (values.has("allow") && values.text("allow") != "none") {
        const auto doors = parse_doors(values.text("allow"));
        if (!doors) values.refuse("allow");
        facts.open = doors ? *doors : Doors();
    }
    facts.started = values.yes("started");
    facts.force = values.yes("force");
    facts.revision = parse_revision(values.text("revision"));
    if (values.has("scratch-first")) {
        facts.scratch = {.first = values.number<std::uint64_t>("scratch-first"),
                         .count = values.number<std::uint64_t>("scratch-count")};
    }
    facts.seed = values.number<std::uint64_t>("seed");
    facts.first_tag = values.number<std::uint32_t>("first-tag");
    facts.timeout_factor = values.number<double>("timeout");
    if (!(facts.timeout_factor >= 0.1 && facts.timeout_factor <= 1000)) values.refuse("timeout");
    if (values.has("retries")) facts.retries = values.number<unsigned>("retries");
    facts.soak = std::chrono::seconds(values.number<std::uint32_t>("soak"));
    facts.cases.tests = values.text("tests");
    facts.cases.skip = values.text("skip");
    facts.cases.as_of = values.text("as-of");
}

void read_laboratory(Values& values, RecordingFacts& facts) {
    facts.offers = parse_needs(values.text("offers"));
    if (facts.offers.contains(Need::twin)) {
        facts.twin = {.slot = values.number<std::uint8_t>("twin-slot"),
                      .size_bytes = values.number<std::uint64_t>("twin-bytes")};
    }
    if (values.has("second-ours")) {
        facts.second_ours = values.mac("second-ours");
        facts.second_target = values.mac("second-target");
    }
}

}  // namespace

std::vector<std::string> interfaces_of(const RecordingFacts& facts) {
    std::vector<std::string> names{facts.interface};
    if (facts.second_ours) names.emplace_back("the target's second interface");
    return names;
}

std::string to_text(const RecordingFacts& facts) {
    std::string text;
    const auto add = [&text](std::string_view key, const auto& value) {
        text += fmt::format("{}: {}\n", key, escaped(fmt::format("{}", value)));
    };
    add("recording", format_version);
    add("interface", facts.interface);
    add("ours", mac_text(facts.ours));
    add("mtu", facts.mtu);
    add("receive-capacity", facts.receive_capacity);
    add("shelf", facts.shelf);
    add("slot", facts.slot);
    add("discovered", hex_text(facts.discovered));
    add("allow", to_string(facts.open));
    add("started", facts.started ? "yes" : "no");
    add("force", facts.force ? "yes" : "no");
    add("revision", facts.revision ? name(*facts.revision) : "auto");
    if (facts.scratch) {
        add("scratch-first", facts.scratch->first);
        add("scratch-count", facts.scratch->count);
    }
    add("seed", facts.seed);
    add("first-tag", facts.first_tag);
    add("timeout", facts.timeout_factor);
    if (facts.retries) add("retries", *facts.retries);
    add("soak", std::chrono::duration_cast<std::chrono::seconds>(facts.soak).count());
    add("tests", facts.cases.tests);
    add("skip", facts.cases.skip);
    add("as-of", facts.cases.as_of);
    add("offers", needs_text(facts.offers));
    if (facts.offers.contains(Need::twin)) {
        add("twin-slot", facts.twin.slot);
        add("twin-bytes", facts.twin.size_bytes);
    }
    if (facts.second_ours && facts.second_target) {
        add("second-ours", mac_text(*facts.second_ours));
        add("second-target", mac_text(*facts.second_target));
    }
    return text;
}

Expected<RecordingFacts, std::string> parse_recording_facts(std::string_view text) {
    Values values(text);
    if (!values.has("recording")) return Unexpected{std::string(no_recording)};
    if (values.text("recording") != format_version) {
        return Unexpected{fmt::format("is a recording of format {}, and this program reads {}",
                                      escaped(values.text("recording")), format_version)};
    }
    RecordingFacts facts;
    facts.interface = values.text("interface");
    facts.ours = values.mac("ours");
    facts.mtu = values.number<std::uint16_t>("mtu");
    facts.receive_capacity = values.number<std::size_t>("receive-capacity");
    facts.shelf = values.number<std::uint16_t>("shelf");
    facts.slot = values.number<std::uint8_t>("slot");
    facts.discovered = values.bytes("discovered");
    read_options(values, facts);
    read_laboratory(values, facts);
    if (!values.bad().empty()) {
        return Unexpected{fmt::format("is a recording whose '{}' makes no sense", values.bad())};
    }
    return facts;
}

std::string escaped(std::string_view text) {
    std::string line;
    for (const char c : text) {
        const bool plain = c >= ' ' && c <= '~' && c != '\\';
        line += plain ? std::string(1, c) : fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
    return line;
}

std::string unescaped(std::string_view text) {
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::uint8_t byte = 0;
        const bool escape = text.substr(i, 2) == "\\x" && i + 4 <= text.size();
        const char* digits = text.data() + i + 2;
        if (escape && std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
            bytes += static_cast<char>(byte);
            i += 3;
        } else {
            bytes += text[i];
        }
    }
    return bytes;
}

}  // namespace aoe::conformance
