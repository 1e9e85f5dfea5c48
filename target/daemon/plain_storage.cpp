// SPDX-License-Identifier: MIT
#include "target/daemon/plain_storage.h"

#include <cassert>

#include "target/file_disk.h"
#include "target/server.h"

namespace aoe::target {
namespace {

class PlainStorage final : public Storage {
public:
    explicit PlainStorage(std::unique_ptr<Disk> disk) : disk_(std::move(disk)) {}
    std::uint64_t sectors() const noexcept override { return disk_->sectors(); }
    std::optional<std::error_code> at_once(const Operation& operation) override {
        return perform(operation, *disk_);
    }
    void start(Work&) override { assert(false && "everything is done at once"); }

private:
    std::unique_ptr<Disk> disk_;
};

}  // namespace

StoragePtr open_plain_storage(const ExportConfig& config) {
    return std::make_shared<PlainStorage>(open_file_disk(config.file()));
}

}  // namespace aoe::target
