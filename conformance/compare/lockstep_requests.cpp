// SPDX-License-Identifier: MIT
// lockstep_requests() of lockstep.h: every command, mostly as it should be.
#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <random>

#include "conformance/compare/lockstep.h"
#include "conformance/describe.h"

namespace aoe::conformance {

namespace {

constexpr std::uint64_t sectors = 16;  // Of the scratch range.

constexpr Mac stranger(unsigned number) {
    return {std::byte{2}, std::byte{0xa0}, std::byte{0xe0}, {}, {}, static_cast<std::byte>(number)};
}

class Maker {
public:
    Maker(std::uint64_t seed, Doors open) : random_(seed), open_(open) {}

    Request next() {
        Request request = open_.empty() ? harmless() : any();
        if (open_.contains(Door::hostile) && below(8) == 0) twist(request);
        return request;
    }

private:
    // Not a distribution of the library: each of those draws in a way of its own.
    std::uint64_t below(std::uint64_t end) { return random_() % end; }

    Request harmless() {
        switch (below(5)) {
            case 0:
                return config_request();
            case 1:
                return identify_request();
            case 2:
                return mask_request();
            case 3:
                return reserve_request();
            default:
                return read_request(below(sectors - 1), count(), below(2) == 0);
        }
    }

    Request any() {
        switch (below(8)) {
            case 0:
            case 1:
                return config();
            case 2:
            case 3:
                return open_.contains(Door::write) ? write() : harmless();
            case 4:
                return open_.contains(Door::mask) ? mask() : harmless();
            case 5:
                return open_.contains(Door::reserve) ? reserve() : harmless();
            case 6:
                return ata_request(below(2) == 0 ? opcode::flush : opcode::power);
            default:
                return harmless();
        }
    }

    std::uint8_t count() { return static_cast<std::uint8_t>(1 + below(2)); }
    // Few, so that some are set twice, and some are the beginning of others.
    std::string string() { return std::string("lock-step").substr(0, below(4) * 3); }

    Request config() {
        // The last two set it.
        const std::uint64_t commands = open_.contains(Door::config) ? 5 : 3;
        return config_request(static_cast<std::uint8_t>(below(commands)), string());
    }
    Request write() {
        ByteVector data(count() * std::size_t{512});
        for (std::uint8_t& byte : data) byte = static_cast<std::uint8_t>(below(256));
        return write_request(below(sectors - 1), data, below(2) == 0);
    }
    // Only additions of others to a list that has us: who is shut out sees nothing any more.
    Request mask() {
        std::vector<Directive> directives{{.command = 1, .mac = us}};
        for (std::uint64_t i = below(3); i > 0; --i) {
            directives.push_back({.command = static_cast<std::uint8_t>(below(3)),
                                  .mac = stranger(static_cast<unsigned>(below(4)))});
        }
        return mask_request(below(4) == 0 ? 0 : 1, directives);
    }
    Request reserve() {
        // Whoever is not among the holders gets errors to all that touches the disk.
        std::vector<Mac> macs;
        if (below(8) != 0) macs.push_back(us);
        for (std::uint64_t i = below(3); i > 0; --i) {
            macs.push_back(stranger(static_cast<unsigned>(below(4))));
        }
        return reserve_request(static_cast<std::uint8_t>(below(3)),
                               below(3) == 0 ? std::vector<Mac>() : macs);
    }

    // One thing that is not as it should be.
    void twist(Request& request) {
        switch (below(6)) {
            case 0:
                request.aoe.version = static_cast<std::uint8_t>(below(16));
                break;
            case 1:
                request.aoe.flags = static_cast<std::uint8_t>(below(16));
                break;
            case 2:
                request.aoe.command = static_cast<std::uint8_t>(4 + below(252));
                break;
            case 3:
                request.shelf = static_cast<std::uint16_t>(below(65535));
                break;
            case 4:
                request.aoe.error = static_cast<std::uint8_t>(below(256));
                break;
            default:
                request.cut = 14 + below(30);
                break;
        }
    }

    std::mt19937_64 random_;
    Doors open_;
};

}  // namespace

std::vector<Request> lockstep_requests(std::uint64_t seed, std::size_t count, Doors open) {
    Maker maker(seed, open);
    std::vector<Request> requests;
    std::generate_n(std::back_inserter(requests), count, [&] { return maker.next(); });
    return requests;
}

// What they may have changed, undone.
std::vector<Request> lockstep_undoing(Doors open) {
    std::vector<Request> requests;
    if (open.contains(Door::reserve)) requests.push_back(reserve_request(2));
    if (open.contains(Door::mask)) {
        std::vector<Directive> deletions;
        for (unsigned i = 0; i < 4; ++i) deletions.push_back({.command = 2, .mac = stranger(i)});
        requests.push_back(mask_request(1, deletions));
    }
    if (open.contains(Door::config)) requests.push_back(config_request(4));
    for (std::uint64_t i = 0; open.contains(Door::write) && i < sectors; i += 2) {
        requests.push_back(write_request(i, ByteVector(1024), true));
    }
    return requests;
}

std::vector<Request> plainer_requests(const Request& request) {
    std::vector<Request> plainer;
    const auto offer = [&](bool is_plainer, const auto& change) {
        if (!is_plainer) return;
        plainer.push_back(request);
        change(plainer.back());
    };
    offer(request.cut.has_value(), [](Request& each) { each.cut.reset(); });
    offer(request.shelf.has_value(), [](Request& each) { each.shelf.reset(); });
    offer(request.aoe.version != 1, [](Request& each) { each.aoe.version = 1; });
    offer(request.aoe.flags != 0, [](Request& each) { each.aoe.flags = 0; });
    offer(request.aoe.error != 0, [](Request& each) { each.aoe.error = 0; });
    constexpr std::size_t directive_bytes = 8, mac_bytes = 6;
    const auto* mask = std::get_if<MaskFields>(&request.argument);
    const auto* reserve = std::get_if<ReserveFields>(&request.argument);
    // The first entry of a mask list is ours, without which we see nothing any more.
    const std::size_t size = mask != nullptr ? directive_bytes : mac_bytes;
    const std::size_t kept = mask != nullptr ? 1 : 0;
    const bool has_list = mask != nullptr || reserve != nullptr;
    for (std::size_t i = kept; has_list && (i + 1) * size <= request.data.size(); ++i) {
        offer(true, [&](Request& each) {
            const auto entry = each.data.begin() + static_cast<std::ptrdiff_t>(i * size);
            each.data.erase(entry, entry + static_cast<std::ptrdiff_t>(size));
            --(mask != nullptr ? each.mask().directive_count : each.reserve().mac_count);
        });
    }
    return plainer;
}

std::string request_text(const Request& request) {
    Request whole = request;
    whole.destination = whole.destination.value_or(Mac{});
    whole.source = whole.source.value_or(Mac{});
    whole.shelf = whole.shelf.value_or(0);
    whole.slot = whole.slot.value_or(0);
    whole.tag = whole.tag.value_or(0);
    const ByteVector bytes = craft(whole);
    return describe_frame(std::as_bytes(std::span(bytes)));
}

}  // namespace aoe::conformance
