// SPDX-License-Identifier: MIT
// How the engine changes inputs that are text: words of the harness's language come in, pieces
// between blanks and lines are repeated, moved and left out. Once out of five times the engine
// changes bytes as it likes.
#include <algorithm>
#include <string>
#include <string_view>

#include "fuzz/harness.h"
#include "fuzz/raw_bytes.h"
#include "fuzz/vocabulary.h"
#include "wire/random.h"

namespace {

using aoe::Random;

/// A place where a piece begins or ends, or now and then anywhere.
std::size_t edge(std::string_view text, Random& random) {
    const std::size_t any = random.below(text.size() + 1);
    if (random.below(4) == 0) return any;
    const std::size_t found = text.find_first_of(" \t\n\",!:.", any);
    return found == std::string_view::npos ? text.size() : found + random.below(2);
}

void change(std::string& text, const std::vector<std::string_view>& words, Random& random) {
    const std::size_t from = edge(text, random);
    switch (random.below(6)) {
        case 0: {
            const std::size_t to = edge(text, random);
            text.erase(std::min(from, to), std::max(from, to) - std::min(from, to));
            return;
        }
        case 1: {
            const std::size_t to = edge(text, random);
            const std::string piece =
                text.substr(std::min(from, to), std::max(from, to) - std::min(from, to));
            text.insert(edge(text, random), piece);
            return;
        }
        case 2:
            if (!text.empty()) text[random.below(text.size())] = static_cast<char>(random.next());
            return;
        default:
            text.insert(from, words[random.below(words.size())]);
            return;
    }
}

std::size_t store(std::string_view text, std::uint8_t* out, std::size_t most) {
    const std::size_t size = std::min(text.size(), most);
    aoe::fuzz::copy(std::as_bytes(std::span(text.data(), size)),
                    std::as_writable_bytes(std::span(out, size)));
    return size;
}

std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

}  // namespace

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most,
                                    unsigned seed) {
    static const std::vector<std::string_view> words = aoe::fuzz::vocabulary();
    Random random(seed);
    if (random.below(5) == 0) return LLVMFuzzerMutate(data, size, most);
    std::string text(text_of(data, size));
    for (std::uint64_t left = 1 + random.below(4); left > 0; --left) change(text, words, random);
    return store(text, data, most);
}

std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* first, std::size_t first_size,
                                      const std::uint8_t* second, std::size_t second_size,
                                      std::uint8_t* out, std::size_t most, unsigned seed) {
    Random random(seed);
    const std::string_view front = text_of(first, first_size);
    const std::string_view back = text_of(second, second_size);
    std::string text(front.substr(0, edge(front, random)));
    text += back.substr(edge(back, random));
    return store(text, out, most);
}
