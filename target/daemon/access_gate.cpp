// SPDX-License-Identifier: MIT
#include "target/daemon/access_gate.h"

#include <variant>

#include "wire/ata.h"
#include "wire/config.h"
#include "wire/frame.h"
#include "wire/mask.h"
#include "wire/reserve.h"

namespace aoe::target {
namespace {

enum class Need { nothing, config_read, config_set, read, write };

/// What the request needs. A malformed one needs nothing: it can do nothing either.
Need need_of(const FrameView& frame) {
    switch (frame.header().command) {
        case command::ata: {
            const auto view = AtaView::parse(frame.argument());
            if (!view) return Need::nothing;
            const AtaRegisters registers = view->registers();
            const bool changes =
                addressing(registers.command_status).transfer == AtaTransfer::write ||
                registers.command_status == ata_command::set_features;
            return changes ? Need::write : Need::read;
        }
        case command::config: {
            const auto view = ConfigView::parse(frame.argument());
            if (!view) return Need::nothing;
            return view->fields().command >= config_command::set ? Need::config_set
                                                                 : Need::config_read;
        }
        case command::mac_mask: {
            const auto view = MaskView::parse(frame.argument());
            if (!view) return Need::nothing;
            return view->fields().command == mask_command::read ? Need::config_read
                                                                : Need::config_set;
        }
        case command::reserve: {
            const auto view = ReserveView::parse(frame.argument());
            if (!view) return Need::nothing;
            return view->fields().command == reserve_command::read ? Need::config_read
                                                                   : Need::config_set;
        }
        default:
            return Need::nothing;
    }
}

bool admits(const Access& access, Need need, const Mac& mac) {
    if (!access.all.admits(mac)) return false;
    switch (need) {
        case Need::config_read:
            return access.config_read.admits(mac);
        case Need::config_set:
            return access.config_set.admits(mac);
        case Need::read:
            return access.read.admits(mac);
        case Need::write:
            return access.write.admits(mac);
        case Need::nothing:
            return true;
    }
    return true;
}

bool is_for_everyone(const Header& header) {
    return header.destination == broadcast_mac || header.address.shelf == any_shelf ||
           header.address.slot == any_slot;
}

}  // namespace

Outcome AccessGate::begin(Bytes request, const Port& port, MutableBytes storage) {
    const auto frame = FrameView::parse(request);
    if (!frame) return Silence{};
    const Header header = frame->header();
    if (!config_.broadcast && is_for_everyone(header)) return Silence{};
    const Need need = need_of(*frame);
    if (admits(config_.access, need, header.source)) return inner_.begin(request, port, storage);
    ++refused_;
    if (need == Need::write && admits(config_.access, Need::read, header.source)) {
        return refuse_write(request, port, storage);
    }
    return Silence{};
}

/// What the export itself says of a write that the disk refuses. SET FEATURES takes effect before
/// it fails, so that one is met with silence.
Outcome AccessGate::refuse_write(Bytes request, const Port& port, MutableBytes storage) {
    const AtaRegisters registers =
        AtaView::parse(FrameView::parse(request)->argument())->registers();
    if (registers.command_status == ata_command::set_features) return Silence{};
    const Outcome outcome = inner_.begin(request, port, storage);
    const auto* operation = std::get_if<Operation>(&outcome);
    if (operation == nullptr) return outcome;
    return Reply{inner_.finish(*operation, std::make_error_code(std::errc::permission_denied))};
}

std::size_t AccessGate::announce(const Port& port, std::size_t index, MutableBytes storage) {
    const std::size_t size = inner_.announce(port, index, storage);
    if (size == 0 || config_.broadcast) return size;
    return FrameView::parse(storage.first(size))->header().destination == broadcast_mac ? 0 : size;
}

}  // namespace aoe::target
