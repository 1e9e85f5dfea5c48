// SPDX-License-Identifier: MIT
#include "conformance/exchange.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <stdexcept>

#include "conformance/describe.h"
#include "conformance/field_notes.h"

namespace aoe::conformance {

namespace {

std::uint32_t tag_of(const ByteVector& frame) {
    const auto reply = dissect(std::as_bytes(std::span(frame)));
    return reply ? reply->aoe.tag : 0;
}

// The last frame before the reply that was sent with its tag.
const TranscriptEntry* request_of(const Reply& reply, const std::vector<TranscriptEntry>& frames) {
    const auto asked = std::find_if(frames.rbegin(), frames.rend(), [&](const auto& entry) {
        return entry.sent && entry.number < reply.frame && tag_of(entry.bytes) == reply.aoe.tag;
    });
    return asked == frames.rend() ? nullptr : &*asked;
}

}  // namespace

Exchange::Exchange(const Case& test, Peer& peer, const TargetFacts& target,
                   const Surroundings& around, std::uint64_t seed)
    : test_(test), peer_(peer), target_(target), around_(around), random_(seed) {}

Reply Exchange::ask(const Request& request, std::string_view id) {
    fenced_ = false;
    const Time asked = peer_.now();
    const std::size_t before = peer_.transcript().size();
    if (auto reply = peer_.ask(request)) return *std::move(reply);
    const double waited_s = std::chrono::duration<double>(peer_.now() - asked).count();
    const TranscriptEntry sent = peer_.transcript().at(before);
    fence_or_lose();
    Finding& finding =
        add(requirement(id), severity(requirement(id)), "a reply",
            fmt::format("silence, while the target answers other requests: asked {} times, waited "
                        "{:.1f} s in all",
                        Peer::tries, waited_s));
    finding.request_frame = sent.number;
    finding.request = sent.bytes;
    throw CaseEnded{};
}

Reply Exchange::prepare(const Request& request, const ReplyMatcher& matcher) {
    fenced_ = false;
    std::optional<Reply> reply = peer_.ask(request);
    if (!reply) {
        fence_or_lose();
        skip("setup", "a step before the one in question got no reply");
    }
    testing::StringMatchResultListener why;
    if (!matcher.MatchAndExplain(*reply, &why)) {
        skip("setup", "a step before the one in question failed: expected " +
                          testing::DescribeMatcher<const Reply&>(matcher) + ", got " +
                          describe(*reply));
    }
    return *std::move(reply);
}

std::optional<Reply> Exchange::probe(const Request& request) {
    std::vector<Reply> replies = probe_all(request);
    if (replies.empty()) return std::nullopt;
    return std::move(replies.front());
}

std::vector<Reply> Exchange::probe_all(const Request& request) {
    // A frame may be lost: one silence proves nothing.
    const unsigned repeats = peer_.probes();
    std::vector<Reply> replies;
    probed_.clear();
    for (unsigned i = 0; i < repeats && replies.empty(); ++i) {
        const std::uint32_t tag = peer_.send(request);
        probed_.push_back(tag);
        fence_or_lose();
        if (peer_.replies(tag).empty()) peer_.listen(peer_.patience().grace());
        replies = peer_.replies(tag);
    }
    return replies;
}

void Exchange::expect_silence(const Request& request, std::string_view id) {
    if (const auto reply = probe(request)) {
        add(requirement(id), "silence", describe(*reply), *reply, fields_of(*reply));
        return;
    }
    for (const std::uint32_t tag : probed_) silences_.push_back({tag, &requirement(id)});
}

std::vector<std::optional<Reply>> Exchange::burst(const std::vector<Request>& requests,
                                                  bool retry) {
    std::vector<std::uint32_t> tags;
    for (const Request& request : requests) tags.push_back(peer_.send(request));
    // As long as replies come, more may: a slow target works through its queue.
    Time deadline = peer_.now() + peer_.patience().reply();
    for (const std::uint32_t tag : tags) {
        if (peer_.await(tag, deadline)) deadline = peer_.now() + peer_.patience().reply();
    }
    fence_or_lose();
    std::vector<std::optional<Reply>> replies;
    for (std::size_t i = 0; i < tags.size(); ++i) {
        const std::vector<Reply>& came = peer_.replies(tags[i]);
        replies.push_back(came.empty() ? std::nullopt : std::optional(came.front()));
        if (came.empty() && retry) replies.back() = ask(requests[i]);
    }
    return replies;
}

bool Exchange::check(const Reply& reply, const ReplyMatcher& matcher, std::string_view id) {
    if (matcher.Matches(reply)) return true;
    Explanation why = explain(reply, matcher);
    const std::string whole = describe(reply);
    if (why.words.find(whole) == std::string::npos) {
        why.words += (why.words.empty() ? "" : "; ") + whole;
    }
    add(requirement(id), testing::DescribeMatcher<const Reply&>(matcher), std::move(why.words),
        reply, std::move(why.fields));
    return false;
}

bool Exchange::check_that(bool holds, std::string_view expected, std::string_view actual,
                          std::string_view id) {
    if (!holds) {
        add(requirement(id), severity(requirement(id)), std::string(expected), std::string(actual));
    }
    return holds;
}

void Exchange::note(std::string_view what, std::string_view id) {
    add(requirement(id), Verdict::info, {}, std::string(what));
}

void Exchange::skip(std::string_view code, std::string_view why) {
    throw CaseSkipped{.code = std::string(code), .why = std::string(why)};
}

Request Exchange::read(std::uint64_t lba, std::uint8_t count) const {
    return read_request(lba, count, target_.lba48);
}

Request Exchange::write(std::uint64_t lba, const ByteVector& sectors) const {
    return write_request(lba, sectors, target_.lba48);
}

std::uint64_t Exchange::scratch(std::uint64_t offset) const {
    return target_.scratch.first + offset % std::max<std::uint64_t>(1, target_.scratch.count);
}

ByteVector Exchange::pattern(std::size_t sectors) {
    ByteVector data(sectors * 512);
    for (std::uint8_t& byte : data) byte = static_cast<std::uint8_t>(random_());
    return data;
}

std::vector<Reply> Exchange::survey() {
    // A target that is silent about one of these is held to account by the case about that command.
    std::vector<Request> requests{config_request(), identify_request(), ata_request(opcode::power)};
    if (target_.sectors > 0) requests.push_back(read(0, 1));
    if (target_.revision == Revision::r11) {
        requests.push_back(mask_request());
        requests.push_back(reserve_request());
    }
    std::vector<Reply> replies;
    for (const Request& request : requests) {
        if (auto reply = probe(request)) replies.push_back(*std::move(reply));
    }
    return replies;
}

const Requirement& Exchange::requirement(std::string_view id) const {
    const std::string_view wanted = id.empty() ? test_.requirements.front() : id;
    if (std::find(test_.requirements.begin(), test_.requirements.end(), wanted) ==
        test_.requirements.end()) {
        throw std::logic_error("case " + std::string(test_.id) + " judges " + std::string(wanted) +
                               " without saying so");
    }
    const Requirement* found = find_requirement(wanted);
    if (found == nullptr) {
        throw std::logic_error("the catalogue has no " + std::string(wanted));
    }
    return *found;
}

Finding& Exchange::add(const Requirement& about, Verdict how, std::string expected,
                       std::string actual) {
    Finding& finding = findings_.emplace_back();
    finding.requirement = &about;
    finding.severity = how;
    finding.expected = std::move(expected);
    finding.actual = std::move(actual);
    return finding;
}

Finding& Exchange::add(const Requirement& about, std::string expected, std::string actual,
                       const Reply& reply, std::vector<FieldRow> fields) {
    Finding& finding = add(about, severity(about), std::move(expected), std::move(actual));
    finding.frame = reply.frame;
    finding.dump = hex_dump(reply.bytes);
    finding.reply = reply.bytes;
    finding.fields = std::move(fields);
    if (const TranscriptEntry* request = request_of(reply, peer_.transcript())) {
        finding.request_frame = request->number;
        finding.request = request->bytes;
    }
    return finding;
}

void Exchange::fence_or_lose() {
    fenced_ = false;
    if (!peer_.fence()) throw TargetLost{};
    fenced_ = true;
}

}  // namespace aoe::conformance
