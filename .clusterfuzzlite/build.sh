#!/bin/bash
# SPDX-License-Identifier: MIT
# Builds the harnesses as OSS-Fuzz and ClusterFuzzLite want them, by their variables: CC, CXX,
# CFLAGS, CXXFLAGS, LIB_FUZZING_ENGINE, SRC (which has aoe-toolkit), WORK, OUT. AFL++'s compilers
# do, too.
#
# Those of the suite use libraries of the distribution, which are built for libstdc++: where CXXFLAGS
# say libc++, these are built a second time without that. AOE_FUZZERS="frame target" builds those
# alone.
set -eu

tree=$SRC/aoe-toolkit
# shellcheck source=../fuzz/harnesses.sh
. "$tree/fuzz/harnesses.sh"
suite=" differential capture judge expectations selection "
harnesses=${AOE_FUZZERS:-${harnesses_of_all[*]}}

# build FOLDER HARNESS...; no build type: how to optimise is the caller's flags.
build() {
    local folder=$1 targets=() name
    shift
    (($#)) || return 0
    for name; do targets+=("${name}_fuzzer"); done
    cmake -S "$tree" -B "$folder" -G Ninja -DCMAKE_BUILD_TYPE=None -DBUILD_TESTING=OFF \
        -DAOE_FUZZ=ON -DAOE_FUZZ_ENGINE="$LIB_FUZZING_ENGINE" \
        -DCMAKE_EXE_LINKER_FLAGS="-Wl,-rpath,'\$ORIGIN/lib'"
    cmake --build "$folder" --target "${targets[@]}"
}

here=() apart=()
for name in $harnesses; do
    case "$suite/${CXXFLAGS-} " in
        *" $name "*/*" -stdlib=libc++ "*) apart+=("$name") ;;
        *) here+=("$name") ;;
    esac
done
build "$WORK/build" "${here[@]}"
CXXFLAGS=$(sed 's/-stdlib=libc++/-stdlib=libstdc++/g' <<<"${CXXFLAGS-}") \
    build "$WORK/build-suite" "${apart[@]}"

# pack ARCHIVE FOLDER...: the files of the folders.
pack() {
    local archive=$1
    shift
    rm -f "$archive"
    find "$@" -type f -print0 | xargs -0 zip -q -j "$archive"
}

for name in $harnesses; do
    corpus=$(corpus_of "$name") dictionary=$(dictionary_of "$name")
    program=$OUT/${name}_fuzzer
    built=$WORK/build
    case " ${apart[*]} " in *" $name "*) built=$WORK/build-suite ;; esac
    cp "$built/bin/${name}_fuzzer" "$program"
    folders=("$tree/fuzz/corpus/$corpus")
    [ ! -d "$tree/fuzz/regressions/$name" ] || folders+=("$tree/fuzz/regressions/$name")
    pack "${program}_seed_corpus.zip" "${folders[@]}"
    cp "$tree/fuzz/$dictionary.dict" "$program.dict"
    printf '[libfuzzer]\nmax_len = 9018\ntimeout = 20\n' >"$program.options"
    libraries='s/.* => (.*(tins|pcap|fmt|gmock|gtest|stdc\+\+)[^ ]*) .*/\1/p'
    for library in $(ldd "$built/bin/${name}_fuzzer" | sed -nE "$libraries"); do
        mkdir -p "$OUT/lib"
        cp -L "$library" "$OUT/lib/"
    done
done
