/* SPDX-License-Identifier: MIT */
/* A toy AoE target in C, to show how a target is fuzzed. It serves one small disk in memory, e7.3,
 * with config queries and the reading and writing of sectors, and knows nothing of fuzzing. */
#ifndef TOY_TARGET_H
#define TOY_TARGET_H

#include <stddef.h>
#include <stdint.h>

enum { TOY_SECTORS = 32, TOY_MTU = 1500 };

struct toy_target {
    uint8_t mac[6];
    uint16_t shelf;
    uint8_t slot;
    uint8_t disk[TOY_SECTORS * 512];
};

/* The size of the reply that stands at `out`, which has room for TOY_MTU + 14 bytes; 0 when there
 * is none. */
size_t toy_answer(struct toy_target* toy, const uint8_t* in, size_t length, uint8_t* out);

#endif
