// SPDX-License-Identifier: MIT
// Who is answered, and commands 1, 2 and 3. Command 0 is in export_ata.cpp.
#include "target/export.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "wire/sizes.h"

namespace aoe::target {
namespace {

std::size_t padded(const FrameBuilder& reply, std::size_t argument_size) noexcept {
    return reply.finish_padded(argument_size).size();  // AOE-HDR-36, -37
}

}  // namespace

Export::Export(ExportOptions options)
    : options_(std::move(options)), write_cache_enabled_(options_.write_cache) {
    assert(options_.address.shelf != any_shelf && options_.address.slot != any_slot);
    for (const Mac& mac : options_.mask) {
        mask_.add(mac);
    }
}

ExportState Export::state() const {
    return {.config_string = {config_string().begin(), config_string().end()},
            .mask = mask_,
            .reservation = reservation_,
            .write_cache_enabled = write_cache_enabled_};
}

void Export::restore(const ExportState& state) {
    assert(state.config_string.size() <= config_string_limit);
    config_size_ = state.config_string.size();
    std::ranges::copy(state.config_string, config_string_.begin());
    mask_ = state.mask;
    reservation_ = state.reservation;
    write_cache_enabled_ = options_.write_cache && state.write_cache_enabled;
}

Outcome Export::begin(Bytes request, const Port& port, MutableBytes storage) {
    assert(storage.size() >= minimum_frame_size);
    const auto frame = FrameView::parse(request);
    if (!frame) return Silence{};  // AOE-HDR-01, -06
    const Header header = frame->header();
    if ((header.flags & header_flag::response) != 0) return Silence{};  // AOE-HDR-08, AOE-ANN-07
    if (header.destination != port.mac && header.destination != broadcast_mac) {
        return Silence{};  // AOE-HDR-21, -24
    }
    if (is_group(header.source) || header.source == port.mac) return Silence{};  // AOE-HDR-25, -26
    if (!matches(header.address, options_.address)) return Silence{};            // AOE-HDR-17
    if (!mask_.admits(header.source)) return Silence{};  // AOE-MASK-02, -03, AOE-RES-20
    const std::size_t limit = std::max(minimum_frame_size, port.mtu + ethernet_header_size);
    return dispatch({.header = header,
                     .argument = frame->argument(),
                     .port = port,
                     .storage = storage.first(std::min(storage.size(), limit))});
}

Outcome Export::dispatch(const Request& request) {
    if (request.header.version != aoe_version) {
        return error_reply(request, AoeError::unsupported_version);  // AOE-HDR-10, -11
    }
    switch (request.header.command) {
        case command::ata:
            return ata(request);
        case command::config:
            return config(request);
        case command::mac_mask:
            return mask(request);
        case command::reserve:
            return reserve(request);
        default:
            return error_reply(request, AoeError::unrecognized_command);  // AOE-HDR-31, -43
    }
}

/// Nothing but the tag and the command is taken from the request's header: its flags, Error byte
/// and wildcards do not come back (AOE-HDR-12, -14, -15, -16).
Header Export::reply_header(const Request& request, AoeError error) const {
    const bool failed = error != AoeError::none;
    return {.destination = request.header.source,  // AOE-HDR-22
            .source = request.port.mac,            // AOE-HDR-23
            .version = aoe_version,
            .flags = static_cast<std::uint8_t>(header_flag::response |
                                               (failed ? header_flag::error : 0)),
            .error = static_cast<std::uint8_t>(error),
            .address = options_.address,
            .command = request.header.command,
            .tag = request.header.tag};
}

Outcome Export::error_reply(const Request& request, AoeError error) const {
    return Reply{padded(FrameBuilder(request.storage, reply_header(request, error)), 0)};
}

// Command 1, Query Config Information -----------------------------------------------------------

Outcome Export::config(const Request& request) {
    const auto view = ConfigView::parse(request.argument);
    if (!view) return Silence{};  // AOE-HDR-33
    const std::uint8_t sub_command = view->fields().command;
    AoeError error = AoeError::none;
    // A read says nothing with its string, whatever length it declares (AOE-CFG-02, -03).
    if (sub_command != config_command::read) {
        const auto given = view->string();
        if (!given) return error_reply(request, AoeError::bad_argument);  // AOE-CFG-16, -17
        const bool equal = std::ranges::equal(*given, config_string());
        switch (sub_command) {
            case config_command::test:
                if (!equal) return Silence{};  // AOE-CFG-04, -06
                break;
            case config_command::test_prefix:
                if (std::ranges::mismatch(*given, config_string()).in1 != given->end()) {
                    return Silence{};  // AOE-CFG-05, -06
                }
                break;
            case config_command::set:
                // A set whose reply was lost comes again: the same string is no conflict
                // (AOE-CFG-11, AOE-REL-01).
                if (config_size_ != 0 && !equal) {
                    error = AoeError::config_string_present;  // AOE-CFG-10
                    break;
                }
                [[fallthrough]];
            case config_command::force_set:
                config_size_ = given->size();
                std::ranges::copy(*given, config_string_.begin());
                break;
            default:
                return error_reply(request, AoeError::bad_argument);  // AOE-CFG-19, -35
        }
    }
    // The string now in force, with error 4 too (AOE-CFG-08, -12, -13).
    const std::size_t size =
        config_reply(request.storage, request.port, reply_header(request, error), sub_command);
    return size == 0 ? Outcome{Silence{}} : Outcome{Reply{size}};
}

std::size_t Export::config_reply(MutableBytes storage, const Port& port, const Header& header,
                                 std::uint8_t sub_command) const {
    const FrameBuilder reply(storage, header);
    if (reply.argument().size() < config_argument_size + config_size_) {
        return 0;  // Set before the MTU became this small.
    }
    // Never more messages than the interface can hold (AOE-CFG-24), and never none: a window of 0
    // stops an initiator for good (AOE-CFG-23).
    const std::size_t buffers = std::max<std::size_t>(
        1, std::min<std::size_t>(options_.buffer_count, port.receive_capacity));
    // 0 would mean 2 (AOE-CFG-26). Where not even one sector fits, 1 is the smaller lie, and reads
    // and writes are aborted.
    const std::size_t sectors = std::max<std::size_t>(1, max_sectors(port.mtu));
    const ConfigFields fields{.buffer_count = static_cast<std::uint16_t>(buffers),
                              .firmware_version = options_.firmware_version,
                              .sector_count = static_cast<std::uint8_t>(sectors),
                              .version = aoe_version,   // AOE-CFG-20
                              .command = sub_command};  // AOE-CFG-21
    return padded(reply, write_config(reply.argument(), fields, config_string()));
}

std::size_t Export::announce(const Port& port, std::size_t index, MutableBytes storage) {
    assert(storage.size() >= minimum_frame_size);
    const std::size_t listed = mask_.size();
    if (index >= std::max<std::size_t>(1, listed)) return 0;
    const Header header{.destination = listed == 0 ? broadcast_mac : mask_.macs()[index],
                        .source = port.mac,
                        .flags = header_flag::response,
                        .address = options_.address,
                        .command = command::config,
                        .tag = 0};  // AOE-ANN-02, -03
    return config_reply(storage, port, header, config_command::read);
}

// Command 2, Mac Mask List ----------------------------------------------------------------------

Outcome Export::mask(const Request& request) {
    const auto view = MaskView::parse(request.argument);
    if (!view) return Silence{};  // AOE-HDR-33
    const MaskFields fields = view->fields();
    if (fields.command == mask_command::read) {
        return mask_list(request, fields.command);  // Its directives are ignored (AOE-MASK-20).
    }
    const auto directives = view->directives();
    if (fields.command != mask_command::edit || !directives) {
        return error_reply(request, AoeError::bad_argument);  // AOE-MASK-15, -16
    }
    return mask_edit(request, *directives, fields.directive_count);
}

/// In order, up to the first that fails; what was done before it stays (AOE-MASK-05, -13).
Outcome Export::mask_edit(const Request& request, Bytes directives, std::size_t count) {
    const std::size_t limit = max_directives(request.port.smallest_mtu);  // AOE-MASK-23
    MaskError error = MaskError::none;
    std::size_t done = 0;
    for (; done < count; ++done) {
        const MaskDirective directive = mask_directive_at(directives, done);
        if (directive.command == mask_directive::add) {
            if (!mask_.add(directive.mac, limit)) {
                error = MaskError::list_full;  // AOE-MASK-11
                break;
            }
        } else if (directive.command == mask_directive::remove) {
            mask_.remove(directive.mac);
        } else if (directive.command != mask_directive::none) {
            error = MaskError::bad_directive;  // AOE-MASK-10
            break;
        }
    }
    if (error == MaskError::none) return mask_list(request, mask_command::edit);  // AOE-MASK-06
    // The count of those done and these themselves, with the header's error flag clear
    // (AOE-MASK-12, -14).
    const FrameBuilder reply(request.storage, reply_header(request));
    if (reply.argument().size() < mask_size(done)) return Silence{};
    write_mask(reply.argument(), {.command = mask_command::edit,
                                  .error = static_cast<std::uint8_t>(error),
                                  .directive_count = static_cast<std::uint8_t>(done)});
    for (std::size_t i = 0; i < done; ++i) {
        write_mask_directive(reply.argument(), i, mask_directive_at(directives, i));
    }
    return Reply{padded(reply, mask_size(done))};
}

Outcome Export::mask_list(const Request& request, std::uint8_t sub_command) const {
    const std::span<const Mac> macs = mask_.macs();
    const FrameBuilder reply(request.storage, reply_header(request));
    if (reply.argument().size() < mask_size(macs.size())) {
        return Silence{};  // Edited before the MTU became this small (AOE-MASK-23).
    }
    write_mask(reply.argument(),
               {.command = sub_command, .directive_count = static_cast<std::uint8_t>(macs.size())});
    for (std::size_t i = 0; i < macs.size(); ++i) {
        write_mask_directive(reply.argument(), i, {.mac = macs[i]});  // AOE-MASK-04
    }
    return Reply{padded(reply, mask_size(macs.size()))};
}

// Command 3, Reserve/Release --------------------------------------------------------------------

Outcome Export::reserve(const Request& request) {
    const auto view = ReserveView::parse(request.argument);
    if (!view) return Silence{};  // AOE-HDR-33
    const ReserveFields fields = view->fields();
    if (fields.command == reserve_command::read) {
        return reserve_list(request, AoeError::none, fields.command);  // AOE-RES-01, -18
    }
    const auto macs = view->macs();
    if (fields.command > reserve_command::force_set || !macs ||
        fields.mac_count > max_reserve_macs(request.port.smallest_mtu)) {
        return error_reply(request, AoeError::bad_argument);  // AOE-RES-14, -15, -19
    }
    if (fields.command == reserve_command::set && !reservation_.admits(request.header.source)) {
        return reserve_list(request, AoeError::target_reserved, fields.command);  // AOE-RES-03, -08
    }
    std::array<Mac, MacList::capacity> given{};
    for (std::size_t i = 0; i < fields.mac_count; ++i) {
        given[i] = reserve_mac_at(*macs, i);
    }
    reservation_.assign(std::span(given).first(fields.mac_count));  // AOE-RES-05, -06
    return reserve_list(request, AoeError::none, fields.command);   // AOE-RES-07
}

Outcome Export::reserve_list(const Request& request, AoeError error,
                             std::uint8_t sub_command) const {
    const FrameBuilder reply(request.storage, reply_header(request, error));
    if (reply.argument().size() < reserve_argument_size + reservation_.size() * mac_size) {
        return Silence{};  // Set before the MTU became this small.
    }
    return Reply{padded(reply, write_reserve(reply.argument(), sub_command, reservation_.macs()))};
}

}  // namespace aoe::target
