# SPDX-License-Identifier: MIT
"""The whole suite against the daemon: suite_test.py BIN_FOLDER VARIANT.

`strict` variants ask for a run without failure or warning. `same-bytes` records the suite against
aoe-target with and without a configuration file, and compares what came back, byte by byte. `xdp`
compares the verdicts on aoe-target by packet sockets and by AF_XDP.
"""

import collections
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
SKIP = 77

# Cases that do not hold where the variant is meant to differ: replies of 64 targets to what is for
# everyone, and writes to a disk that takes none.
ANSWERED_BY_MANY = ("ann.start.once,ann.start.header,ann.access-list.unicast,"
                    "mask.access-list.no-announcement,mask.listed.keeps-out-wildcards")
WRITES = ("ata.count.every-write,ata.write28.device-bits,ata.write28.served,ata.write48.served,"
          "ata.reply.status-of-write,ata.write.last-sector,res.member.writes,rel.mtu.small-path")
# And those that have to write a sector before they can judge.
NEEDING_WRITES = (
    "hdr.version.write-not-executed,cfg.sectors.write-served,ata.write.sector-size,"
    "ata.write.neighbours,ata.write.reply-without-data,ata.write.visible,"
    "ata.write.visible-to-others,ata.lba.every-bit,ata.lba.byte-order,ata.flag-w.missing,"
    "ata.dma.write,ata.dma.write-ext,ata.past-end.write-2-to-28,"
    "ata.past-end.write-2-to-32,ata.past-end.crossing-write,ata.count.zero-write,"
    "ata.write.half-a-sector-short,ata.write.byte-short,ata.write.without-data,"
    "ata.write.too-much-data,mask.listed.keeps-out-writes,res.outsider.write,"
    "res.outsider.write28,res.change.under-way,rel.repeat.write,"
    "rel.overlap.no-torn-sector,rel.overlap.shared-sector,rel.initiators.same-tag,"
    "ata.read-only.refuses-writes,rel.twin.own-sectors,ata.twin.beyond-2-to-28,"
    "ata.twin.last-of-28-bits,rel.mtu.large-frame-lost,ata.lost-sectors.read-fails,"
    "ata.lost-sectors.some-of-them,ata.lost-sectors.others-served")
# The tester's own, and the second initiator that it plays.
INITIATORS = r'\"{mac}\", \"02:5a:00:00:00:a4\"'

# What is written before and behind the address, and further options of the suite.
VARIANTS = {
    "one": ("", "", ()),
    "many": ("--others 63", "", ("--skip", ANSWERED_BY_MANY)),
    "many-hidden": ("--others 63 --hidden", "", ()),
    "first-interface": ("", "", ()),
    "second-interface": ("", "", ()),
    "read-only": ("", "read-only=true", ("--skip", f"{WRITES},{NEEDING_WRITES}")),
    "access-lists": ("", f'"accept=[{INITIATORS}]" "accept-write=[{INITIATORS}]" '
                         r'"deny=[\"02:00:00:00:00:77\"]"', ()),
    "reload": ("--reload", "", ()),
    "restart": ("--state $TMPDIR/state", "", ()),  # Of which the suite makes a few.
    "threads": ("--io threads", "", ()),
    "direct": ("", "direct=true", ()),
    "mtu-9000": ("", "", ("--mtu", "9000")),
    "mtu-1046": ("", "", ("--mtu", "1046")),
    "mtu-8726": ("", "", ("--mtu", "8726")),
}


def conform(folder, command, *options):
    run = subprocess.run([folder / "aoe-conform", "--iface", "veth0", "--shelf", "7", "--start",
                          command, *options], capture_output=True, text=True, check=False)
    return run.returncode, run.stdout + run.stderr


def from_config(folder, before, behind, interfaces="{iface}"):
    return (f"{HERE}/from_config.sh {folder}/aoe-target {before} "
            f"{{shelf}} {{slot}} {interfaces} {{file}} "
            f"{{ro:read-only=true}} {{accept:'mask=[\"{{mac}}\"]'}} {behind}")


def frames_of(recording):
    """What each packet of a pcapng belongs to, and the packet."""
    data = recording.read_bytes()
    at = 0
    while at < len(data):
        kind, size = struct.unpack_from("<II", data, at)
        if kind == 6:  # An enhanced packet block.
            length, = struct.unpack_from("<I", data, at + 20)
            option = at + 28 + (length + 3) // 4 * 4
            comment = ""
            while option < at + size - 4:
                code, option_length = struct.unpack_from("<HH", data, option)
                if code == 1 and not comment:  # A second one is for programs.
                    comment = data[option + 4:option + 4 + option_length].decode()
                option += 4 + (option_length + 3) // 4 * 4
            yield comment.split(": ")[0], data[at + 28:at + 28 + length]
        at += size


def replies(recording):
    """Case: the replies that came to its requests, with their tags blanked, however late they are.
    How often says nothing: some requests go out until they are answered."""
    asking = {bytes(4): "announcements"}
    found = collections.defaultdict(set)
    for case, frame in frames_of(recording):
        if len(frame) < 24 or frame[12:14] != b"\x88\xa2":
            continue
        tag = frame[20:24]
        if frame[14] & 8:
            found[asking.get(tag, case)].add(frame[:20] + bytes(4) + frame[24:])
        else:
            asking.setdefault(tag, case)
    return found


def same_bytes(folder):
    plain = (f"{folder}/aoe-target {{ro:-r}} {{accept:-m {{mac}}}} "
             "{shelf} {slot} {iface} {file}")
    commands = {"without": plain, "with": from_config(folder, "", "")}
    recorded = {}
    with tempfile.TemporaryDirectory() as scratch:
        for name, command in commands.items():
            status, said = conform(folder, command, "--record", f"{scratch}/{name}")
            if status != 0:
                print(said)
                return 1
            recorded[name] = replies(next(pathlib.Path(scratch, name).glob("*.pcapng")))
    one, other = recorded["with"], recorded["without"]
    different = [case for case in sorted(set(one) | set(other)) if one[case] != other[case]]
    for case in different:
        print(f"not the same bytes: {case}")
        for frame in one[case] ^ other[case]:
            print("  only", "with" if frame in one[case] else "without", frame.hex())
    total = sum(len(frames) for frames in one.values())
    print(f"{total} replies to {len(one)} cases, {len(different)} cases differ")
    return 1 if different or total < 1500 else 0


def xdp(folder):
    """An interface has room for one target by AF_XDP, so what needs a twin on it is not judged."""
    verdicts = {}
    with tempfile.TemporaryDirectory() as scratch:
        for link in ("packet", "xdp"):
            target = (f"{folder}/aoe-target --link {link} {{ro:-r}} {{accept:-m {{mac}}}} "
                      "{shelf} {slot} {iface} {file}")
            report = pathlib.Path(scratch, link)
            status, said = conform(folder, target, "--strict", "-o", f"json={report}")
            if link == "xdp" and "CAP_BPF" in said:
                print(said)
                return 1 if "xdp" in os.environ.get("AOE_REQUIRE", "") else SKIP
            if status not in (0, 1):  # Cases without a twin are left unjudged, which is a 1.
                print(said)
                return 1
            lines = [json.loads(line) for line in report.read_text().splitlines()]
            verdicts[link] = {
                line["id"]: "no twin" if line.get("code") == "twin" else line["verdict"]
                for line in lines if line["type"] == "case"}
    packet, by_xdp = verdicts["packet"], verdicts["xdp"]
    different = [case for case in packet if by_xdp[case] not in (packet[case], "no twin")]
    for case in different:
        print(f"{case}: {packet[case]} by packet sockets, {by_xdp[case]} by AF_XDP")
    twins = list(by_xdp.values()).count("no twin")
    print(f"{len(packet)} cases, {len(different)} differ, {twins} need a twin")
    return 1 if different or len(packet) < 300 or twins > 20 else 0


def may_use_networks():
    """With the rights that the suite has: root's, or in a user namespace."""
    users = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    return subprocess.run(["unshare", *users, "--net", "true"], capture_output=True,
                          check=False).returncode == 0


def run(folder, variant):
    if variant in ("same-bytes", "xdp"):
        return {"same-bytes": same_bytes, "xdp": xdp}[variant](folder)
    before, behind, options = VARIANTS[variant]
    interfaces = {"first-interface": "{iface},{iface2}",
                  "second-interface": "{iface2},{iface}"}.get(variant, "{iface}")
    command = from_config(folder, before, behind, interfaces)
    if variant == "restart":  # There is something left of a process that has ended.
        status, said = conform(folder, command, "--tests", "cfg.set.*")
        left = list(pathlib.Path(os.environ["TMPDIR"], "state").glob("e*"))
        if status != 0 or not left:
            print(said, left)
            return 1
    status, said = conform(folder, command, "--strict", *options)
    print(said)
    return status


def main(folder, variant):
    if not may_use_networks():
        print("no right to make network namespaces")
        return 1 if "net" in os.environ.get("AOE_REQUIRE", "") else SKIP
    # In memory where that is possible: a state is saved some thousand times.
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as scratch:
        os.environ["TMPDIR"] = scratch  # Where from_config.sh writes.
        return run(pathlib.Path(folder), variant)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
