// SPDX-License-Identifier: MIT
// How a matcher tells which field it looked at. GoogleMock's listeners carry text only, and AllOf
// and AnyOf pass on parts of it; so our matchers note fields beside the text, and a note counts
// when GoogleMock kept the words that came with it: an alternative of AnyOf that failed before
// another one matched says nothing in the end.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conformance/fields.h"
#include "conformance/match.h"

namespace aoe::conformance {

struct FieldNote {
    FieldRow row;          // `differs`: this matcher did not like it.
    std::string unwanted;  // What `expected` becomes where the matcher stands inside Not().
    std::string words;     // What the matcher said; empty when it matched.
};

/// Called by matchers while they explain; does nothing unless somebody listens, which
/// is_noting_fields() tells, since describing an expectation costs more than matching it.
void note_field(FieldNote note);
/// The same for a field that the frame's table has, by its name there.
void note_field(std::string_view name, std::string expected, bool matches);
bool is_noting_fields();

/// Why a reply does not match: the matcher's words, and the reply's fields, those that differ from
/// what was expected marked.
struct Explanation {
    std::string words;
    std::vector<FieldRow> fields;
};

Explanation explain(const Reply& reply, const ReplyMatcher& matcher);

}  // namespace aoe::conformance
