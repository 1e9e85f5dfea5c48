// SPDX-License-Identifier: MIT
#include "fuzz/live/plainer.h"

#include <algorithm>

#include "wire/ata.h"
#include "wire/frame.h"

namespace aoe::fuzz {
namespace {

constexpr std::size_t most_parts = 32;  // Of a list, that are left out one at a time.

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

    /// What is declared and there stays: a count that lies is not plainer.
    void cut() {
        const std::size_t declared = begin_ + count_ * each_;
        for (const std::size_t size :
             {begin_, minimum_frame_size, declared, (frame_.size() + begin_) / 2}) {
            if (size >= frame_.size() || (size < declared && declared <= frame_.size())) continue;
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
    void fewer_entries() {
        const std::size_t present =
            frame_.size() > begin_ ? std::min(count_, (frame_.size() - begin_) / each_) : 0;
        for (const std::size_t fewer : {std::size_t{0}, std::size_t{1}, count_ / 2, present,
                                        count_ - std::min<std::size_t>(count_, 1)}) {
            if (fewer < count_) offer(counted(frame_, fewer));
        }
        // One alone; or without halves, quarters and so on of what is there, from the end.
        for (std::size_t i = 0; can_be_alone(present) && i < present; ++i) {
            offer(only(i, present));
        }
        for (std::size_t part = present; part > 0 && present / part <= most_parts; part /= 2) {
            for (std::size_t end = present; end > 0; end -= std::min(part, end)) {
                offer(without(end - std::min(part, end), end));
            }
        }
    }
    FrameBytes counted(FrameBytes frame, std::size_t count) const {
        set_in(frame, count_kind(command_of(frame)), count);
        return frame;
    }
    /// Bytes and sectors mean little by themselves.
    bool can_be_alone(std::size_t present) const {
        return each_ > 1 && each_ < sector_size && present > 2 && present <= most_parts;
    }
    FrameBytes without(std::size_t first, std::size_t last) const {
        return erased(counted(frame_, count_ - (last - first)), first, last);
    }
    FrameBytes only(std::size_t entry, std::size_t present) const {
        return erased(erased(counted(frame_, 1), entry + 1, present), 0, entry);
    }
    FrameBytes erased(FrameBytes frame, std::size_t first, std::size_t last) const {
        const auto at = [&](std::size_t entry) {
            return frame.begin() + static_cast<std::ptrdiff_t>(begin_ + entry * each_);
        };
        frame.erase(at(first), at(last));
        return frame;
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
