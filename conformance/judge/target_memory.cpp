// SPDX-License-Identifier: MIT
#include "conformance/judge/target_memory.h"

#include <utility>

#include "conformance/judge/oddities.h"

namespace aoe::conformance {

namespace {

constexpr std::uint8_t identify_opcode = 0xec, set_max_address = 0xf9;

bool sets_config(const SeenFrame& request) {
    return request.command() == 1 && request.has(32) && request.ccmd() >= 3;
}
bool edits_mask(const SeenFrame& request) {
    return request.command() == 2 && request.has(28) && request.mcmd() != 0;
}
bool sets_reserve(const SeenFrame& request) {
    return request.command() == 3 && request.has(26) && request.rcmd() != 0;
}

}  // namespace

std::unique_ptr<Before> TargetMemory::asked(const SeenFrame& request) {
    if (request.is_response()) return nullptr;
    const bool config = sets_config(request), mask = edits_mask(request),
               reserve = sets_reserve(request);
    if (request.command() == 0 && request.has(36) && request.status() == set_max_address) {
        identity_.forget(request.number);
    }
    if (!config && !mask && !reserve) return nullptr;
    auto before = std::make_unique<Before>();
    const auto take = [&](auto& from, auto& into) {
        into = from;
        from.forget(request.number);
    };
    if (config) take(config_, before->config);
    if (mask) take(mask_, before->mask);
    if (reserve) take(reserve_, before->reserve);
    return before;
}

Known TargetMemory::known(const SeenFrame& request, const Before* before) const {
    return known_earlier(request, before, request, before);
}

Known TargetMemory::known_earlier(const SeenFrame& earlier, const Before* its,
                                  const SeenFrame& request, const Before* before) const {
    const std::uint64_t number = earlier.number;
    Known known{.config = config_.at(number),
                .mask = mask_.at(number),
                .reserve = reserve_.at(number),
                .mask_edit_failed = mask_edit_failed_,
                .identity = identity_.at(number),
                .buffer_count = buffer_count_.at(number),
                .firmware = firmware_.at(number),
                .sector_count = sector_count_.at(number),
                .serves_mask = serves_mask_,
                .serves_reserve = serves_reserve_};
    // What a request itself changed was in force before it, if nobody else has changed it since.
    const auto restore = [&](auto& value, const auto& now, const SeenFrame& change,
                             const auto& then) {
        if (value == nullptr && now.changed_with == change.number) value = then.at(number);
    };
    for (const auto& [change, found] : {std::pair(&earlier, its), std::pair(&request, before)}) {
        if (found == nullptr) continue;
        restore(known.config, config_, *change, found->config);
        restore(known.mask, mask_, *change, found->mask);
        restore(known.reserve, reserve_, *change, found->reserve);
    }
    return known;
}

void TargetMemory::learn_config(const SeenFrame& reply, std::uint64_t request) {
    if (!reply.has(32)) return;
    buffer_count_.learn(reply.buffer_count(), request, reply.number);
    firmware_.learn(reply.firmware(), request, reply.number);
    sector_count_.learn(reply.sector_count(), request, reply.number);
}

// What a target stored whose reply to a set shows another string nobody knows.
void TargetMemory::learn_string(const SeenFrame& request, const SeenFrame& reply) {
    auto shown = reply.has(32) ? config_string(reply) : std::nullopt;
    if (!shown || (sets_config(request) && shown != config_string(request))) return;
    config_.learn(*std::move(shown), request.number, reply.number);
}

void TargetMemory::learn_identity(const SeenFrame& request, const SeenFrame& reply) {
    const bool whole = reply.has(36 + 512) && (reply.status() & 0xa9) == 0;
    if (!whole || request.status() != identify_opcode) return;
    Identity identity{.sectors = 0,
                      .word49 = identify_word(reply, 49),
                      .word82 = identify_word(reply, 82),
                      .word83 = identify_word(reply, 83),
                      .digest = digest(reply.text(36, 512))};
    const std::size_t first = identity.lba48() ? 100 : 60, words = identity.lba48() ? 4 : 2;
    for (std::size_t i = words; i-- > 0;) {
        identity.sectors = identity.sectors << 16 | identify_word(reply, first + i);
    }
    identity_.learn(identity, request.number, reply.number);
}

void TargetMemory::learn_mask(const SeenFrame& request, const SeenFrame& reply,
                              const Before* before) {
    serves_mask_ = true;
    if (!reply.has(28)) return;
    if (reply.merror() == 0) {
        mask_edit_failed_ = false;
        if (auto list = mask_list(reply))
            mask_.learn(*std::move(list), request.number, reply.number);
        return;
    }
    // Refused half-way; a full list cannot be told from here.
    const MacList* list = before != nullptr ? before->mask.at(request.number) : nullptr;
    const bool mine = list != nullptr && mask_.changed_with == request.number;
    if (!mine || reply.merror() != 2 || request.size < natural_end(request)) return;
    if (auto result = edited(*list, request)) {
        mask_edit_failed_ = true;
        mask_.learn(std::move(result->list), request.number, reply.number);
    }
}

void TargetMemory::answered(const SeenFrame& request, const SeenFrame& reply,
                            const Before* before) {
    if (request.command() != reply.command()) return;
    const auto put_back = [&](auto& now, const auto& then) {
        if (now.changed_with == request.number && then.at(request.number)) now = then;
    };
    if (reply.has_error()) {
        if (before == nullptr) return;
        put_back(config_, before->config);
        put_back(mask_, before->mask);
        put_back(reserve_, before->reserve);
        return;
    }
    switch (request.command()) {
        case 0:
            if (request.has(36) && reply.has(36)) learn_identity(request, reply);
            break;
        case 1:
            learn_config(reply, request.number);
            learn_string(request, reply);
            break;
        case 2:
            learn_mask(request, reply, before);
            break;
        case 3:
            serves_reserve_ = true;
            if (auto list = reserve_list(reply)) {
                reserve_.learn(*std::move(list), request.number, reply.number);
            }
            break;
        default:
            break;
    }
}

void TargetMemory::announced(const SeenFrame& announcement) {
    forget(announcement.number);
    learn_config(announcement, announcement.number);
    learn_string(announcement, announcement);
}

void TargetMemory::forget(std::uint64_t frame) {
    config_.forget(frame);
    mask_.forget(frame);
    reserve_.forget(frame);
    identity_.forget(frame);
    buffer_count_.forget(frame);
    firmware_.forget(frame);
    sector_count_.forget(frame);
    mask_edit_failed_ = false;
}

}  // namespace aoe::conformance
