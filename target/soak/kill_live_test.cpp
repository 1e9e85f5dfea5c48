// SPDX-License-Identifier: MIT
// A daemon that is killed while config string, mask list and reservation are set as fast as it
// can: of each there is what was acknowledged last, or what was on its way, and never a mixture.
#include <array>
#include <csignal>
#include <filesystem>

#include "target/daemon/live_fixture_test.h"
#include "target/soak/soak_test.h"
#include "wire/random.h"

namespace aoe::target {
namespace {

enum What : std::size_t { string, mask_list, reservation };

/// What of one kind was asked for and acknowledged, as numbers that only grow.
struct Versions {
    unsigned acknowledged = 0;
    unsigned asked = 0;
};

class KillTest : public DaemonLiveTest {
public:
    static Mac marker(unsigned version) {
        return {std::byte{2},
                std::byte{0xee},
                std::byte{0},
                static_cast<std::byte>(version >> 16),
                static_cast<std::byte>(version >> 8),
                static_cast<std::byte>(version)};
    }
    static unsigned version_of(const Mac& mac) {
        return std::to_integer<unsigned>(mac[3]) << 16 | std::to_integer<unsigned>(mac[4]) << 8 |
               std::to_integer<unsigned>(mac[5]);
    }

    /// From the version before it to this one. The lists hold the marker, and us.
    Frame change(Link& link, What what, unsigned version) const {
        if (what == string) {
            return config(config_command::force_set,
                          std::string(version % 1000, 'x') + std::to_string(version));
        }
        if (what == mask_list) {
            return mask_edit({remove(marker(version - 1)), add(marker(version)), add(link.mac())});
        }
        return reserve(reserve_command::set, {link.mac(), marker(version)});
    }
    void send(Link& link, What what, unsigned version) {
        Frame request = change(link, what, version);
        std::ranges::copy(broadcast_mac, request.begin());
        const Mac source = link.mac();
        std::ranges::copy(source, request.begin() + 6);
        request[18] = std::byte{1};
        request[20] = static_cast<std::byte>(what);
        for (unsigned i = 0; i < 3; ++i) {
            request[21 + i] = static_cast<std::byte>(version >> (16 - 8 * i));
        }
        send_copy(link, request);
    }

    /// The version that the daemon has after its start; complains when it is none.
    unsigned found(Link& link, What what) {
        const Frame question = what == string      ? config(config_command::read)
                               : what == mask_list ? mask_read()
                                                   : reserve(reserve_command::read);
        const auto reply = ask(link, 1, question);
        if (!reply) {
            ADD_FAILURE() << "no reply";
            return 0;
        }
        const FrameView frame = *FrameView::parse(*reply);
        EXPECT_EQ(frame.header().error, 0);
        if (what == string) return found_string(frame);
        std::vector<Mac> macs;
        if (what == mask_list) {
            const MaskView view = *MaskView::parse(frame.argument());
            for (std::size_t i = 0; i < view.fields().directive_count; ++i) {
                macs.push_back(mask_directive_at(*view.directives(), i).mac);
            }
        } else {
            const ReserveView view = *ReserveView::parse(frame.argument());
            for (std::size_t i = 0; i < view.fields().mac_count; ++i) {
                macs.push_back(reserve_mac_at(*view.macs(), i));
            }
        }
        if (macs.empty()) return 0;
        const auto at =
            std::ranges::find_if(macs, [&](const Mac& mac) { return mac != link.mac(); });
        EXPECT_THAT(macs, testing::UnorderedElementsAre(link.mac(), testing::_));
        return at == macs.end() ? 0 : version_of(*at);
    }
    static unsigned found_string(const FrameView& frame) {
        std::string text;
        const auto view = ConfigView::parse(frame.argument());
        const Bytes given = *view->string();
        for (const std::byte each : given) text += std::to_integer<char>(each);
        if (text.empty()) return 0;
        const auto digits = text.find_first_not_of('x');
        const auto version = digits == std::string::npos
                                 ? 0
                                 : static_cast<unsigned>(std::stoul(text.substr(digits)));
        EXPECT_EQ(digits % 1000, version % 1000) << "a torn config string";
        return version;
    }

    void take_replies(Link& link, Time until) {
        next_before(link, until, [&](const Header& header) {
            const unsigned what = header.tag >> 24;
            const bool is_ours = (header.flags & header_flag::response) != 0 && what <= 2;
            if (is_ours && (header.tag & 0xffffff) == versions.at(what).asked) {
                EXPECT_EQ(header.error, 0);
                versions.at(what).acknowledged = versions.at(what).asked;
            }
            return is_ours;
        });
    }

    std::array<Versions, 3> versions{};
};

TEST_F(KillTest, LeavesTheOldOrTheNewOfEverythingThatLasts) {
    Cable cable;
    cable.plug();
    write_config("state-dir = \"" + file.path() + ".state\"\n" + table(1, cable.name));
    Soak soak(10);
    unsigned kills = 0;
    unsigned changes = 0;
    constexpr std::array kinds{string, mask_list, reservation};
    while (const auto seed = soak.next()) {
        Random random(*seed);
        Program program = start();
        for (const What what : kinds) {
            const unsigned now = found(*cable.far, what);
            ASSERT_GE(now, versions.at(what).acknowledged) << "kind " << what << ", kill " << kills;
            ASSERT_LE(now, versions.at(what).asked) << "kind " << what << ", kill " << kills;
            versions.at(what) = {.acknowledged = now, .asked = now};
        }
        const Time end = clock.now() + std::chrono::microseconds(random.below(60'000));
        while (clock.now() < end) {
            for (const What what : kinds) {
                Versions& each = versions.at(what);
                if (each.asked == each.acknowledged) {
                    ++changes;
                    send(*cable.far, what, ++each.asked);
                }
            }
            take_replies(*cable.far, end);
        }
        program.signal(SIGKILL);
        EXPECT_EQ(program.exit_status(), 128 + SIGKILL);
        for (std::size_t i = 0; i < kinds.size(); ++i) {  // Those that were sent already.
            take_replies(*cable.far, clock.now() + std::chrono::milliseconds(1));
        }
        ++kills;
    }
    Soak::tell(std::to_string(kills) + " times killed among " + std::to_string(changes) +
               " changes: the old or the new each time");
    EXPECT_GT(kills, 0U);
    EXPECT_GT(changes, kills);
}

}  // namespace
}  // namespace aoe::target
