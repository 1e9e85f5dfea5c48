#!/bin/sh
# SPDX-License-Identifier: MIT
# What every program does alike: program.sh PROGRAM NAME VERSION.
set -u
program=$1 name=$2 version=$3
failures=0
fail() { echo "$name $*"; failures=1; }

help=$("$program" --help 2>&1) || fail "--help exits with $?"
[ "$(printf '%s\n' "$help" | wc -l)" -gt 5 ] || fail "--help says too little"

said=$("$program" --version 2>&1) || fail "--version exits with $?"
[ "$said" = "$name $version" ] || fail "--version says '$said', not '$name $version'"

# Standard output is thrown away, what is left is standard error.
said=$("$program" --no-such-option 2>&1 >/dev/null)
status=$?
[ $status -eq 2 ] || fail "exits with $status, not 2, after an unknown option"
[ "$(printf '%s\n' "$said" | wc -l)" -eq 1 ] || fail "says more than one line: $said"
case $said in
    *--no-such-option*) ;;
    *) fail "does not name the unknown option: $said" ;;
esac
exit $failures
