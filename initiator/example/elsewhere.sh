#!/bin/sh
# SPDX-License-Identifier: MIT
# elsewhere.sh FOLDER COMPILER: the example as a project of its own can be configured, and finds the
# library's headers. It is not linked, which would compile the library once more.
set -eu
rm -rf "$1"
cmake -G Ninja -S "$(dirname "$0")" -B "$1" -D CMAKE_CXX_COMPILER="$2"
cmake --build "$1" --target CMakeFiles/example.dir/example_main.cpp.o
