// SPDX-License-Identifier: MIT
#include "bench/load.h"

#include <algorithm>

#include "bench/requests.h"
#include "wire/sizes.h"

namespace aoe::bench {
namespace {

constexpr std::uint32_t tag_bit = 0x80000000;  // Keeps out of the Linux driver's way.

}  // namespace

double LoadResult::per_second() const noexcept {
    const double seconds = std::chrono::duration<double>(elapsed).count();
    return seconds > 0 ? static_cast<double>(completed) / seconds : 0;
}

bool succeeded(Bytes reply, std::uint8_t sectors, bool query) noexcept {
    const auto frame = FrameView::parse(reply);
    if (!frame || (frame->header().flags & header_flag::error) != 0) {
        return false;
    }
    if (query) {
        return frame->header().command == command::config;
    }
    const auto ata = AtaView::parse(frame->argument());
    return frame->header().command == command::ata && ata &&
           (ata->registers().command_status & ata_status::not_success) == 0 &&
           reply.size() >= ata_frame_size(sectors);
}

Load::Load(Link& link, Clock& clock, const LoadOptions& options)
    : link_(link), clock_(clock), options_(options), requests_(options.outstanding) {
    if (options.workload.sectors != 0) workload_.emplace(options.workload);
}

LoadResult Load::run() {
    // What came since the last run, for whomever, may bear the tags of this one.
    for (std::size_t left = link_.receive_capacity(); left > 0 && receive(); --left) {
    }
    result_ = {};
    ending_ = false;
    ended_ = 0;
    const Time started = clock_.now();
    begin_ = Time::max();
    next_look_ = started + patience() / 4;
    for (std::size_t i = 0; i < requests_.size(); ++i) {
        begin_request(i, clock_.now());
    }
    link_.flush();
    run_until(started + options_.warm_up);
    if (options_.at_begin) options_.at_begin();
    begin_ = clock_.now();
    run_until(begin_ + options_.duration);
    while (!result_.cut_short && ended_ == 0) {
        run_until(clock_.now() + options_.lost_after / 4);
    }
    result_.elapsed = std::max(Time{0}, clock_.now() - begin_);
    if (options_.at_end) options_.at_end();
    finish();
    return result_;
}

void Load::run_until(Time end) {
    while (!result_.cut_short && !enough() && clock_.now() < end) {
        if (!receive()) wait(end);
        const Time now = clock_.now();
        if (now >= next_look_) look_for_lost(now);
    }
}

void Load::wait(Time end) {
    if (clock_.now() - heard_ < options_.polling) return;
    clock_.wait(link_, std::min(end, next_look_));
}

/// Hears what is still under way: it belongs to this run, and no reply may come in the next.
void Load::finish() {
    ending_ = true;
    const Time end = clock_.now() + options_.lost_after;
    while (!result_.cut_short && waiting_ > 0 && clock_.now() < end) {
        if (!receive()) wait(end);
        if (const Time now = clock_.now(); now >= next_look_) look_for_lost(now);
    }
    for (Request& request : requests_) {
        if (request.waiting) give_up(request);
    }
}

bool Load::enough() const noexcept {
    return options_.most_requests > 0 && ended_ >= options_.most_requests;
}

/// A tag says which place in requests_ it belongs to, so that none has to be looked for, and which
/// turn it is, so that a reply to any of a request's tags is told from one to an older request.
std::uint32_t Load::tag_of(std::size_t index) const noexcept {
    const auto places = static_cast<std::uint32_t>(requests_.size());
    return tag_bit | (requests_[index].last_turn * places + static_cast<std::uint32_t>(index));
}

std::uint32_t Load::next_turn() const noexcept {
    return turns_ % (tag_bit / static_cast<std::uint32_t>(requests_.size()));
}

void Load::begin_request(std::size_t index, Time now) {
    Request& request = requests_[index];
    request = {.first_turn = next_turn(), .first_sent = now, .waiting = true};
    ++waiting_;
    if (workload_) request.step = workload_->next();
    send(index, now);
}

void Load::send(std::size_t index, Time now) {
    Request& request = requests_[index];
    request.last_turn = next_turn();
    ++turns_;
    request.last_sent = now;
    // Without a buffer it is found lost, and sent again, in its time.
    if (const auto buffer = link_.lend()) {
        link_.queue(*buffer, write_frame(buffer->bytes, request, tag_of(index)).size());
    }
}

Bytes Load::write_frame(MutableBytes storage, const Request& request, std::uint32_t tag) {
    const Header header{.destination = options_.target,
                        .source = link_.mac(),
                        .address = options_.address,
                        .command = workload_ ? command::ata : command::config,
                        .tag = tag};
    if (!workload_) return write_config_query(storage, header);
    if (request.flushing) return write_flush_request(storage, header);
    const std::uint8_t sectors = options_.workload.sectors;
    if (!request.step.write) return write_read_request(storage, header, request.step.lba, sectors);
    const std::size_t data_bytes = sectors * sector_size;
    workload_->fill(
        request.step,
        write_write_request(storage, header, request.step.lba, sectors).first(data_bytes));
    return storage.first(ata_frame_size(sectors));
}

/// True when anything came.
bool Load::receive() {
    const auto frames = link_.receive(requests_.size());
    if (frames.empty()) {
        return false;
    }
    const Time now = heard_ = clock_.now();
    for (const ReceivedFrame& frame : frames) {
        judge(frame.bytes, now);
        link_.release(frame);
    }
    link_.flush();
    return true;
}

/// Another program on this interface may ask another target with the same tags.
bool Load::may_be_ours(const Header& reply) const noexcept {
    const Address& asked = options_.address;
    return (reply.flags & header_flag::response) != 0 && (reply.tag & tag_bit) != 0 &&
           reply.source == options_.target &&
           (asked.shelf == any_shelf || reply.address.shelf == asked.shelf) &&
           (asked.slot == any_slot || reply.address.slot == asked.slot);
}

void Load::judge(Bytes frame, Time now) {
    const auto view = FrameView::parse(frame);
    if (!view || !may_be_ours(view->header())) return;
    const std::uint32_t tag = view->header().tag & ~tag_bit;
    const std::size_t index = tag % requests_.size();
    const auto turn = static_cast<std::uint32_t>(tag / requests_.size());
    Request& request = requests_[index];
    if (!request.waiting || turn < request.first_turn || turn > request.last_turn) {
        return;  // An announcement, somebody else's, or one that was given up.
    }
    ++result_.heard;
    const std::uint8_t sectors = options_.workload.sectors;
    const bool success = succeeded(frame, request.step.write ? 0 : sectors, !workload_);
    if (success && options_.flush_each && request.step.write && !request.flushing) {
        request.flushing = true;
        request.first_turn = next_turn();
        return send(index, now);
    }
    bool right = true;
    if (workload_ && success) {
        const Bytes data = frame.subspan(ata_frame_size(0));
        right = workload_->done(request.step,
                                request.step.write ? Bytes{} : data.first(sectors * sector_size));
    } else if (workload_) {
        workload_->failed(request.step);
    }
    result_.refused += success ? 0U : 1U;
    result_.wrong += right ? 0U : 1U;
    ended_ += counts(request) ? 1U : 0U;
    if (success && now >= begin_ && !ending_) {
        ++result_.completed;
        result_.bytes += sectors * sector_size;
    }
    if (success && counts(request)) {
        ++result_.answered;
        result_.round_trips.add(now - request.first_sent);
    }
    request.waiting = false;
    --waiting_;
    if (!ending_) begin_request(index, clock_.now());
}

void Load::look_for_lost(Time now) {
    for (std::size_t i = 0; i < requests_.size(); ++i) {
        Request& request = requests_[i];
        if (!request.waiting) continue;
        if (now - request.first_sent >= options_.lost_after) {
            give_up(request);
            if (!ending_) begin_request(i, now);
        } else if (options_.retransmit_after && now - request.last_sent >= patience()) {
            ++result_.retransmitted;
            send(i, now);
        }
    }
    link_.flush();
    look_at_link();
    next_look_ = now + patience() / 4;
}

void Load::give_up(Request& request) {
    if (!result_.cut_short) ++result_.lost;
    ended_ += counts(request) ? 1U : 0U;
    if (workload_) workload_->failed(request.step);
    request.waiting = false;
    --waiting_;
}

void Load::look_at_link() {
    while (const auto event = link_.next_event()) {
        result_.cut_short = result_.cut_short || *event == LinkEvent::gone;
    }
    if (options_.interrupted && options_.interrupted()) result_.cut_short = true;
}

}  // namespace aoe::bench
