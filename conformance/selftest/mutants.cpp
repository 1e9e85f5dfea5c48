// SPDX-License-Identifier: MIT
#include "conformance/selftest/mutants.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <variant>

namespace aoe::conformance {

namespace {

unsigned at(const FrameBytes& frame, std::size_t offset) {
    return offset < frame.size() ? std::to_integer<unsigned>(frame[offset]) : 0U;
}
void set(FrameBytes& frame, std::size_t offset, unsigned value) {
    if (offset < frame.size()) frame[offset] = static_cast<std::byte>(value);
}
bool is_command(const FrameBytes& frame, unsigned command) {
    return at(frame, 19) == command;
}
bool is_ata(const FrameBytes& frame, unsigned opcode) {
    return is_command(frame, 0) && at(frame, 27) == opcode;
}
bool is_transfer(const FrameBytes& frame) {
    return is_ata(frame, 0x20) || is_ata(frame, 0x24) || is_ata(frame, 0x30) || is_ata(frame, 0x34);
}
unsigned ccmd(const FrameBytes& frame) {
    return is_command(frame, 1) ? at(frame, 29) & 15U : 16U;
}
std::uint64_t lba(const FrameBytes& frame) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 6; ++i) value |= std::uint64_t{at(frame, 28 + i)} << (8 * i);
    return value;
}
void set_lba(FrameBytes& frame, std::uint64_t value) {
    for (std::size_t i = 0; i < 6; ++i) set(frame, 28 + i, (value >> (8 * i)) & 0xffU);
}
Mac mac_at(const FrameBytes& frame, std::size_t offset) {
    Mac mac{};
    std::memcpy(mac.data(), frame.data() + offset, mac.size());
    return mac;
}
void set_mac(FrameBytes& frame, std::size_t offset, const Mac& mac) {
    std::memcpy(frame.data() + offset, mac.data(), mac.size());
}

// An answer of the target's own making where it would have been silent.
FrameBytes answer_to(const FrameBytes& request, unsigned flags, unsigned error) {
    FrameBytes reply = request;
    set_mac(reply, 0, mac_at(request, 6));
    set_mac(reply, 6, mac_at(request, 0));
    set(reply, 14, flags);
    set(reply, 15, error);
    return reply;
}

std::vector<Mutant> header_mutants() {
    return {
        {"no-response-flag", "Replies lack flag R.", "AOE-HDR-07", nullptr,
         [](const FrameBytes&, FrameBytes& reply) { set(reply, 14, at(reply, 14) & ~8U); }},
        {"answers-responses", "Frames with flag R are answered.", "AOE-HDR-08",
         [](FrameBytes& request) { set(request, 14, at(request, 14) & ~8U); }, nullptr},
        {"version-zero", "Replies carry Ver 0.", "AOE-HDR-09", nullptr,
         [](const FrameBytes&, FrameBytes& reply) { set(reply, 14, at(reply, 14) & 15U); }},
        {"any-version", "Requests of any version are executed.", "AOE-HDR-10",
         [](FrameBytes& request) { set(request, 14, (at(request, 14) & 15U) | 0x10U); }, nullptr},
        {"error-flag-without-code", "Error replies carry Error 0.", "AOE-HDR-13", nullptr,
         [](const FrameBytes&, FrameBytes& reply) { set(reply, 15, 0); }},
        {"wildcard-in-reply", "A reply to a wildcard carries the wildcard.", "AOE-HDR-16", nullptr,
         [](const FrameBytes& request, FrameBytes& reply) {
             for (std::size_t i = 16; i < 19; ++i) set(reply, i, at(request, i));
         }},
        {"answers-for-neighbours", "Requests for any slot are answered.", "AOE-HDR-17",
         [](FrameBytes& request) { set(request, 18, 0xff); }, nullptr},
        {"deaf-to-wildcards", "Requests to both wildcards are ignored.", "AOE-HDR-18",
         [](FrameBytes& request) {
             if (at(request, 16) == 0xff && at(request, 18) == 0xff) set(request, 14, 0x18);
         },
         nullptr},
        {"replies-to-everyone", "Replies are broadcast.", "AOE-HDR-22", nullptr,
         [](const FrameBytes&, FrameBytes& reply) {
             if (!reply.empty()) set_mac(reply, 0, broadcast_mac);
         }},
        {"tag-bytes-swapped", "Tags without bit 31 come back in the other byte order.",
         "AOE-HDR-27", nullptr,
         [](const FrameBytes& request, FrameBytes& reply) {
             if (reply.size() < 24 || at(request, 20) >= 0x80) return;
             std::reverse(reply.begin() + 20, reply.begin() + 24);
         }},
        {"command-not-echoed", "ATA replies carry command 1.", "AOE-HDR-29", nullptr,
         [](const FrameBytes& request, FrameBytes& reply) {
             if (is_command(request, 0)) set(reply, 19, 1);
         }},
        {"unknown-command-succeeds", "Unknown commands are answered as a success.", "AOE-HDR-30",
         nullptr,
         [](const FrameBytes& request, FrameBytes& reply) {
             if (at(request, 19) < 4) return;
             set(reply, 14, 0x18);
             set(reply, 15, 0);
         }},
        {"needs-padding", "Requests shorter than 60 bytes are ignored.", "AOE-HDR-35",
         [](FrameBytes& request) {
             if (request.size() < 60) request.clear();
         },
         nullptr},
        {"dislikes-trailers", "Requests with trailing bytes are ignored.", "AOE-HDR-44",
         [](FrameBytes& request) {
             if (ccmd(request) == 0 && request.size() > 60) request.clear();
         },
         nullptr},
        {"dirty-padding", "Padding holds bytes of earlier frames.", "AOE-HDR-37", nullptr,
         [](const FrameBytes&, FrameBytes& reply) {
             if (reply.size() == 60) set(reply, 59, 0xa5);
         }},
    };
}

std::vector<Mutant> config_mutants() {
    return {
        {"set-overwrites", "CCmd 3 replaces a string that is there.", "AOE-CFG-10",
         [](FrameBytes& request) {
             if (ccmd(request) == 3) set(request, 29, 4);
         },
         nullptr},
        {"exact-test-takes-prefixes", "CCmd 1 answers to a prefix.", "AOE-CFG-04",
         [](FrameBytes& request) {
             if (ccmd(request) == 1) set(request, 29, 2);
         },
         nullptr},
        {"prefix-test-is-exact", "CCmd 2 answers to the whole string only.", "AOE-CFG-05",
         [](FrameBytes& request) {
             if (ccmd(request) == 2) set(request, 29, 1);
         },
         nullptr},
        {"failed-test-is-an-error", "A failed test is answered with error 4.", "AOE-CFG-06",
         nullptr,
         [](const FrameBytes& request, FrameBytes& reply) {
             const bool test = ccmd(request) == 1 || ccmd(request) == 2;
             if (test && reply.empty()) reply = answer_to(request, 0x1c, 4);
         }},
        {"string-of-1023", "Strings are cut to 1023 bytes.", "AOE-CFG-15", nullptr,
         [](const FrameBytes&, FrameBytes& reply) {
             if (!is_command(reply, 1) || at(reply, 30) * 256 + at(reply, 31) < 1024) return;
             set(reply, 30, 3);
             set(reply, 31, 0xff);
         }},
        {"unknown-ccmd-reads", "Unknown CCmds are taken for a read.", "AOE-CFG-19",
         [](FrameBytes& request) {
             if (ccmd(request) > 4 && ccmd(request) < 16) set(request, 29, 0);
         },
         nullptr},
        {"no-buffers", "Buffer Count is 0.", "AOE-CFG-23", nullptr,
         [](const FrameBytes&, FrameBytes& reply) {
             if (!is_command(reply, 1)) return;
             set(reply, 24, 0);
             set(reply, 25, 0);
         }},
        {"promises-more-sectors", "Sector Count is one more than fits the link.", "AOE-CFG-28",
         nullptr,
         [](const FrameBytes&, FrameBytes& reply) {
             if (is_command(reply, 1)) set(reply, 28, at(reply, 28) + 1);
         }},
    };
}

std::vector<Mutant> access_mutants() {
    // The last one who set a list passes for everybody.
    const auto borrower = std::make_shared<Mac>();
    const auto lend = [borrower](FrameBytes& request, unsigned setter, auto&& applies) {
        if (request.size() < 24) return;
        if (is_command(request, setter)) {
            *borrower = mac_at(request, 6);
        } else if (*borrower != Mac{} && applies(request)) {
            set_mac(request, 6, *borrower);
        }
    };
    const auto give_back = [](const FrameBytes& request, FrameBytes& reply) {
        if (reply.size() >= 12) set_mac(reply, 0, mac_at(request, 6));
    };
    return {
        {"mask-ignored", "The mask list is kept and not heeded.", "AOE-MASK-02",
         [lend](FrameBytes& request) { lend(request, 2, [](const FrameBytes&) { return true; }); },
         give_back},
        {"mask-edits-lost", "Mask list edits do nothing.", "AOE-MASK-04",
         [](FrameBytes& request) {
             if (is_command(request, 2)) set(request, 25, 0);
         },
         nullptr},
        {"mask-error-as-flag", "A bad directive sets flag E.", "AOE-MASK-14", nullptr,
         [](const FrameBytes& request, FrameBytes& reply) {
             if (!is_command(request, 2) || at(reply, 26) == 0) return;
             set(reply, 14, 0x1c);
             set(reply, 15, 2);
         }},
        {"reservation-ignored", "A reservation is kept and not heeded.", "AOE-RES-09",
         [lend](FrameBytes& request) {
             lend(request, 3, [](const FrameBytes& frame) { return is_transfer(frame); });
         },
         give_back},
        {"force-set-asks", "RCmd 2 is refused where RCmd 1 is.", "AOE-RES-04",
         [](FrameBytes& request) {
             if (is_command(request, 3) && at(request, 24) == 2) set(request, 24, 1);
         },
         nullptr},
        {"reserve-list-hidden", "RCmd 0 shows an empty list.", "AOE-RES-02", nullptr,
         [](const FrameBytes& request, FrameBytes& reply) {
             if (is_command(request, 3) && at(request, 24) == 0) set(reply, 25, 0);
         }},
    };
}

std::vector<Mutant> ata_mutants(std::uint64_t sectors) {
    return {
        {"last-sector-lost", "The last sector is refused.", "AOE-ATA-25",
         [sectors](FrameBytes& request) {
             if (is_transfer(request) && (lba(request) & 0x0fffffff) == sectors - 1) {
                 set_lba(request, lba(request) + 1);
             }
         },
         nullptr},
        {"reads-past-the-end", "Reads past the end return sector 0.", "AOE-ATA-26",
         [sectors](FrameBytes& request) {
             if (is_ata(request, 0x24) && lba(request) >= sectors) set_lba(request, 0);
         },
         nullptr},
        {"address-of-16-bits", "lba2 is not looked at.", "AOE-ATA-02",
         [](FrameBytes& request) {
             if (is_transfer(request)) set(request, 30, 0);
         },
         nullptr},
        {"device-bits-in-address", "The high nibble of lba3 counts in 28-bit commands.",
         "AOE-ATA-03",
         [](FrameBytes& request) {
             const bool write = is_ata(request, 0x30);
             if (!write && !is_ata(request, 0x20)) return;
             set(request, 24, at(request, 24) | 0x40U);
             set(request, 27, write ? 0x34 : 0x24);
         },
         nullptr},
        {"writes-lost", "Writes succeed and store nothing.", "AOE-ATA-19",
         [](FrameBytes& request) {
             if (!is_ata(request, 0x34) && !is_ata(request, 0x30)) return;
             set(request, 24, 0);
             set(request, 27, 0xe5);
         },
         nullptr},
        {"ata-error-as-flag", "ATA errors set flag E too.", "AOE-ATA-12", nullptr,
         [](const FrameBytes& request, FrameBytes& reply) {
             const bool refused = is_command(request, 0) && (at(reply, 27) & 1U) != 0;
             if (refused && at(reply, 15) == 0) {
                 set(reply, 14, 0x1c);
                 set(reply, 15, 2);
             }
         }},
        {"unknown-ata-ignored", "Unknown ATA commands are not answered.", "AOE-ATA-29", nullptr,
         [](const FrameBytes& request, FrameBytes& reply) {
             if (is_ata(request, 0xff) || is_ata(request, 0)) reply.clear();
         }},
        {"short-reads", "Read replies lack the last byte.", "AOE-ATA-14", nullptr,
         [](const FrameBytes& request, FrameBytes& reply) {
             if (is_transfer(request) && reply.size() > 60) reply.pop_back();
         }},
        {"long-reads", "Read replies have four bytes too many.", "AOE-ATA-45", nullptr,
         [](const FrameBytes& request, FrameBytes& reply) {
             if (is_transfer(request) && reply.size() > 60) reply.resize(reply.size() + 4);
         }},
        {"flush-echoes-command", "FLUSH CACHE answers Status 0xE7.", "AOE-ATA-34", nullptr,
         [](const FrameBytes& request, FrameBytes& reply) {
             if (is_ata(request, 0xe7)) set(reply, 27, 0xe7);
         }},
        {"model-padded-with-zeros", "The model's padding is zeros.", "AOE-ATAID-05", nullptr,
         [](const FrameBytes& request, FrameBytes& reply) {
             if (!is_ata(request, 0xec) || reply.size() < 36 + 94) return;
             std::replace(reply.begin() + 36 + 54, reply.begin() + 36 + 94, std::byte{0x20},
                          std::byte{});
         }},
        {"capacity-off-by-one", "IDENTIFY announces one sector too many.", "AOE-ATAID-20", nullptr,
         [sectors](const FrameBytes& request, FrameBytes& reply) {
             if (!is_ata(request, 0xec)) return;
             for (const std::size_t word : {60U, 100U}) {
                 set(reply, 36 + 2 * word, (sectors + 1) & 0xffU);
             }
         }},
    };
}

}  // namespace

std::vector<Mutant> all_mutants(std::uint64_t sectors) {
    std::vector<Mutant> all;
    for (std::vector<Mutant> group :
         {header_mutants(), config_mutants(), access_mutants(), ata_mutants(sectors)}) {
        std::move(group.begin(), group.end(), std::back_inserter(all));
    }
    return all;
}

target::Outcome MutantResponder::begin(Bytes request, const target::Port& port,
                                       MutableBytes storage) {
    received_.assign(request.begin(), request.end());
    request_ = received_;
    if (mutant_.on_request) mutant_.on_request(request_);
    if (request_ != received_) ++changes_;
    const target::Outcome outcome = inner_.begin(request_, port, storage);
    if (std::holds_alternative<target::Operation>(outcome)) return outcome;
    const auto* reply = std::get_if<target::Reply>(&outcome);
    const std::size_t size = change_reply(storage, reply != nullptr ? reply->size : 0);
    if (size == 0) return target::Silence{};
    return target::Reply{size};
}

std::size_t MutantResponder::finish(const target::Operation& operation, std::error_code result) {
    return change_reply(operation.storage, inner_.finish(operation, result));
}

std::size_t MutantResponder::change_reply(MutableBytes storage, std::size_t size) {
    if (!mutant_.on_reply) return size;
    const FrameBytes meant(storage.begin(), storage.begin() + static_cast<std::ptrdiff_t>(size));
    FrameBytes reply = meant;
    mutant_.on_reply(received_, reply);
    if (reply != meant) ++changes_;
    std::copy(reply.begin(), reply.end(), storage.begin());
    return reply.size();
}

}  // namespace aoe::conformance
