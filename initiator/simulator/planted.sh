#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Whether the simulator notices mistakes: planted.sh ROOT BUILD_FOLDER [NAME...], or with --check
# instead of names only whether each mistake can still be planted.
#
# Each patch of initiator/simulator/planted puts one mistake into a copy of the source below
# BUILD_FOLDER. The simulator, built there, has 60 seconds to find it; then the seed that it names
# is replayed, and must show the same.
set -euo pipefail

root=$1 copy=$2/planted-simulator allowed=60
patches=$root/initiator/simulator/planted
shift 2

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

apply() { patch --silent -d "$copy" -p1 "${@:2}" <"$patches/$1.patch"; }

# try NAME: prints one line; 0 when the mistake was found and replayed.
try() {
    local name=$1 log=$copy/$1.log found replay status=0 again=0 same=no
    apply "$name" || give_up "$name can no longer be planted"
    cmake --build "$copy/build/release" --target simulate >"$log" 2>&1 ||
        { tail -20 "$log" >&2; give_up "$name does not compile"; }
    # To tell it in short takes time of its own.
    timeout $((4 * allowed)) "$copy/build/release/bin/simulate" --seeds 1000000 >"$log" 2>&1 ||
        status=$?
    apply "$name" --reverse
    found=$(sed -n 's/^found after //p' "$log")
    if ((status != 1)) || [[ -z $found ]] || ((${found%%.*} >= allowed)); then
        printf '%-18s NOT FOUND in %d s (status %d)\n' "$name" $allowed "$status"
        return 1
    fi
    replay=$(sed -n 's/^replay it: .\/run simulate //p' "$log")
    read -ra words <<<"$replay"
    "$copy/build/release/bin/simulate" "${words[@]}" >"$log.again" 2>&1 || again=$?
    # All but the time that it took.
    if ((again == 1)) && diff <(sed "/^found after/d" "$log") \
        <(sed "/^found after/d" "$log.again"); then
        same=yes
    fi
    printf '%-18s found after %s; replayed: %s; %s\n' "$name" "$found" "$same" \
        "$(sed -n 's/^shortened from /shortened from /p' "$log" | cut -c1-160)"
    [[ $same == yes ]]
}

names=()
check=no
for word; do
    if [[ $word == --check ]]; then check=yes; continue; fi
    [[ -f $patches/$word.patch ]] || give_up "no mistake '$word' in initiator/simulator/planted" 2
    names+=("$word")
done
if ((${#names[@]} == 0)); then
    for patch in "$patches"/*.patch; do names+=("$(basename "$patch" .patch)"); done
fi

if [[ $check == yes ]]; then
    lost=0
    for name in "${names[@]}"; do
        patch --dry-run --silent --force -d "$root" -p1 <"$patches/$name.patch" ||
            { echo "$name can no longer be planted"; lost=1; }
    done
    echo "${#names[@]} mistakes"
    exit $lost
fi

copy_source
export CCACHE_BASEDIR=$copy CCACHE_NOHASHDIR=1
if command -v ccache >/dev/null; then export CMAKE_CXX_COMPILER_LAUNCHER=ccache; fi
(cd "$copy" && cmake --preset release) >"$copy/configure.log" 2>&1 ||
    { cat "$copy/configure.log" >&2; give_up "could not configure the copy"; }
missed=0
for name in "${names[@]}"; do try "$name" || missed=$((missed + 1)); done
echo "$((${#names[@]} - missed)) of ${#names[@]} planted mistakes were found and replayed"
((missed == 0))
