// SPDX-License-Identifier: MIT
// A disk that misbehaves as it is told: a file that nbdfuse shows, of an nbdkit with filters. The
// mounts are in a namespace of this process's own, and end with it.
#pragma once

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <sched.h>
#include <string>
#include <vector>

#include <sys/mount.h>

#include "target/program_test.h"
#include "wire/clock.h"

namespace aoe::target {

/// False when the system forbids it. The process must have one thread.
inline bool enter_private_mounts() {
    static const bool entered =
        ::unshare(CLONE_NEWNS) == 0 && ::mount("", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
    return entered;
}

inline bool is_installed(const std::string& program) {
    return std::system(("command -v " + program + " >/dev/null").c_str()) == 0;
}

class FuseDisk {
public:
    /// `base`: where its socket and its folder are made, with endings. `words`: nbdkit's.
    FuseDisk(std::string base, std::vector<std::string> words)
        : base_(std::move(base)), words_(std::move(words)) {
        std::filesystem::create_directory(folder());
    }
    FuseDisk(const FuseDisk&) = delete;
    FuseDisk& operator=(const FuseDisk&) = delete;
    ~FuseDisk() { cut_power(); }

    /// Why there can be none; empty when there can.
    static std::string obstacle() {
        for (const char* const each : {"nbdkit", "nbdfuse", "fusermount3"}) {
            if (!is_installed(each)) return std::string("needs the program ") + each;
        }
        if (!std::filesystem::exists("/dev/fuse")) return "needs /dev/fuse";
        return enter_private_mounts() ? "" : "no right to mount";
    }

    std::string path() const { return folder() + "/disk"; }
    /// Starts what is not running; false when that fails.
    bool switch_on() {
        if (!server_) {
            std::filesystem::remove(socket());
            std::vector<std::string> words{"nbdkit", "--foreground", "--unix", socket()};
            words.insert(words.end(), words_.begin(), words_.end());
            server_ = run_silently(std::move(words));
            if (!comes(socket(), *server_)) return false;
        }
        mount_ = run_silently({"nbdfuse", path(), "--unix", socket()});
        return comes(path(), *mount_);
    }
    /// As when a cable is pulled: whoever has it open keeps a disk that is gone.
    void pull() { end(mount_); }
    /// And what holds the path, so that it can be switched on again.
    void unmount() {
        pull();
        ::umount2(folder().c_str(), MNT_DETACH);
    }
    /// With everything that was not flushed, where nbdkit keeps such.
    void cut_power() {
        end(server_);
        unmount();
    }
    void freeze() const { mount_->signal(SIGSTOP); }
    void thaw() const { mount_->signal(SIGCONT); }

private:
    std::string socket() const { return base_ + ".nbd"; }
    std::string folder() const { return base_ + ".d"; }

    /// They tell each error, which nobody reads.
    static std::unique_ptr<Program> run_silently(std::vector<std::string> words) {
        words.insert(words.begin(), {"-c", "exec \"$@\" >/dev/null 2>&1", "sh"});
        return std::make_unique<Program>(std::move(words), "sh");
    }
    static void end(std::unique_ptr<Program>& program) {
        if (program) program->signal(SIGKILL);
        program.reset();
    }
    static bool comes(const std::string& path, Program& from) {
        for (int i = 0; i < 2000; ++i) {
            std::error_code none;
            if (std::filesystem::exists(path, none)) return true;
            if (from.exit_status(std::chrono::milliseconds(10))) return false;
        }
        return false;
    }

    std::string base_;
    std::vector<std::string> words_;
    std::unique_ptr<Program> server_;
    std::unique_ptr<Program> mount_;
};

}  // namespace aoe::target
