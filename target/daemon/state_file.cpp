// SPDX-License-Identifier: MIT
#include "target/daemon/state_file.h"

#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <unistd.h>

#include "wire/address.h"
#include "wire/config.h"
#include "wire/descriptor.h"

namespace aoe::target {
namespace {

constexpr std::string_view first_line = "aoe-target state 1";
constexpr std::string_view last_line = "end";

std::string hex_of(const std::vector<std::byte>& bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const std::byte each : bytes) {
        text += digits[std::to_integer<std::size_t>(each >> 4)];
        text += digits[std::to_integer<std::size_t>(each & std::byte{0xf})];
    }
    return text;
}

std::optional<std::vector<std::byte>> bytes_of(std::string_view hex) {
    std::vector<std::byte> bytes;
    if (hex.size() % 2 != 0 || hex.size() / 2 > config_string_limit) return std::nullopt;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        unsigned value = 0;
        const char* const end = hex.data() + i + 2;
        const auto [stop, error] = std::from_chars(hex.data() + i, end, value, 16);
        if (error != std::errc{} || stop != end) return std::nullopt;
        bytes.push_back(static_cast<std::byte>(value));
    }
    return bytes;
}

std::string words_of(const MacList& list) {
    std::string words;
    for (const Mac& mac : list.macs()) words += " " + to_string(mac);
    return words;
}

std::optional<MacList> list_of(std::istringstream& words) {
    std::vector<Mac> macs;
    for (std::string word; words >> word;) {
        const auto mac = parse_mac(word);
        if (!mac || macs.size() == MacList::capacity) return std::nullopt;
        macs.push_back(*mac);
    }
    return MacList(macs);
}

/// False when the line is not one of a state.
bool take_line(const std::string& line, ExportState& state) {
    std::istringstream words(line);
    std::string key;
    words >> key;
    if (key == "config") {
        std::string hex;
        words >> hex;
        const auto bytes = bytes_of(hex);
        if (bytes) state.config_string = *bytes;
        return bytes.has_value();
    }
    if (key == "mask" || key == "reserve") {
        const auto list = list_of(words);
        if (list) (key == "mask" ? state.mask : state.reservation) = *list;
        return list.has_value();
    }
    std::string value;
    words >> value;
    state.write_cache_enabled = value == "on";
    return key == "write-cache" && (value == "on" || value == "off");
}

std::error_code last_error() {
    return {errno, std::system_category()};
}

std::error_code write_all(int file, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(file, text.data(), text.size());
        if (written < 0 && errno != EINTR) return last_error();
        if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

std::error_code sync_folder(const std::filesystem::path& path) {
    const Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder || ::fsync(folder.get()) != 0) return last_error();
    return {};
}

}  // namespace

std::string state_text(const ExportState& state) {
    std::string text(first_line);
    text += "\nconfig " + hex_of(state.config_string);
    text += "\nmask" + words_of(state.mask);
    text += "\nreserve" + words_of(state.reservation);
    text += state.write_cache_enabled ? "\nwrite-cache on\n" : "\nwrite-cache off\n";
    return text + std::string(last_line) + "\n";
}

Expected<ExportState, std::string> parse_state(std::string_view text) {
    std::istringstream lines{std::string(text)};
    std::string line;
    if (!std::getline(lines, line) || line != first_line) {
        return Unexpected{"does not begin with \"" + std::string(first_line) + "\""};
    }
    ExportState state;
    while (std::getline(lines, line)) {
        if (line == last_line) return state;
        if (!take_line(line, state)) return Unexpected{"has a wrong line: " + line};
    }
    return Unexpected{std::string("was cut: its last line is missing")};
}

StateFolder::StateFolder(std::string path) : path_(std::move(path)) {
    std::error_code error;
    const bool is_new = std::filesystem::create_directories(path_, error);
    if (error) throw std::system_error(error, "cannot make the state folder " + path_);
    // A folder that a crash takes away takes all that is in it along.
    for (auto each = std::filesystem::absolute(path_); is_new && each.has_relative_path();) {
        each = each.parent_path();
        sync_folder(each);
    }
    const std::string locks = path_ + "/locks";
    locks_ = Descriptor(::open(locks.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (!locks_) throw std::system_error(last_error(), "cannot write to the state folder " + path_);
}

void StateFolder::lock(const Address& address) const {
    struct flock byte {};
    byte.l_type = F_WRLCK;
    byte.l_whence = SEEK_SET;
    byte.l_start = address.shelf * 256 + address.slot;
    byte.l_len = 1;
    if (::fcntl(locks_.get(), F_OFD_SETLK, &byte) == 0) return;
    if (errno != EAGAIN && errno != EACCES) throw std::system_error(last_error(), path_ + "/locks");
    throw std::runtime_error("another aoe-target keeps " + file_of(address));
}

std::string StateFolder::file_of(const Address& address) const {
    return path_ + "/" + target_name(address.shelf, address.slot);
}

std::optional<ExportState> StateFolder::load(const Address& address) const {
    const std::string path = file_of(address);
    lock(address);
    if (!std::filesystem::exists(path)) return std::nullopt;
    std::ifstream file(path);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (!file.is_open() || file.bad()) throw std::runtime_error("cannot read the state in " + path);
    auto state = parse_state(text);
    if (!state) {
        throw std::runtime_error("the state in " + path + " " + state.error() +
                                 "; remove it to begin without one");
    }
    return *state;
}

std::error_code StateFolder::save(const Address& address, const ExportState& state) const {
    const std::string path = file_of(address);
    const std::string fresh = path + ".new";
    const Descriptor file(
        ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (!file) return last_error();
    if (const auto error = write_all(file.get(), state_text(state))) return error;
    if (::fsync(file.get()) != 0) return last_error();
    if (::rename(fresh.c_str(), path.c_str()) != 0) return last_error();
    // The new name is in the folder, which has to be durable too.
    return sync_folder(path_);
}

}  // namespace aoe::target
