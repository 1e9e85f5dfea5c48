// SPDX-License-Identifier: MIT
#include <nlohmann/json.hpp>

#include "bench/live/report.h"

namespace aoe::bench {
namespace {

using Json = nlohmann::ordered_json;

double us(std::chrono::nanoseconds time) {
    return std::chrono::duration<double, std::micro>(time).count();
}

Json latency(const Histogram& times) {
    return {{"p50_us", us(times.percentile(0.5))},
            {"p90_us", us(times.percentile(0.9))},
            {"p99_us", us(times.percentile(0.99))},
            {"p99_9_us", us(times.percentile(0.999))},
            {"max_us", us(times.largest())}};
}

Json run_json(const Sample& run, const Job& job) {
    Json histogram = Json::array();
    for (const auto& step : run.load.round_trips.steps()) {
        histogram.push_back({us(step.up_to), step.count});
    }
    Json made = {{"requests_per_s", run.load.per_second()},
                 {"completed", run.load.completed},
                 {"answered", run.load.answered},
                 {"refused", run.load.refused},
                 {"lost", run.load.lost},
                 {"lost_here", run.lost_here},
                 {"retransmitted", run.load.retransmitted},
                 {"wrong", run.load.wrong},
                 {"bytes", run.load.bytes},
                 {"seconds", std::chrono::duration<double>(run.load.elapsed).count()},
                 {"outstanding", job.outstanding},
                 {"our_cpu_s", std::chrono::duration<double>(run.our_cpu).count()}};
    if (run.target_cpu_known) {
        made["target_cpu_s"] = std::chrono::duration<double>(run.target_cpu).count();
    }
    made["latency"] = latency(run.load.round_trips);
    made["histogram_us"] = std::move(histogram);
    return made;
}

Json series_json(const Series& series, const Job& job) {
    const auto rates = series.rates();
    Json made = {{"requests_per_s", median(rates)},
                 {"megabytes_per_s", series.megabytes_per_second()},
                 {"variation", variation(rates)},
                 {"latency", latency(series.sum().round_trips)},
                 {"our_cpu_us_per_request", series.our_cpu_us()}};
    if (const auto cpu = series.target_cpu_us()) made["target_cpu_us_per_request"] = *cpu;
    Json runs = Json::array();
    for (const Sample& run : series.runs) runs.push_back(run_json(run, job));
    made["runs"] = std::move(runs);
    return made;
}

Json measurement_json(const Measurement& measurement) {
    const Job& job = measurement.job;
    Json made = {{"name", job_name(job)},
                 {"write_percent", job.write_percent},
                 {"pattern", job.random ? "random" : "sequential"},
                 {"sectors", job.sectors},
                 {"outstanding", job.outstanding},
                 {"outstanding_asked", measurement.asked_outstanding},
                 {"verified", job.verify},
                 {"seed", job.seed}};
    Json sides = Json::array();
    for (const Series& series : measurement.sides) sides.push_back(series_json(series, job));
    made["targets"] = std::move(sides);
    if (const auto ratio = measurement.ratio(); ratio && ratio->value > 0) {
        made["ratio"] = {{"value", ratio->value}, {"least", ratio->least}, {"most", ratio->most}};
    }
    return made;
}

}  // namespace

std::string report_json(const Report& report) {
    Json made = {{"program", "aoe-bench"},
                 {"version", report.version},
                 {"command", report.command},
                 {"date", report.date},
                 {"machine", report.machine}};
    Json targets = Json::array();
    for (const auto& target : report.targets) {
        targets.push_back({{"name", target.facts.name},
                           {"how", target.how},
                           {"started", target.started},
                           {"model", target.facts.model},
                           {"sectors", target.facts.sectors},
                           {"buffer_count", target.facts.buffer_count},
                           {"sectors_per_message", target.facts.sectors_per_message},
                           {"mtu", target.facts.mtu}});
    }
    made["targets"] = std::move(targets);
    Json measurements = Json::array();
    for (const auto& one : report.measurements) measurements.push_back(measurement_json(one));
    made["measurements"] = std::move(measurements);
    if (!report.cut_short.empty()) made["cut_short"] = report.cut_short;
    return made.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace aoe::bench
