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
    std::string title{};    // What sentences call the target; empty: its command.
    bool in_guest = false;  // The command boots a guest: that takes a while, and it has one card.
    /// The target is a kernel module here, which `load` and `unload` are for. The kernel looks for
    /// interfaces in the network that we come from: the target's end of the link is there, and so
    /// are all commands.
    bool in_kernel = false;
    std::string load{}, unload{};
};

}  // namespace aoe::conformance
