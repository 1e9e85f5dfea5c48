// SPDX-License-Identifier: MIT
// Mistakes with what is sent twice, at once, or by several initiators.
#include <algorithm>
#include <map>
#include <memory>

#include "conformance/selftest/mutant_frame.h"

namespace aoe::conformance {

namespace {

// The same request, whatever its tag.
bool same(FrameBytes a, FrameBytes b) {
    for (FrameBytes* frame : {&a, &b}) std::fill_n(frame->begin() + 20, 4, std::byte{});
    return a == b;
}
bool is_frame(const FrameBytes& frame) {
    return frame.size() >= 24;
}

// Does `edit` to a request of this kind that is exactly the one of its kind before it.
Fault repeated(Which which, bool same_tag, Edit edit) {
    const auto last = std::make_shared<FrameBytes>(24);
    return {.on_request = [=](FrameBytes& request) {
        if (!is_frame(request) || !which(request)) return;
        const FrameBytes received = request;
        if (same_tag ? received == *last : same(received, *last)) edit(request);
        *last = received;
    }};
}

// What waits to be served, in pairs of neighbours.
Fault neighbours(std::function<void(std::vector<FrameBytes>& waiting, std::size_t i)> change) {
    return {.on_batch = [=](std::vector<FrameBytes>& waiting) {
        for (std::size_t i = 0; i + 1 < waiting.size(); ++i) {
            if (is_frame(waiting[i]) && is_frame(waiting[i + 1])) change(waiting, i);
        }
    }};
}
bool same_writes(const FrameBytes& a, const FrameBytes& b) {
    return writes(a) && writes(b) && same(a, b);
}

std::vector<Mutant> repeat_mutants() {
    return {
        {"repeated-write-clears", "A write that comes again under its tag stores zeros.",
         "AOE-REL-01",
         repeated(writes, true,
                  [](FrameBytes& q) { std::fill(q.begin() + 36, q.end(), std::byte{}); })},
        {"repeated-write-rotates", "A write that comes again stores its bytes one place further.",
         "AOE-REL-01",
         repeated(writes, false,
                  [](FrameBytes& q) { std::rotate(q.begin() + 36, q.begin() + 37, q.end()); })},
        {"repeated-read-goes-on", "A read that comes again is of the next sector.", "AOE-REL-01",
         repeated(reads, false, flip(28, 1))},
        {"repeated-set-clears", "A config set that comes again under its tag clears the string.",
         "AOE-REL-01",
         repeated(config({3, 4}), true,
                  [](FrameBytes& q) {
                      set(q, 29, 4);
                      set_config_string(q, {});
                  })},
        {"repeated-set-appends", "A force set that comes again stores its string twice.",
         "AOE-REL-01",
         repeated(config({4}), false,
                  [](FrameBytes& q) {
                      FrameBytes string = config_string(q);
                      if (string.size() > 100) return;
                      const FrameBytes once = string;
                      string.insert(string.end(), once.begin(), once.end());
                      set_config_string(q, string);
                  })},
        {"repeated-reads-silent", "Of reads sent twice at once none is answered.", "AOE-REL-02",
         neighbours([](std::vector<FrameBytes>& waiting, std::size_t i) {
             if (waiting.size() == 2 && reads(waiting[i]) && same(waiting[i], waiting[i + 1])) {
                 waiting.clear();
             }
         })},
        {"repeated-writes-silent", "Of writes sent twice at once none is answered.", "AOE-REL-02",
         neighbours([](std::vector<FrameBytes>& waiting, std::size_t i) {
             if (same_writes(waiting[i], waiting[i + 1])) waiting.clear();
         })},
        {"duplicates-dropped", "Of writes sent twice at once one is answered.", "AOE-REL-03",
         neighbours([](std::vector<FrameBytes>& waiting, std::size_t i) {
             if (!same_writes(waiting[i], waiting[i + 1])) return;
             waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(i));
         })},
        {"answers-twice",
         "Every request is answered twice.",
         "AOE-REL-07",
         {.on_send =
              [](const FrameBytes&, std::vector<FrameBytes>& frames) {
                  if (!frames.empty()) frames.push_back(frames.front());
              }}},
        {"answers-wildcards-twice",
         "A request by wildcards is answered twice.",
         "AOE-REL-07",
         {.on_send =
              [](const FrameBytes& request, std::vector<FrameBytes>& frames) {
                  if (by_wildcard(request) && !frames.empty()) frames.push_back(frames.front());
              }}},
    };
}

// A reply goes out again with the next request, when it has the same tag.
Fault answers_by_tag() {
    const auto cache = std::make_shared<std::map<std::pair<unsigned, unsigned>, FrameBytes>>();
    return {.on_reply = [=](const FrameBytes& request, FrameBytes& reply) {
        if (!reads(request) || reply.empty() || at(request, 20) != 0xa0) return;
        const auto tag = std::pair(word(request, 20), word(request, 22));
        const auto [known, fresh] = cache->emplace(tag, reply);
        if (fresh) return;
        const Mac asker = mac_at(reply, 0);
        reply = known->second;
        set_mac(reply, 0, asker);
    }};
}
// Replies go to who asked first.
Fault knows_one_initiator(Which which) {
    const auto first = std::make_shared<Mac>();
    return {.on_reply = [=](const FrameBytes& request, FrameBytes& reply) {
        if (reply.empty() || !which(request)) return;
        if (*first == Mac{}) *first = mac_at(request, 6);
        set_mac(reply, 0, *first);
    }};
}

std::vector<Mutant> concurrency_mutants() {
    return {
        {"latest-first",
         "What waits is served in reverse order.",
         "AOE-REL-04",
         {.on_batch =
              [](std::vector<FrameBytes>& waiting) {
                  if (waiting.size() > 4) std::reverse(waiting.begin(), waiting.end());
              }}},
        {"torn-sectors", "Two writes at once leave half of each in their sector.", "AOE-REL-05",
         neighbours([](std::vector<FrameBytes>& waiting, std::size_t i) {
             const FrameBytes& first = waiting[i];
             FrameBytes& second = waiting[i + 1];
             if (!writes(first) || !writes(second) || lba(first) != lba(second)) return;
             if (first.size() != second.size()) return;
             std::copy_n(first.begin() + 36, 256, second.begin() + 36);
         })},
        {"overlap-loses-the-first", "Of two writes that share a sector the first is lost.",
         "AOE-REL-05", neighbours([](std::vector<FrameBytes>& waiting, std::size_t i) {
             if (writes(waiting[i]) && writes(waiting[i + 1]) &&
                 lba(waiting[i + 1]) == lba(waiting[i]) + 1) {
                 std::copy_n(waiting[i + 1].begin() + 36, 512, waiting[i].begin() + 36);
             }
         })},
        {"slow",
         "Every request takes 60 ms.",
         "AOE-REL-06",
         {.takes = std::chrono::milliseconds(60)}},
        {"replies-by-tag", "A second initiator with the same tag gets the first one's data.",
         "AOE-REL-08", answers_by_tag()},
        {"one-initiator", "Replies to reads go to who read first.", "AOE-REL-08",
         knows_one_initiator(reads)},
        {"same-tag-dropped", "Of two requests with one tag at once one is dropped.", "AOE-REL-08",
         neighbours([](std::vector<FrameBytes>& waiting, std::size_t i) {
             const FrameBytes& a = waiting[i];
             const FrameBytes& b = waiting[i + 1];
             const bool one_tag = word(a, 20) == word(b, 20) && word(a, 22) == word(b, 22);
             if (one_tag && mac_at(a, 6) != mac_at(b, 6)) {
                 waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(i + 1));
             }
         })},
    };
}

}  // namespace

std::vector<Mutant> reliability_mutants() {
    return joined({repeat_mutants(), concurrency_mutants()});
}

}  // namespace aoe::conformance
