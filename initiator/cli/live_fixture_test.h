// SPDX-License-Identifier: MIT
// For tests of the program as its users run it, over real frames in a private network.
#pragma once

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include "initiator/discovery.h"
#include "initiator/testing/process.h"
#include "wire/clock.h"
#include "wire/net_test.h"
#include "wire/packet_link.h"
#include "wire/random.h"

namespace aoe::initiator {

inline const std::string program = AOE_BINARY_DIR "/bin/aoe";
inline const std::string bundled = AOE_BINARY_DIR "/bin/aoe-target";
inline const std::string vblade = "/usr/sbin/vblade";
inline constexpr std::size_t disk_sectors = 16384;
inline constexpr std::size_t sector = 512;

inline testing::Ended aoe(std::vector<std::string> words,
                          const testing::ProcessOptions& options = {}) {
    words.insert(words.begin(), program);
    return testing::run_program(words, options);
}

inline std::string random_text(std::size_t size, std::uint64_t seed) {
    Random random(seed);
    std::string text(size, '\0');
    for (char& character : text) character = static_cast<char>(random.next());
    return text;
}

inline std::string contents(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// A private network with a target in it. "ours" is the initiator's end of a wire, "theirs" the
/// target's.
class LiveFixture : public testing_link::NetTest {
public:
    void SetUp() override {
        NetTest::SetUp();
        if (IsSkipped() || HasFatalFailure()) return;
        if (access(vblade.c_str(), X_OK) != 0) {
            if (testing_link::is_required("net")) FAIL() << vblade << " is not installed";
            GTEST_SKIP() << vblade << " is not installed";
        }
        std::string name = ::testing::TempDir() + "live-XXXXXX";
        folder = mkdtemp(name.data());
        disk = random_text(disk_sectors * sector, 1);
        std::ofstream(path("disk"), std::ios::binary) << disk;
    }
    void TearDown() override {
        target.reset();
        for (const char* interface : {"ours", "ours2", "cable", "switch", "switch2"})
            (void)testing_link::remove_interface(interface);
        if (!folder.empty()) std::filesystem::remove_all(folder);
    }
    void start_server(const std::string& server, std::size_t mtu,
                      const std::vector<std::string>& options = {}) {
        add_veth_pair("ours", "theirs", mtu);
        target = start_target(server, "ours", "theirs", options);
    }
    /// The server, vblade or aoe-target, as e7.3 on `theirs`, once it answers on `ours`.
    std::unique_ptr<testing::Background> start_target(const std::string& server,
                                                      const std::string& ours,
                                                      const std::string& theirs,
                                                      const std::vector<std::string>& options = {},
                                                      const std::string& file = "disk") const {
        std::vector<std::string> words{server == "vblade" ? vblade : bundled};
        words.insert(words.end(), options.begin(), options.end());
        words.insert(words.end(), {"7", "3", theirs, path(file)});
        auto started = std::make_unique<testing::Background>(words);
        const LinkPtr link = open_packet_link({.interface = ours});
        const std::array<Link*, 1> links{link.get()};
        SystemClock clock;
        const Discovery found = discover(links, clock,
                                         {.tag = 0x80000001,
                                          .wait = std::chrono::seconds(10),
                                          .settle = Time{},
                                          .interrupted = {}});
        EXPECT_FALSE(found.sightings.empty()) << server << " does not answer";
        return started;
    }
    std::string path(const std::string& name) const { return folder / name; }
    void write_file(const std::string& name, const std::string& bytes) const {
        std::ofstream(path(name), std::ios::binary) << bytes;
    }

    std::filesystem::path folder;
    std::string disk;
    std::unique_ptr<testing::Background> target;
};

}  // namespace aoe::initiator
