# SPDX-License-Identifier: MIT
# Mistakes planted into a copy of the source, one at a time: does anything notice? This is what
# fuzz/planted.sh and initiator/simulator/planted.sh have in common. Both are called with
# ROOT BUILD_FOLDER [NAME...], or with --check instead of names only to learn whether each mistake
# can still be planted.
#
# Before look_for_planted, the caller sets
#   root, copy, patches   folders: the source, its copy, and that of NAME.patch
#   preset, options       how the copy is configured
# and defines
#   program_of NAME       prints the target that is to notice it; nothing when the patch is wrong
#   control NAME...       may be missing: whether those that are to notice them are silent so far
#   hunt NAME LOG         looks for it with what was built, prints a line; 0 when it was noticed

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

configure_copy() {
    export CCACHE_BASEDIR=$copy CCACHE_NOHASHDIR=1
    if command -v ccache >/dev/null; then export CMAKE_CXX_COMPILER_LAUNCHER=ccache; fi
    (cd "$copy" && cmake --preset "$preset" "${options[@]}") >"$copy/configure.log" 2>&1 ||
        { cat "$copy/configure.log" >&2; give_up "could not configure the copy"; }
}

# apply FOLDER NAME [OPTION...]
apply() { patch --silent --force -d "$1" -p1 "${@:3}" <"$patches/$2.patch"; }

can_be_planted() {
    apply "$root" "$1" --dry-run || { say "$1 can no longer be planted"; return 1; }
    [[ -n $(program_of "$1") ]] || { say "$1 does not name who is to notice it"; return 1; }
}

# try NAME: 0 when it was noticed.
try() {
    local name=$1 log=$copy/$1.log noticed=0
    can_be_planted "$name" || return 1
    apply "$copy" "$name"
    if cmake --build "$copy/build/$preset" --target "$(program_of "$name")" >"$log" 2>&1; then
        hunt "$name" "$log" || noticed=1
    else
        tail -20 "$log" >&2
        say "$name does not compile"
        noticed=1
    fi
    apply "$copy" "$name" --reverse
    return $noticed
}

# look_for_planted WHAT_HAPPENED [NAME...]: the last line says of how many it happened.
look_for_planted() {
    local happened=$1 names=() check=no missed=0 word patch
    shift
    for word; do
        if [[ $word == --check ]]; then check=yes; continue; fi
        [[ -f $patches/$word.patch ]] || give_up "no mistake '$word' in ${patches#"$root/"}" 2
        names+=("$word")
    done
    if ((${#names[@]} == 0)); then
        for patch in "$patches"/*.patch; do names+=("$(basename "$patch" .patch)"); done
    fi
    if [[ $check == yes ]]; then
        for word in "${names[@]}"; do can_be_planted "$word" || missed=$((missed + 1)); done
        say "${#names[@]} mistakes"
    else
        copy_source
        configure_copy
        if declare -F control >/dev/null; then
            control "${names[@]}" || give_up "no mistake was planted"
        fi
        for word in "${names[@]}"; do try "$word" || missed=$((missed + 1)); done
        say "$((${#names[@]} - missed)) of ${#names[@]} planted mistakes were $happened"
    fi
    ((missed == 0))
}
