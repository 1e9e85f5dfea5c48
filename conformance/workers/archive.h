// SPDX-License-Identifier: MIT
// Values as bytes and back, between two processes of this program. A type lists its members once,
// in a function fields(archive, value), which serves both ways:
//
//     template <typename Archive> void fields(Archive& archive, Finding& value) {
//         auto& [requirement, severity] = value;  // Fails to compile when a member is added.
//         archive(requirement, severity);
//     }
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace aoe::conformance {

template <typename T>
concept PlainValue = std::is_arithmetic_v<T> || std::is_enum_v<T> || std::is_same_v<T, std::byte>;

class ArchiveWriter {
public:
    template <typename... Values> void operator()(const Values&... values) { (put(values), ...); }
    std::vector<std::uint8_t> take() { return std::move(bytes_); }

private:
    template <typename T> void put(const T& value) {
        if constexpr (PlainValue<T>) {
            const std::size_t end = bytes_.size();
            bytes_.resize(end + sizeof value);
            std::memcpy(bytes_.data() + end, &value, sizeof value);
        } else {
            // Writing changes nothing; the members are listed once for both ways.
            fields(*this, const_cast<T&>(value));
        }
    }
    template <typename T> void put(const std::vector<T>& values) {
        put(static_cast<std::uint32_t>(values.size()));
        for (const T& value : values) put(value);
    }
    void put(const std::string& text) {
        put(static_cast<std::uint32_t>(text.size()));
        bytes_.insert(bytes_.end(), text.begin(), text.end());
    }
    template <typename T, std::size_t size> void put(const std::array<T, size>& values) {
        for (const T& value : values) put(value);
    }

    std::vector<std::uint8_t> bytes_;
};

class ArchiveReader {
public:
    /// Borrows the bytes.
    ArchiveReader(const std::uint8_t* bytes, std::size_t size) : next_(bytes), left_(size) {}

    /// Throws std::runtime_error when the bytes end early.
    template <typename... Values> void operator()(Values&... values) { (get(values), ...); }

private:
    const std::uint8_t* need(std::size_t size) {
        if (size > left_) throw std::runtime_error("a worker's message is cut short");
        left_ -= size;
        return std::exchange(next_, next_ + size);
    }
    std::uint32_t count() {
        std::uint32_t number = 0;
        get(number);
        return number;
    }
    template <typename T> void get(T& value) {
        if constexpr (PlainValue<T>) {
            std::memcpy(&value, need(sizeof value), sizeof value);
        } else {
            fields(*this, value);
        }
    }
    template <typename T> void get(std::vector<T>& values) {
        for (std::uint32_t left = count(); left > 0; --left) get(values.emplace_back());
    }
    void get(std::string& text) {
        const std::uint32_t size = count();
        const std::uint8_t* first = need(size);
        text.assign(first, first + size);
    }
    template <typename T, std::size_t size> void get(std::array<T, size>& values) {
        for (T& value : values) get(value);
    }

    const std::uint8_t* next_;
    std::size_t left_;
};

}  // namespace aoe::conformance
