// SPDX-License-Identifier: MIT
#include "target/daemon/flushing_together.h"

#include <utility>
#include <vector>

namespace aoe::target {
namespace {

class FlushingTogether final : public Storage {
public:
    explicit FlushingTogether(std::unique_ptr<Storage> inner) : inner_(std::move(inner)) {}

    std::uint64_t sectors() const noexcept override { return inner_->sectors(); }
    std::optional<std::error_code> at_once(const Operation& operation) override {
        return inner_->at_once(operation);
    }
    bool has_unflushed() const noexcept override { return inner_->has_unflushed(); }
    void start(Work& work) override {
        if (work.kind != Operation::Kind::flush) return inner_->start(work);
        waiting_.push_back(&work);
        if (running_.empty()) start_next();
    }

private:
    struct Flush final : Work {
        explicit Flush(FlushingTogether& of) : owner(of) {}
        void done(std::error_code result) override { owner.finish(result); }
        FlushingTogether& owner;
    };

    void start_next() {
        running_ = std::exchange(waiting_, {});
        if (!running_.empty()) inner_->start(flush_);
    }

    /// The last work that is done may take this storage with it.
    void finish(std::error_code result) {
        std::vector<Work*> ended = std::exchange(running_, {});
        if (result) {
            ended.insert(ended.end(), waiting_.begin(), waiting_.end());
            waiting_.clear();
        }
        start_next();
        for (Work* const each : ended) each->done(result);
    }

    std::unique_ptr<Storage> inner_;
    Flush flush_{*this};
    std::vector<Work*> running_;
    std::vector<Work*> waiting_;
};

}  // namespace

StoragePtr flushing_together(std::unique_ptr<Storage> inner) {
    return std::make_shared<FlushingTogether>(std::move(inner));
}

}  // namespace aoe::target
