// SPDX-License-Identifier: MIT
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <system_error>
#include <unistd.h>

#include "conformance/describe.h"
#include "conformance/state.h"
#include "wire/address.h"

namespace aoe::conformance {

namespace {

constexpr int journal_version = 1;

template <typename Range> std::string to_hex(const Range& bytes) {
    std::string text;
    for (const auto byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    return text;
}

ByteVector from_hex(const std::string& text) {
    if (text.size() % 2 != 0) throw std::invalid_argument("an odd number of hexadecimal digits");
    ByteVector bytes;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        std::size_t used = 0;
        bytes.push_back(static_cast<std::uint8_t>(std::stoul(text.substr(i, 2), &used, 16)));
        if (used != 2) throw std::invalid_argument("something else than hexadecimal digits");
    }
    return bytes;
}

std::vector<std::string> mac_texts(const std::vector<Mac>& macs) {
    std::vector<std::string> texts;
    for (const Mac& mac : macs) texts.push_back(mac_text(mac));
    return texts;
}

Mac mac_from(const std::string& text) {
    const auto mac = parse_mac(text);
    if (!mac) throw std::invalid_argument("'" + text + "' is no MAC address");
    return *mac;
}

std::vector<Mac> macs_from(const nlohmann::json& texts) {
    std::vector<Mac> macs;
    for (const auto& text : texts) macs.push_back(mac_from(text.get<std::string>()));
    return macs;
}

[[noreturn]] void fail(const std::filesystem::path& path, const char* what) {
    throw std::system_error(errno, std::generic_category(),
                            fmt::format("{} the journal {}", what, path.string()));
}

// Open until it is done with, whatever happens.
class File {
public:
    File(const std::filesystem::path& path, int flags) : fd_(::open(path.c_str(), flags, 0600)) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (fd_ >= 0) ::close(fd_);
    }
    int get() const { return fd_; }

private:
    int fd_;
};

void write_synced(const std::filesystem::path& path, const std::string& text) {
    const File file(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC);
    if (file.get() < 0) fail(path, "cannot create");
    for (std::size_t done = 0; done < text.size();) {
        const ssize_t written = ::write(file.get(), text.data() + done, text.size() - done);
        if (written < 0 && errno != EINTR) fail(path, "cannot write");
        if (written > 0) done += static_cast<std::size_t>(written);
    }
    if (::fsync(file.get()) != 0) fail(path, "cannot sync");
}

}  // namespace

void write_journal(const std::filesystem::path& path, const Journal& journal) {
    const TargetState& state = journal.state;
    const nlohmann::json json{
        {"aoe-conform-journal", journal_version},  {"target", journal.target},
        {"interface", journal.interface},          {"mac", mac_text(journal.mac)},
        {"doors", to_string(state.doors)},         {"config_string", to_hex(state.config_string)},
        {"mask_list", mac_texts(state.mask_list)}, {"reserve_list", mac_texts(state.reserve_list)},
        {"first_sector", state.range.first},       {"sectors", to_hex(state.sectors)},
    };
    std::filesystem::path temporary = path;
    temporary += ".new";
    try {
        write_synced(temporary, json.dump());
    } catch (...) {
        std::error_code ignored;
        std::filesystem::remove(temporary, ignored);
        throw;
    }
    if (::rename(temporary.c_str(), path.c_str()) != 0) fail(path, "cannot create");
    const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
    const File directory(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory.get() < 0 || ::fsync(directory.get()) != 0) fail(path, "cannot sync");
}

Expected<Journal, std::string> read_journal(const std::filesystem::path& path) {
    std::ifstream file(path);
    if (!file) return Unexpected{fmt::format("cannot open the journal {}", path.string())};
    std::stringstream text;
    text << file.rdbuf();
    try {
        const auto json = nlohmann::json::parse(text.str());
        if (json.at("aoe-conform-journal") != journal_version) {
            return Unexpected{fmt::format("{} is a journal of another version", path.string())};
        }
        Journal journal;
        json.at("target").get_to(journal.target);
        json.at("interface").get_to(journal.interface);
        journal.mac = mac_from(json.at("mac").get<std::string>());
        TargetState& state = journal.state;
        const std::string doors = json.at("doors").get<std::string>();
        const auto parsed = parse_doors(doors == "none" ? "" : doors);
        if (!parsed) return Unexpected{parsed.error()};
        state.doors = *parsed;
        const ByteVector string = from_hex(json.at("config_string").get<std::string>());
        state.config_string.assign(string.begin(), string.end());
        state.mask_list = macs_from(json.at("mask_list"));
        state.reserve_list = macs_from(json.at("reserve_list"));
        state.sectors = from_hex(json.at("sectors").get<std::string>());
        state.range = {.first = json.at("first_sector").get<std::uint64_t>(),
                       .count = state.sectors.size() / 512};
        return journal;
    } catch (const std::exception& error) {
        return Unexpected{
            fmt::format("{} is no journal of aoe-conform: {}", path.string(), error.what())};
    }
}

}  // namespace aoe::conformance
