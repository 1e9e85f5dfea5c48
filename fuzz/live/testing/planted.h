// SPDX-License-Identifier: MIT
// The bundled target with one mistake planted in it, for tests of those who should find it. Two
// requests are needed to meet it: a config string of eight bytes or more is stored, and then the
// reserve list is read.
#pragma once

#include <functional>
#include <optional>

#include "fuzz/fields.h"
#include "target/export.h"

namespace aoe::fuzz {

enum class Mistake : std::uint8_t {
    none,
    ends,       // Calls `end`.
    hangs,      // Answers nobody any more.
    shuts_out,  // Answers whoever asked no more until somebody else adds him to the mask list.
    leaks,      // The last byte of the reply's padding is not zero.
    hears_one,  // At once: whoever asks first. What others say does not arrive.
};

class Planted final : public target::Responder {
public:
    Planted(target::Export& inner, Mistake mistake, std::function<void()> end)
        : inner_(inner), mistake_(mistake), end_(std::move(end)) {}

    target::Outcome begin(Bytes request, const target::Port& port, MutableBytes storage) override {
        if (shut_out_ && admits(request, *shut_out_)) shut_out_.reset();
        if (hanging_ || (shut_out_ && value_in(request, FieldKind::source) == *shut_out_)) {
            return target::Silence{};
        }
        if (mistake_ == Mistake::hears_one) {
            const std::uint64_t source = value_in(request, FieldKind::source);
            if (source != heard_.value_or(source)) return target::Silence{};
            heard_ = source;
        }
        target::Outcome outcome = inner_.begin(request, port, storage);
        auto* const reply = std::get_if<target::Reply>(&outcome);
        if (reply == nullptr) return outcome;
        const Bytes bytes = Bytes(storage).first(reply->size);
        if (command_of(bytes) == command::config) {
            const bool is_long = value_in(bytes, FieldKind::string_length) >= 8;
            const bool sets = (value_in(request, FieldKind::version_ccmd) & 0xf) > 2;
            armed_ = is_long && (armed_ || sets);
        }
        const bool is_read = command_of(bytes) == command::reserve &&
                             request.size() >= entries_offset(command::reserve) &&
                             value_in(request, FieldKind::rcmd) == 0;
        if (!armed_ || !is_read) return outcome;
        switch (mistake_) {
            case Mistake::ends:
                hanging_ = true;
                end_();
                return target::Silence{};
            case Mistake::hangs:
                hanging_ = true;
                return target::Silence{};
            case Mistake::shuts_out:
                shut_out_ = value_in(request, FieldKind::source);
                armed_ = false;  // Else undoing it would meet it again.
                return outcome;
            case Mistake::leaks:
                storage[reply->size - 1] = std::byte{0x5a};
                return outcome;
            default:
                return outcome;
        }
    }
    std::size_t finish(const target::Operation& operation, std::error_code result) override {
        return inner_.finish(operation, result);
    }
    std::size_t announce(const target::Port& port, std::size_t index,
                         MutableBytes storage) override {
        return inner_.announce(port, index, storage);
    }

private:
    static bool admits(Bytes request, std::uint64_t mac) {
        const std::size_t entry = entries_offset(command::mac_mask);
        return command_of(request) == command::mac_mask &&
               value_in(request, FieldKind::mcmd) == 1 &&
               value_in(request, FieldKind::source) != mac &&
               request.size() >= entry + entry_size(command::mac_mask) &&
               get(request, {.kind = {}, .offset = entry + 2, .size_bytes = 6}) == mac;
    }

    target::Export& inner_;
    Mistake mistake_;
    std::function<void()> end_;
    bool armed_ = false, hanging_ = false;
    std::optional<std::uint64_t> shut_out_, heard_;
};

}  // namespace aoe::fuzz
