#!/bin/bash
# SPDX-License-Identifier: MIT
# Builds the harnesses as OSS-Fuzz and ClusterFuzzLite want them, by their variables: CC, CXX,
# CFLAGS, CXXFLAGS, LIB_FUZZING_ENGINE, SRC (which has aoe-toolkit), WORK, OUT. AFL++'s compilers
# do, too.
#
# Those of the suite use libraries of the distribution, which are built for libstdc++; they are left
# out where CXXFLAGS say libc++. AOE_FUZZERS="frame target" builds those alone.
set -eu

tree=$SRC/aoe-toolkit
plain="frame ata config mask reserve export target initiator toy"
suite="differential capture judge expectations selection"
case " ${CXXFLAGS-} " in *" -stdlib=libc++ "*) suite= ;; esac
harnesses=${AOE_FUZZERS:-$plain $suite}

# No build type: how to optimise is the caller's flags.
cmake -S "$tree" -B "$WORK/build" -G Ninja -DCMAKE_BUILD_TYPE=None -DBUILD_TESTING=OFF \
    -DAOE_FUZZ=ON -DAOE_FUZZ_ENGINE="$LIB_FUZZING_ENGINE" \
    -DCMAKE_EXE_LINKER_FLAGS="-Wl,-rpath,'\$ORIGIN/lib'"
targets=()
for name in $harnesses; do targets+=("${name}_fuzzer"); done
cmake --build "$WORK/build" --target "${targets[@]}"

# pack ARCHIVE FOLDER...: the files of the folders.
pack() {
    local archive=$1
    shift
    rm -f "$archive"
    find "$@" -type f -print0 | xargs -0 zip -q -j "$archive"
}

for name in $harnesses; do
    corpus=$name dictionary=aoe
    case $name in
        differential) corpus=frame ;;
        judge) corpus=capture dictionary=capture ;;
        capture) dictionary=capture ;;
        toy) corpus=export ;;
        expectations | selection) dictionary=text ;;
    esac
    program=$OUT/${name}_fuzzer
    cp "$WORK/build/bin/${name}_fuzzer" "$program"
    folders=("$tree/fuzz/corpus/$corpus")
    [ ! -d "$tree/fuzz/regressions/$name" ] || folders+=("$tree/fuzz/regressions/$name")
    pack "${program}_seed_corpus.zip" "${folders[@]}"
    cp "$tree/fuzz/$dictionary.dict" "$program.dict"
    printf '[libfuzzer]\nmax_len = 9018\ntimeout = 20\n' >"$program.options"
    libraries='s/.* => (.*(tins|pcap|fmt|gmock|gtest)[^ ]*) .*/\1/p'
    for library in $(ldd "$program" | sed -nE "$libraries"); do
        mkdir -p "$OUT/lib"
        cp -L "$library" "$OUT/lib/"
    done
done
