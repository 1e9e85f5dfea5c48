// SPDX-License-Identifier: MIT
// Mistakes of ATA commands that are served: data, addresses, flags, registers.
#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "conformance/selftest/mutant_frame.h"

namespace aoe::conformance {

namespace {

bool extended(const FrameBytes& request) {
    return ata({0x24, 0x34})(request);
}
bool of_28_bits(const FrameBytes& request) {
    return ata({0x20, 0x30})(request);
}

Edit address(std::function<std::uint64_t(std::uint64_t)> change) {
    return [=](FrameBytes& request) { set_lba(request, change(lba(request))); };
}

// Replies with data; the first byte of it is at 36.
Fault in_data(Which which, Edit edit) {
    return {.on_reply = [=](const FrameBytes& request, FrameBytes& reply) {
        if (which(request) && ata_succeeds(reply) && reply.size() > 60) edit(reply);
    }};
}
// Good replies to ATA commands, with data or not.
Fault in_success(Which which, Edit edit) {
    return {.on_reply = [=](const FrameBytes& request, FrameBytes& reply) {
        if (which(request) && ata_succeeds(reply)) edit(reply);
    }};
}

// Each initiator reads what it wrote, and the others do not.
Fault caches_for_each() {
    const auto before = std::make_shared<std::map<std::uint64_t, FrameBytes>>();
    const auto writer = std::make_shared<Mac>();
    const auto reader = std::make_shared<Mac>();
    return {.on_request =
                [=](FrameBytes& request) {
                    if (writes(request)) *writer = mac_at(request, 6);
                    *reader = mac_at(request, 6);
                },
            .on_read =
                [=](std::uint64_t sector, MutableBytes data) {
                    if (*reader == *writer) {
                        (*before)[sector].assign(data.begin(), data.end());
                    } else if (before->contains(sector)) {
                        data[0] = ~data[0];
                    }
                }};
}

// The last write stays in a buffer until the next one pushes it out.
Fault writes_late() {
    const auto pending = std::make_shared<FrameBytes>();
    const auto where = std::make_shared<std::uint64_t>();
    return {.on_write = [=](std::uint64_t& sector, FrameBytes& data) {
        std::swap(*pending, data);
        std::swap(*where, sector);
    }};
}

Fault writes_once() {
    const auto written = std::make_shared<std::set<std::uint64_t>>();
    return {.on_write = [=](std::uint64_t& sector, FrameBytes& data) {
        if (!written->insert(sector).second) data.clear();
    }};
}

// What was read once is kept and never read again.
Fault caches_reads() {
    const auto cache = std::make_shared<std::map<std::uint64_t, FrameBytes>>();
    return {.on_read = [=](std::uint64_t sector, MutableBytes data) {
        if (data.size() != 512) return;
        const auto [known, fresh] = cache->emplace(sector, FrameBytes(data.begin(), data.end()));
        if (!fresh) std::ranges::copy(known->second, data.begin());
    }};
}

std::vector<Mutant> data_mutants() {
    return {
        {"first-sector-twice", "Of two sectors the first is returned twice.", "AOE-ATA-01",
         in_data(reads,
                 [](FrameBytes& reply) {
                     if (reply.size() == 1060) {
                         std::copy_n(reply.begin() + 36, 512, reply.begin() + 548);
                     }
                 })},
        {"spills-over",
         "A write of one sector clears the next one.",
         "AOE-ATA-01",
         {.on_write =
              [](std::uint64_t&, FrameBytes& data) {
                  if (data.size() == 512) data.resize(1024);
              }}},
        {"second-sector-lost",
         "Of two sectors the first is written.",
         "AOE-ATA-01",
         {.on_write = [](std::uint64_t&, FrameBytes& data) { data.resize(512); }}},
        {"short-reads", "Read replies lack the last byte.", "AOE-ATA-14",
         in_data(reads, [](FrameBytes& reply) { reply.pop_back(); })},
        {"reads-without-data", "Read replies end behind the registers.", "AOE-ATA-14",
         in_data(reads, resize(60))},
        {"one-sector-of-two", "Reads of several sectors return one.", "AOE-ATA-14",
         in_data(reads, resize(548))},
        {"writes-echoed", "Write replies send the data back.", "AOE-ATA-15",
         in_success(writes, resize(548))},
        {"writes-lost", "Writes succeed and store nothing.", "AOE-ATA-19", pretends(writes)},
        {"writes-once", "A sector that was written stays as it is.", "AOE-ATA-19", writes_once()},
        {"writes-late", "A write is stored when the next one comes.", "AOE-ATA-19", writes_late()},
        {"last-byte-unwritten",
         "The last byte of a write keeps its value 0.",
         "AOE-ATA-19",
         {.on_write = [](std::uint64_t&, FrameBytes& data) { data.back() = {}; }}},
        {"reads-cached", "A sector is read from the disk once.", "AOE-ATA-19", caches_reads()},
        {"cache-for-each", "An initiator does not see what another one wrote.", "AOE-ATA-19",
         caches_for_each()},
        {"last-count-refused", "Reads of as many sectors as announced get error 2.", "AOE-ATA-20",
         refuses([](const FrameBytes& q) { return reads(q) && at(q, 26) == 2; }, 2)},
        {"last-count-half-written",
         "Writes of as many sectors as announced lack the last byte.",
         "AOE-ATA-20",
         {.on_write =
              [](std::uint64_t&, FrameBytes& data) {
                  if (data.size() == 1024) data.back() = ~data.back();
              }}},
        {"long-reads", "Read replies have four bytes too many.", "AOE-ATA-45",
         in_data(reads, [](FrameBytes& reply) { reply.resize(reply.size() + 4); })},
    };
}

std::vector<Mutant> address_mutants() {
    return {
        {"address-of-16-bits", "lba2 is not looked at.", "AOE-ATA-02",
         requests(transfers, put(30, 0))},
        {"address-big-endian", "lba0 and lba1 are taken for each other.", "AOE-ATA-02",
         requests(transfers, [](FrameBytes& request) { std::swap(request[28], request[29]); })},
        {"lba1-counts-low", "The lowest bit of lba1 is not looked at.", "AOE-ATA-02",
         requests(transfers, clear(29, 1))},
        {"device-bits-in-address", "The high nibble of lba3 counts in 28-bit commands.",
         "AOE-ATA-03",
         requests(of_28_bits,
                  [](FrameBytes& request) {
                      const bool write = at(request, 27) == 0x30;
                      set(request, 24, at(request, 24) | 0x40U);
                      set(request, 27, write ? 0x34 : 0x24);
                  })},
        {"wrong-nibble", "28-bit writes look at the high nibble of lba3 for the low one.",
         "AOE-ATA-03",
         requests(ata({0x30}),
                  [](FrameBytes& request) { set(request, 31, at(request, 31) >> 4); })},
        {"address-of-24-bits", "48-bit commands use three bytes of the address.", "AOE-ATA-04",
         requests(extended, address([](std::uint64_t sector) { return sector & 0xffffff; }))},
        {"address-of-32-bits", "48-bit commands use four bytes of the address.", "AOE-ATA-04",
         requests(extended, address([](std::uint64_t sector) { return sector & 0xffffffff; }))},
        {"address-of-40-bits", "48-bit commands use five bytes of the address.", "AOE-ATA-04",
         requests(extended, put(33, 0))},
        {"high-bytes-of-28-bits", "28-bit commands look at lba4 and lba5.", "AOE-ATA-47",
         requests([](const FrameBytes& q) { return of_28_bits(q) && word(q, 32) != 0; },
                  put(28, 0xfe))},
        {"read-aborted", "READ SECTORS is not served.", "AOE-ATA-30", aborts(ata({0x20}))},
        {"write-aborted", "WRITE SECTORS is not served.", "AOE-ATA-30", aborts(ata({0x30}))},
        {"write-28-lost", "WRITE SECTORS succeeds and stores nothing.", "AOE-ATA-30",
         pretends(ata({0x30}))},
        {"read-ext-aborted", "READ SECTORS EXT is promised and not served.", "AOE-ATA-31",
         aborts(ata({0x24}))},
        {"write-ext-aborted", "WRITE SECTORS EXT is promised and not served.", "AOE-ATA-31",
         aborts(ata({0x34}))},
    };
}

std::vector<Mutant> flag_mutants() {
    return {
        {"e-missing-wrong-sector", "READ SECTORS EXT without E returns the next sector.",
         "AOE-ATA-05",
         requests([](const FrameBytes& q) { return ata({0x24})(q) && (at(q, 24) & 0x40U) == 0; },
                  flip(28, 1))},
        {"e-decides", "READ SECTORS EXT without E is aborted.", "AOE-ATA-05",
         aborts([](const FrameBytes& q) { return ata({0x24})(q) && (at(q, 24) & 0x40U) == 0; })},
        {"e-stray-wrong-sector", "READ SECTORS with E returns the next sector.", "AOE-ATA-05",
         requests(both(ata({0x20}), has(24, 0x40)), flip(28, 1))},
        {"w-decides-data",
         "Reads with W have no data.",
         "AOE-ATA-07",
         {.on_request =
              [](FrameBytes& request) {
                  if (reads(request)) clear(24, 1)(request);
              },
          .on_reply =
              [](const FrameBytes& request, FrameBytes& reply) {
                  if (reads(request) && (at(request, 24) & 1U) != 0) reply.resize(60);
              }}},
        {"w-decides-writing", "Writes without W succeed and store nothing.", "AOE-ATA-07",
         pretends([](const FrameBytes& q) { return writes(q) && (at(q, 24) & 1U) == 0; })},
        {"a-unanswered", "Writes with A are not answered.", "AOE-ATA-08",
         keeps_quiet(both(writes, has(24, 2)))},
        {"a-lost", "Writes with A are not stored.", "AOE-ATA-19",
         pretends(both(writes, has(24, 2)))},
        {"d-is-another-disk", "Reads with D return other data.", "AOE-ATA-09",
         in_data(both(reads, has(24, 0x10)), flip(40, 1))},
        {"feature-leaks",
         "Feature comes back in the Error register.",
         "AOE-ATA-43",
         {.on_reply =
              [](const FrameBytes& request, FrameBytes& reply) {
                  if (reads(request) && ata_succeeds(reply)) set(reply, 25, at(request, 25));
              }}},
        {"reads-with-payload-refused", "Reads that carry data are aborted.", "AOE-ATA-44",
         aborts([](const FrameBytes& q) { return reads(q) && q.size() > 60; })},
    };
}

std::vector<Mutant> register_mutants() {
    return {
        {"status-is-command", "Status echoes the command of reads.", "AOE-ATA-10",
         in_success(ata({0x24}), put(27, 0x24))},
        {"error-is-feature",
         "Error echoes Feature when a read fails.",
         "AOE-ATA-10",
         {.on_reply =
              [](const FrameBytes& request, FrameBytes& reply) {
                  const bool failed = !reply.empty() && !ata_succeeds(reply);
                  if (reads(request) && failed && at(reply, 15) == 0) {
                      set(reply, 25, at(request, 25));
                  }
              }}},
        {"drq-after-reads", "Status has DRQ after good reads.", "AOE-ATA-11",
         in_success(reads, put(27, 0x48))},
        {"df-after-writes", "Status has DF after good writes.", "AOE-ATA-11",
         in_success(writes, put(27, 0x60))},
        {"bsy-after-identify", "Status has BSY after IDENTIFY DEVICE.", "AOE-ATA-11",
         in_success(ata({0xec}), put(27, 0xc0))},
        {"no-drdy", "Status is 0 after good reads.", "AOE-ATA-11", in_success(reads, put(27, 0))},
        {"count-7", "Sector Count is 7 after reads.", "AOE-ATA-16", in_success(reads, put(26, 7))},
        {"count-echoed",
         "Sector Count is the request's after reads.",
         "AOE-ATA-16",
         {.on_reply =
              [](const FrameBytes& request, FrameBytes& reply) {
                  if (reads(request) && ata_succeeds(reply)) set(reply, 26, at(request, 26));
              }}},
        {"lba-77-further", "The LBA is 77 sectors further after reads.", "AOE-ATA-17",
         in_success(reads, [](FrameBytes& reply) { set_lba(reply, lba(reply) + 77); })},
        {"lba-advanced",
         "The LBA is past the transfer after reads.",
         "AOE-ATA-17",
         {.on_reply =
              [](const FrameBytes& request, FrameBytes& reply) {
                  if (!reads(request) || !ata_succeeds(reply)) return;
                  set_lba(reply, lba(request) + at(request, 26));
              }}},
        {"flags-with-w", "AFlags have W after reads.", "AOE-ATA-18",
         in_success(reads, raise(24, 1))},
        {"flags-reserved-bit", "AFlags have a reserved bit.", "AOE-ATA-18",
         in_success(reads, put(24, 0x80))},
    };
}

}  // namespace

std::vector<Mutant> ata_mutants() {
    return joined({data_mutants(), address_mutants(), flag_mutants(), register_mutants()});
}

}  // namespace aoe::conformance
