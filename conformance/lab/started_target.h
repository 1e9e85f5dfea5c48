// SPDX-License-Identifier: MIT
// A private network with our end, the target's end and a scratch disk in it, and somebody's target
// started there: the laboratory of lab.h for any program that --start can start.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "conformance/lab/kept_network.h"
#include "conformance/lab/kernel_module.h"
#include "conformance/lab/lab.h"
#include "conformance/lab/launcher.h"
#include "conformance/lab/loop_device.h"
#include "conformance/lab/placeholders.h"
#include "conformance/lab/start_extras.h"
#include "wire/clock.h"
#include "wire/link.h"

namespace aoe::conformance {

struct StartOptions {
    // With {shelf} {slot} {iface} {file} to be filled in, and where the target has such options
    // {iface2}, {ro:...} for a read-only export, {accept:...{mac}...} for permitted addresses.
    std::string command;
    std::string stop_command;  // Instead of SIGTERM; may be empty.
    std::string interface;     // Our end of the link.
    std::uint16_t shelf = 0;
    std::uint8_t slot = 0;
    std::size_t mtu = 1500;
    std::uint64_t disk_bytes = std::uint64_t{64} << 20;
    std::uint32_t first_tag = 0;  // Of the questions whether it answers yet.
    StartExtras extras{};
    bool see_everything = true;               // On our end, as PacketLinkOptions says.
    const std::atomic<bool>* stop = nullptr;  // Set when the user wants no start to be awaited.
};

class StartedTarget final : public TargetControl, public Lab {
public:
    /// Moves the process into a private network, on a host of a fixed name, and starts the target;
    /// `clock` must outlive this.
    /// Throws std::invalid_argument for a placeholder that does not exist, std::system_error for
    /// what the system refuses.
    StartedTarget(const StartOptions& options, Clock& clock);

    Link& link() { return *link_; }
    /// Of the scratch disk's image.
    std::string disk_path() const { return disk_.file.path(); }
    TargetControl& control() { return *this; }
    /// Empty, or why the target does not answer.
    const std::string& failure() const { return failure_; }

    std::optional<std::string> ended() override { return process_->ended(); }
    /// As it was started first, with its surroundings put back.
    bool restart() override;
    std::vector<std::string> last_output() override { return process_->last_output(); }
    std::optional<long> process_id() const override { return process_->process_id(); }
    Lab* lab() override { return this; }

    Needs offers() const override;
    bool start_again(Start how, const Answers& answers) override;
    bool put_back() override;
    Twin twin() const override;
    std::string start_twin(const Answers& answers) override;
    void end_twin() override;
    void set_mtu(LinkEnd end, std::size_t mtu) override;
    void lose_sectors(std::uint64_t from) override;
    SecondPort second_port() override;

private:
    std::unique_ptr<TargetProcess> launch(Start how, const Answers& answers);
    std::string load_and_start();
    // A disk as a file and, where one is asked for, as a block device.
    struct Disk {
        explicit Disk(std::uint64_t size_bytes) : file(size_bytes) {}
        ScratchDisk file;
        std::unique_ptr<LoopDevice> loop{};
    };
    void attach_loop(Disk& disk) const;
    LaunchOptions launch_options(Start how, std::uint8_t slot, const Disk& disk,
                                 const Answers& answers);
    bool has(std::string_view placeholder) const;
    void restore_surroundings();
    bool answers();

    StartOptions options_;
    Clock& clock_;
    std::string their_interface_;
    std::string second_interface_, their_second_interface_;  // Empty when not asked for.
    Disk disk_;
    LinkPtr link_, second_link_;
    KeptNetwork outside_;                   // The network that we come from, for modules.
    std::unique_ptr<KernelModule> module_;  // Goes when its target is stopped, and before the rest.
    std::unique_ptr<TargetProcess> process_;
    std::unique_ptr<Disk> twin_disk_;
    std::unique_ptr<TargetProcess> twin_;
    std::string failure_;
    Start how_ = Start::plain;
    bool mtu_changed_ = false;
    bool knows_other_mtu_ = false;  // Started while the MTU was another.
    bool sectors_lost_ = false;
};

}  // namespace aoe::conformance
