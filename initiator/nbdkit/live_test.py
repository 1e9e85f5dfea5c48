# SPDX-License-Identifier: MIT
"""The plugin with clients that others wrote: live_test.py BUILD WHAT TARGET.

WHAT is one of
  device   what nbdkit, nbdinfo, nbdcopy and nbdfuse make of it, mistakes on its command line too;
           the commands of docs/initiator.md
  images   qemu-img copies 256 MiB there and back, and compares
  restart  the target is killed while a copy is under way, and starts again
  fio      randrw of 4k to 1M with verification, for ten seconds, or AOE_SOAK_SECONDS
  loss     the same over a wire that loses one frame in a hundred
TARGET is aoe-target or vblade. Exit status 77: something that it needs is not here.
"""

import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "cli" / "testing"))

import programs
from programs import expect, lay_cable, run

MIB = 1 << 20
PAGE = pathlib.Path(__file__).parents[2] / "docs" / "initiator.md"
# fio's share of each size of request, in MiB: all of it is written or read once a round.
ROUND = {"4k": 2, "16k": 2, "64k": 4, "256k": 4, "1m": 4}


class Lab:
    """A cable, a target's disk, and what serves and uses it."""

    def __init__(self, build, target, folder):
        self.build, self.folder = pathlib.Path(build).resolve(), pathlib.Path(folder)
        self.kind = target
        self.plugin = self.build / "lib" / "nbdkit-aoe-plugin.so"
        self.disk = self.folder / "disk"
        self.served = "theirs"

    def lay(self, mtu, *faults):
        """The cable, with a faulty piece in the middle when there are faults."""
        if not faults:
            lay_cable("ours", "theirs", mtu)
            return contextlib.nullcontext()
        lay_cable("ours", "near", mtu)
        lay_cable("far", "theirs", mtu)
        return programs.process(self.build / "tests" / "faulty_wire", "near", "far", *faults,
                                until="carrying")

    def make_disk(self, size):
        with open(self.disk, "wb") as file:
            file.truncate(size)

    def target(self, *options):
        """aoe-target or vblade as e7.3."""
        program = "vblade" if self.kind == "vblade" else self.build / "bin" / "aoe-target"
        return programs.target(program, self.served, self.disk, *options)

    def words(self, *options):
        return ["nbdkit", "-U", "-", *options, str(self.plugin)]

    def nbdkit(self, command, *parameters, options=(), status=0):
        """Runs a shell command with $uri; what nbdkit and it print."""
        return run(*self.words(*options), *(parameters or ("iface=ours", "target=e7.3")),
                   "--run", command, status=status, with_errors=True)


def test_device(lab):
    """Everything small."""
    size = 8 * MIB
    lab.make_disk(size)
    wrong = {("target=e7.3",): "which Ethernet interface? iface=veth0 names it",
             ("iface=ours",): "which target? target=e7.3 names it",
             ("iface=ours", "e7.x"): "e7.x",
             ("iface=nope", "e7.3"): 'there is no interface "nope"',
             ("iface=ours", "e7.3", "wait=0.2"): "nobody answers for e7.3 on ours within 0.2 s",
             ("iface=ours", "e7.3", "color=red"): "unknown parameter 'color'"}
    lab.lay(1500)
    for words, sentence in wrong.items():
        said = lab.nbdkit("true", *words, status=1)
        expect(sentence in said, f"{words} got: {said}")
    helped = run("nbdkit", lab.plugin, "--help", with_errors=True)
    expect("target=e7.3" in helped and "timeout=SECONDS" in helped, helped)
    with lab.target():
        info = lab.nbdkit("nbdinfo $uri", "e7.3@ours")
        for line in (f"export-size: {size} ", "is_read_only: false", "can_multi_conn: true",
                     "can_flush: true", "can_fua: true", "can_trim: false",
                     "block_size_preferred: 4096"):
            expect(line in info, f"no '{line}' in {info}")
        image, back = lab.folder / "image", lab.folder / "back"
        image.write_bytes(os.urandom(size))
        lab.nbdkit(f"nbdcopy --flush {image} $uri && nbdcopy $uri {back}")
        expect(back.read_bytes() == image.read_bytes(), "nbdcopy brought other bytes back")
        expect(lab.disk.read_bytes() == image.read_bytes(), "the disk has other bytes")
        test_page(lab, image)
        # Requests of any bytes, read around by the plugin.
        lab.nbdkit("fio --name=odd --ioengine=nbd --uri=$uri --rw=randrw --bs=1000 --size=1m"
                   " --iodepth=8 --verify=crc32c --do_verify=1 --verify_state_save=0")
        refused = lab.nbdkit("nbdcopy $uri null:", "iface=ours", "e7.3",
                             "target-mac=02:00:00:00:00:99", "wait=0.2", status=1)
        expect("nobody answers for e7.3 at 02:00:00:00:00:99" in refused, refused)
    with lab.target("-r"):
        info = lab.nbdkit("nbdinfo $uri")
        expect("is_read_only: true" in info, info)
        said = lab.nbdkit(f"nbdcopy {image} $uri", "iface=ours", "e7.3", "probe=no", status=1)
        expect("ABRT" in said, said)
    # At the end, since where there is no FUSE this test ends.
    with lab.target():
        test_fuse(lab)


def test_page(lab, image):
    """The page's commands of one line each, as they stand there but for names and fio's size."""
    commands = [line for line in PAGE.read_text(encoding="utf-8").splitlines()
                if line.startswith("nbdkit") and "--run" in line]
    expect(len(commands) == 4, f"{PAGE} has commands of another form: {commands}")
    folder = lab.folder / "page"
    folder.mkdir()
    run("qemu-img", "convert", "-f", "raw", "-O", "qcow2", image, folder / "disk.qcow2")
    for command in commands:
        command = command.replace("aoe e7.3@veth0", f"{lab.plugin} e7.3@ours")
        said = run("sh", "-c", f"cd {folder} && {command.replace('--size=64m', '--size=2m')}")
        if "--name=mix" in command:
            expect("err= 0" in said and ", depth=32" in said, said)
        if "disk.img" in command:
            run("cmp", folder / "disk.img", lab.disk)


def test_fuse(lab):
    """A file that is the device."""
    missing = [name for name, is_here in (("/dev/fuse", os.path.exists("/dev/fuse")),
                                          ("nbdfuse", shutil.which("nbdfuse")),
                                          ("root", os.geteuid() == 0)) if not is_here]
    if missing:
        programs.give_up("net", f"all but nbdfuse is well; that needs {', '.join(missing)}")
    mounted = lab.folder / "mounted"
    mounted.touch()
    data = os.urandom(5000)
    (lab.folder / "data").write_bytes(data)
    lab.nbdkit(f"nbdfuse --pidfile {lab.folder}/pid {mounted} $uri & "
               f"while ! [ -s {lab.folder}/pid ]; do sleep 0.02; done; "
               f"dd if={lab.folder}/data of={mounted} bs=5000 seek=3 conv=notrunc,fsync; "
               f"fusermount3 -u {mounted}; wait")
    with open(lab.disk, "rb") as file:
        file.seek(3 * 5000)
        expect(file.read(5000) == data, "nbdfuse wrote other bytes")


def make_image(path, size):
    """Bytes with holes between them."""
    with open(path, "wb") as file:
        for start in range(0, size, 2 * MIB):
            file.seek(start)
            file.write(os.urandom(MIB))
        file.truncate(size)


def test_images(lab):
    size = 256 * MIB
    image, back = lab.folder / "image", lab.folder / "back"
    make_image(image, size)
    lab.make_disk(size)
    lab.lay(9000)
    with lab.target():
        print(lab.nbdkit(f"qemu-img convert -n -f raw -O raw {image} $uri && "
                         f"qemu-img compare -f raw -F raw {image} $uri && "
                         f"qemu-img convert -f raw -O qcow2 $uri {back} && "
                         f"qemu-img compare -f raw -F qcow2 {image} {back}"))
    run("cmp", image, lab.disk)


def test_restart(lab):
    size = 64 * MIB
    image = lab.folder / "image"
    make_image(image, size)
    lab.make_disk(size)
    lab.lay(1500)

    def reached(place):
        """Whether the copy has got there."""
        with open(lab.disk, "rb") as file:
            file.seek(place)
            return any(file.read(4096))

    with contextlib.ExitStack() as stack:
        target = stack.enter_context(lab.target())
        # A rate that leaves time to kill the target in the midst of it.
        command = [*lab.words("--filter=rate"), "iface=ours", "target=e7.3", "rate=250M", "--run",
                   f"nbdcopy --flush --allocated {image} $uri"]
        copy = stack.enter_context(subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"))
        for place in (8 * MIB, 24 * MIB, 40 * MIB):
            limit = time.monotonic() + 60
            while not reached(place) and time.monotonic() < limit:
                time.sleep(0.01)
            target.send_signal(signal.SIGKILL)
            target.wait()
            expect(copy.poll() is None, "the copy was over before the target was killed")
            started = time.monotonic()
            target = stack.enter_context(lab.target())
        said = copy.communicate(timeout=120)[0]
        expect(copy.returncode == 0, f"the copy ended with {copy.returncode}: {said}")
        print(f"done {time.monotonic() - started:.2f} s after the target was back")
        run("cmp", image, lab.disk)


def fio_round(number):
    """One program of fio that writes or reads everything once, and verifies what it wrote."""
    words = ["fio", "--ioengine=nbd", "--uri=$uri", "--rw=randrw", "--rwmixread=30",
             "--iodepth=16", "--verify=crc32c", "--do_verify=1", "--verify_fatal=1",
             "--verify_state_save=0",
             f"--randseed={number}", "--minimal"]
    offset = 0
    for block, share in ROUND.items():
        words += [f"--name=b{block}", f"--bs={block}", f"--size={share}m", f"--offset={offset}m"]
        offset += share
    return " ".join(words)


def test_fio(lab, seconds, *faults):
    lab.make_disk(sum(ROUND.values()) * MIB)
    with contextlib.ExitStack() as stack:
        stack.enter_context(lab.lay(1500 if faults else 9000, *faults))
        stack.enter_context(lab.target())
        started = time.monotonic()
        rounds = 0
        while rounds == 0 or time.monotonic() < started + seconds:
            rounds += 1
            lab.nbdkit(fio_round(rounds))
        took = time.monotonic() - started
        moved = rounds * sum(ROUND.values())
        print(f"soak: {rounds} rounds, {moved} MiB and their verification, in {took:.1f} s")


def main():
    build, what, target = sys.argv[1:4]
    seconds = float(os.environ.get("AOE_SOAK_SECONDS", "10"))
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    programs.enter_network("net", *user)
    # nbdkit has no sanitizer, and loads one with a plugin that has one; its own leaks are its own.
    os.environ["ASAN_OPTIONS"] = "detect_leaks=0:verify_asan_link_order=0"
    for program in ("nbdkit", "nbdcopy", "fio", "qemu-img",
                    *(["vblade"] if target == "vblade" else [])):
        if not shutil.which(program):
            programs.give_up("net", f"needs the program {program}")
    with tempfile.TemporaryDirectory(prefix="nbdkit-aoe-") as folder:
        lab = Lab(build, target, folder)
        if what == "loss":
            test_fio(lab, seconds, "loss=0.01", "seed=1")
        elif what == "fio":
            test_fio(lab, seconds)
        else:
            {"device": test_device, "images": test_images, "restart": test_restart}[what](lab)


if __name__ == "__main__":
    main()
