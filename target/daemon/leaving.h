// SPDX-License-Identifier: MIT
// The last flush of a disk that an export no longer uses.
#pragma once

#include <utility>

#include "target/daemon/service.h"

namespace aoe::target {

class Service::Leaving final : public Work {
public:
    Leaving(Service& service, StoragePtr storage)
        : service_(service),
          storage_(std::move(storage)),
          path_(service.config().file().path),
          had_unflushed_(storage_->has_unflushed()) {}

    void done(std::error_code result) override { service_.disk_left(*this, result); }

    Storage& storage() const noexcept { return *storage_; }
    const std::string& path() const noexcept { return path_; }
    /// A failure is of something: what was flushed before is safe.
    bool may_lose() const noexcept { return had_unflushed_ || storage_->has_unflushed(); }

private:
    Service& service_;
    StoragePtr storage_;
    std::string path_;
    bool had_unflushed_;
};

}  // namespace aoe::target
