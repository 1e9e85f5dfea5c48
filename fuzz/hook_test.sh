#!/bin/sh
# SPDX-License-Identifier: MIT
# What hook.h promises to the author of a target: hook_test.sh CMAKE BUILD_FOLDER FUZZ_FOLDER
# COMPILER. Installs the hook's component, builds the toy outside of the tree as docs/fuzzing.md
# says, and sees it pass; then with a mistake in it, and sees that found.
set -eu
cmake=$1 build=$2 fuzz=$3 compiler=$4
prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT
give_up() { echo "$1"; exit 1; }

"$cmake" --install "$build" --prefix "$prefix" --component fuzz-hook >"$prefix/log"
lib=$(dirname "$(find "$prefix" -name libaoe-fuzz-hook.a)")
data=$prefix/share/aoe-fuzz
flags="-I $prefix/include -L $lib"

# The replay, which needs no fuzzing engine.
cp -r "$data/examples" "$prefix/toy"
cd "$prefix/toy"
$compiler -g $flags toy_target.c toy_hook.c -o toy \
    -laoe-fuzz-replay -laoe-fuzz-hook -lstdc++ -lm
./toy --mutants=50 "$data/corpus" >"$prefix/log" 2>&1 ||
    { tail -5 "$prefix/log"; give_up "the toy broke a promise"; }

# changed NAME EDIT: whether what comes out breaks no promise.
changed() {
    cp "$data/examples/toy_target.c" toy_target.c
    sed -i "$2" toy_target.c
    ! cmp -s "$data/examples/toy_target.c" toy_target.c || give_up "$1: nothing was changed"
    $compiler -g $flags toy_target.c toy_hook.c -o toy \
        -laoe-fuzz-replay -laoe-fuzz-hook -lstdc++ -lm
    ./toy --mutants=50 "$data/corpus" >"$prefix/log" 2>&1
}
# Some targets go by the W flag instead of the command, which is no mistake.
changed "by-the-flag" 's/writes = in.OPCODE. == 0x34/writes = in[ARGUMENT] \& 1/' ||
    { tail -2 "$prefix/log"; give_up "a promise that a right target breaks"; }
# A mistake at a time.
try() {
    ! changed "$1" "$2" || give_up "$1: not found"
    echo "$1: $(grep -m1 -E 'Broken promise|ERROR: Addr|runtime error' "$prefix/log")"
}
try "write-unchecked" 's/ || (writes && length < DATA + bytes)//'
try "response-answered" 's/!(in\[FLAGS\] \& 8) \&\& //'
try "refused-and-done" \
    's/memcpy(toy->disk + lba.*/& if (1) return end_ata(out, FAILED, ABORTED, 0);/'
try "padding-stale" 's/memset(out, 0, SHORTEST_FRAME);//'

# With libFuzzer, where it is: from the corpus on, one that a few mutants do not show.
case $compiler in *-fsanitize*) exit 0 ;; esac  # Two compilers' sanitizers do not mix.
command -v clang >/dev/null || { echo "no clang: libFuzzer is left out"; exit 0; }
cp "$data/examples/toy_target.c" toy_target.c
sed -i 's/count > TOY_SECTORS - lba/count > TOY_SECTORS - lba + 1/' toy_target.c
clang -g -O1 -fsanitize=fuzzer,address $flags toy_target.c toy_hook.c -o toy_fuzzer \
    -laoe-fuzz-hook -lstdc++ -lm 2>"$prefix/log" || { cat "$prefix/log"; give_up "no libFuzzer"; }
mkdir new
! ./toy_fuzzer -seed=1 -max_len=9018 -max_total_time=60 -dict="$data/aoe.dict" new "$data/corpus" \
    >"$prefix/log" 2>&1 || give_up "last-sector: libFuzzer did not find it"
echo "last-sector: $(grep -m1 -E 'SUMMARY|Broken promise' "$prefix/log")"
