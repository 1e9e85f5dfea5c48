// SPDX-License-Identifier: MIT
#include "fuzz/target_machine.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "fuzz/raw_bytes.h"
#include "fuzz/require.h"
#include "wire/ata.h"

namespace aoe::fuzz {
namespace {

constexpr std::array<std::size_t, 8> mtus{1500, 9000, 576, 46, 533, 534, 1499, 60};
constexpr std::string_view serial = "fuzz", model_name = "AoE target", firmware = "1";

void put_word(FrameBytes& data, std::size_t word, std::uint64_t value) {
    data[2 * word] = static_cast<std::byte>(value & 0xff);
    data[2 * word + 1] = static_cast<std::byte>(value >> 8 & 0xff);
}

/// Characters go in pairs, the first one in the high byte.
void put_text(FrameBytes& data, std::size_t word, std::size_t width, std::string_view text) {
    for (std::size_t i = 0; i < width; ++i) {
        const char character = i < text.size() ? text[i] : ' ';
        data[2 * word + (i ^ 1)] = static_cast<std::byte>(character);
    }
}

/// What IDENTIFY says of this disk, from the words of the standard.
FrameBytes identity(bool has_write_cache) {
    FrameBytes data(512);
    put_word(data, 0, 0x0040);
    put_text(data, 10, 20, serial);
    put_text(data, 23, 8, firmware);
    put_text(data, 27, 40, model_name);
    put_word(data, 47, 0x8000);
    put_word(data, 49, 0x0300);
    put_word(data, 50, 0x4000);
    put_word(data, 60, target_world.disk_sectors);
    put_word(data, 80, 0x0040);
    put_word(data, 82, has_write_cache ? 0x20 : 0);
    put_word(data, 83, 0x7400);
    put_word(data, 84, 0x4000);
    put_word(data, 85, has_write_cache ? 0x20 : 0);
    put_word(data, 86, 0x3400);
    put_word(data, 87, 0x4000);
    put_word(data, 100, target_world.disk_sectors);
    data[510] = std::byte{0xa5};
    unsigned sum = 0;
    for (const std::byte byte : data) sum += std::to_integer<unsigned>(byte);
    data[511] = static_cast<std::byte>(0U - sum);
    return data;
}

TargetModel model_of(std::uint8_t setup) {
    TargetModel model;
    model.world = target_world;
    model.mtu = mtus[setup & 3U];
    model.read_only = (setup & 4U) != 0;
    model.has_write_cache = (setup & 8U) == 0;
    model.cache_on = model.has_write_cache;
    if ((setup & 16U) != 0) model.mask.push_back(target_world.ours);
    model.identity = identity(model.has_write_cache);
    model.disk.resize(target_world.disk_sectors * sector_size);
    return model;
}

target::ExportOptions options_of(const TargetModel& model) {
    return {.address = target_world.address,
            .sectors = target_world.disk_sectors,
            .read_only = model.read_only,
            .serial = std::string(serial),
            .write_cache = model.has_write_cache,
            .mask = model.mask};
}

}  // namespace

// The disk ---------------------------------------------------------------------------------------

FrameBytes FailingDisk::bytes() {
    FrameBytes all(disk_.sectors() * sector_size);
    require(!disk_.read(0, all), "a disk in memory can be read");
    return all;
}

bool FailingDisk::holds(std::uint64_t sector, std::size_t size_bytes) const {
    const std::uint64_t count = size_bytes / sector_size;
    return size_bytes % sector_size == 0 && count >= 1 && count <= 255 && count <= sectors() &&
           sector <= sectors() - count;
}

std::error_code FailingDisk::read(std::uint64_t sector, MutableBytes into) {
    require(holds(sector, into.size()), "all sectors that are read are on the disk");
    if (fault_ == DiskFault::gone) return std::make_error_code(std::errc::no_such_device);
    if (fault_ == DiskFault::read) {
        std::ranges::fill(into, std::byte{0xd1});  // A failed read may leave anything.
        return std::make_error_code(std::errc::io_error);
    }
    return disk_.read(sector, into);
}

std::error_code FailingDisk::write(std::uint64_t sector, Bytes from) {
    require(holds(sector, from.size()), "all sectors that are written are on the disk");
    if (fault_ == DiskFault::gone) return std::make_error_code(std::errc::no_such_device);
    if (fault_ == DiskFault::write) return std::make_error_code(std::errc::io_error);
    durable_ = false;
    return disk_.write(sector, from);
}

std::error_code FailingDisk::flush() {
    if (fault_ == DiskFault::gone) return std::make_error_code(std::errc::no_such_device);
    if (fault_ == DiskFault::flush) return std::make_error_code(std::errc::io_error);
    durable_ = true;
    return {};
}

// The machine ------------------------------------------------------------------------------------

TargetMachine::TargetMachine(std::uint8_t setup)
    : model_(model_of(setup)),
      link_(target_world.target, model_.mtu, std::byte{0xee}),
      disk_(target_world),
      export_(options_of(model_)),
      server_(link_, export_, disk_) {}

void TargetMachine::deliver(Bytes frame) {
    const std::size_t largest = std::max(minimum_frame_size, model_.mtu + ethernet_header_size);
    if (frame.size() > largest) return;
    link_.deliver(frame, cut_bytes_, vlan_tag_);
    const bool served = cut_bytes_ == 0 && (vlan_tag_.value_or(0) & 0xfff) == 0;
    cut_bytes_ = 0;
    vlan_tag_.reset();
    if (auto reply = served ? model_.answer(frame) : std::nullopt) {
        expected_.push_back(*std::move(reply));
    }
    if (++waiting_ >= batch_) serve();
}

void TargetMachine::happen(Bytes instruction) {
    const auto byte = [&](std::size_t at) {
        return at < instruction.size() ? std::to_integer<unsigned>(instruction[at]) : 0U;
    };
    switch (byte(0) % 8) {
        case 0:
            return start_mtu(mtus[byte(1) % mtus.size()]);
        case 1:
            serve();
            model_.fault = DiskFault{static_cast<std::uint8_t>(byte(1) % 5)};
            return disk_.set_fault(model_.fault);
        case 2:
            batch_ = 1 + byte(1) % 40;
            return;
        case 3:
            cut_bytes_ = byte(1);
            return;
        case 4:
            vlan_tag_ = static_cast<std::uint16_t>(byte(1) << 8 | byte(2));
            return;
        case 5:
            serve();
            return link_.set_buffers(1 + byte(1) % 32);
        case 6:
            serve();
            link_.happen(LinkEvent::down);
            link_.happen(LinkEvent::up);
            return announce();
        default:
            return serve();
    }
}

void TargetMachine::start_mtu(std::size_t mtu) {
    serve();
    model_.mtu = mtu;
    link_.set_mtu(mtu);
    link_.happen(LinkEvent::mtu_changed);
    announce();
}

void TargetMachine::announce() {
    // A courtesy: with all buffers kept for replies there is none.
    auto all = model_.announcements();
    if (link_.has_room()) std::ranges::move(all, std::back_inserter(expected_));
    serve();
}

void TargetMachine::serve() {
    server_.step();
    link_.check_idle();
    const auto sent = link_.take_sent();
    require(sent.size() == expected_.size(), "as many replies leave as requests deserve one");
    for (std::size_t i = 0; i < sent.size(); ++i) {
        require(equal(sent[i], expected_[i]), "a reply has every byte as the model says");
    }
    require(equal(disk_.bytes(), model_.disk), "the disk holds what was written and nothing else");
    require(disk_.durable() == model_.durable, "a write is durable when it must be");
    replies_ += sent.size();
    expected_.clear();
    waiting_ = 0;
}

}  // namespace aoe::fuzz
