// SPDX-License-Identifier: MIT
#include "conformance/report/failure_block.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "conformance/brief.h"
#include "conformance/describe.h"
#include "conformance/report/wrap.h"

namespace aoe::conformance {

namespace {

constexpr std::size_t row_bytes = 16;

std::string paragraph(std::string_view label, std::string_view text) {
    return wrapped(fmt::format("  {} {}", label, text), "    ");
}

std::string requirement_text(const Requirement& about) {
    std::string differing;
    for (const Deviation& deviation : about.differing) {
        differing += (differing.empty() ? "; differing: " : ", ") + deviation.implementation;
    }
    const std::string agreeing =
        about.agreeing.empty() ? ""
                               : fmt::format("; agreeing: {}", fmt::join(about.agreeing, ", "));
    const std::string condition = about.condition.empty() ? "" : " " + about.condition;
    return paragraph(fmt::format("{} ({}{}, impact: {}):", about.id, name(about.level), condition,
                                 name(about.impact)),
                     about.text) +
           paragraph("why it matters:", about.why) +
           paragraph("basis:",
                     fmt::format("{}{}{} (all of it: aoe-conform explain {})",
                                 sentence(about.confidence), agreeing, differing, about.id));
}

// How the case went, up to the reply in question, which is marked.
std::string conversation(const CaseResult& result, std::size_t judged, bool all) {
    std::vector<const TranscriptEntry*> shown;
    for (const TranscriptEntry& frame : result.last_frames) {
        if (judged == 0 || frame.number <= judged) shown.push_back(&frame);
    }
    constexpr std::size_t most = 6;
    const std::size_t skipped = all || shown.size() <= most ? 0 : shown.size() - most;
    if (shown.empty()) return {};
    std::string text = "  what was said (> sent, < received):\n";
    if (skipped > 0 || shown.front()->number > result.first_frame) text += "      ...\n";
    for (std::size_t i = skipped; i < shown.size(); ++i) {
        text += wrapped(
            fmt::format("  {} {}", shown[i]->number == judged ? '*' : ' ', brief(*shown[i])),
            "        ");
    }
    return text;
}

bool decides_how_the_rest_is_read(const FieldRow& row) {
    return row.name == field::flags.name || row.name == field::error.name ||
           row.name == field::status.name;
}

bool marks(const std::vector<FieldRow>& rows, std::size_t offset) {
    return std::ranges::any_of(rows, [&](const FieldRow& row) {
        return row.differs && offset >= row.offset && offset < row.offset + row.size;
    });
}

std::string dump_line(const ByteVector& bytes, const std::vector<FieldRow>& rows, std::size_t line,
                      std::size_t end) {
    std::string text = fmt::format("    {:04x} ", line);
    bool open = false;
    for (std::size_t i = line; i < std::min(end, line + row_bytes); ++i) {
        const bool marked = marks(rows, i);
        text += marked == open ? ' ' : marked ? '[' : ']';
        text += fmt::format("{:02x}", bytes[i]);
        open = marked;
    }
    return text + (open ? "]\n" : "\n");
}

// One broken expectation: in words, as a table, as bytes.
std::string finding_text(const Finding& finding, const BlockStyle& style) {
    std::string text = paragraph("expected:", finding.expected);
    const bool differs =
        std::ranges::any_of(finding.fields, [](const FieldRow& row) { return row.differs; });
    if (!differs) text += paragraph("actual:  ", finding.actual);
    if (!finding.fields.empty()) text += field_table(finding.fields, style.all);
    if (!finding.request.empty()) {
        text += fmt::format("  asked in frame {}, {} bytes:\n", finding.request_frame,
                            finding.request.size());
        text += marked_dump(finding.request, {}, style.all);
    }
    if (!finding.reply.empty()) {
        text +=
            fmt::format("  answered in frame {}, {} bytes:\n", finding.frame, finding.reply.size());
        text += marked_dump(finding.reply, finding.fields, style.all);
    }
    return text;
}

// What became of the target, without the findings that were told already.
std::string aftermath(const CaseResult& result, bool told) {
    if (!told || result.verdict == Verdict::xpass) return wrapped("  " + result.reason, "    ");
    if (result.liveness.empty()) return {};
    if (!result.reason.starts_with("after this case")) {
        return wrapped("  after this case " + result.liveness, "    ");
    }
    const std::string first = "; " + result.findings.front().requirement->id + ": ";
    return wrapped("  " + result.reason.substr(0, result.reason.find(first)), "    ");
}

std::string where(const CaseResult& result) {
    if (result.last_frame == 0) return {};
    const std::string frames =
        result.first_frame == result.last_frame
            ? fmt::format("frame {}", result.last_frame)
            : fmt::format("frames {}-{}", result.first_frame, result.last_frame);
    if (result.recording.empty()) return fmt::format("  {} of the run\n", frames);
    return fmt::format("  {} of {}\n", frames, result.recording);
}

}  // namespace

std::string field_table(const std::vector<FieldRow>& rows, bool all) {
    std::vector<const FieldRow*> shown;
    for (const FieldRow& row : rows) {
        if (all || row.differs || !row.expected.empty() || decides_how_the_rest_is_read(row)) {
            shown.push_back(&row);
        }
    }
    constexpr std::size_t widest = 34;
    std::size_t name_width = 5, expected_width = 8;
    for (const FieldRow* row : shown) {
        name_width = std::max(name_width, row->name.size());
        if (row->expected.size() <= widest) {
            expected_width = std::max(expected_width, row->expected.size());
        }
    }
    std::string text = fmt::format("    {:<{}}  byte  {:<{}}  {}\n", "field", name_width,
                                   "expected", expected_width, "actual");
    const std::string indent(name_width + expected_width + 14, ' ');
    for (const FieldRow* row : shown) {
        const std::string place = row->size == 0 ? "-" : std::to_string(row->offset);
        const std::string line = fmt::format("  {} {:<{}}  {:>4}  ", row->differs ? '*' : ' ',
                                             row->name, name_width, place);
        if (row->expected.size() > widest) {
            // Too wide for two columns: one below the other.
            const std::string below(line.size(), ' ');
            const std::string further(line.size() + 10, ' ');
            text += wrapped(line + "expected  " + row->expected, further);
            text += wrapped(below + "actual    " + row->actual, further);
            continue;
        }
        text += wrapped(
            fmt::format("{}{:<{}}  {}", line, row->expected, expected_width, row->actual), indent);
    }
    return text;
}

std::string marked_dump(const ByteVector& bytes, const std::vector<FieldRow>& rows, bool all) {
    constexpr std::size_t most_lines = 6, short_frame = 64;
    std::size_t end = bytes.size();
    while (!all && end > 24 && bytes[end - 1] == 0 && !marks(rows, end - 1)) --end;
    std::string text;
    std::size_t lines = 0;
    bool gap = false;
    for (std::size_t line = 0; line < end; line += row_bytes) {
        bool marked = false;
        for (std::size_t i = line; i < std::min(end, line + row_bytes); ++i) {
            marked = marked || marks(rows, i);
        }
        const bool shown =
            all || end <= short_frame || line < 2 * row_bytes || (marked && lines < most_lines);
        if (shown) {
            if (gap) text += "    ...\n";
            text += dump_line(bytes, rows, line, end);
            ++lines;
        }
        gap = !shown;
    }
    if (gap) {
        text += fmt::format("    ... {} bytes in all\n", bytes.size());
    } else if (end < bytes.size()) {
        text += fmt::format("    the other {} are zero\n", bytes.size() - end);
    }
    return text;
}

std::string failure_block(const CaseResult& result, const BlockStyle& style) {
    const Requirement& about = result.requirement();
    std::string text = requirement_text(about);
    std::vector<const Finding*> broken;
    for (const Finding& finding : result.findings) {
        if (!finding.expected.empty()) broken.push_back(&finding);
    }
    text += conversation(result, broken.empty() ? 0 : broken.front()->frame, style.all);
    constexpr std::size_t most = 2;
    for (std::size_t i = 0; i < broken.size() && (style.all || i < most); ++i) {
        if (broken[i]->requirement->id != about.id) {
            text += "  " + broken[i]->requirement->id + ":\n";
        }
        text += finding_text(*broken[i], style);
    }
    if (!style.all && broken.size() > most) {
        text += fmt::format("  and {} more in this case; -v shows them\n", broken.size() - most);
    }
    text += aftermath(result, !broken.empty());
    text += where(result);
    return text + fmt::format("  again: {} --tests {}\n", style.again, result.test->id);
}

}  // namespace aoe::conformance
