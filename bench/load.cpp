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
    return seconds > 0 ? static_cast<double>(answered) / seconds : 0;
}

bool succeeded(Bytes reply, std::uint8_t sectors, bool written) noexcept {
    const auto frame = FrameView::parse(reply);
    if (!frame || (frame->header().flags & header_flag::error) != 0) {
        return false;
    }
    if (sectors == 0) {
        return frame->header().command == command::config;
    }
    const auto ata = AtaView::parse(frame->argument());
    return frame->header().command == command::ata && ata &&
           (ata->registers().command_status & ata_status::not_success) == 0 &&
           reply.size() >= ata_frame_size(written ? 0 : sectors);
}

Load::Load(Link& link, Clock& clock, const LoadOptions& options)
    : link_(link), clock_(clock), options_(options), requests_(options.outstanding) {}

LoadResult Load::run() {
    result_ = {};
    const Time started = clock_.now();
    begin_ = started + options_.warm_up;
    const Time end = begin_ + options_.duration;
    for (std::size_t i = 0; i < requests_.size(); ++i) {
        send(i, clock_.now());
    }
    link_.flush();
    Time next_look = started + options_.lost_after;
    bool gone = false;
    while (!gone && clock_.now() < end) {
        if (!receive()) {
            clock_.wait(link_, std::min(end, next_look));
        }
        const Time now = clock_.now();
        if (now >= next_look) {
            replace_lost(now);
            next_look = now + options_.lost_after / 4;
        }
        while (const auto event = link_.next_event()) {
            gone = gone || *event == LinkEvent::gone;
        }
    }
    result_.elapsed = std::max(Time{0}, clock_.now() - begin_);
    return result_;
}

/// The tag says which place in requests_ it belongs to, so that none has to be looked for.
void Load::send(std::size_t index, Time now) {
    const auto places = static_cast<std::uint32_t>(requests_.size());
    const std::uint32_t turn = sent_++ % (tag_bit / places);
    Request& request = requests_[index];
    request = {.tag = tag_bit | (turn * places + static_cast<std::uint32_t>(index)), .sent = now};
    const auto buffer = link_.lend();
    if (!buffer) {
        return;  // Found lost, and sent again, in its time.
    }
    const Header header{.destination = options_.target,
                        .source = link_.mac(),
                        .address = options_.address,
                        .command = options_.sectors == 0 ? command::config : command::ata,
                        .tag = request.tag};
    const auto write_transfer = options_.writes ? write_write_request : write_read_request;
    const Bytes frame = options_.sectors == 0
                            ? write_config_query(buffer->bytes, header)
                            : write_transfer(buffer->bytes, header, next_lba_, options_.sectors);
    next_lba_ += options_.sectors;
    if (next_lba_ + options_.sectors > options_.span_sectors) {
        next_lba_ = 0;
    }
    link_.queue(*buffer, frame.size());
    request.waiting = true;
}

/// True when anything came.
bool Load::receive() {
    const auto frames = link_.receive(requests_.size());
    if (frames.empty()) {
        return false;
    }
    const Time now = clock_.now();
    for (const ReceivedFrame& frame : frames) {
        judge(frame.bytes, now);
        link_.release(frame);
    }
    link_.flush();
    return true;
}

void Load::judge(Bytes frame, Time now) {
    const auto view = FrameView::parse(frame);
    if (!view || (view->header().flags & header_flag::response) == 0) {
        return;
    }
    const std::uint32_t tag = view->header().tag;
    const std::size_t index = (tag & ~tag_bit) % requests_.size();
    const Request& request = requests_[index];
    if (!request.waiting || request.tag != tag) {
        return;  // An announcement, somebody else's, or one that was given up.
    }
    if (counts(request)) {
        if (succeeded(frame, options_.sectors, options_.writes)) {
            ++result_.answered;
            result_.round_trips.add(now - request.sent);
        } else {
            ++result_.refused;
        }
    }
    send(index, clock_.now());
}

void Load::replace_lost(Time now) {
    for (std::size_t i = 0; i < requests_.size(); ++i) {
        if (now - requests_[i].sent >= options_.lost_after) {
            result_.lost += counts(requests_[i]) ? 1U : 0U;
            send(i, now);
        }
    }
    link_.flush();
}

}  // namespace aoe::bench
