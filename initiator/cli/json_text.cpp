// SPDX-License-Identifier: MIT
#include "initiator/cli/json_text.h"

#include "wire/address.h"

namespace aoe::initiator {

std::string json_text(const Json& json) {
    return json.dump(2, ' ', true, Json::error_handler_t::replace) + '\n';
}

std::string json_line(const Json& json) {
    return json.dump(-1, ' ', true, Json::error_handler_t::replace) + '\n';
}

Json json_place(const Address& address, const std::string& interface, const Mac& mac) {
    return {{"target", target_name(address.shelf, address.slot)},
            {"shelf", address.shelf},
            {"slot", address.slot},
            {"interface", interface},
            {"mac", to_string(mac)}};
}

}  // namespace aoe::initiator
