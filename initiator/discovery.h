// SPDX-License-Identifier: MIT
// Finds out who is there: a broadcast config query, to one address or to all (ffff.ff), and every
// reply to it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "wire/clock.h"
#include "wire/config.h"
#include "wire/frame.h"
#include "wire/link.h"

namespace aoe::initiator {

inline constexpr Address everybody{.shelf = any_shelf, .slot = any_slot};

/// One machine that answered for one address.
struct Sighting {
    Address address;
    Mac mac{};
    ConfigFields config;
    std::string config_string;  // Any bytes; empty when the reply holds less than it declares.
    std::size_t link = 0;       // Index of the link it was heard on.
};
/// More of them than anybody has, and few enough for whoever floods us to do no harm.
inline constexpr std::size_t most_sightings = 4096;

/// The query, zero-padded to Ethernet's minimum; returns its size.
std::size_t write_discovery(MutableBytes buffer, const Mac& source, const Address& wanted,
                            std::uint32_t tag) noexcept;
/// What `bytes` tell when they are a config reply to that query; none otherwise. `link` stays 0.
std::optional<Sighting> read_discovery(Bytes bytes, const Address& wanted, std::uint32_t tag);

/// What `bytes` tell when they are a config reply that nobody asked for: with tag 0. Those of
/// vblade have version 0, too (AOE-ANN-02).
std::optional<Sighting> read_announcement(Bytes bytes);

struct DiscoveryOptions {
    Address wanted = everybody;
    std::uint32_t tag = 0x80000000;  // Bit 31 set, the rest differs from run to run.
    Time wait = std::chrono::milliseconds(500);
    /// When set, the first answer shortens the rest of the wait to this: long enough for a second
    /// machine that claims the same address.
    std::optional<Time> settle;
    std::function<bool()> interrupted;
};

struct Discovery {
    /// Sorted by address, link and MAC; one for each such triple.
    std::vector<Sighting> sightings;
    /// One for each link: what sending failed with, if it did.
    std::vector<std::error_code> send_errors;
};

/// Asks on every link at once, and again after 250 ms, 750 ms and so on, since a query may get
/// lost.
Discovery discover(std::span<Link* const> links, Clock& clock, const DiscoveryOptions& options);

}  // namespace aoe::initiator
