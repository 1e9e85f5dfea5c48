// SPDX-License-Identifier: MIT
// From what the rules counted to the results that reports show: one for each rule and target, and
// one for each rule about initiators and initiator.
#pragma once

#include <string>
#include <vector>

#include "conformance/judge/traffic.h"
#include "conformance/report/report.h"
#include "conformance/verdict.h"

namespace aoe::conformance {

/// How a target is called in results: "e7.3", or "e7.3 at MAC" where two have that address.
std::string name_of(const SeenTarget& target, const Traffic& traffic);
/// "initiator MAC"
std::string name_of(const SeenInitiator& initiator);
/// True when the rule is about initiators.
bool is_about_initiators(const Rule& rule);

/// What the requirement of a broken rule comes to.
Verdict severity_of(const Rule& rule);

/// "file.pcap frame 12", "frames 12 and 13": the exchange, with the file where there are several.
std::string place_of(const Violation& violation, const std::vector<std::string>& files);

/// Passes every target and every result to `reporter`, and returns the results.
std::vector<CaseResult> report_verdicts(const Traffic& traffic,
                                        const std::vector<std::string>& files, Reporter& reporter,
                                        const ChosenRules& chosen = {});

}  // namespace aoe::conformance
