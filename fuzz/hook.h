/* SPDX-License-Identifier: MIT */
/* Fuzzes your AoE target inside one process, in C or C++, with libFuzzer or AFL++.
 *
 * Write the two functions below, about twenty lines around what answers a frame in your target, and
 * link them with the aoe-fuzz-hook library, which brings the rest: sequences of frames that know
 * the protocol's structure, how to change and to mix them, and what every reply must be. The
 * program ends with a sentence, "Broken promise: ...", when your target breaks one of the promises,
 * and with the sanitizer's report when it breaks the language's rules.
 *
 *     void aoe_fuzz_init(struct aoe_fuzz_target *target) {
 *         my_target_reset(disk, sizeof disk);
 *         target->sectors = sizeof disk / 512;
 *     }
 *     size_t aoe_fuzz_frame(const uint8_t *in, size_t length, uint8_t *out) {
 *         return my_target_answer(in, length, out);
 *     }
 *
 * docs/fuzzing.md has the commands, examples/ a whole target. One thread; no input or output, no
 * clock and no chance, else what was found cannot be found again. */
#ifndef AOE_FUZZ_HOOK_H
#define AOE_FUZZ_HOOK_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What your target can be held to, as bits. Leave out what it is known not to keep. */
enum aoe_fuzz_promise {
    /* Responses, and frames for others or from nobody, are not answered. */
    AOE_FUZZ_SILENCE = 1,
    /* A reply has the header that the request calls for: addresses swapped, version 1, R, E exactly
     * with an error, shelf and slot of the target, command and tag of the request. */
    AOE_FUZZ_HEADER = 2,
    /* Sectors that were written are read as they were written, and the others do not change; a
     * read has all its sectors, and none beyond the end of the disk. */
    AOE_FUZZ_DATA = 4,
    /* No byte of a reply is left over from what the buffer held before. Each input runs twice. */
    AOE_FUZZ_STALE = 8,
    /* A write that is refused, by the header's error or in the ATA status, changes no sector. Leave
     * it out when yours may fail half-way. Needs AOE_FUZZ_DATA. */
    AOE_FUZZ_REFUSED = 16,
    AOE_FUZZ_ALL = 31
};

/* What your target is. It comes filled in; where your target is something else, say so. */
struct aoe_fuzz_target {
    uint8_t mac[6];    /* 02:00:00:00:00:01 */
    uint16_t shelf;    /* 7 */
    uint8_t slot;      /* 3 */
    uint64_t sectors;  /* 32: the size of its disk in sectors of 512 bytes. Small is good. */
    size_t mtu;        /* 1500: bytes after the Ethernet header, 46 to 9000. */
    unsigned promises; /* AOE_FUZZ_ALL */
};

/* You write this one. It is called before each input: the target becomes as it is after a start,
 * with nothing left of the frames before. What the disk holds at first does not matter, as long as
 * it is the same each time. */
void aoe_fuzz_init(struct aoe_fuzz_target* target);

/* And this one: the target receives the `length` bytes at `in`, from the destination address on, in
 * a block of exactly that size, and writes its reply to `out`, which has room for mtu + 14 bytes
 * and holds anything. Returns the size of the reply, 0 when it says nothing. The frame fits the
 * MTU; it need not be AoE, nor for this target, nor as long as a header. */
size_t aoe_fuzz_frame(const uint8_t* in, size_t length, uint8_t* out);

#ifdef __cplusplus
}
#endif

#endif
