#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# How much of the parsers the committed inputs reach: coverage.sh ROOT BUILD_FOLDER. Each harness
# replays its corpus and its regressions, without mutants. Prints regions for each parser and the
# lines that none of them reached; fails when one of them is below 95 % that has no reason below.
set -euo pipefail

root=$1 build=$2 least=95
# shellcheck source=harnesses.sh
. "$root/fuzz/harnesses.sh"
corpora=$root/fuzz/corpus
parsers=(wire/{frame,ata,config,mask,reserve,identify,reject}.cpp wire/{layout,endian}.h
         conformance/{aoe_pdu,message,expectations,selection}.cpp
         conformance/capture/{byte_window,capture_reader,capture_blocks}.cpp
         initiator/discovery.cpp)
# What of a file is no parsing, so that it may be below.
reasons='
wire/reject.cpp has sentences for reasons that do not exist
conformance/message.cpp makes the requests of cases, too
initiator/discovery.cpp asks and collects over links, too
conformance/capture/byte_window.cpp opens files, which no harness does
conformance/capture/capture_reader.cpp opens files, and knows limits beyond the largest input
'

rm -rf "$build/profiles"
mkdir -p "$build/profiles"
objects=()
for program in "$build"/bin/*_fuzzer; do
    name=$(basename "$program" _fuzzer)
    inputs=("$corpora/$(corpus_of "$name")")
    [[ -d ${inputs[0]} ]] || continue
    [[ ! -d $root/fuzz/regressions/$name ]] || inputs+=("$root/fuzz/regressions/$name")
    LLVM_PROFILE_FILE=$build/profiles/$name.profraw "$program" "${inputs[@]}" \
        >"$build/profiles/$name.log" 2>&1 || { tail -3 "$build/profiles/$name.log"; exit 1; }
    objects+=(-object "$program")
done
llvm-profdata merge -o "$build/profiles/all" "$build"/profiles/*.profraw

# Names in the profile may be relative to where the compiler ran, so files are chosen by their ends.
cd "$build"
cover=("${objects[@]:1}" -instr-profile="$build/profiles/all")
llvm-cov report "${cover[@]}" 2>/dev/null >"$build/profiles/report"
echo "Regions of the parsers that the committed inputs reach:"
awk -v least="$least" -v parsers="${parsers[*]}" -v reasons="$reasons" '
    BEGIN {
        split(parsers, list, " ")
        for (i in list) wanted[list[i]]
        count = split(reasons, lines, "\n")
        for (i = 1; i <= count; ++i) {
            file = lines[i]; sub(/ .*/, "", file)
            reason[file] = lines[i]; sub(/^[^ ]* /, "", reason[file]) } }
    $1 in wanted {
        printf "  %-42s %4d of %4d  %7s\n", $1, $2 - $3, $2, $4
        ++found
        percent = $4; sub(/%/, "", percent)
        if (percent + 0 < least && $1 in reason) {
            excused = excused "\n  " $1 " " reason[$1]
            next }
        all += $2; missed += $3
        if (percent + 0 < least) low = low " " $1 }
    END {
        printf "  %-42s %4d of %4d  %6.2f%%\n", "all but those with a reason", all - missed, all,
               100 * (all - missed) / all
        if (excused != "") print "below " least " % for a reason:" excused
        if (low != "") print "below " least " %:" low
        if (found != length(list)) print "some have no figure"
        exit low != "" || found != length(list) }
' "$build/profiles/report" && status=0 || status=1

echo "Lines of them that no input reaches:"
llvm-cov show -show-instantiations=false "${cover[@]}" 2>/dev/null |
    awk -v parsers="${parsers[*]}" '
    BEGIN { count = split(parsers, list, " ") }
    FNR == NR { if ($3 + 0 > 0) missed[$1]; next }
    /^[^ ].*:$/ {
        file = ""
        for (i = 1; i <= count; ++i) {
            if (list[i] in missed && index($0, "/" list[i] ":")) file = list[i] }
        next }
    file != "" && /^ *[0-9]+\| *0\|/ {
        line = $0; number = $0 + 0
        sub(/^[^|]*\|[^|]*\|/, "", line); gsub(/^ +/, "", line)
        if (line != "}" && line != "") printf "  %s:%d: %s\n", file, number, line }
' "$build/profiles/report" - | sort -u
echo "All other files: $build/profiles/report"
exit $status
