// SPDX-License-Identifier: MIT
// Three readings of every recorded frame, field by field: the suite's (conformance/message.h), the
// codec's (wire/) and tshark's. What a frame is too short for, all of them must miss.
//
// The first two are compared in everything that both have a place for; reserved bytes they have
// not. tshark's dissector is of the protocol's older revision: it knows the header, and of command
// 0 all but the reserved bytes; of a frame of another version than 1 it knows the version alone. It
// says nothing of the arguments of commands 1, 2 and 3, shows Error only under flag E, D only under
// E, A only under W, and ATA registers from 34 bytes on, where ours want the 36 with the reserved
// ones. Sizes and times it knows for every frame, addresses are compared where the suite has them.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include "conformance/capture/capture_reader.h"
#include "conformance/message.h"
#include "wire/address.h"
#include "wire/ata.h"
#include "wire/config.h"
#include "wire/frame.h"
#include "wire/mask.h"
#include "wire/reserve.h"

namespace aoe {
namespace {

using conformance::Reply;
using Storage = std::vector<std::byte>;
/// What one reading finds in a frame, by name; what it does not find has no entry.
using Fields = std::map<std::string, std::string>;

std::string text(std::uint64_t value) {
    return fmt::format("{:#x}", value);
}

std::string hex(Bytes bytes) {
    std::string digits;
    for (const std::byte byte : bytes) {
        digits += fmt::format("{:02x}", std::to_integer<unsigned>(byte));
    }
    return digits;
}

/// "tag: 0x7 against nothing, ...": empty when both say the same.
std::string differences(const Fields& left, const Fields& right) {
    std::string found;
    Fields names = left;
    names.insert(right.begin(), right.end());
    for (const auto& [name, unused] : names) {
        const auto in_left = left.find(name), in_right = right.find(name);
        if (in_left != left.end() && in_right != right.end() &&
            in_left->second == in_right->second) {
            continue;
        }
        found += fmt::format("{}: {} against {}; ", name,
                             in_left == left.end() ? "nothing" : in_left->second,
                             in_right == right.end() ? "nothing" : in_right->second);
    }
    return found;
}

// The suite's reading.

void put_data(Fields& fields, const conformance::ByteVector& data) {
    fields["data"] = hex(std::as_bytes(std::span(data)));
    fields["data size"] = text(data.size());
}

Fields suite_fields(const std::optional<Reply>& reply) {
    if (!reply) return {};
    const auto& aoe = reply->aoe;
    Fields fields{{"destination", to_string(reply->destination)},
                  {"source", to_string(reply->source)},
                  {"version", text(aoe.version)},
                  {"flags", text(aoe.flags)},
                  {"error", text(aoe.error)},
                  {"shelf", text(aoe.shelf)},
                  {"slot", text(aoe.slot)},
                  {"command", text(aoe.command)},
                  {"tag", text(aoe.tag)}};
    put_data(fields, reply->data);
    if (const auto& ata = reply->ata) {
        fields.merge(Fields{{"ATA flags", text(ata->flags)},
                            {"ATA feature", text(ata->feature)},
                            {"ATA count", text(ata->sector_count)},
                            {"ATA command", text(ata->command)},
                            {"lba", text(ata->lba)}});
    }
    if (const auto& config = reply->config) {
        const std::string string = reply->config_string();
        fields.merge(Fields{{"buffer count", text(config->buffer_count)},
                            {"firmware", text(config->firmware_version)},
                            {"sector count", text(config->sector_count)},
                            {"config version", text(config->version)},
                            {"CCmd", text(config->command)},
                            {"string length", text(config->string_length)},
                            {"string", hex(std::as_bytes(std::span(string)))}});
    }
    if (const auto& mask = reply->mask) {
        fields.merge(Fields{{"MCmd", text(mask->command)},
                            {"MError", text(mask->error)},
                            {"Dir Count", text(mask->directive_count)}});
        for (std::size_t i = 0; const auto& [command, mac] : reply->directives()) {
            fields[fmt::format("directive {}", ++i)] =
                fmt::format("{} {}", command, to_string(mac));
        }
    }
    if (const auto& reserve = reply->reserve) {
        fields.merge(Fields{{"RCmd", text(reserve->command)}, {"NMacs", text(reserve->mac_count)}});
        for (std::size_t i = 0; const Mac& mac : reply->macs()) {
            fields[fmt::format("address {}", ++i)] = to_string(mac);
        }
    }
    return fields;
}

// The codec's reading. Lists and strings that are shorter than declared it does not serve; the
// entries that are there are still read where it would read them.

void add_ata(Fields& fields, const AtaView& view) {
    const AtaRegisters ata = view.registers();
    fields.merge(Fields{{"ATA flags", text(ata.flags)},
                        {"ATA feature", text(ata.error_feature)},
                        {"ATA count", text(ata.sector_count)},
                        {"ATA command", text(ata.command_status)},
                        {"lba", text(ata.lba)}});
}

void add_config(Fields& fields, const ConfigView& view, Bytes behind) {
    const ConfigFields config = view.fields();
    const std::size_t present = std::min<std::size_t>(config.string_length, behind.size());
    const auto string = view.string();
    EXPECT_EQ(string.has_value(),
              config.string_length == present && present <= config_string_limit);
    fields.merge(Fields{{"buffer count", text(config.buffer_count)},
                        {"firmware", text(config.firmware_version)},
                        {"sector count", text(config.sector_count)},
                        {"config version", text(config.version)},
                        {"CCmd", text(config.command)},
                        {"string length", text(config.string_length)},
                        {"string", hex(string ? *string : behind.first(present))}});
}

void add_mask(Fields& fields, const MaskView& view, Bytes behind) {
    const MaskFields mask = view.fields();
    const auto list = view.directives();
    EXPECT_EQ(list.has_value(), behind.size() >= mask.directive_count * mask_directive_size);
    const Bytes directives = list ? *list : behind;
    fields.merge(Fields{{"MCmd", text(mask.command)},
                        {"MError", text(mask.error)},
                        {"Dir Count", text(mask.directive_count)}});
    for (std::size_t i = 0; i < directives.size() / mask_directive_size; ++i) {
        const MaskDirective directive = mask_directive_at(directives, i);
        fields[fmt::format("directive {}", i + 1)] =
            fmt::format("{} {}", directive.command, to_string(directive.mac));
    }
}

void add_reserve(Fields& fields, const ReserveView& view, Bytes behind) {
    const ReserveFields reserve = view.fields();
    const auto list = view.macs();
    EXPECT_EQ(list.has_value(), behind.size() >= reserve.mac_count * mac_size);
    const Bytes macs = list ? *list : behind;
    fields.merge(Fields{{"RCmd", text(reserve.command)}, {"NMacs", text(reserve.mac_count)}});
    for (std::size_t i = 0; i < macs.size() / mac_size; ++i) {
        fields[fmt::format("address {}", i + 1)] = to_string(reserve_mac_at(macs, i));
    }
}

/// Adds what `View` reads of the argument; returns what stands behind it.
template <typename View, typename Add>
Bytes read_argument(Bytes argument, std::size_t fixed, const Add& add) {
    const auto view = View::parse(argument);
    if (!view) return argument;
    add(*view, argument.subspan(fixed));
    return argument.subspan(fixed);
}

Fields codec_fields(Bytes bytes) {
    const auto frame = FrameView::parse(bytes);
    if (!frame) return {};
    const Header header = frame->header();
    Fields fields{{"destination", to_string(header.destination)},
                  {"source", to_string(header.source)},
                  {"version", text(header.version)},
                  {"flags", text(header.flags)},
                  {"error", text(header.error)},
                  {"shelf", text(header.address.shelf)},
                  {"slot", text(header.address.slot)},
                  {"command", text(header.command)},
                  {"tag", text(header.tag)}};
    Bytes data = frame->argument();
    const auto with = [&](auto add) {
        return [&fields, add](const auto& view, Bytes behind) { add(fields, view, behind); };
    };
    if (header.command == command::ata) {
        data = read_argument<AtaView>(data, ata_argument_size,
                                      [&](const AtaView& view, Bytes) { add_ata(fields, view); });
    } else if (header.command == command::config) {
        data = read_argument<ConfigView>(data, config_argument_size, with(add_config));
    } else if (header.command == command::mac_mask) {
        data = read_argument<MaskView>(data, mask_argument_size, with(add_mask));
    } else if (header.command == command::reserve) {
        data = read_argument<ReserveView>(data, reserve_argument_size, with(add_reserve));
    }
    fields["data"] = hex(data);
    fields["data size"] = text(data.size());
    return fields;
}

// tshark's reading.

const std::vector<std::string> columns = {
    "frame.time_epoch", "frame.len",    "frame.cap_len",   "eth.dst",          "eth.src",
    "aoe.version",      "aoe.response", "aoe.flags_error", "aoe.error",        "aoe.major",
    "aoe.minor",        "aoe.cmd",      "aoe.tag",         "aoe.aflags.e",     "aoe.aflags.d",
    "aoe.aflags.a",     "aoe.aflags.w", "aoe.err_feature", "aoe.sector_count", "aoe.ata.cmd",
    "aoe.ata.status",   "aoe.lba"};

bool is_ata(std::string_view name) {
    return name.starts_with("aoe.aflags") || name.starts_with("aoe.ata") || name == "aoe.lba" ||
           name == "aoe.err_feature" || name == "aoe.sector_count";
}

/// A column's words as text() writes numbers; times and addresses stay as they are.
std::string normal(const std::string& name, const std::string& value) {
    if (!name.starts_with("aoe.")) return value;
    if (value == "True") return text(1);
    if (value == "False") return text(0);
    return text(std::stoull(value, nullptr, 0));
}

Fields tshark_row(const std::string& line) {
    Fields row;
    std::istringstream values(line);
    std::string value;
    for (const std::string& name : columns) {
        if (std::getline(values, value, '\t') && !value.empty()) row[name] = normal(name, value);
    }
    return row;
}

/// What tshark makes of a whole file; nothing, and a failure, when it does not run.
std::vector<Fields> tshark_rows(const std::filesystem::path& file) {
    std::string command = fmt::format("tshark -n -r '{}' -T fields", file.string());
    for (const std::string& name : columns) command += " -e " + name;
    const std::filesystem::path errors = file.string() + ".err";
    command += fmt::format(" 2>'{}'", errors.string());
    std::vector<Fields> rows;
    FILE* const pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) return rows;
    std::string line;
    std::array<char, 4096> piece{};
    while (std::fgets(piece.data(), piece.size(), pipe) != nullptr) {
        line += piece.data();
        if (!line.ends_with('\n')) continue;
        line.pop_back();
        rows.push_back(tshark_row(line));
        line.clear();
    }
    const int status = ::pclose(pipe);
    std::ostringstream said;
    said << std::ifstream(errors).rdbuf();
    EXPECT_EQ(status, 0) << said.str();
    return rows;
}

/// A row without what belongs to a header or registers that are not wholly there, and without what
/// tshark did not read in this frame: a reply's ATA command is the request's.
Fields whole_parts(Fields row, std::size_t aoe_size) {
    constexpr std::size_t registers_end = 36 - ethernet_header_size;
    const bool other_version = row.contains("aoe.version") && row["aoe.version"] != text(1);
    const bool header = row.contains("aoe.tag") ||
                        (other_version && aoe_size >= header_size - ethernet_header_size);
    const bool registers = row.contains("aoe.lba") && aoe_size >= registers_end;
    const bool response = row.contains("aoe.response") && row["aoe.response"] == text(1);
    std::erase_if(row, [&](const auto& field) {
        return (field.first.starts_with("aoe.") && !header) ||
               (is_ata(field.first) && !registers) || (field.first == "aoe.ata.cmd" && response);
    });
    return row;
}

/// What of the suite's reading tshark knows, in tshark's words.
Fields known_to_tshark(const std::optional<Reply>& reply) {
    Fields row;
    if (!reply) return row;
    const auto bit = [](unsigned byte, unsigned mask) { return text((byte & mask) != 0 ? 1 : 0); };
    const auto& aoe = reply->aoe;
    row = {{"aoe.version", text(aoe.version)},
           {"aoe.response", bit(aoe.flags, 8)},
           {"aoe.flags_error", bit(aoe.flags, 4)},
           {"aoe.major", text(aoe.shelf)},
           {"aoe.minor", text(aoe.slot)},
           {"aoe.cmd", text(aoe.command)},
           {"aoe.tag", text(aoe.tag)}};
    if (aoe.version != 1) return {{"aoe.version", text(aoe.version)}};
    if (reply->has_error()) row["aoe.error"] = text(aoe.error);
    if (const auto& ata = reply->ata) {
        row.merge(
            Fields{{"aoe.aflags.e", bit(ata->flags, 0x40)},
                   {"aoe.aflags.w", bit(ata->flags, 0x01)},
                   {"aoe.err_feature", text(ata->feature)},
                   {"aoe.sector_count", text(ata->sector_count)},
                   {reply->is_response() ? "aoe.ata.status" : "aoe.ata.cmd", text(ata->command)},
                   {"aoe.lba", text(ata->lba)}});
        if ((ata->flags & 0x40) != 0) row["aoe.aflags.d"] = bit(ata->flags, 0x10);
        if ((ata->flags & 0x01) != 0) row["aoe.aflags.a"] = bit(ata->flags, 0x02);
    }
    return row;
}

// The frames.

/// A frame, and where it is from.
struct Frame {
    std::string name;
    Storage bytes;
    std::uint32_t length = 0;
    Time time{};
};

std::vector<Frame> recorded_frames() {
    const std::filesystem::path folder = AOE_SOURCE_DIR "/captures";
    std::ifstream listed(folder / "manifest.json");
    const auto manifest = nlohmann::json::parse(listed);
    std::vector<Frame> frames;
    for (const auto& entry : manifest.at("captures")) {
        const std::string file = entry.at("file");
        auto reader = conformance::open_capture(folder / file);
        if (!reader) {
            ADD_FAILURE() << reader.error();
            continue;
        }
        while (const auto packet = reader->next()) {
            frames.push_back({.name = fmt::format("{} frame {}", file, packet->number),
                              .bytes = {packet->bytes.begin(), packet->bytes.end()},
                              .length = packet->length,
                              .time = packet->time});
        }
    }
    return frames;
}

/// One frame of each command, request and reply, at every size up to 80 bytes.
std::vector<Frame> cut_frames() {
    constexpr std::size_t longest = 80;
    std::map<std::pair<unsigned, bool>, Frame> chosen;
    for (const Frame& frame : recorded_frames()) {
        const auto reply = conformance::dissect(frame.bytes);
        if (!reply) continue;
        Frame& longest_yet = chosen[{reply->aoe.command, reply->is_response()}];
        if (frame.bytes.size() > longest_yet.bytes.size()) longest_yet = frame;
    }
    std::vector<Frame> cuts;
    for (const auto& [kind, frame] : chosen) {
        for (std::size_t size = 0; size <= std::min(longest, frame.bytes.size()); ++size) {
            Frame& cut = cuts.emplace_back(frame);
            cut.name += fmt::format(" cut to {}", size);
            cut.bytes.resize(size);
            cut.length = static_cast<std::uint32_t>(size);
        }
    }
    return cuts;
}

/// The frame without its VLAN tags, which the kernel takes away before a packet socket reads.
Storage without_tags(const Storage& bytes) {
    Storage plain = bytes;
    const auto type = [&plain] {
        return std::to_integer<unsigned>(plain[12]) << 8 | std::to_integer<unsigned>(plain[13]);
    };
    while (plain.size() >= 18 && (type() == 0x8100 || type() == 0x88a8)) {
        plain.erase(plain.begin() + 12, plain.begin() + 16);
    }
    return plain;
}

/// All frames in one file, so that tshark is started once.
std::filesystem::path write_pcap(const std::vector<Frame>& frames, const std::string& name) {
    const std::filesystem::path path = std::filesystem::path(testing::TempDir()) /
                                       fmt::format("agreement-{}-{}.pcap", ::getpid(), name);
    std::ofstream file(path, std::ios::binary);
    const auto put = [&](std::uint32_t value) {
        file.write(reinterpret_cast<const char*>(&value), sizeof value);
    };
    for (const std::uint32_t word : {0xa1b23c4dU, 0x00040002U, 0U, 0U, 262144U, 1U}) put(word);
    for (const Frame& frame : frames) {
        const auto time = static_cast<std::uint64_t>(frame.time.count());
        put(static_cast<std::uint32_t>(time / 1'000'000'000));
        put(static_cast<std::uint32_t>(time % 1'000'000'000));
        put(static_cast<std::uint32_t>(frame.bytes.size()));
        put(frame.length);
        file.write(reinterpret_cast<const char*>(frame.bytes.data()),
                   static_cast<std::streamsize>(frame.bytes.size()));
    }
    return path;
}

bool is_there(const char* program) {
    return std::system(fmt::format("command -v {} >/dev/null", program).c_str()) == 0;
}

/// Why the test cannot run; fails when AOE_REQUIRE names the program.
std::string missing(const std::string& program) {
    if (is_there(program.c_str())) return "";
    const char* const required = std::getenv("AOE_REQUIRE");
    EXPECT_EQ(std::string_view(required == nullptr ? "" : required).find(program),
              std::string_view::npos)
        << program << " is not installed";
    return program + " is not installed";
}

void expect_agreement_with_codec(const std::vector<Frame>& frames) {
    for (const Frame& frame : frames) {
        const Storage plain = without_tags(frame.bytes);
        EXPECT_EQ(differences(suite_fields(conformance::dissect(plain)), codec_fields(plain)), "")
            << frame.name;
    }
}

void expect_agreement_with_tshark(const std::vector<Frame>& frames, const std::string& name) {
    const auto path = write_pcap(frames, name);
    const auto rows = tshark_rows(path);
    std::filesystem::remove(path);
    std::filesystem::remove(path.string() + ".err");
    ASSERT_EQ(rows.size(), frames.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const Frame& frame = frames[i];
        const auto reply = conformance::dissect(frame.bytes);
        Fields expected = known_to_tshark(reply);
        const auto nanoseconds = frame.time.count();
        expected["frame.time_epoch"] =
            fmt::format("{}.{:09}", nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000);
        expected["frame.len"] = fmt::format("{}", frame.length);
        expected["frame.cap_len"] = fmt::format("{}", frame.bytes.size());
        const std::size_t tags = frame.bytes.size() - without_tags(frame.bytes).size();
        const std::size_t headers = ethernet_header_size + tags;
        Fields row = whole_parts(rows[i], std::max(frame.bytes.size(), headers) - headers);
        if (reply) {
            expected["eth.dst"] = to_string(reply->destination);
            expected["eth.src"] = to_string(reply->source);
        } else {
            std::erase_if(row, [](const auto& field) { return field.first.starts_with("eth."); });
        }
        EXPECT_EQ(differences(expected, row), "") << frame.name;
    }
}

TEST(Agreement, SuiteAndCodecReadEveryRecordedFrameAlike) {
    const auto frames = recorded_frames();
    EXPECT_GT(frames.size(), 10'000U);
    expect_agreement_with_codec(frames);
}

TEST(Agreement, SuiteAndCodecMissTheSameInFramesThatAreCut) {
    const auto frames = cut_frames();
    EXPECT_GT(frames.size(), 500U);
    expect_agreement_with_codec(frames);
}

TEST(Agreement, TsharkReadsEveryRecordedFrameAlike) {
    if (const std::string why = missing("tshark"); !why.empty()) GTEST_SKIP() << why;
    expect_agreement_with_tshark(recorded_frames(), "recorded");
}

TEST(Agreement, TsharkMissesTheSameInFramesThatAreCut) {
    if (const std::string why = missing("tshark"); !why.empty()) GTEST_SKIP() << why;
    expect_agreement_with_tshark(cut_frames(), "cut");
}

TEST(Agreement, WhatEditcapConvertsHoldsTheSameFrames) {
    if (const std::string why = missing("editcap"); !why.empty()) GTEST_SKIP() << why;
    auto recorded = recorded_frames();
    recorded.resize(500);
    const auto original = write_pcap(recorded, "original");
    const std::string converted = original.string() + ".converted";
    const auto convert = [&](const std::string& options) {
        const std::string command =
            fmt::format("editcap {} '{}' '{}'", options, original.string(), converted);
        EXPECT_EQ(std::system(command.c_str()), 0) << command;
    };
    for (const std::string format : {"pcapng", "nsecpcap", "pcap", "modpcap"}) {
        SCOPED_TRACE(format);
        convert("-F " + format);
        auto reader = conformance::open_capture(converted);
        ASSERT_TRUE(reader) << reader.error();
        for (const Frame& frame : recorded) {
            const auto packet = reader->next();
            ASSERT_TRUE(packet) << frame.name << ": " << reader->problem();
            EXPECT_TRUE(std::ranges::equal(packet->bytes, frame.bytes)) << frame.name;
            EXPECT_EQ(packet->length, frame.length) << frame.name;
            EXPECT_EQ(packet->time, frame.time) << frame.name;
        }
        EXPECT_FALSE(reader->next());
        EXPECT_EQ(reader->problem(), "");
    }
    convert("-F pcapng -T linux-sll");
    auto cooked = conformance::open_capture(converted);
    ASSERT_TRUE(cooked) << cooked.error();
    EXPECT_EQ(cooked->next()->link_type, conformance::link_type::linux_sll);
    std::filesystem::remove(original);
    std::filesystem::remove(converted);
}

}  // namespace
}  // namespace aoe
