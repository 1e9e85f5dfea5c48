// SPDX-License-Identifier: MIT
#include "initiator/simulator/judge.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>

#include "initiator/error.h"
#include "wire/ata.h"
#include "wire/reserve.h"

namespace aoe::simulator {
namespace {

using Action = Step::Action;
using Words = std::array<std::uint64_t, sector_size / sizeof(std::uint64_t)>;

/// What a question is about: sectors, or one of the other things that can be asked.
constexpr std::uint64_t reads = std::uint64_t{1} << 48;
constexpr std::uint64_t writes = std::uint64_t{2} << 48;
constexpr std::uint64_t others = std::uint64_t{3} << 48;

Words words_of(std::uint64_t version, std::uint64_t number) {
    Words words{};
    if (version == 0) return words;
    words[0] = version;
    words[1] = number;
    std::uint64_t next = version * 0x9e3779b97f4a7c15U ^ number * 0xbf58476d1ce4e5b9U;
    for (std::size_t i = 2; i < words.size(); ++i) {
        next = next * 6364136223846793005U + 1442695040888963407U;
        words[i] = next;
    }
    return words;
}

std::uint64_t version_in(Bytes sector) {
    std::uint64_t version = 0;
    std::memcpy(&version, sector.data(), sizeof version);
    return version;
}

bool holds(Bytes sector, std::uint64_t version, std::uint64_t number) {
    const Words words = words_of(version, number);
    return std::memcmp(sector.data(), words.data(), sector_size) == 0;
}

Bytes sector_at(Bytes bytes, std::uint64_t index) {
    return bytes.subspan(index * sector_size, sector_size);
}

std::string sector_name(std::uint64_t number) {
    return "sector " + std::to_string(number);
}

std::string version_name(std::uint64_t version) {
    return version == 0 ? "zeros" : "operation " + std::to_string(version);
}

/// What a sector says about itself, for sentences.
std::string contents(Bytes sector) {
    const std::uint64_t version = version_in(sector);
    std::uint64_t number = 0;
    std::memcpy(&number, sector.data() + sizeof version, sizeof number);
    if (holds(sector, 0, number)) return "zeros";
    if (holds(sector, version, number)) {
        return "what operation " + std::to_string(version) + " wrote to " + sector_name(number);
    }
    return "bytes that nobody wrote";
}

}  // namespace

void fill_sector(MutableBytes sector, std::uint64_t version, std::uint64_t number) {
    const Words words = words_of(version, number);
    std::memcpy(sector.data(), words.data(), sector_size);
}

Judge::Judge(const Conditions& conditions)
    : conditions_(conditions),
      sides_(conditions.initiators),
      now_(conditions.disk_sectors),
      durable_(conditions.disk_sectors) {
    for (Side& side : sides_) side.reads.resize(conditions.disk_sectors);
}

Job& Judge::submit(const Step& step, Time now) {
    const std::uint64_t id = next_id_++;
    Job& job = jobs_[id];
    job.step = step;
    job.id = id;
    job.submitted = now;
    job.buffer.resize(step.sectors * sector_size);
    for (unsigned i = 0; step.action == Action::write && i < step.sectors; ++i) {
        fill_sector(MutableBytes(job.buffer).subspan(i * sector_size, sector_size), id,
                    step.first + i);
    }
    return job;
}

Time Judge::oldest(Time otherwise) const {
    for (const auto& [id, job] : jobs_) otherwise = std::min(otherwise, job.submitted);
    return otherwise;
}

// --- What initiators send ---

FrameName Judge::leaves(unsigned initiator, Bytes frame) {
    const auto view = FrameView::parse(frame);
    if (!view) throw Violation(Wrong::frame, "a frame was sent that is no AoE");
    const Header header = view->header();
    const Question question = question_of(initiator, header, view->argument());
    count_question(sides_[initiator], header.tag, question);
    return question.name;
}

FrameName Judge::name_of_reply(unsigned initiator, Bytes frame) const {
    const auto view = FrameView::parse(frame);
    if (!view) return {};
    const auto question = sides_[initiator].tags.find(view->header().tag);
    return question == sides_[initiator].tags.end() ? FrameName{} : question->second.name;
}

Judge::Question Judge::question_of(unsigned initiator, const Header& header, Bytes argument) const {
    if (header.command == command::reserve) {
        return {others | header.command << 8U, {.step = check_asked(initiator, Action::reserve)}};
    }
    if (header.command != command::ata) return {others | header.command << 8U, {}};
    const auto ata = AtaView::parse(argument);
    if (!ata) throw Violation(Wrong::frame, "an ATA request without its registers was sent");
    const AtaRegisters registers = ata->registers();
    const std::uint64_t first = registers.lba;
    const std::uint64_t count = registers.sector_count;
    switch (addressing(registers.command_status).transfer) {
        case AtaTransfer::read:
            return {reads | first,
                    {.step = check_asked(initiator, Action::read, first, count), .sector = first}};
        case AtaTransfer::write:
            return {writes | first,
                    {.step = check_write(initiator, ata->data(), first, count), .sector = first}};
        case AtaTransfer::none:
            break;
    }
    if (registers.command_status == ata_command::identify_device) {
        return {others | registers.command_status, {}};
    }
    return {others | registers.command_status, {.step = check_asked(initiator, Action::flush)}};
}

std::uint64_t Judge::check_asked(unsigned initiator, Action action, std::uint64_t first,
                                 std::uint64_t count) const {
    const Job* asked = nullptr;
    for (const auto& [id, job] : jobs_) {
        const bool lists = job.step.action >= Action::reserve && action == Action::reserve;
        if (job.step.initiator == initiator && (job.step.action == action || lists) &&
            first >= job.step.first && first + count <= job.step.first + job.step.sectors &&
            (asked == nullptr || id < asked->id)) {
            asked = &job;
        }
    }
    if (asked != nullptr) return asked->step.number;
    throw Violation(Wrong::frame, "initiator " + std::to_string(initiator) +
                                      " asked for what no pending operation is about (" +
                                      std::to_string(count) + " sectors from " +
                                      std::to_string(first) + ")");
}

std::uint64_t Judge::check_write(unsigned initiator, Bytes data, std::uint64_t first,
                                 std::uint64_t count) const {
    if (count == 0 || data.size() < count * sector_size) {
        throw Violation(Wrong::frame, "a write was sent with too few bytes");
    }
    std::uint64_t step = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
        const Bytes sector = sector_at(data, i);
        const std::uint64_t version = version_in(sector);
        if (!holds(sector, version, first + i)) {
            throw Violation(Wrong::frame, "a write of " + sector_name(first + i) +
                                              " was sent that carries " + contents(sector));
        }
        const auto job = jobs_.find(version);
        if (job == jobs_.end() || job->second.step.initiator != initiator) {
            throw Violation(Wrong::frame, "a write of " + sector_name(first + i) +
                                              " was sent though " + version_name(version) +
                                              " is not pending");
        }
        step = job->second.step.number;
    }
    return step;
}

void Judge::count_question(Side& side, std::uint32_t tag, const Question& question) {
    constexpr std::uint32_t ours = 0x80000000;
    constexpr std::size_t remembered_tags = 100000;
    if (jobs_.empty() && side.tags.size() > remembered_tags) side.tags.clear();
    if ((tag & ours) == 0 || !side.tags.emplace(tag, question).second) {
        throw Violation(Wrong::tag, "tag " + std::to_string(tag) + " was used twice");
    }
    ++side.unanswered[question.subject];
    if (side.unanswered.size() > conditions_.buffer_count) {
        throw Violation(Wrong::window, std::to_string(side.unanswered.size()) +
                                           " frames are unanswered, and Buffer Count is " +
                                           std::to_string(conditions_.buffer_count));
    }
}

void Judge::answered(unsigned initiator, Bytes frame) {
    const auto view = FrameView::parse(frame);
    if (!view) return;
    Side& side = sides_[initiator];
    const auto tag = side.tags.find(view->header().tag);
    if (tag != side.tags.end()) side.unanswered.erase(tag->second.subject);
}

// --- What reaches the target ---

bool Judge::admits(unsigned initiator) const {
    return reservation_.empty() || std::count(reservation_.begin(), reservation_.end(), initiator);
}

void Judge::arrives(unsigned initiator, Bytes frame, Time now) {
    expected_ = {};
    const auto view = FrameView::parse(frame);
    if (!view) return;
    const std::uint8_t command = view->header().command;
    if (command == command::ata) arrives_ata(initiator, view->argument(), now);
    if (command == command::reserve) arrives_reserve(initiator, view->argument(), now);
}

void Judge::arrives_ata(unsigned initiator, Bytes argument, Time now) {
    const auto ata = AtaView::parse(argument);
    if (!ata) return;
    Side& side = sides_[initiator];
    const AtaRegisters registers = ata->registers();
    if (registers.command_status == ata_command::identify_device) return;
    if (!admits(initiator)) {
        side.refused = now;
        return;
    }
    const std::uint64_t first = registers.lba;
    const std::uint64_t count = registers.sector_count;
    switch (addressing(registers.command_status).transfer) {
        case AtaTransfer::none:
            side.flushed = now;
            return;
        case AtaTransfer::write:
            if (ata->data().size() < count * sector_size) {
                side.aborted = now;
            } else {
                serve_write(ata->data(), first, count);
            }
            return;
        case AtaTransfer::read:
            break;
    }
    constexpr std::size_t many = 128;
    for (std::uint64_t i = first; i < first + count; ++i) {
        auto& served = side.reads[i];
        if (served.size() >= many) {
            const Time since = oldest(now);
            std::erase_if(served, [since](const Served& each) { return each.time < since; });
        }
        served.push_back({.time = now, .version = now_[i]});
    }
}

void Judge::serve_write(Bytes data, std::uint64_t first, std::uint64_t count) {
    const std::uint64_t version = version_in(data);
    expected_ = {.version = version, .first = first, .count = count};
    const auto job = jobs_.find(version);
    for (std::uint64_t i = first; i < first + count; ++i) {
        now_[i] = version;
        if (job == jobs_.end()) continue;  // A late copy.
        job->second.carried_out |= std::uint64_t{1} << (i - job->second.step.first);
    }
}

void Judge::arrives_reserve(unsigned initiator, Bytes argument, Time now) {
    const auto view = ReserveView::parse(argument);
    if (!view) return;
    if (!view->macs()) {
        sides_[initiator].aborted = now;
        return;
    }
    const std::uint8_t verb = view->fields().command;
    if (verb == reserve_command::set && !admits(initiator)) {
        sides_[initiator].refused = now;
        return;
    }
    // Nobody reserves it for another.
    reservation_.assign(view->fields().mac_count, initiator);
    sides_[initiator].listed = now;
}

void Judge::disk_written(std::uint64_t sector, Bytes bytes) {
    const std::uint64_t count = bytes.size() / sector_size;
    if (count != expected_.count || sector != expected_.first) {
        throw Violation(Wrong::disk, "the target wrote " + std::to_string(count) + " sectors to " +
                                         sector_name(sector) + ", which the frame does not say");
    }
    for (std::uint64_t i = 0; i < count; ++i) {
        if (holds(sector_at(bytes, i), expected_.version, sector + i)) continue;
        throw Violation(Wrong::disk, "the target wrote to " + sector_name(sector + i) + " " +
                                         contents(sector_at(bytes, i)));
    }
    expected_ = {};
}

void Judge::frame_is_done() const {
    if (expected_.count == 0) return;
    throw Violation(Wrong::disk,
                    "the target did not carry out a write of " + sector_name(expected_.first));
}

void Judge::disk_flushed() {
    durable_ = now_;
}

void Judge::power_was_cut(const std::vector<std::uint64_t>& lost) {
    for (const std::uint64_t sector : lost) now_[sector] = durable_[sector];
    durable_ = now_;
    target_stopped();
}

void Judge::check_disk(Bytes disk) const {
    for (std::uint64_t i = 0; i < now_.size(); ++i) {
        if (holds(sector_at(disk, i), now_[i], i)) continue;
        throw Violation(Wrong::disk, sector_name(i) + " holds " + contents(sector_at(disk, i)) +
                                         " instead of what " + version_name(now_[i]) + " wrote");
    }
}

// --- How operations end ---

Time Judge::complete(std::uint64_t id, const std::error_code& error, Time now) {
    const auto found = jobs_.find(id);
    if (found == jobs_.end()) {
        throw Violation(Wrong::completion, "operation " + std::to_string(id) +
                                               " completed, which is not pending (any more)");
    }
    const Job& job = found->second;
    Side& side = sides_[job.step.initiator];
    if (!error) {
        check_success(job);
    } else if (!is_explained(job, side, error)) {
        const auto took =
            std::chrono::duration_cast<std::chrono::milliseconds>(now - job.submitted);
        throw Violation(Wrong::error, "operation " + std::to_string(id) + " (" +
                                          describe(job.step) + ") failed after " +
                                          std::to_string(took.count()) + " ms: " + error.message());
    }
    const Time took = now - job.submitted;
    erase_subjects(side, job.step);
    jobs_.erase(found);
    return took;
}

bool Judge::is_explained(const Job& job, const Side& side, const std::error_code& error) {
    if (error == initiator::aoe_error(static_cast<std::uint8_t>(AoeError::target_reserved))) {
        return side.refused >= job.submitted;
    }
    if (side.aborted < job.submitted) return false;
    if (job.step.action == Action::write) return initiator::is_abort(error);
    return job.step.action >= Action::reserve &&
           error == initiator::aoe_error(static_cast<std::uint8_t>(AoeError::bad_argument));
}

void Judge::check_success(const Job& job) {
    const Side& side = sides_[job.step.initiator];
    const auto all = ~std::uint64_t{0} >> (64 - std::max(1U, job.step.sectors));
    bool done = true;
    switch (job.step.action) {
        case Action::read:
            return check_read(job, side);
        case Action::write:
            done = job.carried_out == all;
            break;
        case Action::flush:
            done = side.flushed >= job.submitted;
            break;
        case Action::reserve:
        case Action::seize:
        case Action::release:
            done = side.listed >= job.submitted;
            break;
        default:
            break;
    }
    if (done) return;
    throw Violation(Wrong::undone, "operation " + std::to_string(job.id) + " (" +
                                       describe(job.step) +
                                       ") succeeded, and was not carried out, or not all of it");
}

void Judge::check_read(const Job& job, const Side& side) const {
    for (unsigned i = 0; i < job.step.sectors; ++i) {
        const std::uint64_t number = job.step.first + i;
        const Bytes sector = sector_at(job.buffer, i);
        const std::uint64_t version = version_in(sector);
        const auto& served = side.reads[number];
        const bool was_served =
            std::any_of(served.rbegin(), served.rend(), [&](const Served& each) {
                return each.version == version && each.time >= job.submitted;
            });
        if (was_served && holds(sector, version, number)) continue;
        throw Violation(Wrong::read, "operation " + std::to_string(job.id) + " (" +
                                         describe(job.step) + ") got " + contents(sector) +
                                         " for " + sector_name(number) +
                                         ", which the target did not answer since then");
    }
}

void Judge::erase_subjects(Side& side, const Step& step) {
    const std::uint64_t kind = step.action == Action::read ? reads : writes;
    for (std::uint64_t i = 0; i < step.sectors; ++i) side.unanswered.erase(kind | (step.first + i));
    if (step.action >= Action::reserve) side.unanswered.erase(others | command::reserve << 8U);
    if (step.action == Action::flush) {
        side.unanswered.erase(others | ata_command::flush_cache_ext);
    }
    if (step.action == Action::identify) {
        side.unanswered.erase(others | ata_command::identify_device);
    }
}

}  // namespace aoe::simulator
