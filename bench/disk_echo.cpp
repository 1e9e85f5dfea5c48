// SPDX-License-Identifier: MIT
#include "bench/disk_echo.h"

#include <variant>

#include "target/server.h"
#include "wire/ata.h"
#include "wire/frame.h"
#include "wire/sizes.h"

namespace aoe::bench {

std::size_t DiskEcho::answer(Bytes request, MutableBytes reply) {
    const auto frame = FrameView::parse(request);
    if (!frame || frame->header().command != command::ata) return answer_rest(request, reply);
    const auto ata = AtaView::parse(frame->argument());
    if (!ata) return answer_rest(request, reply);
    const AtaRegisters registers = ata->registers();
    const AtaAddressing how = addressing(registers.command_status);
    if (how.transfer == AtaTransfer::none || !how.extended ||
        registers.lba + registers.sector_count > disk_.sectors() ||
        (how.transfer == AtaTransfer::write &&
         request.size() < ata_frame_size(registers.sector_count))) {
        return answer_rest(request, reply);
    }
    // A write's sectors do not come back.
    const bool writes = how.transfer == AtaTransfer::write;
    const std::size_t size_bytes =
        Echo::answer(writes ? request.first(ata_frame_size(0)) : request, reply);
    const bool done = size_bytes != 0 && transfer(registers, how.transfer, request, reply);
    return done ? size_bytes : 0;
}

bool DiskEcho::transfer(const AtaRegisters& registers, AtaTransfer direction, Bytes request,
                        MutableBytes reply) {
    if (!transfers_) return true;
    const std::size_t data_bytes = registers.sector_count * sector_size;
    const std::size_t begin = ata_frame_size(0);
    if (direction == AtaTransfer::read) {
        return !disk_.read(registers.lba, reply.subspan(begin, data_bytes));
    }
    return !disk_.write(registers.lba, request.subspan(begin, data_bytes));
}

std::size_t DiskEcho::answer_rest(Bytes request, MutableBytes reply) {
    const target::Port port{
        .mac = link().mac(), .mtu = link().mtu(), .receive_capacity = link().receive_capacity()};
    const target::Outcome outcome = rest_.begin(request, port, reply);
    if (const auto* answered = std::get_if<target::Reply>(&outcome)) return answered->size;
    if (const auto* operation = std::get_if<target::Operation>(&outcome)) {
        return rest_.finish(*operation, target::perform(*operation, disk_));
    }
    return 0;
}

}  // namespace aoe::bench
