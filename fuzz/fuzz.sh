#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What `./run fuzz` does once the harnesses are built: fuzz.sh BUILD_FOLDER [OPTION...] [HARNESS...]
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$(cd "$1" && pwd)
shift
# shellcheck source=harnesses.sh
. "$root/fuzz/harnesses.sh"
all=("${harnesses_of_all[@]}")
seconds=60 jobs=$(nproc) merge=no harnesses=()

usage() {
    cat <<END
Usage: ./run fuzz [--seconds N] [--jobs N] [HARNESS...]
       ./run fuzz --planted [MISTAKE...]
       ./run fuzz --merge [HARNESS...]
       ./run fuzz --speed

Fuzzes each harness for N seconds, 60 unless told, as many side by side as there are cores, from
the corpora of fuzz/corpus on. What is new goes to build/fuzz/found, what broke a promise to
build/fuzz/broken, and its last words are shown. Harnesses, all of them when none is named:
  ${all[*]}

  --planted   plants each mistake of fuzz/planted into a copy of the source, and tells within how
              many seconds its harness finds it; 60 are allowed
  --speed     executions a second of the frame harness at 1514 bytes, and frames a second of the
              target harness, on one core with both sanitizers
  --merge     makes the corpora anew, as few inputs as reach as much, out of captures/, the old
              corpora and what was found

Exit status: 0 when nothing was found, or with --planted everything; 1 when not; 2 for a wrong
command line.
END
}

give_up() { printf 'run: %s\n' "$1" >&2; exit 2; }

while (($#)); do
    case $1 in
        --seconds | --jobs)
            [[ ${2-} =~ ^[1-9][0-9]*$ ]] || give_up "$1 needs a number, not '${2-}'"
            if [[ $1 == --seconds ]]; then seconds=$2; else jobs=$2; fi
            shift ;;
        --merge) merge=yes ;;
        --speed) exec "$root/fuzz/speed.sh" "$build" ;;
        -h | --help) usage; exit ;;
        -*) give_up "unknown option '$1'; see ./run fuzz --help" ;;
        *)
            [[ " ${all[*]} " == *" $1 "* ]] || give_up "no harness '$1': ${all[*]}"
            harnesses+=("$1") ;;
    esac
    shift
done
((${#harnesses[@]})) || harnesses=("${all[@]}")

# fuzz HARNESS: 0 when nothing was found.
fuzz() {
    local name=$1 found=$build/found/$1 log=$build/found/$1.log folders=()
    mkdir -p "$found" "$build/broken"
    folders=("$found" "$root/fuzz/corpus/$(corpus_of "$name")")
    [[ ! -d $root/fuzz/regressions/$name ]] || folders+=("$root/fuzz/regressions/$name")
    if "$build/bin/${name}_fuzzer" -max_total_time="$seconds" -max_len=9018 -timeout=20 \
        -print_final_stats=1 -dict="$root/fuzz/$(dictionary_of "$name").dict" \
        -artifact_prefix="$build/broken/$name-" "${folders[@]}" >"$log" 2>&1; then
        sed -nE "s/^Done ([0-9]+) runs in ([0-9]+) .*/$name: \1 inputs in \2 s, nothing found/p" \
            "$log"
    else
        printf '%s: FOUND\n' "$name"
        grep -hE '^(Broken promise|SUMMARY|.*runtime error:|.*Test unit written to)' "$log" |
            sed 's/^/    /' || tail -5 "$log"
        return 1
    fi
}

# The seeds of a harness from captures/, into a folder.
seeds() {
    local form
    case $1 in
        frame) form=frames ;;
        ata) form=arguments-0 ;;
        config) form=arguments-1 ;;
        mask) form=arguments-2 ;;
        reserve) form=arguments-3 ;;
        export | target) form=sessions ;;
        initiator) form=replies ;;
        *) return 0 ;;
    esac
    "$build/bin/pcap-to-corpus" "$form" "$2" "$root"/captures/*/*.pcap >/dev/null
}

# merge HARNESS: inputs whose name says something stay; of the others the recorded ones come first,
# since the first of two alike is kept.
merge() {
    local name=$1 other work corpus=$root/fuzz/corpus/$1
    [[ $(corpus_of "$name") == "$name" ]] || return 0
    work=$(mktemp -d "$build/merge.XXXXXX")
    mkdir -p "$work"/{new,seeds} "$build/found/$name" "$corpus"
    find "$corpus" -type f -regextype posix-extended ! -regex '.*/[0-9a-f]{16,40}' \
        -exec cp -t "$work/new" {} +
    seeds "$name" "$work/seeds"
    "$build/bin/${name}_fuzzer" -merge=1 -use_counters=0 -max_len=9018 "$work/new" "$corpus" \
        "$work/seeds" "$build/found/$name" >"$build/found/$name.merge.log" 2>&1
    for other in "${all[@]}"; do  # What shares the corpus adds what reaches more of its own.
        [[ $other != "$name" && $(corpus_of "$other") == "$name" ]] || continue
        mkdir -p "$build/found/$other"
        "$build/bin/${other}_fuzzer" -merge=1 -use_counters=0 -max_len=9018 "$work/new" \
            "$corpus" "$work/seeds" "$build/found/$other" >"$build/found/$other.merge.log" 2>&1
    done
    rm -f "$corpus"/*
    cp "$work"/new/* "$corpus"
    rm -rf "$work"
    printf '%s: %d inputs, %d bytes\n' "$name" "$(find "$corpus" -type f | wc -l)" \
        "$(cat "$corpus"/* | wc -c)"
}

# What is killed with us is what we started.
trap 'jobs -p | xargs -r kill 2>/dev/null; exit 130' INT TERM

status=0
for name in "${harnesses[@]}"; do
    if [[ $merge == yes ]]; then
        merge "$name"
        continue
    fi
    while (($(jobs -pr | wc -l) >= jobs)); do wait -n || status=1; done
    fuzz "$name" &
done
while (($(jobs -p | wc -l))); do wait -n || status=1; done
exit $status
