// SPDX-License-Identifier: MIT
#include "conformance/judge/test_talk.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <stdexcept>

namespace aoe::conformance {

namespace {

void put_word(ByteVector& frame, std::size_t index, std::uint16_t value) {
    frame[36 + 2 * index] = static_cast<std::uint8_t>(value);
    frame[37 + 2 * index] = static_cast<std::uint8_t>(value >> 8);
}

void put_string(ByteVector& frame, std::size_t word, std::size_t words, std::string text) {
    text.resize(2 * words, ' ');
    for (std::size_t i = 0; i < words; ++i) {
        put_word(frame, word + i,
                 static_cast<std::uint16_t>(static_cast<unsigned char>(text[2 * i]) << 8 |
                                            static_cast<unsigned char>(text[2 * i + 1])));
    }
}

void fill_identify(ByteVector& frame) {
    frame.assign(frame.begin(), frame.begin() + 36);
    frame.resize(36 + 512);
    put_string(frame, 10, 10, "serial");
    put_string(frame, 23, 4, "1.0");
    put_string(frame, 27, 20, "model");
    for (const auto& [index, value] : {std::pair{47, 0x8000},
                                       {49, 0x0200},
                                       {50, 0x4000},
                                       {83, 0x5400},
                                       {84, 0x4000},
                                       {86, 0x1400},
                                       {87, 0x4000},
                                       {93, 0x400b}}) {
        put_word(frame, static_cast<std::size_t>(index), static_cast<std::uint16_t>(value));
    }
    for (const std::size_t first : {60U, 100U}) {
        put_word(frame, first, static_cast<std::uint16_t>(test_sectors & 0xffff));
        put_word(frame, first + 1, static_cast<std::uint16_t>(test_sectors >> 16));
    }
}

void answer_ata(ByteVector& frame) {
    const std::uint8_t opcode = frame[27], count = frame[26];
    frame[25] = 0;
    frame[27] = 0x40;
    if (opcode == 0xec) return fill_identify(frame);
    frame.resize(36);
    if (is_ata_read(opcode)) frame.resize(36 + std::size_t{512} * count);
    const bool known = is_ata_read(opcode) || is_ata_write(opcode) || opcode == 0xe7;
    if (known) return;
    frame[25] = 0x04;
    frame[27] = 0x41;
}

}  // namespace

Talk::Talk(JudgeOptions options) : judge(std::move(options)) {
    judge.begin_file();
}

ByteVector Talk::craft_request(Request request) {
    request.destination = request.destination.value_or(test_target);
    request.source = request.source.value_or(test_initiator);
    request.shelf = request.shelf.value_or(test_shelf);
    request.slot = request.slot.value_or(test_slot);
    request.tag = request.tag.value_or(++tag_);
    return craft(request);
}

ByteVector Talk::good_reply(const ByteVector& request) {
    ByteVector frame = request;
    frame.resize(std::max<std::size_t>(60, frame.size()));
    std::copy_n(request.begin() + 6, 6, frame.begin());
    std::memcpy(frame.data() + 6, test_target.data(), 6);
    frame[14] = 0x18;
    frame[16] = 0;
    frame[17] = test_shelf;
    frame[18] = test_slot;
    switch (frame[19]) {
        case 0:
            answer_ata(frame);
            break;
        case 1: {
            frame[29] = static_cast<std::uint8_t>(0x10 | (frame[29] & 15));
            frame[25] = 16;
            frame[26] = 0x40;
            frame[28] = 2;
            if ((frame[29] & 15) == 0) frame[30] = frame[31] = 0;
            frame.resize(32 + std::size_t{frame[31]});
            break;
        }
        case 2:
            if (frame[25] == 0) frame[27] = 0;
            frame[26] = 0;
            frame.resize(28 + std::size_t{8} * frame[27]);
            for (std::size_t i = 0; i < frame[27]; ++i) frame[29 + 8 * i] = 0;
            break;
        case 3:
            if (frame[24] == 0) frame[25] = 0;
            frame.resize(26 + std::size_t{6} * frame[25]);
            break;
        default:
            frame[14] = 0x1c;
            frame[15] = 1;
            frame.resize(24);
    }
    frame.resize(std::max<std::size_t>(60, frame.size()));
    return frame;
}

void Talk::show(const ByteVector& frame) {
    show_after(std::chrono::milliseconds(1), frame);
}

void Talk::show_after(Time pause, const ByteVector& frame) {
    now_ += pause;
    const CapturedPacket packet{.number = ++number_,
                                .link_type = link_type::ethernet,
                                .time = now_,
                                .length = static_cast<std::uint32_t>(frame.size()),
                                .bytes = std::as_bytes(std::span(frame)),
                                .comment = {}};
    judge.see(look_at(packet));
}

void Talk::ask(const Request& request) {
    ask(request, [](ByteVector&) {});
}

void Talk::ask(const Request& request, const std::function<void(ByteVector&)>& change) {
    const ByteVector asked = craft_request(request);
    ByteVector reply = good_reply(asked);
    change(reply);
    show(asked);
    show(reply);
}

void Talk::ask_in_vain(const Request& request) {
    ask(identify_request());
    show(craft_request(request));
    const ByteVector next = craft_request(identify_request());
    show_after(std::chrono::milliseconds(100), next);
    show(good_reply(next));
}

void Talk::introduce() {
    ask(config_request());
    ask(identify_request());
    ask(mask_request());
    ask(reserve_request());
}

std::set<std::string_view> Talk::broken() const {
    std::set<std::string_view> ids;
    const auto collect = [&](const std::vector<RuleCount>& counts) {
        for (std::size_t i = 0; i < counts.size(); ++i) {
            if (counts[i].broken != 0) ids.insert(all_rules()[i].test.id);
        }
    };
    for (const auto& target : judge.traffic().targets()) collect(target->counts);
    for (const auto& initiator : judge.traffic().initiators()) collect(initiator->counts);
    return ids;
}

std::uint64_t Talk::kept(std::string_view rule) const {
    std::uint64_t sum = 0;
    for (const auto& target : judge.traffic().targets()) {
        for (std::size_t i = 0; i < target->counts.size(); ++i) {
            if (all_rules()[i].test.id == rule) sum += target->counts[i].kept;
        }
    }
    return sum;
}

const Violation& Talk::first(std::string_view rule) const {
    for (const auto& target : judge.traffic().targets()) {
        for (std::size_t i = 0; i < target->counts.size(); ++i) {
            const RuleCount& count = target->counts[i];
            if (all_rules()[i].test.id == rule && !count.first.empty()) return count.first.front();
        }
    }
    throw std::logic_error("the rule was not broken");
}

}  // namespace aoe::conformance
