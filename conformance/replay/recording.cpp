// SPDX-License-Identifier: MIT
#include "conformance/replay/recording.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fmt/format.h>
#include <map>
#include <unordered_map>

#include "conformance/replay/kept_frame.h"

namespace aoe::conformance {

namespace {

// IPv4, ARP, IPv6, LLDP: whatever else is on a network is not played back.
constexpr std::array<unsigned, 4> left_out{0x0800, 0x0806, 0x86dd, 0x88cc};
constexpr std::size_t longest_name = 80;

std::string exchange_name(const SeenFrame& marker, const std::string& file_name) {
    std::string name(marker.text(14, longest_name));
    name.resize(std::min(name.size(), name.find('\0')));
    if (name.starts_with(file_name + "/")) name.erase(0, file_name.size() + 1);
    for (char& c : name) {
        const bool fit = c > ' ' && c < '\x7f' && c != ',' && c != '*' && c != '?' && c != '!' &&
                         c != '"' && c != '#';
        if (!fit) c = '-';
    }
    return name.empty() ? "unnamed" : name;
}

class Reading {
public:
    Expected<Recording, std::string> read(CaptureReader& reader, const std::string& file) {
        recording_.file = file;
        recording_.name = std::filesystem::path(file).stem().string();
        std::size_t strange = 0, all = 0;
        while (const auto packet = reader.next()) {
            const SeenFrame seen = look_at(*packet);
            ++all;
            if (seen.kind == FrameKind::unknown_link) ++strange;
            if (seen.kind == FrameKind::marker) begin_exchange(seen);
            const bool matters = seen.kind == FrameKind::aoe || seen.kind == FrameKind::runt ||
                                 seen.kind == FrameKind::cut_short || seen.kind == FrameKind::other;
            if (!matters) continue;
            kept_.push_back(keep_frame(*packet, seen));
            exchange_of_.push_back(names_.size());
        }
        if (!reader.problem().empty()) return Unexpected{file + " " + reader.problem()};
        if (all == 0) return Unexpected{file + " holds no frame"};
        if (strange == all) {
            return Unexpected{file +
                              " is of a link type that is neither Ethernet nor Linux cooked"};
        }
        const bool any = std::any_of(kept_.begin(), kept_.end(), [](const KeptBytes& frame) {
            return frame.kind != FrameKind::other;
        });
        if (!any) return Unexpected{file + " holds no AoE frame"};
        find_target();
        find_initiators();
        take_requests();
        pair_replies();
        return std::move(recording_);
    }

private:
    void begin_exchange(const SeenFrame& marker) {
        std::string name = exchange_name(marker, recording_.name);
        if (const unsigned times = ++times_[name]; times > 1) name += fmt::format("-{}", times);
        names_.push_back(name);
    }

    // Who answers: a reply with a request's tag, to its sender.
    void find_target() {
        std::unordered_map<std::uint32_t, std::vector<Mac>> asked;
        std::map<Station, std::size_t> answers;
        std::map<Station, std::size_t> wanted;
        for (const KeptBytes& frame : kept_) {
            if (!frame.has_header()) continue;
            if (!frame.is_response()) {
                asked[frame.tag()].push_back(frame.source);
                const bool exact = frame.shelf() != 0xffff && frame.slot() != 0xff;
                const Station to{frame.shelf(), frame.slot(), frame.destination};
                if (exact && frame.destination_known && !is_group(to.mac)) ++wanted[to];
                continue;
            }
            const auto found = asked.find(frame.tag());
            const bool answer =
                found != asked.end() && frame.source != frame.destination &&
                (!frame.destination_known || std::find(found->second.begin(), found->second.end(),
                                                       frame.destination) != found->second.end());
            if (answer) {
                ++answers[frame.station()];
            } else if (frame.destination == broadcast_mac) {
                answers.try_emplace(frame.station());
            }
        }
        for (const auto& [station, count] : answers) targets_.push_back(station.mac);
        const auto most = [](const auto& all) {
            return std::max_element(all.begin(), all.end(), [](const auto& a, const auto& b) {
                return a.second < b.second;
            });
        };
        const auto& by = answers.empty() ? wanted : answers;
        if (by.empty()) return;
        const Station& best = most(by)->first;
        recording_.target = {.shelf = best.shelf, .slot = best.slot, .mac = best.mac};
        for (const auto& [station, count] : answers) {
            if (count > 0) answering_.push_back(station);
        }
    }

    bool is_target(const Mac& mac) const {
        return std::find(targets_.begin(), targets_.end(), mac) != targets_.end();
    }

    bool is_request(const KeptBytes& frame) const {
        if (frame.bytes.size() < 12) return false;
        if (is_target(frame.source)) {
            // Somebody may have pretended to be the target.
            return frame.has_header() && !frame.is_response() && is_target(frame.destination);
        }
        const unsigned type = word_at(frame.bytes, frame.at);
        return frame.kind != FrameKind::other ||
               std::find(left_out.begin(), left_out.end(), type) == left_out.end();
    }

    bool is_odd(const KeptBytes& frame) const {
        return is_group(frame.source) || frame.source == Mac{} || is_target(frame.source);
    }

    void find_initiators() {
        std::vector<std::pair<Mac, std::size_t>> counts;
        for (const KeptBytes& frame : kept_) {
            if (!is_request(frame) || is_odd(frame)) continue;
            const auto known = std::find_if(counts.begin(), counts.end(), [&](const auto& count) {
                return count.first == frame.source;
            });
            if (known == counts.end()) {
                counts.emplace_back(frame.source, 1);
            } else {
                ++known->second;
            }
        }
        std::stable_sort(counts.begin(), counts.end(),
                         [](const auto& a, const auto& b) { return a.second > b.second; });
        if (!counts.empty()) recording_.first = counts[0].first;
        recording_.has_second = counts.size() > 1;
        if (recording_.has_second) recording_.second = counts[1].first;
    }

    Sender sender_of(const KeptBytes& frame) const {
        if (is_odd(frame)) return Sender::odd;
        if (frame.source == recording_.first) return Sender::first;
        return frame.source == recording_.second ? Sender::second : Sender::further;
    }

    bool is_elsewhere(const KeptBytes& frame) const {
        if (!frame.has_header()) return false;
        const Station to{frame.shelf(), frame.slot(), frame.destination};
        const Address& ours = recording_.target;
        if (to == Station{ours.shelf, ours.slot, ours.mac}) return false;
        return std::find(answering_.begin(), answering_.end(), to) != answering_.end();
    }

    void take_requests() {
        // Exchange 0 is what stands before the first marker.
        names_.insert(names_.begin(), names_.empty() ? "all" : "before-the-first-marker");
        for (std::string& name : names_) recording_.exchanges.push_back({.name = std::move(name)});
        for (std::size_t i = 0; i < kept_.size(); ++i) {
            const KeptBytes& frame = kept_[i];
            if (!is_request(frame)) continue;
            RecordedRequest request;
            request.number = frame.number;
            request.time = frame.time;
            request.exchange = exchange_of_[i];
            request.sender = sender_of(frame);
            request.cut = frame.cut;
            request.elsewhere = is_elsewhere(frame);
            request.bytes = frame.bytes;
            recording_.requests.push_back(std::move(request));
            RecordedExchange& exchange = recording_.exchanges[exchange_of_[i]];
            if (exchange.requests++ == 0) exchange.first_frame = frame.number;
        }
    }

    void pair_replies() {
        std::unordered_map<std::uint32_t, std::vector<RecordedRequest*>> by_tag;
        auto next = recording_.requests.begin();
        for (const KeptBytes& frame : kept_) {
            if (next != recording_.requests.end() && next->number == frame.number) {
                RecordedRequest& request = *next++;
                if (!frame.has_header()) continue;
                auto& same_tag = by_tag[frame.tag()];
                for (const RecordedRequest* earlier : same_tag) {
                    if (earlier->retransmits || !earlier->reply.empty()) continue;
                    if (earlier->bytes != request.bytes) continue;
                    request.retransmits = earlier->number;
                    break;
                }
                same_tag.push_back(&request);
                continue;
            }
            if (frame.has_header() && frame.source == recording_.target.mac) {
                pair_reply(by_tag[frame.tag()], frame);
            }
        }
    }

    void pair_reply(const std::vector<RecordedRequest*>& same_tag, const KeptBytes& frame) {
        RecordedRequest* found = nullptr;
        for (auto request = same_tag.rbegin(); request != same_tag.rend(); ++request) {
            const ByteVector& asked = (*request)->bytes;
            const bool to_sender =
                !frame.destination_known ||
                std::equal(asked.begin() + 6, asked.begin() + 12, frame.bytes.begin());
            if (!to_sender || (*request)->retransmits) continue;
            if (found == nullptr || (*request)->reply.empty()) found = *request;
            if (found->reply.empty()) break;
        }
        if (found == nullptr || !found->reply.empty()) return;
        found->reply = frame.bytes;
        found->reply.erase(found->reply.begin() + 12,
                           found->reply.begin() + static_cast<std::ptrdiff_t>(frame.at));
        found->reply_number = frame.number;
        recording_.answered = true;
    }

    Recording recording_;
    std::vector<KeptBytes> kept_;
    std::vector<std::size_t> exchange_of_;   // Of each: how many markers came before.
    std::vector<std::string> names_;         // Of the markers.
    std::map<std::string, unsigned> times_;  // How often each name was there.
    std::vector<Mac> targets_;
    std::vector<Station> answering_;
};

}  // namespace

Expected<Recording, std::string> read_recording(CaptureReader& reader, const std::string& file) {
    return Reading().read(reader, file);
}

}  // namespace aoe::conformance
