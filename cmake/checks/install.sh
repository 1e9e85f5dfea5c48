#!/bin/sh
# SPDX-License-Identifier: MIT
# The installed programs are complete and run: install.sh CMAKE BUILD_FOLDER VERSION PROGRAM...
set -eu
cmake=$1 build=$2 version=$3
shift 3
prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT
"$cmake" --install "$build" --prefix "$prefix" >/dev/null
for program; do
    said=$("$prefix/bin/$program" --version)
    [ "$said" = "$program $version" ] || { echo "$program says '$said'"; exit 1; }
done
# GoogleTest and the like must not come along.
stray=$(cd "$prefix" && find . -type f ! -path './bin/*' ! -path './share/*' \
    ! -path './lib/systemd/system/*' ! -path './lib/*/nbdkit/plugins/nbdkit-aoe-plugin.so')
[ -z "$stray" ] || { echo "installed, though no program, plugin, unit or page: $stray"; exit 1; }
