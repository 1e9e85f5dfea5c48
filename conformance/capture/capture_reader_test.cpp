// SPDX-License-Identifier: MIT
// Captures of every kind that the tools write, and every way in which a file can be wrong.
#include "conformance/capture/capture_reader.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aoe::conformance {
namespace {

using testing::HasSubstr;

// A file's bytes, put together number by number in the byte order asked for.
class FileBytes {
public:
    explicit FileBytes(bool big_endian = false, std::vector<std::byte> before = {})
        : bytes(std::move(before)), big_(big_endian) {}

    FileBytes& number(std::uint64_t value, unsigned size) {
        for (unsigned i = 0; i < size; ++i) {
            const unsigned shift = 8 * (big_ ? size - 1 - i : i);
            bytes.push_back(static_cast<std::byte>(value >> shift));
        }
        return *this;
    }
    FileBytes& u16(std::uint16_t value) { return number(value, 2); }
    FileBytes& u32(std::uint32_t value) { return number(value, 4); }
    FileBytes& text(std::string_view text) {
        for (const char c : text) bytes.push_back(static_cast<std::byte>(c));
        return *this;
    }
    FileBytes& option(std::uint16_t code, std::string_view value) {
        u16(code).u16(static_cast<std::uint16_t>(value.size())).text(value);
        while (bytes.size() % 4 != 0) number(0, 1);
        return *this;
    }
    FileBytes& block(std::uint32_t type, const FileBytes& body) {
        const auto size = static_cast<std::uint32_t>(body.bytes.size() + 12);
        u32(type).u32(size);
        bytes.insert(bytes.end(), body.bytes.begin(), body.bytes.end());
        return u32(size);
    }
    FileBytes nested() const { return FileBytes(big_); }

    std::vector<std::byte> bytes;

private:
    bool big_;
};

FileBytes pcap(bool big_endian, std::uint32_t magic, std::uint32_t link = link_type::ethernet) {
    FileBytes file(big_endian);
    return file.u32(magic).u16(2).u16(4).u32(0).u32(0).u32(65535).u32(link);
}

void add_record(FileBytes& file, std::uint32_t seconds, std::uint32_t part, std::string_view bytes,
                std::uint32_t length) {
    file.u32(seconds).u32(part).u32(static_cast<std::uint32_t>(bytes.size())).u32(length);
    file.text(bytes);
}

FileBytes section(bool big_endian) {
    FileBytes file(big_endian);
    FileBytes body = file.nested();
    body.u32(0x1a2b3c4d).u16(1).u16(0).number(~std::uint64_t{0}, 8).option(1, "seed 7");
    return file.block(0x0a0d0d0a, body);
}

void add_interface(FileBytes& file, std::string_view resolution) {
    FileBytes body = file.nested();
    body.u16(1).u16(0).u32(0);
    if (!resolution.empty()) body.option(9, resolution);
    file.block(1, body);
}

void add_packet(FileBytes& file, std::uint32_t interface, std::uint64_t ticks,
                std::string_view bytes, std::string_view comment = {}) {
    FileBytes body = file.nested();
    const auto size = static_cast<std::uint32_t>(bytes.size());
    body.u32(interface).u32(static_cast<std::uint32_t>(ticks >> 32));
    body.u32(static_cast<std::uint32_t>(ticks)).u32(size).u32(size).text(bytes);
    while (body.bytes.size() % 4 != 0) body.number(0, 1);
    if (!comment.empty()) body.option(1, comment);
    file.block(6, body);
}

std::ptrdiff_t to_offset(std::size_t size) {
    return static_cast<std::ptrdiff_t>(size);
}

// Hands out a few bytes at a time, as a pipe may.
ByteWindow::Source source_of(std::vector<std::byte> bytes, std::size_t most = 7) {
    return [bytes = std::move(bytes), at = std::size_t{0}, most](MutableBytes into) mutable {
        const std::size_t size = std::min({most, into.size(), bytes.size() - at});
        std::copy_n(bytes.begin() + to_offset(at), size, into.begin());
        at += size;
        return size;
    };
}

struct ReadPacket {
    std::string bytes;
    std::int64_t nanoseconds = 0;
    std::uint32_t length = 0;
    std::string comment;
};

struct ReadFile {
    std::string error;  // Why it could not be opened, or what was wrong later.
    std::string comment;
    std::vector<ReadPacket> packets;
};

ReadFile read_all(const std::vector<std::byte>& bytes) {
    auto reader = CaptureReader::open(source_of(bytes));
    ReadFile file;
    if (!reader) {
        file.error = reader.error();
        return file;
    }
    while (const auto packet = reader->next()) {
        EXPECT_EQ(packet->number, file.packets.size() + 1);
        file.packets.push_back(
            {.bytes = {reinterpret_cast<const char*>(packet->bytes.data()), packet->bytes.size()},
             .nanoseconds = packet->time.count(),
             .length = packet->length,
             .comment = std::string(packet->comment)});
    }
    file.error = reader->problem();
    file.comment = reader->comment();
    return file;
}

TEST(CaptureReaderTest, ReadsPcapOfEitherByteOrderAndResolution) {
    for (const bool big_endian : {false, true}) {
        for (const std::uint32_t magic : {0xa1b2c3d4U, 0xa1b23c4dU}) {
            FileBytes file = pcap(big_endian, magic);
            add_record(file, 1'700'000'000, 5, "first", 5);
            add_record(file, 1'700'000'001, 999, "cut", 1500);
            const ReadFile read = read_all(file.bytes);
            EXPECT_EQ(read.error, "");
            ASSERT_EQ(read.packets.size(), 2U);
            const std::int64_t unit = magic == 0xa1b2c3d4U ? 1000 : 1;
            EXPECT_EQ(read.packets[0].bytes, "first");
            EXPECT_EQ(read.packets[0].nanoseconds, 1'700'000'000'000'000'000 + 5 * unit);
            EXPECT_EQ(read.packets[1].length, 1500U);
            EXPECT_EQ(read.packets[1].nanoseconds, 1'700'000'001'000'000'000 + 999 * unit);
        }
    }
}

TEST(CaptureReaderTest, ReadsPcapWithLongerPacketHeaders) {
    for (const bool big_endian : {false, true}) {
        FileBytes file = pcap(big_endian, 0xa1b2cd34U);
        for (const std::string_view bytes : {"first", "second"}) {
            const auto size = static_cast<std::uint32_t>(bytes.size());
            file.u32(7).u32(8).u32(size).u32(60).u32(2).u16(0x88a2).u16(4).text(bytes);
        }
        const ReadFile read = read_all(file.bytes);
        EXPECT_EQ(read.error, "");
        ASSERT_EQ(read.packets.size(), 2U);
        EXPECT_EQ(read.packets[0].bytes, "first");
        EXPECT_EQ(read.packets[1].bytes, "second");
        EXPECT_EQ(read.packets[1].nanoseconds, 7'000'008'000);
        EXPECT_EQ(read.packets[1].length, 60U);
    }
}

TEST(CaptureReaderTest, ReadsPacketsInBlocksOfTheOldKind) {
    FileBytes file = section(true);
    add_interface(file, "");
    add_interface(file, "\x09");
    FileBytes body = file.nested();
    constexpr std::uint16_t drops = 5;
    file.block(2, body.u16(1).u16(drops).u32(0).u32(9).u32(3).u32(60).text("abc").number(0, 1));
    const ReadFile read = read_all(file.bytes);
    EXPECT_EQ(read.error, "");
    ASSERT_EQ(read.packets.size(), 1U);
    EXPECT_EQ(read.packets[0].bytes, "abc");
    EXPECT_EQ(read.packets[0].nanoseconds, 9);
    EXPECT_EQ(read.packets[0].length, 60U);
}

TEST(CaptureReaderTest, ReadsPcapngOfEitherByteOrderWithCommentsAndUnknownBlocks) {
    for (const bool big_endian : {false, true}) {
        FileBytes file = section(big_endian);
        add_interface(file, "");
        add_interface(file, "\x09");
        FileBytes name = file.nested();
        file.block(4, name.text("whatever"));
        add_packet(file, 0, 1'700'000'000'000'005, "abc", "cfg.read: pass");
        add_packet(file, 1, 1'700'000'000'000'000'007, "defgh");
        const ReadFile read = read_all(file.bytes);
        EXPECT_EQ(read.error, "");
        EXPECT_EQ(read.comment, "seed 7");
        ASSERT_EQ(read.packets.size(), 2U);
        EXPECT_EQ(read.packets[0].bytes, "abc");
        EXPECT_EQ(read.packets[0].comment, "cfg.read: pass");
        EXPECT_EQ(read.packets[0].nanoseconds, 1'700'000'000'000'005'000);
        EXPECT_EQ(read.packets[1].bytes, "defgh");
        EXPECT_EQ(read.packets[1].comment, "");
        EXPECT_EQ(read.packets[1].nanoseconds, 1'700'000'000'000'000'007);
    }
}

TEST(CaptureReaderTest, AFurtherSectionMayHaveTheOtherByteOrder) {
    FileBytes file = section(false);
    add_interface(file, "");
    add_packet(file, 0, 1, "abcd");
    FileBytes second = section(true);
    add_interface(second, "\x83");  // Ticks of an eighth of a second.
    add_packet(second, 0, 20, "efgh");
    file.bytes.insert(file.bytes.end(), second.bytes.begin(), second.bytes.end());
    const ReadFile read = read_all(file.bytes);
    EXPECT_EQ(read.error, "");
    ASSERT_EQ(read.packets.size(), 2U);
    EXPECT_EQ(read.packets[1].bytes, "efgh");
    EXPECT_EQ(read.packets[1].nanoseconds, 2'500'000'000);
}

TEST(CaptureReaderTest, ASectionMayBeginAnywhereInTheBuffer) {
    FileBytes file = section(false);
    add_interface(file, "");
    for (int i = 0; i < 40; ++i) {
        add_packet(file, 0, 1, std::string(static_cast<std::size_t>(i) + 1, 'p'));
        const FileBytes next = section(i % 2 == 0);
        file.bytes.insert(file.bytes.end(), next.bytes.begin(), next.bytes.end());
        file = FileBytes(i % 2 == 0, std::move(file.bytes));
        add_interface(file, "");
    }
    for (std::size_t capacity = 1; capacity < 400; ++capacity) {
        auto reader = CaptureReader::open(ByteWindow(source_of(file.bytes, 1000), capacity));
        ASSERT_TRUE(reader);
        std::uint64_t packets = 0;
        while (const auto packet = reader->next()) packets = packet->number;
        EXPECT_EQ(reader->problem(), "") << "capacity " << capacity;
        EXPECT_EQ(packets, 40U) << "capacity " << capacity;
    }
}

TEST(CaptureReaderTest, SimplePacketsAreCutToTheSnapLength) {
    FileBytes file = section(false);
    FileBytes interface = file.nested();
    file.block(1, interface.u16(1).u16(0).u32(6));
    FileBytes body = file.nested();
    file.block(3, body.u32(60).text("abcdefgh"));
    const ReadFile read = read_all(file.bytes);
    ASSERT_EQ(read.packets.size(), 1U);
    EXPECT_EQ(read.packets[0].bytes, "abcdef");
    EXPECT_EQ(read.packets[0].length, 60U);
}

TEST(CaptureReaderTest, SaysWhatIsWrongWithAFile) {
    EXPECT_EQ(read_all({}).error, "is empty");
    EXPECT_THAT(read_all(FileBytes().text("abc").bytes).error, HasSubstr("fewer than four bytes"));
    EXPECT_THAT(read_all(FileBytes().text("not a capture at all, but text").bytes).error,
                HasSubstr("neither as pcap nor as pcapng"));
    FileBytes lying = pcap(false, 0xa1b2c3d4);
    lying.u32(0).u32(0).u32(0xfffffff0).u32(60);
    EXPECT_THAT(read_all(lying.bytes).error, HasSubstr("packet 1 has 4294967280 bytes"));

    FileBytes tiny = section(false);
    tiny.u32(6).u32(4).u32(4);
    EXPECT_THAT(read_all(tiny.bytes).error, HasSubstr("impossible length, 4"));
    FileBytes nobody = section(false);
    add_packet(nobody, 3, 0, "abcd");
    EXPECT_THAT(read_all(nobody.bytes).error, HasSubstr("interface that it does not describe"));
    FileBytes longer = section(false);
    add_interface(longer, "");
    FileBytes body = longer.nested();
    longer.block(6, body.u32(0).u32(0).u32(0).u32(0xfffffffd).u32(9).text("abcd"));
    EXPECT_THAT(read_all(longer.bytes).error, HasSubstr("longer than its block"));

    FileBytes future;
    FileBytes version = future.nested();
    version.u32(0x1a2b3c4d).u16(2).u16(0).number(~std::uint64_t{0}, 8);
    EXPECT_THAT(read_all(future.block(0x0a0d0d0a, version).bytes).error,
                HasSubstr("section of an unknown version"));
    FileBytes short_section;
    short_section.u32(0x0a0d0d0a).u32(16).u32(0x1a2b3c4d).u32(16).text("more than 28 bytes");
    EXPECT_THAT(read_all(short_section.bytes).error, HasSubstr("section of an unknown version"));
}

TEST(CaptureReaderTest, APacketIsNeverShorterThanItsBytes) {
    FileBytes classic = pcap(false, 0xa1b2c3d4);
    add_record(classic, 1, 2, "first", 3);
    FileBytes blocks = section(true);
    add_interface(blocks, "");
    FileBytes body = blocks.nested();
    blocks.block(6, body.u32(0).u32(0).u32(0).u32(4).u32(0).text("abcd"));
    EXPECT_EQ(read_all(classic.bytes).packets.at(0).length, 5U);
    EXPECT_EQ(read_all(blocks.bytes).packets.at(0).length, 4U);
}

TEST(CaptureReaderTest, InterfacesAreCounted) {
    FileBytes file = section(false);
    for (int i = 0; i < 65536; ++i) add_interface(file, "");
    add_packet(file, 65535, 0, "abcd");
    EXPECT_EQ(read_all(file.bytes).packets.size(), 1U);
    add_interface(file, "");
    EXPECT_EQ(read_all(file.bytes).error, "describes more than 65536 interfaces");
}

TEST(CaptureReaderTest, EveryCutIsNoticedAndWhatCameBeforeIsKept) {
    FileBytes classic = pcap(false, 0xa1b2c3d4);
    add_record(classic, 1, 2, "first packet", 12);
    const std::size_t whole = classic.bytes.size();
    add_record(classic, 3, 4, "second", 6);
    FileBytes blocks = section(true);
    add_interface(blocks, "");
    const std::size_t before = blocks.bytes.size();
    add_packet(blocks, 0, 9, "first packet", "comment");
    for (std::size_t size = 1; size < classic.bytes.size(); ++size) {
        const ReadFile read =
            read_all({classic.bytes.begin(), classic.bytes.begin() + to_offset(size)});
        EXPECT_EQ(read.error.empty(), size == 24 || size == whole) << size << ": " << read.error;
        EXPECT_EQ(read.packets.size(), size >= whole ? 1U : 0U) << size;
    }
    for (std::size_t size = 1; size < blocks.bytes.size(); ++size) {
        const ReadFile read =
            read_all({blocks.bytes.begin(), blocks.bytes.begin() + to_offset(size)});
        const bool between = size == before || size == before - 20;
        EXPECT_EQ(read.error.empty(), between) << size << ": " << read.error;
        EXPECT_TRUE(read.packets.empty());
    }
}

TEST(CaptureReaderTest, ReadsEveryRecordedCaptureWhole) {
    const std::filesystem::path folder = AOE_SOURCE_DIR "/captures";
    std::ifstream listed(folder / "manifest.json");
    const auto manifest = nlohmann::json::parse(listed);
    for (const auto& entry : manifest.at("captures")) {
        auto reader = open_capture(folder / std::string(entry.at("file")));
        ASSERT_TRUE(reader) << reader.error();
        std::uint64_t frames = 0;
        while (const auto packet = reader->next()) frames = packet->number;
        EXPECT_EQ(reader->problem(), "");
        EXPECT_EQ(frames, entry.at("frames")) << entry.at("file");
    }
}

TEST(CaptureReaderTest, ALongBlockTakesMemoryOnlyAsItComes) {
    FileBytes file = section(false);
    file.u32(6).u32(std::uint32_t{16} << 20).text("and nothing more");
    std::size_t largest = 0;
    auto reader = CaptureReader::open([&largest, all = source_of(file.bytes)](MutableBytes into) {
        largest = std::max(largest, into.size());
        return all(into);
    });
    ASSERT_TRUE(reader);
    EXPECT_FALSE(reader->next());
    EXPECT_EQ(reader->problem(), "is cut after packet 0");
    EXPECT_LE(largest, std::size_t{1} << 18);
}

TEST(CaptureReaderTest, AnErrorOfTheSourceIsNotTheEnd) {
    FileBytes file = pcap(false, 0xa1b2c3d4);
    add_record(file, 1, 2, "first", 5);
    for (const std::size_t good : {std::size_t{0}, std::size_t{10}, file.bytes.size()}) {
        const auto whole = source_of({file.bytes.begin(), file.bytes.begin() + to_offset(good)});
        auto reader =
            CaptureReader::open([whole](MutableBytes into) -> Expected<std::size_t, std::string> {
                auto more = whole(into);
                if (*more == 0) return Unexpected{std::string("the disk is broken")};
                return more;
            });
        if (good != file.bytes.size()) {
            ASSERT_FALSE(reader);
            EXPECT_EQ(reader.error(), "cannot be read: the disk is broken");
            continue;
        }
        ASSERT_TRUE(reader);
        EXPECT_TRUE(reader->next());
        EXPECT_FALSE(reader->next());
        EXPECT_EQ(reader->problem(), "cannot be read after packet 1: the disk is broken");
    }
}

TEST(CaptureReaderTest, FilesThatCannotBeReadAreNamed) {
    const auto absent = open_capture("/nowhere/x.pcap");
    ASSERT_FALSE(absent);
    EXPECT_EQ(absent.error(), "cannot open /nowhere/x.pcap: No such file or directory");
    const auto folder = open_capture("/");
    ASSERT_FALSE(folder);
    EXPECT_EQ(folder.error(), "/ is a folder");
    const auto memory = open_capture("/proc/self/mem");  // Nothing is at address 0.
    ASSERT_FALSE(memory);
    EXPECT_EQ(memory.error(), "/proc/self/mem cannot be read: Input/output error");
    const auto null = open_capture("/dev/null");
    ASSERT_FALSE(null);
    EXPECT_EQ(null.error(), "/dev/null is empty");
}

}  // namespace
}  // namespace aoe::conformance
