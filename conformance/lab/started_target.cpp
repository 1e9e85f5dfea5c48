// SPDX-License-Identifier: MIT
#include "conformance/lab/started_target.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sched.h>
#include <stdexcept>
#include <system_error>
#include <unistd.h>
#include <vector>

#include "conformance/describe.h"
#include "conformance/peer.h"
#include "wire/packet_link.h"
#include "wire/private_network.h"

namespace aoe::conformance {

using namespace std::chrono_literals;

namespace {

// Beyond what 28 bits address, and a bit of a sector.
constexpr std::uint64_t twin_disk_bytes = ((std::uint64_t{1} << 28) + 4096) * 512 + 300;

constexpr unsigned guest_patience = 9;  // Without hardware for it, half a minute is usual.

constexpr Mac mac(unsigned number) {
    return {std::byte{2}, {}, {}, {}, {}, static_cast<std::byte>(number)};
}
// The same every time: a target that sorts by address must not do so by chance.
constexpr Mac our_mac = mac(1), their_mac = mac(2), our_second_mac = mac(3),
              their_second_mac = mac(4);

// Names for further interfaces that are not the one given.
std::vector<std::string> free_names(const std::string& taken) {
    std::vector<std::string> names;
    for (int i = 1; i <= 4; ++i) {
        const std::string name = "veth" + std::to_string(i);
        if (name != taken) names.push_back(name);
    }
    return names;
}

// Targets make it part of their serial number, and the same one is to say the same everywhere.
constexpr std::string_view host_name = "conform";

// Where the system does not grant it, the target has the machine's.
void take_host_name() {
    if (::unshare(CLONE_NEWUTS) != 0) return;
    static_cast<void>(::sethostname(host_name.data(), host_name.size()));
}

std::string filled(const char* option, const std::string& text, const Placeholders& placeholders) {
    auto command = fill_placeholders(text, placeholders);
    if (!command) throw std::invalid_argument(std::string(option) + " " + command.error());
    return *std::move(command);
}

// The folder of one slot's target, with the files that it is started with.
void write_files(const StartExtras& extras, const std::string& folder,
                 const Placeholders& placeholders) {
    if (folder.empty()) return;
    std::filesystem::create_directories(folder);
    for (const auto& [name, text] : extras.files) {
        const std::string path = folder + '/' + name;
        std::ofstream file(path);
        file << filled(name.c_str(), text, placeholders) << std::flush;
        if (!file) throw std::system_error(errno, std::generic_category(), "writing " + path);
    }
}

}  // namespace

StartedTarget::StartedTarget(const StartOptions& options, Clock& clock)
    : options_(options), clock_(clock), disk_(options.disk_bytes) {
    const std::vector<std::string> names = free_names(options.interface);
    their_interface_ = names[0];
    if (has("iface2")) {
        second_interface_ = names[1];
        their_second_interface_ = names[2];
    }
    attach_loop(disk_);
    if (options.extras.in_kernel) {
        outside_ = KeptNetwork::current();
        // Of which there is none yet in the network that others use.
        their_interface_ = "aoe" + std::to_string(::getpid());
    }
    process_ = launch(Start::plain, [this] { return answers(); });

    enter_private_network();
    take_host_name();
    add_veth_pair(options.interface, their_interface_, options.mtu);
    set_mac(options.interface, our_mac);
    set_mac(their_interface_, their_mac);
    link_ = open_packet_link(
        {.interface = options.interface, .see_everything = options.see_everything});
    if (!second_interface_.empty()) {
        add_veth_pair(second_interface_, their_second_interface_, options.mtu);
        set_mac(second_interface_, our_second_mac);
        set_mac(their_second_interface_, their_second_mac);
        second_link_ = open_packet_link({.interface = second_interface_, .see_everything = true});
    }
    if (options.extras.in_kernel) hand_over(their_interface_, outside_.descriptor());
    failure_ = load_and_start();
}

std::string StartedTarget::load_and_start() {
    if (module_) {
        std::string failure = module_->load();
        if (!failure.empty()) return failure;
    }
    return process_->start();
}

bool StartedTarget::has(std::string_view placeholder) const {
    const std::map<std::string, std::string>& files = options_.extras.files;
    return has_placeholder(options_.command, placeholder) ||
           std::any_of(files.begin(), files.end(),
                       [&](const auto& file) { return has_placeholder(file.second, placeholder); });
}

void StartedTarget::attach_loop(Disk& disk) const {
    if (has("loop")) disk.loop = std::make_unique<LoopDevice>(disk.file.path());
}

LaunchOptions StartedTarget::launch_options(Start how, std::uint8_t slot, const Disk& disk,
                                            const Answers& answers) {
    Placeholders placeholders{
        .values = {{"shelf", std::to_string(options_.shelf)},
                   {"slot", std::to_string(slot)},
                   {"iface", their_interface_},
                   {"iface2", their_second_interface_},
                   {"file", disk.file.path()},
                   {"mac", mac_text(our_mac)}},
        .conditions = {{"ro", how == Start::read_only}, {"accept", how == Start::access_list}}};
    const StartExtras& extras = options_.extras;
    placeholders.values.insert(extras.values.begin(), extras.values.end());
    if (disk.loop) placeholders.values["loop"] = disk.loop->path();
    std::string folder;
    if (!extras.run_folder.empty()) folder = extras.run_folder / ("slot" + std::to_string(slot));
    if (!folder.empty()) placeholders.values["run"] = folder;
    write_files(extras, folder, placeholders);
    if (extras.in_kernel && !module_) {
        module_ = std::make_unique<KernelModule>(filled("load", extras.load, placeholders),
                                                 filled("unload", extras.unload, placeholders),
                                                 outside_.descriptor());
    }
    return {.command = filled("--start", options_.command, placeholders),
            .title = extras.title,
            .stop_patience_ms = extras.in_kernel ? 0 : 2000,  // There is no process to wait for.
            .stop_command = filled("--stop", options_.stop_command, placeholders),
            .answers = answers,
            .patience = extras.in_guest ? guest_patience : 1,
            .stop = options_.stop,
            .network = outside_.descriptor()};
}

std::unique_ptr<TargetProcess> StartedTarget::launch(Start how, const Answers& answers) {
    return std::make_unique<TargetProcess>(launch_options(how, options_.slot, disk_, answers));
}

bool StartedTarget::answers() {
    Peer peer(*link_, clock_,
              {.target = broadcast_mac,
               .shelf = options_.shelf,
               .slot = options_.slot,
               .first_tag = options_.first_tag});
    // Often, so that one that has just come up is not waited for; the reply may be to any.
    std::vector<std::uint32_t> tags;
    const auto answered = [&](std::uint32_t tag) { return !peer.replies(tag).empty(); };
    const Time deadline = clock_.now() + 10ms;
    while (clock_.now() < deadline && std::ranges::none_of(tags, answered)) {
        tags.push_back(peer.send(config_request()));
        peer.await(tags.back(), std::min(deadline, clock_.now() + 2ms));
    }
    return std::ranges::any_of(tags, answered);
}

Needs StartedTarget::offers() const {
    if (options_.extras.in_guest || options_.extras.in_kernel) return Need::restart;
    Needs needs = Needs(Need::restart) | Need::other_mtu;
    const auto offer = [&](Need need, bool there) {
        if (there) needs = needs | need;
    };
    offer(Need::read_only, has("ro"));
    offer(Need::access_list, has("accept"));
    offer(Need::failing_disk, has("file"));
    // A stop command that does not name the slot would end both.
    const bool stops_one =
        options_.stop_command.empty() || has_placeholder(options_.stop_command, "slot");
    offer(Need::twin, has("slot") && (has("file") || has("loop")) && stops_one);
    return needs;
}

bool StartedTarget::start_again(Start how, const Answers& answers) {
    process_->stop();
    how_ = how;
    knows_other_mtu_ = mtu_changed_;
    process_ = launch(how, answers);
    return load_and_start().empty();
}

bool StartedTarget::restart() {
    end_twin();
    restore_surroundings();
    return start_again(Start::plain, [this] { return this->answers(); });
}

// Sectors come back under a running target, and so does the MTU: who follows its changes has done
// so, and who was started before them never noticed.
bool StartedTarget::put_back() {
    const bool other_start = how_ != Start::plain || knows_other_mtu_;
    restore_surroundings();
    return !other_start || start_again(Start::plain, [this] { return this->answers(); });
}

void StartedTarget::restore_surroundings() {
    if (sectors_lost_) disk_.file.resize(options_.disk_bytes);
    sectors_lost_ = false;
    if (!mtu_changed_) return;
    set_mtu(LinkEnd::ours, options_.mtu);
    set_mtu(LinkEnd::theirs, options_.mtu);
    mtu_changed_ = false;
}

Twin StartedTarget::twin() const {
    const unsigned next = options_.slot + 1U;
    // 255 is everybody's.
    return {.slot = static_cast<std::uint8_t>(next < 255 ? next : options_.slot - 1U),
            .size_bytes = twin_disk_bytes};
}

std::string StartedTarget::start_twin(const Answers& answers) {
    if (twin_ != nullptr && !twin_->ended() && answers()) return {};
    end_twin();
    try {
        twin_disk_ = std::make_unique<Disk>(twin_disk_bytes);
        attach_loop(*twin_disk_);
    } catch (const std::system_error& error) {
        return std::string("no disk of more than 128 GiB can be made here: ") + error.what();
    }
    twin_ = std::make_unique<TargetProcess>(
        launch_options(Start::plain, twin().slot, *twin_disk_, answers));
    std::string failure = twin_->start();
    if (!failure.empty()) end_twin();
    return failure;
}

void StartedTarget::end_twin() {
    twin_.reset();
    twin_disk_.reset();
}

void StartedTarget::set_mtu(LinkEnd end, std::size_t mtu) {
    mtu_changed_ = true;
    aoe::set_mtu(end == LinkEnd::ours ? options_.interface : their_interface_, mtu);
}

void StartedTarget::lose_sectors(std::uint64_t from) {
    sectors_lost_ = true;
    disk_.file.resize(from * 512);
}

SecondPort StartedTarget::second_port() {
    return {.link = second_link_.get(), .target = their_second_mac};
}

}  // namespace aoe::conformance
