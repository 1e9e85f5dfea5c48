// SPDX-License-Identifier: MIT
#include "conformance/guard.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace aoe::conformance {

namespace {

constexpr std::array<std::uint8_t, 8> harmless_opcodes{0xec, 0x20, 0x24, 0xc8,
                                                       0x25, 0xe5, 0xe7, 0xea};
constexpr std::array<std::uint8_t, 4> write_opcodes{0x30, 0x34, 0xca, 0x35};
constexpr std::array<std::uint8_t, 2> extended_writes{0x34, 0x35};

unsigned byte_at(Bytes frame, std::size_t offset) {
    return offset < frame.size() ? std::to_integer<unsigned>(frame[offset]) : 0U;
}
unsigned word_at(Bytes frame, std::size_t offset) {
    return (byte_at(frame, offset) << 8) | byte_at(frame, offset + 1);
}
Mac mac_at(Bytes frame, std::size_t offset) {
    Mac mac;
    std::memcpy(mac.data(), frame.data() + offset, mac.size());
    return mac;
}
template <typename Range, typename Value> bool contains(const Range& range, const Value& value) {
    return std::find(range.begin(), range.end(), value) != range.end();
}

Doors changing(Doors doors) {
    constexpr Doors all = Doors(Door::write) | Door::config | Door::mask | Door::reserve;
    return Doors(doors.bits & unsigned{all.bits});
}

class FrameJudge {
public:
    FrameJudge(Bytes frame, const GuardRules& rules) : frame_(frame), rules_(rules) {}

    Judgement judge() {
        if (frame_.size() < 14 || word_at(frame_, 12) != 0x88a2) {
            need(Door::hostile, "is no AoE frame");
        }
        if (frame_.size() >= 12) source();
        if (frame_.size() > rules_.mtu + 14) need(Door::hostile, "is larger than the MTU");
        if (frame_.size() < 24) {
            need(Door::hostile, "is shorter than an AoE header");
            return result_;
        }
        if ((byte_at(frame_, 14) & 0x08U) != 0) need(Door::hostile, "pretends to be a response");
        command();
        return result_;
    }

private:
    void need(Doors doors, std::string_view why) {
        if (!result_.needs.contains(doors)) {
            result_.why += (result_.why.empty() ? "" : ", ") + std::string(why);
        }
        result_.needs = result_.needs | doors;
    }

    void source() {
        const Mac source = mac_at(frame_, 6);
        if (source == rules_.ours) return;
        need(Door::hostile, "has a source address that is not the interface's");
        // A switch that sees the target's address on our port sends the target's traffic to us.
        if (source == rules_.target && !rules_.private_network) {
            result_.never = "carries the target's own address as source";
        }
    }

    // What changes a target must reach that target and nobody else.
    void changes(Door door, std::string_view what) {
        need(door, what);
        const unsigned slot = byte_at(frame_, 18);
        const bool exact = mac_at(frame_, 0) == rules_.target &&
                           word_at(frame_, 16) == rules_.shelf &&
                           (slot == rules_.slot || (rules_.twin && slot == *rules_.twin));
        if (!exact) {
            result_.never = "changes something and is not addressed to the target alone";
        }
    }

    void command() {
        switch (byte_at(frame_, 19)) {
            case 0:
                return ata();
            case 1:
                return config();
            case 2:
                return mask();
            case 3:
                return reserve();
            case 4:
                changes(Door::reserve, "may be a keyed reservation");
                break;
            case 0xf0:
                changes(Door::mask, "may be an old mask list edit");
                break;
            case 0xf2:
                changes(Door::reserve, "may be an old reservation");
                break;
            default:
                break;
        }
        need(Door::hostile, "has a command that the protocol does not define");
    }

    void ata() {
        if (frame_.size() < 36) need(Door::hostile, "has a truncated ATA argument");
        if (frame_.size() < 28) return;
        const unsigned opcode = byte_at(frame_, 27);
        const unsigned count = byte_at(frame_, 26);
        const bool writes = contains(write_opcodes, opcode);
        if (!writes && !contains(harmless_opcodes, opcode)) {
            need(Door::disk, "has an ATA command off the list");
        }
        // Some targets go by the W flag rather than by the command.
        if (writes || (byte_at(frame_, 24) & 1U) != 0) return write(opcode, count);
        if (opcode != 0xec && count > rules_.sectors_per_message) {
            need(Door::hostile, "asks for more sectors than the target announces");
        }
    }

    void write(unsigned opcode, unsigned count) {
        changes(Door::write, "may write sectors");
        if (frame_.size() < 36 + std::size_t{count} * 512) {
            need(Door::hostile, "announces more sector data than it carries");
        }
        if (count > rules_.sectors_per_message) {
            need(Door::hostile, "writes more sectors than the target announces");
        }
        const bool extended = contains(extended_writes, opcode);
        // ATA takes a count of zero for the largest one.
        const std::uint64_t sectors = count != 0 ? count : (extended ? 65536U : 256U);
        if (!inside_scratch(extended, sectors)) {
            need(Door::disk, "may write outside the scratch range");
        }
    }

    // A target that cuts the address to 28 or 32 bits must still hit the scratch range only. The
    // usual form of a 28-bit command has device bits above its address and nothing higher.
    bool inside_scratch(bool extended, std::uint64_t sectors) const {
        if (frame_.size() < 34) return false;
        std::uint64_t lba = 0;
        for (std::size_t i = 0; i < 6; ++i) {
            lba |= static_cast<std::uint64_t>(byte_at(frame_, 28 + i)) << (8 * i);
        }
        const bool flagged = (byte_at(frame_, 24) & 0x40U) != 0;
        const std::uint64_t low28 = lba & 0x0fffffffU;
        const std::uint64_t low32 = lba & 0xffffffffU;
        if (!extended && !flagged && lba >> 32 == 0) {
            return rules_.scratch.contains(low28, sectors);
        }
        return rules_.scratch.contains(low28, sectors) && rules_.scratch.contains(low32, sectors) &&
               (rules_.scratch.contains(lba, sectors) || lba >= rules_.sectors);
    }

    void config() {
        if (frame_.size() < 32) need(Door::hostile, "has a truncated config argument");
        if (frame_.size() < 30) return;
        const unsigned ccmd = byte_at(frame_, 29) & 0x0fU;
        const unsigned length = word_at(frame_, 30);
        if (ccmd == 3 || ccmd == 4) changes(Door::config, "may set the config string");
        if (ccmd > 4) need(Door::hostile, "has a CCmd that the protocol does not define");
        if (length > 1024) need(Door::hostile, "declares a config string of more than 1024 bytes");
        if (frame_.size() < 32 + std::size_t{length}) {
            need(Door::hostile, "declares a longer config string than it carries");
        }
    }

    void mask() {
        if (frame_.size() < 28) need(Door::hostile, "has a truncated mask argument");
        if (frame_.size() < 26) return;
        if (byte_at(frame_, 25) != 0) changes(Door::mask, "may edit the mask list");
        if (frame_.size() < 28 + std::size_t{byte_at(frame_, 27)} * 8) {
            need(Door::hostile, "declares more directives than it carries");
        }
    }

    void reserve() {
        if (frame_.size() < 26) need(Door::hostile, "has a truncated reserve argument");
        if (byte_at(frame_, 24) != 0) changes(Door::reserve, "may change the reserve list");
        if (frame_.size() < 26 + std::size_t{byte_at(frame_, 25)} * 6) {
            need(Door::hostile, "declares more addresses than it carries");
        }
    }

    Bytes frame_;
    const GuardRules& rules_;
    Judgement result_;
};

}  // namespace

Judgement judge_frame(Bytes frame, const GuardRules& rules) {
    if (frame.size() < 16 || word_at(frame, 12) != 0x8100) return FrameJudge(frame, rules).judge();
    // What is behind a VLAN tag may be served like what comes without one.
    std::vector<std::byte> untagged(frame.begin(), frame.begin() + 12);
    untagged.insert(untagged.end(), frame.begin() + 16, frame.end());
    Judgement result = judge_frame(untagged, rules);
    if (!changing(result.needs).empty()) result.never = "changes something inside a VLAN";
    result.needs = result.needs | Door::hostile;
    result.why += (result.why.empty() ? "" : ", ") + std::string("carries a VLAN tag");
    return result;
}

std::string GuardedLink::refusal(Bytes frame) {
    const Judgement judgement = judge_frame(frame, rules_);
    if (!judgement.never.empty()) return judgement.never;
    if (!rules_.open.contains(judgement.needs)) {
        return judgement.why + " (door " + to_string(judgement.needs - rules_.open) + ")";
    }
    // A request and the fence behind it go to every target, whatever it promises.
    if (unanswered_ >= std::max(2U, rules_.buffer_count) && !rules_.open.contains(Door::hostile)) {
        return "exceeds the target's Buffer Count of " + std::to_string(rules_.buffer_count) +
               " (door hostile)";
    }
    return {};
}

// An edit whose result would shut us out for good: a list without any address of ours.
bool GuardedLink::shuts_us_out(Bytes frame) const {
    if (frame.size() < 28 || byte_at(frame, 19) != 2 || byte_at(frame, 25) != 1) return false;
    std::vector<Mac> list = mask_list_;
    for (std::size_t i = 0; i < byte_at(frame, 27) && 36 + i * 8 <= frame.size(); ++i) {
        const Mac mac = mac_at(frame, 30 + i * 8);
        const unsigned directive = byte_at(frame, 29 + i * 8);
        if (directive == 1 && !contains(list, mac)) list.push_back(mac);
        if (directive == 2) std::erase(list, mac);
        if (directive > 2) break;
        if (!list.empty() && !contains(list, rules_.ours) && !contains(list, rules_.second)) {
            return true;
        }
    }
    return false;
}

void GuardedLink::queue(const LentBuffer& buffer, std::size_t size) {
    const std::string why = refusal(buffer.bytes.first(size));
    if (!why.empty()) {
        inner_.give_back(buffer);
        throw GuardRefusal("a frame that " + why + " was stopped");
    }
    if (shuts_us_out(buffer.bytes.first(size))) {
        inner_.give_back(buffer);
        throw LockOutRefusal("a mask list edit was stopped that would leave a list without us");
    }
    ++unanswered_;
    inner_.queue(buffer, size);
}

std::span<const ReceivedFrame> GuardedLink::receive(std::size_t most) {
    unanswered_ = 0;
    const auto frames = inner_.receive(most);
    for (const ReceivedFrame& frame : frames) learn_mask(frame.bytes);
    return frames;
}

void GuardedLink::learn_mask(Bytes frame) {
    const bool shows_list = frame.size() >= 28 && word_at(frame, 12) == 0x88a2 &&
                            (byte_at(frame, 14) & 0x0cU) == 0x08 && byte_at(frame, 19) == 2 &&
                            byte_at(frame, 26) == 0 && mac_at(frame, 6) == rules_.target;
    if (!shows_list) return;
    mask_list_.clear();
    for (std::size_t i = 0; i < byte_at(frame, 27) && 36 + i * 8 <= frame.size(); ++i) {
        mask_list_.push_back(mac_at(frame, 30 + i * 8));
    }
}

}  // namespace aoe::conformance
