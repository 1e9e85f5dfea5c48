// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

#include "bench/live/report.h"

namespace aoe::bench {
namespace {

constexpr const char* style = R"(
:root { color-scheme: light dark; --a: #0b57d0; --b: #b3261e; --line: #8a8a8a; }
@media (prefers-color-scheme: dark) { :root { --a: #8ab4f8; --b: #f2b8b5; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; width: 100% }
th, td { text-align: right; padding: .2rem .5rem; border-bottom: 1px solid var(--line) }
th:first-child, td:first-child { text-align: left }
svg { width: 100%; height: auto; margin: .5rem 0 } svg text { fill: currentColor; font-size: 12px }
.s0 { fill: var(--a); stroke: var(--a) } .s1 { fill: var(--b); stroke: var(--b) }
polyline { fill: none !important; stroke-width: 2 } .axis { stroke: var(--line) }
.wide { overflow-x: auto } code { overflow-wrap: anywhere }
@media print { section { break-inside: avoid } }
)";

std::string escaped(const std::string& text) {
    std::string made;
    for (const char c : text) {
        switch (c) {
            case '<':
                made += "&lt;";
                break;
            case '>':
                made += "&gt;";
                break;
            case '&':
                made += "&amp;";
                break;
            case '"':
                made += "&quot;";
                break;
            default:
                made += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
        }
    }
    return made;
}

double us(std::chrono::nanoseconds time) {
    return std::chrono::duration<double, std::micro>(time).count();
}

constexpr double left = 120, width = 640, right = left + width;

/// One dot a run, a bar at the median, each side on a line of its own; the scale starts at 0.
std::string rate_chart(const Report& report, const Measurement& measurement) {
    double most = 1;
    for (const Series& series : measurement.sides) {
        for (const double rate : series.rates()) most = std::max(most, rate);
    }
    const double height = 30.0 * static_cast<double>(measurement.sides.size()) + 20;
    std::string svg = fmt::format(R"(<svg viewBox="0 0 800 {:.0f}" role="img" )"
                                  R"(aria-label="Requests a second, one dot a run">)",
                                  height);
    const auto x = [&](double rate) { return left + width * rate / most; };
    for (std::size_t i = 0; i < measurement.sides.size(); ++i) {
        const double y = 20 + 30 * static_cast<double>(i);
        const auto rates = measurement.sides[i].rates();
        const double middle = median(rates);
        svg += fmt::format(R"(<text x="0" y="{:.0f}">{} {}</text>)", y + 4, "AB"[i],
                           escaped(report.targets[i].facts.name));
        svg += fmt::format(R"(<rect class="s{}" x="{}" y="{}" width="{:.1f}" height="10" )"
                           R"(fill-opacity=".3" stroke-opacity="0"/>)",
                           i, left, y - 5, x(middle) - left);
        for (const double rate : rates) {
            svg += fmt::format(R"(<circle class="s{}" cx="{:.1f}" cy="{}" r="3"/>)", i, x(rate), y);
        }
    }
    svg += fmt::format(R"(<text x="{}" y="{:.0f}">0</text>)", left, height - 2);
    svg += fmt::format(R"(<text x="{}" y="{:.0f}" text-anchor="end">{:.0f} a second</text></svg>)",
                       right, height - 2, most);
    return svg;
}

/// How long all but a share of the requests took, that share falling tenfold a step, on a
/// logarithmic scale.
std::string latency_chart(const Measurement& measurement) {
    constexpr std::array shares{0.0, 0.5, 0.9, 0.99, 0.999, 0.9999};
    constexpr double top = 10, bottom = 190;
    double least = 1e9, most = 1;
    for (const Series& series : measurement.sides) {
        const LoadResult all = series.sum();
        least = std::min(least, std::max(0.1, us(all.round_trips.percentile(0))));
        most = std::max(most, us(all.round_trips.percentile(0.9999)));
    }
    least = std::pow(10, std::floor(std::log10(least)));
    most = std::pow(10, std::ceil(std::log10(most) + 1e-9));
    const auto y = [&](double time) {
        return bottom - (bottom - top) * std::log10(std::max(time, least) / least) /
                            std::log10(most / least);
    };
    const auto x = [&](std::size_t at) {
        return left + width * static_cast<double>(at) / (shares.size() - 1);
    };
    std::string svg = R"(<svg viewBox="0 0 800 215" role="img" )"
                      R"(aria-label="Round trip by share of the requests">)";
    for (double time = least; time <= most * 1.01; time *= 10) {
        svg += fmt::format(R"(<line class="axis" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>)", left,
                           right, y(time), y(time));
        svg += fmt::format(R"(<text x="{}" y="{:.1f}" text-anchor="end">{:g} us</text>)", left - 8,
                           y(time) + 4, time);
    }
    for (std::size_t at = 0; at < shares.size(); ++at) {
        svg += fmt::format(R"(<text x="{:.1f}" y="208" text-anchor="middle">{:g} %</text>)", x(at),
                           100 * shares[at]);
    }
    for (std::size_t i = 0; i < measurement.sides.size(); ++i) {
        const LoadResult all = measurement.sides[i].sum();
        std::string points;
        for (std::size_t at = 0; at < shares.size(); ++at) {
            points +=
                fmt::format("{:.1f},{:.1f} ", x(at), y(us(all.round_trips.percentile(shares[at]))));
        }
        svg += fmt::format(R"(<polyline class="s{}" points="{}"/>)", i, points);
    }
    return svg + "</svg>";
}

std::string table(const Report& report, const Measurement& measurement) {
    std::string html =
        "<div class=\"wide\"><table><thead><tr><th>target<th>requests/s<th>MB/s<th>variation"
        "<th>p50 us<th>p90<th>p99<th>p99.9<th>max<th>CPU us a request<th>ours"
        "<th>sent again<th>lost<th>by us<th>refused<th>wrong</tr></thead><tbody>";
    for (std::size_t i = 0; i < measurement.sides.size(); ++i) {
        const Series& series = measurement.sides[i];
        const LoadResult all = series.sum();
        const auto rates = series.rates();
        const auto cpu = series.target_cpu_us();
        html += fmt::format("<tr><td>{} {}<td>{:.0f}<td>{:.1f}<td>{:.1f} %", "AB"[i],
                            escaped(report.targets[i].facts.name), median(rates),
                            series.megabytes_per_second(), 100 * variation(rates));
        for (const double share : {0.5, 0.9, 0.99, 0.999, 1.0}) {
            html += fmt::format("<td>{:.1f}", us(all.round_trips.percentile(share)));
        }
        html +=
            fmt::format("<td>{}<td>{:.2f}<td>{}<td>{}<td>{}<td>{}<td>{}</tr>",
                        cpu ? fmt::format("{:.2f}", *cpu) : "unknown", series.our_cpu_us(),
                        all.retransmitted, all.lost, series.lost_here(), all.refused, all.wrong);
    }
    return html + "</tbody></table></div>";
}

}  // namespace

std::string report_html(const Report& report) {
    std::string html = fmt::format(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width\"><title>aoe-bench</title>"
        "<style>{}</style></head><body><main><h1>aoe-bench</h1><p>{}, {}, aoe-bench {}.</p>"
        "<p><code>{}</code></p><ul>",
        style, escaped(report.date), escaped(report.machine), report.version,
        escaped(report.command));
    for (std::size_t i = 0; i < report.targets.size(); ++i) {
        const auto& target = report.targets[i];
        html += fmt::format(
            "<li>{}: {} on <code>{}</code>, {}, {} sectors, Buffer Count {}, MTU {}", "AB"[i],
            escaped(target.facts.name), escaped(target.how), escaped(target.facts.model),
            target.facts.sectors, target.facts.buffer_count, target.facts.mtu);
    }
    html += "</ul>";
    if (!report.cut_short.empty()) {
        html += fmt::format("<p><strong>Cut short: {}.</strong></p>", escaped(report.cut_short));
    }
    for (const Measurement& measurement : report.measurements) {
        html += fmt::format("<section><h2>{}</h2>", escaped(job_name(measurement.job)));
        const std::string fewer = fewer_outstanding(report, measurement);
        if (!fewer.empty()) html += fmt::format("<p>Outstanding: {}.</p>", escaped(fewer));
        if (const auto ratio = measurement.ratio(); ratio && ratio->value > 0) {
            html += fmt::format("<p>A/B {:.3f}, between {:.3f} and {:.3f} with 95 %.</p>",
                                ratio->value, ratio->least, ratio->most);
        }
        html += table(report, measurement) + rate_chart(report, measurement) +
                latency_chart(measurement) + "</section>";
    }
    return html + "</main></body></html>\n";
}

}  // namespace aoe::bench
