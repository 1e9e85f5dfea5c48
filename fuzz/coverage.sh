#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# How much of the parsers the committed inputs reach: coverage.sh ROOT BUILD_FOLDER. Each harness
# replays its corpus and its regressions, without mutants. Prints regions for each parser and the
# lines that none of them reached; fails when all parsers together, or one of them, are below 95 %.
set -euo pipefail

root=$1 build=$2 least=95
corpora=$root/fuzz/corpus
parsers=(wire/{frame,ata,config,mask,reserve,identify,reject}.cpp wire/{layout,endian}.h
         conformance/{aoe_pdu,expectations,selection}.cpp
         conformance/capture/{byte_window,capture_reader,capture_blocks}.cpp)

rm -rf "$build/profiles"
mkdir -p "$build/profiles"
objects=()
for program in "$build"/bin/*_fuzzer; do
    name=$(basename "$program" _fuzzer)
    case $name in
        differential) inputs=("$corpora/frame") ;;
        judge) inputs=("$corpora/capture") ;;
        toy) inputs=("$corpora/export") ;;
        *) inputs=("$corpora/$name") ;;
    esac
    [[ -d ${inputs[0]} ]] || continue
    [[ ! -d $root/fuzz/regressions/$name ]] || inputs+=("$root/fuzz/regressions/$name")
    LLVM_PROFILE_FILE=$build/profiles/$name.profraw "$program" "${inputs[@]}" \
        >"$build/profiles/$name.log" 2>&1 || { tail -3 "$build/profiles/$name.log"; exit 1; }
    objects+=(-object "$program")
done
llvm-profdata merge -o "$build/profiles/all" "$build"/profiles/*.profraw

files=()
for parser in "${parsers[@]}"; do files+=("$root/$parser"); done
cover=("${objects[@]:1}" -instr-profile="$build/profiles/all")
llvm-cov report "${cover[@]}" "${files[@]}" 2>/dev/null >"$build/profiles/report"
llvm-cov report "${cover[@]}" "$root"/{wire,target,initiator,conformance/capture} 2>/dev/null \
    >"$build/profiles/more"

echo "Regions of the parsers that the committed inputs reach:"
awk -v least="$least" '
    /^-+$/ || /^Filename/ || NF < 4 { next }
    { percent = $4; sub(/%/, "", percent)
      printf "  %-24s %5d of %5d  %6s\n", $1, $2 - $3, $2, $4
      if (percent + 0 < least) low = low " " $1 }
    END { if (low != "") { print "below " least " %:" low; exit 1 } }
' "$build/profiles/report" && status=0 || status=1

echo "Lines of them that no input reaches:"
llvm-cov show "${cover[@]}" "${files[@]}" 2>/dev/null | awk -v root="$root/" '
    /^\/.*:$/ { file = $0; sub(root, "", file); sub(/:$/, "", file); next }
    /^ *[0-9]+\| *0\|/ { line = $0; split(line, part, "|"); number = part[1] + 0
                         sub(/^[^|]*\|[^|]*\|/, "", line); gsub(/^ +/, "", line)
                         if (line != "}" && line != "") printf "  %s:%d: %s\n", file, number, line }
' | sort -u
echo "The whole of wire/, target/, initiator/ and the captures' reader: $build/profiles/more"
exit $status
