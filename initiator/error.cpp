// SPDX-License-Identifier: MIT
#include "initiator/error.h"

#include <array>
#include <string>
#include <string_view>

#include "wire/ata.h"
#include "wire/frame.h"
#include "wire/mask.h"

namespace aoe::initiator {
namespace {

class FailureCategory final : public std::error_category {
public:
    const char* name() const noexcept override { return "initiator"; }

    std::string message(int value) const override {
        switch (static_cast<Failure>(value)) {
            case Failure::timed_out:
                return "no answer";
            case Failure::unusable_replies:
                return "every reply was too short for what it answers";
            case Failure::unexplained_error:
                return "the target reports an error without an error code";
            case Failure::unknown_device:
                return "no such device was added to this initiator";
            case Failure::not_identified:
                return "the device has not been queried and identified yet";
            case Failure::sector_out_of_reach:
                return "the sector's number is larger than the device can be told";
            case Failure::mtu_too_small:
                return "the interface's MTU is too small for one sector; 534 is the least";
            case Failure::flush_not_offered:
                return "the device offers no FLUSH CACHE command";
            case Failure::flush_not_carried_out:
                return "the target echoed FLUSH CACHE without carrying it out";
            case Failure::argument_too_long:
                return "the config string or list is longer than a frame can carry";
            case Failure::too_many_requests:
                return "too many requests are waiting already";
        }
        return "unknown failure " + std::to_string(value);
    }

    std::error_condition default_error_condition(int value) const noexcept override {
        switch (static_cast<Failure>(value)) {
            case Failure::timed_out:
                return std::errc::timed_out;
            case Failure::unknown_device:
                return std::errc::no_such_device;
            case Failure::sector_out_of_reach:
            case Failure::argument_too_long:
                return std::errc::invalid_argument;
            case Failure::too_many_requests:
                return std::errc::resource_unavailable_try_again;
            case Failure::mtu_too_small:
                return std::errc::message_size;
            case Failure::flush_not_offered:
            case Failure::flush_not_carried_out:
                return std::errc::operation_not_supported;
            default:
                return std::errc::io_error;
        }
    }
};

// Values are the header's Error, 1 to 255.
class AoeCategory final : public std::error_category {
public:
    const char* name() const noexcept override { return "aoe"; }

    std::string message(int value) const override {
        return "AoE error " + std::to_string(value) + ": " +
               std::string(sentence(static_cast<AoeError>(value)));
    }

    std::error_condition default_error_condition(int value) const noexcept override {
        switch (static_cast<AoeError>(value)) {
            case AoeError::device_unavailable:
                return std::errc::no_such_device;
            case AoeError::target_reserved:
                return std::errc::device_or_resource_busy;
            default:
                return std::errc::io_error;
        }
    }
};

// Values are a mask list's MError, 1 to 255.
class MaskCategory final : public std::error_category {
public:
    const char* name() const noexcept override { return "mask"; }

    std::string message(int value) const override {
        return "mask list error " + std::to_string(value) + ": " + cause(value);
    }

    std::error_condition default_error_condition(int value) const noexcept override {
        return static_cast<MaskError>(value) == MaskError::list_full ? std::errc::no_space_on_device
                                                                     : std::errc::io_error;
    }

private:
    static std::string cause(int value) {
        switch (static_cast<MaskError>(value)) {
            case MaskError::unspecified:
                return "unspecified error";
            case MaskError::bad_directive:
                return "bad DCmd directive";
            case MaskError::list_full:
                return "mask list full";
            default:
                return "unknown error code";
        }
    }
};

struct BitName {
    std::uint8_t bit;
    std::string_view name;
};
constexpr std::array<BitName, 8> error_bits{{{0x80, "ICRC (transfer corrupted)"},
                                             {0x40, "UNC (data cannot be read or written)"},
                                             {0x20, "MC (media changed)"},
                                             {0x10, "IDNF (no such sector)"},
                                             {0x08, "MCR (media change requested)"},
                                             {0x04, "ABRT (command refused)"},
                                             {0x02, "NM (no media)"},
                                             {0x01, "command specific"}}};

std::string hexadecimal(int byte) {
    constexpr std::string_view digits = "0123456789abcdef";
    const auto value = static_cast<unsigned>(byte);
    return {'0', 'x', digits[value >> 4 & 0xf], digits[value & 0xf]};
}

// Values are Status in bits 15 to 8 and Error in bits 7 to 0. Status is never zero here.
class AtaCategory final : public std::error_category {
public:
    const char* name() const noexcept override { return "ata"; }

    std::string message(int value) const override {
        const int status = value >> 8 & 0xff;
        const int error = value & 0xff;
        return "ATA error: " + causes(status, error) + ", status " + hexadecimal(status) +
               " error " + hexadecimal(error);
    }

    std::error_condition default_error_condition(int) const noexcept override {
        return std::errc::io_error;
    }

private:
    static std::string causes(int status, int error) {
        if ((status & ata_status::busy) != 0) return "BSY (the reply says the device is busy)";
        std::string text;
        const auto add = [&text](std::string_view name) {
            if (!text.empty()) text += ", ";
            text += name;
        };
        if ((status & ata_status::device_fault) != 0) add("DF (device fault)");
        if ((status & ata_status::error) != 0) {
            for (const BitName& each : error_bits) {
                if ((error & each.bit) != 0) add(each.name);
            }
            if (error == 0) add("ERR without a cause");
        }
        if (text.empty()) add("DRQ (the device still waits for data)");
        return text;
    }
};

const FailureCategory failure_category;
const AoeCategory aoe_category;
const MaskCategory mask_category;
const AtaCategory ata_category;

}  // namespace

std::error_code make_error_code(Failure failure) noexcept {
    return {static_cast<int>(failure), failure_category};
}

std::error_code aoe_error(std::uint8_t error) noexcept {
    if (error == 0) return Failure::unexplained_error;
    return {error, aoe_category};
}

bool is_aoe_error(const std::error_code& code) noexcept {
    return code.category() == aoe_category;
}

std::error_code mask_error(std::uint8_t error) noexcept {
    return {error, mask_category};
}

bool is_mask_error(const std::error_code& code) noexcept {
    return code.category() == mask_category;
}

std::error_code ata_error(std::uint8_t status, std::uint8_t error) noexcept {
    return {status << 8 | error, ata_category};
}

bool is_ata_error(const std::error_code& code) noexcept {
    return code.category() == ata_category;
}

bool is_abort(const std::error_code& code) noexcept {
    return is_ata_error(code) && (code.value() & 0xff) == ata_error::aborted;
}

}  // namespace aoe::initiator
