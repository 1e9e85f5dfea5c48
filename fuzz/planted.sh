#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Whether the harnesses notice mistakes: planted.sh ROOT BUILD_FOLDER [NAME...], or with --check
# instead of names only whether each mistake can still be planted (cmake/planted.sh).
#
# Each patch of fuzz/planted names its harness, which starts from its corpus and has 60 seconds on
# one core. Before, each such harness is silent for five seconds with no mistake planted.
set -euo pipefail

root=$1 copy=$2/planted patches=$1/fuzz/planted preset=fuzz options=(-DBUILD_TESTING=OFF)
allowed=60
shift 2
# shellcheck source=../cmake/planted.sh
. "$root/cmake/planted.sh"
# shellcheck source=harnesses.sh
. "$root/fuzz/harnesses.sh"

harness_of() { sed -n 's/^Harness: //p' "$patches/$1.patch"; }
program_of() { harness_of "$1" | sed 's/$/_fuzzer/'; }

# run HARNESS SECONDS LOG: its status.
run() {
    rm -rf "$copy/new"
    mkdir "$copy/new"
    "$copy/build/fuzz/bin/$1_fuzzer" -max_total_time="$2" -max_len=9018 -seed=1 \
        -dict="$root/fuzz/$(dictionary_of "$1").dict" -artifact_prefix="$copy/found-" \
        "$copy/new" "$root/fuzz/corpus/$(corpus_of "$1")" >"$3" 2>&1
}

# What a harness and the sanitizers say of a mistake; other ways to end are none.
telling='^Broken promise: |^SUMMARY: (Address|UndefinedBehavior)Sanitizer|runtime error: |'
telling+='Assertion .* failed'

# control NAME...: without any mistake nothing may be found, or what is found later says nothing.
control() {
    local name harness log=$copy/control.log silent=0
    for harness in $(for name; do harness_of "$name"; done | sort -u); do
        cmake --build "$copy/build/$preset" --target "${harness}_fuzzer" >"$log" 2>&1 ||
            { tail -20 "$log" >&2; return 1; }
        run "$harness" 5 "$log" && continue
        tail -5 "$log" >&2
        say "$harness finds something where nothing was planted"
        silent=1
    done
    return $silent
}

hunt() {
    local name=$1 log=$2 harness started took
    harness=$(harness_of "$name")
    started=$(date +%s%N)
    if run "$harness" $allowed "$log"; then
        printf '%-26s %-12s NOT FOUND in %d s\n' "$name" "$harness" $allowed
        return 1
    fi
    if ! grep -qE "$telling" "$log"; then
        tail -5 "$log" >&2
        printf '%-26s %-12s ENDED, and found nothing\n' "$name" "$harness"
        return 1
    fi
    took=$((($(date +%s%N) - started) / 100000000))
    printf '%-26s %-12s found in %d.%d s: %s\n' "$name" "$harness" $((took / 10)) $((took % 10)) \
        "$(grep -E "$telling" "$log" | sed -E 's/^(Broken promise|SUMMARY): //' | head -1)"
}

look_for_planted "found within $allowed s each" "$@"
