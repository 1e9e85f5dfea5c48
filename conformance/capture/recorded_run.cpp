// SPDX-License-Identifier: MIT
#include "conformance/capture/recorded_run.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <fmt/format.h>

#include "conformance/capture/recorded_lab.h"

namespace aoe::conformance {

namespace {

using Kind = RecordedEvent::Kind;

constexpr std::size_t addresses_size = 12, vlan_tag_size = 4;

std::size_t tag_offset(Bytes frame) {
    const bool vlan =
        frame.size() >= 14 && frame[12] == std::byte{0x81} && frame[13] == std::byte{};
    return vlan ? 24 : 20;
}

std::optional<std::uint16_t> take_vlan_tag(ByteVector& frame) {
    if (frame.size() < addresses_size + vlan_tag_size) return std::nullopt;
    if (frame[12] != 0x81 || frame[13] != 0) return std::nullopt;
    const auto tag = static_cast<std::uint16_t>(frame[14] << 8 | frame[15]);
    frame.erase(frame.begin() + addresses_size, frame.begin() + addresses_size + vlan_tag_size);
    return tag;
}

// A word up to the next space.
std::string_view take_word(std::string_view& text) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    return word;
}

template <typename Number> std::optional<Number> number_of(std::string_view word) {
    Number number{};
    const auto result = std::from_chars(word.data(), word.data() + word.size(), number);
    if (result.ec != std::errc() || result.ptr != word.data() + word.size()) return std::nullopt;
    return number;
}

class Loader {
public:
    explicit Loader(RecordingFacts facts) { recording_.facts = std::move(facts); }

    /// Empty, or what is wrong with the packet.
    std::string add(const CapturedPacket& packet) {
        if (packet.link_type != link_type::ethernet) return "is of another link type than Ethernet";
        if (packet.length != packet.bytes.size()) return "was cut";
        if (packet.interface > (recording_.facts.second_ours ? 1U : 0U)) {
            return "is of an interface that the run did not have";
        }
        if (first_ == Time{}) first_ = std::clamp(packet.time, Time{}, Time::max() / 2);
        if (!is_near(packet.time)) return "was recorded months away from the others";
        if (!notes(packet.second_comment, false)) return "has a comment that makes no sense";
        if (recording_.visits.empty()) return "is of no case";
        frame(packet);
        if (!notes(packet.second_comment, true)) return "has a comment that makes no sense";
        return {};
    }

    RecordedRun take() { return std::move(recording_); }

private:
    // Each a line: what happened before the packet, or, behind a plus sign, after it.
    bool notes(std::string_view text, bool after) {
        while (!text.empty()) {
            std::string_view line = text.substr(0, text.find('\n'));
            text.remove_prefix(std::min(text.size(), line.size() + 1));
            if (line.starts_with('+') != after) continue;
            if (after) line.remove_prefix(1);
            if (!note(line)) return false;
        }
        return true;
    }

    // So that no sum of times overflows.
    bool is_near(Time time) const {
        constexpr Time most = std::chrono::hours(24 * 60);
        return time >= Time{} && time < Time::max() / 2 && time > first_ - most &&
               time < first_ + most;
    }

    bool note(std::string_view line) {
        const auto time = number_of<Time::rep>(take_word(line));
        if (!time || !is_near(Time(*time))) return false;
        RecordedEvent event;
        event.time = Time(*time);
        const std::string_view kind = take_word(line);
        if (kind == "begin") {
            begin(std::string(line), event.time);
            return true;
        }
        if (recording_.visits.empty()) return false;
        if (kind == "call" || kind == "ended") {
            event.kind = kind == "call" ? Kind::call : Kind::ended;
            event.text = unescaped(line);
        } else if (kind == "result" || kind == "unsent" || kind == "link") {
            if (kind == "link") {
                const auto port = number_of<std::uint32_t>(take_word(line));
                if (!port || *port > 1) return false;
                event.port = *port;
            }
            const auto number = number_of<unsigned>(take_word(line));
            const unsigned most = kind == "link" ? 3 : 1'000'000;
            if (!number || *number > most) return false;
            event.number = *number;
            event.text = unescaped(line);
            event.kind =
                kind == "result" ? Kind::result : (kind == "unsent" ? Kind::unsent : Kind::link);
        } else {
            return false;
        }
        append(std::move(event));
        return true;
    }

    void begin(std::string name, Time time) {
        tags_here_.clear();
        sent_ = starts_ = 0;
        // What was said between cases is one, wherever the cases come that it was between.
        for (std::size_t i = 0; i < recording_.visits.size(); ++i) {
            if (name == after_cases && recording_.visits[i].name == name) {
                visit_ = i;
                last_ = recording_.visits[i].events.front();
                return;
            }
        }
        visit_ = recording_.visits.size();
        recording_.visits.push_back({.name = std::move(name), .events = {}});
        RecordedEvent event;
        event.time = time;
        append(std::move(event));
    }

    void frame(const CapturedPacket& packet) {
        RecordedEvent event;
        event.kind = packet.sent ? Kind::sent : Kind::received;
        event.port = packet.interface;
        event.time = packet.time;
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(packet.bytes.data());
        event.bytes.assign(bytes, bytes + packet.bytes.size());
        if (!packet.sent) event.vlan_tag = take_vlan_tag(event.bytes);
        const auto tag = tag_of(std::as_bytes(std::span(event.bytes)));
        const std::size_t index = append(std::move(event));
        if (packet.sent && tag) tags_here_[*tag] = tags_[*tag] = index;
    }

    std::size_t append(RecordedEvent event) {
        const std::size_t index = recording_.events.size();
        event.sent_before = sent_;
        event.starts_before = starts_;
        if (event.kind == Kind::sent) ++sent_;
        if (event.kind == Kind::call && starts_target(event.text)) ++starts_;
        const bool comes_by_itself = event.kind == Kind::received || event.kind == Kind::link;
        if (comes_by_itself) recording_.events[cause(event)].follow.push_back(index);
        const bool is_done =
            !comes_by_itself && event.kind != Kind::ended && event.kind != Kind::unsent;
        if (is_done) last_ = index;
        recording_.visits[visit_].events.push_back(index);
        recording_.events.push_back(std::move(event));
        return index;
    }

    // The request that a frame answers, perhaps one of an earlier case; else what was done last.
    std::size_t cause(const RecordedEvent& event) const {
        const auto tag = tag_of(std::as_bytes(std::span(event.bytes)));
        if (!tag || event.kind != Kind::received) return last_;
        if (const auto here = tags_here_.find(*tag); here != tags_here_.end()) return here->second;
        const bool to_all = std::memcmp(event.bytes.data(), broadcast_mac.data(), 6) == 0;
        const auto earlier = tags_.find(*tag);
        return *tag == 0 || to_all || earlier == tags_.end() ? last_ : earlier->second;
    }

    static bool starts_target(const std::string& call) {
        return call.starts_with("start-again") || call == lab_call::restart ||
               call == lab_call::put_back;
    }

    RecordedRun recording_;
    Time first_{};
    std::size_t visit_ = 0;
    std::size_t last_ = 0;  // What we did last.
    std::map<std::uint32_t, std::size_t> tags_here_,
        tags_;  // Requests by tag, of this visit, of all.
    std::size_t sent_ = 0, starts_ = 0;
};

}  // namespace

std::optional<std::uint32_t> tag_of(Bytes frame) {
    const std::size_t offset = tag_offset(frame);
    if (frame.size() < offset + 4) return std::nullopt;
    std::uint32_t tag = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        tag = tag << 8 | std::to_integer<std::uint32_t>(frame[offset + i]);
    }
    return tag;
}

void set_tag(ByteVector& frame, std::uint32_t tag) {
    const std::size_t offset = tag_offset(std::as_bytes(std::span(frame)));
    if (frame.size() < offset + 4) return;
    for (std::size_t i = 0; i < 4; ++i) {
        frame[offset + i] = static_cast<std::uint8_t>(tag >> (24 - 8 * i));
    }
}

ByteVector canonical_form(Bytes frame) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(frame.data());
    ByteVector form(bytes, bytes + frame.size());
    // A frame that is cut within its tag keeps nothing of it.
    const std::size_t offset = tag_offset(frame);
    for (std::size_t i = offset; i < std::min(form.size(), offset + 4); ++i) form[i] = 0;
    return form;
}

Expected<RecordedRun, std::string> read_recording(CaptureReader& reader) {
    std::optional<Loader> loader;
    std::string why;
    const auto begin = [&] {
        auto facts = parse_recording_facts(reader.second_comment());
        if (facts)
            loader.emplace(*std::move(facts));
        else
            why = facts.error();
    };
    while (const auto packet = reader.next()) {
        if (!loader) begin();
        if (!loader) return Unexpected{why};
        const std::string wrong = loader->add(*packet);
        if (wrong.empty()) continue;
        return Unexpected{fmt::format("has a packet {} that {}", packet->number, wrong)};
    }
    if (!reader.problem().empty()) return Unexpected{reader.problem()};
    if (!loader) begin();
    if (!loader) return Unexpected{why};
    return loader->take();
}

Expected<RecordedRun, std::string> open_recording(const std::string& file) {
    auto reader = open_capture(file);
    if (!reader) return Unexpected{reader.error()};
    auto recording = read_recording(*reader);
    if (!recording) return Unexpected{fmt::format("{} {}", file, recording.error())};
    return recording;
}

}  // namespace aoe::conformance
