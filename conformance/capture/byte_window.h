// SPDX-License-Identifier: MIT
// A file, pipe or memory read from front to back through one buffer: whoever reads asks for so many
// bytes in one piece, looks at them, and moves on. Memory stays the same however long the input is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "wire/bytes.h"
#include "wire/expected.h"

namespace aoe::conformance {

class ByteWindow {
public:
    /// Fills its argument from the front: how many bytes came, 0 at the end, or why there are none.
    using Source = std::function<Expected<std::size_t, std::string>(MutableBytes)>;

    /// The buffer has `capacity` bytes, one at least, until a longer piece is asked for and there.
    explicit ByteWindow(Source source, std::size_t capacity = std::size_t{1} << 18)
        : source_(std::move(source)), buffer_(capacity) {}

    /// The next bytes in one piece, at least `size` of them, or fewer when the input ends before.
    /// Valid until the next call.
    Bytes peek(std::size_t size);
    /// Moves past bytes that peek() showed.
    void skip(std::size_t size);

    /// Bytes that were moved past.
    std::uint64_t position() const { return position_; }
    /// Why the input ended before its end, in the source's words; else empty.
    const std::string& failure() const { return failure_; }

private:
    Source source_;
    std::vector<std::byte> buffer_;
    std::size_t begin_ = 0, end_ = 0;  // What is in the buffer and not yet moved past.
    std::uint64_t position_ = 0;
    bool at_end_ = false;
    std::string failure_;
};

/// Reads a file, or standard input for "-". On failure one sentence with the file's name.
Expected<ByteWindow::Source, std::string> file_source(const std::string& file);

}  // namespace aoe::conformance
