// SPDX-License-Identifier: MIT
#include "conformance/compare/performance.h"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <system_error>

#include "conformance/report/escape.h"

namespace aoe::conformance {

namespace {

using nlohmann::json;

constexpr std::size_t most_bytes = std::size_t{64} << 20U;  // A thousand runs are 40 MB.
constexpr const char* how_to_write = "aoe-bench -o json=FILE writes one";

/// A value of the report with its place, for complaints: "measurements[0].sectors". They are
/// thrown as std::runtime_error, without the file's name.
class Value {
public:
    Value(const json& value, std::string place) : value_(value), place_(std::move(place)) {}

    bool has(const char* key) const { return value_.contains(key); }
    Value at(const char* key) const {
        const std::string place = place_.empty() ? key : fmt::format("{}.{}", place_, key);
        if (!value_.is_object()) fail("an object");
        const auto found = value_.find(key);
        if (found == value_.end()) throw std::runtime_error("lacks " + place);
        return {*found, place};
    }
    std::vector<Value> list() const {
        if (!value_.is_array()) fail("a list");
        std::vector<Value> all;
        for (std::size_t i = 0; i < value_.size(); ++i) {
            all.emplace_back(value_[i], fmt::format("{}[{}]", place_, i));
        }
        return all;
    }
    std::string text() const {
        if (!value_.is_string()) fail("a text");
        return printable(value_.get<std::string>());
    }
    bool flag() const {
        if (!value_.is_boolean()) fail("true or false");
        return value_.get<bool>();
    }
    double number() const {
        if (!value_.is_number() || value_.get<double>() < 0) fail("a number from 0 up");
        return value_.get<double>();
    }
    std::uint64_t count(std::uint64_t least, std::uint64_t most) const {
        const bool whole = value_.is_number_unsigned();
        if (!whole || value_.get<std::uint64_t>() < least || value_.get<std::uint64_t>() > most) {
            fail(fmt::format("a whole number from {} to {}", least, most));
        }
        return value_.get<std::uint64_t>();
    }
    std::uint64_t count() const { return count(0, std::numeric_limits<std::uint64_t>::max()); }

    [[noreturn]] void fail(const std::string& wanted) const {
        throw std::runtime_error(fmt::format(
            "is wrong at {}: it must be {}, not {}", place_, wanted,
            shortened(printable(value_.dump(-1, ' ', false, json::error_handler_t::replace)), 40)));
    }

private:
    const json& value_;
    std::string place_;
};

bool is_random(const Value& measurement) {
    const Value pattern = measurement.at("pattern");
    const std::string word = pattern.text();
    if (word != "random" && word != "sequential") pattern.fail("random or sequential");
    return word == "random";
}

void read_runs(const std::vector<Value>& runs, Performance& speed) {
    for (const Value& run : runs) {
        speed.rates.push_back(run.at("requests_per_s").number());
        speed.seconds += run.at("seconds").number();
        speed.outstanding = std::max(speed.outstanding, run.at("outstanding").count());
        speed.retransmitted += run.at("retransmitted").count();
        speed.lost += run.at("lost").count();
        speed.refused += run.at("refused").count();
        speed.wrong += run.at("wrong").count();
    }
}

void read_latency(const Value& latency, Performance& speed) {
    speed.p50_us = latency.at("p50_us").number();
    speed.p90_us = latency.at("p90_us").number();
    speed.p99_us = latency.at("p99_us").number();
    speed.p99_9_us = latency.at("p99_9_us").number();
    speed.max_us = latency.at("max_us").number();
}

// One target of the report, with what all of its measurements have in common.
Performance read_target(const Value& report, const Value& target) {
    Performance speed;
    speed.command = report.at("command").text();
    speed.how = target.at("how").text();
    speed.model = target.at("model").text();
    speed.conditions.machine = report.at("machine").text();
    speed.conditions.date = report.at("date").text();
    speed.conditions.program = "aoe-bench " + report.at("version").text();
    if (!target.at("started").flag()) speed.conditions.network = speed.how;
    speed.conditions.mtu = target.at("mtu").count();
    speed.conditions.disk_sectors = target.at("sectors").count();
    return speed;
}

void read_series(const Value& measurement, const Value& series, const std::vector<Value>& runs,
                 Performance& speed) {
    speed.conditions.write_percent =
        static_cast<unsigned>(measurement.at("write_percent").count(0, 100));
    speed.conditions.random = is_random(measurement);
    speed.conditions.verified = measurement.at("verified").flag();
    speed.conditions.sectors = static_cast<unsigned>(measurement.at("sectors").count(1, 255));
    speed.conditions.outstanding =
        static_cast<unsigned>(measurement.at("outstanding").count(1, 65536));
    speed.requests_per_s = series.at("requests_per_s").number();
    speed.megabytes_per_s = series.at("megabytes_per_s").number();
    speed.variation = series.at("variation").number();
    speed.load_cpu_us = series.at("our_cpu_us_per_request").number();
    if (series.has("target_cpu_us_per_request")) {
        speed.target_cpu_us = series.at("target_cpu_us_per_request").number();
    }
    read_latency(series.at("latency"), speed);
    read_runs(runs, speed);
}

std::vector<Performance> read_report(const json& document,
                                     const std::vector<std::string>& targets) {
    if (!document.is_object() || !document.contains("program") ||
        document["program"] != "aoe-bench") {
        throw std::runtime_error(fmt::format("is no report of aoe-bench; {}", how_to_write));
    }
    const Value report(document, "");
    std::vector<Performance> facts, all;
    for (const Value& target : report.at("targets").list()) {
        facts.push_back(read_target(report, target));
    }
    if (facts.size() != targets.size()) {
        throw std::runtime_error(fmt::format("measured {} target{}, but {} {} named for it",
                                             facts.size(), facts.size() == 1 ? "" : "s",
                                             targets.size(), targets.size() == 1 ? "is" : "are"));
    }
    for (const Value& measurement : report.at("measurements").list()) {
        const std::vector<Value> sides = measurement.at("targets").list();
        if (sides.size() != targets.size()) {
            measurement.at("targets").fail(fmt::format("a list of {}", targets.size()));
        }
        for (std::size_t i = 0; i < sides.size(); ++i) {
            const std::vector<Value> runs = sides[i].at("runs").list();
            // One that was interrupted has none; its other numbers mean nothing.
            if (runs.empty() || targets[i] == "-") continue;
            Performance speed = facts[i];
            speed.target = targets[i];
            read_series(measurement, sides[i], runs, speed);
            if (i == 0 && targets.size() == 2 && targets[1] != "-" && measurement.has("ratio")) {
                const Value ratio = measurement.at("ratio");
                speed.ratio = {targets[1], ratio.at("value").number(), ratio.at("least").number(),
                               ratio.at("most").number()};
            }
            all.push_back(std::move(speed));
        }
    }
    return all;
}

}  // namespace

Expected<std::vector<Performance>, std::string> parse_bench_report(
    const std::string& text, const std::string& name, const std::vector<std::string>& targets) {
    try {
        return read_report(json::parse(text), targets);
    } catch (const json::parse_error& error) {
        const bool begins = text.starts_with('{');
        return Unexpected{fmt::format("{} {}; {}", name,
                                      !begins ? "is no report of aoe-bench"
                                      : error.byte > text.size()
                                          ? "ends in the middle of a report"
                                          : fmt::format("is no JSON from byte {} on", error.byte),
                                      how_to_write)};
    } catch (const json::exception& error) {
        return Unexpected{fmt::format("{} cannot be read: {}", name, printable(error.what()))};
    } catch (const std::runtime_error& error) {
        return Unexpected{fmt::format("{} {}", name, error.what())};
    }
}

Expected<std::vector<Performance>, std::string> read_bench_report(const BenchReport& report) {
    const std::string name = report.file.string();
    std::ifstream file(report.file, std::ios::binary);
    if (!file) {
        return Unexpected{fmt::format("cannot open {}: {}", name,
                                      std::error_code(errno, std::generic_category()).message())};
    }
    if (std::filesystem::is_directory(report.file)) {
        return Unexpected{fmt::format("{} is a folder, and no report of aoe-bench", name)};
    }
    std::string text, part(std::size_t{1} << 16U, '\0');
    do {
        file.read(part.data(), static_cast<std::streamsize>(part.size()));
        text.append(part, 0, static_cast<std::size_t>(file.gcount()));
    } while (file && text.size() <= most_bytes);
    if (text.size() > most_bytes) {
        return Unexpected{fmt::format("{} is larger than any report of aoe-bench", name)};
    }
    return parse_bench_report(text, name, report.targets);
}

}  // namespace aoe::conformance
