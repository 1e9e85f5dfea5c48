// SPDX-License-Identifier: MIT
// What initiators left, in one small file an export. A crash at any instant leaves the old file or
// the new one whole.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "target/export.h"
#include "wire/descriptor.h"
#include "wire/expected.h"

namespace aoe::target {

/// Lines of text that end in one which says so: a file that was cut is no state.
std::string state_text(const ExportState& state);
/// On failure a sentence that says what is wrong with the text.
Expected<ExportState, std::string> parse_state(std::string_view text);

class StateFolder {
public:
    /// Throws std::system_error when the folder is not there and cannot be made.
    explicit StateFolder(std::string path);

    /// "PATH/e7.3"
    std::string file_of(const Address& address) const;
    /// Nothing when nothing was saved. The address is this process's until that ends. Throws
    /// std::runtime_error with a sentence that names the file: another process has it, it cannot be
    /// read, or is no state.
    std::optional<ExportState> load(const Address& address) const;
    /// Returns when it would survive a loss of power. After an error the old one is there still.
    /// For any thread; of one address by one at a time.
    std::error_code save(const Address& address, const ExportState& state) const;

private:
    void lock(const Address& address) const;

    std::string path_;
    Descriptor locks_;  // A file with a byte for every address, which is locked by who has that.
};

}  // namespace aoe::target
