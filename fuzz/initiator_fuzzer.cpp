// SPDX-License-Identifier: MIT
// The initiator facing a hostile target. Whatever arrives, and whenever: each request completes
// once, and in the end; each frame that is sent is right, not too many of them, and none too soon;
// replies are taken when they answer what is open, and change their own sectors alone; a request
// succeeds only when each sector was answered (initiator_bench.h).
//
// An input is a session (session.h) of frames that arrive. A tag without bit 31, which no request
// has, becomes that of the n-th latest request, or nearly so. What is too short for an Ethernet
// frame is an instruction: ask for something, let time pass, answer as an honest target would, or
// nearly so.
#include <array>
#include <chrono>
#include <optional>
#include <span>

#include "fuzz/harness.h"
#include "fuzz/initiator_bench.h"
#include "fuzz/replies.h"
#include "fuzz/require.h"
#include "fuzz/session.h"
#include "fuzz/session_style.h"
#include "initiator/discovery.h"
#include "wire/frame.h"

namespace {

using namespace aoe;
using namespace aoe::fuzz;
using initiator::Kind;

constexpr std::array<std::size_t, 8> mtus{1500, 9000, 576, 1500, 533, 534, 46, 4000};
constexpr std::array<int, 8> pauses_ms{1, 5, 20, 100, 250, 1000, 2000, 31000};

// A reply may also have the tag before that one, or behind it: of another generation, or slot.
constexpr std::array<std::uint64_t, 8> tag_slips{0, 0, 0, 0, ~std::uint64_t{1023}, 1024, ~0ULL, 1};

class Play {
public:
    explicit Play(std::uint8_t setup)
        : bench_({.mtu = mtus[setup & 3U],
                  .mac_known = (setup & 4U) != 0,
                  .tag_seed = (setup & 8U) != 0 ? ~std::uint64_t{0} : 1}) {
        if ((setup & 16U) == 0) attach();
    }

    void step(Bytes frame) {
        if (frame.size() < ethernet_header_size) {
            instruct(frame);
        } else {
            hostile(FrameBytes(frame.begin(), frame.end()));
        }
    }
    void finish() { bench_.finish(); }

private:
    void attach() {
        bench_.submit(Kind::query_config, 0);
        answer_all();
        bench_.submit(Kind::identify, 0);
        answer_all();
    }

    /// The n-th latest; nothing while there is none.
    const FrameBytes* request(std::size_t n) const {
        const auto& sent = bench_.sent();
        return sent.empty() ? nullptr : &sent[sent.size() - 1 - n % sent.size()];
    }

    void answer_all() {
        const std::size_t known = bench_.sent().size();
        for (; answered_ < known; ++answered_) {
            bench_.receive(honest_reply(bench_.sent()[answered_], initiator_world));
        }
    }

    void hostile(FrameBytes frame) {
        const Field field = field_of(FieldKind::tag);
        if (frame.size() >= field.end() && get(frame, field) < 0x80000000U) {
            if (const FrameBytes* asked = request(get(frame, field) & 0xff)) {
                set(frame, field, get(*asked, field) + tag_slips[get(frame, field) >> 8 & 7]);
            }
        }
        bench_.receive(frame);
        const auto seen = initiator::read_discovery(frame, initiator::everybody, 0x80000000U);
        require(!seen || (frame.size() >= 32 && seen->config_string.size() <= frame.size() - 32),
                "a config string is as long as the frame allows");
    }

    void instruct(Bytes instruction) {
        const auto byte = [&](std::size_t at) {
            return at < instruction.size() ? std::to_integer<unsigned>(instruction[at]) : 0U;
        };
        constexpr std::array questions{Kind::query_config, Kind::identify, Kind::flush};
        switch (byte(0) % 8) {
            case 0:
                return bench_.submit(Kind::read, byte(1) % 65);
            case 1:
                return bench_.submit(Kind::write, byte(1) % 65);
            case 2:
                return bench_.submit(questions[byte(1) % questions.size()], 0);
            case 3:
                return bench_.advance(
                    std::chrono::milliseconds(pauses_ms[byte(1) % pauses_ms.size()]));
            case 4:
            case 5:
                return answer(byte(0) % 8 == 5, byte(1), byte(2), byte(3), byte(4));
            case 6:
                return bench_.set_mtu(mtus[byte(1) % mtus.size()]);
            default:
                return answer_all();
        }
    }

    void answer(bool changed, std::size_t which, std::size_t at, unsigned mask, std::size_t cut) {
        const FrameBytes* asked = request(which);
        if (asked == nullptr) return;
        FrameBytes reply = honest_reply(*asked, initiator_world);
        if (changed) {
            reply[at % reply.size()] ^= static_cast<std::byte>(mask);
            reply.resize(reply.size() - cut * 8 % reply.size());
        }
        bench_.receive(reply);
    }

    InitiatorBench bench_;
    std::size_t answered_ = 0;  // Of the requests sent, by answer_all().
};

}  // namespace

aoe::fuzz::SessionStyle aoe::fuzz::session_style() {
    return {.world = initiator_world, .instructions = true, .replies = true};
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Session session = parse_session(std::as_bytes(std::span(data, size)));
    Play play(session.setup);
    for (const FrameBytes& frame : session.frames) play.step(frame);
    play.finish();
    return 0;
}
