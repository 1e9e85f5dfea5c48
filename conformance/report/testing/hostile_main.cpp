// SPDX-License-Identifier: MIT
// Prints the JSON lines of a run of the whole suite, in memory, against our target behind a hook
// that puts hostile bytes into its IDENTIFY strings and config replies: for the tests of reports.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string_view>
#include <unistd.h>
#include <variant>
#include <vector>

#include "conformance/report/json_report.h"
#include "conformance/session.h"
#include "target/disk.h"
#include "target/export.h"
#include "target/server.h"
#include "wire/memory_link.h"

namespace {

using namespace aoe;
using namespace std::string_view_literals;

constexpr std::uint64_t sectors = 20000;
constexpr std::size_t header_size = 24;
constexpr std::string_view model = "</script><b>&\"'\x1b[31m]]>\xff\xfe\x00\n\r\t `|@x"sv;
constexpr std::string_view config_string =
    "\"'<&>]]></style>\x00\x1b[2J\xc3\x28\xe2\x80\xae\n#\\"sv;

// IDENTIFY strings have the two bytes of each word the other way round.
void put_swapped(std::span<std::byte> data, std::size_t word, std::string_view text,
                 std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
        const char c = i < text.size() ? text[i] : ' ';
        data[word * 2 + (i ^ 1U)] = static_cast<std::byte>(c);
    }
}

class HostileTarget {
public:
    explicit HostileTarget(Link& link) : link_(link) {}

    bool step() {
        bool any = false;
        for (const ReceivedFrame& received : link_.receive(8)) {
            any = true;
            const std::vector<std::byte> request(received.bytes.begin(), received.bytes.end());
            link_.release(received);
            std::vector<std::byte> reply = answer(request);
            if (reply.size() < header_size) continue;
            spoil(reply);
            if (send_copy(link_, reply)) std::abort();
        }
        return any;
    }

private:
    std::vector<std::byte> answer(const std::vector<std::byte>& request) {
        std::vector<std::byte> storage(2000);
        const target::Port port{.mac = link_.mac(), .mtu = link_.mtu()};
        const target::Outcome outcome = export_.begin(request, port, storage);
        std::size_t size = 0;
        if (const auto* reply = std::get_if<target::Reply>(&outcome)) size = reply->size;
        if (const auto* operation = std::get_if<target::Operation>(&outcome)) {
            size = export_.finish(*operation, target::perform(*operation, disk_));
        }
        storage.resize(size);
        return storage;
    }

    static void spoil(std::vector<std::byte>& reply) {
        constexpr std::size_t ata_header = 12, config_header = 8;
        const bool identify = reply[19] == std::byte{0} &&
                              reply.size() == header_size + ata_header + 512 &&
                              reply[header_size + ata_header] == std::byte{0x40};
        if (identify) {
            const auto data = std::span(reply).subspan(header_size + ata_header);
            put_swapped(data, 10, "<\x01\x02\x80\x90&\"'"sv, 20);
            put_swapped(data, 23, "\xff<>\x00"sv, 8);
            put_swapped(data, 27, model, 40);
        }
        if (reply[19] == std::byte{1} && reply.size() >= header_size + config_header &&
            reply[31] != std::byte{0}) {
            reply.resize(header_size + config_header);
            for (const char c : config_string) reply.push_back(static_cast<std::byte>(c));
            reply[31] = static_cast<std::byte>(config_string.size());
        }
    }

    Link& link_;
    target::MemoryDisk disk_{sectors};
    target::Export export_{{.address = {.shelf = 7, .slot = 3}, .sectors = sectors, .serial = "x"}};
};

}  // namespace

int main() {
    auto [near, far] = make_memory_pair({});
    HostileTarget target(*far);
    VirtualClock clock;
    clock.set_step([&target] { return target.step(); });
    conformance::SessionOptions options;
    options.wanted = {.shelf = 7, .slot = 3, .mac = std::nullopt};
    options.open = conformance::all_doors;
    options.private_network = true;
    options.own_target = true;
    options.interface = "memory";
    options.info = {.version = "0.1.0", .parameters = {}, .command = "aoe-conform"};
    for (const conformance::Case& test : conformance::all_cases()) options.cases.push_back(&test);
    options.info.cases = options.cases.size();
    conformance::JsonReport json(std::cout);
    conformance::run_session(*near, clock, options, json, nullptr);
    return std::cout.flush() ? 0 : 1;
}
