// SPDX-License-Identifier: MIT
#include "wire/link.h"

#include <algorithm>

namespace aoe {

std::error_code send_copy(Link& link, Bytes frame) {
    const auto buffer = link.lend();
    if (!buffer) return std::make_error_code(std::errc::no_buffer_space);
    if (frame.size() > buffer->bytes.size()) {
        link.give_back(*buffer);
        return std::make_error_code(std::errc::message_size);
    }
    std::copy(frame.begin(), frame.end(), buffer->bytes.begin());
    link.queue(*buffer, frame.size());
    return link.flush();
}

}  // namespace aoe
