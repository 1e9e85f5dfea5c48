// SPDX-License-Identifier: MIT
// The codec promises not to allocate and not to throw: this program counts what operator new is
// asked for while every function of the codec runs, and lets the compiler check noexcept.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <span>

#include <gtest/gtest.h>

#include "wire/ata.h"
#include "wire/config.h"
#include "wire/frame.h"
#include "wire/identify.h"
#include "wire/mask.h"
#include "wire/reject.h"
#include "wire/reserve.h"

namespace {
std::size_t allocations = 0;
}  // namespace

void* operator new(std::size_t size) {
    ++allocations;
    if (void* const block = std::malloc(size == 0 ? 1 : size)) {
        return block;
    }
    throw std::bad_alloc();
}
// Not inlined, else g++ sees free() beside new and warns of a mismatch that is none.
[[gnu::noinline]] void operator delete(void* block) noexcept {
    std::free(block);
}
[[gnu::noinline]] void operator delete(void* block, std::size_t /*size*/) noexcept {
    std::free(block);
}

namespace aoe {
namespace {

constexpr std::array<Mac, 2> macs{broadcast_mac, broadcast_mac};
constexpr std::array<std::byte, 3> config_string{};

// Volatile, so that nothing that is only read is optimised away.
volatile std::uint64_t sink = 0;
void use(std::uint64_t value) {
    sink = sink + value;
}

void walk_frame(MutableBytes storage) {
    const FrameBuilder builder(storage, {.address = {any_shelf, any_slot}});
    use(builder.argument().size());
    use(builder.finish(0).size());
    const auto frame = FrameView::parse(builder.finish_padded(0));
    use(frame->header().tag);
    use(frame->argument().size());
    use(frame->bytes().size());
    use(matches(frame->header().address, {7, 3}) ? 1 : 0);
    use(is_group(frame->header().destination) ? 1 : 0);
    use(FrameView::parse({}).has_value() ? 1 : 0);
    for (std::uint8_t error = 0; error < 8; ++error) {
        use(sentence(AoeError{error}).size());
    }
    for (std::size_t reject = 0; reject <= reject_count; ++reject) {
        use(sentence(static_cast<Reject>(reject)).size());
    }
}

void walk_commands(MutableBytes storage) {
    use(write_ata(storage, {.lba = 1}).size());
    const auto ata = AtaView::parse(storage);
    use(lba28(ata->registers()));
    use(ata->data().size());
    use(addressing(ata_command::read_dma).extended ? 1 : 0);
    use(AtaView::parse({}).has_value() ? 1 : 0);

    use(write_config(storage, {}, config_string));
    const auto config = ConfigView::parse(storage);
    use(config->fields().buffer_count);
    use(config->string()->size());
    use(ConfigView::parse({}).has_value() ? 1 : 0);

    write_mask(storage, {.directive_count = 1});
    write_mask_directive(storage, 0, {});
    const auto mask = MaskView::parse(storage);
    use(mask->fields().directive_count);
    use(mask_directive_at(*mask->directives(), 0).command);
    use(MaskView::parse({}).has_value() ? 1 : 0);

    use(write_reserve(storage, reserve_command::set, macs));
    const auto reserve = ReserveView::parse(storage);
    use(reserve->fields().mac_count);
    use(std::to_integer<std::uint64_t>(reserve_mac_at(*reserve->macs(), 1)[0]));
    use(ReserveView::parse({}).has_value() ? 1 : 0);
}

void walk_identify(std::span<std::byte, identify_size> storage) {
    write_identify(storage,
                   {.serial = "serial", .firmware = "1", .model = "a model", .sectors = 9});
    const auto identify = IdentifyView::parse(storage);
    use(identify->word(255));
    use(identify->serial().view().size() + identify->firmware().view().size());
    use(identify->model().view().size());
    use(identify->supports_lba48() ? 1 : 0);
    use(identify->sectors28() + identify->sectors48() + identify->sectors());
    use(identify->checksum_valid() ? 1 : 0);
    use(IdentifyView::parse({}).has_value() ? 1 : 0);
}

TEST(Allocation, IsSeenByTheCounter) {
    const std::size_t before = allocations;
    const auto* const volatile block = new std::uint64_t(1);
    EXPECT_EQ(allocations, before + 1);
    delete block;
}

TEST(Allocation, IsNotWhatTheCodecDoes) {
    std::array<std::byte, 1024> storage{};
    const std::size_t before = allocations;
    walk_frame(storage);
    walk_commands(storage);
    walk_identify(std::span(storage).first<identify_size>());
    EXPECT_EQ(allocations, before);
}

// Only the declarations matter: nothing in noexcept() runs.
[[maybe_unused]] void views_do_not_throw(const FrameView& frame, const AtaView& ata,
                                         const ConfigView& config, const MaskView& mask,
                                         const ReserveView& reserve, const IdentifyView& identify) {
    static_assert(noexcept(FrameView::parse({})));
    static_assert(noexcept(frame.header()));
    static_assert(noexcept(frame.argument()));
    static_assert(noexcept(frame.bytes()));
    static_assert(noexcept(AtaView::parse({})));
    static_assert(noexcept(ata.registers()));
    static_assert(noexcept(ata.data()));
    static_assert(noexcept(ConfigView::parse({})));
    static_assert(noexcept(config.fields()));
    static_assert(noexcept(config.string()));
    static_assert(noexcept(MaskView::parse({})));
    static_assert(noexcept(mask.fields()));
    static_assert(noexcept(mask.directives()));
    static_assert(noexcept(ReserveView::parse({})));
    static_assert(noexcept(reserve.fields()));
    static_assert(noexcept(reserve.macs()));
    static_assert(noexcept(IdentifyView::parse({})));
    static_assert(noexcept(identify.word(0)));
    static_assert(noexcept(identify.serial().view()));
    static_assert(noexcept(identify.firmware().view()));
    static_assert(noexcept(identify.model().view()));
    static_assert(noexcept(identify.supports_lba48()));
    static_assert(noexcept(identify.sectors28()));
    static_assert(noexcept(identify.sectors48()));
    static_assert(noexcept(identify.sectors()));
    static_assert(noexcept(identify.checksum_valid()));
}

[[maybe_unused]] void functions_do_not_throw(const FrameBuilder& builder, MutableBytes storage,
                                             std::span<std::byte, identify_size> data) {
    static_assert(noexcept(FrameBuilder(storage, Header{})));
    static_assert(noexcept(builder.argument()));
    static_assert(noexcept(builder.finish(0)));
    static_assert(noexcept(builder.finish_padded(0)));
    static_assert(noexcept(addressing(0)));
    static_assert(noexcept(write_ata(storage, {})));
    static_assert(noexcept(write_config(storage, {}, {})));
    static_assert(noexcept(mask_directive_at({}, 0)));
    static_assert(noexcept(write_mask(storage, {})));
    static_assert(noexcept(write_mask_directive(storage, 0, {})));
    static_assert(noexcept(reserve_mac_at({}, 0)));
    static_assert(noexcept(write_reserve(storage, 0, {})));
    static_assert(noexcept(write_identify(data, {})));
    static_assert(noexcept(sentence(AoeError{})));
    static_assert(noexcept(sentence(Reject{})));
}

}  // namespace
}  // namespace aoe
