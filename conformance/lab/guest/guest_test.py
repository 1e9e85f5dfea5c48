# SPDX-License-Identifier: MIT
"""The runner of guests: guest_test.py KERNEL_FOLDER [unittest's words].

What needs a guest is skipped where there can be none, unless AOE_REQUIRE has the word vm.
"""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
import unittest

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))

import cards
import initramfs
import kernel
import machine

FOLDER = ""
RUNNER = [sys.executable, "-B", str(HERE / "run_guest.py")]


def obstacle(folder):
    """Why there can be no guest here, with the kernel of the folder; empty when there can."""
    try:
        machine.Machine()
        initramfs.busybox()
        kernel.Kernel(folder)
    except kernel.Obstacle as found:
        return str(found)
    tap = subprocess.run(
        ["unshare", "--net", *RUNNER[:2], "-c", "import cards; cards.Tap('tap0', 1500)"],
        check=False, capture_output=True, encoding="utf-8", cwd=HERE)
    return (tap.stderr.strip().splitlines() or ["no private network"])[-1] if tap.returncode else ""


def fake_module(path, **fields):
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{key}={value}".encode() for key, value in fields.items()]
    path.write_bytes(b"\x7fELF\0" + b"\0".join(lines) + b"\0")


class Bridges(unittest.TestCase):
    def test_guests_that_start_and_end_at_once(self):
        script = textwrap.dedent("""\
            import multiprocessing, sys
            import cards

            def join(number):
                cards.Tap(f"tap{number}", 1500)
                cards.Bridge(f"tap{number}", "cable").close()

            cards.ip("link", "add", "cable", "type", "veth", "peer", "name", "served")
            for _ in range(5):
                guests = [multiprocessing.Process(target=join, args=(n,)) for n in range(4)]
                for guest in guests: guest.start()
                for guest in guests: guest.join()
                if any(guest.exitcode for guest in guests): sys.exit("a guest got no bridge")
            cards.ip("link", "show", "cable")
            """)
        ended = subprocess.run(["unshare", "--net", *RUNNER[:2], "-c", script], check=False,
                               capture_output=True, encoding="utf-8", cwd=HERE)
        if "operation not permitted" in ended.stderr.lower():
            self.skipTest("no right to make a private network: " + ended.stderr.strip())
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertNotIn("b-cable", ended.stdout)


class FakeKernel(unittest.TestCase):
    """A folder that looks like a kernel package, in two versions."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        for version in ("6.1.0-9", "6.1.0-10"):
            (self.folder / "boot").mkdir(exist_ok=True)
            (self.folder / "boot" / f"vmlinuz-{version}").touch()
            modules = self.folder / "lib" / "modules" / version
            modules.mkdir(parents=True)
            (modules / "modules.builtin").write_text("kernel/lib/built-in.ko\n")
        self.modules = modules
        self.module("top", depends="left,right,built_in", softdep="pre: crypto-sum")
        self.module("left", depends="bottom")
        self.module("right", depends="bottom")
        self.module("bottom", depends="")
        self.module("sum_generic", depends="")

    def module(self, name, **fields):
        fake_module(self.modules / "kernel" / f"{name}.ko", vermagic="6.1.0-10 SMP", **fields)

    def order(self, *names):
        return [module.name for module in kernel.Kernel(self.folder).with_needs(names)]

    def test_the_newest_kernel_is_taken(self):
        self.assertEqual(kernel.Kernel(self.folder).version, "6.1.0-10")

    def test_what_a_module_needs_comes_first_and_once(self):
        order = self.order("top", "bottom")
        self.assertEqual(sorted(order), ["bottom", "left", "right", "sum_generic", "top"])
        self.assertLess(order.index("bottom"), order.index("left"))
        self.assertEqual(order[-1], "top")

    def test_a_module_of_ones_own_is_a_path(self):
        fake_module(self.folder / "my-own.ko", vermagic="6.1.0-10 SMP", depends="left")
        self.assertEqual(self.order(str(self.folder / "my-own.ko")), ["bottom", "left", "my_own"])

    def test_a_module_for_another_kernel_is_refused(self):
        fake_module(self.folder / "old.ko", vermagic="6.1.0-9 SMP")
        with self.assertRaisesRegex(kernel.Obstacle, "built for Linux 6.1.0-9, the guest's is"):
            self.order(str(self.folder / "old.ko"))

    def test_what_is_no_module_is_refused(self):
        (self.folder / "text.ko").write_text("vermagic")
        with self.assertRaisesRegex(kernel.Obstacle, "no kernel module"):
            self.order(str(self.folder / "text.ko"))
        with self.assertRaisesRegex(kernel.Obstacle, "has no module 'nosuch'"):
            self.order("nosuch")

    def test_a_folder_without_a_kernel_says_how_to_get_one(self):
        with self.assertRaisesRegex(kernel.Obstacle, "--fetch"):
            kernel.Kernel(self.folder / "lib")


class FakePackage(unittest.TestCase):
    """A kernel package that apt-get would fetch, into a folder named from the current one."""

    @unittest.skipUnless(shutil.which("dpkg-deb"), "needs dpkg-deb")
    def test_is_unpacked_into_a_folder_named_from_here(self):
        with tempfile.TemporaryDirectory() as scratch:
            here = pathlib.Path(scratch)
            for path, content in (("package/DEBIAN/control", "Package: k\nVersion: 1\n"
                                   "Architecture: all\nMaintainer: k\nDescription: k\n"),
                                  ("package/boot/vmlinuz-1", ""),
                                  ("package/lib/modules/1/m.ko", ""),
                                  ("apt-cache", "#!/bin/sh\necho '  Depends: linux-image-1'\n"),
                                  ("apt-get", f"#!/bin/sh\ndpkg-deb -b {here}/package k.deb\n")):
                (here / path).parent.mkdir(parents=True, exist_ok=True)
                (here / path).write_text(content)
                (here / path).chmod(0o755)
            path = f"{here}:{os.environ['PATH']}"
            fetched = subprocess.run([*RUNNER, "--fetch", "--kernel", "guest"], check=False,
                                     cwd=here, env={**os.environ, "PATH": path},
                                     capture_output=True, encoding="utf-8")
            self.assertEqual(fetched.returncode, 0, fetched.stderr)
            self.assertTrue((here / "guest/lib/modules/1/m.ko").exists())


class CommandLine(unittest.TestCase):
    def says(self, status, sentence, *words):
        ended = subprocess.run([*RUNNER, *words], check=False, capture_output=True,
                               encoding="utf-8")
        self.assertEqual(ended.returncode, status, ended.stderr)
        self.assertIn(sentence, ended.stderr + ended.stdout)

    def test_mistakes_are_explained(self):
        self.says(2, "--script or --command says what the guest does")
        self.says(2, "an MTU of 20 cannot be", "--mtu", "20", "--script", "x")
        self.says(125, "--fetch gets Debian's", "--kernel", "/nowhere", "--script", "x")
        self.says(125, "no interface 'nosuch'", "--join", "nosuch", "--script", "x")
        self.says(0, "Examples:", "--help")


class Guest(unittest.TestCase):
    """With a real one, in a private network."""

    def setUp(self):
        why = obstacle(FOLDER)
        if why and "vm" in os.environ.get("AOE_REQUIRE", "").split():
            self.fail(why)
        if why:
            self.skipTest(why)
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)

    def command(self, script, *words):
        file = self.folder / "script.sh"
        file.write_text(script)
        return ["unshare", "--net", *RUNNER, "--kernel", FOLDER, "--script", str(file), *words]

    def run_guest(self, script, *words):
        return subprocess.run(self.command(script, *words), check=False, capture_output=True,
                              encoding="utf-8", timeout=120)

    def start(self, script, *words):
        guest = subprocess.Popen(self.command(script, *words), encoding="utf-8",
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(guest.communicate)
        self.addCleanup(guest.kill)
        return guest

    def interfaces(self, process):
        """Those of the process's network."""
        return subprocess.run(["nsenter", "--net", f"--target={process.pid}", "ip", "-o", "link"],
                              check=False, capture_output=True, encoding="utf-8").stdout

    def children(self, process):
        return pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()

    def test_a_script_has_what_was_asked_for(self):
        disk = self.folder / "disk,image"
        disk.write_bytes(b"from the host".ljust(1 << 20, b"\0"))
        own = self.folder / "dummy.ko"
        own.write_bytes(next(pathlib.Path(FOLDER).rglob("dummy.ko")).read_bytes())
        (self.folder / "text").write_text("a text")
        ended = self.run_guest("""
            dd if=/dev/vda bs=13 count=1 2>/dev/null; echo
            printf 'from the guest' | dd of=/dev/vda bs=1 seek=4096 conv=fsync 2>/dev/null
            cat /root/text; echo; /sbin/mke2fs -V 2>&1 | head -n 1
            cat /sys/class/net/eth0/mtu /sys/class/net/eth0/address
            ls -d /sys/class/net/dummy? /sys/module/aoe
            exit 7
        """, "--disk", str(disk), "--file", f"{self.folder}/text=/root/text",
            "--file", "/sbin/mke2fs", "--tap", "tap0", "--mtu", "9000", "--mac",
            "02:00:00:00:00:07", "--module", "aoe", "--module", f"{own} numdummies=3")
        self.assertEqual(ended.returncode, 7, ended.stdout + ended.stderr)
        for word in ("from the host", "a text", "mke2fs 1.", "9000", "02:00:00:00:00:07",
                     "/sys/class/net/dummy2", "/sys/module/aoe"):
            self.assertIn(word, ended.stdout)
        self.assertEqual(disk.read_bytes()[4096:4110], b"from the guest")

    def test_a_guest_that_stays_ends_when_told_to(self):
        guest = self.start("echo up", "--stay", "--tap", "tap0")
        for line in guest.stdout:
            if "the guest stays" in line:
                break
        self.assertIn("tap0", self.interfaces(guest))
        child = self.children(guest)
        self.assertEqual(len(child), 1)
        guest.terminate()
        self.assertEqual(guest.wait(20), 0)
        self.assertFalse(pathlib.Path("/proc", child[0]).exists())

    def test_nothing_stays_behind_when_it_is_killed(self):
        keeper = subprocess.Popen(["unshare", "--net", "sleep", "1000"])
        self.addCleanup(keeper.wait)
        self.addCleanup(keeper.kill)
        while os.readlink(f"/proc/{keeper.pid}/ns/net") == os.readlink("/proc/self/ns/net"):
            time.sleep(0.01)
        words = self.command("echo up; sleep 1000", "--tap", "tap0")[2:]
        guest = subprocess.Popen(["nsenter", "--net", f"--target={keeper.pid}", *words],
                                 stdout=subprocess.PIPE)
        self.addCleanup(guest.stdout.close)
        guest.stdout.read(1)
        child = self.children(guest)
        self.assertEqual(len(child), 1)
        self.assertIn("tap0", self.interfaces(keeper))
        guest.send_signal(signal.SIGKILL)
        guest.wait()
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and "tap0" in self.interfaces(keeper):
            time.sleep(0.01)
        self.assertNotIn("tap0", self.interfaces(keeper))
        self.assertFalse(pathlib.Path("/proc", child[0], "exe").exists())

    def test_guests_share_an_interface(self):
        kept = subprocess.Popen(
            ["unshare", "--net", "sh", "-c",
             "ip link add cable type veth peer name served && echo && exec sleep 1000"],
            stdout=subprocess.PIPE)
        self.addCleanup(kept.communicate)
        self.addCleanup(kept.kill)
        kept.stdout.readline()
        command = ["nsenter", "--net", f"--target={kept.pid}", *RUNNER, "--kernel", FOLDER,
                   "--join", "cable", "--stay", "--command"]
        guests = [subprocess.Popen([*command, f"cat /sys/class/net/eth0/address # {number}"],
                                   encoding="utf-8", stdout=subprocess.PIPE) for number in (1, 2)]
        addresses = set()
        for guest in guests:
            self.addCleanup(guest.communicate)
            self.addCleanup(guest.kill)
            for line in guest.stdout:
                if line.startswith("52:54:00:"):
                    addresses.add(line)
                if "the guest stays" in line:
                    break
        self.assertEqual(len(addresses), 2)
        for guest, bridge_stays in zip(guests, (True, False)):
            guest.terminate()
            self.assertEqual(guest.wait(20), 0)
            self.assertEqual("b-cable" in self.interfaces(kept), bridge_stays)

    def test_a_guest_that_ends_early_is_no_success(self):
        crashed = self.run_guest("echo before; echo c >/proc/sysrq-trigger; sleep 1000")
        self.assertEqual(crashed.returncode, 125, crashed.stdout + crashed.stderr)
        self.assertIn("ended before its script did", crashed.stderr)
        slow = self.run_guest("sleep 1000", "--timeout", "0.2")
        self.assertEqual(slow.returncode, 124)


if __name__ == "__main__":
    FOLDER = sys.argv.pop(1)
    unittest.main()
