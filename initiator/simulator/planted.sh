#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Whether the simulator notices mistakes: planted.sh ROOT BUILD_FOLDER [NAME...], or with --check
# instead of names only whether each mistake can still be planted (cmake/planted.sh).
#
# The simulator has 60 seconds to find one of initiator/simulator/planted; then the seed that it
# names is replayed, and must show the same.
set -euo pipefail

root=$1 copy=$2/planted-simulator patches=$1/initiator/simulator/planted preset=release options=()
allowed=60
shift 2
# shellcheck source=../../cmake/planted.sh
. "$root/cmake/planted.sh"

program_of() { echo simulate; }

hunt() {
    local name=$1 log=$2 simulate=$copy/build/release/bin/simulate found replay status=0 again=0
    local same=no words
    # To tell it in short takes time of its own.
    timeout $((4 * allowed)) "$simulate" --seeds 1000000 >"$log" 2>&1 || status=$?
    found=$(sed -n 's/^found after //p' "$log")
    if ((status != 1)) || [[ -z $found ]] || ((${found%%.*} >= allowed)); then
        printf '%-18s NOT FOUND in %d s (status %d)\n' "$name" $allowed "$status"
        return 1
    fi
    replay=$(sed -n 's/^replay it: .\/run simulate //p' "$log")
    read -ra words <<<"$replay"
    "$simulate" "${words[@]}" >"$log.again" 2>&1 || again=$?
    # All but the time that it took.
    if ((again == 1)) && diff <(sed "/^found after/d" "$log") \
        <(sed "/^found after/d" "$log.again"); then
        same=yes
    fi
    printf '%-18s found after %s; replayed: %s; %s\n' "$name" "$found" "$same" \
        "$(sed -n 's/^shortened from /shortened from /p' "$log" | cut -c1-160)"
    [[ $same == yes ]]
}

look_for_planted 'found and replayed' "$@"
