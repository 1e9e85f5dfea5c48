// SPDX-License-Identifier: MIT
#include "conformance/lab/placeholders.h"

#include <fmt/format.h>

namespace aoe::conformance {

namespace {

class Filler {
public:
    Filler(std::string_view text, const Placeholders& placeholders)
        : text_(text), placeholders_(placeholders) {}

    Expected<std::string, std::string> run() {
        std::string out = fill(false);
        if (wrong_at_ == std::string_view::npos) return out;
        std::string known;
        for (const auto& [name, unused] : placeholders_.values) known += " {" + name + "}";
        for (const auto& [name, unused] : placeholders_.conditions) known += " {" + name + ":...}";
        return Unexpected{fmt::format("'{}' has an unknown placeholder at '{}'; there are{}", text_,
                                      text_.substr(wrong_at_), known)};
    }

private:
    // Up to the end of the text, or up to the brace that closes a condition's.
    std::string fill(bool inside) {
        std::string out;
        for (; at_ < text_.size() && wrong_at_ == std::string_view::npos; ++at_) {
            const char c = text_[at_];
            const bool twice = at_ + 1 < text_.size() && text_[at_ + 1] == c;
            if (inside && c == '}') return out;
            if (c != '{' && c != '}') {
                out += c;
            } else if (!inside && twice) {
                out += text_[at_++];
            } else {
                out += placeholder();
            }
        }
        if (inside && wrong_at_ == std::string_view::npos) wrong_at_ = text_.size();
        return out;
    }

    // From its opening brace; leaves off at its closing one.
    std::string placeholder() {
        const std::size_t begin = at_;
        const std::size_t end = text_.find_first_of(":}", begin + 1);
        if (text_[begin] == '{' && end != std::string_view::npos) {
            const std::string name(text_.substr(begin + 1, end - begin - 1));
            at_ = end;
            if (text_[end] == '}') {
                const auto value = placeholders_.values.find(name);
                if (value != placeholders_.values.end()) return value->second;
            } else {
                const auto condition = placeholders_.conditions.find(name);
                if (condition != placeholders_.conditions.end()) {
                    ++at_;
                    std::string out = fill(true);
                    return condition->second ? out : std::string();
                }
            }
        }
        wrong_at_ = begin;
        return {};
    }

    std::string_view text_;
    const Placeholders& placeholders_;
    std::size_t at_ = 0;
    std::size_t wrong_at_ = std::string_view::npos;
};

}  // namespace

Expected<std::string, std::string> fill_placeholders(std::string_view text,
                                                     const Placeholders& placeholders) {
    return Filler(text, placeholders).run();
}

bool has_placeholder(std::string_view text, std::string_view name) {
    for (const char end : {'}', ':'}) {
        const std::string wanted = '{' + std::string(name) + end;
        for (auto at = text.find(wanted); at != std::string_view::npos;
             at = text.find(wanted, at + 1)) {
            // An odd number of braces: the last is the placeholder's own.
            std::size_t braces = 0;
            while (braces <= at && text[at - braces] == '{') ++braces;
            if (braces % 2 == 1) return true;
        }
    }
    return false;
}

}  // namespace aoe::conformance
