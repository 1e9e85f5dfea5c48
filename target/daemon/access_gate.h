// SPDX-License-Identifier: MIT
// Who may what, around an export. Who is not admitted hears nothing, as with a mask list; a write
// by one who may read is aborted as on a read-only disk, since initiators take silence for a loss
// and ask for minutes.
#pragma once

#include <cstdint>

#include "target/daemon/config.h"
#include "target/responder.h"

namespace aoe::target {

class AccessGate final : public Responder {
public:
    /// Borrows both.
    AccessGate(Responder& inner, const ExportConfig& config) : inner_(inner), config_(config) {}

    Outcome begin(Bytes request, const Port& port, MutableBytes storage) override;
    std::size_t finish(const Operation& operation, std::error_code result) override {
        return inner_.finish(operation, result);
    }
    /// None to everyone where the export is hidden.
    std::size_t announce(const Port& port, std::size_t index, MutableBytes storage) override;

    /// Requests that were turned away so far.
    std::uint64_t refused() const noexcept { return refused_; }

private:
    Outcome refuse_write(Bytes request, const Port& port, MutableBytes storage);

    Responder& inner_;
    const ExportConfig& config_;
    std::uint64_t refused_ = 0;
};

}  // namespace aoe::target
