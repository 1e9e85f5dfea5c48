#!/bin/bash
# SPDX-License-Identifier: MIT
# The packages install into a bare Debian, work there, and leave nothing behind:
# debian_test.sh CPACK BUILD_FOLDER CACHE. The bare Debian is made once, and copied after that.
# Nothing of this machine is changed: what is mounted is seen by this process alone.
set -euo pipefail
cpack=$1 build=$2 cache=$3
suite=bookworm

fail() { echo "$*"; exit 1; }
# skip REASON: unless AOE_REQUIRE has the word debian.
skip() {
    [[ ${AOE_REQUIRE-} != *debian* ]] || fail "AOE_REQUIRE asks for it, but: $1"
    echo "skipped: $1"
    exit 77
}
since=$SECONDS
took() { echo "$1: $((SECONDS - since)) s"; since=$SECONDS; }

((EUID == 0)) || skip "only root may make a root file system"
command -v debootstrap >/dev/null || skip "debootstrap is not installed"
if [[ -z ${AOE_OWN_MOUNTS-} ]]; then
    unshare --mount --pid --fork true 2>/dev/null || skip "no right to mount"
    AOE_OWN_MOUNTS=yes exec unshare --mount --pid --fork "$0" "$@"
fi

# The mirror that this machine itself uses, or Debian's.
mirror=$(apt-get indextargets --format '$(RELEASE) $(SITE)' 'Created-By: Packages' 2>/dev/null |
    sed -n "s/^$suite //p" | sed -n 1p)
base=$cache/$suite
if [[ ! -e $base/made ]]; then
    rm -rf "$base"
    mkdir -p "$base"
    debootstrap --variant=minbase "$suite" "$base/root" "${mirror:-http://deb.debian.org/debian}" \
        >"$base/log" 2>&1 || { tail -n 5 "$base/log"; rm -rf "$base/root"; skip "no mirror"; }
    # As this machine reaches its mirrors: proxies, keys, dates.
    if grep -qs "VERSION_CODENAME=$suite" /etc/os-release; then
        rm -rf "$base"/root/etc/apt/{sources.list,sources.list.d,apt.conf.d}
        cp -a /etc/apt/. "$base/root/etc/apt"
    fi
    chroot "$base/root" apt-get -qq update >>"$base/log" 2>&1 ||
        { tail -n 5 "$base/log"; skip "no mirror"; }
    touch "$base/made"
    took "bare $suite made"
fi

root=$(mktemp -d "$cache/root-XXXXXX")
trap 'umount -R "$root/proc" 2>/dev/null || true; rm -rf "$root"' EXIT
cp -a --reflink=auto "$base/root/." "$root"
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
mount -t proc proc "$root/proc"
inside() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive HOME=/root \
    chroot "$root" "$@"; }
took "copied"

(cd "$build" && "$cpack" -G DEB >packages.log 2>&1) || { cat "$build/packages.log"; exit 1; }
mkdir "$root/packages"
cp "$build"/packages/*.deb "$root/packages"
took "packed"
if command -v lintian >/dev/null; then
    # There is no report to close with a first upload, since there is none. Python is suggested:
    # without it all works but guests.
    ignored=initial-upload-closes-no-bugs,python3-script-but-no-python3-dep
    lintian --allow-root --fail-on error,warning --suppress-tags "$ignored" \
        "$build"/packages/*.deb || fail "lintian complains"
    took "lintian"
fi

# all_files: what is there, without what apt and dpkg keep of their own work.
all_files() { inside find / -xdev \( -path /packages -o -path /var/lib/apt -o -path /var/lib/dpkg \
    -o -path /var/cache -o -path /var/log -o -path /tmp -o -path /proc \) -prune -o -print | sort; }
all_files >"$cache/before"
for attempt in first second; do
    if inside sh -c 'apt-get -qq install -y --no-install-recommends /packages/*.deb' \
        >"$cache/install.log" 2>&1; then
        break
    fi
    [[ $attempt == first ]] || { tail -n 20 "$cache/install.log"; fail "not installed"; }
    inside apt-get -qq update || skip "no mirror"  # Lists of an older copy name what is gone.
done
took "installed with what they depend on"

for program in aoe-conform aoe-target aoe aoe-fuzz aoe-bench; do
    [[ $(inside "$program" --version) == "$program "* ]] || fail "$program --version"
    # No grep -q: it leaves before all is written, which ends the writer.
    inside "$program" --help | grep '^Options:' >/dev/null || fail "$program --help"
    for file in "bash-completion/completions/$program" "zsh/vendor-completions/_$program" \
        "fish/vendor_completions.d/$program.fish" "doc/$program/copyright"; do
        [[ -s $root/usr/share/$file ]] || fail "$program lacks /usr/share/$file"
    done
    inside dpkg -L "$program" | grep "^/usr/share/man/man[18]/$program\.[18]\.gz$" >/dev/null ||
        fail "$program has no manual page"
done
report=$(inside aoe-conform --start 'aoe-target {shelf} {slot} {iface} {file}' 2>&1) ||
    fail "aoe-conform ended with $?: $report"
grep -E '^[0-9]+ cases: .* 0 fail' <<<"$report" || fail "no cases judged: $report"
report=$(inside aoe-fuzz --start 'aoe-target {shelf} {slot} {iface} {file}' --cases 20000 2>&1) ||
    fail "aoe-fuzz ended with $?: $report"
report=$(inside aoe-bench --start 'aoe-target {shelf} {slot} {iface} {file}' --runs 1 \
    --seconds 0.1 2>&1) || fail "aoe-bench ended with $?: $report"
took "run"

said=$(inside nbdkit aoe --dump-plugin)
[[ $said == *name=aoe* ]] || fail "nbdkit aoe --dump-plugin: $said"

inside apt-get -qq purge -y --autoremove aoe-conform aoe-target aoe aoe-fuzz aoe-bench \
    nbdkit-plugin-aoe \
    >"$cache/purge.log" 2>&1 ||
    { cat "$cache/purge.log"; fail "not removed"; }
all_files >"$cache/after"
diff "$cache/before" "$cache/after" || fail "that is what the packages left behind"
! inside dpkg -l | grep -E ' aoe' || fail "dpkg still knows of them"
took "removed"
