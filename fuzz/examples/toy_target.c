/* SPDX-License-Identifier: MIT */
#include "toy_target.h"

#include <string.h>

enum {
    ETHER_TYPE = 12,
    FLAGS = 14,
    ERROR = 15,
    SHELF = 16,
    SLOT = 18,
    COMMAND = 19,
    ARGUMENT = 24
};
enum { COUNT = ARGUMENT + 2, OPCODE = ARGUMENT + 3, LBA = ARGUMENT + 4, DATA = ARGUMENT + 12 };
enum { SHORTEST_FRAME = 60, MOST_SECTORS = (TOY_MTU + 14 - DATA) / 512 };
enum { READY = 0x40, FAILED = 0x41, ABORTED = 0x04, NOT_FOUND = 0x10 };

static int is_for_us(const struct toy_target* toy, const uint8_t* in, size_t length) {
    static const uint8_t everybody[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    uint16_t shelf;

    if (length < ARGUMENT || in[ETHER_TYPE] != 0x88 || in[ETHER_TYPE + 1] != 0xa2) return 0;
    shelf = (uint16_t)(in[SHELF] << 8 | in[SHELF + 1]);
    return !(in[FLAGS] & 8) && !(in[6] & 1) && memcmp(in + 6, toy->mac, 6) != 0 &&
           (memcmp(in, toy->mac, 6) == 0 || memcmp(in, everybody, 6) == 0) &&
           (shelf == toy->shelf || shelf == 0xffff) && (in[SLOT] == toy->slot || in[SLOT] == 0xff);
}

static void start_reply(const struct toy_target* toy, const uint8_t* in, uint8_t* out) {
    memset(out, 0, SHORTEST_FRAME);
    memcpy(out, in + 6, 6);
    memcpy(out + 6, toy->mac, 6);
    memcpy(out + ETHER_TYPE, in + ETHER_TYPE, ARGUMENT - ETHER_TYPE);
    out[FLAGS] = 0x18;
    out[ERROR] = 0;
    out[SHELF] = (uint8_t)(toy->shelf >> 8);
    out[SHELF + 1] = (uint8_t)toy->shelf;
    out[SLOT] = toy->slot;
}

static size_t fail(uint8_t* out, uint8_t error) {
    out[FLAGS] = 0x1c;
    out[ERROR] = error;
    return SHORTEST_FRAME;
}

static size_t end_ata(uint8_t* out, uint8_t status, uint8_t error, size_t data) {
    size_t size = DATA + data;

    out[ARGUMENT + 1] = error;
    out[OPCODE] = status;
    return size < SHORTEST_FRAME ? SHORTEST_FRAME : size;
}

static size_t transfer(struct toy_target* toy, const uint8_t* in, size_t length, uint8_t* out) {
    const int writes = in[OPCODE] == 0x34;
    const size_t count = in[COUNT], bytes = count * 512;
    uint64_t lba = 0;
    int i;

    for (i = 5; i >= 0; i--) lba = lba << 8 | in[LBA + i];
    if (count == 0 || count > MOST_SECTORS || (writes && length < DATA + bytes))
        return end_ata(out, FAILED, ABORTED, 0);
    if (lba >= TOY_SECTORS || count > TOY_SECTORS - lba) return end_ata(out, FAILED, NOT_FOUND, 0);
    if (writes) {
        memcpy(toy->disk + lba * 512, in + DATA, bytes);
        return end_ata(out, READY, 0, 0);
    }
    memcpy(out + DATA, toy->disk + lba * 512, bytes);
    return end_ata(out, READY, 0, bytes);
}

size_t toy_answer(struct toy_target* toy, const uint8_t* in, size_t length, uint8_t* out) {
    if (!is_for_us(toy, in, length)) return 0;
    start_reply(toy, in, out);
    if (in[FLAGS] >> 4 != 1) return fail(out, 5);
    switch (in[COMMAND]) {
        case 0:
            if (length < DATA) return 0;
            memcpy(out + ARGUMENT, in + ARGUMENT, DATA - ARGUMENT);
            if (in[OPCODE] != 0x24 && in[OPCODE] != 0x34) /* READ and WRITE SECTORS EXT */
                return end_ata(out, FAILED, ABORTED, 0);
            return transfer(toy, in, length, out);
        case 1:
            if (length < ARGUMENT + 8) return 0;
            if (in[ARGUMENT + 5] & 0xf) /* No config string: it can be read, and that is all. */
                return fail(out, 2);
            out[ARGUMENT + 1] = 1; /* Buffer Count */
            out[ARGUMENT + 4] = MOST_SECTORS;
            out[ARGUMENT + 5] = 0x10;
            return SHORTEST_FRAME;
        default:
            return fail(out, 1);
    }
}
