// SPDX-License-Identifier: MIT
#include "wire/mask.h"

#include <cassert>

#include "wire/layout.h"

namespace aoe {

Expected<MaskView, Reject> MaskView::parse(Bytes argument) noexcept {
    if (argument.size() < mask_argument_size) {
        return Unexpected{Reject::mask_argument_short};  // AOE-HDR-33
    }
    return MaskView(argument);
}

MaskFields MaskView::fields() const noexcept {
    const auto wire = layout::from_wire<layout::Mask>(argument_);
    return {.command = std::to_integer<std::uint8_t>(wire.command),
            .error = std::to_integer<std::uint8_t>(wire.error),
            .directive_count = std::to_integer<std::uint8_t>(wire.directive_count)};
}

Expected<Bytes, Reject> MaskView::directives() const noexcept {
    const std::size_t size_bytes = fields().directive_count * mask_directive_size;
    const Bytes present = argument_.subspan(mask_argument_size);
    if (size_bytes > present.size()) {
        return Unexpected{Reject::mask_list_truncated};  // AOE-MASK-16
    }
    return present.first(size_bytes);
}

MaskDirective mask_directive_at(Bytes directives, std::size_t index) noexcept {
    assert(index < directives.size() / mask_directive_size);
    const auto wire =
        layout::from_wire<layout::Directive>(directives.subspan(index * mask_directive_size));
    return {.command = std::to_integer<std::uint8_t>(wire.command), .mac = wire.mac};
}

void write_mask(MutableBytes argument, const MaskFields& fields) noexcept {
    layout::to_wire(argument, layout::Mask{.reserved = {},  // AOE-HDR-03
                                           .command = std::byte{fields.command},
                                           .error = std::byte{fields.error},
                                           .directive_count = std::byte{fields.directive_count}});
}

void write_mask_directive(MutableBytes argument, std::size_t index,
                          const MaskDirective& directive) noexcept {
    assert(mask_size(index + 1) <= argument.size());
    layout::to_wire(argument.subspan(mask_size(index)),
                    layout::Directive{.reserved = {},  // AOE-HDR-03
                                      .command = std::byte{directive.command},
                                      .mac = directive.mac});
}

}  // namespace aoe
