// SPDX-License-Identifier: MIT
// The image of a target that we started, from outside: whether anything was written to it where
// nothing was to be. It begins as a hole, so the file system tells in two calls what was written.
#pragma once

#include <string>

#include "conformance/facts.h"
#include "wire/descriptor.h"

namespace aoe::fuzz {

class DiskWatch {
public:
    /// The image is all zeros still. Throws std::system_error.
    DiskWatch(const std::string& image, const conformance::SectorRange& scratch);

    /// Whether a block that has no sector of the range in it is a hole no more. False where the
    /// file system does not tell.
    bool wrote_outside() const;

private:
    Descriptor image_;
    conformance::SectorRange scratch_;
};

}  // namespace aoe::fuzz
