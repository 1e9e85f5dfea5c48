#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# How fast two harnesses are with both sanitizers, a second of one core's time: speed.sh
# BUILD_FOLDER. Some fifteen seconds. Tells executions of the frame harness, all of whose inputs
# have 1514 bytes, by themselves and while it fuzzes; and frames, not sessions, of the target
# harness while it fuzzes.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work"/{frames,new}
log=$work/log

# The committed frames that have a header, each repeated from there on until it fills an Ethernet
# frame.
for file in "$root"/fuzz/corpus/frame/*; do
    (($(stat -c %s "$file") > 26)) || continue
    long=$work/frames/${file##*/}
    cp "$file" "$long"
    while (($(stat -c %s "$long") < 1514)); do tail -c +25 "$file" >>"$long"; done
    truncate -s 1514 "$long"
done

# run HARNESS ARGUMENT...: leaves what it printed in $log, and sets `cpu` to the seconds of
# processor time that it took, so that what else the machine does hardly counts.
run() {
    local TIMEFORMAT='%U %S'
    { time "$build/bin/$1_fuzzer" "${@:2}" >"$log" 2>&1; } 2>"$work/time" ||
        { tail -5 "$log" >&2; exit 1; }
    cpu=$(awk '{ print $1 + $2 }' "$work/time")
}

run frame -runs=3000 "$work"/frames/*
awk -v cpu="$cpu" '/^Executed / { ++files }
     END { printf "frame: %d executions a second, of 1514 bytes each\n", files * 3000 / cpu }' \
    "$log"
run frame -max_total_time=5 -max_len=1514 -len_control=0 "$work/new" "$work/frames"
awk -v cpu="$cpu" '/^Done / { printf "frame: %d while fuzzing, to 1514 bytes\n", $2 / cpu }' "$log"
rm -f "$work"/new/*
AOE_FUZZ_COUNT=1 run target -max_total_time=5 -max_len=9018 "$work/new" "$root/fuzz/corpus/target"
awk -v cpu="$cpu" '/^target: / { frames = $2; replies = $4 }
     /^Done / { sessions = $2 }
     END { printf "target: %d frames a second while fuzzing, %d replies, %d sessions\n",
           frames / cpu, replies / cpu, sessions / cpu }' "$log"
