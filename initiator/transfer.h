// SPDX-License-Identifier: MIT
// Moves long runs of sectors between a device and a stream of bytes, with enough requests under way
// to fill the device's window and the stream strictly in order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <system_error>

#include "initiator/session.h"
#include "wire/bytes.h"
#include "wire/expected.h"
#include "wire/frame.h"

namespace aoe::initiator {

/// Takes the next bytes of what is read.
using Sink = std::function<std::error_code(Bytes)>;
/// Fills as much of the buffer as it can; less than all only at its end. The number of bytes.
using Source = std::function<Expected<std::size_t, std::error_code>(MutableBytes)>;
/// Told the sectors done so far, from time to time.
using Progress = std::function<void(std::uint64_t sectors)>;

struct Transfer {
    /// Sectors from the first one on that are done without a gap: taken by the sink, or
    /// acknowledged by the device.
    std::uint64_t sectors = 0;
    /// Bytes behind the last whole sector that the source ended with and that were not written.
    std::size_t odd_bytes = 0;
    /// Behind those, written perhaps: what was under way when it stopped.
    std::uint64_t uncertain_sectors = 0;
    std::error_code device_error;  // std::errc::interrupted when the session was.
    std::error_code stream_error;  // What the sink or the source returned.

    bool complete() const noexcept { return !device_error && !stream_error; }
};

/// Sectors of one request of a transfer; several of them are under way.
inline constexpr std::size_t chunk_sectors = 512;

bool is_zero(Bytes bytes) noexcept;

namespace detail {
class Pipeline;
}

/// The sectors of a device in order, read ahead, for whoever wants to fetch rather than be given
/// them. The device is attached to the session and nothing else is pending; with this object
/// everything that is pending ends.
class SectorReader {
public:
    SectorReader(Session& session, const Address& device, std::uint64_t first, std::uint64_t count);
    ~SectorReader();
    SectorReader(const SectorReader&) = delete;
    SectorReader& operator=(const SectorReader&) = delete;

    /// The next chunk_sectors, or what is left of them, valid until the next call; empty at the
    /// end. std::errc::interrupted when the session was.
    Expected<Bytes, std::error_code> next();

private:
    std::unique_ptr<detail::Pipeline> pipeline_;
    std::uint64_t next_sector_;
    std::uint64_t end_;
};

/// The device is attached to the session and nothing else is pending. Stops at the first error.
Transfer read_sectors(Session& session, const Address& device, std::uint64_t first,
                      std::uint64_t count, const Sink& sink, const Progress& progress);

struct WriteOptions {
    bool pad = false;  // Fill an incomplete last sector with zeros instead of leaving it out.
    /// Leave out runs of chunk_sectors that are all zero: the device holds zeros there already.
    bool skip_zeros = false;
};
/// Writes from sector `first` until the source ends; a source that goes on beyond sector `end` is
/// an error (std::errc::no_space_on_device, from the device's side), found before that is written.
/// Requests that were under way when it stopped may have been carried out too.
Transfer write_sectors(Session& session, const Address& device, std::uint64_t first,
                       std::uint64_t end, const Source& source, const WriteOptions& options,
                       const Progress& progress);

}  // namespace aoe::initiator
