// SPDX-License-Identifier: MIT
// One exported disk at one shelf and slot: the protocol itself, frames in and frames out. It does
// no I/O, reads no clock and allocates nothing for a request. Bad requests are answered or ignored,
// never a reason to fail. Every sector address is checked here and nowhere else.
//
// ATA errors are preferred to AoE errors for bad ATA requests, since initiators give up at once on
// the former and retry for minutes on the latter (AOE-ATA-13).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "target/mac_list.h"
#include "target/responder.h"
#include "wire/config.h"
#include "wire/mask.h"
#include "wire/reserve.h"

namespace aoe::target {

struct ExportOptions {
    Address address{};                   // Not a wildcard.
    std::uint64_t sectors = 0;           // Size of the disk.
    bool read_only = false;              // Of the disk.
    std::string serial{};                // At most 20 printable characters, unlike any other's.
    std::string model = "AoE target";    // At most 40.
    std::string firmware = "1";          // At most 8; what IDENTIFY says.
    std::uint16_t firmware_version = 1;  // What the config reply says (AOE-CFG-30).
    std::uint16_t buffer_count = 64;     // Messages that an initiator may have outstanding.
    bool write_cache = true;  // False: every write is durable before its reply, for good.
    std::vector<Mac> mask{};  // At most MacList::capacity.
};

/// What initiators change, and a restart would lose.
struct ExportState {
    std::vector<std::byte> config_string{};  // At most config_string_limit.
    MacList mask{};
    MacList reservation{};
    bool write_cache_enabled = true;
    friend bool operator==(const ExportState&, const ExportState&) = default;
};

class Export final : public Responder {
public:
    explicit Export(ExportOptions options);

    Outcome begin(Bytes request, const Port& port, MutableBytes storage) override;
    /// no_such_device and no_such_device_or_address become AoE error 3, other errors an ATA one.
    std::size_t finish(const Operation& operation, std::error_code result) override;
    /// To everyone when the mask list is empty, else to each address in it (AOE-ANN-04).
    std::size_t announce(const Port& port, std::size_t index, MutableBytes storage) override;

    ExportState state() const;
    void restore(const ExportState& state);

private:
    struct Request {
        Header header;
        Bytes argument;
        const Port& port;
        MutableBytes storage;  // The reply's, no longer than a frame on the port may be.
    };

    Outcome dispatch(const Request& request);
    Header reply_header(const Request& request, AoeError error = AoeError::none) const;
    Outcome error_reply(const Request& request, AoeError error) const;

    Outcome ata(const Request& request);
    Reply ata_reply(const Request& request, const AtaRegisters& registers,
                    std::size_t data_size = 0) const;
    Reply ata_abort(const Request& request, const AtaRegisters& registers) const;
    Outcome identify(const Request& request, const AtaRegisters& registers) const;
    Operation flush(const Request& request, const AtaRegisters& registers) const;
    Outcome set_features(const Request& request, const AtaRegisters& registers);
    Outcome transfer(const Request& request, const AtaView& view, AtaAddressing addressing) const;

    Outcome config(const Request& request);
    /// Size of the frame; 0 when it would not fit.
    std::size_t config_reply(MutableBytes storage, const Port& port, const Header& header,
                             std::uint8_t sub_command) const;
    Bytes config_string() const noexcept { return Bytes(config_string_).first(config_size_); }

    Outcome mask(const Request& request);
    Outcome mask_edit(const Request& request, Bytes directives, std::size_t count);
    Outcome mask_list(const Request& request, std::uint8_t sub_command) const;

    Outcome reserve(const Request& request);
    Outcome reserve_list(const Request& request, AoeError error, std::uint8_t sub_command) const;

    ExportOptions options_;
    bool write_cache_enabled_;
    std::array<std::byte, config_string_limit> config_string_{};
    std::size_t config_size_ = 0;
    MacList mask_;
    MacList reservation_;
};

}  // namespace aoe::target
