// SPDX-License-Identifier: MIT
// What is held against a target, and which findings are the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fuzz/live/finding.h"
#include "fuzz/live/plainer.h"
#include "fuzz/live/recipes.h"
#include "fuzz/live/reply_check.h"
#include "fuzz/live/reply_class.h"
#include "fuzz/live/sender.h"
#include "fuzz/live/shadow_disk.h"
#include "fuzz/live/shape.h"
#include "fuzz/reply_rules.h"
#include "wire/ata.h"
#include "wire/memory_link.h"
#include "wire/shrinker.h"

namespace aoe::fuzz {
namespace {

constexpr World world{};
const ReplyRules reply_rules{.target = world.target, .address = world.address};

FrameBytes config_read() {
    return Recipes(world, {}).config_read(world.ours);
}
FrameBytes reply_to(FrameBytes request) {
    set_in(request, FieldKind::destination, value_of(world.ours));
    set_in(request, FieldKind::source, value_of(world.target));
    set_in(request, FieldKind::version_flags, 0x18);
    return request;
}

TEST(BrokenBy, FindsNothingInAProperReply) {
    EXPECT_EQ(broken_by(config_read(), reply_to(config_read()), reply_rules), std::nullopt);
}

TEST(BrokenBy, TellsWhatIsWrong) {
    FrameBytes request = config_read();
    FrameBytes reply = reply_to(request);
    set_in(reply, FieldKind::version_flags, 0x10);
    EXPECT_EQ(broken_by(request, reply, reply_rules), Kind::no_response);

    reply = reply_to(request);
    FrameBytes response = request;
    set_in(response, FieldKind::version_flags, 0x18);
    EXPECT_EQ(broken_by(response, reply, reply_rules), Kind::answered_response);

    FrameBytes foreign = request;
    set_in(foreign, FieldKind::slot, 4);
    EXPECT_EQ(broken_by(foreign, reply, reply_rules), Kind::answered_others);
    EXPECT_EQ(why_for_others(foreign, world.target, world.address), "slot");

    FrameBytes longer = reply;
    longer.resize(61);
    EXPECT_EQ(broken_by(request, longer, reply_rules), Kind::too_long);

    FrameBytes stale = reply;
    stale.back() = std::byte{1};
    EXPECT_EQ(broken_by(request, stale, reply_rules), Kind::stale_bytes);
    request.back() = std::byte{1};
    EXPECT_EQ(broken_by(request, stale, reply_rules), std::nullopt) << "sent back, not leaked";
}

TEST(BrokenBy, KnowsTheCanaryAnywhere) {
    const FrameBytes painter = Recipes(world, {}).painter();
    FrameBytes request = config_read();
    for (std::size_t from = 0; from < 40; ++from) {
        FrameBytes reply = reply_to(request);
        set_in(reply, FieldKind::string_length, 100);
        reply.resize(132, std::byte{0xc7});
        std::copy_n(painter.begin() + 40 + static_cast<std::ptrdiff_t>(from), 15,
                    reply.begin() + 50 + static_cast<std::ptrdiff_t>(from));
        EXPECT_EQ(broken_by(request, reply, reply_rules), Kind::stale_bytes) << from;
    }
}

/// Two exports behind one MAC address that say so to everything.
std::vector<std::size_t> answered(bool has_neighbours, std::span<const FrameBytes> frames) {
    auto [near, far] = make_memory_pair({.first_mac = world.ours, .second_mac = world.target});
    VirtualClock clock([&far = far] {
        bool any = false;
        for (const ReceivedFrame& frame : far->receive(64)) {
            for (const unsigned slot : {3U, 4U}) {
                FrameBytes reply = reply_to({frame.bytes.begin(), frame.bytes.end()});
                set_in(reply, FieldKind::shelf, 7);
                set_in(reply, FieldKind::slot, slot);
                const auto buffer = far->lend();
                std::ranges::copy(reply, buffer->bytes.begin());
                far->queue(*buffer, reply.size());
            }
            far->release(frame);
            any = true;
        }
        far->flush();
        return any;
    });
    Sender sender(
        *near, clock,
        {.target = world.target, .address = world.address, .has_neighbours = has_neighbours});
    std::vector<std::size_t> answers(frames.size());
    for (const Answer& answer : sender.send(frames, std::array{config_read()}).answers) {
        ++answers[answer.frame];
    }
    return answers;
}

TEST(Sender, TakesNoNeighboursReplyToWhatIsForManyOrForHim) {
    std::vector<FrameBytes> frames(3, config_read());
    for (std::size_t i = 0; i < frames.size(); ++i) set_in(frames[i], FieldKind::tag, 10 + i);
    set_in(frames[1], FieldKind::slot, any_slot);
    set_in(frames[2], FieldKind::slot, 4);
    EXPECT_THAT(answered(true, frames), testing::ElementsAre(2, 1, 1));
    EXPECT_THAT(answered(false, frames), testing::ElementsAre(2, 2, 2));
}

FrameBytes transfer(std::uint8_t opcode, std::uint64_t lba, std::size_t data, std::byte fill) {
    FrameBytes frame = config_read();
    frame.resize(36);
    set_in(frame, FieldKind::command, command::ata);
    set_in(frame, FieldKind::ata_flags, opcode == 0x34 ? 0x41 : 0x40);
    set_in(frame, FieldKind::ata_count, 1);
    set_in(frame, FieldKind::opcode, opcode);
    set_in(frame, FieldKind::lba, lba);
    frame.resize(36 + data, fill);
    return frame;
}
FrameBytes answer(FrameBytes request, std::uint8_t status, std::size_t data, std::byte fill) {
    request = reply_to(std::move(request));
    request.resize(36);
    set_in(request, FieldKind::opcode, status);
    request.resize(36 + data, fill);
    return request;
}

TEST(ShadowDisk, NoticesWhatWasNotWrittenAndWhatWasRefusedAndDone) {
    ShadowDisk shadow({.first = 100, .count = 10});
    const FrameBytes read = transfer(0x24, 105, 0, {});
    const FrameBytes write = transfer(0x34, 105, 512, std::byte{7});
    // Nothing is known yet: the read teaches.
    EXPECT_EQ(shadow.answered(read, answer(read, 0x40, 512, std::byte{1})), std::nullopt);
    EXPECT_EQ(shadow.answered(read, answer(read, 0x40, 512, std::byte{2})), Kind::wrong_data);
    EXPECT_EQ(shadow.answered(write, answer(write, 0x40, 0, {})), std::nullopt);
    EXPECT_EQ(shadow.answered(read, answer(read, 0x40, 512, std::byte{7})), std::nullopt);
    EXPECT_EQ(shadow.answered(write, answer(write, 0x41, 0, {})), std::nullopt);
    EXPECT_EQ(shadow.answered(read, answer(read, 0x40, 512, std::byte{9})),
              Kind::refused_write_done);
    // A write of which nobody knows whether it was done says nothing.
    EXPECT_EQ(shadow.answered(write, {}), std::nullopt);
    EXPECT_EQ(shadow.answered(read, answer(read, 0x40, 512, std::byte{3})), std::nullopt);
}

TEST(Shape, IsWhatMattersOfAFrame) {
    constexpr std::size_t most = 1514;
    EXPECT_EQ(shape_of(config_read(), most), "config read");
    FrameBytes frame = config_read();
    set_in(frame, FieldKind::tag, 99);
    set_in(frame, FieldKind::source, 99);
    EXPECT_EQ(shape_of(frame, most), "config read");
    set_in(frame, FieldKind::string_length, 500);
    EXPECT_EQ(shape_of(frame, most), "config read, length beyond the frame");
    frame = Recipes(world, {}).admit(world.ours, world.ours);
    EXPECT_EQ(shape_of(frame, most), "mask edit add");
    frame[29] = std::byte{2};
    EXPECT_EQ(shape_of(frame, most), "mask edit delete");
    EXPECT_EQ(shape_of(transfer(0x34, 1, 12, {}), most), "ATA write, data missing");
    EXPECT_EQ(shape_of(FrameBytes(1515), most), "no AoE");
    frame.resize(1515);
    EXPECT_EQ(shape_of(frame, most), "frame larger than the MTU");
}

TEST(TellingLine, IsTheSanitizersOrTheLastWithoutItsNumbers) {
    EXPECT_EQ(telling_line({}), "");
    EXPECT_EQ(telling_line({"pid 42: e7.3", "write failed at 0x7ffe12 after 10 tries"}),
              "write failed at # after # tries");
    EXPECT_EQ(telling_line({"==7==ERROR: AddressSanitizer: heap-use-after-free on 0x60",
                            "SUMMARY: AddressSanitizer: heap-use-after-free a.c:10 in f",
                            "==7==ABORTING"}),
              "SUMMARY: AddressSanitizer: heap-use-after-free a.c:# in f");
    EXPECT_EQ(telling_line({"a.cpp:7:3: runtime error: shift by 64", "bye"}),
              "a.cpp:#:#: runtime error: shift by #");
}

Finding finding(Symptom symptom, std::string shape, unsigned confirmed = 10) {
    Finding made;
    made.symptom = std::move(symptom);
    made.shape = std::move(shape);
    made.confirmed = confirmed;
    made.tries = 10;
    return made;
}
const Symptom aborted{.kind = Kind::crashed,
                      .how = "was killed by signal 6 (Aborted)",
                      .last_words = "overflow",
                      .output = {"pid 1", "overflow"}};

TEST(Findings, AreTheSameBySignalLastLineAndShape) {
    Findings findings;
    EXPECT_NE(findings.add(finding(aborted, "mask edit delete")), nullptr);
    Symptom again = aborted;
    again.output = {"pid 2", "overflow"};
    EXPECT_EQ(findings.add(finding(again, "mask edit delete")), nullptr);
    EXPECT_NE(findings.add(finding(aborted, "config read")), nullptr);
    again.last_words = "use after free";
    EXPECT_NE(findings.add(finding(again, "config read")), nullptr);
    again.how = "exited with status 1";
    EXPECT_NE(findings.add(finding(again, "config read")), nullptr);
    EXPECT_EQ(findings.all().size(), 4U);
    EXPECT_EQ(findings.all()[0].seen, 2U);
    EXPECT_TRUE(findings.deadly("mask edit delete"));
    EXPECT_FALSE(findings.deadly("mask edit add"));
}

TEST(Findings, RememberWhatTheyLookedLikeBeforeTheyWerePlain) {
    Findings findings;
    findings.add(finding(aborted, "mask edit delete"));
    Finding other = finding(aborted, "mask edit delete");
    other.other_shapes = {"mask edit add delete"};
    EXPECT_EQ(findings.known(aborted, other.other_shapes), nullptr);
    EXPECT_EQ(findings.add(other), nullptr);
    EXPECT_NE(findings.known(aborted, other.other_shapes), nullptr);
    EXPECT_TRUE(findings.deadly("mask edit add delete"));
}

TEST(Findings, AreTheSameWhenALastFrameOnlyDoesMore) {
    Findings findings;
    findings.add(finding(aborted, "mask edit delete"));
    EXPECT_EQ(findings.add(finding(aborted, "mask edit add delete, count beyond the frame")),
              nullptr);
    EXPECT_TRUE(findings.deadly("mask edit add delete, count beyond the frame"));
    EXPECT_NE(findings.add(finding(aborted, "mask edit add")), nullptr);
    EXPECT_NE(findings.add(finding(aborted, "reserve read")), nullptr);
}

TEST(Findings, AreTheSameWhenTheSameCommandTakesLonger) {
    Findings findings;
    Finding two = finding(aborted, "mask edit delete");
    two.steps.resize(2);
    findings.add(two);
    Finding seven = finding(aborted, "mask edit, count beyond the frame");
    seven.steps.resize(7);
    EXPECT_EQ(findings.add(seven), nullptr);
    seven.shape = "config read";
    EXPECT_NE(findings.add(seven), nullptr) << "another command";
    two.shape = "mask edit add";
    EXPECT_NE(findings.add(two), nullptr) << "as short";
}

TEST(Findings, OfRepliesAreTheSameByPromiseAndCommand) {
    Findings findings;
    const Symptom leak{.kind = Kind::stale_bytes, .how = "ATA", .last_words = {}, .output = {}};
    EXPECT_NE(findings.add(finding(leak, "ATA read")), nullptr);
    EXPECT_EQ(findings.add(finding(leak, "ATA write")), nullptr);
    EXPECT_NE(findings.known(leak, {}), nullptr);
    EXPECT_FALSE(findings.deadly("ATA read"));
}

TEST(Findings, KeepTryingWhatCouldNotBeBroughtAboutAgain) {
    Findings findings;
    EXPECT_EQ(findings.add(finding(aborted, "", 0)), nullptr);
    EXPECT_EQ(findings.known(aborted, {}), nullptr);
    EXPECT_EQ(findings.add(finding(aborted, "", 0)), nullptr);
    EXPECT_NE(findings.add(finding(aborted, "", 0)), nullptr) << "the last attempt is told";
    EXPECT_NE(findings.known(aborted, {}), nullptr);
    EXPECT_NE(findings.add(finding(aborted, "config read")), nullptr);
    ASSERT_EQ(findings.all().size(), 1U) << "what was confirmed takes the place";
    EXPECT_EQ(findings.all()[0].seen, 4U);
}

TEST(PlainerFrames, ComeToAnEnd) {
    Generator generator(1, world);
    for (int i = 0; i < 2000; ++i) {
        FrameBytes frame = generator.frame();
        generator.mutate(frame);
        int steps = 0;
        for (auto plainer = plainer_frames(frame, world); !plainer.empty() && steps < 500;
             ++steps) {
            frame = plainer[generator.random().below(plainer.size())];
            plainer = plainer_frames(frame, world);
        }
        ASSERT_LT(steps, 500) << i;
    }
}

// The one directive that matters stands in the middle, and more are declared than are there.
TEST(PlainerFrames, LeaveOutWhateverEntryIsNotNeeded) {
    constexpr std::size_t entries = 26, matters = 13, begin = 28, each = 8;
    FrameBytes frame = Recipes(world, {}).admit(world.ours, world.ours);
    for (std::size_t i = 1; i < entries; ++i) {
        frame.insert(frame.end(), frame.begin() + begin, frame.begin() + begin + each);
    }
    frame[begin + matters * each + 1] = std::byte{2};
    set_in(frame, FieldKind::directive_count, entries + 1);
    const auto deletes = [](const std::vector<FrameBytes>& steps) {
        const FrameBytes& edit = steps.front();
        if (value_in(edit, FieldKind::mcmd) != 1) return false;
        for (std::size_t i = 0; i < value_in(edit, FieldKind::directive_count); ++i) {
            const std::size_t at = begin + i * each;
            if (at + each <= edit.size() && edit[at + 1] == std::byte{2}) return true;
        }
        return false;
    };
    const auto plainer = [](const FrameBytes& step) { return plainer_frames(step, world); };
    const auto shrunk = shrink(std::vector<FrameBytes>{frame}, deletes, plainer);
    EXPECT_EQ(shrunk.steps.front().size(), begin + each);
    EXPECT_EQ(shape_of(shrunk.steps.front(), 1514), "mask edit delete");
    EXPECT_LT(shrunk.tries, 200U);
}

TEST(ReplyClass, DiffersByWhatIsSaidAndNotByNumbers) {
    const FrameBytes request = config_read();
    FrameBytes reply = reply_to(request);
    const std::uint64_t plain = reply_class(request, reply);
    set_in(reply, FieldKind::tag, 77);
    set_in(reply, FieldKind::buffer_count, 16);
    EXPECT_EQ(reply_class(request, reply), plain);
    set_in(reply, FieldKind::version_flags, 0x1c);
    EXPECT_NE(reply_class(request, reply), plain);
    EXPECT_NE(reply_class(request, {}), plain);
}

}  // namespace
}  // namespace aoe::fuzz
