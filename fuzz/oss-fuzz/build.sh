#!/bin/bash
# SPDX-License-Identifier: MIT
# What OSS-Fuzz keeps as projects/aoe-toolkit/build.sh: the checkout knows how it is built.
set -eu
exec "$SRC/aoe-toolkit/.clusterfuzzlite/build.sh"
