// SPDX-License-Identifier: MIT
#include "conformance/case.h"

namespace aoe::conformance {

std::string_view name(Need need) {
    switch (need) {
        case Need::second_mac:
            return "need-second-mac";
        case Need::identify:
            return "need-identify";
        case Need::lba48:
            return "need-lba48";
        case Need::scratch28:
            return "need-scratch28";
        case Need::restart:
            return "need-restart";
        case Need::two_sectors:
            return "need-two-sectors";
        case Need::soak:
            return "need-soak";
        case Need::twin:
            return "need-twin";
        case Need::read_only:
            return "need-read-only";
        case Need::access_list:
            return "need-access-list";
        case Need::second_interface:
            return "need-second-interface";
        case Need::other_mtu:
            return "need-other-mtu";
        case Need::failing_disk:
            return "need-failing-disk";
    }
    return "need";
}

std::string_view sentence(Need need) {
    switch (need) {
        case Need::second_mac:
            return "needs a second source address of ours: --allow=hostile opens that";
        case Need::identify:
            return "IDENTIFY DEVICE was not answered, so the capacity is unknown";
        case Need::lba48:
            return "the disk says that it does not serve 48-bit commands";
        case Need::scratch28:
            return "28-bit commands do not reach the scratch range: --scratch can move it";
        case Need::restart:
            return "needs a target that the suite can start again: --start";
        case Need::two_sectors:
            return "the target or this MTU moves only one sector a message";
        case Need::soak:
            return "takes a minute: --soak allows it";
        case Need::twin:
            return "needs a second export: --start with {slot} and {file} in its command, and with "
                   "{slot} in --stop";
        case Need::read_only:
            return "needs a read-only export: --start with {ro:OPTION} in its command, for vblade "
                   "{ro:-r}";
        case Need::access_list:
            return "needs a list of permitted addresses: --start with {accept:OPTION {mac}} in its "
                   "command, for vblade {accept:-m {mac}}";
        case Need::second_interface:
            return "needs a target on two interfaces: --start with {iface} and {iface2} in its "
                   "command";
        case Need::other_mtu:
            return "needs a link whose two ends can take other MTUs: --start";
        case Need::failing_disk:
            return "needs a disk that can be taken away: --start with {file} in its command";
    }
    return "something is missing";
}

std::span<const Case> all_cases() {
    static const std::vector<Case> cases = [] {
        std::vector<Case> all;
        for (const auto chapter :
             {header_cases, config_cases, announce_cases, ata_cases, ata_error_cases,
              identify_cases, mask_cases, reserve_cases, reliability_cases, restart_cases,
              twin_cases, network_cases, failing_disk_cases, flood_cases}) {
            const std::vector<Case> more = chapter();
            all.insert(all.end(), more.begin(), more.end());
        }
        return all;
    }();
    return cases;
}

}  // namespace aoe::conformance
