// SPDX-License-Identifier: MIT
#include "target/daemon/merging_engine.h"

#include <algorithm>
#include <cassert>
#include <list>
#include <tuple>
#include <utility>
#include <vector>

namespace aoe::target {
namespace {

constexpr std::size_t most_parts = 64;

struct Part {
    FileTransfer transfer;
    Work* work;
};

bool continues(const FileTransfer& first, const FileTransfer& second) {
    return first.file == second.file && first.kind == second.kind &&
           first.durable == second.durable && first.end_bytes() == second.offset_bytes;
}

class MergingQueue;
using FreshQueues = std::vector<MergingQueue*>;  // Those with something to submit.

class MergingQueue final : public IoEngine::Queue {
public:
    MergingQueue(std::unique_ptr<IoEngine::Queue> inner, FreshQueues& queues)
        : inner_(std::move(inner)), queues_(queues) {}
    ~MergingQueue() override { assert(fresh_.empty() && merged_.empty()); }

    void start(const FileTransfer& transfer, Work& work) override {
        if (transfer.kind == Operation::Kind::flush) return inner_->start(transfer, work);
        if (fresh_.empty()) queues_.push_back(this);
        fresh_.push_back({transfer, &work});
    }

    void submit() {
        std::ranges::stable_sort(fresh_, {}, [](const Part& part) {
            const FileTransfer& transfer = part.transfer;
            return std::tuple(transfer.file, transfer.kind, transfer.durable,
                              transfer.offset_bytes);
        });
        std::vector<Part> parts;
        for (Part& next : std::exchange(fresh_, {})) {
            if (!parts.empty() &&
                (parts.size() == most_parts || !continues(parts.back().transfer, next.transfer))) {
                start(std::exchange(parts, {}));
            }
            parts.push_back(std::move(next));
        }
        if (!parts.empty()) start(std::move(parts));
    }

private:
    struct Merged final : Work {
        explicit Merged(MergingQueue& queue) : owner(queue) {}
        void done(std::error_code result) override { owner.finish(*this, result); }
        MergingQueue& owner;
        std::vector<Part> parts;
        std::list<Merged>::iterator place;
    };

    void start(std::vector<Part> parts) {
        if (parts.size() == 1) return inner_->start(parts[0].transfer, *parts[0].work);
        FileTransfer whole = parts[0].transfer;
        for (std::size_t i = 1; i < parts.size(); ++i) {
            const auto& pieces = parts[i].transfer.pieces;
            whole.pieces.insert(whole.pieces.end(), pieces.begin(), pieces.end());
        }
        Merged& merged = merged_.emplace_front(*this);
        merged.place = merged_.begin();
        merged.parts = std::move(parts);
        inner_->start(whole, merged);
    }

    /// The last work that is done may take this queue with it.
    void finish(Merged& merged, std::error_code result) {
        const std::vector<Part> parts = std::move(merged.parts);
        merged_.erase(merged.place);
        for (const Part& part : parts) {
            if (result) {
                inner_->start(part.transfer, *part.work);
            } else {
                part.work->done({});
            }
        }
    }

    std::unique_ptr<IoEngine::Queue> inner_;
    FreshQueues& queues_;
    std::vector<Part> fresh_;
    std::list<Merged> merged_;
};

class MergingEngine final : public IoEngine {
public:
    explicit MergingEngine(std::unique_ptr<IoEngine> inner) : inner_(std::move(inner)) {}

    std::unique_ptr<Queue> make_queue() override {
        return std::make_unique<MergingQueue>(inner_->make_queue(), fresh_);
    }
    std::string_view name() const noexcept override { return inner_->name(); }
    int descriptor() const noexcept override { return inner_->descriptor(); }
    void finish_ready() override { inner_->finish_ready(); }
    void submit() override {
        for (MergingQueue* const queue : std::exchange(fresh_, {})) queue->submit();
        inner_->submit();
    }

private:
    std::unique_ptr<IoEngine> inner_;
    FreshQueues fresh_;
};

}  // namespace

std::unique_ptr<IoEngine> make_merging_engine(std::unique_ptr<IoEngine> inner) {
    return std::make_unique<MergingEngine>(std::move(inner));
}

}  // namespace aoe::target
