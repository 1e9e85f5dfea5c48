// SPDX-License-Identifier: MIT
#include "target/daemon/work_queue.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aoe::target {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Kind = Operation::Kind;

struct NamedWork final : Work {
    NamedWork(std::string given, Kind what, std::uint64_t first = 0, std::size_t count = 0)
        : name(std::move(given)), memory(count * sector_size) {
        kind = what;
        sector = first;
        data = memory;
    }
    void done(std::error_code) override {}
    std::string name;
    std::vector<std::byte> memory;
};

/// Starts, and finishes never by itself.
struct RecordingStorage final : Storage {
    std::uint64_t sectors() const noexcept override { return 1000; }
    std::optional<std::error_code> at_once(const Operation&) override { return std::nullopt; }
    bool has_unflushed() const noexcept override { return false; }
    void start(Work& work) override { started.push_back(static_cast<NamedWork&>(work).name); }
    std::vector<std::string> take() { return std::exchange(started, {}); }
    std::vector<std::string> started;
};

class WorkQueueTest : public testing::Test {
public:
    void add(NamedWork& work) { queue.add(work, storage); }
    RecordingStorage storage;
    WorkQueue queue{64};
};

TEST_F(WorkQueueTest, WhatDoesNotOverlapRunsSideBySide) {
    NamedWork first("write 0", Kind::write, 0, 2);
    NamedWork second("write 2", Kind::write, 2, 2);
    NamedWork third("read 8", Kind::read, 8, 1);
    add(first);
    add(second);
    add(third);
    EXPECT_THAT(storage.take(), ElementsAre("write 0", "write 2", "read 8"));
    EXPECT_EQ(queue.size(), 3U);
}

TEST_F(WorkQueueTest, OverlappingOnesKeepTheirOrder) {
    NamedWork write("write 0-4", Kind::write, 0, 4);
    NamedWork read("read 3", Kind::read, 3, 1);
    NamedWork again("write 3", Kind::write, 3, 1);
    NamedWork last("read 3 again", Kind::read, 3, 2);
    for (NamedWork* each : {&write, &read, &again, &last}) add(*each);
    EXPECT_THAT(storage.take(), ElementsAre("write 0-4"));
    queue.finished(write);
    EXPECT_THAT(storage.take(), ElementsAre("read 3"));
    queue.finished(read);
    EXPECT_THAT(storage.take(), ElementsAre("write 3"));
    queue.finished(again);
    EXPECT_THAT(storage.take(), ElementsAre("read 3 again"));
    queue.finished(last);
    EXPECT_EQ(queue.size(), 0U);
}

TEST_F(WorkQueueTest, ReadsOfOneSectorShareIt) {
    NamedWork one("one", Kind::read, 5, 1);
    NamedWork other("other", Kind::read, 5, 1);
    add(one);
    add(other);
    EXPECT_THAT(storage.take(), ElementsAre("one", "other"));
}

TEST_F(WorkQueueTest, AFlushWaitsForTheWritesBeforeIt) {
    NamedWork write("write", Kind::write, 0, 1);
    NamedWork read("read", Kind::read, 9, 1);
    NamedWork flush("flush", Kind::flush);
    NamedWork later("later write", Kind::write, 7, 1);
    for (NamedWork* each : {&write, &read, &flush, &later}) add(*each);
    EXPECT_THAT(storage.take(), ElementsAre("write", "read", "later write"));
    queue.finished(write);
    EXPECT_THAT(storage.take(), ElementsAre("flush"));
}

TEST_F(WorkQueueTest, AFlushWaitsForThatOfTheDiskBefore) {
    RecordingStorage before;
    NamedWork last("last", Kind::flush);
    NamedWork first("first", Kind::flush);
    NamedWork beside("beside", Kind::flush);
    queue.add(last, before);
    add(first);
    add(beside);
    EXPECT_THAT(before.take(), ElementsAre("last"));
    EXPECT_THAT(storage.take(), IsEmpty());
    EXPECT_TRUE(queue.comes_after({.kind = Kind::flush}, storage));
    EXPECT_FALSE(queue.comes_after({.kind = Kind::read}, storage));
    queue.finished(last);
    EXPECT_THAT(storage.take(), ElementsAre("first", "beside"));
}

TEST_F(WorkQueueTest, KnowsWhatHasToComeAfterWhatIsHere) {
    std::vector<std::byte> bytes(2 * sector_size);
    const Operation reading{.kind = Kind::read, .sector = 4, .into = bytes};
    const Operation writing{.kind = Kind::write, .sector = 4, .from = bytes};
    const Operation flushing{.kind = Kind::flush};
    EXPECT_FALSE(queue.comes_after(writing, storage));
    NamedWork read("read", Kind::read, 5, 1);
    add(read);
    EXPECT_FALSE(queue.comes_after(reading, storage));
    EXPECT_TRUE(queue.comes_after(writing, storage));
    EXPECT_FALSE(queue.comes_after(flushing, storage));
    NamedWork write("write", Kind::write, 5, 1);
    add(write);
    EXPECT_TRUE(queue.comes_after(reading, storage)) << "the write that waits counts too";
    EXPECT_TRUE(queue.comes_after(flushing, storage));
}

TEST_F(WorkQueueTest, SixteenRunAtATime) {
    std::vector<std::unique_ptr<NamedWork>> works;
    for (std::uint64_t i = 0; i < 18; ++i) {
        works.push_back(std::make_unique<NamedWork>(std::to_string(i), Kind::read, i, 1));
        add(*works.back());
    }
    EXPECT_EQ(storage.take().size(), 16U);
    queue.finished(*works[3]);
    EXPECT_THAT(storage.take(), ElementsAre("16"));
}

TEST_F(WorkQueueTest, IsFullAtItsLimit) {
    queue.set_limit(2);
    NamedWork one("one", Kind::flush);
    NamedWork two("two", Kind::write, 0, 1);
    add(one);
    EXPECT_FALSE(queue.is_full());
    add(two);
    EXPECT_TRUE(queue.is_full());
    queue.finished(one);
    EXPECT_FALSE(queue.is_full());
    EXPECT_THAT(storage.take(), ElementsAre("one", "two"));
    EXPECT_THAT(storage.started, IsEmpty());
}

}  // namespace
}  // namespace aoe::target
