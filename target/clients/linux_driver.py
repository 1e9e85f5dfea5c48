# SPDX-License-Identifier: MIT
"""The Linux AoE driver with ext4 on a target: linux_driver.py CONFORM TARGET KERNEL MTU.

CONFORM and TARGET are programs, TARGET may be vblade; KERNEL is the folder of guests' kernels.
"""

import os
import pathlib
import re
import sys

import lab

import cards
import initramfs
import kernel
import machine

SECTORS = 48 * 2048 + 3  # 48 MiB, and a little that fills no block of a file system.
LARGEST = {"1500": 2, "9000": 17}  # Sectors in one frame.
# One card pads short frames, the other does not.
NETWORK = {"1500": ("--join", "cable"), "9000": ("--join", "cable", "--card", "e1000")}


def check_guest(kernel_folder):
    """Gives up when there can be no guest."""
    try:
        machine.Machine()
        initramfs.busybox()
        kernel.Kernel(kernel_folder)
        os.close(cards.Tap("guest0", 1500).fd)
    except kernel.Obstacle as obstacle:
        lab.give_up("vm", str(obstacle))


def guest(kernel_folder, script, *words):
    """The guest's work, as words of a command."""
    files = ("--file", "/sbin/mke2fs", "--file", "/sbin/e2fsck", "--file", "/etc/mke2fs.conf")
    return [sys.executable, "-B", lab.GUEST / "run_guest.py", "--kernel", kernel_folder,
            "--timeout", "150", "--module", "aoe", "--module", "ext4", *files, "--script", script,
            *words]


def largest_transfer(recording):
    """The most sectors that a write had."""
    shown = lab.run("tshark", "-r", recording, "-Y", "aoe.response == 0 && aoe.aflags.w == 1",
                    "-T", "fields", "-e", "frame.len")
    return max((int(size) - 36) // 512 for size in shown.split())


def main(conform, target, kernel_folder, mtu):
    """Ends the process with what came out."""
    lab.enter_network("vm", target)
    check_guest(kernel_folder)
    with lab.Scratch() as folder:
        image, recording = folder / "disk.img", folder / "frames.pcapng"
        image.touch()
        os.truncate(image, SECTORS * 512)
        script = pathlib.Path(__file__).with_name("linux_work.sh")
        lab.lay_cable(mtu)
        with lab.target(target, image):
            with lab.recorded(recording):
                said = lab.run(*guest(kernel_folder, script, *NETWORK[mtu]))
        print(said)
        found = re.search("the disk's sum is ([0-9a-f]{64})", said)
        lab.expect(found and found[1] == lab.digest(image), "guest and image differ")
        with open(image, "rb") as file:
            file.seek(-512, os.SEEK_END)
            lab.expect(file.read(15) == b"the last sector", "the last sector differs")
        print(lab.run("e2fsck", "-fn", image))
        numbers = lab.run("debugfs", "-R", "cat numbers", image)
        lab.expect(numbers.split() == [str(number) for number in range(1, 200001)],
                   "a file reads otherwise in the image")
        lab.expect(largest_transfer(recording) == LARGEST[mtu], "frames are not as large as can be")
        lab.check_frames(recording, 1000, conform)


if __name__ == "__main__":
    main(*sys.argv[1:])
