// SPDX-License-Identifier: MIT
#include "initiator/discovery.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace aoe::initiator {
namespace {

constexpr Time first_repetition = std::chrono::milliseconds(250);
// Only one link can be waited for, so several are looked at in turn.
constexpr Time turn_of_one_link = std::chrono::milliseconds(10);
constexpr std::size_t batch = 16;

std::error_code send_query(Link& link, const DiscoveryOptions& options) {
    std::array<std::byte, minimum_frame_size> frame{};
    const std::size_t size = write_discovery(frame, link.mac(), options.wanted, options.tag);
    return send_copy(link, Bytes(frame).first(size));
}

auto order(const Sighting& sighting) {
    return std::tie(sighting.address.shelf, sighting.address.slot, sighting.link, sighting.mac);
}

/// True when something arrived, whatever it was.
bool collect(Link& link, std::size_t index, const DiscoveryOptions& options,
             std::vector<Sighting>& sightings) {
    const auto frames = link.receive(batch);
    for (const ReceivedFrame& frame : frames) {
        auto sighting = frame.cast == Cast::other_host
                            ? std::nullopt
                            : read_discovery(frame.bytes, options.wanted, options.tag);
        if (sighting) {
            sighting->link = index;
            const bool known = std::any_of(
                sightings.begin(), sightings.end(),
                [&](const Sighting& other) { return order(other) == order(*sighting); });
            if (!known && sightings.size() < most_sightings) {
                sightings.push_back(*std::move(sighting));
            }
        }
        link.release(frame);
    }
    return !frames.empty();
}

bool collect_all(std::span<Link* const> links, const DiscoveryOptions& options,
                 std::vector<Sighting>& sightings) {
    bool any = false;
    for (std::size_t i = 0; i < links.size(); ++i) {
        if (collect(*links[i], i, options, sightings)) any = true;
    }
    return any;
}

std::optional<Sighting> read_config_reply(const FrameView& frame) {
    const Header header = frame.header();
    if ((header.flags & header_flag::response) == 0 || (header.flags & header_flag::error) != 0 ||
        header.command != command::config) {
        return std::nullopt;
    }
    const auto config = ConfigView::parse(frame.argument());
    if (!config) return std::nullopt;
    const Bytes string = config->string() ? *config->string() : Bytes{};
    Sighting sighting;
    sighting.address = header.address;
    sighting.mac = header.source;
    sighting.config = config->fields();
    sighting.config_string.assign(reinterpret_cast<const char*>(string.data()), string.size());
    return sighting;
}

}  // namespace

std::size_t write_discovery(MutableBytes buffer, const Mac& source, const Address& wanted,
                            std::uint32_t tag) noexcept {
    const FrameBuilder frame(buffer, {.destination = broadcast_mac,
                                      .source = source,
                                      .address = wanted,
                                      .command = command::config,
                                      .tag = tag});
    return frame.finish_padded(write_config(frame.argument(), {}, {})).size();
}

std::optional<Sighting> read_discovery(Bytes bytes, const Address& wanted, std::uint32_t tag) {
    const auto frame = FrameView::parse(bytes);
    if (!frame) return std::nullopt;
    const Header header = frame->header();
    if (header.version != aoe_version || header.tag != tag || !matches(wanted, header.address)) {
        return std::nullopt;
    }
    return read_config_reply(*frame);
}

std::optional<Sighting> read_announcement(Bytes bytes) {
    const auto frame = FrameView::parse(bytes);
    if (!frame) return std::nullopt;
    const Header header = frame->header();
    if (header.version > aoe_version || header.tag != 0) return std::nullopt;
    return read_config_reply(*frame);
}

Discovery discover(std::span<Link* const> links, Clock& clock, const DiscoveryOptions& options) {
    Discovery result;
    result.send_errors.resize(links.size());
    Time end = clock.now() + options.wait;
    Time next_query = clock.now();
    Time repetition = first_repetition;
    bool settling = false;
    while (true) {
        const Time now = clock.now();
        if (now >= next_query && !settling) {
            for (std::size_t i = 0; i < links.size(); ++i) {
                result.send_errors[i] = send_query(*links[i], options);
            }
            next_query = now + repetition;
            repetition *= 2;
        }
        const bool any = collect_all(links, options, result.sightings);
        if (options.settle && !settling && !result.sightings.empty()) {
            settling = true;
            end = std::min(end, now + *options.settle);
        }
        // News of a link that nobody takes would end each wait at once.
        for (Link* const link : links) {
            while (link->next_event()) {
            }
        }
        if (links.empty() || clock.now() >= end) break;
        if (options.interrupted && options.interrupted()) break;
        if (any) continue;
        Time until = settling ? end : std::min(end, next_query);
        if (links.size() > 1) until = std::min(until, now + turn_of_one_link);
        clock.wait(*links.front(), until);
    }
    std::sort(result.sightings.begin(), result.sightings.end(),
              [](const Sighting& a, const Sighting& b) { return order(a) < order(b); });
    return result;
}

}  // namespace aoe::initiator
