// SPDX-License-Identifier: MIT
#include "conformance/field_notes.h"

#include <algorithm>

namespace aoe::conformance {

namespace {

// Of the one explain() that runs on this thread.
thread_local std::vector<FieldNote>* notes_wanted = nullptr;

class Listening {
public:
    explicit Listening(std::vector<FieldNote>& notes) { notes_wanted = &notes; }
    Listening(const Listening&) = delete;
    Listening& operator=(const Listening&) = delete;
    ~Listening() { notes_wanted = nullptr; }
};

// A field that the frame has no row for: at its place, what is no bytes of the frame last.
void add_row(const FieldRow& noted, std::vector<FieldRow>& rows) {
    const auto later = [&](const FieldRow& other) { return other.offset > noted.offset; };
    const auto place = noted.size == 0 ? rows.end() : std::ranges::find_if(rows, later);
    const auto row = rows.insert(place, noted);
    if (row->actual.empty()) row->actual = "not in this frame";
}

// What a matcher noted, into the field's row.
void take_note(const FieldRow& noted, std::vector<FieldRow>& rows) {
    const auto found = std::ranges::find(rows, noted.name, &FieldRow::name);
    if (found == rows.end()) {
        add_row(noted, rows);
        return;
    }
    FieldRow& row = *found;
    if (!noted.actual.empty()) row.actual = noted.actual;
    if (noted.size > 0) {
        // Perhaps not the whole field.
        row.offset = noted.offset;
        row.size = noted.size;
    }
    if (row.differs && noted.differs) {
        // Two alternatives, neither of which it meets.
        if (row.expected.find(noted.expected) == std::string::npos) {
            row.expected += " or " + noted.expected;
        }
    } else if (!row.differs) {
        row.expected = noted.expected;
        row.differs = noted.differs;
    }
}

}  // namespace

void note_field(FieldNote note) {
    if (notes_wanted != nullptr) notes_wanted->push_back(std::move(note));
}

void note_field(std::string_view name, std::string expected, bool matches) {
    std::string unwanted = "not " + expected;
    note_field({.row = {.name = std::string(name),
                        .actual = {},
                        .expected = std::move(expected),
                        .differs = !matches},
                .unwanted = std::move(unwanted),
                .words = {}});
}

bool is_noting_fields() {
    return notes_wanted != nullptr;
}

Explanation explain(const Reply& reply, const ReplyMatcher& matcher) {
    std::vector<FieldNote> notes;
    testing::StringMatchResultListener listener;
    {
        const Listening scope(notes);
        matcher.MatchAndExplain(reply, &listener);
    }
    Explanation explanation{.words = listener.str(), .fields = fields_of(reply)};
    std::erase_if(notes, [&](const FieldNote& note) {
        return note.row.differs && explanation.words.find(note.words) == std::string::npos;
    });
    const bool unmet = std::ranges::any_of(notes, [](const FieldNote& n) { return n.row.differs; });
    for (FieldNote& note : notes) {
        if (!unmet) {
            // Everything was as described, and that is what should not have been.
            note.row.expected = note.unwanted;
            note.row.differs = true;
        }
        take_note(note.row, explanation.fields);
    }
    return explanation;
}

}  // namespace aoe::conformance
