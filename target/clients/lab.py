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

GUEST = pathlib.Path(__file__).parents[2] / "conformance" / "lab" / "guest"
sys.path.insert(0, str(GUEST))
SKIPPED = 77
SHELF_SLOT = ("7", "3")
MARKER = b"end of the recording"


def give_up(word, why):
    """Ends as skipped, or as failed when AOE_REQUIRE has the word."""
    print(why)
    sys.exit(1 if word in os.environ.get("AOE_REQUIRE", "").split() else SKIPPED)


def expect(true, complaint):
    """Ends the test with the complaint."""
    if not true:
        sys.exit(f"failed: {complaint}")


def enter_network(word, *programs):
    """Starts this program again in a network of its own, once. Gives up when a program that the
    test needs is missing."""
    for program in ("dumpcap", "tshark", *programs):
        if not shutil.which(program):
            give_up(word, f"needs the program {program}")
    if os.environ.get("AOE_TEST_NETWORK") != str(os.getppid()):
        tried = subprocess.run(["unshare", "--net", "true"], check=False, capture_output=True,
                               encoding="utf-8")
        if tried.returncode != 0:
            give_up(word, f"no private network: {tried.stderr.strip()}")
        os.environ["AOE_TEST_NETWORK"] = str(os.getppid())
        os.execvp("unshare", ["unshare", "--net", sys.executable, "-B", *sys.argv])


def run(*words):
    """A program that must succeed; what it prints."""
    words = [str(word) for word in words]
    done = subprocess.run(words, check=False, capture_output=True, encoding="utf-8", timeout=200)
    expect(done.returncode == 0,
           f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def digest(path):
    """The checksum of a file."""
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def lay_cable(mtu):
    """A target's interface, `served`, and what is at the other end of its cable, `cable`."""
    run("ip", "link", "add", "served", "mtu", mtu, "type", "veth", "peer", "name", "cable",
        "mtu", mtu)
    for name in ("served", "cable"):
        run("ip", "link", "set", name, "addrgenmode", "none")
        run("ip", "link", "set", name, "up")


@contextlib.contextmanager
def process(*words, until):
    """A program that runs as long as the block does, from the line on that has `until`."""
    started = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *words], encoding="utf-8",
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        said = ""
        for line in started.stdout:
            said += line
            if until in line:
                break
        expect(until in said, f"{' '.join(words)} ended: {said}")
        yield started
    finally:
        started.terminate()
        started.communicate(timeout=20)


def target(program, image):
    """Our target, or vblade, as e7.3 on `served`."""
    until = "serving" if program.endswith("aoe-target") else "sectors"
    return process(program, *SHELF_SLOT, "served", str(image), until=until)


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
