// SPDX-License-Identifier: MIT
// Moves long runs of sectors between a device and a stream of bytes, with enough requests under way
// to fill the device's window and the stream strictly in order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
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
    std::error_code device_error;  // std::errc::interrupted when the session was.
    std::error_code stream_error;  // What the sink or the source returned.

    bool complete() const noexcept { return !device_error && !stream_error; }
};

/// The device is attached to the session and nothing else is pending. Stops at the first error.
Transfer read_sectors(Session& session, const Address& device, std::uint64_t first,
                      std::uint64_t count, const Sink& sink, const Progress& progress);

struct WriteOptions {
    bool pad = false;  // Fill an incomplete last sector with zeros instead of leaving it out.
};
/// Writes from sector `first` until the source ends; a source that goes on beyond sector `end` is
/// an error (std::errc::no_space_on_device, from the device's side), found before that is written.
/// Requests that were under way when it stopped may have been carried out too.
Transfer write_sectors(Session& session, const Address& device, std::uint64_t first,
                       std::uint64_t end, const Source& source, const WriteOptions& options,
                       const Progress& progress);

}  // namespace aoe::initiator
