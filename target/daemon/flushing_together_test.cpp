// SPDX-License-Identifier: MIT
#include "target/daemon/flushing_together.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "target/daemon/daemon_fixture_test.h"

namespace aoe::target {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

struct Told final : Work {
    void done(std::error_code error) override { result = error; }
    std::optional<std::error_code> result;
};

class FlushingTogetherTest : public testing::Test {
public:
    FlushingTogetherTest() { inner->slow = true; }
    /// The one that is on its way.
    void end(std::error_code result = {}) {
        inner->disk.error = result;
        inner->finish_one();
    }
    SlowStorage* inner = new SlowStorage(10);
    StoragePtr storage = flushing_together(std::unique_ptr<Storage>(inner));
    const std::error_code failure = std::make_error_code(std::errc::io_error);
    Told first, second, third;
};

TEST_F(FlushingTogetherTest, ThoseThatWaitBecomeOne) {
    for (Told* const each : {&first, &second, &third}) storage->start(*each);
    EXPECT_THAT(inner->works, SizeIs(1));
    end();
    EXPECT_EQ(first.result, std::error_code());
    EXPECT_FALSE(second.result) << "what was written before it may have come too late";
    EXPECT_THAT(inner->works, SizeIs(1));
    end(failure);
    EXPECT_EQ(second.result, failure);
    EXPECT_EQ(third.result, failure);
    EXPECT_THAT(inner->works, IsEmpty());
    EXPECT_EQ(inner->disk.flushes, 2);
}

TEST_F(FlushingTogetherTest, AFailureIsToldToAllThatAreThere) {
    storage->start(first);
    storage->start(second);
    end(failure);
    EXPECT_EQ(first.result, failure);
    EXPECT_EQ(second.result, failure) << "the system tells the first alone";
    storage->start(third);
    end();
    EXPECT_EQ(third.result, std::error_code());
}

TEST_F(FlushingTogetherTest, OthersGoOnBesideThem) {
    Frame bytes(sector_size);
    first.kind = second.kind = Operation::Kind::read;
    first.data = second.data = bytes;
    storage->start(third);
    storage->start(first);
    storage->start(second);
    EXPECT_THAT(inner->works, SizeIs(3));
    while (!inner->works.empty()) end();
}

}  // namespace
}  // namespace aoe::target
