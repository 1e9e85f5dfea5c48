// SPDX-License-Identifier: MIT
#include "conformance/compare/matrix_html.h"

#include <fmt/format.h>
#include <string_view>

#include "conformance/compare/insight.h"
#include "conformance/compare/matrix_html_parts.h"
#include "conformance/report/escape.h"

namespace aoe::conformance {

// Of html_report.css, matrix.css and matrix.js, compiled in.
extern const std::string_view html_style;
extern const std::string_view html_style_sha256_base64;
extern const std::string_view matrix_style;
extern const std::string_view matrix_style_sha256_base64;
extern const std::string_view matrix_script;
extern const std::string_view matrix_script_sha256_base64;

namespace {

void write_head(std::ostream& out, const Matrix& matrix) {
    out << fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
        "style-src 'sha256-{}' 'sha256-{}'; script-src 'sha256-{}'; img-src data:; "
        "base-uri 'none'; form-action 'none'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n"
        "<meta name=\"generator\" content=\"aoe-conform {}\">\n"
        "<link rel=\"icon\" href=\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' "
        "viewBox='0 0 16 16'%3E%3Cpath d='M1 1h6v6H1zM9 9h6v6H9z' fill='%231b6b37'/%3E"
        "%3Cpath d='M9 1h6v6H9zM1 9h6v6H1z' fill='%23a3161a'/%3E%3C/svg%3E\">\n"
        "<title>AoE targets compared - aoe-conform</title>\n<style>",
        html_style_sha256_base64, matrix_style_sha256_base64, matrix_script_sha256_base64,
        markup(matrix.version));
    out << html_style << "</style>\n<style>" << matrix_style << "</style>\n</head>\n";
}

void write_contents(std::ostream& out, const Matrix& matrix) {
    out << "<nav aria-label=\"Parts of this comparison\">\n<ul>\n"
           "<li><a href=\"#implementations\">Implementations</a></li>\n"
           "<li><a href=\"#peculiar\">Only this one fails</a></li>\n";
    if (!matrix.measurements.empty() || !matrix.performance.empty()) {
        out << "<li><a href=\"#performance\">Performance</a></li>\n";
    }
    out << "<li><a href=\"#matrix\">The matrix</a></li>\n"
           "<li><a href=\"#evidence\">Evidence</a></li>\n</ul>\n</nav>\n";
}

}  // namespace

void write_matrix_html(std::ostream& out, const Matrix& matrix) {
    write_head(out, matrix);
    out << "<body>\n<a class=\"skip-link\" href=\"#matrix\">Skip to the matrix</a>\n<header>\n"
           "<p class=\"kicker\">ATA over Ethernet conformance</p>\n"
           "<h1>AoE targets compared</h1>\n<p class=\"lede\">"
        << markup(headline(matrix)) << ".</p>\n";
    write_contents(out, matrix);
    out << "</header>\n<main id=\"content\">\n";
    html::write_implementations(out, matrix);
    html::write_peculiar(out, matrix);
    html::write_performance(out, matrix);
    html::write_matrix_table(out, matrix);
    html::write_evidence(out, matrix);
    out << fmt::format(
        "</main>\n<footer>\n<p>Written by aoe-conform {}. The specification's text was not at hand "
        "when the catalogue was made: every requirement says on what it rests.</p>\n</footer>\n"
        "<dialog id=\"shown\" aria-label=\"Evidence\">\n<form method=\"dialog\"><button>Close"
        "</button></form>\n<div></div>\n</dialog>\n<script>",
        markup(matrix.version));
    out << matrix_script << "</script>\n</body>\n</html>\n";
}

}  // namespace aoe::conformance
