#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs a script in a small Linux guest: Debian's kernel under plain emulation."""

import argparse
import hashlib
import os
import signal
import sys

sys.dont_write_bytecode = True  # Nor beside an installed program.

import cards
import initramfs
import kernel
import machine
from kernel import Obstacle

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
NO_GUEST = 125  # As of programs that run others: not the script's status, but ours.
EXAMPLES = """
The guest's first file system is made on the fly: busybox, the modules with all that they need,
the files with their libraries. The script runs in it as root with the card eth0 up; its console
is our standard output. busybox's sh prefers its own commands, so name a brought program of the
same name by its path. Nothing is written to the host, and nothing stays behind.

Exit status: the script's; 125 when there was no guest or it did not come to the script's end;
124 when the time was up; 2 for a wrong command line. With --stay, 0 when SIGTERM ends a guest
whose script had ended well.

Examples:
  run_guest.py --fetch
      gets Debian's kernel into the cache, 70 MB, and installs nothing
  run_guest.py --tap tap0 --mtu 9000 --module aoe --file /sbin/mke2fs --script work.sh
      the Linux AoE driver; a target on tap0 is what it finds
  run_guest.py --join veth0 --module ./kvblade.ko --disk disk.img --stay \\
      --command 'echo "7 3 eth0 /dev/vda" >/sys/kvblade/add'
      a target that is a kernel module, on the LAN of veth0
"""


class Ended(Exception):
    """A signal told us to end."""


def options(words):
    """The command line, parsed."""
    parser = argparse.ArgumentParser(
        prog="run_guest.py", description=__doc__, epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    work = parser.add_mutually_exclusive_group()
    work.add_argument("--script", metavar="FILE", help="what the guest does, for busybox's sh")
    work.add_argument("--command", metavar="TEXT", help="the same without a file")
    add("--stay", action="store_true", help="keep the guest up after the script until SIGTERM")
    add("--tap", metavar="NAME", help="interface to make for the host's end of the guest's card, "
        "in the current network namespace")
    add("--join", metavar="IFACE", help="connect the card with this interface, by a bridge; "
        "its MTU is the card's")
    add("--mtu", type=int, metavar="BYTES", help="MTU of the card (default 1500)")
    add("--mac", help="the card's address (default: made of this command line, so that the same "
        "guest has the same)")
    add("--card", default="virtio", choices=("virtio", "e1000"), help="kind of card: e1000 pads "
        "short frames to 60 bytes, virtio does not (the default)")
    add("--module", action="append", default=[], metavar="NAME[ PARAMETER=VALUE...]",
        help="kernel module to load, or a file.ko of your own; may be repeated")
    add("--file", action="append", default=[], metavar="HOST[=GUEST]",
        help="file of the host to bring, programs with their libraries; may be repeated")
    add("--disk", action="append", default=[], metavar="FILE",
        help="disk image or device that the guest sees as /dev/vda, the next as /dev/vdb; raw, or "
        "QEMU's own format when the name ends in .qcow2")
    add("--memory", type=int, default=256, metavar="MIB", help="(default %(default)s)")
    add("--processors", type=int, default=1, metavar="N", help="(default %(default)s)")
    add("--timeout", type=float, metavar="SECONDS", help="end the guest after this time")
    add("--kernel", metavar="FOLDER", default=kernel.default_folder(), help="where boot/vmlinuz-* "
        "and lib/modules are; / for the host's own (default %(default)s)")
    add("--fetch", action="store_true", help="first get Debian's kernel into that folder if it has "
        "none; ends there when no work is given")
    chosen = parser.parse_args(words)
    if not chosen.script and not chosen.command and not chosen.fetch:
        parser.error("--script or --command says what the guest does")
    if chosen.mtu is not None and not 68 <= chosen.mtu <= 65521:
        parser.error(f"an MTU of {chosen.mtu} cannot be: 68 to 65521")
    if not chosen.mac:
        name = hashlib.sha256("\0".join(words).encode(errors="surrogateescape")).hexdigest()
        chosen.mac = f"52:54:00:{name[0:2]}:{name[2:4]}:{name[4:6]}"
    return chosen


def modules_of(chosen, from_kernel):
    """The modules to load, in their order, and their parameters by name."""
    wanted, parameters = [], {}
    if chosen.tap or chosen.join:
        wanted += ["virtio_pci", "virtio_net"] if chosen.card == "virtio" else ["e1000"]
    if chosen.disk:
        wanted += ["virtio_pci", "virtio_blk"]
    for text in chosen.module:
        name, _, values = text.partition(" ")
        wanted.append(name)
        parameters[os.path.basename(name).removesuffix(".ko").replace("-", "_")] = values
    return from_kernel.with_needs(wanted), parameters


def script_of(chosen):
    """The bytes of what the guest does."""
    if chosen.command:
        return os.fsencode(chosen.command) + b"\n"
    try:
        with open(chosen.script, "rb") as file:
            return file.read()
    except OSError as error:
        raise Obstacle(f"cannot read the script '{chosen.script}': {error.strerror}") from None


def archive_of(chosen, from_kernel, mtu):
    """The guest's first file system."""
    files = []
    for text in chosen.file:
        path, _, name = text.partition("=")
        files.append((path, name or None))
    modules, parameters = modules_of(chosen, from_kernel)
    eth = [("eth0", mtu)] if chosen.tap or chosen.join else []
    return initramfs.make(modules, parameters, files, script_of(chosen), eth, chosen.stay)


def connect(chosen, guest, mtu):
    """Gives the guest its card. The bridge that this took, or None."""
    name = chosen.tap or f"guest{os.getpid()}"
    tap = cards.Tap(name, mtu)
    bridge = cards.Bridge(name, chosen.join) if chosen.join else None
    model = f"virtio-net-pci,host_mtu={mtu}" if chosen.card == "virtio" else chosen.card
    guest.card(tap, model, chosen.mac)
    return bridge


def boot(chosen):
    """Runs the guest; our exit status."""
    mtu = chosen.mtu or (cards.mtu_of(chosen.join) if chosen.join else 1500)
    from_kernel = kernel.Kernel(chosen.kernel)
    guest = machine.Machine(chosen.memory, chosen.processors)
    archive = archive_of(chosen, from_kernel, mtu)
    status = machine.in_memory("status")
    guest.add("-kernel", from_kernel.image,
              "-initrd", guest.passes(machine.in_memory("initramfs", archive)),
              "-append", "console=ttyS0 quiet panic=-1 nokaslr mitigations=off net.ifnames=0",
              "-chardev", f"file,id=status,path={guest.passes(os.dup(status))}",
              "-serial", "chardev:status")
    for number, path in enumerate(chosen.disk):
        if not os.access(path, os.R_OK | os.W_OK):
            raise Obstacle(f"cannot read and write the disk '{path}'")
        # Whoever gave it to us may have it open, and knows what he does.
        form = "qcow2" if path.endswith(".qcow2") else "raw"
        guest.add("-drive", f"if=none,id=disk{number},format={form},file.locking=off,"
                  f"file={path.replace(',', ',,')}", "-device",
                  f"virtio-blk-pci,drive=disk{number}")
    bridge = None
    try:
        if chosen.tap or chosen.join:
            bridge = connect(chosen, guest, mtu)
        guest.start(sys.stdout.buffer)
        if guest.wait(chosen.timeout) is None:
            print(f"run_guest.py: the guest was ended after {chosen.timeout} s", file=sys.stderr)
            return 124
    except Ended as signalled:
        stayed = chosen.stay and os.pread(status, 16, 0).split() == [b"0"]
        return 0 if stayed else 128 + signalled.args[0]
    finally:
        guest.stop()
        if bridge:
            bridge.close()
    text = os.pread(status, 16, 0)
    if not text.strip():
        raise Obstacle("the guest ended before its script did; its last words are above")
    return int(text)


def end(number, _):
    """A signal's handler, for the first one: then we are about to end anyway."""
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise Ended(number)


def main(words):
    """Our exit status."""
    chosen = options(words)
    for number in SIGNALS:
        signal.signal(number, end)
    try:
        if chosen.fetch:
            kernel.fetch(chosen.kernel)
        return boot(chosen) if chosen.script or chosen.command else 0
    except Obstacle as obstacle:
        print(f"run_guest.py: {obstacle}", file=sys.stderr)
        return NO_GUEST
    except Ended as signalled:
        return 128 + signalled.args[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
