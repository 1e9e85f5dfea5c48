// SPDX-License-Identifier: MIT
#include "target/daemon/stats.h"

#include <nlohmann/json.hpp>

#include "wire/address.h"

namespace aoe::target {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Service& service) {
    const ExportCounters& counters = service.counters();
    const LatencyCounter& latency = counters.latency;
    Json errors{{"aborted", counters.aborted},
                {"id-not-found", counters.id_not_found},
                {"uncorrectable", counters.uncorrectable}};
    for (std::size_t code = 1; code < counters.aoe_errors.size(); ++code) {
        errors["aoe-" + std::to_string(code)] = counters.aoe_errors[code];
    }
    return {{"target", target_name(service.address().shelf, service.address().slot)},
            {"name", service.config().name},
            {"path", service.config().file().path},
            {"sectors", service.storage().sectors()},
            {"serial", service.config().options(service.storage().sectors()).serial},
            {"model", service.config().model},
            {"requests", counters.requests},
            {"replies", counters.replies},
            {"silent", counters.silent},
            {"refused", counters.refused},
            {"dropped", counters.dropped},
            {"reads", counters.reads},
            {"writes", counters.writes},
            {"flushes", counters.flushes},
            {"read-bytes", counters.read_bytes},
            {"written-bytes", counters.written_bytes},
            {"at-once", counters.at_once},
            {"queue-depth", service.queue_depth()},
            {"queue-peak", counters.queue_peak},
            {"errors", errors},
            {"latency-us",
             {{"sum", latency.sum_us()},
              {"mean", latency.mean_us()},
              {"below-50-percent", latency.below_us(0.5)},
              {"below-99-percent", latency.below_us(0.99)},
              {"max", latency.max_us()}}}};
}

Json json_of(ServedLink& link) {
    const InterfaceCounters& counters = link.counters();
    return {{"name", link.name()},
            {"up", link.is_up()},
            {"mtu", link.mtu()},
            {"received", counters.received},
            {"received-bytes", counters.received_bytes},
            {"sent", counters.sent},
            {"sent-bytes", counters.sent_bytes},
            {"send-errors", counters.send_errors},
            {"lost", link.link().frames_lost()},
            {"truncated", counters.truncated},
            {"tagged", counters.tagged},
            {"for-nobody", counters.for_nobody}};
}

}  // namespace

std::string stats_json(const Hub& hub, const Clock& clock, const std::string& served_by) {
    Json exports = Json::array();
    for (const auto& [key, service] : hub.services()) exports.push_back(json_of(*service));
    Json absent = Json::array();
    for (const auto& [key, each] : hub.absent()) {
        absent.push_back(
            {{"target", target_name(each.config.address.shelf, each.config.address.slot)},
             {"name", each.config.name},
             {"path", each.config.file().path},
             {"why", each.why}});
    }
    Json interfaces = Json::array();
    for (const auto& [name, link] : hub.links()) interfaces.push_back(json_of(*link));
    return Json{{"clock-us", clock.now().count() / 1000},
                {"served-by", served_by},
                {"exports", exports},
                {"absent", absent},
                {"interfaces", interfaces}}
        .dump(2);
}

}  // namespace aoe::target
