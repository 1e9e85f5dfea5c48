// SPDX-License-Identifier: MIT
// One interface that exports are served on: a link, how large its frames may be, what passed.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "target/daemon/config.h"
#include "target/daemon/counters.h"
#include "target/responder.h"
#include "wire/link.h"

namespace aoe::target {

class ServedLink {
public:
    ServedLink(std::string name, LinkPtr link, const InterfaceConfig& config)
        : name_(std::move(name)), link_(std::move(link)), config_(config) {}

    const std::string& name() const noexcept { return name_; }
    Link& link() noexcept { return *link_; }
    const InterfaceConfig& config() const noexcept { return config_; }
    void set_config(const InterfaceConfig& config) { config_ = config; }
    /// The interface's, or less where the configuration says so.
    std::size_t mtu() const noexcept { return std::min(link_->mtu(), config_.mtu); }
    bool is_up() const noexcept { return is_up_; }
    void set_up(bool up) noexcept { is_up_ = up; }
    InterfaceCounters& counters() noexcept { return counters_; }

    /// A buffer for a reply; sends what is queued when there is none left. Ends in queue() or
    /// give_back().
    std::optional<LentBuffer> lend();
    void queue(const LentBuffer& buffer, std::size_t size);
    void give_back(const LentBuffer& buffer) noexcept { link_->give_back(buffer); }
    /// Sends what is queued. A reply that cannot be sent is like one lost on its way.
    void flush();

private:
    std::string name_;
    LinkPtr link_;
    InterfaceConfig config_;
    InterfaceCounters counters_;
    bool is_up_ = true;
    bool has_queued_ = false;
};

}  // namespace aoe::target
