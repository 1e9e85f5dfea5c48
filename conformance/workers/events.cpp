// SPDX-License-Identifier: MIT
#include "conformance/workers/events.h"

#include <algorithm>
#include <cstring>

#include "conformance/workers/archive.h"

namespace aoe::conformance {

namespace {

constexpr std::size_t size_bytes = sizeof(std::uint32_t);

const Case* find_case(const std::string& id) {
    const auto cases = all_cases();
    const auto found =
        std::find_if(cases.begin(), cases.end(), [&](const Case& test) { return test.id == id; });
    return found == cases.end() ? nullptr : &*found;
}

// What both processes have is passed by its name.
void by_id(ArchiveWriter& archive, const Case* test) {
    archive(test == nullptr ? std::string() : std::string(test->id));
}
void by_id(ArchiveReader& archive, const Case*& test) {
    std::string id;
    archive(id);
    test = find_case(id);
}
void by_id(ArchiveWriter& archive, const Requirement* requirement) {
    archive(requirement == nullptr ? std::string() : requirement->id);
}
void by_id(ArchiveReader& archive, const Requirement*& requirement) {
    std::string id;
    archive(id);
    requirement = find_requirement(id);
}

}  // namespace

// A member that is added to one of these types must be added here too; the compiler says so. Found
// by their arguments' namespace, which a nameless one within it would hide.

template <typename Archive> static void fields(Archive& archive, FieldRow& value) {
    auto& [name, offset, size, actual, expected, differs] = value;
    archive(name, offset, size, actual, expected, differs);
}

template <typename Archive> static void fields(Archive& archive, Finding& value) {
    auto& [requirement, severity, expected, actual, frame, dump, reply, rows, request_frame,
           request] = value;
    by_id(archive, requirement);
    archive(severity, expected, actual, frame, dump, reply, rows, request_frame, request);
}

template <typename Archive> static void fields(Archive& archive, Time& value) {
    auto ticks = value.count();
    archive(ticks);
    value = Time(ticks);
}

template <typename Archive> static void fields(Archive& archive, TranscriptEntry& value) {
    auto& [number, sent, time, bytes, vlan_tag] = value;
    bool tagged = vlan_tag.has_value();
    std::uint16_t tag = vlan_tag.value_or(0);
    archive(number, sent, bytes, tagged, tag);
    if (tagged) vlan_tag = tag;
    fields(archive, time);
}

template <typename Archive> static void fields(Archive& archive, CaseResult& value) {
    auto& [test, target, verdict, code, reason, findings, frames, last_frames, first, last,
           recording, liveness, duration, repetition] = value;
    by_id(archive, test);
    archive(target, verdict, code, reason, findings, frames, last_frames, first, last, recording,
            liveness, duration, repetition);
}

template <typename Archive> static void fields(Archive& archive, ConfigFields& value) {
    auto& [buffer_count, firmware_version, sector_count, version, command, length] = value;
    archive(buffer_count, firmware_version, sector_count, version, command, length);
}

template <typename Archive> static void fields(Archive& archive, SectorRange& value) {
    auto& [first, count] = value;
    archive(first, count);
}

template <typename Archive> static void fields(Archive& archive, TargetFacts& value) {
    auto& [mac, shelf, slot, mtu, private_link, config, config_string, identified, identify_data,
           sectors, lba48, model, serial, firmware, revision, revision_reason, scratch, subject] =
        value;
    archive(mac, shelf, slot, mtu, private_link, config, config_string, identified, identify_data,
            sectors, lba48, model, serial, firmware, revision, revision_reason, scratch, subject);
}

template <typename Archive> static void fields(Archive& archive, CaseFinished& value) {
    archive(value.result);
}

template <typename Archive> static void fields(Archive& archive, CaseAmended& value) {
    archive(value.result);
}

template <typename Archive> static void fields(Archive& archive, RunEnd& value) {
    auto& [our_error, target_lost, unjudged_left, nothing_judged, problems, remarks] = value;
    archive(our_error, target_lost, unjudged_left, nothing_judged, problems, remarks);
}

template <typename Archive> static void fields(Archive& archive, CannotWork& value) {
    auto& [why] = value;
    archive(why);
}

namespace {

// Reads the alternative with this number.
template <std::size_t index = 0> Event read_event(ArchiveReader& archive, std::size_t wanted) {
    if constexpr (index < std::variant_size_v<Event>) {
        if (index != wanted) return read_event<index + 1>(archive, wanted);
        std::variant_alternative_t<index, Event> value;
        archive(value);
        return value;
    } else {
        throw std::runtime_error("a worker's message is of no known kind");
    }
}

}  // namespace

std::vector<std::uint8_t> encode(const Event& event) {
    ArchiveWriter archive;
    archive(std::uint32_t{0}, static_cast<std::uint8_t>(event.index()));
    std::visit([&](const auto& value) { archive(value); }, event);
    std::vector<std::uint8_t> bytes = archive.take();
    const auto size = static_cast<std::uint32_t>(bytes.size() - size_bytes);
    std::memcpy(bytes.data(), &size, size_bytes);
    return bytes;
}

void EventReader::add(const std::uint8_t* bytes, std::size_t size) {
    bytes_.insert(bytes_.end(), bytes, bytes + size);
}

std::optional<Event> EventReader::next() {
    std::uint32_t size = 0;
    if (bytes_.size() < size_bytes) return std::nullopt;
    std::memcpy(&size, bytes_.data(), size_bytes);
    if (bytes_.size() - size_bytes < size) return std::nullopt;
    ArchiveReader archive(bytes_.data() + size_bytes, size);
    std::uint8_t kind = 0;
    archive(kind);
    Event event = read_event(archive, kind);
    bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(size_bytes + size));
    return event;
}

}  // namespace aoe::conformance
