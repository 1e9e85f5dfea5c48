/* SPDX-License-Identifier: MIT */
/* All that it takes to fuzz the toy. */
#include <string.h>

#include "fuzz/hook.h"
#include "toy_target.h"

static struct toy_target toy;

void aoe_fuzz_init(struct aoe_fuzz_target* target) {
    memset(&toy, 0, sizeof toy);
    memcpy(toy.mac, target->mac, sizeof toy.mac);
    toy.shelf = target->shelf;
    toy.slot = target->slot;
    target->sectors = TOY_SECTORS;
    target->mtu = TOY_MTU;
}

size_t aoe_fuzz_frame(const uint8_t* in, size_t length, uint8_t* out) {
    return toy_answer(&toy, in, length, out);
}
