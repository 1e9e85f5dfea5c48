// SPDX-License-Identifier: MIT
#include "conformance/cli/reference.h"

#include "conformance/session.h"
#include "target/disk.h"
#include "target/export.h"
#include "target/server.h"
#include "wire/memory_link.h"

namespace aoe::conformance {

namespace {

class Listener final : public Reporter {
public:
    explicit Listener(CaseResult& result) : result_(result) {}
    void case_finished(const CaseResult& result) override { result_ = result; }

private:
    CaseResult& result_;
};

class ReferenceSide final : public LockstepSide {
public:
    std::string name() const override { return "reference"; }
    void reset() override { memory_ = std::make_unique<Memory>(); }
    std::string answer(const Request& request) override {
        return memory_->asker.answer(request, compares_contents);
    }

private:
    // Everything anew each time.
    struct Memory {
        static constexpr std::uint64_t sectors = 131072;
        std::pair<LinkPtr, LinkPtr> links = make_memory_pair({});
        target::MemoryDisk disk{sectors};
        target::Export exported{
            {.address = {.shelf = 258, .slot = 0}, .sectors = sectors, .serial = "reference"}};
        target::Server server{*links.second, exported, disk};
        VirtualClock clock{[this] { return server.step(); }};
        LinkAsker asker = started();

        LinkAsker started() {
            LinkAsker made(*links.first, clock, 258, 0);
            made.undo();
            return made;
        }
    };
    std::unique_ptr<Memory> memory_;
};

}  // namespace

std::unique_ptr<LockstepSide> reference_side() {
    return std::make_unique<ReferenceSide>();
}

Rehearsal rehearse(const Case& test) {
    constexpr std::uint64_t sectors = 20000;
    constexpr std::uint16_t shelf = 7;
    constexpr std::uint8_t slot = 3;
    auto links = make_memory_pair({});
    target::MemoryDisk disk(sectors);
    target::Export exported(
        {.address = {.shelf = shelf, .slot = slot}, .sectors = sectors, .serial = "reference"});
    target::Server server(*links.second, exported, disk);
    VirtualClock clock([&server] { return server.step(); });

    Rehearsal rehearsal;
    rehearsal.result.test = &test;
    SessionOptions options;
    options.wanted = {.shelf = shelf, .slot = slot, .mac = std::nullopt};
    options.open = all_doors;
    options.cases = {&test};
    options.private_network = true;
    options.own_target = true;
    options.on_frame = [&](const TranscriptEntry& frame) { rehearsal.frames.push_back(frame); };
    Listener listener(rehearsal.result);
    run_session(*links.first, clock, options, listener, nullptr);
    // Without what the run learned before and put back afterwards.
    std::erase_if(rehearsal.frames, [&](const TranscriptEntry& frame) {
        return frame.number < rehearsal.result.first_frame ||
               frame.number > rehearsal.result.last_frame;
    });
    return rehearsal;
}

}  // namespace aoe::conformance
