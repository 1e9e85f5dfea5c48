// SPDX-License-Identifier: MIT
#include "initiator/simulator/served_disk.h"

#include <algorithm>
#include <variant>

#include "target/server.h"

namespace aoe::simulator {
namespace {

std::ptrdiff_t at(std::uint64_t sector) {
    return static_cast<std::ptrdiff_t>(sector * sector_size);
}

}  // namespace

ServedDisk::ServedDisk(std::uint64_t sectors, Judge& judge)
    : judge_(judge), now_(sectors * sector_size), durable_(now_.size()) {}

std::error_code ServedDisk::read(std::uint64_t sector, MutableBytes into) {
    std::copy_n(now_.begin() + at(sector), into.size(), into.begin());
    return {};
}

std::error_code ServedDisk::write(std::uint64_t sector, Bytes from) {
    judge_.disk_written(sector, from);
    std::copy(from.begin(), from.end(), now_.begin() + at(sector));
    for (std::uint64_t i = 0; i < from.size() / sector_size; ++i) written_.push_back(sector + i);
    return {};
}

std::error_code ServedDisk::flush() {
    for (const std::uint64_t sector : written_) {
        std::copy_n(now_.begin() + at(sector), sector_size, durable_.begin() + at(sector));
    }
    written_.clear();
    judge_.disk_flushed();
    return {};
}

void ServedDisk::cut_power(Random& random) {
    std::sort(written_.begin(), written_.end());
    written_.erase(std::unique(written_.begin(), written_.end()), written_.end());
    std::erase_if(written_, [&random](std::uint64_t) { return random.chance(0.5); });
    for (const std::uint64_t sector : written_) {
        std::copy_n(durable_.begin() + at(sector), sector_size, now_.begin() + at(sector));
    }
    judge_.power_was_cut(written_);
    durable_ = now_;
    written_.clear();
}

SimulatedTarget::SimulatedTarget(const Conditions& conditions, Judge& judge)
    : conditions_(conditions),
      judge_(judge),
      disk_(conditions.disk_sectors, judge),
      random_(conditions.seed),
      port_{.mac = target_mac, .mtu = conditions.mtu, .smallest_mtu = conditions.mtu},
      storage_(conditions.mtu + ethernet_header_size) {
    start();
}

Bytes SimulatedTarget::answer(unsigned initiator, Bytes frame, Time now) {
    if (back_at_) return {};
    judge_.arrives(initiator, frame, now);
    const target::Outcome outcome = export_->begin(frame, port_, storage_);
    std::size_t size = 0;
    if (const auto* reply = std::get_if<target::Reply>(&outcome)) size = reply->size;
    if (const auto* operation = std::get_if<target::Operation>(&outcome)) {
        size = export_->finish(*operation, target::perform(*operation, disk_));
    }
    judge_.frame_is_done();
    return Bytes(storage_).first(size);
}

void SimulatedTarget::stop(bool power, Time until) {
    export_.reset();
    back_at_ = until;
    if (power) {
        disk_.cut_power(random_);
    } else {
        judge_.target_stopped();
    }
}

Bytes SimulatedTarget::start() {
    back_at_.reset();
    export_.emplace(target::ExportOptions{.address = target_address,
                                          .sectors = conditions_.disk_sectors,
                                          .serial = "simulated",
                                          .buffer_count = conditions_.buffer_count});
    return Bytes(storage_).first(export_->announce(port_, 0, storage_));
}

}  // namespace aoe::simulator
