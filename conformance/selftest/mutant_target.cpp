// SPDX-License-Identifier: MIT
#include "conformance/selftest/mutant_target.h"

#include <algorithm>
#include <cstring>
#include <variant>

#include "target/server.h"

namespace aoe::conformance {

namespace {

constexpr std::size_t batch = 32;
constexpr unsigned vlan_id_mask = 0xfff;

target::Port port_of(const Link& link) {
    return {.mac = link.mac(), .mtu = link.mtu(), .receive_capacity = link.receive_capacity()};
}

}  // namespace

MutantDisk::Sector MutantDisk::fresh(std::uint64_t sector) {
    Sector data{};
    sector = ~sector;
    std::memcpy(data.data(), &sector, sizeof sector);
    return data;
}

std::error_code MutantDisk::lost(std::uint64_t sector, std::size_t size_bytes) const {
    if (sector + size_bytes / sizeof(Sector) <= lost_from_) return {};
    return std::make_error_code(lost_from_ == 0 ? std::errc::no_such_device : std::errc::io_error);
}

std::error_code MutantDisk::read(std::uint64_t sector, MutableBytes into) {
    if (const std::error_code error = lost(sector, into.size())) return error;
    for (std::uint64_t i = 0; i < into.size() / sizeof(Sector); ++i) {
        const auto known = written_.find(sector + i);
        const Sector data = known == written_.end() ? fresh(sector + i) : known->second;
        std::copy(data.begin(), data.end(),
                  into.begin() + static_cast<std::ptrdiff_t>(i * sizeof(Sector)));
    }
    if (!fault_.on_read) return {};
    const FrameBytes meant(into.begin(), into.end());
    fault_.on_read(sector, into);
    if (!std::equal(meant.begin(), meant.end(), into.begin())) ++changes_;
    return {};
}

std::error_code MutantDisk::write(std::uint64_t sector, Bytes from) {
    if (const std::error_code error = lost(sector, from.size())) return error;
    FrameBytes data(from.begin(), from.end());
    const std::uint64_t meant = sector;
    if (fault_.on_write) fault_.on_write(sector, data);
    if (sector != meant || !std::equal(data.begin(), data.end(), from.begin(), from.end())) {
        ++changes_;
    }
    // A fault may reach beyond the end; there is nothing.
    for (std::uint64_t i = 0; i < data.size() / sizeof(Sector) && sector + i < sectors_; ++i) {
        std::copy_n(data.begin() + static_cast<std::ptrdiff_t>(i * sizeof(Sector)), sizeof(Sector),
                    written_[sector + i].begin());
    }
    return {};
}

bool MutantDisk::untouched() const {
    return std::all_of(written_.begin(), written_.end(),
                       [](const auto& sector) { return sector.second == fresh(sector.first); });
}

MutantLinks::MutantLinks(std::size_t mtu, std::uint64_t seed)
    : first(make_memory_pair({.mtu = mtu, .seed = seed})),
      second(make_memory_pair(
          {.first_mac = second_near, .second_mac = second_far, .mtu = mtu, .seed = seed})) {}

MutantTarget::MutantTarget(MutantLinks& links, VirtualClock& clock, std::uint64_t sectors,
                           const Fault& fault)
    : links_(links), clock_(clock), fault_(fault), disk_(sectors, fault) {
    start(Start::plain);
}

std::optional<std::string> MutantTarget::ended() {
    if (!dead_) return std::nullopt;
    return "was killed by signal 11 (Segmentation fault)";
}

bool MutantTarget::restart() {
    disk_.lose(std::numeric_limits<std::uint64_t>::max());
    start(Start::plain);
    return true;
}

Needs MutantTarget::offers() const {
    return Needs(Need::restart) | Need::read_only | Need::access_list | Need::failing_disk;
}

bool MutantTarget::start_again(Start how, const Answers& answers) {
    start(how);
    for (unsigned tries = 0; tries < 100; ++tries) {
        if (answers()) return true;
    }
    return false;
}

bool MutantTarget::put_back() {
    disk_.lose(std::numeric_limits<std::uint64_t>::max());
    if (how_ != Start::plain) start(Start::plain);
    return true;
}

SecondPort MutantTarget::second_port() {
    return {.link = links_.second.first.get(), .target = MutantLinks::second_far};
}

void MutantTarget::start(Start how) {
    how_ = how;
    dead_ = false;
    target::ExportOptions options{.address = {.shelf = mutant_shelf, .slot = mutant_slot},
                                  .sectors = disk_.sectors(),
                                  .read_only = how == Start::read_only,
                                  .serial = "self-test"};
    if (how == Start::access_list) options.mask = {links_.first.first->mac()};
    export_.emplace(options);
    announce();
}

void MutantTarget::announce() {
    Link& link = *links_.first.second;
    for (std::size_t index = 0;; ++index) {
        FrameBytes meant(link.mtu() + 14);
        meant.resize(export_->announce(port_of(link), index, meant));
        if (meant.empty()) return;
        std::vector<FrameBytes> frames{meant};
        if (fault_.on_announce) fault_.on_announce(frames);
        if (frames != std::vector<FrameBytes>{meant}) ++changes_;
        for (const FrameBytes& frame : frames) send_copy(link, frame);
    }
}

bool MutantTarget::step() {
    const bool first = step(*links_.first.second);
    return step(*links_.second.second) || first;
}

bool MutantTarget::step(Link& link) {
    std::vector<FrameBytes> waiting;
    for (auto frames = link.receive(batch); !frames.empty(); frames = link.receive(batch)) {
        for (const ReceivedFrame& frame : frames) {
            // What is cut is more than the MTU; a virtual LAN has an interface of its own.
            const bool whole = frame.wire_size <= frame.bytes.size();
            const bool ours = (frame.vlan_tag.value_or(0) & vlan_id_mask) == 0;
            if (whole && ours) waiting.emplace_back(frame.bytes.begin(), frame.bytes.end());
            link.release(frame);
        }
    }
    const bool any = !waiting.empty();
    if (dead_) return any;
    if (fault_.on_batch) {
        const std::vector<FrameBytes> meant = waiting;
        fault_.on_batch(waiting);
        if (waiting != meant) ++changes_;
    }
    try {
        for (const FrameBytes& request : waiting) serve(link, request);
    } catch (const Death&) {
        dead_ = true;
        ++changes_;
    }
    return any;
}

void MutantTarget::serve(Link& link, const FrameBytes& received) {
    FrameBytes request = received;
    if (fault_.on_request) fault_.on_request(request);
    const FrameBytes meant = request.empty() ? FrameBytes{} : reply_to(link, request);
    FrameBytes reply = meant;
    if (fault_.on_reply) fault_.on_reply(received, reply);
    std::vector<FrameBytes> frames;
    if (!reply.empty()) frames.push_back(reply);
    const std::vector<FrameBytes> replies = frames;
    if (fault_.on_send) fault_.on_send(received, frames);
    if (request != received || reply != meant || frames != replies || fault_.takes > Time{}) {
        ++changes_;
    }
    clock_.advance(fault_.takes);
    for (const FrameBytes& frame : frames) send_copy(link, frame);
}

FrameBytes MutantTarget::reply_to(const Link& link, const FrameBytes& request) {
    FrameBytes storage(link.mtu() + 14);
    const target::Outcome outcome = export_->begin(request, port_of(link), storage);
    std::size_t size = 0;
    if (const auto* reply = std::get_if<target::Reply>(&outcome)) size = reply->size;
    if (const auto* operation = std::get_if<target::Operation>(&outcome)) {
        size = export_->finish(*operation, target::perform(*operation, disk_));
    }
    storage.resize(size);
    return storage;
}

}  // namespace aoe::conformance
