// SPDX-License-Identifier: MIT
#include "target/daemon/ctl_report.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace aoe::target {
namespace {

using Json = nlohmann::json;

Json parse(const std::string& text) {
    try {
        return Json::parse(text);
    } catch (const Json::exception&) {
        throw std::runtime_error("aoe-target answered with something else than its counters");
    }
}

unsigned long long number(const Json& object, const char* key) {
    return object.at(key).get<unsigned long long>();
}

std::string text(const Json& object, const char* key) {
    return object.at(key).get<std::string>();
}

unsigned long long errors_of(const Json& one) {
    unsigned long long sum = 0;
    for (const auto& [key, count] : one.at("errors").items())
        sum += count.get<unsigned long long>();
    return sum;
}

/// What the export of that address had before; nothing when it was not there.
const Json* find(const Json& exports, const std::string& target) {
    const auto found = std::find_if(exports.begin(), exports.end(), [&](const Json& each) {
        return text(each, "target") == target;
    });
    return found == exports.end() ? nullptr : &*found;
}

/// Those exports that are asked for.
Json chosen(const Json& exports, const Targets& targets) {
    if (targets.empty()) return exports;
    Json found = Json::array();
    for (const std::string& wanted : targets) {
        const auto is_wanted = [&](const Json& each) {
            const std::string target = text(each, "target");
            return wanted == target || "e" + wanted == target || wanted == text(each, "name");
        };
        const auto first = std::find_if(exports.begin(), exports.end(), is_wanted);
        if (first == exports.end()) {
            throw std::runtime_error("there is no export \"" + wanted + "\" that is served");
        }
        found.push_back(*first);
    }
    return found;
}

}  // namespace

std::string stats_table(const std::string& json, const Targets& targets) {
    const Json all = parse(json);
    std::string table = "disks that would block are served by " + text(all, "served-by") + "\n\n";
    table += fmt::format("{:<10} {:>10} {:>10} {:>10} {:>8} {:>8} {:>8} {:>6} {:>9} {:>9}\n",
                         "target", "requests", "reads", "writes", "flushes", "errors", "dropped",
                         "queue", "mean us", "99 % us");
    for (const Json& each : chosen(all.at("exports"), targets)) {
        const Json& latency = each.at("latency-us");
        table += fmt::format("{:<10} {:10} {:10} {:10} {:8} {:8} {:8} {:6} {:9} {:9}\n",
                             text(each, "target"), number(each, "requests"), number(each, "reads"),
                             number(each, "writes"), number(each, "flushes"), errors_of(each),
                             number(each, "dropped"), number(each, "queue-depth"),
                             number(latency, "mean"), number(latency, "below-99-percent"));
    }
    for (const Json& each : all.at("absent")) {
        table += fmt::format("{:<10} is not served: {}\n", text(each, "target"), text(each, "why"));
    }
    table += fmt::format("\n{:<15} {:>6} {:>12} {:>12} {:>12} {:>12} {:>8} {:>8}\n", "interface",
                         "MTU", "received", "sent", "bytes in", "bytes out", "errors", "lost");
    for (const Json& each : all.at("interfaces")) {
        table += fmt::format("{:<15} {:6} {:12} {:12} {:12} {:12} {:8} {:8}\n", text(each, "name"),
                             number(each, "mtu"), number(each, "received"), number(each, "sent"),
                             number(each, "received-bytes"), number(each, "sent-bytes"),
                             number(each, "send-errors"), number(each, "lost"));
    }
    return table;
}

std::string monitor_table(const std::string& before, const std::string& now,
                          const Targets& targets) {
    const Json old_stats = parse(before);
    const Json stats = parse(now);
    const double seconds = std::max(
        1e-3, static_cast<double>(number(stats, "clock-us") - number(old_stats, "clock-us")) / 1e6);
    std::string table = fmt::format("{:<10} {:>9} {:>9} {:>10} {:>10} {:>8} {:>8} {:>6} {:>9}\n",
                                    "target", "reads/s", "writes/s", "read kB/s", "write kB/s",
                                    "errors/s", "drops/s", "queue", "mean us");
    for (const Json& each : chosen(stats.at("exports"), targets)) {
        const Json* const old = find(old_stats.at("exports"), text(each, "target"));
        // Counters that were cleared meanwhile begin at zero.
        const bool fresh = old == nullptr || number(*old, "requests") > number(each, "requests");
        const auto grown = [&](const char* key) {
            return static_cast<double>(number(each, key) - (fresh ? 0 : number(*old, key)));
        };
        const auto errors = static_cast<double>(errors_of(each) - (fresh ? 0 : errors_of(*old)));
        const auto latency =
            static_cast<double>(number(each.at("latency-us"), "sum") -
                                (fresh ? 0 : number(old->at("latency-us"), "sum")));
        table += fmt::format(
            "{:<10} {:9.0f} {:9.0f} {:10.1f} {:10.1f} {:8.0f} {:8.0f} {:6} {:9.0f}\n",
            text(each, "target"), grown("reads") / seconds, grown("writes") / seconds,
            grown("read-bytes") / seconds / 1000, grown("written-bytes") / seconds / 1000,
            errors / seconds, grown("dropped") / seconds, number(each, "queue-depth"),
            latency / std::max(1.0, grown("replies")));
    }
    return table;
}

}  // namespace aoe::target
