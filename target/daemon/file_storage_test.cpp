// SPDX-License-Identifier: MIT
#include "target/daemon/file_storage.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <poll.h>
#include <sched.h>

#include <sys/mount.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/shell_test.h"
#include "target/daemon/daemon_fixture_test.h"
#include "target/daemon/work_queue.h"
#include "target/program_test.h"

namespace aoe::target {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Kind = Operation::Kind;

struct Noted final : Work {
    Noted(Kind what, std::uint64_t first, Frame bytes, bool for_good = false)
        : size(bytes.size()), memory(size + alignment) {
        kind = what;
        sector = first;
        durable = for_good;
        void* start = memory.data();
        std::size_t room = memory.size();
        data = {static_cast<std::byte*>(std::align(alignment, size, start, room)), size};
        std::ranges::copy(bytes, data.begin());
    }
    void done(std::error_code error) override { result = error; }
    static constexpr std::size_t alignment = 4096;
    std::size_t size;
    Frame memory;
    std::optional<std::error_code> result;
};

class FileStorageTest : public testing::TestWithParam<IoKind> {
public:
    ExportConfig wanted(std::string path) const {
        return {.name = "disk", .path = std::move(path), .first_sector = 8};
    }
    StoragePtr open(const ExportConfig& config) {
        return open_file_storage(config, *engine, clock, log);
    }
    std::error_code perform(Storage& storage, Noted& work) {
        storage.start(work);
        engine->submit();
        pollfd ready{.fd = engine->descriptor(), .events = POLLIN, .revents = 0};
        while (!work.result) {
            EXPECT_EQ(::poll(&ready, 1, 20'000), 1);
            engine->finish_ready();
        }
        return *work.result;
    }

    VirtualClock clock;
    TextLog log;
    std::unique_ptr<IoEngine> engine = make_io_engine(GetParam());
    ScratchFile file{108 * sector_size};
};

TEST_P(FileStorageTest, ReadsWritesAndFlushes) {
    const StoragePtr storage = open(wanted(file.path()));
    EXPECT_EQ(storage->sectors(), 100U);
    Noted write(Kind::write, 97, pattern(3));
    EXPECT_FALSE(perform(*storage, write));
    Noted durable(Kind::write, 0, pattern(1, 9), true);
    EXPECT_FALSE(perform(*storage, durable));
    Noted flush(Kind::flush, 0, {});
    EXPECT_FALSE(perform(*storage, flush));
    Noted read(Kind::read, 97, Frame(3 * sector_size));
    EXPECT_FALSE(perform(*storage, read));
    EXPECT_THAT(read.data, testing::ElementsAreArray(pattern(3)));
    // Written just now, so in the page cache, where the file system can say so.
    Frame into(sector_size);
    const auto result = storage->at_once({.kind = Kind::read, .sector = 0, .into = into});
    if (result) {
        EXPECT_FALSE(*result);
        EXPECT_EQ(into, pattern(1, 9));
    }
    EXPECT_EQ(storage->at_once({.kind = Kind::flush}), std::nullopt);
    EXPECT_EQ(storage->at_once({.kind = Kind::write, .durable = true, .from = into}), std::nullopt);
}

TEST_P(FileStorageTest, GoesPastThePageCacheWhenAskedTo) {
    ExportConfig config = wanted(file.path());
    config.direct = true;
    StoragePtr storage;
    try {
        storage = open(config);
    } catch (const std::system_error& error) {
        GTEST_SKIP() << error.what();
    }
    Noted write(Kind::write, 5, pattern(17));
    EXPECT_FALSE(perform(*storage, write));
    Noted read(Kind::read, 5, Frame(17 * sector_size));
    EXPECT_FALSE(perform(*storage, read));
    EXPECT_THAT(read.data, testing::ElementsAreArray(pattern(17)));
    Frame into(sector_size);
    EXPECT_EQ(storage->at_once({.kind = Kind::read, .into = into}), std::nullopt);
}

TEST_P(FileStorageTest, AFileThatWasCutFailsWhereItEnds) {
    const StoragePtr storage = open(wanted(file.path()));
    std::filesystem::resize_file(file.path(), 50 * sector_size);
    Noted behind(Kind::read, 60, Frame(sector_size));
    EXPECT_EQ(perform(*storage, behind), std::errc::io_error);
    Noted across(Kind::read, 41, Frame(2 * sector_size));
    EXPECT_EQ(perform(*storage, across), std::errc::io_error);
    Frame into(2 * sector_size);
    EXPECT_EQ(storage->at_once({.kind = Kind::read, .sector = 41, .into = into}), std::nullopt);
    Noted before(Kind::read, 40, Frame(sector_size));
    EXPECT_FALSE(perform(*storage, before));
}

TEST_P(FileStorageTest, AFileThatWasCutIsNotMadeLongerByWrites) {
    const StoragePtr storage = open(wanted(file.path()));
    std::filesystem::resize_file(file.path(), 50 * sector_size);
    for (const std::uint64_t sector : {41U, 42U, 99U}) {
        for (const bool durable : {false, true}) {
            Noted write(Kind::write, sector, pattern(sector == 99 ? 1 : 2), durable);
            EXPECT_EQ(perform(*storage, write), std::errc::io_error) << sector;
            const auto at_once =
                storage->at_once({.kind = Kind::write, .sector = sector, .from = write.data});
            if (at_once) {
                EXPECT_EQ(*at_once, std::errc::io_error);
            }
        }
    }
    EXPECT_EQ(std::filesystem::file_size(file.path()), 50 * sector_size);
    Noted lost(Kind::read, 50, Frame(sector_size));
    EXPECT_EQ(perform(*storage, lost), std::errc::io_error) << "zeros that nobody wrote";
    Noted before(Kind::write, 40, pattern(2));
    EXPECT_FALSE(perform(*storage, before));
}

TEST_P(FileStorageTest, AFullDiskFailsTheWriteAlone) {
    const std::string folder = std::filesystem::path(file.path()).parent_path() / "small";
    std::filesystem::create_directory(folder);
    if (::unshare(CLONE_NEWNS) != 0 ||
        ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=64k") != 0) {
        GTEST_SKIP() << "no right to mount a small file system: " << std::strerror(errno);
    }
    const std::string path = folder + "/disk.img";
    std::ofstream(path) << "";
    std::filesystem::resize_file(path, 1'000'000);
    {
        const StoragePtr storage = open(wanted(path));
        std::error_code full;
        for (std::uint64_t sector = 0; sector < 400 && !full; sector += 16) {
            Noted write(Kind::write, sector, pattern(16));
            full = perform(*storage, write);
        }
        EXPECT_EQ(full, std::errc::no_space_on_device);
        Noted again(Kind::write, 0, pattern(16, 5));
        EXPECT_FALSE(perform(*storage, again)) << "has its place already";
    }
    ::umount2(folder.c_str(), MNT_DETACH);
}

TEST(MountedDeviceTest, IsNotExportedForWriting) {
    const ScratchFile image(std::size_t{4} << 20);
    const auto sh = [](const std::string& words) { return testing_cli::shell(words); };
    const auto made = sh("mkfs.ext2 -q " + image.path() + " && losetup -f --show " + image.path());
    if (made.status != 0) GTEST_SKIP() << "no loop device: " << made.out;
    const std::string device = made.out.substr(0, made.out.find('\n'));
    const std::string folder = image.path() + ".mounted";
    std::filesystem::create_directory(folder);
    VirtualClock clock;
    TextLog log;
    const auto engine = make_io_engine(IoKind::threads);
    ExportConfig config{.name = "disk", .path = device};
    const auto open = [&] { return open_file_storage(config, *engine, clock, log); };
    EXPECT_EQ(open()->sectors(), 8192U);
    if (sh("mount " + device + " " + folder).status == 0) {
        EXPECT_THROW(open(), std::runtime_error);
        config.read_only = true;
        EXPECT_NO_THROW(open());
        sh("umount " + folder);
    }
    sh("losetup -d " + device);
    std::filesystem::remove(folder);
}

INSTANTIATE_TEST_SUITE_P(Engines, FileStorageTest, testing::Values(IoKind::any, IoKind::threads),
                         [](const auto& each) {
                             return each.param == IoKind::threads ? "Threads" : "Any";
                         });

/// Fails as it is told to.
class BrokenEngine final : public IoEngine {
public:
    struct BrokenQueue final : Queue {
        explicit BrokenQueue(BrokenEngine& of) : engine(of) {}
        void start(const FileTransfer&, Work& work) override { engine.works.push_back(&work); }
        BrokenEngine& engine;
    };
    std::unique_ptr<Queue> make_queue() override { return std::make_unique<BrokenQueue>(*this); }
    std::string_view name() const noexcept override { return "broken"; }
    int descriptor() const noexcept override { return -1; }
    void finish_ready() override {
        for (Work* const each : std::exchange(works, {})) each->done(error);
    }
    std::vector<Work*> works;
    std::error_code error;
};

TEST(VanishingDeviceTest, IsGoneAndComesBack) {
    VirtualClock clock;
    TextLog log;
    BrokenEngine engine;
    const ScratchFile file(100 * sector_size);
    const StoragePtr storage =
        open_file_storage({.name = "disk", .path = file.path()}, engine, clock, log);
    const auto ask = [&](std::errc error) {
        engine.error = std::make_error_code(error);
        Noted work(Kind::write, 0, pattern(1));
        storage->start(work);
        engine.finish_ready();
        return *work.result;
    };
    EXPECT_EQ(ask(std::errc::io_error), std::errc::io_error) << "a bad sector, no more";
    EXPECT_TRUE(log.said.empty());
    std::filesystem::rename(file.path(), file.path() + ".away");
    EXPECT_EQ(ask(std::errc::no_such_device_or_address), std::errc::no_such_device);
    EXPECT_THAT(log.said, ElementsAre(HasSubstr("is gone")));
    Frame into(sector_size);
    const Operation reading{.kind = Kind::read, .into = into};
    EXPECT_EQ(storage->at_once(reading), std::make_error_code(std::errc::no_such_device));
    clock.advance(std::chrono::seconds(2));
    EXPECT_EQ(storage->at_once(reading), std::make_error_code(std::errc::no_such_device));
    std::filesystem::rename(file.path() + ".away", file.path());
    EXPECT_EQ(storage->at_once(reading), std::make_error_code(std::errc::no_such_device))
        << "looked just now";
    clock.advance(std::chrono::seconds(2));
    EXPECT_NE(storage->at_once(reading), std::make_error_code(std::errc::no_such_device));
    EXPECT_THAT(log.said, ElementsAre(HasSubstr("is gone"), HasSubstr("is back")));
}

TEST(VanishingDeviceTest, ThatTookUnflushedWritesAlongFailsTheNextFlush) {
    VirtualClock clock;
    TextLog log;
    BrokenEngine engine;
    const ScratchFile file(100 * sector_size);
    const StoragePtr storage =
        open_file_storage({.name = "disk", .path = file.path()}, engine, clock, log);
    const auto perform = [&](Kind kind, std::error_code error = {}, bool durable = false) {
        engine.error = error;
        Noted work(kind, 0, kind == Kind::write ? pattern(1) : Frame{}, durable);
        const auto result = storage->at_once({.kind = kind, .durable = true, .from = work.data});
        if (result) return *result;
        storage->start(work);
        engine.finish_ready();
        return *work.result;
    };
    const auto vanish_and_return = [&] {
        perform(Kind::write, std::make_error_code(std::errc::not_connected));
        clock.advance(std::chrono::seconds(2));
    };
    perform(Kind::write);
    EXPECT_FALSE(perform(Kind::flush));
    perform(Kind::write, {}, true);
    vanish_and_return();
    EXPECT_FALSE(perform(Kind::flush)) << "everything was flushed";
    EXPECT_FALSE(perform(Kind::write));
    vanish_and_return();
    EXPECT_FALSE(perform(Kind::write));
    EXPECT_EQ(perform(Kind::flush), std::errc::io_error);
    EXPECT_THAT(log.said.back(), HasSubstr("may be lost, so the next flush fails"));
    EXPECT_FALSE(perform(Kind::flush)) << "told once";
    Noted late(Kind::write, 0, pattern(1));
    storage->start(late);
    Work* const of_the_old_one = std::exchange(engine.works, {}).front();
    vanish_and_return();
    EXPECT_FALSE(perform(Kind::flush)) << "nothing is known of it yet";
    of_the_old_one->done({});
    EXPECT_EQ(perform(Kind::flush), std::errc::io_error);
    EXPECT_FALSE(perform(Kind::write));
    vanish_and_return();
    EXPECT_EQ(perform(Kind::flush, std::make_error_code(std::errc::not_connected)),
              std::errc::no_such_device);
    clock.advance(std::chrono::seconds(2));
    EXPECT_EQ(perform(Kind::flush), std::errc::io_error)
        << "error 3 did not say that they are lost";
}

TEST(VanishingDeviceTest, DoesNotComeBackSmaller) {
    VirtualClock clock;
    TextLog log;
    BrokenEngine engine;
    const ScratchFile file(100 * sector_size);
    const StoragePtr storage =
        open_file_storage({.name = "disk", .path = file.path()}, engine, clock, log);
    Noted work(Kind::flush, 0, {});
    storage->start(work);
    engine.error = std::make_error_code(std::errc::not_connected);
    engine.finish_ready();
    EXPECT_EQ(work.result, std::make_error_code(std::errc::no_such_device));
    std::filesystem::resize_file(file.path(), 99 * sector_size);
    clock.advance(std::chrono::seconds(2));
    EXPECT_EQ(storage->at_once({}), std::make_error_code(std::errc::no_such_device));
}

}  // namespace
}  // namespace aoe::target
