// SPDX-License-Identifier: MIT
// What starting a target takes beyond its command line: a configuration file, a folder for its
// state, a block device in place of a file. Commands, stop commands and the texts of the files have
// the same placeholders; besides those of --start there are {run}, the target's own folder, {loop},
// a block device on its scratch disk, and whatever `values` names.
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace aoe::conformance {

struct StartExtras {
    std::map<std::string, std::string> files;   // Name to text; written to {run} at each start.
    std::map<std::string, std::string> values;  // Further placeholders, by name.
    std::filesystem::path run_folder;           // {run} is a folder in it; empty: there is none.
    bool in_guest = false;  // The command boots a guest: that takes a while, and it has one card.
};

}  // namespace aoe::conformance
