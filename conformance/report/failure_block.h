// SPDX-License-Identifier: MIT
// A failure that explains itself: the requirement, why it matters and on what it rests; what was
// said; the reply field by field with what differs marked, and its bytes; how to see it again.
// Marks are signs and not colours, lines are wrapped, and strings of the target are printable.
#pragma once

#include <string>

#include "conformance/verdict.h"

namespace aoe::conformance {

struct BlockStyle {
    bool all = false;   // Every field, every byte, every finding.
    std::string again;  // The command that runs this one case again.
};

/// Everything below the line that names verdict, target and case. Ends with a newline.
std::string failure_block(const CaseResult& result, const BlockStyle& style);

/// The rows of a table, differing ones marked with '*' in front; only those worth showing unless
/// `all`. Each line is indented by four.
std::string field_table(const std::vector<FieldRow>& rows, bool all);

/// Bytes in hexadecimal, sixteen a line, those of differing rows in [brackets]. Unless `all`, the
/// header and the marked lines only, and no zeros at the end.
std::string marked_dump(const ByteVector& bytes, const std::vector<FieldRow>& rows, bool all);

}  // namespace aoe::conformance
