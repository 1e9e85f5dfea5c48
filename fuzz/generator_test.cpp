// SPDX-License-Identifier: MIT
// The generator is worth its place when the same seed gives the same frames, and when a few
// thousand of them have tried everything that a parser may stumble over.
#include "fuzz/generator.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/ata.h"
#include "wire/config.h"
#include "wire/frame.h"
#include "wire/identify.h"
#include "wire/mask.h"
#include "wire/reserve.h"

namespace aoe::fuzz {
namespace {

constexpr int many = 20000;

std::vector<FrameBytes> frames(std::uint64_t seed, int count = many, const World& world = {}) {
    Generator generator(seed, world);
    std::vector<FrameBytes> all;
    for (int i = 0; i < count; ++i) {
        all.push_back(generator.frame());
    }
    return all;
}

/// One frame changed again and again.
std::vector<FrameBytes> mutants(std::uint64_t seed, int count = many, const World& world = {}) {
    Generator generator(seed, world);
    std::vector<FrameBytes> all;
    FrameBytes frame = generator.frame();
    for (int i = 0; i < count; ++i) {
        generator.mutate(frame);
        all.push_back(frame);
    }
    return all;
}

/// Why the codec refuses the frame, wherever it does; nothing when it takes all of it.
std::optional<Reject> refusal(Bytes bytes) {
    const auto frame = FrameView::parse(bytes);
    if (!frame) {
        return frame.error();
    }
    const auto outcome = [](const auto& view, auto part) -> std::optional<Reject> {
        if (!view) {
            return view.error();
        }
        const auto result = part(*view);
        return result ? std::nullopt : std::optional(result.error());
    };
    const Bytes argument = frame->argument();
    switch (frame->header().command) {
        case command::ata:
            return outcome(AtaView::parse(argument),
                           [](const AtaView& v) { return IdentifyView::parse(v.data()); });
        case command::config:
            return outcome(ConfigView::parse(argument),
                           [](const ConfigView& v) { return v.string(); });
        case command::mac_mask:
            return outcome(MaskView::parse(argument),
                           [](const MaskView& v) { return v.directives(); });
        case command::reserve:
            return outcome(ReserveView::parse(argument),
                           [](const ReserveView& v) { return v.macs(); });
        default:
            return std::nullopt;
    }
}

TEST(Generator, GivesTheSameForTheSameSeed) {
    EXPECT_EQ(frames(1, 500), frames(1, 500));
    EXPECT_EQ(mutants(1, 500), mutants(1, 500));
    EXPECT_NE(frames(1, 500), frames(2, 500));
    EXPECT_NE(mutants(1, 500), mutants(2, 500));
}

TEST(Generator, KeepsTheLimit) {
    for (const std::size_t limit : {60U, 600U, 1514U, 9014U}) {
        const World world{.frame_limit_bytes = limit};
        const auto sizes_fit = [limit](const std::vector<FrameBytes>& all) {
            return std::ranges::all_of(all, [limit](const auto& f) { return f.size() <= limit; });
        };
        EXPECT_TRUE(sizes_fit(frames(3, 2000, world))) << limit;
        EXPECT_TRUE(sizes_fit(mutants(3, 2000, world))) << limit;
    }
}

/// How often each value of a field occurs in frames that reach it.
std::map<std::uint64_t, int> values(const std::vector<FrameBytes>& all, FieldKind kind) {
    std::map<std::uint64_t, int> seen;
    const Field field = field_of(kind);
    for (const FrameBytes& frame : all) {
        const auto in_frame = fields_in(frame);
        if (std::ranges::find(in_frame, kind, &Field::kind) != in_frame.end()) {
            ++seen[get(frame, field)];
        }
    }
    return seen;
}

void expect_each(const std::map<std::uint64_t, int>& seen, std::vector<std::uint64_t> wanted) {
    for (const std::uint64_t value : wanted) {
        EXPECT_TRUE(seen.contains(value)) << std::hex << "0x" << value;
    }
}

class Coverage : public testing::TestWithParam<bool> {
protected:
    const std::vector<FrameBytes> all = GetParam() ? mutants(4) : frames(4);
    const World world{};
    void expect(FieldKind kind, std::vector<std::uint64_t> wanted) {
        SCOPED_TRACE("field " + std::to_string(static_cast<int>(kind)));
        expect_each(values(all, kind), std::move(wanted));
    }
};

TEST_P(Coverage, OfTheHeader) {
    const std::uint64_t broadcast = 0xffffffffffff;
    expect(FieldKind::destination, {value_of(world.target), broadcast, 0});
    expect(FieldKind::source,
           {value_of(world.ours), value_of(world.second), value_of(world.target), broadcast});
    expect(FieldKind::ether_type, {0x88a2, 0xa288, 0x8100});
    expect(FieldKind::version_flags, {0x10, 0x18, 0x1c, 0x14, 0x13, 0x00, 0x20, 0xf0});
    expect(FieldKind::error, {0, 1, 2, 3, 4, 5, 6, 7, 0xff});
    expect(FieldKind::shelf, {7, 8, 6, any_shelf});
    expect(FieldKind::slot, {3, 4, 2, any_slot});
    expect(FieldKind::command, {0, 1, 2, 3, 4, 5, 0x7f, 0xef, 0xf0, 0xff});
    expect(FieldKind::tag, {0, 1, 0x80000000, 0xffffffff});
}

TEST_P(Coverage, OfAtaCommands) {
    expect(FieldKind::opcode, {known_opcodes().begin(), known_opcodes().end()});
    expect(FieldKind::opcode, {other_opcodes().begin(), other_opcodes().end()});
    expect(FieldKind::ata_flags, {0, 0x01, 0x40, 0x41, 0x43, 0x50, 0xff});
    expect(FieldKind::ata_count, {0, 1, 2, 3, 127, 128, 254, 255});
    expect(FieldKind::lba, {0, world.disk_sectors - 1, world.disk_sectors, world.disk_sectors + 1,
                            lba28_limit - 1, lba28_limit, 1ULL << 32, lba48_limit - 1});
    expect(FieldKind::ata_reserved, {0, 0xffff});
}

TEST_P(Coverage, OfTheOtherCommands) {
    expect(FieldKind::version_ccmd, {0, 1, 2, 3, 4, 5, 15, 0x14});
    expect(FieldKind::string_length, {0, 1, 1023, 1024, 1025, 0xffff});
    expect(FieldKind::mcmd, {0, 1, 2, 0xff});
    expect(FieldKind::merror, {0, 1, 2, 3, 4});
    expect(FieldKind::directive_count, {0, 1, 2, 3, 32, 33, 185, 186, 254, 255});
    expect(FieldKind::rcmd, {0, 1, 2, 3, 0xff});
    expect(FieldKind::mac_count, {0, 1, 2, 3, 248, 249, 254, 255});
}

TEST_P(Coverage, OfEveryRefusalAndOfNone) {
    std::map<std::optional<Reject>, int> seen;
    for (const FrameBytes& frame : all) {
        ++seen[refusal(frame)];
    }
    for (std::size_t i = 0; i < reject_count; ++i) {
        const auto reject = static_cast<Reject>(i);
        EXPECT_GE(seen[reject], 10) << sentence(reject);
    }
    EXPECT_GE(seen[std::nullopt], many / 10) << "too few frames that are right";
}

TEST_P(Coverage, OfSizes) {
    std::set<std::size_t> seen;
    for (const FrameBytes& frame : all) {
        seen.insert(frame.size());
    }
    for (const std::size_t size :
         {0U, 14U, 23U, 24U, 25U, 26U, 28U, 32U, 35U, 36U, 60U, 548U, 1060U, 1514U}) {
        EXPECT_TRUE(seen.contains(size)) << size << " bytes";
    }
}

INSTANTIATE_TEST_SUITE_P(Made, Coverage, testing::Values(false));
INSTANTIATE_TEST_SUITE_P(Mutated, Coverage, testing::Values(true));

// Else nearly all of them would be dropped at the door.
TEST(Generator, MakesMostFramesForTheTarget) {
    const World world{.address = {.shelf = 0x1234, .slot = 9}};
    const auto all = frames(5, many, world);
    const auto reach = std::ranges::count_if(all, [&](const FrameBytes& bytes) {
        const auto view = FrameView::parse(bytes);
        return view && matches(view->header().address, world.address) &&
               (view->header().destination == world.target ||
                view->header().destination == broadcast_mac) &&
               (view->header().flags & header_flag::response) == 0;
    });
    EXPECT_GT(reach, many / 2);
}

TEST(Mutation, ChangesNearlyEveryFrame) {
    Generator generator(6);
    int unchanged = 0;
    for (int i = 0; i < many; ++i) {
        const FrameBytes before = generator.frame();
        FrameBytes after = before;
        generator.mutate(after);
        unchanged += after == before ? 1 : 0;
    }
    EXPECT_LT(unchanged, many / 10);
}

TEST(Mutation, MakesAFrameOfWhatIsNone) {
    Generator generator(7);
    int good = 0;
    for (int i = 0; i < 1000; ++i) {
        FrameBytes junk(static_cast<std::size_t>(i % 100), std::byte{0x55});
        generator.mutate(junk);
        good += looks_like_aoe(junk) ? 1 : 0;
    }
    EXPECT_GT(good, 700);
}

TEST(CrossOver, JoinsTheHeaderOfOneWithTheArgumentOfTheOther) {
    Generator generator(8);
    const FrameBytes first(60, std::byte{1});
    const FrameBytes second(100, std::byte{2});
    int at_the_argument = 0;
    for (int i = 0; i < 1000; ++i) {
        const FrameBytes joined = generator.cross(first, second);
        const auto seam = std::ranges::find(joined, std::byte{2});
        EXPECT_TRUE(std::all_of(joined.begin(), seam, [](auto b) { return b == std::byte{1}; }));
        EXPECT_TRUE(std::all_of(seam, joined.end(), [](auto b) { return b == std::byte{2}; }));
        at_the_argument += seam - joined.begin() == 24 && joined.end() - seam == 76 ? 1 : 0;
    }
    EXPECT_GT(at_the_argument, 300);
    EXPECT_LT(at_the_argument, 900);
}

TEST(CrossOver, TakesFramesOfEverySize) {
    Generator generator(9);
    for (std::size_t first = 0; first < 40; ++first) {
        for (std::size_t second = 0; second < 40; ++second) {
            EXPECT_LE(generator.cross(FrameBytes(first), FrameBytes(second)).size(),
                      first + second);
        }
    }
}

}  // namespace
}  // namespace aoe::fuzz
