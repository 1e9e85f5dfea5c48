// SPDX-License-Identifier: MIT
// Commands 2 and 3 of the model.
#include <algorithm>

#include "fuzz/target_model.h"

namespace aoe::fuzz {
namespace {

constexpr std::size_t mask_data = 28, reserve_data = 26, directive_size = 8, mac_bytes = 6;

std::uint64_t field(Bytes frame, FieldKind kind) {
    return get(frame, field_of(kind));
}

Mac mac_at(Bytes bytes, std::size_t offset) {
    Mac mac{};
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(offset), mac.size(), mac.begin());
    return mac;
}

void append(FrameBytes& frame, const Mac& mac) {
    frame.insert(frame.end(), mac.begin(), mac.end());
}

std::size_t fitting(std::size_t mtu, std::size_t fixed, std::size_t each) {
    return mtu < fixed ? 0 : std::min<std::size_t>((mtu - fixed) / each, 255);
}

}  // namespace

TargetModel::Answer TargetModel::mask_list(Bytes request) {
    const std::uint64_t sub_command = field(request, FieldKind::mcmd);
    const std::size_t count = field(request, FieldKind::directive_count);
    if (sub_command == 0) return mask_reply(request, 0, 0, {});
    if (sub_command != 1 || request.size() - mask_data < count * directive_size) {
        return finished(reply_to(request, 2));
    }
    return mask_edit(request, count);
}

/// In order, up to the first that cannot be done.
TargetModel::Answer TargetModel::mask_edit(Bytes request, std::size_t count) {
    const Bytes directives = request.subspan(mask_data, count * directive_size);
    const std::size_t most = fitting(mtu, mask_data - 14, directive_size);
    for (std::size_t i = 0; i < count; ++i) {
        const Mac mac = mac_at(directives, i * directive_size + 2);
        const auto code = std::to_integer<unsigned>(directives[i * directive_size + 1]);
        const bool there = std::ranges::find(mask, mac) != mask.end();
        std::uint64_t error = 0;
        if (code == 1 && !there) {
            if (mask.size() >= most) {
                error = 3;
            } else {
                mask.push_back(mac);
            }
        } else if (code == 2) {
            std::erase(mask, mac);
        } else if (code > 2) {
            error = 2;
        }
        if (error != 0) {
            return mask_reply(request, 1, error, directives.first(i * directive_size));
        }
    }
    return mask_reply(request, 1, 0, {});
}

/// With an error the directives that were done, else the list.
TargetModel::Answer TargetModel::mask_reply(Bytes request, std::uint64_t sub_command,
                                            std::uint64_t error, Bytes directives) const {
    FrameBytes reply = reply_to(request);
    reply.resize(mask_data);
    const std::size_t count = error != 0 ? directives.size() / directive_size : mask.size();
    set(reply, field_of(FieldKind::mcmd), sub_command);
    set(reply, field_of(FieldKind::merror), error);
    set(reply, field_of(FieldKind::directive_count), count);
    for (std::size_t i = 0; i < count; ++i) {
        reply.push_back(std::byte{});
        reply.push_back(error == 0 ? std::byte{} : directives[i * directive_size + 1]);
        append(reply, error == 0 ? mask[i] : mac_at(directives, i * directive_size + 2));
    }
    return finished(std::move(reply));
}

TargetModel::Answer TargetModel::reserve(Bytes request) {
    const std::uint64_t sub_command = field(request, FieldKind::rcmd);
    if (sub_command == 0) return reserve_reply(request, 0);
    const std::size_t count = field(request, FieldKind::mac_count);
    if (sub_command > 2 || request.size() - reserve_data < count * mac_bytes ||
        count > fitting(mtu, reserve_data - 14, mac_bytes)) {
        return finished(reply_to(request, 2));
    }
    const Mac from = mac_from(field(request, FieldKind::source));
    const bool reserved =
        !reservation.empty() && std::ranges::find(reservation, from) == reservation.end();
    if (sub_command == 1 && reserved) return reserve_reply(request, 6);
    reservation.clear();
    for (std::size_t i = 0; i < count; ++i) {
        reservation.push_back(mac_at(request, reserve_data + i * mac_bytes));
    }
    return reserve_reply(request, 0);
}

TargetModel::Answer TargetModel::reserve_reply(Bytes request, std::uint64_t error) const {
    FrameBytes reply = reply_to(request, error);
    reply.resize(reserve_data);
    set(reply, field_of(FieldKind::rcmd), field(request, FieldKind::rcmd));
    set(reply, field_of(FieldKind::mac_count), reservation.size());
    for (const Mac& mac : reservation) append(reply, mac);
    return finished(std::move(reply));
}

}  // namespace aoe::fuzz
