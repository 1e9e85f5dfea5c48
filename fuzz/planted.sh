#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Whether the harnesses notice mistakes: planted.sh ROOT BUILD_FOLDER [NAME...], or with --check
# instead of names only whether each mistake can still be planted.
#
# Each patch of fuzz/planted puts one mistake into a copy of the source below BUILD_FOLDER. Its
# harness, built there, starts from its corpus and has 60 seconds on one core.
set -euo pipefail

root=$1 copy=$2/planted allowed=60
shift 2

say() { printf '%s\n' "$*"; }
give_up() { printf 'run: %s\n' "$1" >&2; exit "${2:-1}"; }

# The source as it is now, in the layout of a checkout, so that a compiler cache knows it.
copy_source() {
    mkdir -p "$copy"
    local folder  # With new times: what an earlier run built of a mistake must be built again.
    for folder in wire target initiator conformance fuzz bench captures cli cmake docs; do
        rm -rf "${copy:?}/$folder"
        cp -R "$root/$folder" "$copy/"
    done
    cp -a "$root"/{CMakeLists.txt,CMakePresets.json,README.md,CHANGELOG.md,LICENSE} "$copy/"
}

harness_of() { sed -n 's/^Harness: //p' "$root/fuzz/planted/$1.patch"; }
apply() { patch --silent -d "$copy" -p1 "${@:2}" <"$root/fuzz/planted/$1.patch"; }

# hunt HARNESS LOG: 0 when the harness found something.
hunt() {
    local corpus=$1 dictionary=aoe
    case $1 in
        differential) corpus=frame ;;
        capture) dictionary=capture ;;
        expectations | selection) dictionary=text ;;
    esac
    ! "$copy/build/fuzz/bin/$1_fuzzer" -max_total_time=$allowed -max_len=9018 -seed=1 \
        -dict="$root/fuzz/$dictionary.dict" -artifact_prefix="$copy/found-" \
        "$copy/new" "$root/fuzz/corpus/$corpus" >"$2" 2>&1
}

try() {
    local name=$1 harness log=$copy/$1.log started
    harness=$(harness_of "$name")
    apply "$name" || give_up "$name can no longer be planted"
    if ! cmake --build "$copy/build/fuzz" --target "${harness}_fuzzer" >"$log" 2>&1; then
        tail -20 "$log" >&2
        give_up "$name does not compile"
    fi
    rm -rf "$copy/new"
    mkdir "$copy/new"
    started=$(date +%s%N)
    local found=no took
    hunt "$harness" "$log" && found=yes
    took=$((($(date +%s%N) - started) / 100000000))
    if [[ $found == yes ]]; then
        printf '%-26s %-12s found in %d.%d s: %s\n' "$name" "$harness" $((took / 10)) \
            $((took % 10)) "$(sed -nE 's/^Broken promise: //p; s/^SUMMARY: //p' "$log" | head -1)"
    else
        printf '%-26s %-12s NOT FOUND in %d s\n' "$name" "$harness" $allowed
    fi
    apply "$name" --reverse
    [[ $found == yes ]]
}

names=()
check=no
for word; do
    if [[ $word == --check ]]; then check=yes; continue; fi
    [[ -f $root/fuzz/planted/$word.patch ]] || give_up "no mistake '$word' in fuzz/planted" 2
    names+=("$word")
done
if ((${#names[@]} == 0)); then
    for patch in "$root"/fuzz/planted/*.patch; do names+=("$(basename "$patch" .patch)"); done
fi

if [[ $check == yes ]]; then
    lost=0
    for name in "${names[@]}"; do
        patch --dry-run --silent --force -d "$root" -p1 <"$root/fuzz/planted/$name.patch" ||
            { say "$name can no longer be planted"; lost=1; }
        [[ -n $(harness_of "$name") ]] || { say "$name names no harness"; lost=1; }
    done
    say "${#names[@]} mistakes"
    exit $lost
fi

copy_source
export CCACHE_BASEDIR=$copy CCACHE_NOHASHDIR=1
if command -v ccache >/dev/null; then export CMAKE_CXX_COMPILER_LAUNCHER=ccache; fi
(cd "$copy" && cmake --preset fuzz -DBUILD_TESTING=OFF) >"$copy/configure.log" 2>&1 ||
    { cat "$copy/configure.log" >&2; give_up "could not configure the copy"; }
missed=0
for name in "${names[@]}"; do try "$name" || missed=$((missed + 1)); done
say "$((${#names[@]} - missed)) of ${#names[@]} planted mistakes were found within $allowed s each"
((missed == 0))
