// SPDX-License-Identifier: MIT
// What turns requests into replies, as the loop that serves it sees it. A responder never waits:
// where sectors must move it hands out an operation, which the loop performs whenever it can, and
// takes the result back. Operations may be finished in any order. Being an interface, it can be
// wrapped by something that counts, persists or breaks what passes.
//
//     const Outcome outcome = responder.begin(frame, port, storage);
//     if (const auto* reply = std::get_if<Reply>(&outcome)) send(storage.first(reply->size));
//     if (const auto* operation = std::get_if<Operation>(&outcome)) {
//         send(storage.first(responder.finish(*operation, perform(*operation, disk))));
//     }
#pragma once

#include <cstddef>
#include <cstdint>
#include <system_error>
#include <variant>

#include "wire/ata.h"
#include "wire/bytes.h"
#include "wire/frame.h"

namespace aoe::target {

/// The interface that a frame came by and that its reply will leave by.
struct Port {
    Mac mac{};
    std::size_t mtu = 1500;              // Bytes after the Ethernet header.
    std::size_t receive_capacity = 256;  // Frames that may wait to be received.
    /// Of all interfaces that serve this target: lists must fit each of them.
    std::size_t smallest_mtu = mtu;
};

/// The request is not for us, or one that is best not answered.
struct Silence {};

/// A reply stands at the beginning of the storage.
struct Reply {
    std::size_t size = 0;  // Of the frame, in bytes.
};

/// Work for the disk, and what finish() needs to report it. Borrows the request's bytes and the
/// reply's storage: both must stay as they are until the operation is finished.
struct Operation {
    enum class Kind : std::uint8_t { read, write, flush };

    Kind kind = Kind::flush;
    bool durable = false;      // A write that is to be followed by a flush.
    std::uint64_t sector = 0;  // Of a read or a write.
    MutableBytes into{};       // Of a read: where the sectors belong, in the reply's storage.
    Bytes from{};              // Of a write: the sectors, in the request.

    MutableBytes storage{};    // The reply's; not written to before finish(), `into` apart.
    Header header{};           // The reply's, for success.
    AtaRegisters registers{};  // The request's.
};

using Outcome = std::variant<Silence, Reply, Operation>;

class Responder {
public:
    Responder() = default;
    Responder(const Responder&) = delete;
    Responder& operator=(const Responder&) = delete;
    virtual ~Responder() = default;

    /// Takes a received frame, whatever is in it. `storage` holds at least minimum_frame_size
    /// bytes of any content; replies grow to what both it and the port's MTU hold.
    virtual Outcome begin(Bytes request, const Port& port, MutableBytes storage) = 0;
    /// Writes the reply to an operation of begin(); returns the frame's size in bytes.
    virtual std::size_t finish(const Operation& operation, std::error_code result) = 0;
    /// Writes announcement `index`, counted from 0; returns the frame's size in bytes, 0 when there
    /// are no more.
    virtual std::size_t announce(const Port& port, std::size_t index, MutableBytes storage) = 0;
};

}  // namespace aoe::target
