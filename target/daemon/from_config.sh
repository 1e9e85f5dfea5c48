#!/bin/sh
# SPDX-License-Identifier: MIT
# Starts `aoe-target --config` for a test that speaks the short command line:
# from_config.sh PROGRAM [--reload] [--others N [--hidden]] [--state DIR] [--io KIND] \
#     SHELF SLOT IFACES FILE [LINE...]
# The lines go into the export's table. --reload: the file is read once more before anything is
# asked; --others: so many more exports beside it; --hidden: which keep to themselves.
set -eu
program=$1
shift
reload=no others=0 state= hidden= io=auto
while :; do
    case $1 in
        --reload) reload=yes; shift ;;
        --others) others=$2; shift 2 ;;
        --hidden) hidden='broadcast = false'; shift ;;
        --io) io=$2; shift 2 ;;
        --state) state=$2; shift 2 ;;
        *) break ;;
    esac
done
shelf=$1 slot=$2 interfaces=$3 file=$4
shift 4
config=$(mktemp "${TMPDIR:-/tmp}/aoe-target-XXXXXX")
table() {
    echo "[export.$1]"
    echo "path = \"$file\""
    echo "shelf = $2"
    echo "slot = $3"
    echo "interfaces = [\"$interfaces\"]" | sed 's/,/", "/g'
}
{
    echo "io = \"$io\""
    [ -z "$state" ] || echo "state-dir = \"$state\""
    table one "$shelf" "$slot"
    for line; do echo "$line"; done
    while [ "$others" -gt 0 ]; do
        table "other$others" "$((shelf + 1))" "$others"
        echo "$hidden"
        others=$((others - 1))
    done
} >"$config"
[ "$reload" = yes ] || exec "$program" --config "$config"
"$program" --config "$config" &

daemon=$!
trap 'kill $daemon; wait $daemon; exit' TERM
sleep 0.2
kill -HUP $daemon
wait $daemon
