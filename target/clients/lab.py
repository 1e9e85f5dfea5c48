# SPDX-License-Identifier: MIT
"""A private network with a target on it, for tests with clients that others wrote."""

import contextlib
import hashlib
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).parents[2]
GUEST = ROOT / "conformance" / "lab" / "guest"
sys.path[:0] = [str(GUEST), str(ROOT / "cli" / "testing")]

import programs
from programs import SHELF_SLOT, expect, give_up, run

MARKER = b"end of the recording"


def enter_network(word, *needed):
    """Starts this program again in a network of its own, once. Gives up when a program that the
    test needs is missing."""
    for program in ("dumpcap", "tshark", *needed):
        if not shutil.which(program):
            give_up(word, f"needs the program {program}")
    programs.enter_network(word)


def digest(path):
    """The checksum of a file."""
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def lay_cable(mtu):
    """A target's interface, `served`, and what is at the other end of its cable, `cable`."""
    programs.lay_cable("served", "cable", mtu)


def target(program, image):
    """Our target, or vblade, as e7.3 on `served`."""
    return programs.target(program, "served", image)


def daemon(program, image, folder):
    """The same of our target with a configuration file, and with state that lasts in the folder."""
    os.environ["TMPDIR"] = str(folder)
    script = ROOT / "target" / "daemon" / "from_config.sh"
    return programs.process(script, program, "--state", folder / "state", *SHELF_SLOT, "served",
                            image, until="serving")


def marked(path):
    """Sends a frame that is no AoE, and waits until the recording has it: then it has all before
    it, too."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sender:
        sender.bind(("served", 0))
        sender.send(b"\xff" * 6 + b"\x02\0\0\0\0\x0e" + b"\x88\xb5" + MARKER.ljust(46, b"\0"))
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with open(path, "rb") as file:
            file.seek(max(0, os.path.getsize(path) - 4096))
            if MARKER in file.read():
                return
        time.sleep(0.02)
    expect(False, "the recording does not end")


@contextlib.contextmanager
def recorded(path):
    """Every AoE frame of `served`, in a file."""
    words = ["dumpcap", "-q", "-i", "served", "-f", "ether proto 0x88a2 or ether proto 0x88b5",
             "-B", "64", "-w", str(path)]
    recorder = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *words], encoding="utf-8",
                                stderr=subprocess.PIPE)
    try:
        said = ""
        for line in recorder.stderr:
            said += line
            if line.startswith("File:"):
                break
        expect("File:" in said, f"dumpcap ended: {said}")
        yield
        marked(path)
    finally:
        recorder.terminate()
        said = recorder.communicate(timeout=20)[1]
    dropped = re.search(r"received/dropped on interface '.*?': (\d+)/(\d+)", said)
    expect(dropped and dropped[2] == "0", f"the recording is not whole: {said}")


def check_frames(path, least, conform):
    """The recording holds `least` frames or more; tshark dissects every one without a complaint,
    and our judge finds no requirement broken, by target or client."""
    def count(wanted):
        return len(run("tshark", "-r", path, "-Y", wanted, "-T", "fields", "-e",
                       "frame.number").split())
    frames = count("eth.type != 0x88b5")
    expect(frames >= least, f"{frames} frames were recorded, {least} should have been at least")
    expect(count("aoe") == frames, f"{path}: tshark takes {count('aoe')} of {frames} for AoE")
    odd = run("tshark", "-r", path, "-Y", "_ws.malformed || _ws.expert.severity == error")
    expect(not odd, f"tshark says of {frames} frames:\n{odd}")
    print(f"{frames} frames, none malformed")
    print(run(conform, "judge", "--strict", path))


class Scratch:
    """A folder that ends with the block."""

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="aoe-client-")
        return pathlib.Path(self._folder.name)

    def __exit__(self, *_):
        self._folder.cleanup()
