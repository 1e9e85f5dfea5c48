# SPDX-License-Identifier: MIT
"""iPXE boots a PC from a disk over AoE: ipxe.py CONFORM TARGET CARD.

CONFORM and TARGET are programs, TARGET may be vblade; CARD is QEMU's name of a network card. The
disk's first sector is boot_sector.S, which reads and writes the disk itself.
"""

import io
import os
import pathlib
import sys

import lab

import cards
import kernel
import machine

FIRMWARE = "/usr/lib/ipxe/ipxe.lkrn"
SECTORS = 16384
LAST_SECTOR = b"the very end of the disk"
SCRIPT = b"#!ipxe\nifopen net0\nsanboot aoe:e7.3\n"
WELL = 0x21  # What the boot sector makes QEMU end with when all went well.


def boot_sector(folder):
    """Its 512 bytes, assembled."""
    source = pathlib.Path(__file__).with_name("boot_sector.S")
    lab.run("as", "--32", "-o", folder / "boot.o", source)
    lab.run("ld", "-m", "elf_i386", "-Ttext", "0x7c00", "--oformat", "binary",
            "-o", folder / "boot.bin", folder / "boot.o")
    return (folder / "boot.bin").read_bytes()


def make_image(folder):
    """A disk whose last sector says that it is the last."""
    image = folder / "disk.img"
    image.write_bytes(boot_sector(folder) + bytes((SECTORS - 2) * 512) +
                      LAST_SECTOR.ljust(512, b"\0"))
    return image


def boot(pc, tap, card):
    """Runs iPXE until the boot sector has switched the machine off. Status and console."""
    console = io.BytesIO()
    pc.add("-device", "isa-debug-exit,iobase=0xf4,iosize=4", "-vga", "std", "-kernel", FIRMWARE,
           "-initrd", pc.passes(machine.in_memory("script", SCRIPT)))
    pc.card(tap, card, "52:54:00:0a:0e:02")
    pc.start(console)
    try:
        return pc.wait(120), console.getvalue().decode(errors="replace")
    finally:
        pc.stop()


def main(conform, target, card):
    """Ends the process with what came out."""
    lab.enter_network("vm", target)
    try:
        if not os.path.exists(FIRMWARE):
            raise kernel.Obstacle(f"needs {FIRMWARE}, of the package ipxe")
        pc, tap = machine.Machine(), cards.Tap("guest0", 1500)
    except kernel.Obstacle as obstacle:
        lab.give_up("vm", str(obstacle))
    with lab.Scratch() as folder:
        image, recording = make_image(folder), folder / "frames.pcapng"
        lab.lay_cable(1500)
        cards.Bridge("guest0", "cable")
        with lab.target(target, image):
            with lab.recorded(recording):
                status, said = boot(pc, tap, card)
        print(said)
        lab.expect(status == WELL, f"the machine ended with {status}")
        words = f"booted from AoE\nlast sector: {LAST_SECTOR.decode()}\nread and written"
        lab.expect(words in said, "the boot sector did not say what it should")
        with open(image, "rb") as file:
            file.seek(5 * 512)
            lab.expect(file.read(512).rstrip(b"\0") == LAST_SECTOR, "what was written is not there")
        lab.check_frames(recording, 10, conform)


if __name__ == "__main__":
    main(*sys.argv[1:])
