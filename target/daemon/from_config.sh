#!/bin/sh
# SPDX-License-Identifier: MIT
# Starts `aoe-target --config` for a test that speaks the short command line:
# from_config.sh PROGRAM [--reload] [--others N [--hidden]] [--state DIR] [--io KIND] \
#     SHELF SLOT IFACES FILE [LINE...]
# The lines go into the export's table. --reload: every export is configured anew, once, before
# anything is asked; --others: so many more exports beside it; --hidden: which keep to themselves.
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

# It begins with another queue, on an interface that is not there, so that nobody hears of it yet.
sed 's/^interfaces = .*/interfaces = ["none"]\nqueue-length = 63/' "$config" >"$config.first"
mv "$config" "$config.wanted"
mv "$config.first" "$config"
"$program" --config "$config" 2>"$config.said" &
daemon=$!
trap 'kill $daemon; wait $daemon; exit' TERM
await() {
    until grep -q "$1" "$config.said"; do
        kill -0 $daemon
        sleep 0.02
    done
}
await 'waiting for it'
mv "$config.wanted" "$config"
kill -HUP $daemon
await reloaded
wait $daemon
