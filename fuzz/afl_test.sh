#!/bin/sh
# SPDX-License-Identifier: MIT
# Our mutator in AFL++, as docs/fuzzing.md says: afl_test.sh CMAKE BUILD_FOLDER. The toy gets a
# mistake, and AFL++ finds it by nothing but our mutations. AOE_REQUIRE=afl: no skipping.
set -eu
cmake=$1 build=$2
for tool in afl-fuzz afl-clang-fast; do
    command -v $tool >/dev/null && continue
    echo "skipped: $tool (package afl++) is not installed"
    case " ${AOE_REQUIRE-} " in *" afl "*) exit 1 ;; esac
    exit 77
done
prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT
give_up() { tail -30 "$prefix/log"; echo "$1"; exit 1; }

"$cmake" --install "$build" --prefix "$prefix" --component fuzz-hook >"$prefix/log"
lib=$(dirname "$(find "$prefix" -name libaoe-fuzz-hook.a)")
cp -r "$prefix/share/aoe-fuzz/examples" "$prefix/toy"
cd "$prefix/toy"
sed -i 's/count > TOY_SECTORS - lba/count > TOY_SECTORS - lba + 1/' toy_target.c
AFL_QUIET=1 afl-clang-fast -g -O1 -fsanitize=fuzzer -I "$prefix/include" -L "$lib" toy_target.c \
    toy_hook.c -o toy -Wl,-u,LLVMFuzzerTestOneInput -laoe-fuzz-hook -lstdc++ -lm \
    >"$prefix/log" 2>&1 || give_up "afl-clang-fast failed"
export AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_UI=1
AFL_CUSTOM_MUTATOR_LIBRARY=$build/lib/aoe-afl-session.so AFL_CUSTOM_MUTATOR_ONLY=1 \
    AFL_BENCH_UNTIL_CRASH=1 afl-fuzz -s 1 -V 120 -i "$prefix/share/aoe-fuzz/corpus" -o out \
    -x "$prefix/share/aoe-fuzz/aoe.dict" -- ./toy >"$prefix/log" 2>&1 || give_up "afl-fuzz failed"
stats=out/default/fuzzer_stats
grep -Eq '^saved_crashes *: [1-9]' $stats || give_up "the mistake was not found"
sed -nE 's/^(execs_done|execs_per_sec|run_time) *: (.*)/\1 \2/p' $stats
