// SPDX-License-Identifier: MIT
#include "conformance/compare/performance_json.h"

#include "conformance/report/escape.h"

namespace aoe::conformance {

namespace {

using nlohmann::ordered_json;

std::string text(const ordered_json& json, const char* key) {
    return printable(json.at(key).get<std::string>());
}

ordered_json to_json(const LoadConditions& load) {
    return {{"machine", load.machine},
            {"date", load.date},
            {"program", load.program},
            {"network", load.network},
            {"write_percent", load.write_percent},
            {"pattern", load.random ? "random" : "sequential"},
            {"sectors", load.sectors},
            {"outstanding", load.outstanding},
            {"verified", load.verified},
            {"mtu", load.mtu},
            {"disk_sectors", load.disk_sectors}};
}

LoadConditions conditions_in(const ordered_json& json) {
    return {.machine = text(json, "machine"),
            .date = text(json, "date"),
            .program = text(json, "program"),
            .network = text(json, "network"),
            .write_percent = json.at("write_percent").get<unsigned>(),
            .random = text(json, "pattern") == "random",
            .verified = json.at("verified").get<bool>(),
            .sectors = json.at("sectors").get<unsigned>(),
            .outstanding = json.at("outstanding").get<unsigned>(),
            .mtu = json.at("mtu").get<std::uint64_t>(),
            .disk_sectors = json.at("disk_sectors").get<std::uint64_t>()};
}

}  // namespace

ordered_json performance_json(const Performance& speed) {
    ordered_json json{{"target", speed.target},
                      {"conditions", to_json(speed.conditions)},
                      {"model", speed.model},
                      {"how", speed.how},
                      {"command", speed.command},
                      {"requests_per_s", speed.requests_per_s},
                      {"variation", speed.variation},
                      {"runs", speed.rates},
                      {"seconds", speed.seconds},
                      {"megabytes_per_s", speed.megabytes_per_s},
                      {"p50_us", speed.p50_us},
                      {"p90_us", speed.p90_us},
                      {"p99_us", speed.p99_us},
                      {"p99_9_us", speed.p99_9_us},
                      {"max_us", speed.max_us},
                      {"load_cpu_us", speed.load_cpu_us},
                      {"outstanding", speed.outstanding},
                      {"retransmitted", speed.retransmitted},
                      {"lost", speed.lost},
                      {"refused", speed.refused},
                      {"wrong", speed.wrong}};
    if (speed.target_cpu_us) json["target_cpu_us"] = *speed.target_cpu_us;
    if (speed.ratio) {
        json["ratio"] = {{"to", speed.ratio->to},
                         {"value", speed.ratio->value},
                         {"least", speed.ratio->least},
                         {"most", speed.ratio->most}};
    }
    return json;
}

Performance performance_in(const ordered_json& json) {
    const auto number = [&](const char* key) { return json.at(key).get<double>(); };
    const auto count = [&](const char* key) { return json.at(key).get<std::uint64_t>(); };
    Performance speed{.target = text(json, "target"),
                      .conditions = conditions_in(json.at("conditions")),
                      .model = text(json, "model"),
                      .how = text(json, "how"),
                      .command = text(json, "command"),
                      .rates = json.at("runs").get<std::vector<double>>(),
                      .requests_per_s = number("requests_per_s"),
                      .variation = number("variation"),
                      .megabytes_per_s = number("megabytes_per_s"),
                      .p50_us = number("p50_us"),
                      .p90_us = number("p90_us"),
                      .p99_us = number("p99_us"),
                      .p99_9_us = number("p99_9_us"),
                      .max_us = number("max_us"),
                      .load_cpu_us = number("load_cpu_us"),
                      .target_cpu_us = {},
                      .seconds = number("seconds"),
                      .outstanding = count("outstanding"),
                      .retransmitted = count("retransmitted"),
                      .lost = count("lost"),
                      .refused = count("refused"),
                      .wrong = count("wrong"),
                      .ratio = {}};
    if (json.contains("target_cpu_us")) speed.target_cpu_us = number("target_cpu_us");
    if (json.contains("ratio")) {
        const ordered_json& ratio = json.at("ratio");
        speed.ratio = {text(ratio, "to"), ratio.at("value").get<double>(),
                       ratio.at("least").get<double>(), ratio.at("most").get<double>()};
    }
    return speed;
}

}  // namespace aoe::conformance
