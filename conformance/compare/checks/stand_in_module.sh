#!/bin/sh
# SPDX-License-Identifier: MIT
# Stands in for a target that is a kernel module: makes the files by which the real one is told what
# to serve, refuses what the real one would not take, and lets a program serve the rest.
#
#   stand_in_module.sh load NAME RUN PROGRAM     NAME: kvblade, aoeserver or vb
#   stand_in_module.sh unload NAME RUN           RUN: a folder for its notes
#
# /sys, and /proc for aoeserver, must be file systems that take files.
verb=$1 name=$2 run=$3 program=${4-}

refuse() {
    echo "refused: $*"
    exit 1
}

serve() { # SHELF SLOT IFACE DISK
    [ $# = 4 ] || refuse "$# words: $*"
    [ -b "$4" ] || refuse "'$4' is no block device"
    grep -q "^ *$3:" /proc/net/dev 2>/dev/null || ip link show dev "$3" >/dev/null ||
        refuse "there is no '$3'"
    "$program" "$@" &
    echo $! >"$run/served"
}

withdraw() { kill -9 "$(cat "$run/served")"; }

kvblade() {
    read -r words </sys/kvblade/add
    serve $words
    read -r end </sys/kvblade/del
    [ "$end" = "${words% *}" ] || refuse "del $end"
    withdraw
}

aoeserver() {
    read -r verb disk address </proc/aoeserver
    [ "$verb" = add ] || refuse "$verb"
    serve $address "$disk"
    read -r end </proc/aoeserver
    [ "$end" = "del $disk $address" ] || refuse "$end"
    withdraw
}

vb() {
    read -r verb drive disk </sys/vblade/drives
    [ "$verb $drive" = 'add do' ] || refuse "$verb $drive"
    read -r verb iface shelf slot limits </sys/vblade/do/ports
    [ "$verb $limits" = 'add 32 8' ] || refuse "$verb $limits"
    serve "$shelf" "$slot" "$iface" "$disk"
    wait
}

case $verb in
    load)
        case $name in
            kvblade) mkdir /sys/kvblade && mkfifo /sys/kvblade/add /sys/kvblade/del ;;
            aoeserver) mkfifo /proc/aoeserver ;;
            vb) mkdir -p /sys/vblade/do && mkfifo /sys/vblade/drives /sys/vblade/do/ports ;;
        esac || exit 1
        echo "loaded $name" >>"$run/log"
        (while :; do "$name"; done) </dev/null >>"$run/log" 2>&1 &
        echo $! >"$run/server"
        ;;
    unload)
        kill -9 "$(cat "$run/server")"
        [ ! -e "$run/served" ] || withdraw
        rm -rf /sys/kvblade /sys/vblade "$run/served"
        echo "unloaded $name" >>"$run/log"
        ;;
esac
