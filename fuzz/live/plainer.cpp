// SPDX-License-Identifier: MIT
#include "fuzz/live/plainer.h"

#include <algorithm>

#include "wire/frame.h"

namespace aoe::fuzz {
namespace {

class Plainer {
public:
    Plainer(const FrameBytes& frame, const World& world)
        : frame_(frame),
          world_(world),
          begin_(entries_offset(command_of(frame))),
          each_(entry_size(command_of(frame))),
          count_(value_in(frame, count_kind(command_of(frame)))) {}

    std::vector<FrameBytes> all() {
        cut();
        usual_header();
        fewer_entries();
        zero_fields();
        zero_rest();
        return std::move(found_);
    }

private:
    void offer(FrameBytes candidate) {
        if (candidate != frame_) found_.push_back(std::move(candidate));
    }

    void cut() {
        for (const std::size_t size :
             {begin_, minimum_frame_size, begin_ + count_ * each_, (frame_.size() + begin_) / 2}) {
            if (size >= frame_.size()) continue;
            offer({frame_.begin(), frame_.begin() + static_cast<std::ptrdiff_t>(size)});
        }
    }

    std::uint64_t usual(FieldKind kind) const {
        switch (kind) {
            case FieldKind::destination:
                return value_of(world_.target);
            case FieldKind::source:
                return value_of(world_.ours);
            case FieldKind::ether_type:
                return ethertype;
            case FieldKind::version_flags:
                return 0x10;
            case FieldKind::shelf:
                return world_.address.shelf;
            case FieldKind::slot:
                return world_.address.slot;
            default:
                return 0;
        }
    }
    static bool stays(FieldKind kind) {
        return kind == FieldKind::tag || kind == FieldKind::command;
    }
    void usual_header() {
        FrameBytes every = frame_;
        for (const Field& field : header_fields()) {
            if (!stays(field.kind)) set_in(every, field.kind, usual(field.kind));
        }
        offer(std::move(every));
        for (const Field& field : header_fields()) {
            if (stays(field.kind)) continue;
            FrameBytes one = frame_;
            set_in(one, field.kind, usual(field.kind));
            offer(std::move(one));
        }
    }

    static FieldKind count_kind(std::uint8_t command) {
        switch (command) {
            case command::config:
                return FieldKind::string_length;
            case command::mac_mask:
                return FieldKind::directive_count;
            case command::reserve:
                return FieldKind::mac_count;
            default:
                return FieldKind::ata_count;
        }
    }
    /// The list's count, and as many entries at its end.
    void fewer_entries() {
        const FieldKind kind = count_kind(command_of(frame_));
        for (const std::uint64_t fewer : {std::uint64_t{0}, std::uint64_t{1}, count_ / 2,
                                          count_ - std::min<std::uint64_t>(count_, 1)}) {
            if (fewer >= count_) continue;
            FrameBytes candidate = frame_;
            set_in(candidate, kind, fewer);
            const std::size_t less = (count_ - fewer) * each_;
            if (candidate.size() >= begin_ + less) {
                FrameBytes cut = candidate;
                cut.resize(candidate.size() - less);
                offer(std::move(cut));
            }
            offer(std::move(candidate));
        }
        // The first entry may be the one that is not needed.
        if (count_ > 1 && frame_.size() >= begin_ + 2 * each_ && each_ > 1) {
            FrameBytes candidate = frame_;
            set_in(candidate, kind, count_ - 1);
            const auto first = candidate.begin() + static_cast<std::ptrdiff_t>(begin_);
            candidate.erase(first, first + static_cast<std::ptrdiff_t>(each_));
            offer(std::move(candidate));
        }
    }

    void zero_fields() {
        for (const Field& field : argument_fields(command_of(frame_))) {
            if (value_in(frame_, field.kind) == 0) continue;
            FrameBytes candidate = frame_;
            set_in(candidate, field.kind, 0);
            offer(std::move(candidate));
        }
    }

    void zero_rest() {
        for (const std::size_t half : {begin_, (begin_ + frame_.size()) / 2}) {
            if (half >= frame_.size()) continue;
            FrameBytes candidate = frame_;
            std::fill(candidate.begin() + static_cast<std::ptrdiff_t>(half), candidate.end(),
                      std::byte{});
            offer(std::move(candidate));
        }
    }

    const FrameBytes& frame_;
    const World& world_;
    std::size_t begin_;  // Of the entries,
    std::size_t each_;   // the size of one,
    std::size_t count_;  // and how many are declared.
    std::vector<FrameBytes> found_;
};

}  // namespace

std::vector<FrameBytes> plainer_frames(const FrameBytes& frame, const World& world) {
    if (frame.size() < header_size) return {};
    return Plainer(frame, world).all();
}

}  // namespace aoe::fuzz
