// SPDX-License-Identifier: MIT
// Our own target with one thing wrong at a time, to see whether the suite notices. A mutant stands
// between the server and the real responder and changes requests on their way in or replies on
// their way out; the target knows nothing of it.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "target/responder.h"
#include "wire/bytes.h"

namespace aoe::conformance {

using FrameBytes = std::vector<std::byte>;

struct Mutant {
    std::string_view name;     // "answers-responses"
    std::string_view mistake;  // What is wrong with it, in a sentence.
    std::string_view clause;   // The requirement that a case must find broken.
    /// Changes a request before the target sees it. May be empty.
    std::function<void(FrameBytes& request)> on_request;
    /// Changes a reply, which is empty for silence and stays silence when left so. `request` is
    /// what the initiator really sent. May be empty.
    std::function<void(const FrameBytes& request, FrameBytes& reply)> on_reply;
};

/// Each with state of its own, fresh at every call. `sectors` is the size of the target's disk.
std::vector<Mutant> all_mutants(std::uint64_t sectors);

/// The decorator; `inner` must outlive it. Operations are finished in the order of begin().
class MutantResponder final : public target::Responder {
public:
    MutantResponder(target::Responder& inner, const Mutant& mutant)
        : inner_(inner), mutant_(mutant) {}

    target::Outcome begin(Bytes request, const target::Port& port, MutableBytes storage) override;
    std::size_t finish(const target::Operation& operation, std::error_code result) override;
    std::size_t announce(const target::Port& port, std::size_t index,
                         MutableBytes storage) override {
        return inner_.announce(port, index, storage);
    }

    /// Frames that came out otherwise than the target meant them.
    std::size_t changes() const { return changes_; }

private:
    std::size_t change_reply(MutableBytes storage, std::size_t size);

    target::Responder& inner_;
    const Mutant& mutant_;
    FrameBytes received_;  // The request as it came.
    FrameBytes request_;   // The request as the target sees it; lent to operations.
    std::size_t changes_ = 0;
};

}  // namespace aoe::conformance
