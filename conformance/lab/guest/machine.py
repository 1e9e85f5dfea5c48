# SPDX-License-Identifier: MIT
"""An emulated PC: QEMU without a screen, its first serial port as the console."""

import os
import shutil
import signal
import subprocess
import threading

from kernel import Obstacle

PROGRAM = "qemu-system-x86_64"


def descriptor_path(fd):
    """A path by which another process opens a descriptor that it was passed."""
    return f"/proc/self/fd/{fd}"


def in_memory(name, content=b""):
    """A file without a name that ends with its descriptor."""
    fd = os.memfd_create(name)
    with os.fdopen(os.dup(fd), "wb") as file:
        file.write(content)
    return fd


class Machine:
    """Runs until the guest switches it off, or stop(). It never outlives the process that made
    it. What the guest prints goes to `output`, a binary file."""

    def __init__(self, memory_mib=256, processors=1):
        if not shutil.which(PROGRAM):
            raise Obstacle(f"a guest needs '{PROGRAM}', of the package qemu-system-x86")
        # Plain emulation: /dev/kvm may be there and be unable to run an ordinary kernel.
        self._words = [PROGRAM, "-machine", "pc", "-accel", "tcg", "-cpu", "max",
                       "-m", str(memory_mib), "-smp", str(processors), "-nodefaults",
                       "-no-user-config", "-display", "none", "-no-reboot", "-serial", "stdio"]
        self._fds = []
        self._process = None
        self._reader = None

    def add(self, *words):
        """Words of QEMU's command line."""
        self._words += words

    def passes(self, fd):
        """The machine gets this descriptor, and closes it in the end; its path there."""
        self._fds.append(fd)
        return descriptor_path(fd)

    def card(self, tap, model, mac, rom=None):
        """A network card behind the tap. Without a ROM it cannot boot, which is what saves time."""
        name = f"card{len(self._fds)}"
        self._fds.append(tap.fd)
        self.add("-netdev", f"tap,id={name},fd={tap.fd}", "-device",
                 f"{model},netdev={name},mac={mac},romfile={rom or ''}")

    def start(self, output):
        """Starts it, and returns at once."""
        # setpriv: when we are killed, so is it.
        self._process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *self._words],
                                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                         stderr=subprocess.STDOUT, pass_fds=self._fds)
        for fd in self._fds:
            os.close(fd)
        self._reader = threading.Thread(target=self._copy, args=(output,), daemon=True)
        self._reader.start()

    def _copy(self, output):
        while part := self._process.stdout.read1(65536):
            # Firmware speaks in carriage returns.
            output.write(part.replace(b"\r", b""))
            output.flush()

    def wait(self, timeout_s=None):
        """Its exit status, or None when the time is up."""
        try:
            status = self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return None
        self._reader.join()
        return status

    def stop(self):
        """Switches it off."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
            self.wait()
