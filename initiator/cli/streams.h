// SPDX-License-Identifier: MIT
// Where sectors go to and come from: files and pipes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>

#include "wire/bytes.h"
#include "wire/expected.h"

namespace aoe::initiator {

/// Where read sectors go. A regular FILE is written as FILE.partial and gets its name with
/// commit(), so that a file of that name is always complete; one that was there before bequeathes
/// its mode. Devices and pipes are written to directly. Errors of opening are CommandErrors.
class Output {
public:
    /// Empty: standard output, which must not be a terminal.
    explicit Output(const std::string& path);
    ~Output();
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    /// std::errc::interrupted when a signal came.
    std::error_code write(Bytes bytes);
    /// The same, but zeros become holes where the file is a new one.
    std::error_code write_sparse(Bytes bytes);
    /// Everything is there: stored, and under its own name.
    std::error_code commit();

    /// For messages: the path, or "standard output".
    const std::string& name() const noexcept { return name_; }
    /// "FILE.partial holds the first 512 sectors", or that nothing is kept.
    std::string what_is_kept(std::uint64_t sectors) const;

private:
    std::string name_;
    std::string path_;
    std::string partial_path_;  // Empty for anything but a regular file.
    int descriptor_ = -1;
    bool anything_written_ = false;
};

/// CommandError when the path is a block device, whose content would be lost, and `yes` is false.
void require_yes_for_device(const std::string& path, bool yes);

/// Where sectors to write come from.
class Input {
public:
    /// Empty: standard input, which must not be a terminal.
    explicit Input(const std::string& path);
    ~Input();
    Input(const Input&) = delete;
    Input& operator=(const Input&) = delete;

    /// As much as fits; less only at the end. std::errc::interrupted when a signal came.
    Expected<std::size_t, std::error_code> read(MutableBytes room) const;
    /// Goes forward by so many bytes. CommandError when there are not as many, or they cannot be
    /// passed over.
    void skip(std::uint64_t bytes);
    /// How many bytes are left to read, where that can be told.
    std::optional<std::uint64_t> size() const;

    const std::string& name() const noexcept { return name_; }

private:
    std::string name_;
    int descriptor_ = -1;
};

/// Writes text to standard output, all of it or a CommandError.
void print(const std::string& text);
/// A CommandError when standard output is a terminal; `what` says what would be written there.
void refuse_terminal_output(const std::string& what);

}  // namespace aoe::initiator
