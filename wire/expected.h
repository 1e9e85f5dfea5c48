// SPDX-License-Identifier: MIT
// A value or the reason why there is none: the slice of C++23's std::expected that we use.
#pragma once

#include <cassert>
#include <utility>
#include <variant>

namespace aoe {

template <typename E> struct Unexpected { E error; };
template <typename E> Unexpected(E) -> Unexpected<E>;

template <typename T, typename E> class [[nodiscard]] Expected {
public:
    constexpr Expected(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    constexpr Expected(Unexpected<E> why) : state_(std::in_place_index<1>, std::move(why.error)) {}

    constexpr explicit operator bool() const noexcept { return state_.index() == 0; }
    constexpr bool has_value() const noexcept { return state_.index() == 0; }

    /// Only when has_value(); anything else is a bug of the caller.
    constexpr const T& operator*() const noexcept {
        assert(has_value());
        return *std::get_if<0>(&state_);
    }
    constexpr T& operator*() noexcept {
        assert(has_value());
        return *std::get_if<0>(&state_);
    }
    constexpr const T* operator->() const noexcept { return &**this; }
    constexpr T* operator->() noexcept { return &**this; }

    /// Only when !has_value().
    constexpr const E& error() const noexcept {
        assert(!has_value());
        return *std::get_if<1>(&state_);
    }

private:
    std::variant<T, E> state_;
};

}  // namespace aoe
