// SPDX-License-Identifier: MIT
// The file of --expect: read before a run, and rewritten after it with --update-expect.
#pragma once

#include <string>
#include <vector>

#include "conformance/expectation_update.h"
#include "conformance/expectations.h"

namespace aoe::conformance {

/// The whole text; empty without a file name, and for a file that is not there yet when one `may_be
/// new`. Throws UsageError.
std::string read_expect_file(const std::string& file, bool may_be_new);

/// Throws UsageError with the file's name and the line.
std::vector<Expectation> parse_expect_file(const std::string& file, const std::string& text);

/// Rewrites the file by what the run told, and says on standard error what changed. `status` is
/// the run's: after one that was not whole the file stays as it is. Throws std::system_error.
void update_expect_file(const std::string& file, const ExpectationUpdate& update, int status,
                        Day today);

}  // namespace aoe::conformance
