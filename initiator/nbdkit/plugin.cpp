// SPDX-License-Identifier: MIT
// nbdkit-aoe-plugin: serves an ATA-over-Ethernet device by NBD. What nbdkit calls, see
// nbdkit-plugin(3).
#include <exception>
#include <memory>
#include <optional>
#include <string>

#define NBDKIT_API_VERSION 2
#include <nbdkit-plugin.h>

#include "initiator/error.h"
#include "initiator/nbdkit/connection.h"

#define THREAD_MODEL NBDKIT_THREAD_MODEL_PARALLEL

namespace aoe::initiator::nbdkit {
namespace {

constexpr std::uint32_t preferred_block_bytes = 4096;
constexpr std::uint32_t most_block_bytes = 0xffffffff;  // No limit.

Options& options() {
    static Options all;
    return all;
}

/// One for all clients: an AoE device is the same for each of them.
std::unique_ptr<Connection>& connection() {
    static std::unique_ptr<Connection> only;
    return only;
}

int complain(const std::optional<std::string>& sentence) {
    if (!sentence) return 0;
    nbdkit_error("%s", sentence->c_str());
    return -1;
}

/// What a callback returns for the result of a request.
int report(const char* what, const std::error_code& error, bool writing) {
    if (!error) return 0;
    nbdkit_error("%s: %s", what, error.message().c_str());
    nbdkit_set_error(error_number(error, writing));
    return -1;
}

/// Exceptions end here: nbdkit is written in C.
template <typename Function> int guarded(Function&& function) {
    try {
        return function();
    } catch (const std::exception& error) {
        nbdkit_error("%s", error.what());
        return -1;
    }
}

int config(const char* key, const char* value) {
    return guarded([&] { return complain(set_option(options(), key, value)); });
}

int config_complete() {
    return guarded([] { return complain(missing_option(options())); });
}

/// Before nbdkit goes into the background, so that whoever started it sees what is wrong.
int get_ready() {
    return guarded([] {
        connection() = std::make_unique<Connection>(options());
        return 0;
    });
}

int after_fork() {
    return guarded([] {
        connection()->start();
        return 0;
    });
}

void cleanup() {
    connection().reset();
}

void* open(int) {
    return connection().get();
}

std::int64_t get_size(void*) {
    return static_cast<std::int64_t>(connection()->disk().size_bytes());
}

/// Any bytes are taken, so that nbdfuse and the like can ask for any; whole sectors are better.
int block_size(void*, std::uint32_t* minimum, std::uint32_t* preferred, std::uint32_t* maximum) {
    *minimum = 1;
    *preferred = preferred_block_bytes;
    *maximum = most_block_bytes;
    return 0;
}

int can_write(void*) {
    if (!options().probe) return 1;
    return guarded([] {
        const auto error = connection()->disk().probe_write();
        if (!error) return 1;
        if (is_refusal_to_write(error)) {
            nbdkit_debug("the target refuses writes: %s", error.message().c_str());
            return 0;
        }
        return report("is it writable", error, true);
    });
}

int can_flush(void*) {
    return connection()->can_flush() ? 1 : 0;
}

/// A write that must last is followed by a flush, which nbdkit asks for.
int can_fua(void*) {
    return connection()->can_flush() ? NBDKIT_FUA_EMULATE : NBDKIT_FUA_NONE;
}

/// A flush from any client is one of the device, and nothing is cached here.
int can_multi_conn(void*) {
    return 1;
}

int pread(void*, void* buffer, std::uint32_t count, std::uint64_t offset, std::uint32_t) {
    return guarded([&] {
        const MutableBytes into(static_cast<std::byte*>(buffer), count);
        return report("read", connection()->disk().read(into, offset), false);
    });
}

int pwrite(void*, const void* buffer, std::uint32_t count, std::uint64_t offset, std::uint32_t) {
    return guarded([&] {
        const Bytes from(static_cast<const std::byte*>(buffer), count);
        return report("write", connection()->disk().write(from, offset), true);
    });
}

int flush(void*, std::uint32_t) {
    return guarded([] { return report("flush", connection()->disk().flush(), false); });
}

nbdkit_plugin describe() {
    nbdkit_plugin plugin{};
    plugin.name = "aoe";
    plugin.longname = "ATA over Ethernet";
    plugin.version = AOE_VERSION;
    plugin.description = "Serves an ATA-over-Ethernet device, without a kernel module";
    plugin.config = config;
    plugin.config_complete = config_complete;
    plugin.config_help = options_help;
    plugin.magic_config_key = "target";
    plugin.get_ready = get_ready;
    plugin.after_fork = after_fork;
    plugin.cleanup = cleanup;
    plugin.open = open;
    plugin.get_size = get_size;
    plugin.block_size = block_size;
    plugin.can_write = can_write;
    plugin.can_flush = can_flush;
    plugin.can_fua = can_fua;
    plugin.can_multi_conn = can_multi_conn;
    plugin.pread = pread;
    plugin.pwrite = pwrite;
    plugin.flush = flush;
    return plugin;
}

nbdkit_plugin plugin = describe();

}  // namespace
}  // namespace aoe::initiator::nbdkit

NBDKIT_REGISTER_PLUGIN(aoe::initiator::nbdkit::plugin)
