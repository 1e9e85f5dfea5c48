// SPDX-License-Identifier: MIT
#include "conformance/compare/lockstep.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <stdexcept>
#include <system_error>

#include "conformance/describe.h"
#include "conformance/discover.h"
#include "conformance/fields.h"
#include "conformance/session.h"
#include "wire/shrinker.h"

namespace aoe::conformance {

namespace {

constexpr std::size_t sector_bytes = 512;
constexpr const char* gone = "it answers no request any more";
constexpr std::size_t most_tries = 300;  // Each may start a target twice.

bool reads(std::uint8_t opcode) {
    return opcode == opcode::read || opcode == opcode::read_ext || opcode == opcode::read_dma ||
           opcode == opcode::read_dma_ext;
}
bool writes(std::uint8_t opcode) {
    return opcode == opcode::write || opcode == opcode::write_ext || opcode == opcode::write_dma ||
           opcode == opcode::write_dma_ext;
}

std::uint64_t sum(const ByteVector& bytes, std::size_t size) {
    std::uint64_t hash = 14695981039346656037U;
    for (std::size_t i = 0; i < std::min(size, bytes.size()); ++i) {
        hash = (hash ^ bytes[i]) * 1099511628211U;
    }
    return hash;
}

std::string macs_text(std::vector<Mac> macs, const Mac& ours) {
    std::replace(macs.begin(), macs.end(), ours, us);
    std::replace(macs.begin(), macs.end(), second_address(ours), us_too);
    std::sort(macs.begin(), macs.end());
    std::string text;
    for (const Mac& mac : macs) {
        text += mac == us ? " us" : (mac == us_too ? " us too" : ' ' + mac_text(mac));
    }
    return text;
}

// Status bits and registers beyond "it failed" are each target's own.
std::string ata_text(const Request& request, const Reply& reply, bool contents) {
    const AtaFields& asked = std::get<AtaFields>(request.argument);
    if (!reply.ata) return " without an ATA argument";
    if ((reply.ata->command & 0x21) != 0) return " ATA error";
    if (!reads(asked.command)) return " done";
    const std::size_t size = asked.sector_count * sector_bytes;
    const std::string held = contents ? fmt::format(", sum {:016x}", sum(reply.data, size)) : "";
    return fmt::format(" {} of {} bytes{}", std::min(size, reply.data.size()), size, held);
}

std::string argument_text(const Request& request, const Reply& reply, const Mac& ours,
                          bool contents) {
    if (std::holds_alternative<AtaFields>(request.argument)) {
        return ata_text(request, reply, contents);
    }
    if (reply.config && std::holds_alternative<ConfigFields>(request.argument)) {
        return fmt::format(" CCmd {} string {}", reply.config->command,
                           quote(reply.config_string()));
    }
    if (reply.mask && std::holds_alternative<MaskFields>(request.argument)) {
        std::vector<Mac> macs;
        for (const Directive& directive : reply.directives()) macs.push_back(directive.mac);
        return fmt::format(" MError {}{}", reply.mask->error, macs_text(std::move(macs), ours));
    }
    if (reply.reserve && std::holds_alternative<ReserveFields>(request.argument)) {
        return fmt::format(" RCmd {}{}", reply.reserve->command, macs_text(reply.macs(), ours));
    }
    return {};
}

std::string canonical_reply(const Request& request, const Reply& reply,
                            const PeerSettings& settings, const Mac& ours, bool contents) {
    std::string text = fmt::format("version {}, flags {:#x}, command {}", reply.aoe.version,
                                   reply.aoe.flags, reply.aoe.command);
    const Mac asker = request.source ? second_address(ours) : ours;
    if (reply.destination != asker) text += ", not to us";
    if (reply.source != settings.target) text += ", from another station";
    const bool address = reply.aoe.shelf == settings.shelf && reply.aoe.slot == settings.slot;
    if (!address) text += ", from another address";
    if (reply.has_error()) return text + fmt::format(", error {}", reply.aoe.error);
    return text + argument_text(request, reply, ours, contents);
}

}  // namespace

std::string canonical(const Request& request, const std::vector<Reply>& replies,
                      const PeerSettings& settings, const Mac& ours, bool contents) {
    if (replies.empty()) return "nothing";
    std::string text;
    for (const Reply& reply : replies) {
        text += (text.empty() ? "" : "; then ") +
                canonical_reply(request, reply, settings, ours, contents);
    }
    return text;
}

bool addresses_sectors(std::uint8_t opcode) {
    return reads(opcode) || writes(opcode);
}

void replace_mac(ByteVector& data, const Mac& from, const Mac& to) {
    const auto byte_of = [](std::byte byte) { return std::to_integer<std::uint8_t>(byte); };
    ByteVector wanted, given;
    std::transform(from.begin(), from.end(), std::back_inserter(wanted), byte_of);
    std::transform(to.begin(), to.end(), std::back_inserter(given), byte_of);
    for (auto at = data.begin();;) {
        at = std::search(at, data.end(), wanted.begin(), wanted.end());
        if (at == data.end()) return;
        at = std::copy(given.begin(), given.end(), at);
    }
}

LinkAsker::LinkAsker(Link& link, Clock& clock, std::uint16_t shelf, std::uint8_t slot,
                     std::uint32_t first_tag, double timeout_factor)
    : link_(link) {
    const std::vector<Reply> found = discover(
        link, clock, {.shelf = shelf, .slot = slot, .mac = std::nullopt, .first_tag = first_tag});
    if (found.empty())
        throw std::runtime_error(fmt::format("nobody answers for e{}.{}", shelf, slot));
    peer_.emplace(link, clock,
                  PeerSettings{.target = found.front().source,
                               .shelf = shelf,
                               .slot = slot,
                               .first_tag = first_tag + 0x1000,
                               .timeout_factor = timeout_factor});
    auto facts = learn_facts(*peer_, found.front(), {});
    if (!facts) throw std::runtime_error(facts.error());
    facts_ = *std::move(facts);
    peer_->forget(0);
}

Request LinkAsker::as_sent(const Request& request) const {
    Request sent = request;
    if (auto* ata = std::get_if<AtaFields>(&sent.argument);
        ata != nullptr && addresses_sectors(ata->command)) {
        ata->lba += facts_.scratch.first;
    }
    const bool has_list = std::holds_alternative<MaskFields>(sent.argument) ||
                          std::holds_alternative<ReserveFields>(sent.argument);
    const Mac second = second_address(link_.mac());
    if (has_list) replace_mac(sent.data, us, link_.mac());
    if (has_list) replace_mac(sent.data, us_too, second);
    if (sent.source) sent.source = second;
    return sent;
}

std::string LinkAsker::answer(const Request& request, bool contents) {
    const Request sent = as_sent(request);
    if (sent.source && !joined_) {
        if (const auto error = link_.join(*sent.source)) {
            throw std::system_error(error, "joining a second address");
        }
        joined_ = true;
    }
    constexpr unsigned tries = 2;
    std::vector<Reply> replies;
    for (unsigned i = 0; i < tries && replies.empty(); ++i) {
        // Silence is proved by a request after it that is answered.
        const std::uint32_t tag = peer_->send(sent);
        if (!peer_->fence()) return gone;
        if (peer_->replies(tag).empty()) peer_->listen(peer_->patience().grace());
        replies = peer_->replies(tag);
    }
    std::string text = canonical(sent, replies, peer_->settings(), link_.mac(), contents);
    peer_->forget(0);
    return text;
}

void LinkAsker::undo(Doors open) {
    for (const Request& request : lockstep_undoing(open)) static_cast<void>(answer(request));
}

namespace {

class Lockstep {
public:
    Lockstep(LockstepSide& left, LockstepSide& right, const std::atomic<bool>& stop)
        : left_(left), right_(right), stop_(stop) {}

    LockstepResult run(const std::vector<Request>& requests) {
        LockstepResult result;
        for (std::size_t attempt = 0; attempt < lockstep_attempts; ++attempt) {
            const auto place = differ(requests);
            result.compared = compared_;
            result.both_gone = both_gone_;
            result.divergence.reset();
            if (!place) return result;
            const auto end = requests.begin() + static_cast<std::ptrdiff_t>(*place) + 1;
            const std::vector<Request> steps(requests.begin(), end);
            result.divergence = {
                .requests = {steps.back()}, .left = said_left_, .right = said_right_};
            if (still(steps)) {
                shorten(steps, *result.divergence);
                return result;
            }
            if (stop_.load()) return result;
            result.divergence->repeated = false;
            ++result.unrepeated;
        }
        return result;
    }

private:
    // Up to the first request that is answered differently; its place, or nothing.
    std::optional<std::size_t> differ(const std::vector<Request>& steps) {
        left_.reset();
        right_.reset();
        compared_ = 0;
        both_gone_.reset();
        for (std::size_t i = 0; i < steps.size() && !stop_.load(); ++i) {
            if (!left_.may_ask(steps[i]) || !right_.may_ask(steps[i])) continue;
            said_left_ = left_.answer(steps[i]);
            said_right_ = right_.answer(steps[i]);
            if (said_left_ != said_right_) return i;
            if (said_left_ == gone) {
                both_gone_ = steps[i];
                break;
            }
            ++compared_;
        }
        return std::nullopt;
    }

    bool still(const std::vector<Request>& steps) { return differ(steps) == steps.size() - 1; }

    void shorten(const std::vector<Request>& steps, Divergence& found) {
        const auto keep = [&](const std::vector<Request>& tried) {
            if (!still(tried)) return false;
            found.left = said_left_;
            found.right = said_right_;
            return true;
        };
        const auto shrunk =
            shrink(steps, keep, plainer_requests,
                   {.most_tries = most_tries, .give_up = [&] { return stop_.load(); }});
        found.requests = shrunk.steps;
        found.shortest = shrunk.whole;
        found.repeated = stop_.load() || keep(shrunk.steps);
    }

    LockstepSide &left_, &right_;
    const std::atomic<bool>& stop_;
    // Of the last time.
    std::size_t compared_ = 0;
    std::optional<Request> both_gone_;
    std::string said_left_, said_right_;
};

}  // namespace

LockstepResult run_lockstep(LockstepSide& left, LockstepSide& right,
                            const std::vector<Request>& requests, const std::atomic<bool>& stop) {
    return Lockstep(left, right, stop).run(requests);
}

}  // namespace aoe::conformance
