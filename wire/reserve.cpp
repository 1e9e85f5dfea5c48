// SPDX-License-Identifier: MIT
#include "wire/reserve.h"

#include <cassert>
#include <limits>

#include "wire/layout.h"

namespace aoe {

Expected<ReserveView, Reject> ReserveView::parse(Bytes argument) noexcept {
    if (argument.size() < reserve_argument_size) {
        return Unexpected{Reject::reserve_argument_short};  // AOE-HDR-33
    }
    return ReserveView(argument);
}

ReserveFields ReserveView::fields() const noexcept {
    const auto wire = layout::from_wire<layout::Reserve>(argument_);
    return {.command = std::to_integer<std::uint8_t>(wire.command),
            .mac_count = std::to_integer<std::uint8_t>(wire.mac_count)};
}

Expected<Bytes, Reject> ReserveView::macs() const noexcept {
    const std::size_t size_bytes = fields().mac_count * mac_size;
    const Bytes present = argument_.subspan(reserve_argument_size);
    if (size_bytes > present.size()) {
        return Unexpected{Reject::reserve_list_truncated};  // AOE-RES-15
    }
    return present.first(size_bytes);
}

Mac reserve_mac_at(Bytes macs, std::size_t index) noexcept {
    assert(index < macs.size() / mac_size);
    return layout::from_wire<Mac>(macs.subspan(index * mac_size));
}

std::size_t write_reserve(MutableBytes argument, std::uint8_t command,
                          std::span<const Mac> macs) noexcept {
    assert(macs.size() <= std::numeric_limits<std::uint8_t>::max());
    MutableBytes rest = layout::to_wire(
        argument, layout::Reserve{.command = std::byte{command},
                                  .mac_count = static_cast<std::byte>(macs.size())});
    for (const Mac& mac : macs) {
        rest = layout::to_wire(rest, mac);
    }
    return reserve_argument_size + macs.size() * mac_size;
}

}  // namespace aoe
