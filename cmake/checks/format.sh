#!/bin/sh
# SPDX-License-Identifier: MIT
# Whether clang-format would change a file: format.sh ROOT. Data keeps its own shape.
set -eu
cd "$1"
if ! command -v clang-format >/dev/null; then
    echo "skipped: clang-format is not installed"
    exit 77
fi
version=$(clang-format --version | sed -E 's/.*version ([0-9]+).*/\1/')
if [ "$version" != 14 ]; then
    echo "skipped: the format is that of clang-format 14, here is $version"
    exit 77
fi
find cli wire target initiator conformance fuzz bench captures \
    \( -name '*.h' -o -name '*.cpp' \) -print0 2>/dev/null |
    xargs -0 clang-format --dry-run -Werror
