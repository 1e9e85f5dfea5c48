#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Whether the harnesses notice mistakes: planted.sh ROOT BUILD_FOLDER [NAME...], or with --check
# instead of names only whether each mistake can still be planted (cmake/planted.sh).
#
# Each patch of fuzz/planted names its harness, which starts from its corpus and has 60 seconds on
# one core.
set -euo pipefail

root=$1 copy=$2/planted patches=$1/fuzz/planted preset=fuzz options=(-DBUILD_TESTING=OFF)
allowed=60
shift 2
# shellcheck source=../cmake/planted.sh
. "$root/cmake/planted.sh"

harness_of() { sed -n 's/^Harness: //p' "$patches/$1.patch"; }
program_of() { harness_of "$1" | sed 's/$/_fuzzer/'; }

# finds HARNESS LOG: 0 when the harness found something.
finds() {
    local corpus=$1 dictionary=aoe
    case $1 in
        differential) corpus=frame ;;
        capture) dictionary=capture ;;
        expectations | selection) dictionary=text ;;
    esac
    rm -rf "$copy/new"
    mkdir "$copy/new"
    ! "$copy/build/fuzz/bin/$1_fuzzer" -max_total_time=$allowed -max_len=9018 -seed=1 \
        -dict="$root/fuzz/$dictionary.dict" -artifact_prefix="$copy/found-" \
        "$copy/new" "$root/fuzz/corpus/$corpus" >"$2" 2>&1
}

hunt() {
    local name=$1 log=$2 harness started took
    harness=$(harness_of "$name")
    started=$(date +%s%N)
    if ! finds "$harness" "$log"; then
        printf '%-26s %-12s NOT FOUND in %d s\n' "$name" "$harness" $allowed
        return 1
    fi
    took=$((($(date +%s%N) - started) / 100000000))
    printf '%-26s %-12s found in %d.%d s: %s\n' "$name" "$harness" $((took / 10)) $((took % 10)) \
        "$(sed -nE 's/^Broken promise: //p; s/^SUMMARY: //p' "$log" | head -1)"
}

look_for_planted "found within $allowed s each" "$@"
