#!/bin/bash
# SPDX-License-Identifier: MIT
# Builds some harnesses as OSS-Fuzz does and fuzzes each for a few seconds: build_script_test.sh
# ROOT FOLDER. The folder is kept, so that a second run compiles little.
set -eu
root=$1 folder=$2
for tool in clang++ ninja zip unzip; do
    command -v $tool >/dev/null || { echo "needs $tool, which is not here"; exit 77; }
done
seconds=4
mkdir -p "$folder"/{src,work}
rm -rf "$folder/out"
mkdir "$folder/out"
ln -sfn "$root" "$folder/src/aoe-toolkit"
export SRC=$folder/src WORK=$folder/work OUT=$folder/out
export CC=clang CXX=clang++ SANITIZER=address LIB_FUZZING_ENGINE=-fsanitize=fuzzer
export CFLAGS="-O1 -gline-tables-only -fsanitize=address,undefined,fuzzer-no-link
    -fno-sanitize-recover=all"
CFLAGS=$(echo $CFLAGS)
export CXXFLAGS=$CFLAGS AOE_FUZZERS="frame target initiator"
if command -v ccache >/dev/null; then
    export CMAKE_C_COMPILER_LAUNCHER=ccache CMAKE_CXX_COMPILER_LAUNCHER=ccache
fi
"$root/fuzz/oss-fuzz/build.sh" >"$folder/log" 2>&1 || { tail -30 "$folder/log"; exit 1; }

cd "$OUT"
for name in $AOE_FUZZERS; do
    program=${name}_fuzzer
    grep -q '^max_len = ' $program.options || { echo "$program has no options"; exit 1; }
    unzip -q ${program}_seed_corpus.zip -d $name
    mkdir new
    ./$program -seed=1 -max_total_time=$seconds -max_len=9018 -dict=$program.dict new $name \
        >"$folder/$name.log" 2>&1 || { tail -30 "$folder/$name.log"; exit 1; }
    sed -nE "s/^Done (.*)/$name: \1/p" "$folder/$name.log"
    rm -rf new
done
