// SPDX-License-Identifier: MIT
#include "target/daemon/merging_engine.h"

#include <array>
#include <list>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "target/export_fixture_test.h"

namespace aoe::target {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Kind = Operation::Kind;

/// Keeps what it is given until a test says what came of it.
struct HeldEngine final : IoEngine {
    struct Held {
        FileTransfer transfer;
        Work* work;
    };
    struct HeldQueue final : Queue {
        explicit HeldQueue(HeldEngine& engine) : owner(engine) {}
        void start(const FileTransfer& transfer, Work& work) override {
            owner.held.push_back({transfer, &work});
        }
        HeldEngine& owner;
    };
    std::unique_ptr<Queue> make_queue() override { return std::make_unique<HeldQueue>(*this); }
    std::string_view name() const noexcept override { return "held"; }
    int descriptor() const noexcept override { return -1; }
    void finish_ready() override {}
    std::vector<Held> held;
};

struct Noted final : Work {
    void done(std::error_code error) override { result = error; }
    std::optional<std::error_code> result;
};

class MergingTest : public testing::Test {
public:
    static constexpr std::size_t size = 1024;
    Noted& start(IoEngine::Queue& to, Kind kind, std::uint64_t place, int file = 5,
                 bool durable = false) {
        memory.emplace_back(size);
        to.start({.file = file,
                  .offset_bytes = place * size,
                  .kind = kind,
                  .durable = durable,
                  .pieces = {{.iov_base = memory.back().data(), .iov_len = size}}},
                 works.emplace_back());
        return works.back();
    }
    /// "First place + how many" of what has arrived.
    std::vector<std::pair<std::uint64_t, std::size_t>> arrived() const {
        std::vector<std::pair<std::uint64_t, std::size_t>> all;
        for (const auto& each : inner.held) {
            all.emplace_back(each.transfer.offset_bytes / size, each.transfer.pieces.size());
        }
        return all;
    }

    std::unique_ptr<HeldEngine> made = std::make_unique<HeldEngine>();
    HeldEngine& inner = *made;
    std::unique_ptr<IoEngine> engine = make_merging_engine(std::move(made));
    std::unique_ptr<IoEngine::Queue> queue = engine->make_queue();
    std::list<std::vector<std::byte>> memory;
    std::list<Noted> works;
};

TEST_F(MergingTest, WhatContinuesIsOneTransferWhateverTheOrder) {
    for (const std::uint64_t place : {3U, 1U, 2U, 7U}) start(*queue, Kind::write, place);
    EXPECT_THAT(arrived(), IsEmpty()) << "before all is there";
    engine->submit();
    EXPECT_THAT(arrived(), ElementsAre(std::pair(1, 3), std::pair(7, 1)));
    auto expected = memory.begin();
    for (const std::size_t index : {2U, 0U, 1U}) {
        EXPECT_EQ(inner.held[0].transfer.pieces[index].iov_base, (expected++)->data());
    }
    inner.held[0].work->done({});
    inner.held[1].work->done({});
    for (const Noted& each : works) EXPECT_EQ(each.result, std::error_code());
}

TEST_F(MergingTest, OnlyWhatIsAlikeIsMerged) {
    start(*queue, Kind::read, 0);
    start(*queue, Kind::write, 1);
    start(*queue, Kind::write, 2, 5, true);
    start(*queue, Kind::write, 3, 6, true);
    const auto other = engine->make_queue();
    start(*other, Kind::write, 4, 6, true);
    engine->submit();
    EXPECT_EQ(inner.held.size(), 5U);
    for (const auto& each : inner.held) each.work->done({});
}

TEST_F(MergingTest, AFlushIsPassedOn) {
    Noted flush;
    queue->start({.file = 5, .kind = Kind::flush}, flush);
    EXPECT_EQ(inner.held.size(), 1U);
}

TEST_F(MergingTest, WhenTheWholeFailsOnlyThePartThatHasToDoes) {
    for (const std::uint64_t place : {1U, 2U, 3U}) start(*queue, Kind::read, place);
    engine->submit();
    std::exchange(inner.held, {}).at(0).work->done(std::make_error_code(std::errc::io_error));
    engine->submit();
    EXPECT_THAT(arrived(), ElementsAre(std::pair(1, 1), std::pair(2, 1), std::pair(3, 1)));
    inner.held[0].work->done({});
    inner.held[1].work->done(std::make_error_code(std::errc::io_error));
    inner.held[2].work->done({});
    std::vector<bool> failed;
    for (const Noted& each : works) failed.push_back(static_cast<bool>(each.result.value()));
    EXPECT_THAT(failed, ElementsAre(false, true, false));
}

TEST(FileTransferTest, LosesWhatIsDoneFromItsFront) {
    std::array<std::byte, 30> memory{};
    FileTransfer transfer{.offset_bytes = 100,
                          .pieces = {{.iov_base = memory.data(), .iov_len = 10},
                                     {.iov_base = memory.data() + 20, .iov_len = 10}}};
    EXPECT_EQ(transfer.end_bytes(), 120U);
    transfer.drop_front(0);
    EXPECT_EQ(transfer.pieces.size(), 2U);
    transfer.drop_front(13);
    ASSERT_EQ(transfer.pieces.size(), 1U);
    EXPECT_EQ(transfer.pieces[0].iov_base, memory.data() + 23);
    EXPECT_EQ(transfer.pieces[0].iov_len, 7U);
    EXPECT_EQ(transfer.offset_bytes, 113U);
    transfer.drop_front(7);
    EXPECT_THAT(transfer.pieces, IsEmpty());
    EXPECT_EQ(transfer.end_bytes(), 120U);
}

}  // namespace
}  // namespace aoe::target
