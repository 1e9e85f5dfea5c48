// SPDX-License-Identifier: MIT
// Named lists of machines: addresses, names of other lists, and names that /etc/ethers knows.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "wire/bytes.h"
#include "wire/expected.h"

namespace aoe::target {

class AccessLists {
public:
    /// `ethers`: a file with an address and a name a line; one that cannot be read has no names.
    explicit AccessLists(const std::string& ethers);

    void define(const std::string& name, std::vector<std::string> words);

    /// Every address that the words come to, in order and each once; at most 255. On failure a
    /// sentence that says which word is wrong and what would be right.
    Expected<std::vector<Mac>, std::string> resolve(const std::vector<std::string>& words) const;

private:
    struct Walk;
    std::string add(const std::vector<std::string>& words, Walk& walk) const;

    std::map<std::string, std::vector<std::string>> lists_;
    std::map<std::string, Mac> machines_;
};

}  // namespace aoe::target
